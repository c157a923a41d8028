BeforeAll { . $PSScriptRoot/common.ps1; . $PSScriptRoot/volumes.ps1; $world = Open-World }
AfterAll { Close-World $world }

Describe '-AsJob' {
    AfterEach {
        Get-Job | Remove-Job -Force
        Remove-AllVolume
    }

    It 'is Wait-Job and Receive-Job away from the volume' {
        $null = New-VmdkVolume x 4MB ssd1
        $copy = Copy-VmdkVolume x@ssd1 -DestinationName y -AsJob | Wait-Job | Receive-Job
        $copy | Should -BeOfType [EsxAgent.VmdkVolume]
        $copy.Id | Should -Be 'y@ssd1'
        (Get-VmdkVolume y).Uuid | Should -Be $copy.Uuid
    }

    It 'is a job like others: listed, with a state, an end, and gone when it is removed' {
        $job = New-VmdkVolume a 1MB ssd1 -AsJob
        $job | Should -BeOfType [System.Management.Automation.Job]
        $job | Wait-Job -Timeout 30 | Should -Be $job
        $job.State, $job.PSJobTypeName, $job.Location | Should -Be 'Completed', 'VolumeJob', 'esx01.lab.example'
        $job.Command | Should -BeLike '*New-VmdkVolume a 1MB ssd1 -AsJob*'
        $job.PSEndTime | Should -BeGreaterOrEqual $job.PSBeginTime
        (Get-Job -Id $job.Id).InstanceId | Should -Be $job.InstanceId
        $job.HasMoreData | Should -BeTrue
        ($job | Receive-Job -Keep).Id | Should -Be 'a@ssd1'
        ($job | Receive-Job).Id | Should -Be 'a@ssd1'
        $job | Receive-Job | Should -BeNullOrEmpty
        $job.HasMoreData | Should -BeFalse
        $job | Remove-Job
        Get-Job | Should -BeNullOrEmpty
        (Get-VmdkVolume a).Id | Should -Be 'a@ssd1'
    }

    It 'is one job a volume, and all of them run side by side' {
        Use-DiskSpeed $world -Zero 8MB -While {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $jobs = New-VmdkVolume a, b, c, d 16MB ssd1 -StorageFormat EagerZeroedThick -AsJob
            $jobs.Count | Should -Be 4
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 2 -Because 'a job is not waited for'
            $volumes = $jobs | Wait-Job | Receive-Job
            $volumes.Id | Sort-Object | Should -Be 'a@ssd1', 'b@ssd1', 'c@ssd1', 'd@ssd1'
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 8 -Because 'one after the other they take at least that'
        }
    }

    It 'writes no volume in the end where the cmdlet writes none, except with -PassThru: <Name>' -ForEach @(
        @{ Name = 'Resize-VmdkVolume'; Script = { param($with) Resize-VmdkVolume a@ssd1 2MB -AsJob @with } }
        @{ Name = 'Convert-VmdkVolume'; Script = { param($with) Convert-VmdkVolume a@ssd1 -AsJob @with } }
        @{ Name = 'Optimize-VmdkVolume'; Script = { param($with) Optimize-VmdkVolume a@ssd1 -AsJob @with } }
    ) {
        $null = New-VmdkVolume a 1MB ssd1
        & $Script @{} | Wait-Job | Receive-Job | Should -BeNullOrEmpty
        (& $Script @{ PassThru = $true } | Wait-Job | Receive-Job).Id | Should -Be 'a@ssd1'
    }

    It 'that fails has the error that the cmdlet would have written' {
        $job = New-VmdkVolume a 1MB nope -AsJob | Wait-Job
        $job.State | Should -Be 'Failed'
        $null = $job | Receive-Job -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'DatastoreNotFound*'
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failures[0].TargetObject | Should -Be 'a@nope'
        $failures[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'is not begun with -WhatIf' {
        (Invoke-Asked { New-VmdkVolume a 1MB ssd1 -AsJob -WhatIf }).Output | Should -BeNullOrEmpty
        Get-Job | Should -BeNullOrEmpty
        Get-VmdkVolume | Should -BeNullOrEmpty
    }

    It 'tells how far it is' {
        Use-DiskSpeed $world -Zero 8MB -While {
            $job = New-VmdkVolume a 24MB ssd1 -StorageFormat EagerZeroedThick -AsJob
            Wait-Until { @($job.Progress).Count -ge 3 } -Seconds 30 -Because 'progress should come'
            $job.State | Should -Be 'Running'
            $job.StatusMessage | Should -Match '^create: \d+ % done$'
            $null = $job | Wait-Job
            $records = @($job.Progress)
            $records[0].Activity | Should -Be 'Creating a@ssd1'
            $records[-1].RecordType | Should -Be 'Completed'
            $percent = @($records | Where-Object RecordType -EQ Processing).PercentComplete
            $percent | Should -Be ($percent | Sort-Object)
            @($percent | Select-Object -Unique).Count | Should -BeGreaterThan 2
        }
    }

    It 'is cancelled on the host by Stop-Job, and leaves nothing behind: <What>' -ForEach @(
        @{ What = 'a create'; Begin = { New-VmdkVolume slow 100MB ssd1 -StorageFormat EagerZeroedThick -AsJob } }
        @{ What = 'a copy'; Begin = { Copy-VmdkVolume source@ssd1 slow -AsJob } }
    ) {
        $null = New-VmdkVolume source 100MB ssd1
        Use-DiskSpeed $world -Zero 10MB -Clone 10MB -While {
            $job = & $Begin
            Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
            $job | Stop-Job
            $job.State | Should -Be 'Stopped'
            Wait-Until { -not (Get-ToolProcess $world) } -Seconds 2 -Because 'the agent should have stopped the tool'
            Wait-Until { -not (Get-StagedWork $world) } -Seconds 2 -Because 'what was begun should be taken back'
            $job | Receive-Job -ErrorVariable failures | Should -BeNullOrEmpty
            $failures | Should -BeNullOrEmpty
            (Get-VmdkVolume -Datastore ssd1).Id | Should -Be 'source@ssd1'
            $job | Stop-Job
            $job.State | Should -Be 'Stopped' -Because 'a second stop changes nothing'
        }
    }

    It 'is cancelled on the host by Remove-Job -Force' {
        Use-DiskSpeed $world -Zero 10MB -While {
            $job = New-VmdkVolume slow 100MB ssd1 -StorageFormat EagerZeroedThick -AsJob
            Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
            { $job | Remove-Job -ErrorAction Stop } | Should -Throw -Because 'it runs'
            $job | Remove-Job -Force
            Wait-Until { -not (Get-StagedWork $world) } -Seconds 2 -Because 'what was begun should be taken back'
        }
        Get-Job | Should -BeNullOrEmpty
        Get-VmdkVolume | Should -BeNullOrEmpty
    }

    It 'fails when its session is disconnected, and says so' {
        $s = Connect-EsxAgent -Name ofTheJob
        Use-DiskSpeed $world -Zero 10MB -While {
            $job = New-VmdkVolume slow 20MB ssd1 -StorageFormat EagerZeroedThick -AsJob -Session $s
            Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
            Disconnect-EsxAgent $s
            $null = $job | Wait-Job -Timeout 20
            $job.State | Should -Be 'Failed'
            $null = $job | Receive-Job -ErrorAction SilentlyContinue -ErrorVariable failures
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'SessionClosed*'
            Wait-Until { -not (Get-StagedWork $world) } -Seconds 20 -Because 'the change ends on the host, one way or the other'
        }
    }
}

Describe 'Stop-Job while the connection is lost' {
    BeforeEach {
        $relay = [Relay]::new("$($world.Root)/relay.sock", $world.Socket)
        $handed = Connect-EsxAgent $relay.Endpoint -Name relayed
    }

    AfterEach {
        Get-Job | Remove-Job -Force
        Disconnect-EsxAgent -All
        $relay.Dispose()
        Remove-AllVolume
    }

    It 'cancels the change on the host as soon as it can be reached again' {
        Use-Fault $world @{ tool = 'vmkfstools'; arguments = '-c *'; count = 1; hang = @{} } {
            $job = New-VmdkVolume a 1MB ssd1 -AsJob -Session $handed
            Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
            $relay.Cut()
            $relay.OpenAfter(500)
            $job | Stop-Job
            $job.State | Should -Be 'Stopped'
            Get-ToolProcess $world | Should -BeNullOrEmpty
            Get-StagedWork $world | Should -BeNullOrEmpty
        }
        Get-VmdkVolume | Should -BeNullOrEmpty
    }

    It 'is told where the host had done it before' {
        Use-Fault $world @{ tool = 'vmkfstools'; arguments = '-c *'; count = 1; hang = @{ seconds = 1 } } {
            $job = New-VmdkVolume a 1MB ssd1 -AsJob -Session $handed
            Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
            $relay.Cut()
            Wait-Until { (Test-Path (Get-VolumeFolder $world a@ssd1)) -and -not (Get-StagedWork $world) } -Because 'the host goes on by itself'
            $relay.OpenAfter(500)
            $job | Stop-Job
            $job.State | Should -Be 'Completed'
            ($job | Receive-Job -WarningVariable said -WarningAction SilentlyContinue).Id | Should -Be 'a@ssd1'
            "$said" | Should -Be 'Creating a@ssd1: it was done before the stop reached the host.'
        }
    }

    It 'fails where the host cannot be reached, and says what is not known and how to look' {
        Use-Fault $world @{ tool = 'vmkfstools'; arguments = '-c *'; count = 1; hang = @{ seconds = 20 } } {
            $job = New-VmdkVolume a 1MB ssd1 -AsJob -Session $handed
            Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
            $relay.Cut()
            $job | Stop-Job
            $job.State | Should -Be 'Failed'
            $null = $job | Receive-Job -ErrorAction SilentlyContinue -ErrorVariable failures
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'Lost*'
            $failures[0].TargetObject | Should -Be 'a@ssd1'
            "$($failures[0])" | Should -BeLike '*whether it was done*'
            $failures[0].ErrorDetails.RecommendedAction | Should -BeLike 'Look at the present state.*'
            $relay.Open()
            Wait-Until { -not (Get-ToolProcess $world) -and -not (Get-StagedWork $world) } -Because 'the host is told when it can be reached again'
        }
    }
}
