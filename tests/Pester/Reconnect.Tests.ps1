BeforeAll { . $PSScriptRoot/common.ps1; $world = Open-World }
AfterAll { Close-World $world }

Describe 'A session whose agent went away' {
    BeforeEach { Disconnect-EsxAgent -All }

    It 'is made anew when the agent is back' {
        $session = Connect-EsxAgent
        $before = $session.Connected
        Close-Agent $world -Kill
        Open-Agent $world
        (Get-EsxHostInfo).Name | Should -Be 'esx01.lab.example'
        $session.State | Should -Be 'Open'
        $session.Connected | Should -BeGreaterThan $before
        @(Get-EsxAgentSession).Id | Should -Be $session.Id -Because 'it is the same session'
    }

    It 'says so while the agent is away, and goes on when it is back' {
        $session = Connect-EsxAgent -TimeoutSec 2
        Close-Agent $world
        try {
            $failure = Get-ErrorOf { Get-EsxHostInfo }
            ($failure.FullyQualifiedErrorId -split ',')[0] | Should -BeIn 'Lost', 'NothingListens', 'EndpointMissing'
            $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
            $failure.TargetObject | Should -Be $session
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            $session.State | Should -BeIn 'Broken', 'Reconnecting'
        }
        finally {
            Open-Agent $world
        }

        (Get-EsxHostInfo).Name | Should -Be 'esx01.lab.example'
        $session.State | Should -Be 'Open'
    }

    It 'warns once when another host answers, and goes on reading' {
        $session = Connect-EsxAgent
        Close-Agent $world
        $moved = Open-World -HostProfile 7.0 -WithoutAgent
        $home8 = $world.HostRoot
        try {
            $world.HostRoot = $moved.HostRoot
            Open-Agent $world
            $first = Get-EsxHostInfo -Session $session -WarningVariable warned -WarningAction SilentlyContinue
            $first.Version | Should -BeLike '7.0*'
            $warned.Count | Should -Be 1
            "$warned" | Should -BeLike "*moved from the host esx01.lab.example to $($first.Name)*Connect again*"
            $null = Get-EsxHostInfo -Session $session -WarningVariable again -WarningAction SilentlyContinue
            $again | Should -BeNullOrEmpty
            $session.HostName | Should -Be $first.Name
        }
        finally {
            Close-Agent $world
            $world.HostRoot = $home8
            [System.IO.Directory]::Delete($moved.Root, $true)
            $env:ESXAGENT_ENDPOINT = $world.Endpoint
            Open-Agent $world
        }
    }
}
