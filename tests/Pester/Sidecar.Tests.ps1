# Sidecars from the guest to the file on the host and back: making, listing, resizing, removing, and correcting the descriptor's list.

BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/volumes.ps1
    . $PSScriptRoot/sidecars.ps1
    $world = Open-World -Datastore 'datastore1=500GB', 'ssd1=200GB', 'tiny=8MB'
}

AfterAll { Close-World $world }

Describe 'New-VmdkSidecar' {
    BeforeEach { $null = New-VmdkVolume a, b 1MB ssd1 }
    AfterEach { Remove-AllVolume }

    It 'makes a file of zeros that the descriptor names (create)' {
        $made = New-VmdkSidecar a@ssd1 k1 8KB
        $made.VolumeId, $made.VmdkPath, $made.Key, $made.Size, $made.Problem, $made.HostName | Should -Be 'a@ssd1', $null, 'k1', 8KB, $null, 'esx01.lab.example'
        "$made" | Should -Be 'a@ssd1:k1'
        Get-SidecarHex $world $made | Should -Be ('00' * 8KB)
        Get-DescriptorLine $world a@ssd1 | Should -BeLike "*k1,$($made.FileName)*"
    }

    It 'rounds <Size> up to <Rounded>' -ForEach @(
        @{ Size = 1; Rounded = 4096 }
        @{ Size = 4096; Rounded = 4096 }
        @{ Size = 4097; Rounded = 8192 }
        @{ Size = '10 KB'; Rounded = 12288 }
    ) {
        $made = New-VmdkSidecar a@ssd1 k1 $Size
        $made.Size | Should -Be $Rounded
        (Get-Item -LiteralPath (Get-SidecarFile $world $made)).Length | Should -Be $Rounded
    }

    It 'refuses a size that cannot be: <Size>' -ForEach @(@{ Size = 0 }, @{ Size = -1 }, @{ Size = 2GB }) {
        Assert-SidecarFailure (Get-ErrorOf { New-VmdkSidecar a@ssd1 k1 $Size }) SizeOutOfRange InvalidArgument 'a@ssd1:k1' '*1 to 1 GiB*'
        Get-VmdkSidecar a@ssd1 | Should -BeNullOrEmpty
    }

    It 'refuses a key that is there, and takes it with -Force as it is (forcecreate)' {
        $null = New-VmdkSidecar a@ssd1 k1 4KB
        Set-VmdkSidecarContent a@ssd1:k1 'kept'
        Assert-SidecarFailure (Get-ErrorOf { New-VmdkSidecar a@ssd1 k1 8KB }) SidecarAlreadyExists ResourceExists 'a@ssd1:k1' "*'k1'*"
        (New-VmdkSidecar a@ssd1 k1 8KB -Force).Size | Should -Be 4KB
        Get-VmdkSidecarContent a@ssd1:k1 -Raw | Should -Be 'kept'
        (New-VmdkSidecar a@ssd1 k2 8KB -Force).Size | Should -Be 8KB
    }

    It 'refuses the key of the agent, and keys that are none: <Key>' -ForEach @(
        @{ Key = 'esxagent'; Kind = 'AccessDenied'; Category = 'PermissionDenied' }
        @{ Key = 'ESXagent'; Kind = 'AccessDenied'; Category = 'PermissionDenied' }
        @{ Key = 'a,b'; Kind = 'InvalidParams'; Category = 'InvalidArgument' }
        @{ Key = 'a b'; Kind = 'InvalidParams'; Category = 'InvalidArgument' }
        @{ Key = '../x'; Kind = 'InvalidParams'; Category = 'InvalidArgument' }
        @{ Key = 'k*'; Kind = 'InvalidParams'; Category = 'InvalidArgument' }
    ) {
        Assert-SidecarFailure (Get-ErrorOf { New-VmdkSidecar a@ssd1 $Key 4KB }) $Kind $Category "a@ssd1:$Key"
        Get-VmdkSidecar a@ssd1 | Should -BeNullOrEmpty
    }

    It 'makes one on each volume of a pipeline, and rows of a CSV file' {
        (Get-VmdkVolume | New-VmdkSidecar -Key k1 -Size 4KB).VolumeId | Sort-Object | Should -Be 'a@ssd1', 'b@ssd1'
        $rows = 'VolumeId,Key,Size', 'a@ssd1,csv1,4KB', 'b@ssd1,csv2,8KB' | ConvertFrom-Csv
        $made = $rows | New-VmdkSidecar
        $made | ForEach-Object { "$($_.Key) $($_.Size)" } | Should -Be 'csv1 4096', 'csv2 8192'
    }

    It 'tells a full datastore' {
        $null = New-VmdkVolume t 1MB tiny
        Assert-SidecarFailure (Get-ErrorOf { New-VmdkSidecar t@tiny k1 64MB }) DatastoreFull LimitsExceeded 't@tiny:k1'
        Get-VmdkSidecar t@tiny | Should -BeNullOrEmpty
    }

    It 'shows with -WhatIf what it would make' {
        $shown = Invoke-Asked { New-VmdkSidecar a@ssd1 k1 4KB -WhatIf }
        $shown.Lines | Should -Be 'What if: Performing the operation "Create with 4 KB" on target "sidecar ''a@ssd1:k1'' on esx01.lab.example".'
        Get-VmdkSidecar a@ssd1 | Should -BeNullOrEmpty
    }
}

Describe 'Get-VmdkSidecar' {
    BeforeAll {
        $null = New-VmdkVolume a, b 1MB ssd1
        'k1', 'k2', 'other' | ForEach-Object { $null = New-VmdkSidecar a@ssd1 $_ 4KB }
    }

    AfterAll { Remove-AllVolume }

    It 'lists what the descriptor names, without the agent''s own' {
        (Get-VmdkSidecar a@ssd1).Key | Sort-Object | Should -Be 'k1', 'k2', 'other'
        Get-DescriptorLine $world a@ssd1 | Should -BeLike '*esxagent*' -Because 'otherwise nothing is left out'
        Get-VmdkSidecar b@ssd1 | Should -BeNullOrEmpty
    }

    It 'asks the host''s own tool with -Verify (enum)' {
        (Get-VmdkSidecar a@ssd1).Confirmed | Should -Be $null, $null, $null
        (Get-VmdkSidecar a@ssd1 -Verify).Confirmed | Should -Be $true, $true, $true
        Use-Fault $world @{ tool = 'diskTool'; arguments = '--sidecar enum *'; successWithoutEffect = @{ text = 'k1' } } {
            (Get-VmdkSidecar a@ssd1 k1, k2 -Verify).Confirmed | Should -Be $true, $false
        }
        Use-Fault $world @{ tool = 'diskTool'; arguments = '--sidecar enum *'; fail = @{ code = 327689 } } {
            Assert-SidecarFailure (Get-ErrorOf { Get-VmdkSidecar a@ssd1 -Verify }) ToolFailed NotSpecified 'a@ssd1'
            (Get-VmdkSidecar a@ssd1).Count | Should -Be 3 -Because 'without -Verify the tool is not asked'
        }
    }

    It 'chooses by key' {
        (Get-VmdkSidecar a@ssd1 k*).Key | Sort-Object | Should -Be 'k1', 'k2'
        (Get-VmdkSidecar a@ssd1 -Key other, K?).Key | Sort-Object | Should -Be 'k1', 'k2', 'other'
        Get-VmdkSidecar b@ssd1 k* -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'tells a key that is missing on one disk, and finds it on the other' {
        $found = Get-VmdkVolume | Get-VmdkSidecar -Key k1 -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.VolumeId | Should -Be 'a@ssd1'
        $failures.Count | Should -Be 1
        Assert-SidecarFailure $failures[0] SidecarNotFound ObjectNotFound 'b@ssd1:k1' "*'b@ssd1'*'k1'*"
        Assert-SidecarFailure (Get-ErrorOf { Get-VmdkSidecar a@ssd1 K1 }) SidecarNotFound ObjectNotFound 'a@ssd1:K1'
    }

    It 'tells a disk that is missing' {
        Assert-SidecarFailure (Get-ErrorOf { Get-VmdkSidecar nope@ssd1 }) VolumeNotFound ObjectNotFound 'nope@ssd1'
        Assert-SidecarFailure (Get-ErrorOf { Get-VmdkSidecar -VmdkPath "$OtherFolder/nope.vmdk" }) VolumeNotFound ObjectNotFound "$OtherFolder/nope.vmdk"
        Assert-SidecarFailure (Get-ErrorOf { Get-VmdkSidecar -VmdkPath web01.vmdk }) InvalidParams InvalidArgument 'web01.vmdk' '*/vmfs/volumes/*'
    }

    It 'looks at a sidecar again' {
        $sidecar = Get-VmdkSidecar a@ssd1 k2
        $again = $sidecar | Get-VmdkSidecar
        $again.Key | Should -Be 'k2'
    }
}

Describe 'Resize-VmdkSidecar' {
    BeforeEach {
        $null = New-VmdkVolume a 1MB ssd1
        $null = New-VmdkSidecar a@ssd1 k1 8KB
        Set-VmdkSidecarContent a@ssd1:k1 -Pattern 7 -Length 8KB
    }

    AfterEach { Remove-AllVolume }

    It 'goes up with zeros and down with the end (resize)' {
        $larger = Resize-VmdkSidecar a@ssd1:k1 -Size 9000 -PassThru
        $larger.Size | Should -Be 12KB
        Get-SidecarHex $world $larger | Should -Be (('07' * 8KB) + ('00' * 4KB))
        (Resize-VmdkSidecar -Volume a@ssd1 -Key k1 -Size 4KB -PassThru).Size | Should -Be 4KB
        Get-SidecarHex $world $larger | Should -Be ('07' * 4KB)
    }

    It 'takes the size that is there, writes nothing, and does not take it from the pipeline' {
        Get-VmdkSidecar a@ssd1 | Resize-VmdkSidecar -Size 8KB -ErrorAction Stop | Should -BeNullOrEmpty
        (Get-Command Resize-VmdkSidecar).Parameters['Size'].ParameterSets.Values.ValueFromPipelineByPropertyName | Should -Not -Contain $true
    }

    It 'tells a missing key, a size that cannot be, and a full datastore' {
        Assert-SidecarFailure (Get-ErrorOf { Resize-VmdkSidecar a@ssd1:nope 4KB }) SidecarNotFound ObjectNotFound 'a@ssd1:nope'
        Assert-SidecarFailure (Get-ErrorOf { Resize-VmdkSidecar a@ssd1:k1 0 }) SizeOutOfRange InvalidArgument 'a@ssd1:k1'
        Use-Fault $world @{ tool = 'diskTool'; arguments = '--sidecar resize,*'; fail = @{ code = 13 } } {
            Assert-SidecarFailure (Get-ErrorOf { Resize-VmdkSidecar a@ssd1:k1 16KB }) DatastoreFull LimitsExceeded 'a@ssd1:k1'
        }
        (Get-VmdkSidecar a@ssd1).Size | Should -Be 8KB
    }
}

Describe 'Remove-VmdkSidecar' {
    BeforeEach {
        $null = New-VmdkVolume a, b 1MB ssd1
        foreach ($id in 'a@ssd1', 'b@ssd1') { 'k1', 'k2' | ForEach-Object { $null = New-VmdkSidecar $id $_ 4KB } }
    }

    AfterEach { Remove-AllVolume }

    It 'removes the file and the entry (delete)' {
        $sidecar = Get-VmdkSidecar a@ssd1 k1
        Remove-VmdkSidecar a@ssd1:k1 -Confirm:$false
        Get-SidecarFile $world $sidecar | Should -Not -Exist
        Get-DescriptorLine $world a@ssd1 | Should -Not -BeLike '*k1,*'
        (Get-VmdkSidecar a@ssd1).Key | Should -Be 'k2'
        (Get-VmdkSidecar b@ssd1).Count | Should -Be 2
    }

    It 'removes the same keys of several volumes' {
        Get-VmdkVolume | Remove-VmdkSidecar -Key k1, k2 -Confirm:$false
        Get-VmdkVolume | Get-VmdkSidecar | Should -BeNullOrEmpty
    }

    It 'removes all of a disk with -All, and leaves the agent''s own (deleteall)' {
        Get-VmdkVolume a | Remove-VmdkSidecar -All -Confirm:$false
        Get-VmdkSidecar a@ssd1 | Should -BeNullOrEmpty
        Get-VmdkVolume a | Test-VmdkVolume | Should -BeTrue
        Get-VolumeFile $world a@ssd1 vmfd | Should -Exist -Because 'the metadata of the volume lies there'
        (Get-VmdkSidecar b@ssd1).Count | Should -Be 2
        # Without one of the agent's own the tool removes all at once.
        $path = New-OtherDisk $world
        1..3 | ForEach-Object { $null = New-VmdkSidecar -VmdkPath $path "k$_" 4KB }
        Use-Fault $world @{ tool = 'diskTool'; arguments = '--sidecar delete,*'; fail = @{} } {
            Remove-VmdkSidecar -VmdkPath $path -All -Confirm:$false -ErrorAction Stop
        }
        Get-VmdkSidecar -VmdkPath $path | Should -BeNullOrEmpty
    }

    It 'asks before each, and leaves what the person does not agree to' {
        $asked = Invoke-Asked { Get-VmdkSidecar a@ssd1 | Remove-VmdkSidecar; Remove-VmdkSidecar -Volume b@ssd1 -All }
        $asked.Questions.Count | Should -Be 3
        $asked.Questions[0] | Should -BeLike '*"Remove" on target "sidecar ''a@ssd1:k1'' on esx01.lab.example"*'
        $asked.Questions[2] | Should -BeLike '*"all sidecars of ''b@ssd1'' on esx01.lab.example"*'
        @(Get-VmdkVolume | Get-VmdkSidecar).Count | Should -Be 4
    }

    It 'must be told which, by -Key or by -All, and takes no sidecar for its disk' {
        foreach ($script in { Remove-VmdkSidecar -Volume a@ssd1 -Confirm:$false }, { Get-VmdkVolume | Remove-VmdkSidecar -Key k1 -All -Confirm:$false }) {
            $failure = Get-ErrorOf $script
            $failure.FullyQualifiedErrorId | Should -BeLike 'KeyOrAllNeeded,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        }
        Get-ErrorOf { Get-VmdkSidecar a@ssd1 k1 | Remove-VmdkSidecar -All -Confirm:$false } | Should -Not -BeNullOrEmpty
        @(Get-VmdkVolume | Get-VmdkSidecar).Count | Should -Be 4
    }

    It 'warns of what is missing, and does not fail' {
        Remove-VmdkSidecar a@ssd1:nope -Confirm:$false -ErrorAction Stop -WarningVariable warned -WarningAction SilentlyContinue
        "$warned" | Should -BeLike "*'a@ssd1:nope'*"
    }

    It 'tells a disk that is locked' {
        Use-Fault $world @{ tool = 'diskTool'; arguments = '--sidecar delete,*'; fail = @{ code = 16392 } } {
            Assert-SidecarFailure (Get-ErrorOf { Remove-VmdkSidecar a@ssd1:k1 -Confirm:$false }) VolumeInUse ResourceBusy 'a@ssd1:k1'
        }
        (Get-VmdkSidecar a@ssd1).Count | Should -Be 2
    }

    It 'takes no wildcards' {
        "$(Get-ErrorOf { Remove-VmdkSidecar 'a@ssd1:k*' -Confirm:$false })" | Should -BeLike '*wildcards*Get-VmdkSidecar*'
        @(Get-VmdkVolume | Get-VmdkSidecar).Count | Should -Be 4
    }
}

Describe 'A descriptor' {
    BeforeEach {
        $null = New-VmdkVolume a 1MB ssd1
        $sidecar = New-VmdkSidecar a@ssd1 k1 4KB
    }

    AfterEach { Remove-AllVolume }

    It 'with two entries for one key, and one without a file, is told, and corrected (updateDDB)' {
        Edit-Descriptor $world a@ssd1 { $_ -replace '(?m)^(ddb.sidecars = "[^"]*)"', "`$1;k1,$($sidecar.FileName);k2,gone.vmfd""" } {
            $twice = 'The descriptor has 2 entries for it'
            (Get-VmdkSidecar a@ssd1).Problem | Should -Be $twice, $twice, "Its file 'gone.vmfd' is missing"
            Assert-SidecarFailure (Get-ErrorOf { Get-VmdkSidecarContent a@ssd1:k1 }) MetadataDamaged NotSpecified 'a@ssd1:k1' '*2 entries*'
            Assert-SidecarFailure (Get-ErrorOf { Get-VmdkSidecarContent a@ssd1:k2 }) MetadataDamaged NotSpecified 'a@ssd1:k2' '*gone.vmfd*'
            Test-VmdkVolume a@ssd1 | Should -BeFalse
            $left = Update-VmdkSidecarDatabase a@ssd1 -PassThru
            $left.Key, $left.Problem | Should -Be 'k1', $null
            Test-VmdkVolume a@ssd1 | Should -BeTrue
            Get-VmdkSidecarContent a@ssd1:k1 -Raw -ErrorAction Stop | Should -Be ''
        }
    }

    It 'is corrected for a pipeline of sidecars, silently' {
        Get-VmdkVolume | Get-VmdkSidecar | Update-VmdkSidecarDatabase -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'that cannot be read is told' {
        Edit-Descriptor $world a@ssd1 { 'no descriptor at all' } {
            Assert-SidecarFailure (Get-ErrorOf { Get-VmdkSidecar a@ssd1 }) MetadataDamaged NotSpecified 'a@ssd1' '*descriptor*'
            Assert-SidecarFailure (Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 'x' }) MetadataDamaged NotSpecified 'a@ssd1'
        }
        Get-SidecarHex $world $sidecar | Should -Be ('00' * 4KB)
    }

    It 'that is locked is told' {
        Use-Fault $world @{ tool = 'diskTool'; arguments = '--sidecar updateDDB *'; fail = @{ code = 16392 } } {
            Assert-SidecarFailure (Get-ErrorOf { Update-VmdkSidecarDatabase a@ssd1 }) VolumeInUse ResourceBusy 'a@ssd1'
        }
    }
}

Describe 'A disk that is no volume' {
    It 'has sidecars by its path, and the delta disk of a snapshot has its own' {
        $parent = New-OtherDisk $world vm1
        $child = New-SnapshotDisk $world $parent
        $ofParent = New-VmdkSidecar -VmdkPath $parent -Key k1 -Size 4KB
        $ofChild = New-VmdkSidecar -VmdkPath $child -Key k1 -Size 4KB
        $ofChild.VolumeId, $ofChild.VmdkPath, $ofChild.Key | Should -Be $null, $child, 'k1'
        $ofChild.FileName | Should -BeLike 'vm1-000001-*.vmfd'
        Set-VmdkSidecarContent "${parent}:k1" 'parent'
        $ofChild | Set-VmdkSidecarContent -Value 'child'
        Get-VmdkSidecarContent -VmdkPath $parent, $child -Key k1 | Should -Be 'parent', 'child'
        Get-SidecarHex $world $ofParent | Should -BeLike '706172656E7400*'
        (Get-VmdkSidecar -VmdkPath $child).Key | Should -Be 'k1'
        Remove-VmdkSidecar -VmdkPath $child -Key k1 -Confirm:$false
        Get-VmdkSidecarContent "${parent}:k1" | Should -Be 'parent'
    }

    It 'is refused where the policy does not open it' {
        $path = New-OtherDisk $world vm2
        $policy = '{ "version": 1, "groups": [ { "name": "all", "members": [ { "name": "*" } ], "methods": ["*"], "vmdkPaths": ["/vmfs/volumes/ssd1"] } ] }'
        Use-Policy $world $policy {
            Assert-SidecarFailure (Get-ErrorOf { Get-VmdkSidecar -VmdkPath $path }) AccessDenied PermissionDenied $path
            Assert-SidecarFailure (Get-ErrorOf { Set-VmdkSidecarContent "${path}:k1" 'x' }) AccessDenied PermissionDenied "${path}:k1"
        }
    }
}
