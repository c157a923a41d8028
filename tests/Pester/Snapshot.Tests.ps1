# A host that was recorded gives the answers of the original.

BeforeAll {
    . $PSScriptRoot/common.ps1
    $world = Open-World -HostProfile 7.0 -Datastore 'datastore1=500GB', 'big one=1TB', 'nfs home=1.5TB:NFS' -VirtualMachine 'web01', "odd: {name} `u{fc}"
    [System.IO.File]::WriteAllBytes((Join-Path $world.HostRoot 'vmfs/volumes/big one/some.iso'), [byte[]]::new(3MB))
    Set-SimulatedNode $world '/bench/0000:18:00.0' "a colon`nand no end"
    Set-SimulatedNode $world /bench/empty ''
    $null = New-Item -ItemType Directory -Path (Join-Path $world.HostRoot 'vsi/bench/nothing')

    function Get-Answer($World) {
        # All that a guest can see: facts, datastores, machines, every node with its text or with what the host says of it.
        Disconnect-EsxAgent -All
        $env:ESXAGENT_ENDPOINT = $World.Endpoint
        $facts = Get-EsxHostInfo -WarningAction Ignore | Select-Object * -ExcludeProperty Uptime, BootTime
        $nodes = Get-EsxVsiNode / -Recurse -ErrorAction SilentlyContinue -ErrorVariable failures
        [pscustomobject]@{
            Facts      = $facts | ConvertTo-Json -Depth 5
            BootTime   = (Get-EsxHostInfo -WarningAction Ignore).BootTime
            Datastores = Get-EsxDatastore | ConvertTo-Json -Depth 5
            Machines   = Get-EsxVMIdentity -All | Select-Object * -ExcludeProperty ContextId | ConvertTo-Json -Depth 5
            Nodes      = $nodes | ForEach-Object { "$($_.Path)|$($_.IsDirectory)|$($_.Text)" }
            Failures   = $failures | ForEach-Object { "$($_.TargetObject)|$($_.FullyQualifiedErrorId)|$_" }
        }
    }

    function Open-Recorded([scriptblock] $Make) {
        # A world whose host was made of a record.
        $made = Open-World -WithoutAgent
        [System.IO.Directory]::Delete($made.HostRoot, $true)
        $null = & $Make $made.HostRoot
        Open-Agent $made
        $made
    }

    function Test-Same($Original, $Copy) {
        $Copy.Facts | Should -BeExactly $Original.Facts
        [math]::Abs(($Copy.BootTime - $Original.BootTime).TotalSeconds) | Should -BeLessOrEqual 1
        $Copy.Datastores | Should -BeExactly $Original.Datastores
        $Copy.Machines | Should -BeExactly $Original.Machines
        $Copy.Nodes | Should -BeExactly $Original.Nodes
        $Copy.Failures | Should -BeExactly $Original.Failures
    }

    $original = Get-Answer $world
}

AfterAll {
    $env:ESXAGENT_ENDPOINT = $world.Endpoint
    Close-World $world
}

Describe 'Export-EsxHostSnapshot' {
    BeforeEach {
        Disconnect-EsxAgent -All
        $env:ESXAGENT_ENDPOINT = $world.Endpoint
        $archive = Join-Path $world.Root 'host.zip'
        Remove-Item -LiteralPath $archive -ErrorAction Ignore
    }

    It 'writes a file of which a simulated host is made that gives the same answers' {
        $written = Export-EsxHostSnapshot -Path $archive
        $written | Should -BeOfType [System.IO.FileInfo]
        $written.FullName | Should -Be $archive
        $recorded = Open-Recorded { & $SimulatorPath init $args[0] --snapshot $archive }
        try {
            $original.Nodes.Count | Should -BeGreaterThan 100
            $original.Failures.Count | Should -BeGreaterThan 2
            Test-Same $original (Get-Answer $recorded)
            (Get-EsxVMIdentity).Name | Should -Be 'web01'
        }
        finally {
            Close-World $recorded
        }
    }

    It 'keeps what a host of release <_> says' -ForEach '6.7', '8.0' {
        $source = Open-World -HostProfile $_
        $file = Join-Path $source.Root 'host.zip'
        $recorded = $null
        try {
            $expected = Get-Answer $source
            $expected.Nodes.Count | Should -BeGreaterThan 100
            $null = Export-EsxHostSnapshot $file -WarningAction Ignore
            $recorded = Open-Recorded { & $SimulatorPath init $args[0] --snapshot $file }
            Test-Same $expected (Get-Answer $recorded)
        }
        finally {
            if ($recorded) {
                Close-World $recorded
            }

            Close-World $source
        }
    }

    It 'takes a snapshot that was unpacked, too' {
        $null = Export-EsxHostSnapshot $archive
        $folder = Join-Path $world.Root 'unpacked'
        [System.IO.Compression.ZipFile]::ExtractToDirectory($archive, $folder)
        $recorded = Open-Recorded { & $SimulatorPath init $args[0] --snapshot $folder }
        try {
            Test-Same $original (Get-Answer $recorded)
        }
        finally {
            Close-World $recorded
        }
    }

    It 'records the parts of the tree that are asked for, of a host that can be served all the same' {
        $null = Export-EsxHostSnapshot $archive -Root /hardware/cpu, \power, /hardware
        $recorded = Open-Recorded { & $SimulatorPath init $args[0] --snapshot $archive }
        try {
            Disconnect-EsxAgent -All
            $env:ESXAGENT_ENDPOINT = $recorded.Endpoint
            (Get-EsxVMIdentity -All).Name | Should -Be 'web01', "odd: {name} `u{fc}"
            (Get-EsxVsiNode /power -Recurse).Text | Should -BeExactly (Get-EsxVsiNode /power -Recurse).Text
            (Get-EsxVsiNode /*).Name | Should -Contain 'hardware'
            (Get-EsxVsiNode /*).Name | Should -Not -Contain 'memory'
        }
        finally {
            Close-World $recorded
        }
    }

    It 'replaces a file only with -Force' {
        Set-Content -LiteralPath $archive -Value 'something else'
        $failure = Get-ErrorOf { Export-EsxHostSnapshot $archive -Root /power }
        $failure.FullyQualifiedErrorId | Should -BeLike 'SnapshotExists,*'
        $failure.CategoryInfo.Category | Should -Be 'ResourceExists'
        Get-Content -LiteralPath $archive | Should -Be 'something else'
        (Export-EsxHostSnapshot $archive -Root /power -Force).Length | Should -BeGreaterThan 100
    }

    It 'writes nothing with -WhatIf, and leaves nothing where it fails' {
        Export-EsxHostSnapshot $archive -WhatIf | Should -BeNullOrEmpty
        Test-Path -LiteralPath $archive | Should -BeFalse
        (Get-ErrorOf { Export-EsxHostSnapshot $archive -Root /nope }).FullyQualifiedErrorId | Should -BeLike 'VsiNodeNotFound,*'
        Wait-Until { -not (Get-ChildItem -LiteralPath $world.Root -Filter host.zip*) } -Because 'what was begun should go'
        (Get-ErrorOf { Export-EsxHostSnapshot (Join-Path $world.Root nope/host.zip) }).FullyQualifiedErrorId | Should -BeLike 'SnapshotNotWritten,*'
        (Get-ErrorOf { Export-EsxHostSnapshot $world.Root }).FullyQualifiedErrorId | Should -BeLike 'SnapshotPathInvalid,*'
        (Get-ErrorOf { Export-EsxHostSnapshot vsi:/power/new }).FullyQualifiedErrorId | Should -BeLike 'SnapshotPathInvalid,*'
        $two = (Connect-EsxAgent), (Connect-EsxAgent)
        (Get-ErrorOf { Export-EsxHostSnapshot $archive -Session $two }).FullyQualifiedErrorId | Should -BeLike 'SnapshotOfSeveralHosts,*'
    }

    It 'records what it may, and says what it lacks' {
        Use-Policy $world '{ "version": 1, "groups": [ { "name": "all", "members": [ { "name": "*" } ], "methods": [ "host/info", "vm/self", "vsi/walk" ], "vsi": [ "/hardware" ] } ] }' {
            Export-EsxHostSnapshot $archive -WarningVariable warnings -WarningAction SilentlyContinue | Should -Not -BeNullOrEmpty
            "$warnings" | Should -BeLike '*no datastores*host/datastores*'
            "$warnings" | Should -BeLike '*no other virtual machine*vm/list*'
        }
    }

    It 'ends within 100 ms at Ctrl+C and leaves nothing behind' {
        $session = Connect-EsxAgent
        Use-Fault $world @{ tool = 'vsish'; arguments = '*cpuList*'; slow = @{ delayMs = 100 } } {
            $other = Open-Runspace { Export-EsxHostSnapshot -Path $archive -Session $handed } @{ handed = $session; archive = $archive }
            try {
                Wait-Until { Get-ChildItem -LiteralPath $world.Root -Filter host.zip.* } -Because 'it should have begun'
                Start-Sleep -Milliseconds 300
                Measure-Stop $other | Should -BeLessThan 100
            }
            finally {
                Close-Runspace $other
            }
        }
        Wait-Until { -not (Get-ChildItem -LiteralPath $world.Root -Filter host.zip*) } -Because 'what was begun should go'
    }
}

Describe 'esxsim record' {
    It 'makes a simulated host of the tools of another one that gives the same answers' {
        $recorded = Open-Recorded { & $SimulatorPath record $args[0] --tools (Join-Path $world.HostRoot bin) }
        try {
            Test-Same $original (Get-Answer $recorded)
        }
        finally {
            Close-World $recorded
        }
    }

    It 'keeps the answers of esxcli and vmware that are worded differently' {
        $source = Open-World -HostProfile 8.0
        $null = New-Item -ItemType Directory -Path (Join-Path $source.HostRoot 'answers/vmware'), (Join-Path $source.HostRoot 'answers/esxcli')
        $said = "VMware ESXi 8.0.9 build-1`nVMware ESXi 8.0 Update 9, special`n"
        [System.IO.File]::WriteAllText((Join-Path $source.HostRoot 'answers/vmware/-vl.txt'), $said)
        $recorded = Open-Recorded { & $SimulatorPath record $args[0] --tools (Join-Path $source.HostRoot bin) --root /hardware }
        try {
            (& (Join-Path $recorded.HostRoot bin/vmware) -vl) -join "`n" | Should -BeExactly $said.TrimEnd()
        }
        finally {
            Close-World $recorded
            $env:ESXAGENT_ENDPOINT = $source.Endpoint
            Close-World $source
        }
    }
}
