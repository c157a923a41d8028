BeforeAll {
    . $PSScriptRoot/common.ps1
    $world = Open-World -Datastore 'datastore1=500GB', 'ssd1=200GB', 'big one=1TB', "it's [odd]=10GB"
}

AfterAll { Close-World $world }

Describe 'Completing the name of a datastore' {
    BeforeEach {
        $null = Connect-EsxAgent
        # The first answer may take longer than a person who presses Tab waits: the machine is busy, and tools are started.
        Wait-Until { Get-CompletionText 'Get-EsxDatastore -Name ' } -Because 'the host should have answered'
    }

    AfterEach { Disconnect-EsxAgent -All }

    It 'offers every name, quoted where PowerShell needs it' {
        Get-CompletionText 'Get-EsxDatastore -Name ' | Sort-Object |
            Should -Be ('datastore1', 'ssd1', "'big one'", "'it''s ``[odd``]'" | Sort-Object)
    }

    It 'offers what begins with what was typed, without regard to case, with quotes or without' {
        Get-CompletionText 'Get-EsxDatastore -Name DA' | Should -Be 'datastore1'
        Get-CompletionText "Get-EsxDatastore -Name 'big" | Should -Be "'big one'"
        Get-CompletionText 'Get-EsxDatastore ssd1, b' | Should -Be "'big one'"
        Get-CompletionText 'Get-EsxDatastore -Name zzz' | Should -BeNullOrEmpty
    }

    It 'offers text that means what it shows' {
        foreach ($match in Get-Completion 'Get-EsxDatastore -Name ') {
            $found = Invoke-Expression "Get-EsxDatastore -Name $($match.CompletionText) -ErrorAction Stop"
            $found.Name | Should -Be $match.ListItemText
        }
    }

    It 'tells size and room beside each' {
        (Get-Completion 'Get-EsxDatastore -Name ssd').ToolTip | Should -Match '^VMFS-6, 19\d(.\d)? GB free of 200 GB$'
    }

    It 'asks through the session that stands on the command line' {
        Disconnect-EsxAgent -All
        $only = Connect-EsxAgent -Name only -NotDefault
        Wait-Until { Get-CompletionText 'Get-EsxDatastore -Session only -Name ' } -Because 'the host should have answered'
        Get-CompletionText 'Get-EsxDatastore -Session only -Name ssd' | Should -Be 'ssd1'
        Get-CompletionText 'Get-EsxDatastore -Session $only -Name ssd' | Should -Be 'ssd1'
        Get-CompletionText 'Get-EsxDatastore -Session nobody -Name ssd' | Should -BeNullOrEmpty
        $only.State | Should -Be 'Open'
    }

    It 'never connects' {
        Disconnect-EsxAgent -All
        Get-CompletionText 'Get-EsxDatastore -Name ssd' | Should -BeNullOrEmpty
        Get-EsxAgentSession | Should -BeNullOrEmpty
    }

    It 'asks the host at most once in 5 s' {
        $before = (Get-EsxAgentStatus).Requests
        1..10 | ForEach-Object { Get-CompletionText 'Get-EsxDatastore -Name ssd' | Should -Be 'ssd1' }
        (Get-EsxAgentStatus).Requests | Should -Be ($before + 1) -Because 'only the question for the status itself was asked'
    }

    It 'takes 150 ms at most where the host hangs, and is there once it answers' {
        $null = Connect-EsxAgent
        Use-Fault $world @{ tool = 'esxcli'; arguments = '*storage filesystem*'; count = 1; hang = @{ seconds = 1 } } {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Get-CompletionText 'Get-EsxDatastore -Name ssd' | Should -BeNullOrEmpty
            $clock.Elapsed.TotalMilliseconds | Should -BeLessThan 400 -Because 'completing itself takes some time on a busy machine'
            Wait-Until { (Get-CompletionText 'Get-EsxDatastore -Name ssd') -eq 'ssd1' } -Because 'the late answer should be offered'
        }
    }

    It 'offers nothing, and fails nothing, where the host fails' {
        $null = Connect-EsxAgent
        Use-Fault $world @{ tool = '*'; fail = @{ text = 'broken'; status = 1 } } {
            $Error.Clear()
            Get-CompletionText 'Get-EsxDatastore -Name ssd' | Should -BeNullOrEmpty
            $Error | Should -BeNullOrEmpty
        }
        Wait-Until { Get-CompletionText 'Get-EsxDatastore -Name ssd' } -Because 'a failure is not kept'
    }

    It 'offers nothing, and fails nothing, where the agent is gone' {
        $null = Connect-EsxAgent
        Close-Agent $world
        try {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Get-CompletionText 'Get-EsxDatastore -Name ssd' | Should -BeNullOrEmpty
            $clock.Elapsed.TotalMilliseconds | Should -BeLessThan 400
        }
        finally {
            Open-Agent $world
        }
    }
}

Describe 'Completing a session' {
    BeforeAll {
        $lab = Connect-EsxAgent -Name lab
        $odd = Connect-EsxAgent -Name 'my [lab]'
    }

    AfterAll { Disconnect-EsxAgent -All }

    It 'offers names for -Session and -Name, and ids for -Id' {
        Get-CompletionText 'Get-EsxHostInfo -Session ' | Should -Be 'lab', "'my [lab]'"
        Get-CompletionText 'Disconnect-EsxAgent -Name ' | Should -Be 'lab', "'my ``[lab``]'"
        Get-CompletionText 'Get-EsxAgentSession m' | Should -Be "'my ``[lab``]'"
        Get-CompletionText 'Get-EsxAgentSession -Id ' | Should -Be "$($lab.Id)", "$($odd.Id)"
    }

    It 'offers text that means the session' {
        foreach ($match in Get-Completion 'Get-EsxHostInfo -Session ') {
            (Invoke-Expression "Get-EsxHostInfo -Session $($match.CompletionText)").Name | Should -Be 'esx01.lab.example'
        }
        foreach ($match in Get-Completion 'Get-EsxAgentSession -Name ') {
            (Invoke-Expression "Get-EsxAgentSession -Name $($match.CompletionText) -ErrorAction Stop").Name | Should -Be $match.ListItemText
        }
    }

    It 'tells state, host and endpoint beside each' {
        (Get-Completion 'Get-EsxHostInfo -Session l').ToolTip | Should -Be "Session $($lab.Id), Open, with esx01.lab.example at $($world.Endpoint)"
    }
}

Describe 'Completing an endpoint' {
    It 'offers the host, the environment''s endpoint, and where sessions are connected to' {
        $null = Connect-EsxAgent -Endpoint $world.Endpoint
        $env:ESXAGENT_ENDPOINT = 'unix:/tmp/of-the-environment.sock'
        try {
            Get-CompletionText 'Connect-EsxAgent -Endpoint ' | Should -Be 'vsock:2:1019', 'unix:/tmp/of-the-environment.sock', $world.Endpoint
            Get-CompletionText 'Test-EsxAgent vs' | Should -Be 'vsock:2:1019'
        }
        finally {
            $env:ESXAGENT_ENDPOINT = $world.Endpoint
            Disconnect-EsxAgent -All
        }
    }
}
