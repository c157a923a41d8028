#Requires -Version 7.4
<#
.SYNOPSIS
    Measures volumes: many of them, making one, and stopping what takes long.
.DESCRIPTION
    Volumes are made by copying the files of one, as many as are asked for, on a simulated host. Every figure is taken in a PowerShell session over a Unix socket.
.PARAMETER Count
    Numbers of volumes, ascending; at each the listing and the look at one are measured.
.PARAMETER Turn
    How often each figure is taken; the medians are told.
.OUTPUTS
    Lines of Markdown.
#>
[CmdletBinding()]
param(
    [ValidateRange(1, 1000000)]
    [int[]] $Count = @(10, 10000, 100000),

    [ValidateRange(3, 100)]
    [int] $Turn = 5
)

. (Join-Path $PSScriptRoot '../tests/Pester/common.ps1')
. (Join-Path $PSScriptRoot '../tests/Pester/volumes.ps1')
. (Join-Path $PSScriptRoot 'volumes.ps1')
$ErrorActionPreference = 'Stop'

function Get-AgentMemory {
    <# KiB of the agent that no file stands behind. #>
    $text = [System.IO.File]::ReadAllText("/proc/$($world.Agent.Id)/smaps_rollup")
    [int] [regex]::Match($text, 'Anonymous:\s+(\d+)').Groups[1].Value
}

function Measure-Many([int] $Number) {
    <# The listing and the look at one among so many. #>
    $tools = (Get-EsxAgentStatus).ToolsStarted
    $script:firsts = @()
    $all = Measure-Turn {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $first = 0
        Get-VmdkVolume -Datastore ssd1 | ForEach-Object { if ($first -eq 0) { $first = $clock.Elapsed.TotalMilliseconds } }
        $script:firsts += $first
    }
    $memory = Get-AgentMemory
    $one = Measure-Turn { Get-VmdkVolume -Id model@ssd1 }
    # The first question of a status is one of the tools' own.
    $started = (Get-EsxAgentStatus).ToolsStarted - $tools
    Format-Line ('{0} volumes listed' -f $Number) 'first after {0:0} ms, all after {1:0} ms; {2} tools started; {3} KiB of the agent private' @((Get-Median $script:firsts), $all, $started, $memory)
    Format-Line ('one of {0} by its id' -f $Number) '{0:0.0} ms' @($one)
}

function Measure-Create {
    <# What a thin create costs, and what its tools cost when they are run by themselves; in turn, so that a machine which slows down slows both. #>
    $bin = Join-Path $world.HostRoot 'bin'
    $place = (New-Item -ItemType Directory (Join-Path $world.HostRoot 'vmfs/volumes/datastore1/alone')).FullName
    # Ten times, so that the shell's own start does not count; it is measured and taken off.
    $loop = 'cd "$1" && for i in 1 2 3 4 5 6 7 8 9 10; do $2 "$0/vmkfstools" -c 1048576 -d thin x.vmdk >/dev/null; $2 "$0/diskTool" --sidecar create,esxagent,16384 x.vmdk >/dev/null; rm -f x*; done'
    $creates = @()
    $tools = @()
    $more = @()
    $world.Agent.Refresh()
    $used = $world.Agent.TotalProcessorTime
    foreach ($number in 0..(2 * $Turn)) {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $null = foreach ($i in 1..10) { New-VmdkVolume "made$number-$i" 1MB datastore1 }
        $create = $clock.Elapsed.TotalMilliseconds / 10
        $clock.Restart()
        $null = & bash -c $loop $bin $place
        $whole = $clock.Elapsed.TotalMilliseconds / 10
        $clock.Restart()
        $null = & bash -c $loop $bin $place ':'
        $alone = $whole - $clock.Elapsed.TotalMilliseconds / 10
        # The first turn warms up.
        if ($number -gt 0) {
            $creates += $create
            $tools += $alone
            $more += $create - $alone
        }
    }
    $world.Agent.Refresh()
    $own = ($world.Agent.TotalProcessorTime - $used).TotalMilliseconds / (10 * (2 * $Turn + 1))
    Format-Line 'a thin create' '{0:0.0} ms; its two tools by themselves {1:0.0} ms; more than them {2:0.0} ms; processor time of the agent itself {3:0.0} ms' @(
        (Get-Median $creates), (Get-Median $tools), (Get-Median $more), $own)
}

function Measure-Stopping([string] $What, [scriptblock] $Script) {
    <# How a change of 10 s moves, and how soon the host has taken it back when it is stopped after 3. #>
    $session = Connect-EsxAgent -NotDefault
    $took = @(1..$Turn | ForEach-Object {
            $other = Open-Runspace $Script @{ handed = $session }
            Start-Sleep -Milliseconds 3000
            $percents = @($other.Shell.Streams.Progress.PercentComplete | Select-Object -Unique).Count
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $other.Shell.Stop()
            $returned = $clock.Elapsed.TotalMilliseconds
            while ((Get-ToolProcess $world) -or (Get-StagedWork $world)) { [System.Threading.Thread]::Sleep(1) }
            [pscustomobject]@{ Percents = $percents; Returned = $returned; Undone = $clock.Elapsed.TotalMilliseconds }
            Close-Runspace $other
        })
    Disconnect-EsxAgent $session
    Format-Line "$What of 10 s, stopped after 3 s" '{0} percentages shown; back after {1:0} ms, taken back on the host after {2:0} ms' @(
        (Get-Median $took.Percents), (Get-Median $took.Returned), (Get-Median $took.Undone))
}

$world = Open-World
try {
    $null = Connect-EsxAgent
    $null = New-VmdkVolume model 1MB ssd1
    $group = Split-Path (Get-VolumeFolder $world model@ssd1)
    ''
    '## Volumes'
    ''
    "PowerShell $($PSVersionTable.PSVersion), a simulated host, a Unix socket. Medians of $Turn."
    ''
    '| what | measured |'
    '|---|---|'
    Measure-Create
    $null = New-VmdkVolume source 200MB datastore1
    Use-DiskSpeed $world -Zero 20MB -Clone 20MB -While {
        Measure-Stopping 'an eager zeroed create' { New-VmdkVolume slow 200MB datastore1 -StorageFormat EagerZeroedThick -Session $handed }
        Measure-Stopping 'a copy' { Copy-VmdkVolume source@datastore1 slow -Session $handed }
    }
    $have = 0
    foreach ($number in $Count | Sort-Object) {
        [VolumeCopies]::Make($group, 'model', $have, $number - 1)
        $have = $number - 1
        Measure-Many $number
    }
}
finally {
    Close-World $world
}
