Describe 'Get-EsxHostInfo on ESXi <HostProfile>' -ForEach @(
    @{
        HostProfile = '6.7'
        Expected    = @{
            Version = '6.7.0'; Build = '24514018'; Update = 'VMware ESXi 6.7.0 Update 3'; Manufacturer = 'Supermicro'; Model = 'Super Server'; SerialNumber = '0123456789'
            ProcessorType = 'Intel(R) Xeon(R) CPU E5-2609 v4 @ 1.70GHz'; NumCpu = 2; NumCore = 16; NumThread = 16; HyperthreadingActive = $false; CpuMhz = 1697; NumNumaNode = 2
            MemoryTotalBytes = 67008512KB; PowerPolicy = 'Balanced'; BiosVersion = $null; BiosDate = $null
        }
        # This release tells nothing of its firmware.
        Warnings    = @('*/hardware/bios/biosInfo*')
    }
    @{
        HostProfile = '7.0'
        Expected    = @{
            Version = '7.0.3'; Build = '24784741'; Update = 'VMware ESXi 7.0 Update 3'; Manufacturer = 'HPE'; Model = 'ProLiant DL380 Gen10'; SerialNumber = 'CZJ9210F4K'
            ProcessorType = 'Intel(R) Xeon(R) Silver 4210R CPU @ 2.40GHz'; NumCpu = 2; NumCore = 20; NumThread = 40; HyperthreadingActive = $true; CpuMhz = 2394; NumNumaNode = 2
            MemoryTotalBytes = 134045160KB; PowerPolicy = 'High Performance'; BiosVersion = 'U30'; BiosDate = '02/14/2024'
        }
        Warnings    = @()
    }
    @{
        HostProfile = '8.0'
        Expected    = @{
            Version = '8.0.3'; Build = '24674464'; Update = 'VMware ESXi 8.0 Update 3'; Manufacturer = 'Dell Inc.'; Model = 'PowerEdge R750'; SerialNumber = '7KX2QW3'
            ProcessorType = 'Intel(R) Xeon(R) Gold 6334 CPU @ 3.60GHz'; NumCpu = 2; NumCore = 16; NumThread = 32; HyperthreadingActive = $true; CpuMhz = 3591; NumNumaNode = 2
            MemoryTotalBytes = 268041216KB; PowerPolicy = 'Balanced'; BiosVersion = '1.15.2'; BiosDate = '2024-11-05'
        }
        Warnings    = @()
    }
) {
    BeforeAll { . $PSScriptRoot/common.ps1; $world = Open-World -HostProfile $HostProfile }
    AfterAll { Close-World $world }

    It 'shows what the host is' {
        $info = Get-EsxHostInfo -WarningVariable warned -WarningAction SilentlyContinue
        foreach ($name in $Expected.Keys) {
            $info.$name | Should -Be $Expected[$name] -Because "$name is that of the profile"
        }

        $info.Product | Should -Be 'VMware ESXi'
        $info.Name | Should -Match '^[\w-]+(\.[\w-]+)+$'
        "$info" | Should -Be $info.Name
        $info.MaintenanceMode | Should -BeFalse
        $warned.Count | Should -Be $Warnings.Count -Because "the warnings were: $warned"
        for ($i = 0; $i -lt $Warnings.Count; $i++) {
            "$($warned[$i])" | Should -BeLike $Warnings[$i]
        }
    }

    It 'agrees with what the host''s own tools print' {
        $info = Get-EsxHostInfo -WarningAction SilentlyContinue
        $printed = (& "$($world.HostRoot)/bin/vmware" -vl) -join "`n"
        $printed | Should -Match "(?m)^VMware ESXi $([regex]::Escape($info.Version)) build-$($info.Build)$"
        $printed | Should -Match "(?m)^$([regex]::Escape($info.Update))$"
        (Get-SimulatedNode $world /hardware/cpu/cpuInfo) | Should -Match "Number of packages:$($info.NumCpu)\n"
        (Get-SimulatedNode $world /hardware/cpu/cpuInfo) | Should -Match "Number of cores:$($info.NumCore)\n"
        (Get-SimulatedNode $world /hardware/cpu/cpuModelName).Trim() | Should -Be $info.ProcessorType
        (Get-SimulatedNode $world /hardware/bios/dmiInfo) | Should -Match "(?i)Serial number:$($info.SerialNumber)\n"
        (Get-SimulatedNode $world /memory/comprehensive) | Should -Match "Physical memory estimate:$($info.MemoryTotalBytes / 1KB) KB"
    }

    It 'counts memory exactly, in bytes and in GB' {
        $info = Get-EsxHostInfo -WarningAction SilentlyContinue
        $info.MemoryTotalGB | Should -BeOfType [decimal]
        $info.MemoryTotalGB * 1GB | Should -Be $info.MemoryTotalBytes
        $info.MemoryUsageGB * 1GB | Should -Be $info.MemoryUsageBytes
        $info.MemoryUsageBytes + $info.MemoryFreeBytes | Should -Be $info.MemoryTotalBytes
        $info.MemoryUsageBytes | Should -BeGreaterThan 0
    }

    It 'tells since when the host has been running' {
        $info = Get-EsxHostInfo -WarningAction SilentlyContinue
        $booted = (Get-Content "$($world.HostRoot)/host.json" -Raw | ConvertFrom-Json).bootTime
        [math]::Abs(($info.BootTime.ToUniversalTime() - ([datetime] $booted).ToUniversalTime()).TotalSeconds) | Should -BeLessOrEqual 1
        [math]::Abs(([datetime]::Now - $info.BootTime - $info.Uptime).TotalSeconds) | Should -BeLessOrEqual 3
    }
}

Describe 'Get-EsxHostInfo -Refresh' {
    BeforeAll { . $PSScriptRoot/common.ps1; $world = Open-World }
    AfterAll { Close-World $world }

    It 'follows <Path> to <Property>' -ForEach @(
        @{ Path = '/hardware/bios/dmiInfo'; Pattern = 'Product Name:.*'; Replacement = 'Product Name:Some: other (model)'; Property = 'Model'; Expected = 'Some: other (model)' }
        @{ Path = '/hardware/bios/dmiInfo'; Pattern = 'Vendor Name:.*'; Replacement = 'Vendor Name:Another vendor'; Property = 'Manufacturer'; Expected = 'Another vendor' }
        @{ Path = '/hardware/bios/dmiInfo'; Pattern = 'Serial Number:.*'; Replacement = 'Serial Number:SN-4711'; Property = 'SerialNumber'; Expected = 'SN-4711' }
        @{ Path = '/hardware/bios/biosInfo'; Pattern = 'BIOS Version:.*'; Replacement = 'BIOS Version:9.9.9'; Property = 'BiosVersion'; Expected = '9.9.9' }
        @{ Path = '/hardware/cpu/cpuModelName'; Pattern = '\A[\s\S]+\z'; Replacement = "Another CPU   `n"; Property = 'ProcessorType'; Expected = 'Another CPU' }
        @{ Path = '/hardware/cpu/cpuInfo'; Pattern = 'packages:\d+'; Replacement = 'packages:4'; Property = 'NumCpu'; Expected = 4 }
        @{ Path = '/hardware/cpu/cpuInfo'; Pattern = 'cores:\d+'; Replacement = 'cores:96'; Property = 'NumCore'; Expected = 96 }
        @{ Path = '/hardware/cpu/cpuInfo'; Pattern = 'CPUs \(threads\):\d+'; Replacement = 'CPUs (threads):192'; Property = 'NumThread'; Expected = 192 }
        @{ Path = '/hardware/cpu/cpuInfo'; Pattern = '2 -> Enabled'; Replacement = '0 -> Disabled'; Property = 'HyperthreadingActive'; Expected = $false }
        @{ Path = '/hardware/cpu/cpuList/0'; Pattern = 'CPU speed \(Hz\):\d+'; Replacement = 'CPU speed (Hz):2400123456'; Property = 'CpuMhz'; Expected = 2400 }
        @{ Path = '/memory/comprehensive'; Pattern = 'estimate:\d+ KB'; Replacement = 'estimate:1048576 KB'; Property = 'MemoryTotalGB'; Expected = 1 }
        @{ Path = '/power/currentPolicy'; Pattern = 'Long name:.*'; Replacement = 'Long name:High performance'; Property = 'PowerPolicy'; Expected = 'High performance' }
    ) {
        $before = Get-SimulatedNode $world $Path
        Edit-SimulatedNode $world $Path $Pattern $Replacement
        try {
            (Get-EsxHostInfo -Refresh).$Property | Should -Be $Expected
        }
        finally {
            Set-Content -LiteralPath "$($world.HostRoot)/vsi$Path" -Value $before -NoNewline
        }
    }

    It 'follows the amount of free memory' {
        Edit-SimulatedNode $world /memory/comprehensive 'Free:\d+ KB' 'Free:67108864 KB'
        $info = Get-EsxHostInfo -Refresh
        $info.MemoryFreeBytes | Should -Be 64GB
        $info.MemoryUsageBytes | Should -Be ($info.MemoryTotalBytes - 64GB)
    }

    It 'follows host.json to version, build and maintenance mode' {
        $file = "$($world.HostRoot)/host.json"
        $text = Get-Content -LiteralPath $file -Raw
        $facts = $text | ConvertFrom-Json
        Set-Content -LiteralPath $file -Value ($text -replace '8\.0\.3', '8.0.4' -replace $facts.build, '99999999' -replace '("maintenanceMode":\s*)false', '$1true')
        try {
            $info = Get-EsxHostInfo -Refresh
            $info.Version, $info.Build, $info.MaintenanceMode | Should -Be '8.0.4', '99999999', $true
        }
        finally {
            Set-Content -LiteralPath $file -Value $text -NoNewline
        }
    }

    It 'is needed for what seldom changes, and not for what changes often' {
        $null = Get-EsxHostInfo -Refresh
        $before = Get-SimulatedNode $world /hardware/cpu/cpuModelName
        Edit-SimulatedNode $world /hardware/cpu/cpuModelName '\A[\s\S]+\z' "A CPU that was changed in flight`n"
        Edit-SimulatedNode $world /power/currentPolicy 'Long name:.*' 'Long name:Low power'
        try {
            # The agent keeps what changes for a second.
            Start-Sleep -Milliseconds 1100
            $info = Get-EsxHostInfo
            $info.PowerPolicy | Should -Be 'Low power'
            $info.ProcessorType | Should -Be $before.Trim()
            (Get-EsxHostInfo -Refresh).ProcessorType | Should -Be 'A CPU that was changed in flight'
        }
        finally {
            Set-Content -LiteralPath "$($world.HostRoot)/vsi/hardware/cpu/cpuModelName" -Value $before -NoNewline
        }
    }
}

Describe 'Get-EsxHostInfo without one of its sources' {
    BeforeAll { . $PSScriptRoot/common.ps1; $world = Open-World }
    AfterAll { Close-World $world }

    It 'leaves what <Path> tells empty, warns of it, and shows the rest' -ForEach @(
        @{ Path = '/hardware/bios/dmiInfo'; Empty = 'Manufacturer', 'Model', 'SerialNumber', 'Uuid' }
        @{ Path = '/hardware/bios/biosInfo'; Empty = 'BiosVersion', 'BiosDate' }
        @{ Path = '/hardware/cpu/cpuInfo'; Empty = 'NumCpu', 'NumCore', 'NumThread', 'HyperthreadingActive' }
        @{ Path = '/hardware/cpu/cpuModelName'; Empty = , 'ProcessorType' }
        @{ Path = '/memory/comprehensive'; Empty = 'MemoryTotalBytes', 'MemoryTotalGB', 'MemoryFreeBytes', 'MemoryUsageBytes', 'MemoryUsageGB' }
        @{ Path = '/power/currentPolicy'; Empty = , 'PowerPolicy' }
    ) {
        Hide-SimulatedNode $world $Path {
            $info = Get-EsxHostInfo -Refresh -WarningVariable warned -WarningAction SilentlyContinue
            $warned.Count | Should -Be 1 -Because "the warnings were: $warned"
            "$warned" | Should -BeLike "*$Path*"
            foreach ($property in $info.PSObject.Properties) {
                if ($property.Name -in $Empty) {
                    $property.Value | Should -BeNullOrEmpty -Because "$($property.Name) comes from there"
                }
                else {
                    $property.Value | Should -Not -BeNullOrEmpty -Because "$($property.Name) comes from elsewhere"
                }
            }

            { $info | Format-List | Out-String } | Should -Not -Throw
            { $info | Format-Table | Out-String } | Should -Not -Throw
        }
    }

    It 'leaves what a failing tool tells empty, warns of it, and shows the rest' {
        Use-Fault $world @{ tool = 'vmware'; fail = @{ text = 'vmware: something broke'; status = 3 } } {
            $info = Get-EsxHostInfo -Refresh -WarningVariable warned -WarningAction SilentlyContinue
            $info.Version, $info.Build | Should -Be $null, $null
            $info.Model | Should -Be 'PowerEdge R750'
            "$warned" | Should -BeLike '*vmware*'
        }
    }

    It 'stops a script that asked to be stopped at a warning' {
        Hide-SimulatedNode $world /power/currentPolicy {
            { Get-EsxHostInfo -Refresh -WarningAction Stop } | Should -Throw '*currentPolicy*'
        }
    }
}

Describe 'Get-EsxHostInfo in a pipeline' {
    BeforeAll { . $PSScriptRoot/common.ps1; $world = Open-World; $session = Connect-EsxAgent }
    AfterAll { Close-World $world }

    It 'may be cut short by Select-Object -First, and the script goes on' {
        # In a PowerShell of its own: to swallow the end of the pipeline would end the whole script, silently and with status 0.
        $said = pwsh -NoProfile -NonInteractive -Command "
            Import-Module '$ModuleFolder'
            `$a = Connect-EsxAgent; `$b = Connect-EsxAgent
            (Get-EsxHostInfo -Session `$a, `$b | Select-Object -First 1).Name
            (Get-EsxDatastore -Session `$a, `$b | Select-Object -First 1).Name
            'the script goes on'; exit 7"
        $LASTEXITCODE | Should -Be 7
        $said | Should -Be 'esx01.lab.example', 'datastore1', 'the script goes on'
    }

    It 'may be left by break, and the session can be used on' {
        foreach ($round in 1..3) {
            foreach ($datastore in Get-EsxDatastore) { break }
        }
        $datastore.Name | Should -Be 'datastore1'
        $session.State | Should -Be 'Open'
        (Get-EsxHostInfo -Session $session).Name | Should -Be 'esx01.lab.example'
    }

    It 'stops with -ErrorAction Stop and goes on without' {
        $ended = Connect-EsxAgent -NotDefault
        Disconnect-EsxAgent $ended
        { Get-EsxHostInfo -Session $ended, $session -ErrorAction Stop } | Should -Throw -ErrorId 'SessionClosed,*'
        @(Get-EsxHostInfo -Session $ended, $session -ErrorAction SilentlyContinue).Count | Should -Be 1
        @(Get-EsxHostInfo -Session $ended, $session -ErrorAction Ignore).Count | Should -Be 1
    }

    It 'survives serialization with its values, and is shown by the same views' {
        $info = Get-EsxHostInfo
        $file = Join-Path $world.Root 'info.clixml'
        $info | Export-Clixml -LiteralPath $file
        $copy = Import-Clixml -LiteralPath $file
        foreach ($property in $info.PSObject.Properties) {
            $copy.($property.Name) | Should -Be $property.Value -Because $property.Name
        }
        "$copy" | Should -Be "$info"
        ($copy | Out-String) | Should -Be ($info | Out-String)
    }
}
