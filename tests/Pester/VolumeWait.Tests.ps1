# Changes that take their time: what a person sees meanwhile, Ctrl+C, and an agent that goes away in the middle.

BeforeAll { . $PSScriptRoot/common.ps1; . $PSScriptRoot/volumes.ps1; $world = Open-World }
AfterAll { Close-World $world }

Describe 'Progress' {
    AfterEach { Remove-AllVolume }

    It 'of <What> moves, says what is done, and is taken away in the end' -ForEach @(
        @{ What = 'an eager zeroed create'; Script = { New-VmdkVolume slow 24MB ssd1 -StorageFormat EagerZeroedThick }; Activity = 'Creating slow@ssd1'; Says = 'create' }
        @{ What = 'a copy'; Script = { Copy-VmdkVolume source@ssd1 slow }; Activity = 'Copying source@ssd1'; Says = 'copy' }
    ) {
        $null = New-VmdkVolume source 24MB ssd1
        Use-DiskSpeed $world -Zero 8MB -Clone 8MB -While {
            $other = Open-Runspace $Script
            try {
                $volume = $other.Shell.EndInvoke($other.Running)
                $volume.Id | Should -Be 'slow@ssd1'
                $records = @($other.Shell.Streams.Progress)
            }
            finally {
                Close-Runspace $other
            }

            $moving = @($records | Where-Object RecordType -EQ Processing)
            $moving.Count | Should -BeGreaterThan 3
            $moving.Count | Should -BeLessOrEqual 30 -Because 'it takes 3 s and something, with a record every 200 ms'
            $moving.Activity | Select-Object -Unique | Should -Be $Activity
            $moving.StatusDescription | ForEach-Object { $_ | Should -Match '^([a-z]+: )?\d+ % done$' }
            @($moving.StatusDescription -like "${Says}: *").Count | Should -BeGreaterThan 2
            $percent = @($moving.PercentComplete)
            $percent | Should -Be ($percent | Sort-Object)
            @($percent | Select-Object -Unique).Count | Should -BeGreaterThan 3
            @($records | Where-Object RecordType -EQ Completed).Count | Should -Be 1
            $records[-1].RecordType | Should -Be 'Completed'
        }
    }

    It 'of what is done at once is not shown' {
        $other = Open-Runspace { New-VmdkVolume quick 1MB ssd1 }
        try {
            $null = $other.Shell.EndInvoke($other.Running)
            @($other.Shell.Streams.Progress | Where-Object Activity -Like 'Creating*').Count | Should -BeLessOrEqual 2 -Because 'even on a busy machine there is little to show'
        }
        finally {
            Close-Runspace $other
        }
    }
}

Describe 'Ctrl+C' {
    AfterEach {
        Disconnect-EsxAgent -All
        Remove-AllVolume
    }

    It 'ends <What> in less than 100 ms, and the host cancels it and leaves nothing behind' -ForEach @(
        @{ What = 'an eager zeroed create'; Script = { New-VmdkVolume slow 200MB ssd1 -StorageFormat EagerZeroedThick -Session $handed } }
        @{ What = 'a copy'; Script = { Copy-VmdkVolume source@ssd1 slow -Session $handed } }
        @{ What = 'a pipeline of several'; Script = { 'slow', 'never' | ForEach-Object { New-VmdkVolume $_ 200MB ssd1 -StorageFormat EagerZeroedThick -Session $handed } } }
    ) {
        $session = Connect-EsxAgent
        $source = New-VmdkVolume source 200MB ssd1
        Use-DiskSpeed $world -Zero 10MB -Clone 10MB -While {
            $allowed = 100 + 5 * (Measure-IdleStop)
            $other = Open-Runspace $Script @{ handed = $session }
            try {
                Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
                Get-StagedWork $world | Should -Not -BeNullOrEmpty
                Measure-Stop $other | Should -BeLessThan $allowed
                $clock = [System.Diagnostics.Stopwatch]::StartNew()
                $other.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
                Wait-Until { -not (Get-ToolProcess $world) -and -not (Get-StagedWork $world) } -Because 'what was begun should be taken back'
                $clock.Elapsed.TotalMilliseconds | Should -BeLessThan (1000 + 10 * $allowed)
            }
            finally {
                Close-Runspace $other
            }
        }

        (Get-VmdkVolume).Id | Should -Be 'source@ssd1'
        (Get-VmdkVolume source).Uuid | Should -Be $source.Uuid
        $session.State | Should -Be 'Open'
        (New-VmdkVolume slow 1MB ssd1 -Session $session).CapacityBytes | Should -Be 1MB -Because 'name and session are free again'
    }

    It 'in <What> leaves a volume that can be used and asked for again' -ForEach @(
        @{ What = 'an enlargement'; Script = { Resize-VmdkVolume thin@ssd1 200MB -PassThru -Session $handed -ErrorAction Stop }; Fault = @{ arguments = '-X *' } }
        @{ What = 'an inflation'; Script = { Convert-VmdkVolume thin@ssd1 -PassThru -Session $handed -ErrorAction Stop }; Fault = @{ arguments = '-j *' } }
    ) {
        $handed = Connect-EsxAgent
        $null = New-VmdkVolume thin 100MB ssd1
        Use-Fault $world ($Fault + @{ tool = 'vmkfstools'; count = 1; hang = @{} }) {
            $allowed = 100 + 5 * (Measure-IdleStop)
            $other = Open-Runspace $Script @{ handed = $handed }
            try {
                Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
                Measure-Stop $other | Should -BeLessThan $allowed
                Wait-Until { -not (Get-ToolProcess $world) -and -not (Get-StagedWork $world) } -Because 'the agent should have stopped the tool'
            }
            finally {
                Close-Runspace $other
            }
        }

        $before = Get-VmdkVolume thin
        $before.State, $before.CapacityBytes, $before.StorageFormat | Should -Be 'Ok', 100MB, 'Thin'
        $again = & $Script
        $again.State | Should -Be 'Ok'
        "$($again.CapacityBytes) $($again.StorageFormat)" | Should -BeIn "$(200MB) Thin", "$(100MB) EagerZeroedThick"
    }

    It 'while the agent is away ends the wait' {
        $session = Connect-EsxAgent
        Close-Agent $world -Kill
        $other = Open-Runspace { New-VmdkVolume a 1MB ssd1 -Session $handed } @{ handed = $session }
        try {
            Wait-Until { $other.Shell.Streams.Progress.Count -gt 0 } -Because 'the person should be told'
            $other.Shell.Streams.Progress[0].StatusDescription | Should -BeLike '*was lost; connecting anew'
            $allowed = 100 + 5 * (Measure-IdleStop)
            Measure-Stop $other | Should -BeLessThan $allowed
        }
        finally {
            Close-Runspace $other
            Open-Agent $world
        }
    }
}

Describe 'Ctrl+C while the connection is lost' {
    BeforeEach {
        $relay = [Relay]::new("$($world.Root)/relay.sock", $world.Socket)
        $session = Connect-EsxAgent $relay.Endpoint
        $person = [AskingHost]::new($true)
    }

    AfterEach {
        Disconnect-EsxAgent -All
        $relay.Dispose()
        Remove-AllVolume
    }

    It 'says that it is not known what became of the change, and the host hears of it later' {
        Use-Fault $world @{ tool = 'vmkfstools'; arguments = '-c *'; count = 1; hang = @{ seconds = 30 } } {
            $allowed = 100 + 5 * (Measure-IdleStop)
            $other = Open-Runspace { New-VmdkVolume a 1MB ssd1 -Session $handed } @{ handed = $session } -PSHost $person
            try {
                Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
                $relay.Cut()
                Wait-Until { $session.State -eq 'Reconnecting' } -Because 'the session should notice'
                Measure-Stop $other | Should -BeLessThan $allowed
                Wait-Until { $person.Warnings.Count -gt 0 } -Because 'the person should be told'
                $person.Warnings[0] | Should -BeLike "Creating a@ssd1: the connection to $($relay.Endpoint) is lost, so it is not known*'Get-VmdkVolume'."
                $relay.Open()
                Wait-Until { -not (Get-ToolProcess $world) -and -not (Get-StagedWork $world) } -Because 'the host should have been told'
                $person.Warnings.Count | Should -Be 1 -Because 'it was cancelled, as was asked for'
            }
            finally {
                Close-Runspace $other
            }
        }

        Get-VmdkVolume | Should -BeNullOrEmpty
    }

    It 'says so later where the host had done it before' {
        Use-Fault $world @{ tool = 'vmkfstools'; arguments = '-c *'; count = 1; hang = @{ seconds = 1 } } {
            $other = Open-Runspace { New-VmdkVolume a 1MB ssd1 -Session $handed } @{ handed = $session } -PSHost $person
            try {
                Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
                $relay.Cut()
                Wait-Until { (Test-Path (Get-VolumeFolder $world a@ssd1)) -and -not (Get-StagedWork $world) } -Because 'the host goes on by itself'
                $null = Measure-Stop $other
                $relay.Open()
                Wait-Until { $person.Warnings.Count -gt 1 } -Because 'the host has told it by now'
                $person.Warnings[1] | Should -Be 'Creating a@ssd1: it was done before the stop reached the host.'
            }
            finally {
                Close-Runspace $other
            }
        }

        (Get-VmdkVolume).Id | Should -Be 'a@ssd1'
    }
}

Describe 'An agent that is killed in the middle of <What>' -ForEach @(
    @{ What = 'a copy'; Script = { Copy-VmdkVolume source@ssd1 made -Session $handed }; Made = $false; Verb = '-i' }
    @{ What = 'a create'; Script = { New-VmdkVolume made 24MB ssd1 -StorageFormat Thick -Session $handed }; Made = $false; Verb = '-c' }
    @{ What = 'an enlargement'; Script = { Resize-VmdkVolume made@ssd1 24MB -PassThru -Session $handed }; Made = $true; Verb = '-X' }
    @{ What = 'an inflation'; Script = { Convert-VmdkVolume made@ssd1 -PassThru -Session $handed }; Made = $true; Verb = '-j' }
) {
    AfterEach {
        Disconnect-EsxAgent -All
        Remove-AllVolume
    }

    It 'and comes back gives one result, and the person is told meanwhile' {
        $session = Connect-EsxAgent
        $null = New-VmdkVolume source 24MB ssd1
        if ($Made) {
            $null = New-VmdkVolume made ($Verb -eq '-j' ? 24MB : 8MB) ssd1
        }

        # The tool stands still in the middle of its work, and dies with the agent or after it.
        Use-Fault $world @{ tool = 'vmkfstools'; arguments = "$Verb *"; count = 1; hang = @{ seconds = 3; atPercent = 50 } } {
            $other = Open-Runspace $Script @{ handed = $session }
            try {
                Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
                Close-Agent $world -Kill
                Wait-Until { @($other.Shell.Streams.Progress | Where-Object StatusDescription -Like '*connecting anew').Count -gt 0 } -Because 'the person should be told'
                Open-Agent $world
                $result = @($other.Shell.EndInvoke($other.Running))
                $other.Shell.Streams.Error | ForEach-Object { "$_" } | Should -BeNullOrEmpty
                $result.Count | Should -Be 1
                $result[0].Id, $result[0].CapacityBytes, $result[0].State | Should -Be 'made@ssd1', 24MB, 'Ok'
                (Get-VmdkVolume made).Uuid | Should -Be $result[0].Uuid
            }
            finally {
                Close-Runspace $other
            }
        }

        (Get-VmdkVolume).Id | Sort-Object | Should -Be 'made@ssd1', 'source@ssd1'
        Test-VmdkVolume made@ssd1 | Should -BeTrue
        Get-StagedWork $world | Should -BeNullOrEmpty
        $session.State | Should -Be 'Open'
    }
}

Describe 'A job whose agent is killed and comes back' {
    AfterEach {
        Get-Job | Remove-Job -Force
        Remove-AllVolume
    }

    It 'ends with its volume' {
        $null = New-VmdkVolume source 24MB ssd1
        Use-DiskSpeed $world -Clone 8MB -While {
            $job = Copy-VmdkVolume source@ssd1 made -AsJob
            Wait-Until { Get-ToolProcess $world } -Because 'the tool should run'
            Close-Agent $world -Kill
            Open-Agent $world
            $null = $job | Wait-Job -Timeout 60
            $job.State | Should -Be 'Completed'
            ($job | Receive-Job).Id | Should -Be 'made@ssd1'
        }
    }
}
