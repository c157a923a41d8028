#Requires -Version 7.4
<#
.SYNOPSIS
    Makes the packages of what was built: the module's for the PowerShell Gallery, and a VIB and an offline bundle for a host.
.DESCRIPTION
    The same build makes the same bytes, whoever packs it and when. Writes the three files, which it returns:
    EsxAgent.<version>.nupkg, EsxAgent_bootbank_esxagent_<version>-<release>.vib and esxagent-<version>-<release>-offline-bundle.zip.
.PARAMETER OutputFolder
    Where the packages go; packages that are there already are removed.
.PARAMETER BuildFolder
    What was built, 'out' of the repository.
.PARAMETER Release
    Counts the packages of one version for hosts: a VIB that differs from an installed one needs another number.
.PARAMETER ReleaseDate
    The date in the packages and of all files in them. By default that of the environment variable SOURCE_DATE_EPOCH (seconds since 1970), else of the commit
    that is checked out, else of the module's manifest.
.EXAMPLE
    packaging/New-Package.ps1 -OutputFolder out/packages
#>
[CmdletBinding()]
[OutputType([System.IO.FileInfo])]
param(
    [Parameter(Mandatory)]
    [string] $OutputFolder,

    [ValidateNotNullOrEmpty()]
    [string] $BuildFolder = (Join-Path $PSScriptRoot '../out'),

    [ValidateRange(1, 9999)]
    [int] $Release = 1,

    [datetimeoffset] $ReleaseDate
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
. $PSScriptRoot/Archives.ps1
. $PSScriptRoot/Nupkg.ps1
. $PSScriptRoot/Vib.ps1

function New-TextEntry([string] $Name, [string] $Text) {
    <# An entry of an archive with a text in it. #>
    [pscustomobject]@{ Name = $Name; Content = [System.Text.Encoding]::UTF8.GetBytes($Text.ReplaceLineEndings("`n")) }
}

function New-FileEntry([string] $Name, [string] $Path, [string] $Mode) {
    <# An entry of an archive with a file's content. #>
    if (-not (Test-Path -LiteralPath $Path -PathType Leaf)) {
        throw "There is no '$Path' to pack. Build first: ./build.ps1 -Task Build"
    }

    [pscustomobject]@{ Name = $Name; Mode = $Mode; Content = [System.IO.File]::ReadAllBytes($Path) }
}

function Get-DefaultReleaseDate([string] $Manifest) {
    <# The date that says of which sources a package is. #>
    $seconds = $env:SOURCE_DATE_EPOCH
    if (-not $seconds -and (Get-Command git -CommandType Application -ErrorAction Ignore)) {
        $seconds = git -C $PSScriptRoot log -1 --format=%ct 2>$null
    }

    $seconds ? [datetimeoffset]::FromUnixTimeSeconds([long] $seconds) : [datetimeoffset] (Get-Item -LiteralPath $Manifest).LastWriteTimeUtc
}

$root = Split-Path $PSScriptRoot
$manifestPath = Join-Path $root 'EsxAgent.psd1'
$manifest = Import-PowerShellDataFile $manifestPath
$moduleFolder = Join-Path $BuildFolder 'EsxAgent' $manifest.ModuleVersion
if (-not (Test-Path -LiteralPath (Join-Path $moduleFolder 'en-US/EsxAgent.dll-Help.xml'))) {
    throw "The module in '$moduleFolder' is missing or has no help. Build first: ./build.ps1 -Task Build"
}

if (-not $ReleaseDate) {
    $ReleaseDate = Get-DefaultReleaseDate $manifestPath
}

# A zip archive knows no time zone, no odd second and nothing before 1980.
$time = [datetimeoffset]::FromUnixTimeSeconds($ReleaseDate.ToUnixTimeSeconds() - $ReleaseDate.ToUnixTimeSeconds() % 2)
if ($time.Year -lt 1980) {
    throw "The release date $($time.ToString('yyyy-MM-dd')) is before 1980, which a zip archive cannot hold."
}

$moduleFiles = Get-ChildItem -LiteralPath $moduleFolder -Recurse -File | ForEach-Object {
    New-FileEntry ([System.IO.Path]::GetRelativePath($moduleFolder, $_.FullName).Replace('\', '/')) $_.FullName '644'
}
# A file with the sticky bit may be changed on the host, and is then kept; all others are read-only there.
$hostFiles = @(
    New-FileEntry 'opt/esxagent/bin/esxagent' (Join-Path $BuildFolder 'agent/esxagent') '555'
    New-FileEntry 'opt/esxagent/etc/policy.json' (Join-Path $PSScriptRoot 'policy.json') '1644'
    New-FileEntry 'opt/esxagent/etc/policy.schema.json' (Join-Path $root 'docs/policy.schema.json') '444'
    New-FileEntry 'opt/esxagent/LICENSE' (Join-Path $root 'LICENSE') '444'
    New-FileEntry 'etc/init.d/esxagent' (Join-Path $PSScriptRoot 'esxagent.init') '555'
    New-FileEntry 'etc/vmware/service/esxagent.xml' (Join-Path $PSScriptRoot 'esxagent.xml') '444'
)
$version = "$($manifest.ModuleVersion)-$Release"
$identity = @{
    Id          = "EsxAgent_bootbank_esxagent_$version"
    Name        = 'esxagent'
    Version     = $version
    Vendor      = 'EsxAgent'
    Summary     = 'Answers the virtual machines of this host over vSockets'
    Description = 'A listener for the PowerShell module EsxAgent in virtual machines: tells them about the host and does what its policy lets them ask for.'
    ReleaseDate = $time.ToString("yyyy-MM-dd'T'HH:mm:ss'.000000+00:00'", [cultureinfo]::InvariantCulture)
}

$vib = ConvertTo-Vib $identity $hostFiles $time
$packages = [ordered]@{
    "EsxAgent.$($manifest.ModuleVersion).nupkg" = ConvertTo-Nupkg $manifest $moduleFiles $time
    $vib.Name                                   = $vib.Content
    "esxagent-$version-offline-bundle.zip"      = ConvertTo-OfflineBundle $identity $vib $time
}

$null = New-Item -ItemType Directory -Path $OutputFolder -Force
Get-ChildItem -LiteralPath $OutputFolder -File | Where-Object Name -Match '^EsxAgent[._-].*\.(nupkg|vib|zip)$' | Remove-Item
foreach ($package in $packages.GetEnumerator()) {
    $path = Join-Path (Resolve-Path -LiteralPath $OutputFolder).ProviderPath $package.Key
    [System.IO.File]::WriteAllBytes($path, $package.Value)
    Get-Item -LiteralPath $path
}
