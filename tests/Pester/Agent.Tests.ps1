BeforeAll { . $PSScriptRoot/common.ps1; $world = Open-World }
AfterAll { Close-World $world }

Describe 'Get-EsxAgentStatus' {
    It 'tells what the agent is and does' {
        $status = Get-EsxAgentStatus
        $status.HostName | Should -Be 'esx01.lab.example'
        $status.Version | Should -Be (Get-Module EsxAgent).Version.ToString()
        $status.StartTime | Should -BeLessOrEqual ([datetime]::Now)
        $status.StartTime | Should -BeGreaterThan ([datetime]::Now.AddMinutes(-10))
        $status.Uptime.TotalMinutes | Should -BeLessThan 10
        $status.Endpoint | Should -Be $world.Endpoint
        $status.PolicyState | Should -Be 'loaded'
        $status.PolicyDigest | Should -Be (Get-FileHash "$($world.HostRoot)/etc/esxagent/policy.json" -Algorithm SHA256).Hash
        $status.Capability | Should -Contain 'hostInfo'
        $status.OpenConnections | Should -Be 1
        $status.ResidentBytes | Should -BeGreaterThan 1MB
        "$status" | Should -Be 'esx01.lab.example'
    }

    It 'counts requests and errors' {
        $before = Get-EsxAgentStatus
        $null = Get-EsxHostInfo
        Use-Fault $world @{ tool = '*'; arguments = '*storage filesystem*'; fail = @{ text = 'broken'; status = 1 } } {
            $null = Get-ErrorOf { Get-EsxDatastore }
        }
        $after = Get-EsxAgentStatus
        $after.Requests | Should -Be ($before.Requests + 3)
        $after.Errors['ToolFailed'] | Should -Be (1 + $before.Errors['ToolFailed'])
        $after.BytesSent | Should -BeGreaterThan $before.BytesSent
        $after.ToolsStarted | Should -BeGreaterThan $before.ToolsStarted
    }

    It 'says what is missing on the host and why' {
        'esxcli', 'localcli' | ForEach-Object { Rename-Item -LiteralPath "$($world.HostRoot)/bin/$_" -NewName "$_.away" }
        try {
            Disconnect-EsxAgent -All
            $status = Get-EsxAgentStatus
            $status.Capability | Should -Not -Contain 'datastores'
            "$($status.MissingCapability)" | Should -BeLike '*datastores: *esxcli*'
            $failure = Get-ErrorOf { Get-EsxDatastore }
            $failure.FullyQualifiedErrorId | Should -BeLike 'CapabilityMissing,*'
        }
        finally {
            'esxcli', 'localcli' | ForEach-Object { Rename-Item -LiteralPath "$($world.HostRoot)/bin/$_.away" -NewName $_ }
            Disconnect-EsxAgent -All
        }
    }

    It 'shows a virtual machine without the right only its own part' {
        Use-Policy $world '{ "version": 1, "groups": [] }' {
            $status = Get-EsxAgentStatus
            $status.Version | Should -Not -BeNullOrEmpty
            $status.Endpoint | Should -BeNullOrEmpty
            $status.Requests, $status.Errors, $status.ResidentBytes | Should -Be $null, $null, $null
            { $status | Format-List | Out-String } | Should -Not -Throw
            { $status | Format-Table | Out-String } | Should -Not -Throw
        }
    }

    It 'tells when a policy came into force, and by which digest it is known' {
        $earlier = Get-EsxAgentStatus
        $earlier.PolicyState | Should -Be 'loaded'
        Start-Sleep -Milliseconds 20
        Use-Policy $world '{ "version": 1, "groups": [ { "name": "all", "members": [ { "name": "*" } ], "methods": ["agent/status"] } ] }' {
            $status = Get-EsxAgentStatus
            $status.PolicyState | Should -Be 'loaded'
            $status.PolicyDigest | Should -Be (Get-FileHash -LiteralPath $status.PolicyPath -Algorithm SHA256).Hash.ToLowerInvariant()
            $status.PolicyLoaded | Should -BeGreaterThan $earlier.PolicyLoaded -Because 'the file was replaced after that'
            $status.PolicyLoaded | Should -BeLessOrEqual ([datetime]::Now)
            $status | Format-List | Out-String | Should -Match 'PolicyLoaded\s+: \S'
        }
    }

    It 'names line and reason of a broken policy file' {
        Use-Policy $world "{`n  `"version`": 1,`n  nonsense`n}" {
            $status = Get-EsxAgentStatus
            $status.PolicyState | Should -Be 'invalid'
            $status.PolicyReason | Should -Match '\b3\b'
            $status.PolicyDigest | Should -Match '^[0-9a-f]{64}$'
            $status.PolicyLoaded | Should -BeOfType [datetime]
            (Get-ErrorOf { Get-EsxHostInfo }).FullyQualifiedErrorId | Should -BeLike 'AccessDenied,*'
        }
        (Get-EsxHostInfo).Name | Should -Be 'esx01.lab.example'
    }

    It 'gives the metrics as OpenMetrics text' {
        $text = Get-EsxAgentStatus -Metric
        $text | Should -BeOfType [string]
        $text | Should -Match '(?m)^# TYPE esxagent_requests counter$'
        $text | Should -Match '(?m)^esxagent_requests_total \d+$'
        $file = Join-Path $world.Root 'esxagent.prom'
        $text | Set-Content -LiteralPath $file
        [System.IO.File]::ReadAllText($file) | Should -Match '\n# EOF\n\z' -Because 'a scraper wants exactly one end'
    }

    It 'survives serialization with its values, and is shown by the same views' {
        $status = Get-EsxAgentStatus
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($status))
        foreach ($property in $status.PSObject.Properties | Where-Object Name -NE Errors) {
            $copy.($property.Name) | Should -Be $property.Value -Because $property.Name
        }
        ($copy | Out-String) | Should -Be ($status | Out-String)
    }
}

Describe 'Measure-EsxAgent' {
    It 'measures as many round trips as were asked for' {
        $before = (Get-EsxAgentStatus).Requests
        $latency = Measure-EsxAgent -Count 20
        (Get-EsxAgentStatus).Requests - $before | Should -BeGreaterOrEqual 20
        $latency.Count, $latency.PayloadBytes | Should -Be 20, 0
        $latency.HostName | Should -Be 'esx01.lab.example'
        $latency.Minimum | Should -BeGreaterThan ([timespan]::Zero)
        $ordered = $latency.Minimum, $latency.Median, $latency.P95, $latency.P99, $latency.Maximum
        $ordered | Sort-Object | Should -Be $ordered
        $latency.RequestsPerSecond | Should -BeGreaterThan 1
    }

    It 'carries a payload to the host' {
        $before = (Get-EsxAgentStatus).BytesReceived
        (Measure-EsxAgent -Count 5 -PayloadBytes 100KB).PayloadBytes | Should -Be 100KB
        (Get-EsxAgentStatus).BytesReceived - $before | Should -BeGreaterThan 500KB
    }

    It 'refuses <What>' -ForEach @(
        @{ What = 'no round trip'; Arguments = @{ Count = 0 } }
        @{ What = 'a negative payload'; Arguments = @{ PayloadBytes = -1 } }
        @{ What = 'a payload over the limit'; Arguments = @{ PayloadBytes = 2MB } }
    ) {
        (Get-ErrorOf { Measure-EsxAgent @Arguments }).FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
    }

    It 'shows progress at most every 200 ms, and takes it away at the end' {
        $other = Open-Runspace { Measure-EsxAgent -Count 60 -PayloadBytes 900KB } @{ EsxAgentEndpoint = $world.Endpoint }
        try {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $result = $other.Shell.EndInvoke($other.Running)
            $elapsed = $clock.Elapsed.TotalMilliseconds
            $result[0].Count | Should -Be 60
            $records = $other.Shell.Streams.Progress | Where-Object Activity -Like 'Measuring*'
            $elapsed | Should -BeGreaterThan 250 -Because 'otherwise this measures nothing'
            $records.Count | Should -BeGreaterThan 1
            $records.Count | Should -BeLessOrEqual ([math]::Ceiling($elapsed / 200) + 1)
            $records[-1].RecordType | Should -Be 'Completed'
            @($records | Where-Object RecordType -EQ Completed).Count | Should -Be 1
            $records[0].StatusDescription | Should -Match '^\d+ of 60 requests$'
        }
        finally {
            Close-Runspace $other
        }
    }

    It 'survives serialization with its values, and is shown by the same views' {
        $latency = Measure-EsxAgent -Count 3
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($latency))
        foreach ($property in $latency.PSObject.Properties) {
            $copy.($property.Name) | Should -Be $property.Value -Because $property.Name
        }
        ($copy | Out-String) | Should -Be ($latency | Out-String)
    }
}

Describe 'Get-EsxVMIdentity' {
    It 'tells who the host sees calling' {
        $identity = Get-EsxVMIdentity
        $identity.Name | Should -Be 'web01'
        $machine = Get-ChildItem "$($world.HostRoot)/vms/*/vm.json" | ForEach-Object { Get-Content $_ -Raw | ConvertFrom-Json } | Where-Object name -EQ web01
        $identity.BiosUuid | Should -Be $machine.biosUuid
        $identity.InstanceUuid | Should -Be $machine.instanceUuid
        $identity.ConfigPath | Should -Be $machine.vmx
        $identity.CartelId | Should -Be $machine.cartelId
        $identity.WorldGroupLeader | Should -Be $machine.worldGroupLeader
        $identity.Right | Should -Contain 'host/info'
        "$identity" | Should -Be $machine.instanceUuid
    }

    It 'lists every virtual machine that runs with -All, as it is added and removed' {
        (Get-EsxVMIdentity -All).Name | Should -Be 'web01', 'db01'
        & $SimulatorPath vm off $world.HostRoot db01
        & $SimulatorPath vm add $world.HostRoot "odd: {name} `u{fc}"
        try {
            $machines = Get-EsxVMIdentity -All
            $machines.Name | Should -Be 'web01', "odd: {name} `u{fc}"
            $machines[0].InstanceUuid | Should -Be (Get-EsxVMIdentity).InstanceUuid
            $machines[1].ConfigPath | Should -BeLike "*/odd: {name} `u{fc}.vmx"
            (Get-EsxVMIdentity -All | Select-Object -First 1).Name | Should -Be 'web01'
        }
        finally {
            & $SimulatorPath vm off $world.HostRoot "odd: {name} `u{fc}"
            & $SimulatorPath vm on $world.HostRoot db01
        }
    }

    It 'lists no others without the right' {
        Use-Policy $world '{ "version": 1, "groups": [ { "name": "readers", "members": [ { "name": "web*" } ], "methods": [ "vm/self" ] } ] }' {
            (Get-EsxVMIdentity).Name | Should -Be 'web01'
            (Get-ErrorOf { Get-EsxVMIdentity -All }).FullyQualifiedErrorId | Should -BeLike 'AccessDenied,*'
        }
    }

    It 'tells what the policy allows' {
        Use-Policy $world '{ "version": 1, "groups": [ { "name": "readers", "members": [ { "name": "web*" } ], "methods": [ "vm/self" ] } ] }' {
            $identity = Get-EsxVMIdentity
            $identity.Group | Should -Be 'readers'
            $identity.Right | Should -Be 'vm/self'
            $failure = Get-ErrorOf { Get-EsxAgentStatus -Metric }
            $failure.FullyQualifiedErrorId | Should -BeLike 'AccessDenied,*'
            $failure.CategoryInfo.Category | Should -Be 'PermissionDenied'
            "$failure" | Should -BeLike '*agent/metrics*'
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }
    }

    It 'survives serialization with its values, and is shown by the same views' {
        $identity = Get-EsxVMIdentity
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($identity))
        foreach ($property in $identity.PSObject.Properties) {
            $copy.($property.Name) | Should -Be $property.Value -Because $property.Name
        }
        ($copy | Out-String) | Should -Be ($identity | Out-String)
    }
}
