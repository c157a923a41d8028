# What volumes are named by on their way from one cmdlet to the next, through files, runspaces and sessions.

BeforeAll { . $PSScriptRoot/common.ps1; . $PSScriptRoot/volumes.ps1; $world = Open-World }
AfterAll { Close-World $world }

Describe 'A volume object' {
    BeforeEach {
        # The same name twice: whoever goes by the name alone meets the wrong one, which lies where this virtual machine does.
        $null = New-VmdkVolume a 1MB datastore1
        $null = New-VmdkVolume a 2MB ssd1 -Label @{ owner = 'ops' }
    }

    AfterEach { Remove-AllVolume }

    It 'is taken by its id' {
        Get-VmdkVolume -Datastore ssd1 | Remove-VmdkVolume -Confirm:$false
        (Get-VmdkVolume).Id | Should -Be 'a@datastore1'
    }

    It 'is taken by its id after a round trip through Export-Clixml, with all of its values' {
        $file = Join-Path $world.Root 'volumes.clixml'
        $all = Get-VmdkVolume
        $all | Export-Clixml -LiteralPath $file
        $copies = Import-Clixml -LiteralPath $file
        for ($i = 0; $i -lt $all.Count; $i++) {
            $copies[$i].PSObject.TypeNames[0] | Should -Be 'Deserialized.EsxAgent.VmdkVolume'
            foreach ($property in $all[$i].PSObject.Properties | Where-Object Name -NE Label) {
                $copies[$i].($property.Name) | Should -Be $property.Value -Because $property.Name
            }
        }
        $copy = $copies | Where-Object Datastore -EQ ssd1
        $copy.Label['owner'] | Should -Be 'ops'
        ($copies | Out-String) | Should -Be ($all | Out-String)
        ($copies | Format-List | Out-String) | Should -Be ($all | Format-List | Out-String)

        ($copy | Resize-VmdkVolume -Size 4MB -PassThru).Id | Should -Be 'a@ssd1'
        (Set-VmdkVolume $copy -Access ReadOnly -PassThru).Id | Should -Be 'a@ssd1'
        ($copy | Get-VmdkVolume).CapacityBytes | Should -Be 4MB
        $copy | Test-VmdkVolume | Should -BeTrue
        (Repair-VmdkVolume -Volume $copy).VolumeId | Should -Be 'a@ssd1'
        ($copy | Convert-VmdkVolume -PassThru).Id | Should -Be 'a@ssd1'
        ($copy | Optimize-VmdkVolume -PassThru).Id | Should -Be 'a@ssd1'
        ($copy | Copy-VmdkVolume -DestinationName copied).Id | Should -Be 'copied@ssd1'
        $copy | Remove-VmdkVolume -Confirm:$false
        (Get-VmdkVolume a).Id | Should -Be 'a@datastore1'
    }

    It 'is taken by its id as <What>' -ForEach @(
        @{ What = 'a selection of properties'; Made = { Get-VmdkVolume a -Datastore ssd1 | Select-Object Id, Name } }
        @{ What = 'a selection of everything'; Made = { Get-VmdkVolume a -Datastore ssd1 | Select-Object * } }
        @{ What = 'a row of a CSV file'; Made = { Get-VmdkVolume a -Datastore ssd1 | ConvertTo-Csv | ConvertFrom-Csv } }
        @{ What = 'what JSON keeps of it'; Made = { Get-VmdkVolume a -Datastore ssd1 | ConvertTo-Json | ConvertFrom-Json } }
        @{ What = 'an id'; Made = { 'a@ssd1' } }
        @{ What = 'an object with an id of one''s own making'; Made = { [pscustomobject]@{ Name = 'other'; Id = 'a@ssd1' } } }
        @{ What = 'a report about it'; Made = { Test-VmdkVolume a@ssd1 -Detailed } }
        @{ What = 'a reference'; Made = { [EsxAgent.VmdkVolumeReference]'a@ssd1' } }
        @{ What = 'a reference made of it'; Made = { [EsxAgent.VmdkVolumeReference]::new((Get-VmdkVolume a -Datastore ssd1)) } }
    ) {
        $given = & $Made
        ($given | Resize-VmdkVolume -Size 3MB -PassThru -ErrorAction Stop).Id | Should -Be 'a@ssd1'
        (Get-VmdkVolume a -Datastore datastore1).CapacityBytes | Should -Be 1MB
    }

    It 'is taken as an argument, alone and with others' {
        $all = Get-VmdkVolume
        (Set-VmdkVolume $all -Access ReadOnly -PassThru).Id | Sort-Object | Should -Be 'a@datastore1', 'a@ssd1'
        (Set-VmdkVolume $all[0], 'a@ssd1' -Access ReadWrite -PassThru).Count | Should -Be 2
        (Get-VmdkVolume -Id $all).Count | Should -Be 2
    }

    It 'is never taken by its name alone: <What> is refused' -ForEach @(
        @{ What = 'an object with a name and no id'; Given = { Get-VmdkVolume a -Datastore ssd1 | Select-Object Name } }
        @{ What = 'a datastore'; Given = { Get-EsxDatastore ssd1 } }
        @{ What = 'a number'; Given = { 7 } }
        @{ What = 'a session'; Given = { Get-EsxAgentSession | Select-Object -First 1 } }
        @{ What = 'an empty id'; Given = { '@ssd1' } }
        @{ What = 'an id without its datastore''s name'; Given = { 'a@' } }
    ) {
        $failure = Get-ErrorOf { & $Given | Remove-VmdkVolume -Confirm:$false }
        $failure | Should -Not -BeNullOrEmpty
        $failure.CategoryInfo.Category | Should -BeIn 'InvalidArgument', 'InvalidData'
        @(Get-VmdkVolume).Count | Should -Be 2
    }

    It 'says as an argument what is expected' {
        "$(Get-ErrorOf { Remove-VmdkVolume (Get-EsxDatastore ssd1) })" | Should -BeLike "*A volume is expected, and EsxDatastore was given*'Get-VmdkVolume'*"
        "$(Get-ErrorOf { Remove-VmdkVolume ([pscustomobject]@{ Name = 'a' }) })" | Should -BeLike '*an object without an id*'
    }

    It 'is another volume on a host whose datastore only has the same name' {
        $volume = Get-VmdkVolume a -Datastore ssd1
        # The uuid in the path is what counts: here one that this host does not have.
        $path = $volume.Path -replace '/vmfs/volumes/[^/]+', '/vmfs/volumes/00000000-00000000-0000-000000000000'
        $elsewhere = [pscustomobject]@{ Id = $volume.Id; Path = $path }
        $failure = Get-ErrorOf { $elsewhere | Remove-VmdkVolume -Confirm:$false }
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatastoreNotFound,*'
        @(Get-VmdkVolume).Count | Should -Be 2
    }
}

Describe 'Pipelines' {
    AfterEach {
        Disconnect-EsxAgent -All
        Remove-AllVolume
    }

    It 'make, enlarge, copy, test and remove in one go' {
        $result = 'x', 'y' | ForEach-Object { New-VmdkVolume $_ 1MB ssd1 } | Resize-VmdkVolume -Size 2MB -PassThru | Set-VmdkVolume -Label @{ run = 1 } -PassThru
        $result.CapacityBytes | Should -Be 2MB, 2MB
        ($result | Select-Object *, @{ Name = 'DestinationName'; Expression = { "$($_.Name)-copy" } } | Copy-VmdkVolume).Id | Should -Be 'x-copy@ssd1', 'y-copy@ssd1'
        Get-VmdkVolume | Test-VmdkVolume | Should -Be @(, $true * 4)
        Get-VmdkVolume *-copy | Remove-VmdkVolume -Confirm:$false
        (Get-VmdkVolume).Name | Sort-Object | Should -Be 'x', 'y'
    }

    It 'end with Select-Object -First without ending the script' {
        $null = New-VmdkVolume a, b, c 1MB ssd1
        $first = Get-VmdkVolume -Datastore ssd1 | Resize-VmdkVolume -Size 2MB -PassThru | Select-Object -First 1
        $first.CapacityBytes | Should -Be 2MB
        @(Get-VmdkVolume | Where-Object CapacityBytes -EQ 2MB).Count | Should -Be 1 -Because 'the pipeline ended after the first'
    }

    It 'run side by side in ForEach-Object -Parallel through one session' {
        $s = Connect-EsxAgent
        $made = 1..8 | ForEach-Object -Parallel { New-VmdkVolume "p$_" 1MB ssd1 -Session $using:s } -ThrottleLimit 4
        $made.Name | Sort-Object | Should -Be (1..8 | ForEach-Object { "p$_" })
        $resized = $made | ForEach-Object -Parallel { $_ | Resize-VmdkVolume -Size 2MB -PassThru -Session $using:s } -ThrottleLimit 4
        @($resized | Where-Object CapacityBytes -EQ 2MB).Count | Should -Be 8
        1..8 | ForEach-Object -Parallel { Remove-VmdkVolume "p$_@ssd1" -Confirm:$false -Session $using:s } -ThrottleLimit 4
        Get-VmdkVolume | Should -BeNullOrEmpty
        $s.State | Should -Be 'Open'
    }

    It 'ask through each session that was given, and a failed one leaves the others alone' {
        $gone = Connect-EsxAgent -Name gone
        $s = Connect-EsxAgent
        Disconnect-EsxAgent $gone
        $null = New-VmdkVolume a 1MB ssd1
        $found = Test-VmdkVolume a@ssd1 -Session $gone, $s -ErrorAction SilentlyContinue -ErrorVariable failures
        $found | Should -BeTrue
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'SessionClosed,*'
    }
}
