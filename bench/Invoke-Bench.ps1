#Requires -Version 7.4
<#
.SYNOPSIS
    Measures the agent and the module and writes what was found to bench/results.
.DESCRIPTION
    run.sh measures the agent, without PowerShell; what it wrote is completed here by what the module costs: its import in a fresh process against that of an
    empty module of the same kind, a call that only looks at memory against one of an empty cmdlet, and a call to the host against its round trip; and by
    what Measure-Volume.ps1 and Measure-Sidecar.ps1 measure.
.PARAMETER Path
    Where the result goes, in place of bench/results/<date>-<commit>.md.
.OUTPUTS
    The path of the result.
#>
[CmdletBinding()]
param(
    [string] $Path,

    # Fresh processes for each of the two modules.
    [ValidateRange(3, 1000)]
    [int] $Import = 15,

    # Calls in a loop.
    [ValidateRange(100, 1000000)]
    [int] $Call = 20000
)

. (Join-Path $PSScriptRoot '../tests/Pester/common.ps1')
$ErrorActionPreference = 'Stop'

function Get-Median([double[]] $Values) {
    $sorted = @($Values | Sort-Object)
    $sorted[[int][math]::Floor($sorted.Count / 2)]
}

function New-EmptyModule([string] $Folder) {
    <# A module like ours, a manifest and an assembly, with one cmdlet that does nothing. #>
    $null = New-Item -ItemType Directory -Path $Folder
    Add-Type -OutputAssembly (Join-Path $Folder 'EmptyModule.dll') -TypeDefinition @'
        using System.Management.Automation;

        [Cmdlet(VerbsCommon.Get, "Nothing")]
        public sealed class GetNothingCommand : PSCmdlet
        {
        }
'@
    $manifest = Join-Path $Folder 'EmptyModule.psd1'
    New-ModuleManifest -Path $manifest -RootModule 'EmptyModule.dll' -CmdletsToExport 'Get-Nothing' -FunctionsToExport @() -AliasesToExport @()
    $manifest
}

function Measure-Import([string] $Manifest) {
    <# Milliseconds of Import-Module in a process that has done nothing else. #>
    $script = "`$clock = [System.Diagnostics.Stopwatch]::StartNew(); Import-Module '$Manifest'; `$clock.Elapsed.Ticks"
    $ticks = & (Get-Process -Id $PID).Path -NoProfile -NoLogo -NonInteractive -Command $script
    [timespan]::FromTicks([long] $ticks).TotalMilliseconds
}

function Measure-Call([scriptblock] $Loop, [int] $Count) {
    <# Microseconds a turn: the median of five runs of a loop. #>
    & $Loop ([math]::Min($Count, 1000))
    Get-Median (1..5 | ForEach-Object {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            & $Loop $Count
            $clock.Elapsed.TotalMicroseconds / $Count
        })
}

function Format-Row([string] $What, [double] $Value, [string] $Unit, [double] $Other, [string] $ComparedWith) {
    [string]::Format([cultureinfo]::InvariantCulture, '| {0} | {1:0.0} {2} | {3:0.0} {2} {4} |', $What, $Value, $Unit, $Other, $ComparedWith)
}

$arguments = @(Join-Path $PSScriptRoot 'run.sh')
if ($Path) {
    $arguments += $Path
}

$result = & bash @arguments | Select-Object -Last 1
if ($LASTEXITCODE -ne 0) {
    throw "'bash $arguments' ended with status $LASTEXITCODE."
}

$result = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine((Split-Path $PSScriptRoot), $result))
$world = Open-World
$folder = Join-Path $world.Root 'EmptyModule'
try {
    $empty = New-EmptyModule $folder
    $ours = Join-Path (Get-Module EsxAgent).ModuleBase 'EsxAgent.psd1'
    $imports = @{ $ours = @(); $empty = @() }
    foreach ($turn in 1..$Import) {
        Write-Progress -Activity 'Importing the module' -PercentComplete (100 * $turn / $Import)
        foreach ($manifest in $ours, $empty) {
            $imports[$manifest] += Measure-Import $manifest
        }
    }

    Write-Progress -Activity 'Importing the module' -Completed
    Import-Module $empty
    $null = Connect-EsxAgent -Endpoint $world.Endpoint
    $nothing = Measure-Call { param($count) for ($i = 0; $i -lt $count; $i++) { $null = Get-Nothing } } $Call
    $session = Measure-Call { param($count) for ($i = 0; $i -lt $count; $i++) { $null = Get-EsxAgentSession } } $Call
    $hostInfo = Measure-Call { param($count) for ($i = 0; $i -lt $count; $i++) { $null = Get-EsxHostInfo } } ([math]::Min($Call, 2000))
    $latency = Measure-EsxAgent -Count 5000
    Disconnect-EsxAgent

    $ourImport = Get-Median $imports[$ours]
    $emptyImport = Get-Median $imports[$empty]
    $ping = $latency.Median.TotalMicroseconds
    @(
        ''
        '## The module in PowerShell'
        ''
        "PowerShell $($PSVersionTable.PSVersion), $Import fresh processes for each module, loops of $Call calls. Medians."
        ''
        '| figure | measured | compared with |'
        '|---|---:|---|'
        Format-Row '`Import-Module EsxAgent` in a fresh process' $ourImport 'ms' $emptyImport 'for an empty module of the same kind'
        Format-Row '`Get-EsxAgentSession`, which asks nobody' $session 'us' $nothing 'for a cmdlet that does nothing'
        Format-Row '`Get-EsxHostInfo` on a warm session' $hostInfo 'us' $ping 'for the round trip of a ping through the same session'
    ) | Add-Content $result
}
finally {
    Close-World $world
}

& (Join-Path $PSScriptRoot 'Measure-Volume.ps1') | Add-Content $result
& (Join-Path $PSScriptRoot 'Measure-Sidecar.ps1') | Add-Content $result
Write-Output "$result"
