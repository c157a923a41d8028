BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/volumes.ps1
    $world = Open-World -Datastore 'datastore1=500GB', 'ssd1=200GB', 'big one=1TB'
    $null = New-VmdkVolume db01, db02, '8.0' 1MB datastore1
    $null = New-VmdkVolume db01, web 10GB ssd1
    $null = New-VmdkVolume share 1MB 'big one'
    Disconnect-EsxAgent -All
}

AfterAll { Close-World $world }

Describe 'Completing volumes' {
    BeforeEach { $null = Connect-EsxAgent }
    AfterEach { Disconnect-EsxAgent -All }

    BeforeAll {
        # The first answer may take longer than a person who presses Tab waits: the machine is busy.
        function Assert-Completion([string] $CommandLine, [string[]] $Expected) {
            Wait-Until { Get-CompletionText $CommandLine } -Because "'$CommandLine' should be completed"
            Get-CompletionText $CommandLine | Should -Be $Expected
        }
    }

    It 'offers names, each once, where a name is asked for' {
        Assert-Completion 'Get-VmdkVolume d' @('db01', 'db02')
        Assert-Completion 'Get-VmdkVolume -Name ' @("'8.0'", 'db01', 'db02', 'share', 'web')
        Assert-Completion 'Get-VmdkVolume web, DB01' @('db01')
    }

    It 'offers names of the datastore that was given' {
        Assert-Completion 'Get-VmdkVolume -Datastore ssd1 -Name ' @('db01', 'web')
        Assert-Completion 'Get-VmdkVolume -Datastore B* -Name ' @('share')
    }

    It 'offers ids where a volume is asked for: <CommandLine>' -ForEach @(
        @{ CommandLine = 'Remove-VmdkVolume db01' }
        @{ CommandLine = 'Resize-VmdkVolume -Volume db01' }
        @{ CommandLine = 'Copy-VmdkVolume web@ssd1, db01' }
        @{ CommandLine = 'Get-VmdkVolume -Id DB01' }
        @{ CommandLine = 'Test-VmdkVolume db01@' }
    ) {
        Assert-Completion $CommandLine @('db01@datastore1', 'db01@ssd1')
    }

    It 'quotes an id whose datastore has a blank' {
        Assert-Completion 'Remove-VmdkVolume sh' @("'share@big one'")
    }

    It 'offers text that means what it shows' {
        Wait-Until { Get-CompletionText 'Test-VmdkVolume ' } -Because 'the host should have answered'
        $matches6 = Get-Completion 'Test-VmdkVolume '
        $matches6.Count | Should -Be 6
        foreach ($match in $matches6) {
            (Invoke-Expression "Get-VmdkVolume -Id $($match.CompletionText) -ErrorAction Stop").Id | Should -Be $match.ListItemText
        }
    }

    It 'tells size, form and place beside each' {
        Wait-Until { Get-CompletionText 'Remove-VmdkVolume web' } -Because 'the host should have answered'
        (Get-Completion 'Remove-VmdkVolume web').ToolTip | Should -Be '10 GB, Thin, on ssd1'
        Wait-Until { Get-CompletionText 'Get-VmdkVolume web' } -Because 'the host should have answered'
        (Get-Completion 'Get-VmdkVolume web').ToolTip | Should -Be '10 GB, Thin, on ssd1'
    }

    It 'offers datastores: as they are where one is meant, escaped where wildcards are taken' {
        Wait-Until { Get-CompletionText 'New-VmdkVolume a 1GB -Datastore ' } -Because 'the host should have answered'
        Get-CompletionText 'New-VmdkVolume a 1GB b' | Should -Be "'big one'"
        Get-CompletionText 'Copy-VmdkVolume web@ssd1 -DestinationDatastore ss' | Should -Be 'ssd1'
        Get-CompletionText 'Get-VmdkVolume -Datastore ss' | Should -Be 'ssd1'
    }

    It 'offers the words for format, access and persistence' {
        Get-CompletionText 'New-VmdkVolume a 1GB -StorageFormat ' | Sort-Object | Should -Be 'EagerZeroedThick', 'Thick', 'Thin'
        Get-CompletionText 'Set-VmdkVolume a -Access ' | Sort-Object | Should -Be 'ReadOnly', 'ReadWrite'
    }

    It 'asks the host once for the same beginning' {
        Wait-Until { Get-CompletionText 'Get-VmdkVolume db' } -Because 'the host should have answered'
        $before = (Get-EsxAgentStatus).Requests
        1..5 | ForEach-Object { Get-CompletionText 'Get-VmdkVolume db' | Should -Be 'db01', 'db02' }
        (Get-EsxAgentStatus).Requests | Should -Be ($before + 1) -Because 'only the question for the status itself was asked'
    }

    It 'never connects, and offers nothing without a session' {
        Disconnect-EsxAgent -All
        Get-CompletionText 'Get-VmdkVolume d' | Should -BeNullOrEmpty
        Get-CompletionText 'Remove-VmdkVolume d' | Should -BeNullOrEmpty
        Get-EsxAgentSession | Should -BeNullOrEmpty
    }

    It 'offers nothing, and fails nothing, where the policy allows no listing' {
        $policy = '{ "version": 1, "groups": [ { "name": "all", "members": [ { "name": "*" } ], "methods": ["host/info"], "datastores": [ { "name": "*" } ] } ] }'
        Use-Policy $world $policy {
            $Error.Clear()
            Get-CompletionText 'Get-VmdkVolume d' | Should -BeNullOrEmpty
            $Error | Should -BeNullOrEmpty
        }
    }
}
