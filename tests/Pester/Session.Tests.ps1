BeforeAll { . $PSScriptRoot/common.ps1; $world = Open-World }
AfterAll { Close-World $world }

Describe 'Connect-EsxAgent' {
    AfterEach { Disconnect-EsxAgent -All }

    It 'opens a session that tells who is at both ends' {
        $session = Connect-EsxAgent -Endpoint $world.Endpoint
        $session.Endpoint | Should -Be $world.Endpoint
        $session.State | Should -Be 'Open'
        $session.IsDefault | Should -BeTrue
        $session.HostName | Should -Be 'esx01.lab.example'
        $session.HostVersion | Should -Be 'VMware ESXi 8.0.3 build-24674464'
        $session.Peer | Should -Be 'web01'
        $session.AgentVersion | Should -Be (Get-Module EsxAgent).Version.ToString()
        $session.ProtocolVersion | Should -Be 1
        $session.Capability | Should -Contain 'hostInfo'
        $session.Connected | Should -BeGreaterThan ([datetime]::Now.AddMinutes(-1))
        $session.Connected | Should -BeLessOrEqual ([datetime]::Now)
    }

    It 'makes the newest session the default one, unless it was asked not to' {
        $first = Connect-EsxAgent
        $second = Connect-EsxAgent
        $third = Connect-EsxAgent -NotDefault
        $first.IsDefault, $second.IsDefault, $third.IsDefault | Should -Be $false, $true, $false
        $second | Disconnect-EsxAgent
        $first.IsDefault, $third.IsDefault | Should -Be $true, $false
        $first | Disconnect-EsxAgent
        $third.IsDefault | Should -BeFalse
    }

    It 'numbers sessions and names them, and finds a free name' {
        $a = Connect-EsxAgent
        $b = Connect-EsxAgent -Name ('Session' + ($a.Id + 2))
        $c = Connect-EsxAgent
        $a.Name | Should -Be "Session$($a.Id)"
        $b.Id | Should -Be ($a.Id + 1)
        $c.Id | Should -Be ($a.Id + 2)
        $c.Name | Should -Not -Be $b.Name
        "$c" | Should -Be "$($c.Id)" -Because 'a session is shown by its id'
    }

    It 'refuses a name that an open session has, and takes it once that is ended' {
        $taken = Connect-EsxAgent -Name lab
        $failure = Get-ErrorOf { Connect-EsxAgent -Name LAB }
        $failure.FullyQualifiedErrorId | Should -BeLike 'SessionNameInUse,*'
        $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
        $failure.TargetObject | Should -Be $taken
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Disconnect-EsxAgent -Name lab*'
        Disconnect-EsxAgent -Name lab
        (Connect-EsxAgent -Name lab).Name | Should -Be 'lab'
    }

    It 'says of <Text> what is wrong and what is expected' -ForEach @(
        @{ Text = 'esx01'; Message = "*'esx01'*'vsock:<context id>:<port>'*'unix:/path'*" }
        @{ Text = 'vsock:two:1019'; Message = "*'vsock:two:1019'*'vsock:2:1019'*" }
        @{ Text = 'vsock:2:99999999999'; Message = '*cannot be read*' }
        @{ Text = 'vsock:any:1019'; Message = "*one to listen at*'vsock:2:1019'*" }
        @{ Text = 'unix:'; Message = '*path of a socket*' }
        @{ Text = 'unix:/a?as=x'; Message = '*option*as=<cartel id>*' }
        @{ Text = "unix:/$('x' * 120)"; Message = '*107 bytes*shorter*' }
    ) {
        $failure = Get-ErrorOf { Connect-EsxAgent -Endpoint $Text }
        $failure.FullyQualifiedErrorId | Should -BeLike 'EndpointInvalid,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure.TargetObject | Should -Be $Text
        "$failure" | Should -BeLike $Message
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'refuses a time limit of <Seconds> s' -ForEach @(@{ Seconds = 0 }, @{ Seconds = -1 }, @{ Seconds = 3601 }) {
        (Get-ErrorOf { Connect-EsxAgent -TimeoutSec $Seconds }).FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
    }

    It 'ends a script that does not catch its failure' {
        $reached = $false
        { Connect-EsxAgent -Endpoint unix:/nonexistent/agent.sock; $reached = $true } | Should -Throw -ErrorId 'EndpointMissing,*'
        $reached | Should -BeFalse
    }

    It 'is written in the host''s log with the module''s name and version' {
        $null = Connect-EsxAgent
        Get-Content -LiteralPath $world.Log -Raw | Should -Match 'EsxAgent PowerShell module'
    }
}

Describe 'The endpoint without -Endpoint' {
    AfterEach { Disconnect-EsxAgent -All; $env:ESXAGENT_ENDPOINT = $world.Endpoint }

    It 'is that of the preference variable before that of the environment' {
        $env:ESXAGENT_ENDPOINT = 'unix:/nonexistent/of-the-environment'
        & {
            $EsxAgentEndpoint = $world.Endpoint
            (Connect-EsxAgent).Endpoint | Should -Be $world.Endpoint
            Test-EsxAgent | Should -BeTrue
        }
        (Get-ErrorOf { Connect-EsxAgent }).TargetObject | Should -Be 'unix:/nonexistent/of-the-environment'
    }

    It 'is named with its source where it cannot be read' {
        $env:ESXAGENT_ENDPOINT = 'nonsense'
        "$(Get-ErrorOf { Connect-EsxAgent })" | Should -BeLike '*$env:ESXAGENT_ENDPOINT*'
        $EsxAgentEndpoint = 'nonsense'
        "$(Get-ErrorOf { Get-EsxHostInfo })" | Should -BeLike '*$EsxAgentEndpoint*'
    }

    It 'is the one given, whatever the variables say' {
        $EsxAgentEndpoint = 'nonsense'
        (Connect-EsxAgent -Endpoint $world.Endpoint).State | Should -Be 'Open'
    }
}

Describe 'A cmdlet without -Session' {
    BeforeEach { Disconnect-EsxAgent -All }
    AfterEach { Disconnect-EsxAgent -All }

    It 'connects by itself where there is no default session, and keeps the session' {
        (Get-EsxHostInfo).Name | Should -Be 'esx01.lab.example'
        $session = Get-EsxAgentSession
        $session.IsDefault | Should -BeTrue
        $null = Get-EsxDatastore
        @(Get-EsxAgentSession).Id | Should -Be $session.Id
    }

    It 'leaves sessions alone that are not to be the default' {
        $other = Connect-EsxAgent -NotDefault
        $null = Get-EsxHostInfo
        @(Get-EsxAgentSession).Count | Should -Be 2
        $other.IsDefault | Should -BeFalse
    }

    It 'ends with the reason where it cannot connect' {
        $EsxAgentEndpoint = 'unix:/nonexistent/agent.sock'
        $failure = Get-ErrorOf { Get-EsxHostInfo }
        $failure.FullyQualifiedErrorId | Should -Be 'EndpointMissing,EsxAgent.Commands.GetEsxHostInfoCommand'
        $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }
}

Describe '-Session' {
    BeforeAll {
        $one = Connect-EsxAgent -Name one
        $two = Connect-EsxAgent -Name two
    }

    AfterAll { Disconnect-EsxAgent -All }

    It 'takes several sessions, as objects, names and ids, and asks through each' {
        @(Get-EsxHostInfo -Session $one, $two).Count | Should -Be 2
        @(Get-EsxHostInfo -Session one, $two.Id, $one).Count | Should -Be 3
        @(Get-EsxHostInfo -Session "$($two.Id)").Count | Should -Be 1
    }

    It 'tells of one that was ended, and asks through the others all the same' {
        $ended = Connect-EsxAgent -NotDefault
        Disconnect-EsxAgent $ended
        $answers = Get-EsxHostInfo -Session $ended, $one -ErrorAction SilentlyContinue -ErrorVariable failures
        @($answers).Count | Should -Be 1
        $failures.Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'SessionClosed,*'
        $failures[0].TargetObject | Should -Be $ended
        $failures[0].ErrorDetails.RecommendedAction | Should -BeLike "*Connect-EsxAgent -Endpoint $($world.Endpoint)*"
        $ended.State | Should -Be 'Closed'
    }

    It 'refuses <What> and says what is expected' -ForEach @(
        @{ What = 'an unknown name'; Value = 'nobody'; Message = "*named 'nobody'*Get-EsxAgentSession*" }
        @{ What = 'an unknown id'; Value = 4711; Message = '*id 4711*Get-EsxAgentSession*' }
        @{ What = 'nothing'; Value = $null; Message = '*nothing was given*Connect-EsxAgent*' }
        @{ What = 'something else'; Value = [datetime]'2020-01-01'; Message = '*DateTime was given*Connect-EsxAgent*' }
        @{ What = 'a hashtable'; Value = @{ Name = 'one' }; Message = '*Hashtable was given*' }
    ) {
        "$(Get-ErrorOf { Get-EsxHostInfo -Session $Value })" | Should -BeLike $Message
    }

    It 'refuses a copy that was serialized and says how to connect' {
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($one))
        "$(Get-ErrorOf { Get-EsxHostInfo -Session $copy })" | Should -BeLike "*copy of the session 'one'*Connect-EsxAgent -Endpoint $($world.Endpoint)*"
        "$(Get-ErrorOf { $copy | Disconnect-EsxAgent })" | Should -BeLike '*copy*'
        "$(Get-ErrorOf { Get-EsxHostInfo -Session $one, $copy })" | Should -BeLike '*copy*'
        $one.State | Should -Be 'Open'
    }
}

Describe 'Get-EsxAgentSession' {
    BeforeAll {
        $lab1 = Connect-EsxAgent -Name lab1
        $lab2 = Connect-EsxAgent -Name lab2
        $odd = Connect-EsxAgent -Name 'odd [1]'
    }

    AfterAll { Disconnect-EsxAgent -All }

    It 'lists all, oldest first' {
        (Get-EsxAgentSession).Name | Should -Be 'lab1', 'lab2', 'odd [1]'
    }

    It 'chooses by name, wildcard and id, each session once' {
        (Get-EsxAgentSession -Name LAB*).Name | Should -Be 'lab1', 'lab2'
        (Get-EsxAgentSession lab1, lab*).Name | Should -Be 'lab1', 'lab2'
        (Get-EsxAgentSession -Id $lab2.Id, $lab1.Id, $lab2.Id).Name | Should -Be 'lab2', 'lab1'
        (Get-EsxAgentSession 'odd [1]').Id | Should -Be $odd.Id -Because 'nobody escapes a name that he copied'
    }

    It 'tells of a name or id that does not exist, and is silent about a wildcard' {
        $failure = Get-ErrorOf { Get-EsxAgentSession -Name nobody }
        $failure.FullyQualifiedErrorId | Should -BeLike 'SessionNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.TargetObject | Should -Be 'nobody'
        (Get-ErrorOf { Get-EsxAgentSession -Id 4711 }).TargetObject | Should -Be 4711
        Get-EsxAgentSession -Name nobody* -ErrorAction Stop | Should -BeNullOrEmpty
        @(Get-EsxAgentSession nobody, lab1 -ErrorAction SilentlyContinue).Name | Should -Be 'lab1'
    }

    It 'shows no way to a handle' {
        $members = $lab1 | Get-Member -MemberType Properties, Methods | ForEach-Object Name
        $members | Should -Be @(
            'Equals', 'GetHashCode', 'GetType', 'ToString'
            'AgentVersion', 'Capability', 'Connected', 'Endpoint', 'HostName', 'HostVersion', 'Id', 'IsDefault', 'Name', 'Peer', 'ProtocolVersion', 'State'
        )
    }
}

Describe 'Disconnect-EsxAgent' {
    BeforeEach { Disconnect-EsxAgent -All }
    AfterAll { Disconnect-EsxAgent -All }

    It 'ends the default session where nothing is named' {
        $first = Connect-EsxAgent
        $second = Connect-EsxAgent
        Disconnect-EsxAgent
        $first.State, $second.State | Should -Be 'Open', 'Closed'
    }

    It 'tells where there is nothing to end' {
        $failure = Get-ErrorOf { Disconnect-EsxAgent }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NoDefaultSession,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        (Get-ErrorOf { Disconnect-EsxAgent -Name nobody }).FullyQualifiedErrorId | Should -BeLike 'SessionNotFound,*'
        Disconnect-EsxAgent -All -ErrorAction Stop
        Disconnect-EsxAgent -Name nobody* -ErrorAction Stop
    }

    It 'ends what comes through the pipeline, and what is named' {
        $a, $b, $c, $d = 'a1', 'a2', 'b1', 'b2' | ForEach-Object { Connect-EsxAgent -Name $_ }
        $a | Disconnect-EsxAgent
        Disconnect-EsxAgent -Name b*
        Disconnect-EsxAgent -Session a2
        $a.State, $b.State, $c.State, $d.State | Should -Be 'Closed', 'Closed', 'Closed', 'Closed'
    }

    It 'ends nothing with -WhatIf' {
        $session = Connect-EsxAgent
        Disconnect-EsxAgent -All -WhatIf
        Disconnect-EsxAgent -WhatIf
        $session.State | Should -Be 'Open'
    }

    It 'may end a session twice' {
        $session = Connect-EsxAgent
        Disconnect-EsxAgent $session
        Disconnect-EsxAgent $session -ErrorAction Stop
        $session.State | Should -Be 'Closed'
    }

    It 'closes the connection at the agent' {
        $watching = Connect-EsxAgent
        $before = (Get-EsxAgentStatus -Session $watching).OpenConnections
        $session = Connect-EsxAgent
        (Get-EsxAgentStatus -Session $watching).OpenConnections | Should -Be ($before + 1)
        Disconnect-EsxAgent $session
        Wait-Until { (Get-EsxAgentStatus -Session $watching).OpenConnections -eq $before } -Because 'the agent should have noticed the end of the session'
    }
}

Describe 'Sessions and runspaces' {
    BeforeEach { Disconnect-EsxAgent -All }
    AfterAll { Disconnect-EsxAgent -All }

    It 'are used from ForEach-Object -Parallel by handing the session over' {
        $session = Connect-EsxAgent
        $names = 1..20 | ForEach-Object -Parallel { (Get-EsxHostInfo -Session $using:session).Name } -ThrottleLimit 5
        $names.Count | Should -Be 20
        $names | Sort-Object -Unique | Should -Be 'esx01.lab.example'
        (Get-EsxAgentStatus).Connections | Should -Not -BeNullOrEmpty
        @(Get-EsxAgentSession).Count | Should -Be 1 -Because 'the other runspaces opened none here'
    }

    It 'belong to the runspace that opened them' {
        $mine = Connect-EsxAgent -Name mine
        $other = Open-Runspace { Get-EsxAgentSession; Connect-EsxAgent -Name mine }
        try {
            $result = $other.Shell.EndInvoke($other.Running)
            $other.Shell.HadErrors | Should -BeFalse
            $result.Count | Should -Be 1 -Because 'the session of this runspace is not listed there, and its name is free there'
            $result[0].IsDefault | Should -BeTrue
            $mine.IsDefault | Should -BeTrue
            @(Get-EsxAgentSession).Count | Should -Be 1
        }
        finally {
            Close-Runspace $other
        }
    }

    It 'are closed with their runspace' {
        $watching = Connect-EsxAgent
        $other = Open-Runspace { Connect-EsxAgent }
        $session = $other.Shell.EndInvoke($other.Running)[0]
        $session.State | Should -Be 'Open'
        Close-Runspace $other
        $session.State | Should -Be 'Closed'
        Wait-Until { (Get-EsxAgentStatus -Session $watching).OpenConnections -eq 1 } -Because 'the agent should have noticed'
    }

    It 'are closed with the module, those of this runspace alone' {
        $mine = Connect-EsxAgent
        $other = Open-Runspace { $s = Connect-EsxAgent; $s; Remove-Module EsxAgent; $s.State }
        try {
            $result = $other.Shell.EndInvoke($other.Running)
            $result[1] | Should -Be 'Closed'
            $mine.State | Should -Be 'Open'
        }
        finally {
            Close-Runspace $other
        }
    }

    It 'that came from another runspace may be ended, and are gone there too' {
        $mine = Connect-EsxAgent
        $other = Open-Runspace { Disconnect-EsxAgent $handed } @{ handed = $mine }
        try {
            $null = $other.Shell.EndInvoke($other.Running)
            $mine.State | Should -Be 'Closed'
            Get-EsxAgentSession | Should -BeNullOrEmpty
        }
        finally {
            Close-Runspace $other
        }
    }
}
