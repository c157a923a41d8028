<#
    What the tests of volumes have in common, besides common.ps1:

        BeforeAll { . $PSScriptRoot/common.ps1; . $PSScriptRoot/volumes.ps1; $world = Open-World }
#>
Set-StrictMode -Version Latest
. $PSScriptRoot/asking-host.ps1
. $PSScriptRoot/relay.ps1

function Use-DiskSpeed($World, [scriptblock] $While, [long] $Zero = 0, [long] $Clone = 0) {
    <# Lets the host's disks be zeroed and cloned at so many bytes a second while something runs; 0: as fast as this machine can. #>
    $file = Join-Path $World.HostRoot 'host.json'
    $before = Get-Content -LiteralPath $file -Raw
    $settings = $before | ConvertFrom-Json -AsHashtable
    $settings.disks.zeroBytesPerSecond = $Zero
    $settings.disks.cloneBytesPerSecond = $Clone
    # ConvertFrom-Json made times of what looked like one.
    $settings.bootTime = $settings.bootTime.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
    Set-Content -LiteralPath $file -Value (ConvertTo-Json $settings -Depth 5)
    try {
        & $While
    }
    finally {
        Set-Content -LiteralPath $file -Value $before -NoNewline
    }
}

function Get-VolumeFolder($World, [string] $Id) {
    <# Where the files of a volume lie. #>
    $name, $datastore = $Id -split '@', 2
    Join-Path $World.HostRoot "vmfs/volumes/$datastore/esxagent/all/$name"
}

function Get-VolumeFile($World, [string] $Id, [string] $Ending) {
    <# The file of a volume whose name ends so: 'flat.vmdk' is the disk, 'vmfd' the metadata. #>
    $files = @([System.IO.Directory]::GetFiles((Get-VolumeFolder $World $Id), "*$Ending"))
    if ($files.Count -ne 1) {
        throw "The volume $Id has $($files.Count) files that end in '$Ending'."
    }

    $files[0]
}

function Get-StagedWork($World) {
    <# What changes have begun and not ended: the entries of every .staging. #>
    foreach ($root in [System.IO.Directory]::GetDirectories((Join-Path $World.HostRoot 'vmfs/volumes'), '*', [System.IO.SearchOption]::TopDirectoryOnly)) {
        $staging = "$root/esxagent/all/.staging"
        if ([System.IO.Directory]::Exists($staging)) {
            [System.IO.Directory]::GetFileSystemEntries($staging)
        }
    }
}

function Add-VolumeToVM($World, [string] $Id, [string] $VM) {
    <# Attaches a volume to a virtual machine that is off, as an administrator does with the host's own tools. #>
    $vmx = (Get-ChildItem -LiteralPath (Join-Path $World.HostRoot 'vmfs/volumes') -Recurse -Filter "$VM.vmx")[0].FullName
    $volume = Get-VmdkVolume -Id $Id
    Add-Content -LiteralPath $vmx -Value @('scsi0.present = "TRUE"', 'scsi0:3.present = "TRUE"', "scsi0:3.fileName = ""$($volume.Path)""")
}

function Remove-VolumeFromVM($World, [string] $VM) {
    <# Takes back what Add-VolumeToVM did. #>
    $vmx = (Get-ChildItem -LiteralPath (Join-Path $World.HostRoot 'vmfs/volumes') -Recurse -Filter "$VM.vmx")[0].FullName
    Set-Content -LiteralPath $vmx -Value (Get-Content -LiteralPath $vmx | Where-Object { $_ -notlike 'scsi0*' })
}

function Remove-AllVolume {
    <# Takes every volume away, so that a test finds none. #>
    Get-VmdkVolume | Remove-VmdkVolume -Force -Confirm:$false -WarningAction Stop -ErrorAction Stop
}

function Invoke-Asked([scriptblock] $Script, [switch] $Agree, [hashtable] $Variable = @{}) {
    <# Runs a script for a person who answers every question alike: what it wrote, its errors, what the person was asked, and what he was shown. #>
    $person = [AskingHost]::new($Agree)
    $other = Open-Runspace $Script $Variable -PSHost $person
    try {
        $output = @($other.Shell.EndInvoke($other.Running))
        [pscustomobject]@{ Output = $output; Errors = @($other.Shell.Streams.Error); Questions = @($person.Questions); Lines = @($person.Lines) }
    }
    finally {
        Close-Runspace $other
    }
}
