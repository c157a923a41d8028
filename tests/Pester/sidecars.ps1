<#
    What the tests of sidecars have in common, besides common.ps1 and volumes.ps1:

        BeforeAll { . $PSScriptRoot/common.ps1; . $PSScriptRoot/volumes.ps1; . $PSScriptRoot/sidecars.ps1; $world = Open-World }
#>
Set-StrictMode -Version Latest

$script:OtherFolder = '/vmfs/volumes/datastore1/web01'

function Get-SidecarFile($World, $Sidecar) {
    <# The file of a sidecar, as it lies on the simulated datastore. #>
    $folder = $Sidecar.VolumeId ? (Get-VolumeFolder $World $Sidecar.VolumeId) : (Join-Path $World.HostRoot (Split-Path $Sidecar.VmdkPath))
    Join-Path $folder $Sidecar.FileName
}

function Get-SidecarHex($World, $Sidecar) {
    <# What the file of a sidecar holds, in hexadecimal: two of them are compared at once, and not byte by byte. #>
    [System.Convert]::ToHexString([System.IO.File]::ReadAllBytes((Get-SidecarFile $World $Sidecar)))
}

function Get-DescriptorLine($World, [string] $Id) {
    <# The line of a volume's descriptor that lists its sidecars. #>
    Get-Content -LiteralPath (Get-DescriptorPath $World $Id) | Where-Object { $_ -like 'ddb.sidecars*' }
}

function Get-DescriptorPath($World, [string] $Id) {
    Join-Path (Get-VolumeFolder $World $Id) "$(($Id -split '@')[0]).vmdk"
}

function Edit-Descriptor($World, [string] $Id, [scriptblock] $Change, [scriptblock] $While) {
    <# Another descriptor while something runs. The text comes as $_. #>
    $file = Get-DescriptorPath $World $Id
    $before = [System.IO.File]::ReadAllText($file)
    [System.IO.File]::WriteAllText($file, ($before | ForEach-Object $Change))
    try {
        & $While
    }
    finally {
        [System.IO.File]::WriteAllText($file, $before)
    }
}

function New-OtherDisk($World, [string] $Name = 'web01') {
    <# Makes a disk that is no volume, by the host's own tool; the path. #>
    $path = "$OtherFolder/$Name.vmdk"
    $said = & "$($World.HostRoot)/bin/vmkfstools" -c 1m -d thin $path 2>&1
    if ($LASTEXITCODE -ne 0) {
        throw "vmkfstools said: $said"
    }

    $path
}

function New-SnapshotDisk($World, [string] $Parent) {
    <# Makes the delta disk of a snapshot, as ESXi leaves it; the path. #>
    $name = "$([System.IO.Path]::GetFileNameWithoutExtension($Parent))-000001"
    $folder = Join-Path $World.HostRoot $OtherFolder
    [System.IO.File]::WriteAllBytes("$folder/$name-delta.vmdk", [byte[]]::new(65536))
    Set-Content -LiteralPath "$folder/$name.vmdk" -Value @(
        '# Disk DescriptorFile', 'version=1', 'encoding="UTF-8"', 'CID=fffffffe', 'parentCID=fffffffe', 'createType="vmfsSparse"'
        "parentFileNameHint=""$(Split-Path $Parent -Leaf)""", '', '# Extent description', "RW 2048 VMFSSPARSE ""$name-delta.vmdk"""
        '', '# The Disk Data Base ', '#DDB', '', 'ddb.longContentID = "00000000000000000000000000000001"'
    )
    "$OtherFolder/$name.vmdk"
}

function Use-HeldFile([string] $Path, [scriptblock] $While) {
    <# Holds a file so that nobody else can open it while something runs. #>
    $held = [System.IO.File]::Open($Path, 'Open', 'ReadWrite', 'None')
    try {
        & $While
    }
    finally {
        $held.Dispose()
    }
}

function Assert-SidecarFailure($Failure, [string] $Kind, [string] $Category, [string] $Target, [string] $Message = '*') {
    <# An error says what it is, about what, and what to do. #>
    $Failure | Should -Not -BeNullOrEmpty -Because "$Kind is expected"
    $Failure.FullyQualifiedErrorId | Should -BeLike "$Kind,*"
    $Failure.CategoryInfo.Category | Should -Be $Category
    $Failure.TargetObject | Should -Be $Target
    "$Failure" | Should -BeLike $Message
    $Failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
}
