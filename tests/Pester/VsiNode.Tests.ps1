BeforeAll {
    . $PSScriptRoot/common.ps1
    $world = Open-World -Datastore 'datastore1=500GB', 'big one=1TB'
    Set-SimulatedNode $world /bench/odd @'
Odd things {
   PSObject:1
   Twice:1
   twice:2
   largest:18446744073709551615
   smallest:-9223372036854775808
   mask:0x00641400
   state: 0 -> Green
   flags: 0x3 -> Rx Tx
   id:56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a
   used:10 KB
   time:12345 usec
}
'@
}

AfterAll { Close-World $world }

Describe 'Get-EsxVsiNode' {
    It 'reads a leaf: its value with the host''s own names, and its text as it was printed' {
        $node = Get-EsxVsiNode /memory/comprehensive
        $node.Path, $node.Name, $node.ParentPath, $node.IsDirectory | Should -Be '/memory/comprehensive', 'comprehensive', '/memory', $false
        $node.HostName | Should -Be 'esx01.lab.example'
        $node.Text | Should -BeExactly (Get-SimulatedNode $world /memory/comprehensive)
        @($node.Value.PSObject.Properties.Name)[0, 1] | Should -BeExactly 'Physical memory estimate', 'Given to VMKernel'
        $node.Value.PSObject.TypeNames[0, 1] | Should -BeExactly 'EsxAgent.EsxVsiStruct#Comprehensive', 'EsxAgent.EsxVsiStruct'
        "$node" | Should -BeExactly '/memory/comprehensive'
    }

    It 'reads a directory as what it is' {
        $node = Get-EsxVsiNode /hardware/cpu
        $node.IsDirectory | Should -BeTrue
        $node.Value, $node.Text | Should -Be $null, $null
        (Get-EsxVsiNode /).Name | Should -BeExactly '/'
        (Get-EsxVsiNode /).IsDirectory | Should -BeTrue
    }

    It 'shows the top of the tree where no path is given, and all of it with -Recurse' {
        (Get-EsxVsiNode).Path | Should -BeExactly (Get-EsxVsiNode /*).Path
        (Get-EsxVsiNode).Path | Should -Contain '/hardware'
        $all = Get-EsxVsiNode -Recurse -ErrorAction SilentlyContinue
        $all[0].Path | Should -BeExactly '/'
        $all.Path | Should -Contain '/hardware/cpu/cpuInfo'
    }

    It 'takes slashes of either kind, with or without one at the ends, from the root of the tree' {
        foreach ($path in '/power/pstates', '\power\pstates', 'power/pstates/', '/power//./x/../pstates') {
            (Get-EsxVsiNode $path).Path | Should -BeExactly '/power/pstates'
        }
    }

    It 'chooses by wildcards in any name, without regard to case' {
        (Get-EsxVsiNode /net/pNics/VMNIC?/st*).Path | Should -BeExactly '/net/pNics/vmnic0/stats', '/net/pNics/vmnic1/stats'
        (Get-EsxVsiNode '/net/*/vmnic[1]/stats').Path | Should -BeExactly '/net/pNics/vmnic1/stats'
        (Get-EsxVsiNode /hardware/*).Name | Should -BeExactly 'bios', 'cpu', 'ipmi', 'pci'
        (Get-EsxVsiNode /*/currentPolicy).Path | Should -BeExactly '/power/currentPolicy'
    }

    It 'is silent about wildcards that match nothing' {
        Get-EsxVsiNode /nope*, /hardware/*/nope, /power/currentPolicy/*, /nope/* -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'tells of a path that does not exist, and writes the others' {
        $found = Get-EsxVsiNode /power/pstates, /nope, /hardware/cpu/gone, /hardware -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.Path | Should -BeExactly '/power/pstates', '/hardware'
        $failures.FullyQualifiedErrorId | Should -Be @('VsiNodeNotFound,EsxAgent.Commands.GetEsxVsiNodeCommand', 'VsiNodeNotFound,EsxAgent.Commands.GetEsxVsiNodeCommand')
        $failures.TargetObject | Should -Be '/nope', '/hardware/cpu/gone'
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        { Get-EsxVsiNode /nope -ErrorAction Stop } | Should -Throw -ErrorId 'VsiNodeNotFound,*'
    }

    It 'takes a literal path as it is' {
        (Get-EsxVsiNode -LiteralPath /power/pstates).Path | Should -BeExactly '/power/pstates'
        $failure = Get-ErrorOf { Get-EsxVsiNode -LiteralPath '/power/[p]states' }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidParams,*'
    }

    It 'takes paths, and objects with a path, from the pipeline' {
        ('/power/pstates', '/hardware/*' | Get-EsxVsiNode).Path | Should -BeExactly '/power/pstates', '/hardware/bios', '/hardware/cpu', '/hardware/ipmi', '/hardware/pci'
        ([pscustomobject]@{ Path = '/power/pstates' } | Get-EsxVsiNode).Path | Should -BeExactly '/power/pstates'
        (Get-EsxVsiNode /power/pstates | Get-EsxVsiNode).Path | Should -BeExactly '/power/pstates'
        (Get-ChildItem vsi:/power -Filter p* | Get-EsxVsiNode).Path | Should -BeExactly '/power/pstates'
    }

    It 'reads what lies below with -Recurse, and so far as -Depth says' {
        (Get-EsxVsiNode /power -Recurse).Path | Should -BeExactly '/power', '/power/currentPolicy', '/power/hardwareSupport', '/power/pstates'
        (Get-EsxVsiNode /hardware -Depth 1).Path | Should -BeExactly '/hardware', '/hardware/bios', '/hardware/cpu', '/hardware/ipmi', '/hardware/pci'
        (Get-EsxVsiNode /hardware -Depth 0).Path | Should -BeExactly '/hardware'
        (Get-EsxVsiNode /power/pstates -Recurse).Path | Should -BeExactly '/power/pstates'
        (Get-EsxVsiNode /pow*, /hardware/b* -Recurse).Count | Should -Be 7
        (Get-EsxVsiNode /power -Depth 1000).Count | Should -Be 4
    }

    It 'tells of a node that fails within a walk, and goes on' {
        $nodes = Get-EsxVsiNode /net/pNics -Recurse -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.FullyQualifiedErrorId | Should -Be 'ToolFailed,EsxAgent.Commands.GetEsxVsiNodeCommand'
        $failures.TargetObject | Should -Be '/net/pNics/vmnic1/sfp/vendor'
        "$failures" | Should -BeLike '*Not supported*'
        $nodes.Path | Should -Contain '/net/pNics/vmnic1/stats'
        $nodes.Path | Should -Not -Contain '/net/pNics/vmnic1/sfp/vendor'
    }

    It 'tells of a node that has vanished, and of a name that cannot be asked for, and goes on' {
        $nodes = Get-EsxVsiNode /world, /vmkModules -Recurse -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.TargetObject | Should -Be '/world/2098420', '/vmkModules/vmfs3/auto_unmap/volumes/big one'
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'VsiNodeNotFound,*'
        $nodes.Path | Should -Contain '/world/2097152/name'
        $nodes.Path | Should -Contain '/vmkModules/vmfs3/version'
    }

    It 'says so where the policy does not open a node' {
        Use-Policy $world '{ "version": 1, "groups": [ { "name": "all", "members": [ { "name": "*" } ], "methods": [ "*" ], "vsi": [ "/hardware/cpu" ] } ] }' {
            (Get-ErrorOf { Get-EsxVsiNode /power/pstates }).FullyQualifiedErrorId | Should -BeLike 'AccessDenied,*'
            (Get-EsxVsiNode /*).Path | Should -BeExactly '/hardware' -Because 'only what leads to something that may be read is seen'
            (Get-EsxVsiNode /hardware/*).Path | Should -BeExactly '/hardware/cpu'
            (Get-EsxVsiNode /hardware).IsDirectory | Should -BeTrue
            (Get-EsxVsiNode /hardware/cpu/threadCount).Value | Should -Be 32
            (Get-EsxVsiNode -Recurse).Path | Should -Contain '/hardware/cpu/cpuInfo'
        }
    }

    It 'asks each host that it is given, and says which one answered' {
        $sessions = (Connect-EsxAgent -Name one), (Connect-EsxAgent -Name two)
        $nodes = Get-EsxVsiNode /power/pstates -Session $sessions
        $nodes.HostName | Should -Be 'esx01.lab.example', 'esx01.lab.example'
        Disconnect-EsxAgent -All
    }

    It 'can be used from several runspaces at a time through one session' {
        $session = Connect-EsxAgent
        $found = 1..8 | ForEach-Object -Parallel { (Get-EsxVsiNode /hardware -Recurse -Session $using:session -ErrorAction Ignore).Count } -ThrottleLimit 8
        $found.Count | Should -Be 8
        $found | Sort-Object -Unique | Should -Be ((Get-EsxVsiNode /hardware -Recurse -ErrorAction Ignore).Count)
        Disconnect-EsxAgent -All
    }

    It 'goes on with the script behind Select-Object -First, and the host stops its walk' {
        $session = Connect-EsxAgent
        (Get-EsxVsiNode / -Recurse | Select-Object -First 1).Path | Should -BeExactly '/'
        (Get-EsxVsiNode /* | Select-Object -First 2).Count | Should -Be 2
        Wait-Until { (Get-RunningRequest) -eq 0 } -Because 'the host should have stopped'
        $session.State | Should -Be 'Open'
        Disconnect-EsxAgent -All
    }
}

Describe 'A value of vsish' {
    BeforeAll {
        $odd = (Get-EsxVsiNode /bench/odd).Value
        $memory = (Get-EsxVsiNode /memory/comprehensive).Value
    }

    It 'is a plain string, number or array where it is nothing more' {
        (Get-EsxVsiNode /hardware/cpu/cpuModelName).Value | Should -BeOfType [string]
        (Get-EsxVsiNode /hardware/cpu/threadCount).Value | Should -BeOfType [long]
        (Get-EsxVsiNode /hardware/cpu/threadCount).Value | Should -Be 32
        , (Get-EsxVsiNode /power/pstates).Value | Should -BeOfType [object[]]
        (Get-EsxVsiNode /power/pstates).Value.Count | Should -Be 3
        $odd.largest | Should -BeOfType [ulong]
        $odd.largest | Should -Be ([ulong]::MaxValue)
        $odd.smallest | Should -Be ([long]::MinValue)
    }

    It 'has properties for names that PowerShell keeps for itself or that come twice' {
        $odd.PSObject_ | Should -Be 1
        $odd.Twice | Should -Be 1
        $odd.'twice (2)' | Should -Be 2
    }

    It 'is nested where the host''s structure is' {
        $stats = Get-EsxVsiNode /storage/scsifw/devices/*/stats
        $stats.Value.Latency.Kernel.Maximum | Should -Be 81234
        "$($stats.Value.Latency.Average)" | Should -BeExactly '2379 usec'
        (Get-EsxVsiNode /net/portsets/vSwitch0/properties).Value.uplinks | Should -Be 'vmnic0', 'vmnic1'
    }

    It 'of a number with a unit is shown with it, and compares and calculates as a number' {
        "$($odd.used)" | Should -BeExactly '10 KB'
        $odd.used.ToString() | Should -BeExactly '10 KB'
        $odd.used.Unit, $odd.used.Value, $odd.used.Bytes | Should -Be 'KB', 10, 10240
        $odd.time.Bytes | Should -BeNullOrEmpty
        $odd.used -eq 10 | Should -BeTrue
        10 -eq $odd.used | Should -BeTrue
        $odd.used -eq '10 KB' | Should -BeTrue
        $odd.used -gt 9.5 | Should -BeTrue
        11 -gt $odd.used | Should -BeTrue
        $odd.used -lt $odd.time | Should -BeTrue
        $odd.used + 5 | Should -Be 15
        5 - $odd.used | Should -Be -5
        $odd.used * $odd.used | Should -Be 100
        $odd.used / 4 | Should -Be 2.5
        $odd.used % 3 | Should -Be 1
        ($odd.used + 5).GetType() | Should -Be ([long])
        [long] $odd.used | Should -Be 10
        '{0:N1}' -f $odd.used | Should -Be (10).ToString('N1')
        ($odd.used, $odd.time | Measure-Object -Sum).Sum | Should -Be 12355
        ($odd.time, $odd.used | Sort-Object)[0] | Should -Be 10
        $memory.Free -lt $memory.'Physical memory estimate' | Should -BeTrue
        $memory.Free.Bytes | Should -Be (1KB * $memory.Free.Value)
        { $odd.used -gt 'much' } | Should -Throw
    }

    It 'of a hexadecimal number keeps its digits, and is a number' {
        "$($odd.mask)" | Should -BeExactly '0x00641400'
        $odd.mask -eq 0x641400 | Should -BeTrue
        $odd.mask -band 0x400 | Should -Be 0x400
        $odd.mask -bor 1 | Should -Be 0x641401
        $odd.mask.Value | Should -Be 6558720
    }

    It 'of an enumeration is shown by its label, and compares by number and by label' {
        "$($odd.state)" | Should -BeExactly 'Green'
        $odd.state -eq 0 | Should -BeTrue
        $odd.state -eq 'green' | Should -BeTrue
        'Green' -eq $odd.state | Should -BeTrue
        0 -eq $odd.state | Should -BeTrue
        $odd.state -eq 'Red' | Should -BeFalse
        $odd.state -eq 1 | Should -BeFalse
        $odd.state -in 'Red', 'Green' | Should -BeTrue
        $odd.state -like 'Gr*' | Should -BeTrue
        switch ($odd.state) { 'Green' { $chosen = $true } }
        $chosen | Should -BeTrue
        $odd.flags -band 2 | Should -Be 2
        "$($odd.flags)" | Should -BeExactly 'Rx Tx'
        $ht = (Get-EsxVsiNode /hardware/cpu/cpuInfo).Value.'Hyperthreading state'
        $ht.Label, $ht.Type, $ht.Value | Should -Be 'Enabled', 'CPU_HTState', 2
        @($odd | Where-Object state -EQ Green).Count | Should -Be 1
    }

    It 'of a uuid is a Guid that reads as it was printed' {
        $odd.id | Should -BeOfType [guid]
        "$($odd.id)" | Should -BeExactly '564db163-53a5-dde6-60d5-7a08dc4cc19a'
    }

    It 'survives serialization: <_> compares, calculates and shows itself as before' -ForEach 'odd', 'memory' {
        $original = Get-Variable $_ -ValueOnly
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($original))
        $copy.PSObject.Properties.Name | Should -BeExactly $original.PSObject.Properties.Name
        foreach ($property in $original.PSObject.Properties) {
            "$($copy.($property.Name))" | Should -BeExactly "$($property.Value)" -Because $property.Name
            $copy.($property.Name) -eq $property.Value | Should -BeTrue -Because $property.Name
            $copy.($property.Name).GetType() | Should -Be $property.Value.GetType() -Because $property.Name
        }
        $copy.PSObject.TypeNames[0] | Should -BeLike 'Deserialized.EsxAgent.EsxVsiStruct#*'
    }
}

Describe 'A node' {
    It 'survives Export-Clixml with all that is nested in its value, and is shown by the same views' {
        $file = Join-Path $world.Root 'nodes.clixml'
        $nodes = Get-EsxVsiNode /storage -Recurse -ErrorAction Ignore
        $nodes | Export-Clixml -LiteralPath $file
        $copies = Import-Clixml -LiteralPath $file
        $copies.Path | Should -BeExactly $nodes.Path
        $copies.Text | Should -BeExactly $nodes.Text
        $copies[-1].Value.Latency.Device.Maximum -eq 912345 | Should -BeTrue
        "$($copies[-1].Value.Latency.Device.Maximum)" | Should -BeExactly '912345 usec'
        $copies[-1].Value.'Last error'.key -eq 'ILLEGAL REQUEST' | Should -BeTrue
        ($copies | Out-String) | Should -Be ($nodes | Out-String)
        ($copies | Format-List | Out-String) | Should -Be ($nodes | Format-List | Out-String)
    }

    It 'is listed like a file: directories and leaves, each leaf with its value in one line' {
        $shown = Get-EsxVsiNode /hardware/cpu/* | Out-String -Width 120
        $shown | Should -Match '(?m)^\s+Directory: /hardware/cpu$'
        $shown | Should -Match '(?m)^d---- cpuList\s*$'
        $shown | Should -Match '(?m)^--r-- threadCount\s+32\s*$'
        $shown | Should -Match '(?m)^--r-- cpuInfo\s+Number of packages=2; Number of cores=16;'
        $shown | Should -Match '(?m)^--r-- cStates\s+\{C0 active, C1 halt: mwait 0x0, '
    }
}

Describe 'Completing a path of the tree' {
    BeforeAll {
        $null = Connect-EsxAgent
        Wait-Until { Get-CompletionText 'Get-EsxVsiNode /' } -Because 'the host should have answered'
    }

    AfterAll { Disconnect-EsxAgent -All }

    It 'offers the names of a directory as they follow what was typed' {
        Wait-Until { Get-CompletionText 'Get-EsxVsiNode /hardware/' } -Because 'the host should have answered'
        Get-CompletionText 'Get-EsxVsiNode /hardware/' | Should -BeExactly '/hardware/bios', '/hardware/cpu', '/hardware/ipmi', '/hardware/pci'
        Get-CompletionText 'Get-EsxVsiNode /hardware/C' | Should -BeExactly '/hardware/cpu'
        Get-CompletionText 'Get-EsxVsiNode hardware/c' | Should -BeExactly 'hardware/cpu'
        Get-CompletionText 'Get-EsxVsiNode \hardware\c' | Should -BeExactly "'\hardware\cpu'"
        Get-CompletionText 'Watch-EsxVsiNode -Path /hardware/p' | Should -BeExactly '/hardware/pci'
        Get-CompletionText 'Export-EsxHostSnapshot x.zip -Root /hardw' | Should -BeExactly '/hardware'
        Get-CompletionText 'Get-EsxVsiNode ' | Should -Contain '/hardware'
        (Get-Completion 'Get-EsxVsiNode /hardware/c').ToolTip | Should -Be 'Directory'
    }

    It 'quotes a name that needs it' {
        Wait-Until { Get-CompletionText 'Get-EsxVsiNode /vmkModules/vmfs3/auto_unmap/volumes/' } -Because 'the host should have answered'
        Get-CompletionText 'Get-EsxVsiNode /vmkModules/vmfs3/auto_unmap/volumes/b' | Should -BeExactly "'/vmkModules/vmfs3/auto_unmap/volumes/big one'"
    }

    It 'asks the host once in 5 s' {
        Wait-Until { Get-CompletionText 'Get-EsxVsiNode /hardware/' } -Because 'the host should have answered'
        $before = (Get-EsxAgentStatus).Requests
        1..10 | ForEach-Object { Get-CompletionText 'Get-EsxVsiNode /hardware/c' | Should -Be '/hardware/cpu' }
        (Get-EsxAgentStatus).Requests | Should -Be ($before + 1) -Because 'only the question for the status itself was asked'
    }

    It 'takes 150 ms at most where the host hangs, and fails nothing where it fails' {
        Use-Fault $world @{ tool = 'vsish'; arguments = '-e ls /memory'; hang = @{ seconds = 2 } } {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Get-CompletionText 'Get-EsxVsiNode /memory/' | Should -BeNullOrEmpty
            $clock.Elapsed.TotalMilliseconds | Should -BeLessThan 400 -Because 'completing itself takes some time on a busy machine'
        }
        $Error.Clear()
        Get-CompletionText 'Get-EsxVsiNode /nope/' | Should -BeNullOrEmpty
        Get-CompletionText 'Get-EsxVsiNode /power/pstates/' | Should -BeNullOrEmpty
        $Error | Should -BeNullOrEmpty
    }

    It 'never connects' {
        Disconnect-EsxAgent -All
        Get-CompletionText 'Get-EsxVsiNode /hardware/' | Should -BeNullOrEmpty
        Get-EsxAgentSession | Should -BeNullOrEmpty
    }
}
