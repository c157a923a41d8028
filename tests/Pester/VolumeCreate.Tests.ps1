BeforeAll { . $PSScriptRoot/common.ps1; . $PSScriptRoot/volumes.ps1; $world = Open-World -Datastore 'datastore1=500GB', 'ssd1=200GB', 'small=2GB' }
AfterAll { Close-World $world }

Describe 'New-VmdkVolume' {
    AfterEach { Remove-AllVolume }

    It 'makes a volume where this virtual machine lies, thin and empty' {
        $volume = New-VmdkVolume db01 10GB
        $volume.Id | Should -Be 'db01@datastore1'
        $volume.Name, $volume.Datastore | Should -Be 'db01', 'datastore1'
        $volume.CapacityBytes | Should -Be 10GB
        $volume.CapacityGB | Should -Be 10
        $volume.CapacityGB | Should -BeOfType [decimal]
        $volume.UsedBytes | Should -BeLessThan 1MB
        $volume.StorageFormat, $volume.Access, $volume.Persistence | Should -Be 'Thin', 'ReadWrite', 'IndependentPersistent'
        $volume.State, $volume.Problem, $volume.AttachedTo, $volume.SnapshotCount | Should -Be 'Ok', $null, $null, 0
        $volume.CreatedBy | Should -Be 'web01'
        $volume.CreatedByUuid | Should -Be (Get-EsxVMIdentity).InstanceUuid
        $volume.Created | Should -BeGreaterThan ([datetime]::Now.AddMinutes(-1))
        $volume.Created | Should -BeLessOrEqual ([datetime]::Now.AddSeconds(1))
        $volume.Uuid | Should -Match '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        $volume.Path | Should -BeLike '/vmfs/volumes/*/esxagent/all/db01/db01.vmdk'
        $volume.Group | Should -Be 'all'
        $volume.Label.Count | Should -Be 0
        $volume.HostName | Should -Be 'esx01.lab.example'
        "$volume" | Should -Be 'db01@datastore1'
        Get-VolumeFile $world db01@datastore1 flat.vmdk | Should -Exist
    }

    It 'makes it as it was asked to, on the datastore that was named' {
        $made = New-VmdkVolume -Name Log.2 -Size 64MB -Datastore ssd1 -StorageFormat EagerZeroedThick -Access ReadOnly -Persistence IndependentNonPersistent -Label @{ owner = 'ops'; tier = 1 }
        foreach ($volume in $made, (Get-VmdkVolume Log.2)) {
            $volume.Id | Should -BeExactly 'Log.2@ssd1'
            $volume.StorageFormat, $volume.Access, $volume.Persistence | Should -Be 'EagerZeroedThick', 'ReadOnly', 'IndependentNonPersistent'
            $volume.UsedBytes | Should -Be 64MB
            $volume.Label.Count | Should -Be 2
            $volume.Label['owner'], $volume.Label.TIER | Should -Be 'ops', '1'
        }
    }

    It 'takes a datastore by its uuid too' {
        (New-VmdkVolume a 1MB (Get-EsxDatastore ssd1).Uuid).Datastore | Should -Be 'ssd1'
    }

    It 'makes a thick volume, which takes its room at once' {
        $volume = New-VmdkVolume a 64MB -StorageFormat Thick
        $volume.StorageFormat | Should -Be 'Thick'
        $volume.UsedBytes | Should -Be 64MB
    }

    It 'takes a size of <Text>' -ForEach @(
        @{ Text = '10GB'; Size = 10GB; Bytes = 10GB }
        @{ Text = '"10GB"'; Size = '10GB'; Bytes = 10GB }
        @{ Text = '"10 GB"'; Size = '10 GB'; Bytes = 10GB }
        @{ Text = '10GiB'; Size = '10GiB'; Bytes = 10GB }
        @{ Text = '1.5tb'; Size = 1.5tb; Bytes = 1.5tb }
        @{ Text = '"1.5 tb"'; Size = '1.5 tb'; Bytes = 1.5tb }
        @{ Text = '1048576'; Size = '1048576'; Bytes = 1MB }
        @{ Text = 'a number that is wrapped'; Size = [psobject]::AsPSObject(2MB); Bytes = 2MB }
        @{ Text = 'no whole number of sectors'; Size = 1MB + 1; Bytes = 1MB + 512 }
    ) {
        (New-VmdkVolume sized $Size).CapacityBytes | Should -Be $Bytes
    }

    It 'takes a bare word for a size as PowerShell gives it' {
        (Invoke-Expression 'New-VmdkVolume sized 10GiB').CapacityBytes | Should -Be 10GB
    }

    It 'says of <Text> as a size what is expected' -ForEach @(@{ Text = 'ten GB' }, @{ Text = '10 bananas' }, @{ Text = '' }, @{ Text = '99EB' }) {
        $failure = Get-ErrorOf { New-VmdkVolume a $Text }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        "$failure" | Should -BeLike "*'$Text' is no size*10GB*"
    }

    It 'makes several of one size, and what goes wrong with one leaves the others alone' {
        $made = New-VmdkVolume a, 'b c', d 1MB -ErrorAction SilentlyContinue -ErrorVariable failures
        $made.Id | Should -Be 'a@datastore1', 'd@datastore1'
        $failures.Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'InvalidParams,*'
        $failures[0].CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failures[0].TargetObject | Should -Be 'b c'
    }

    It 'makes what a CSV file lists' {
        $csv = Join-Path $world.Root 'volumes.csv'
        Set-Content -LiteralPath $csv -Value @(
            'Name,Size,Datastore,StorageFormat'
            'one,10GB,ssd1,Thin'
            'two,"1.5 GB",datastore1,Thick'
            'three,2097152,ssd1,EagerZeroedThick'
        )
        $made = Import-Csv -LiteralPath $csv | New-VmdkVolume
        $made.Id | Should -Be 'one@ssd1', 'two@datastore1', 'three@ssd1'
        $made.CapacityBytes | Should -Be 10GB, 1.5GB, 2MB
        $made.StorageFormat | Should -Be 'Thin', 'Thick', 'EagerZeroedThick'
    }

    It 'makes one like another where a volume comes along the pipeline' {
        $model = New-VmdkVolume a 3MB ssd1 -Access ReadOnly -Label @{ owner = 'ops' }
        $like = $model | Select-Object CapacityBytes, Access, Label, Datastore, @{ Name = 'Name'; Expression = { 'b' } } | New-VmdkVolume
        $like.Id, $like.CapacityBytes, $like.Access, $like.Label['owner'] | Should -Be 'b@ssd1', 3MB, 'ReadOnly', 'ops'
    }

    It 'shows with -WhatIf what it would make, and makes nothing' {
        $shown = Invoke-Asked { New-VmdkVolume a, b 10GB ssd1 -WhatIf }
        $shown.Output | Should -BeNullOrEmpty
        $shown.Lines | Should -Be @(
            'What if: Performing the operation "Create with 10 GB, Thin" on target "volume ''a@ssd1'' on esx01.lab.example".'
            'What if: Performing the operation "Create with 10 GB, Thin" on target "volume ''b@ssd1'' on esx01.lab.example".'
        )
        Get-VmdkVolume | Should -BeNullOrEmpty
    }

    It 'does not ask, unless the person wants to be asked' {
        (Invoke-Asked { New-VmdkVolume a 1MB }).Questions | Should -BeNullOrEmpty
        $refused = Invoke-Asked { New-VmdkVolume b 1MB -Confirm }
        $refused.Questions.Count | Should -Be 1
        (Get-VmdkVolume).Name | Should -Be 'a'
    }
}

Describe 'A volume that cannot be made' {
    BeforeAll {
        function Assert-Failure($Failure, [string] $Id, [string] $Category, [string] $Target, [string] $Advice) {
            $Failure | Should -Not -BeNullOrEmpty
            ($Failure.FullyQualifiedErrorId -split ',')[0] | Should -BeExactly $Id
            $Failure.CategoryInfo.Category | Should -Be $Category
            $Failure.TargetObject | Should -Be $Target
            $Failure.ErrorDetails.RecommendedAction | Should -BeLike $Advice
        }
    }

    AfterEach { Remove-AllVolume }

    It 'because its name is <Name> says which rule that breaks' -ForEach @(
        @{ Name = 'a/b'; Rule = '*begin with a letter or digit*' }
        @{ Name = '.hidden'; Rule = '*begin with a letter or digit*' }
        @{ Name = 'db-000001'; Rule = '*six digits*' }
        @{ Name = 'db-flat'; Rule = "*'-flat'*" }
        @{ Name = 'db.vmdk'; Rule = "*'.vmdk'*" }
        @{ Name = ('x' * 81); Rule = '*1 to 80*' }
    ) {
        $failure = Get-ErrorOf { New-VmdkVolume $Name 1MB ssd1 }
        Assert-Failure $failure InvalidParams InvalidArgument "$Name@ssd1" '*Correct the value*'
        "$failure" | Should -BeLike $Rule
    }

    It 'because its size is <Size> says what sizes there are' -ForEach @(@{ Size = 0 }, @{ Size = -1 }, @{ Size = 512 }, @{ Size = 63TB }, @{ Size = [long]::MaxValue }) {
        Assert-Failure (Get-ErrorOf { New-VmdkVolume a $Size ssd1 }) SizeOutOfRange InvalidArgument a@ssd1 '*1 MB to 62 TB*'
    }

    It 'because it exists already carries the one that exists' {
        $there = New-VmdkVolume a 1MB ssd1
        $failure = Get-ErrorOf { New-VmdkVolume A 2MB ssd1 }
        Assert-Failure $failure VolumeAlreadyExists ResourceExists a@ssd1 '*choose another name*'
        $failure.Exception.Error.Existing.Uuid | Should -Be $there.Uuid
        $failure.Exception.Error.Existing.SizeBytes | Should -Be 1MB
        (Get-VmdkVolume a).CapacityBytes | Should -Be 1MB
    }

    It 'because there is no such datastore says so' {
        Assert-Failure (Get-ErrorOf { New-VmdkVolume a 1MB nope }) DatastoreNotFound ObjectNotFound a@nope '*Get-EsxDatastore*'
    }

    It 'because the datastore is full says so, and leaves nothing behind' {
        Assert-Failure (Get-ErrorOf { New-VmdkVolume a 3GB small -StorageFormat Thick }) DatastoreFull LimitsExceeded a@small '*Get-EsxDatastore*'
        Get-VmdkVolume -Datastore small | Should -BeNullOrEmpty
        Get-StagedWork $world | Should -BeNullOrEmpty
    }

    It 'because the policy allows no more says so' {
        $policy = '{ "version": 1, "groups": [ { "name": "all", "members": [ { "name": "*" } ], "methods": ["*"], "datastores": [ { "name": "ssd1", "maxVolumeBytes": 8388608, "totalBytes": 12582912 } ] } ] }'
        Use-Policy $world $policy {
            $null = New-VmdkVolume a 8MB ssd1 -ErrorAction Stop
            Assert-Failure (Get-ErrorOf { New-VmdkVolume b 8MB ssd1 }) QuotaExceeded QuotaExceeded b@ssd1 '*Remove volumes*'
            Assert-Failure (Get-ErrorOf { New-VmdkVolume b 9MB ssd1 }) SizeOutOfRange InvalidArgument b@ssd1 '*policy*'
            Assert-Failure (Get-ErrorOf { New-VmdkVolume b 1MB datastore1 }) AccessDenied PermissionDenied b@datastore1 '*'
            (Get-VmdkVolume).Id | Should -Be 'a@ssd1' -Because 'what the policy does not allow is not looked at'
        }
    }

    It 'because the policy allows no changes says so, and reading goes on' {
        $null = New-VmdkVolume a 8MB ssd1
        $policy = '{ "version": 1, "groups": [ { "name": "all", "members": [ { "name": "*" } ], "methods": ["volume/get", "volume/list"], "datastores": [ { "name": "*" } ] } ] }'
        Use-Policy $world $policy {
            Assert-Failure (Get-ErrorOf { New-VmdkVolume b 1MB ssd1 }) AccessDenied PermissionDenied b@ssd1 '*'
            Assert-Failure (Get-ErrorOf { Remove-VmdkVolume a@ssd1 -Confirm:$false }) AccessDenied PermissionDenied a@ssd1 '*'
            (Get-VmdkVolume).Id | Should -Be 'a@ssd1'
        }
    }

    It 'because the host''s tool fails carries the tool''s words' {
        Use-Fault $world @{ tool = 'vmkfstools'; arguments = '-c *'; fail = @{ text = 'Failed to create virtual disk: The file system is read-only'; code = 30 } } {
            $failure = Get-ErrorOf { New-VmdkVolume a 1MB ssd1 }
            Assert-Failure $failure ToolFailed NotSpecified a@ssd1 '*tool*'
            "$failure" | Should -BeLike '*read-only*'
        }
        Get-VmdkVolume | Should -BeNullOrEmpty
        Get-StagedWork $world | Should -BeNullOrEmpty
    }

    It 'because the tool did nothing although it said so is no volume' {
        Use-Fault $world @{ tool = 'vmkfstools'; arguments = '-c *'; successWithoutEffect = @{} } {
            (Get-ErrorOf { New-VmdkVolume a 1MB ssd1 }).FullyQualifiedErrorId | Should -BeLike 'ToolFailed,*'
        }
        Get-VmdkVolume | Should -BeNullOrEmpty
    }

    It 'because the tool died leaves nothing behind' {
        Use-Fault $world @{ tool = 'vmkfstools'; arguments = '-c *'; dieBySignal = @{ signal = 9 } } {
            (Get-ErrorOf { New-VmdkVolume a 1MB ssd1 }).FullyQualifiedErrorId | Should -BeLike 'ToolFailed,*'
        }
        Get-VmdkVolume | Should -BeNullOrEmpty
        Get-StagedWork $world | Should -BeNullOrEmpty
    }

    It 'ends a script that wants to stop at errors, and is caught' {
        { New-VmdkVolume a 1MB nope -ErrorAction Stop; throw 'it went on' } | Should -Throw -ErrorId 'DatastoreNotFound,*'
    }
}
