# Help is read by people: each cmdlet has a page, each parameter a word, and the examples do what they say, on the simulated host.

BeforeDiscovery {
    . $PSScriptRoot/common.ps1
    $pages = Get-Command -Module EsxAgent | ForEach-Object { @{ Cmdlet = $_.Name } }
    $parameters = foreach ($command in Get-Command -Module EsxAgent) {
        foreach ($parameter in $command.Parameters.Values) {
            if ($parameter.Name -notin [System.Management.Automation.Cmdlet]::CommonParameters -and $parameter.Name -notin [System.Management.Automation.Cmdlet]::OptionalCommonParameters) {
                @{ Cmdlet = $command.Name; Parameter = $parameter.Name }
            }
        }
    }
    $examples = foreach ($command in Get-Command -Module EsxAgent) {
        $number = 0
        foreach ($example in (Get-Help $command.Name -Full).examples.example) {
            $number++
            @{ Cmdlet = $command.Name; Number = $number; Code = $example.code }
        }
    }
    $topics = 'about_EsxAgent', 'about_EsxAgent_Sessions', 'about_EsxAgent_Errors', 'about_EsxAgent_Security', 'about_EsxAgent_Vsi', 'about_Vmdk_Volumes',
    'about_Vmdk_Sidecars' | ForEach-Object { @{ Topic = $_ } }
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $world = Open-World
    $markdown = Join-Path $PSScriptRoot '../../docs/en-US' | Resolve-Path
}

AfterAll { Close-World $world }

Describe 'The help of <Cmdlet>' -ForEach $pages {
    BeforeAll { $help = Get-Help $Cmdlet -Full }

    It 'has a synopsis, a description, inputs, outputs, notes and links' {
        $help.Synopsis | Should -Match '^[A-Z].*\.$'
        ($help.description | Out-String).Trim().Length | Should -BeGreaterThan 60
        $help.inputTypes.inputType.type.name | Should -Not -BeNullOrEmpty
        $help.returnValues.returnValue.description.Text | Should -Not -BeNullOrEmpty
        ($help.alertSet | Out-String).Trim() | Should -Not -BeNullOrEmpty
        @($help.relatedLinks.navigationLink).Count | Should -BeGreaterThan 1
    }

    It 'names the types that the cmdlet writes' {
        $written = (Get-Command $Cmdlet).OutputType.Name | ForEach-Object { $_ -as [type] ? ([type] $_).FullName : $_ } | Sort-Object -Unique
        $help.returnValues.returnValue.type.name | Sort-Object -Unique | Should -Be $written
    }

    It 'has at least two examples with code, each titled' {
        $help.examples.example.Count | Should -BeGreaterOrEqual 2
        foreach ($example in $help.examples.example) {
            $example.code | Should -Not -BeNullOrEmpty
            $example.code | Should -Not -Match '```'
            $example.title | Should -Match '^Example \d+: \w+'
        }
    }

    It 'leads to pages that exist' {
        foreach ($link in $help.relatedLinks.navigationLink.linkText) {
            if ($link -like 'about_*') {
                Join-Path (Get-Module EsxAgent).ModuleBase "en-US/$link.help.txt" | Should -Exist
            }
            else {
                Get-Command $link -Module EsxAgent | Should -Not -BeNullOrEmpty
            }
        }
    }

    It 'has a syntax like the cmdlet''s own' {
        $page = Get-Content -LiteralPath (Join-Path $markdown "$Cmdlet.md") -Raw
        foreach ($set in (Get-Command $Cmdlet).ParameterSets) {
            $expected = "$Cmdlet $($set.ToString())" -replace '\s*\[<CommonParameters>\]', '' -replace '\s+', ' '
            ($page -replace '\s+', ' ').Contains("``````  $expected ``````".Replace('  ', ' ').Trim()) | Should -BeTrue -Because "the page should show '$expected'"
        }
    }
}

Describe 'The help of -<Parameter> of <Cmdlet>' -ForEach $parameters {
    It 'explains it, and agrees with it' {
        $help = Get-Help $Cmdlet -Parameter $Parameter
        ($help.description | Out-String).Trim() | Should -Match '^[A-Z][\s\S]{10,}\.$'
        $metadata = (Get-Command $Cmdlet).Parameters[$Parameter]
        $help.globbing | Should -Be "$(@($metadata.Attributes | Where-Object { $_ -is [System.Management.Automation.SupportsWildcardsAttribute] }).Count -gt 0)".ToLowerInvariant()
        $declared = $metadata.Attributes | Where-Object { $_ -is [System.Management.Automation.ParameterAttribute] } | Select-Object -First 1
        $help.position | Should -Be ($declared.Position -eq [int]::MinValue ? 'Named' : "$($declared.Position)")
        $help.required | Should -Be "$($declared.Mandatory)".ToLowerInvariant()
        $help.pipelineInput -like 'true*' | Should -Be ($declared.ValueFromPipeline -or $declared.ValueFromPipelineByPropertyName)
        $help.pipelineInput -like '*ByValue*' | Should -Be $declared.ValueFromPipeline
    }
}

Describe 'Example <Number> of <Cmdlet>' -ForEach $examples {
    BeforeAll {
        # What the examples speak of.
        if ($Cmdlet -like '*-Vmdk*') {
            $null = New-VmdkVolume db01, db02 10GB ssd1
            $null = New-VmdkVolume web 10GB datastore1
        }

        if ($Cmdlet -like '*-VmdkSidecar*') {
            $null = & "$($world.HostRoot)/bin/vmkfstools" -c 1m -d thin /vmfs/volumes/datastore1/web01/web01.vmdk
            $null = New-VmdkSidecar db01@ssd1 config 4KB
            $null = New-VmdkSidecar db01@ssd1 state 16KB
            Set-VmdkSidecarContent db01@ssd1:config 'colour=blue'
        }
    }

    AfterAll {
        if ($Cmdlet -like '*-Vmdk*') {
            Get-VmdkVolume | Remove-VmdkVolume -Force -Confirm:$false
        }

        if ($Cmdlet -like '*-VmdkSidecar*') {
            $null = & "$($world.HostRoot)/bin/vmkfstools" -U /vmfs/volumes/datastore1/web01/web01.vmdk
        }
    }

    It 'runs on a simulated host' {
        # Whatever endpoint an example names is the simulated host's here.
        $runnable = $Code -replace '(unix|vsock):[^\s'']+', $world.Endpoint
        $other = Open-Runspace ([scriptblock]::Create($runnable))
        try {
            $null = $other.Shell.EndInvoke($other.Running)
            $other.Shell.Streams.Error | ForEach-Object { "$_" } | Should -BeNullOrEmpty -Because $Code
            $other.Shell.Streams.Warning | ForEach-Object { "$_" } | Should -BeNullOrEmpty -Because $Code
        }
        finally {
            Close-Runspace $other
        }
    }
}

Describe 'The topic <Topic>' -ForEach $topics {
    It 'is found by Get-Help and has a short description' {
        $found = Get-Help $Topic | Out-String
        $found | Should -Match "(?m)^\s+$Topic\r?$"
        (Get-Help "$Topic*" | Where-Object Name -EQ $Topic).Synopsis | Should -Match '\.$'
    }

    It 'keeps to 80 columns and names only cmdlets that exist' {
        $lines = Get-Content -LiteralPath (Join-Path (Get-Module EsxAgent).ModuleBase "en-US/$Topic.help.txt")
        $lines | Where-Object Length -GT 80 | Should -BeNullOrEmpty
        [regex]::Matches(($lines -join "`n"), '\b[A-Z][a-z]+-(Esx|Vmdk)[A-Za-z]+').Value | Select-Object -Unique |
            Where-Object { -not (Get-Command $_ -Module EsxAgent -ErrorAction Ignore) } | Should -BeNullOrEmpty
    }
}
