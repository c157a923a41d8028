BeforeAll { . $PSScriptRoot/common.ps1; $world = Open-World }
AfterAll { Close-World $world }

Describe 'Test-EsxAgent' {
    It 'is true where all is well, and leaves the sessions alone' {
        Test-EsxAgent | Should -BeTrue
        Test-EsxAgent -Endpoint $world.Endpoint | Should -BeOfType [bool]
        Get-EsxAgentSession | Should -BeNullOrEmpty
    }

    It 'shows each check, in order, with an outcome, and what to do where something is wrong' {
        $checks = Test-EsxAgent -Detailed
        $checks.Count | Should -BeGreaterOrEqual 8
        $checks.Name | Select-Object -Unique | Should -Be $checks.Name
        foreach ($check in $checks) {
            $check.Outcome | Should -BeIn 'Passed', 'Skipped' -Because "$($check.Name): $($check.Detail)"
            $check.Detail | Should -Not -BeNullOrEmpty
            $check.RecommendedAction | Should -BeNullOrEmpty
            $check.Endpoint | Should -Be $world.Endpoint
            "$check" | Should -Be $check.Name
        }
        ($checks | Where-Object Name -EQ 'Identity established').Detail | Should -BeLike "*'web01'*"
    }

    It 'tells each check on the way to its answer with -Verbose' {
        $said = Test-EsxAgent -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        @($said).Count | Should -Be @(Test-EsxAgent -Detailed).Count
    }

    It 'hands each check out as soon as it is known' {
        # Only the first one is asked for: the silent listener would cost the whole time limit.
        $listener = Open-Listener -Behaviour Silent
        try {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            (Test-EsxAgent $listener.Endpoint -Detailed -TimeoutSec 60 | Select-Object -First 1).Endpoint | Should -Be $listener.Endpoint
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 10
        }
        finally {
            Close-Listener $listener
        }
    }

    It 'refuses an endpoint that cannot be read, as an error' {
        $failure = Get-ErrorOf { Test-EsxAgent nonsense }
        $failure.FullyQualifiedErrorId | Should -BeLike 'EndpointInvalid,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
    }

    It 'survives serialization with its values' {
        $checks = Test-EsxAgent unix:/nonexistent/agent.sock -Detailed
        $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($checks))
        for ($i = 0; $i -lt $checks.Count; $i++) {
            foreach ($property in $checks[$i].PSObject.Properties) {
                $copies[$i].($property.Name) | Should -Be $property.Value
            }
        }
        ($copies | Format-Table | Out-String) | Should -Be ($checks | Format-Table | Out-String)
    }
}

Describe 'What is in the way: <What>' -ForEach @(
    @{ What = 'the path does not exist'; Behaviour = 'None'; Failed = 'Something listens'; Detail = '*no socket*'; ErrorId = 'EndpointMissing'; Category = 'ConnectionError' }
    @{ What = 'nothing listens'; Behaviour = 'Vanished'; Failed = 'Something listens'; Detail = '*'; ErrorId = 'NothingListens'; Category = 'ConnectionError' }
    @{ What = 'the connection is reset at once'; Behaviour = 'Reset'; Failed = 'Connection stays open'; Detail = '*'; ErrorId = 'ResetAtOnce'; Category = 'ConnectionError' }
    @{ What = 'silence until the deadline'; Behaviour = 'Silent'; Failed = 'Agent speaks'; Detail = '*'; ErrorId = 'Silent'; Category = 'OperationTimeout' }
    @{ What = 'something that is no agent'; Behaviour = 'Chatter'; Failed = 'Agent speaks'; Detail = '*'; ErrorId = 'NotAnAgent'; Category = 'ProtocolError' }
    @{ What = 'another protocol version'; Behaviour = 'OtherVersion'; Failed = 'Protocol version'; Detail = '*version*9*'; ErrorId = 'ProtocolMismatch'; Category = 'ProtocolError' }
) {
    BeforeAll {
        $listener = $Behaviour -eq 'None' ? $null : (Open-Listener -Behaviour $Behaviour)
        $endpoint = $listener ? $listener.Endpoint : 'unix:/nonexistent/agent.sock'
    }

    AfterAll {
        if ($listener) {
            Close-Listener $listener
        }
    }

    It 'is false' {
        Test-EsxAgent -Endpoint $endpoint -TimeoutSec 1 | Should -BeFalse
    }

    It 'is named by the one check that fails, with what to do; what follows is skipped' {
        $checks = Test-EsxAgent -Endpoint $endpoint -Detailed -TimeoutSec 1
        $failedOnes = @($checks | Where-Object Outcome -EQ Failed)
        $failedOnes.Count | Should -Be 1
        $failedOnes[0].Name | Should -Be $Failed
        $failedOnes[0].Detail | Should -BeLike $Detail
        $failedOnes[0].RecommendedAction | Should -Not -BeNullOrEmpty
        $behind = $checks | Select-Object -Skip ([array]::IndexOf($checks.Name, $Failed) + 1)
        $behind.Outcome | Select-Object -Unique | Should -Be 'Skipped'
    }

    It 'is the error <ErrorId> of Connect-EsxAgent' {
        $failure = Get-ErrorOf { Connect-EsxAgent -Endpoint $endpoint -TimeoutSec 1 }
        $failure.FullyQualifiedErrorId | Should -Be "$ErrorId,EsxAgent.Commands.ConnectEsxAgentCommand"
        $failure.CategoryInfo.Category | Should -Be $Category
        $failure.TargetObject | Should -Be $endpoint
        "$failure" | Should -Not -BeNullOrEmpty
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        Get-EsxAgentSession | Should -BeNullOrEmpty
    }

    It 'ends in time' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $null = Get-ErrorOf { Connect-EsxAgent -Endpoint $endpoint -TimeoutSec 1 }
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 4
    }
}

Describe 'What is in the way on the host' {
    It 'is a broken policy file' {
        Use-Policy $world '{ "version": 1, nonsense }' {
            $failed = Test-EsxAgent -Detailed | Where-Object Outcome -EQ Failed
            $failed.Name | Should -Contain 'Policy'
            ($failed | Where-Object Name -EQ 'Policy').RecommendedAction | Should -Not -BeNullOrEmpty
            Test-EsxAgent | Should -BeFalse
        }
    }

    It 'is a missing capability, named with the reason' {
        'esxcli', 'localcli' | ForEach-Object { Rename-Item -LiteralPath "$($world.HostRoot)/bin/$_" -NewName "$_.away" }
        try {
            $failed = @(Test-EsxAgent -Detailed | Where-Object Outcome -EQ Failed)
            $failed.Count | Should -Be 1
            "$($failed[0].Name) $($failed[0].Detail)" | Should -BeLike '*datastores*esxcli*'
            $failed[0].RecommendedAction | Should -Not -BeNullOrEmpty
        }
        finally {
            'esxcli', 'localcli' | ForEach-Object { Rename-Item -LiteralPath "$($world.HostRoot)/bin/$_.away" -NewName $_ }
        }
    }

    It 'is an identity that the host cannot establish' {
        # The chain from the calling process to its machine ends in the middle.
        $cartel = (Get-EsxVMIdentity).CartelId
        Disconnect-EsxAgent -All
        Close-Agent $world
        Open-Agent $world -Cartel $cartel
        try {
            Test-EsxAgent | Should -BeTrue
            Hide-SimulatedNode $world "/userworld/cartel/$cartel/vmmLeader" {
                $failed = Test-EsxAgent -Detailed | Where-Object Outcome -EQ Failed
                @($failed.Name) | Should -Contain 'Identity established'
                $failure = Get-ErrorOf { Connect-EsxAgent }
                $failure.FullyQualifiedErrorId | Should -BeLike 'Refused,*'
                $failure.CategoryInfo.Category | Should -Be 'PermissionDenied'
                $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            }
        }
        finally {
            Close-Agent $world
            Open-Agent $world
        }
    }

    It 'is nothing where another virtual machine calls through an endpoint of its own' {
        $other = Get-ChildItem "$($world.HostRoot)/vms/*/vm.json" | ForEach-Object { Get-Content $_ -Raw | ConvertFrom-Json } | Where-Object name -EQ db01
        Close-Agent $world
        Open-Agent $world -Cartel $other.cartelId
        try {
            (Test-EsxAgent -Detailed | Where-Object Name -EQ 'Identity established').Detail | Should -BeLike "*'db01'*"
        }
        finally {
            Close-Agent $world
            Open-Agent $world
        }
    }
}

Describe 'What is in the way: no vSockets, as in a container' {
    BeforeAll {
        # In a PowerShell of its own that is forbidden vSockets before anything else, so that no real one is reached, whatever the machine has.
        $said = pwsh -NoProfile -NonInteractive -Command "
            `$ErrorActionPreference = 'Stop'
            try { . '$PSScriptRoot/forbid-vsockets.ps1' } catch { return `"no filter: `$_`" }
            Import-Module '$ModuleFolder'
            `$checks = Test-EsxAgent vsock:2:1019 -Detailed
            try { Connect-EsxAgent vsock:2:1019 } catch { `$failure = `$_ }
            @{
                answer   = Test-EsxAgent vsock:2:1019
                checks   = `$checks
                errorId  = `$failure.FullyQualifiedErrorId
                category = [string] `$failure.CategoryInfo.Category
                action   = `$failure.ErrorDetails.RecommendedAction
            } | ConvertTo-Json -Depth 4"
        $noFilter = "$said" -like 'no filter*'
        if (-not $noFilter) {
            $told = $said | ConvertFrom-Json
        }
    }

    It 'is told by the first check, with what to do; all that follows is skipped' {
        if ($noFilter) {
            Set-ItResult -Skipped -Because "vSockets could not be forbidden to a process here ($said)"
        }

        $told.answer | Should -BeFalse
        $told.checks[0].Outcome | Should -Be 'Failed'
        $told.checks[0].Name | Should -BeLike '*vSockets*'
        $told.checks[0].Detail | Should -BeLike '*filter*'
        $told.checks[0].RecommendedAction | Should -BeLike '*container*'
        $told.checks | Select-Object -Skip 1 | ForEach-Object Outcome | Select-Object -Unique | Should -Be 'Skipped'
    }

    It 'is the error VSocketUnsupported of Connect-EsxAgent' {
        if ($noFilter) {
            Set-ItResult -Skipped -Because "vSockets could not be forbidden to a process here ($said)"
        }

        $told.errorId | Should -Be 'VSocketUnsupported,EsxAgent.Commands.ConnectEsxAgentCommand'
        $told.category | Should -Be 'ConnectionError'
        $told.action | Should -Not -BeNullOrEmpty
    }
}
