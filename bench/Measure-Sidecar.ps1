#Requires -Version 7.4
<#
.SYNOPSIS
    Measures sidecars: the listing of many, reading and writing a large one.
.DESCRIPTION
    Every figure is taken in a PowerShell session over a Unix socket, on a simulated host whose volumes are copies of the files of one.
.PARAMETER Count
    Number of volumes whose sidecars are listed; each has two.
.PARAMETER Size
    Bytes that are read and written.
.PARAMETER Turn
    How often each figure is taken; the medians are told.
.OUTPUTS
    Lines of Markdown.
#>
[Diagnostics.CodeAnalysis.SuppressMessage('PSReviewUnusedParameter', 'Turn', Justification = 'The functions of volumes.ps1 use it.')]
[CmdletBinding()]
param(
    [ValidateRange(1, 1000000)]
    [int] $Count = 1000,

    [ValidateRange(4096, 1GB)]
    [int] $Size = 16MB,

    [ValidateRange(3, 100)]
    [int] $Turn = 9
)

. (Join-Path $PSScriptRoot '../tests/Pester/common.ps1')
. (Join-Path $PSScriptRoot '../tests/Pester/volumes.ps1')
. (Join-Path $PSScriptRoot 'volumes.ps1')
$ErrorActionPreference = 'Stop'

function Format-Speed([string] $What, [double] $Milliseconds) {
    Format-Line $What '{0:0} ms, {1:0} MB/s' @($Milliseconds, ($Size / 1MB / $Milliseconds * 1000))
}

$world = Open-World
try {
    $null = Connect-EsxAgent
    $null = New-VmdkVolume model 1MB ssd1
    'k1', 'k2' | ForEach-Object { $null = New-VmdkSidecar model@ssd1 $_ 4KB }
    [VolumeCopies]::Make((Split-Path (Get-VolumeFolder $world model@ssd1)), 'model', 1, $Count)
    $found = @(Get-VmdkVolume | Get-VmdkSidecar).Count
    if ($found -ne 2 * $Count) {
        throw "$found sidecars are listed; $(2 * $Count) are there."
    }

    $null = New-VmdkVolume large 1MB datastore1
    $null = New-VmdkSidecar large@datastore1 k1 $Size
    $bytes = [byte[]]::new($Size)
    [System.Random]::new(1).NextBytes($bytes)
    ''
    '## Sidecars'
    ''
    "PowerShell $($PSVersionTable.PSVersion), a simulated host, a Unix socket. Medians of $Turn; reading and writing $($Size / 1MB) MB."
    ''
    '| what | measured |'
    '|---|---|'
    $listed = Measure-Turn { Get-VmdkVolume -Datastore ssd1 | Get-VmdkSidecar }
    Format-Line "the two sidecars of each of $Count volumes: ``Get-VmdkVolume \| Get-VmdkSidecar``" '{0:0} ms' @($listed)
    Format-Speed '`Set-VmdkSidecarContent`, the bytes on the disk' (Measure-Turn { Set-VmdkSidecarContent large@datastore1:k1 $bytes })
    $none = [System.Threading.CancellationToken]::None
    $endpoint = [EsxAgent.Protocol.Endpoints.Endpoint]::Parse($world.Endpoint)
    $session = [EsxAgent.Client.AgentSession]::ConnectAsync($endpoint, $null, $none).GetAwaiter().GetResult()
    $content = [EsxAgent.Client.SidecarContent]::new($session, [EsxAgent.Client.DiskName]::OfVolume('large', 'datastore1'), 'k1')
    Format-Speed 'the client library alone, all in one array' (Measure-Turn { $content.ReadAsync(0, $null, $null, $none).GetAwaiter().GetResult().Length })
    $session.Dispose()
    Format-Speed '`Get-VmdkSidecarContent -AsByteStream -Raw`, with its hash' (Measure-Turn { Get-VmdkSidecarContent large@datastore1:k1 -AsByteStream -Raw })
    Format-Speed '`Test-VmdkSidecarContent`' (Measure-Turn { Test-VmdkSidecarContent large@datastore1:k1 $bytes })
}
finally {
    Close-World $world
}
