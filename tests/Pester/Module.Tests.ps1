# The conformance suite: what every cmdlet of the module keeps to, and what the module's folder holds.

BeforeDiscovery {
    . $PSScriptRoot/common.ps1
    $cmdlets = Get-Command -Module EsxAgent | ForEach-Object { @{ Name = $_.Name; Command = $_ } }
    $parameters = foreach ($cmdlet in $cmdlets) {
        foreach ($parameter in $cmdlet.Command.Parameters.Values) {
            if ($parameter.Name -notin [System.Management.Automation.Cmdlet]::CommonParameters -and $parameter.Name -notin [System.Management.Automation.Cmdlet]::OptionalCommonParameters) {
                @{ Cmdlet = $cmdlet.Name; Parameter = $parameter.Name; Metadata = $parameter }
            }
        }
    }
    $outputTypes = $cmdlets.Command.OutputType.Type | Where-Object { $_.Namespace -eq 'EsxAgent' } | Sort-Object FullName -Unique |
        ForEach-Object { @{ Type = $_; TypeName = $_.FullName } }
}

BeforeAll {
    . $PSScriptRoot/common.ps1
    $module = Get-Module EsxAgent
    $assembly = $module.ImplementingAssembly
}

Describe 'The module' {
    It 'exports the cmdlets of its assembly, each of them and nothing else' {
        $inAssembly = $assembly.GetExportedTypes() | ForEach-Object {
            $attribute = $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)
            if ($attribute) { "$($attribute[0].VerbName)-$($attribute[0].NounName)" }
        }
        $module.ExportedCommands.Keys | Sort-Object | Should -Be ($inAssembly | Sort-Object)
        $module.ExportedVariables.Keys | Should -BeNullOrEmpty
        $module.ExportedAliases.Keys | Should -BeNullOrEmpty
    }

    It 'has a manifest that PowerShell finds nothing wrong with' {
        $manifest = Test-ModuleManifest -Path (Join-Path $module.ModuleBase 'EsxAgent.psd1') -WarningAction Stop
        $manifest.Version | Should -Be $module.Version
        $manifest.CompatiblePSEditions | Should -Be 'Core'
        $manifest.PowerShellVersion | Should -Be '7.4'
    }

    It 'is one version: that of the manifest, in every assembly' {
        foreach ($file in Get-ChildItem $module.ModuleBase -Filter *.dll) {
            [System.Reflection.AssemblyName]::GetAssemblyName($file.FullName).Version.ToString(3) | Should -Be $module.Version.ToString() -Because $file.Name
        }
    }

    It 'holds in its folder only what it should' {
        $files = Get-ChildItem -Path $module.ModuleBase -Recurse -File | ForEach-Object { [System.IO.Path]::GetRelativePath($module.ModuleBase, $_.FullName).Replace('\', '/') }
        $expected = @(
            'EsxAgent.Client.dll', 'EsxAgent.dll', 'EsxAgent.Format.ps1xml', 'EsxAgent.Protocol.dll', 'EsxAgent.psd1', 'EsxAgent.Types.ps1xml'
            'en-US/about_EsxAgent.help.txt', 'en-US/about_EsxAgent_Errors.help.txt', 'en-US/about_EsxAgent_Security.help.txt'
            'en-US/about_EsxAgent_Sessions.help.txt', 'en-US/about_EsxAgent_Vsi.help.txt', 'en-US/about_Vmdk_Sidecars.help.txt'
            'en-US/about_Vmdk_Volumes.help.txt', 'en-US/EsxAgent.dll-Help.xml'
        )
        $files | Sort-Object | Should -Be ($expected | Sort-Object)
    }

    It 'brings no assembly of PowerShell or of .NET along when it is imported' {
        $loaded = pwsh -NoProfile -NonInteractive -Command "
            `$before = [AppDomain]::CurrentDomain.GetAssemblies().Location
            Import-Module '$ModuleFolder'
            `$null = Get-EsxAgentSession
            [AppDomain]::CurrentDomain.GetAssemblies().Location | Where-Object { `$_ -like '$OutFolder*' } | Split-Path -Leaf"
        $loaded | Where-Object { $_ -notlike 'EsxAgent*.dll' } | Should -BeNullOrEmpty
        $loaded | Should -Contain 'EsxAgent.dll'
    }

    It 'can be imported again after it was removed' {
        pwsh -NoProfile -NonInteractive -Command "
            `$ErrorActionPreference = 'Stop'
            Import-Module '$ModuleFolder'; Remove-Module EsxAgent; Import-Module '$ModuleFolder'
            Get-EsxAgentSession; (Get-Command -Module EsxAgent).Count" | Should -Be $module.ExportedCommands.Count
    }
}

Describe '<Name>' -ForEach $cmdlets {
    It 'has an approved verb' {
        $Command.Verb | Should -BeIn (Get-Verb).Verb
    }

    It 'has a singular noun with the prefix of its kind' {
        $Command.Noun | Should -MatchExactly '^(Esx|Vmdk)[A-Z]'
        $Command.Noun -replace 'Status$', '' | Should -Not -Match 's$' -Because 'a noun is singular'
    }

    It 'is a public sealed class of its own, named after it' {
        $Command.ImplementingType.Name | Should -BeExactly "$($Command.Verb)$($Command.Noun)Command"
        $Command.ImplementingType.IsSealed | Should -BeTrue
    }

    It 'supports ShouldProcess where it changes something, and only there' {
        $changes = $Command.Verb -notin 'Get', 'Test', 'Measure', 'Watch', 'Connect'
        $Command.Parameters.ContainsKey('WhatIf') | Should -Be $changes
    }

    It 'says what it writes' {
        $Command.OutputType | Should -Not -BeNullOrEmpty
    }

    It 'takes -Session where it talks to the host through one' {
        $without = 'Connect-EsxAgent', 'Get-EsxAgentSession', 'Test-EsxAgent'
        $Command.Parameters.ContainsKey('Session') | Should -Be ($Name -notin $without)
    }

    It 'has a name for each parameter set that a person can choose' {
        $Command.ParameterSets.Count -eq 1 -or $Command.ParameterSets.Name -notcontains '__AllParameterSets' | Should -BeTrue
        if ($Command.ParameterSets.Count -gt 1) {
            $Command.DefaultParameterSet | Should -BeIn $Command.ParameterSets.Name
        }
    }
}

Describe '-<Parameter> of <Cmdlet>' -ForEach $parameters {
    It 'is named in Pascal case and in the singular' {
        $Parameter | Should -MatchExactly '^[A-Z][A-Za-z]+$'
        $Parameter -replace 'Bytes$', '' | Should -Not -Match '[^s]s$' -Because 'a parameter is singular even where it takes several; bytes are a unit'
    }

    It 'refuses nothing where something is expected' {
        if ($Metadata.ParameterType -in [string], [string[]]) {
            $Metadata.Attributes | Where-Object { $_ -is [ValidateNotNullOrEmpty] } | Should -Not -BeNullOrEmpty
        }
        else {
            $Metadata.ParameterType | Should -Not -BeNullOrEmpty
        }
    }

    It 'says so where it takes wildcards, and only a name or a path of the tree does' {
        $wild = @($Metadata.Attributes | Where-Object { $_ -is [System.Management.Automation.SupportsWildcardsAttribute] }).Count -gt 0
        # What makes something, or changes one thing, takes the name of that one alone.
        $chooses = $Cmdlet -notmatch '^(Connect|New)-'
        $isPath = $Parameter -eq 'Path' -and $Cmdlet -like '*-EsxVsiNode'
        $isKey = $Parameter -eq 'Key' -and $Cmdlet -eq 'Get-VmdkSidecar'
        $wild | Should -Be ($isPath -or $isKey -or ($chooses -and ($Parameter -eq 'Name' -or ($Parameter -eq 'Datastore' -and $Cmdlet -like 'Get-*'))))
    }
}

Describe 'The output type <TypeName>' -ForEach $outputTypes {
    BeforeAll {
        $views = (Get-FormatData -TypeName $TypeName).FormatViewDefinition
    }

    It 'has a table and a list' {
        $views.Control | ForEach-Object { $_.GetType().Name } | Sort-Object | Should -Be 'ListControl', 'TableControl'
    }

    It 'has views that name only members that exist' {
        $members = $Type.GetProperties().Name
        $entries = foreach ($control in $views.Control) {
            if ($control -is [System.Management.Automation.TableControl]) { $control.Rows.Columns.DisplayEntry } else { $control.Entries.Items.DisplayEntry }
        }
        $entries.Count | Should -BeGreaterThan 4
        foreach ($entry in $entries) {
            if ($entry.ValueType -eq 'Property') {
                $entry.Value | Should -BeIn $members
            }
            else {
                $used = [regex]::Matches($entry.Value, '\$_\.(\w+)') | ForEach-Object { $_.Groups[1].Value }
                $used | Should -Not -BeNullOrEmpty -Because "the column '$($entry.Value)' should show something of the object"
                $used | ForEach-Object { $_ | Should -BeIn $members }
            }
        }
    }

    It 'computes columns in the tested class alone, and labels them' {
        foreach ($control in $views.Control) {
            if ($control -is [System.Management.Automation.TableControl]) {
                for ($i = 0; $i -lt $control.Headers.Count; $i++) {
                    $entry = $control.Rows[0].Columns[$i].DisplayEntry
                    if ($entry.ValueType -eq 'ScriptBlock') {
                        $entry.Value | Should -Match '^\[EsxAgent\.Formatting\.DisplayText\]::\w+\([^()]*\)$'
                        $control.Headers[$i].Label | Should -Not -BeNullOrEmpty
                    }
                }
            }
            else {
                foreach ($item in $control.Entries.Items | Where-Object { $_.DisplayEntry.ValueType -eq 'ScriptBlock' }) {
                    $item.DisplayEntry.Value | Should -Match '^\[EsxAgent\.Formatting\.DisplayText\]::\w+\([^()]*\)$'
                    $item.Label | Should -Not -BeNullOrEmpty
                }
            }
        }
    }

    It 'aligns sizes to the right' {
        foreach ($table in $views.Control | Where-Object { $_ -is [System.Management.Automation.TableControl] }) {
            for ($i = 0; $i -lt $table.Headers.Count; $i++) {
                if ($table.Rows[0].Columns[$i].DisplayEntry.Value -match '::(Size|Percentage|Duration|Latency|Rate)\(') {
                    $table.Headers[$i].Alignment | Should -Be 'Right' -Because "the column '$($table.Headers[$i].Label)' holds amounts"
                }
            }
        }
    }

    It 'is sealed, flat, and made by the module alone' {
        $Type.IsSealed | Should -BeTrue
        # Without a public constructor PowerShell cannot make one of a hashtable or of a deserialized copy.
        $Type.GetConstructors() | Should -BeNullOrEmpty
        # What a node of vsish holds is of a kind of its own, made of these; VsiNode.Tests.ps1 serializes each.
        $isNode = $TypeName -like 'EsxAgent.EsxVsi*'
        foreach ($property in $Type.GetProperties() | Where-Object { -not ($isNode -and $_.Name -in 'Value', 'Delta', 'Rate') }) {
            $plain = [System.Nullable]::GetUnderlyingType($property.PropertyType) ?? $property.PropertyType
            $plain = $plain.IsArray ? $plain.GetElementType() : $plain
            $plain | Should -BeIn @([string], [int], [long], [double], [decimal], [bool], [datetime], [timespan], [System.Collections.IDictionary]) -Because "$($property.Name) must survive serialization"
        }
    }

    It 'has bytes behind every size in GB' {
        foreach ($property in $Type.GetProperties() | Where-Object Name -Like '*GB') {
            $Type.GetProperty(($property.Name -replace 'GB$', 'Bytes')).PropertyType | Should -Be ([System.Nullable[long]])
            $property.PropertyType | Should -Be ([System.Nullable[decimal]])
        }
    }
}
