BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/volumes.ps1
    $world = Open-World

    function Assert-Failure($Failure, [string] $Id, [string] $Category, [string] $Target) {
        $Failure | Should -Not -BeNullOrEmpty
        ($Failure.FullyQualifiedErrorId -split ',')[0] | Should -BeExactly $Id
        $Failure.CategoryInfo.Category | Should -Be $Category
        $Failure.TargetObject | Should -Be $Target
        $Failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    function Add-Snapshot([string] $Id) {
        $name = $Id -replace '@.*'
        Set-Content -LiteralPath (Join-Path (Get-VolumeFolder $world $Id) "$name-000001.vmdk") -Value "# Disk DescriptorFile"
    }
}

AfterAll { Close-World $world }

Describe 'Set-VmdkVolume' {
    BeforeAll { $null = New-VmdkVolume a 1MB ssd1 -Label @{ owner = 'ops' } }
    AfterAll { Remove-AllVolume }

    It 'changes what was given and leaves the rest' {
        Set-VmdkVolume a@ssd1 -Access ReadOnly | Should -BeNullOrEmpty
        $changed = Set-VmdkVolume a@ssd1 -Persistence Persistent -PassThru
        $changed.Access, $changed.Persistence, $changed.Label['owner'] | Should -Be 'ReadOnly', 'Persistent', 'ops'
        $again = Get-VmdkVolume a
        $again.Access, $again.Persistence, $again.Label['owner'], $again.Uuid | Should -Be 'ReadOnly', 'Persistent', 'ops', $changed.Uuid
    }

    It 'replaces all labels, and takes them away where none are given' {
        (Set-VmdkVolume a@ssd1 -Label @{ tier = 2; on = $true } -PassThru).Label.Keys | Sort-Object | Should -Be 'on', 'tier'
        (Get-VmdkVolume a).Label['tier'], (Get-VmdkVolume a).Label['on'] | Should -Be '2', 'True'
        (Set-VmdkVolume a@ssd1 -Label @{} -PassThru).Label.Count | Should -Be 0
    }

    It 'takes labels back that a volume gave' {
        Set-VmdkVolume a@ssd1 -Label ([ordered]@{ b = 'x'; a = "y`n`"z`"" })
        $null = New-VmdkVolume other 1MB ssd1
        (Set-VmdkVolume other@ssd1 -Label (Get-VmdkVolume a).Label -PassThru).Label['a'] | Should -Be "y`n`"z`""
    }

    It 'says that nothing was given' {
        $failure = Get-ErrorOf { Set-VmdkVolume a@ssd1 }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NothingToChange,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Label*'
    }

    It 'refuses labels that are too large, and a volume that is not there' {
        Assert-Failure (Get-ErrorOf { Set-VmdkVolume a@ssd1 -Label @{ long = 'x' * 5000 } }) InvalidParams InvalidArgument a@ssd1
        Assert-Failure (Get-ErrorOf { Set-VmdkVolume nope@ssd1 -Access ReadOnly }) VolumeNotFound ObjectNotFound nope@ssd1
    }

    It 'shows with -WhatIf what it would change, and changes nothing' {
        $shown = Invoke-Asked { Set-VmdkVolume a@ssd1 -Access ReadWrite -Label @{} -WhatIf }
        $shown.Lines | Should -Be 'What if: Performing the operation "Set Access to ReadWrite, no labels" on target "volume ''a@ssd1'' on esx01.lab.example".'
        (Get-VmdkVolume a).Access | Should -Be 'ReadOnly'
    }
}

Describe 'Resize-VmdkVolume' {
    BeforeEach { $null = New-VmdkVolume db01, db02, web 10MB ssd1 }
    AfterEach { Remove-AllVolume }

    It 'makes volumes larger that come along the pipeline' {
        $resized = Get-VmdkVolume db* | Resize-VmdkVolume -Size 20GB -PassThru
        $resized.Id | Sort-Object | Should -Be 'db01@ssd1', 'db02@ssd1'
        $resized.CapacityBytes | Should -Be 20GB, 20GB
        (Get-VmdkVolume web).CapacityBytes | Should -Be 10MB
        [System.IO.FileInfo]::new((Get-VolumeFile $world db01@ssd1 flat.vmdk)).Length | Should -Be 20GB
    }

    It 'writes nothing unless it is asked to, and takes a size as a text' {
        Resize-VmdkVolume db01@ssd1 '1.5 GB' | Should -BeNullOrEmpty
        (Get-VmdkVolume db01).CapacityBytes | Should -Be 1.5GB
    }

    It 'takes the size that it has already for done' {
        (Resize-VmdkVolume db01@ssd1 10MB -PassThru -ErrorAction Stop).CapacityBytes | Should -Be 10MB
    }

    It 'does not take the old size of a volume for the new one' {
        (Get-Command Resize-VmdkVolume).ParameterSets.Parameters.Where({ $_.Name -eq 'Size' }).ValueFromPipelineByPropertyName | Should -Be $false
    }

    It 'never makes a volume smaller, and goes on with the others' {
        $null = New-VmdkVolume large 1GB ssd1
        $resized = Get-VmdkVolume -Datastore ssd1 | Sort-Object Name | Resize-VmdkVolume -Size 20MB -PassThru -ErrorAction SilentlyContinue -ErrorVariable failures
        $resized.Name | Should -Be 'db01', 'db02', 'web'
        $failures.Count | Should -Be 1
        Assert-Failure $failures[0] SizeOutOfRange InvalidArgument large@ssd1
    }

    It 'refuses one that a virtual machine has, and one that a snapshot stands on' {
        Add-VolumeToVM $world db01@ssd1 db01
        try {
            Assert-Failure (Get-ErrorOf { Resize-VmdkVolume db01@ssd1 1GB }) VolumeInUse ResourceBusy db01@ssd1
        }
        finally {
            Remove-VolumeFromVM $world db01
        }
        Add-Snapshot web@ssd1
        Assert-Failure (Get-ErrorOf { Resize-VmdkVolume web@ssd1 1GB }) VolumeInUse ResourceBusy web@ssd1
        (Get-VmdkVolume web).SnapshotCount | Should -Be 1
    }

    It 'shows with -WhatIf what it would do' {
        (Invoke-Asked { Get-VmdkVolume db0?  | Resize-VmdkVolume -Size 1GB -WhatIf }).Lines | Sort-Object |
            Should -Be (1, 2 | ForEach-Object { "What if: Performing the operation ""Resize to 1 GB"" on target ""volume 'db0$_@ssd1' on esx01.lab.example""." })
        (Get-VmdkVolume db*).CapacityBytes | Should -Be 10MB, 10MB
    }
}

Describe 'Copy-VmdkVolume' {
    BeforeAll {
        $source = New-VmdkVolume source 8MB ssd1 -StorageFormat Thick -Access ReadOnly -Label @{ owner = 'ops' }
        $bytes = [byte[]]::new(1MB)
        [System.Random]::new(7).NextBytes($bytes)
        $stream = [System.IO.File]::OpenWrite((Get-VolumeFile $world source@ssd1 flat.vmdk))
        $stream.Position = 3MB
        $stream.Write($bytes, 0, $bytes.Length)
        $stream.Dispose()
    }

    AfterEach { Get-VmdkVolume | Where-Object Name -NE source | Remove-VmdkVolume -Confirm:$false }
    AfterAll { Remove-AllVolume }

    It 'makes a volume of its own with the same content, beside the other' {
        $copy = Copy-VmdkVolume $source -DestinationName copy
        $copy.Id, $copy.CapacityBytes, $copy.StorageFormat, $copy.Access, $copy.Label['owner'] | Should -Be 'copy@ssd1', 8MB, 'Thick', 'ReadOnly', 'ops'
        $copy.Uuid | Should -Not -Be $source.Uuid
        (Get-FileHash (Get-VolumeFile $world copy@ssd1 flat.vmdk)).Hash | Should -Be (Get-FileHash (Get-VolumeFile $world source@ssd1 flat.vmdk)).Hash
        (Get-VmdkVolume source).Uuid | Should -Be $source.Uuid
    }

    It 'makes it elsewhere and otherwise, as it was asked to' {
        $copy = $source | Copy-VmdkVolume -DestinationName copy -DestinationDatastore datastore1 -StorageFormat Thin
        $copy.Id, $copy.StorageFormat | Should -Be 'copy@datastore1', 'Thin'
        (Get-FileHash (Get-VolumeFile $world copy@datastore1 flat.vmdk)).Hash | Should -Be (Get-FileHash (Get-VolumeFile $world source@ssd1 flat.vmdk)).Hash
    }

    It 'copies what a list names' {
        $list = @'
Id,DestinationName,DestinationDatastore
source@ssd1,c1,ssd1
source@ssd1,c2,datastore1
'@ | ConvertFrom-Csv
        ($list | Copy-VmdkVolume).Id | Should -Be 'c1@ssd1', 'c2@datastore1'
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'a source that is not there'; Script = { Copy-VmdkVolume nope@ssd1 copy }; Kind = 'VolumeNotFound'; Category = 'ObjectNotFound'; Target = 'nope@ssd1' }
        @{ What = 'a name that is taken'; Script = { Copy-VmdkVolume source@ssd1 source }; Kind = 'VolumeAlreadyExists'; Category = 'ResourceExists'; Target = 'source@ssd1' }
        @{ What = 'a name that cannot be'; Script = { Copy-VmdkVolume source@ssd1 'a b' }; Kind = 'InvalidParams'; Category = 'InvalidArgument'; Target = 'source@ssd1' }
        @{ What = 'a datastore that is not there'; Script = { Copy-VmdkVolume source@ssd1 copy nope }; Kind = 'DatastoreNotFound'; Category = 'ObjectNotFound'; Target = 'source@ssd1' }
    ) {
        Assert-Failure (Get-ErrorOf $Script) $Kind $Category $Target
        Get-StagedWork $world | Should -BeNullOrEmpty
    }

    It 'shows with -WhatIf what it would do' {
        (Invoke-Asked { Copy-VmdkVolume source@ssd1 copy datastore1 -WhatIf }).Lines |
            Should -Be 'What if: Performing the operation "Copy to ''copy@datastore1''" on target "volume ''source@ssd1'' on esx01.lab.example".'
        Get-VmdkVolume copy* | Should -BeNullOrEmpty
    }
}

Describe 'Convert-VmdkVolume and Optimize-VmdkVolume' {
    BeforeEach { $null = New-VmdkVolume a 16MB ssd1 }
    AfterEach { Remove-AllVolume }

    It 'take all blocks, and give back those of zeros' {
        Convert-VmdkVolume a@ssd1 | Should -BeNullOrEmpty
        $inflated = Get-VmdkVolume a
        $inflated.StorageFormat, $inflated.UsedBytes | Should -Be 'EagerZeroedThick', 16MB
        $thin = $inflated | Optimize-VmdkVolume -PassThru
        $thin.StorageFormat | Should -Be 'Thin'
        $thin.UsedBytes | Should -BeLessThan 1MB
        $thin.Uuid | Should -Be $inflated.Uuid
    }

    It 'take what is so already for done' {
        (Convert-VmdkVolume a@ssd1 -PassThru).StorageFormat | Should -Be 'EagerZeroedThick'
        (Convert-VmdkVolume a@ssd1 -PassThru -ErrorAction Stop).StorageFormat | Should -Be 'EagerZeroedThick'
    }

    It 'make a thick volume an eager zeroed one' {
        $null = New-VmdkVolume thick 16MB ssd1 -StorageFormat Thick
        (Convert-VmdkVolume thick@ssd1 -PassThru).StorageFormat | Should -Be 'EagerZeroedThick'
    }

    It 'refuse one that a snapshot stands on, and one that is not there' {
        Add-Snapshot a@ssd1
        Assert-Failure (Get-ErrorOf { Convert-VmdkVolume a@ssd1 }) VolumeInUse ResourceBusy a@ssd1
        Assert-Failure (Get-ErrorOf { Optimize-VmdkVolume a@ssd1 }) VolumeInUse ResourceBusy a@ssd1
        Assert-Failure (Get-ErrorOf { Convert-VmdkVolume nope@ssd1 }) VolumeNotFound ObjectNotFound nope@ssd1
    }

    It 'show with -WhatIf what they would do' {
        (Invoke-Asked { Convert-VmdkVolume a@ssd1 -WhatIf; Optimize-VmdkVolume a@ssd1 -WhatIf }).Lines | Should -Be @(
            'What if: Performing the operation "Inflate to EagerZeroedThick" on target "volume ''a@ssd1'' on esx01.lab.example".'
            'What if: Performing the operation "Give back blocks of zeros" on target "volume ''a@ssd1'' on esx01.lab.example".'
        )
        (Get-VmdkVolume a).StorageFormat | Should -Be 'Thin'
    }
}
