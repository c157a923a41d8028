# The drive vsi: is to be used by hand like a file system. Its paths have the separators of the system, so that the tests compare with those of this one.

BeforeAll {
    . $PSScriptRoot/common.ps1
    $world = Open-World
    $slash = [System.IO.Path]::DirectorySeparatorChar
    Set-SimulatedNode $world '/bench/odd/0000:18:00.0' "colon`n"
    Set-SimulatedNode $world '/bench/odd/50%+x@y' "percent`n"
}

AfterAll { Close-World $world }

Describe 'The drive vsi:' {
    AfterEach { Set-Location $PSScriptRoot }

    It 'is there with the module, before anything is connected, and connects by itself' {
        Disconnect-EsxAgent -All
        (Get-PSDrive vsi).Provider.Name | Should -Be 'EsxVsi'
        Set-Location vsi:
        Get-EsxAgentSession | Should -BeNullOrEmpty -Because 'nothing was read yet'
        (Get-ChildItem).Name | Should -Contain 'hardware'
        @(Get-EsxAgentSession).Count | Should -Be 1
    }

    It 'is walked through by Set-Location, with slashes of either kind, relative paths and ..' {
        Set-Location vsi:\hardware
        "$(Get-Location)" | Should -BeExactly "vsi:${slash}hardware"
        Set-Location cpu
        "$(Get-Location)" | Should -BeExactly "vsi:${slash}hardware${slash}cpu"
        Set-Location ..
        "$(Get-Location)" | Should -BeExactly "vsi:${slash}hardware"
        Set-Location ../net/pNics\vmnic0
        "$(Get-Location)" | Should -BeExactly "vsi:${slash}net${slash}pNics${slash}vmnic0"
        Set-Location ../../..
        "$(Get-Location)" | Should -BeExactly "vsi:${slash}"
        Set-Location ..
        "$(Get-Location)" | Should -BeExactly "vsi:${slash}" -Because 'there is nothing above the root'
        Push-Location vsi:/pow*
        "$(Get-Location)" | Should -BeExactly "vsi:${slash}power"
        Pop-Location
    }

    It 'refuses to go to what does not exist, or is a leaf' {
        foreach ($path in 'vsi:/nope', 'vsi:/power/pstates') {
            { Set-Location $path -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound,*'
        }
    }

    It 'lists a directory: directories and leaves with their values' {
        $items = Get-ChildItem vsi:\hardware\cpu
        $items.Name | Should -BeExactly 'cStates', 'cpuInfo', 'cpuList', 'cpuModelName', 'threadCount'
        $items | ForEach-Object { $_.PSObject.TypeNames[0] } | Sort-Object -Unique | Should -Be 'EsxAgent.EsxVsiNode'
        $items.PSIsContainer | Should -Be $items.IsDirectory
        ($items | Where-Object Name -EQ threadCount).Value | Should -Be 32
        $items[0].PSChildName | Should -Be 'cStates'
        $items[0].PSDrive.Name | Should -Be 'vsi'
        $items[0].PSParentPath | Should -BeLike "EsxAgent\EsxVsi::*hardware${slash}cpu"
        ($items | Out-String) | Should -Match '(?m)^\s+Directory: /hardware/cpu$'
    }

    It 'lists a leaf as itself, names alone with -Name, and the root' {
        (Get-ChildItem vsi:/power/pstates).Name | Should -Be 'pstates'
        Get-ChildItem vsi:/hardware -Name | Should -BeExactly 'bios', 'cpu', 'ipmi', 'pci'
        Get-ChildItem vsi:/power -Name -Recurse | Should -BeExactly 'currentPolicy', 'hardwareSupport', 'pstates'
        (Get-ChildItem vsi:\).Name | Should -Contain 'vm'
    }

    It 'chooses by -Filter, -Include, -Exclude and wildcards in the path' {
        (Get-ChildItem vsi:/hardware/cpu -Filter CPU*).Name | Should -BeExactly 'cpuInfo', 'cpuList', 'cpuModelName'
        (Get-ChildItem vsi:/hardware -Recurse -Filter cpuI* -ErrorAction Ignore).Name | Should -BeExactly 'cpuInfo'
        (Get-ChildItem vsi:/hardware -Recurse -Include cpuInfo, dmi* -ErrorAction Ignore).Name | Should -BeExactly 'dmiInfo', 'cpuInfo'
        (Get-ChildItem vsi:/power/* -Exclude p*).Name | Should -BeExactly 'currentPolicy', 'hardwareSupport'
        (Get-ChildItem vsi:\net\pNics\vmnic?\stats).Count | Should -Be 2
        (Get-ChildItem 'vsi:/net/pNics/vmnic[1]').Name | Should -BeExactly 'vmnic1'
        (Get-ChildItem -LiteralPath vsi:/power).Count | Should -Be 3
        Get-ChildItem vsi:/power/nope* -ErrorAction Stop | Should -BeNullOrEmpty
        (Get-ChildItem vsi:/hardware/cpu -Directory).Name | Should -Be 'cpuList'
        (Get-ChildItem vsi:/hardware/cpu -File).Name | Should -Not -Contain 'cpuList'
        Get-ChildItem vsi:/hardware/cpu -File -Name | Should -Contain 'cpuInfo'
        Get-ChildItem vsi:/hardware/cpu -Directory -Name | Should -Be 'cpuList'
    }

    It 'goes as deep as -Depth says' {
        (Get-ChildItem vsi:/hardware -Depth 0).Name | Should -BeExactly 'bios', 'cpu', 'ipmi', 'pci'
        $deeper = Get-ChildItem vsi:/hardware -Depth 1
        $deeper.Name | Should -Contain 'cpuInfo'
        $deeper.ParentPath | Should -Not -Contain '/hardware/cpu/cpuList'
    }

    It 'reads nodes with Get-Item and text with Get-Content' {
        (Get-Item vsi:/memory/comprehensive).Value.Free.Unit | Should -Be 'KB'
        (Get-Item vsi:/hardware).IsDirectory | Should -BeTrue
        (Get-Item vsi:/).PSIsContainer | Should -BeTrue
        Get-Content vsi:\hardware\cpu\cpuModelName | Should -BeExactly (Get-SimulatedNode $world /hardware/cpu/cpuModelName).TrimEnd("`n")
        $text = Get-SimulatedNode $world /hardware/cpu/cpuInfo
        Get-Content vsi:/hardware/cpu/cpuInfo | Should -BeExactly ($text.TrimEnd("`n") -split "`n")
        Get-Content vsi:/hardware/cpu/cpuInfo -Raw | Should -BeExactly $text
        Get-Content vsi:/hardware/cpu/cpuInfo -TotalCount 1 | Should -BeExactly ($text -split "`n")[0]
        (Get-Content vsi:/hardware/cpu/cpuInfo -ReadCount 0).Count | Should -Be (($text -split "`n").Count - 1)
        (Get-ErrorOf { Get-Content vsi:/hardware }).FullyQualifiedErrorId | Should -BeLike 'VsiNodeIsDirectory,*'
    }

    It 'tells of what does not exist as files do' {
        foreach ($command in { Get-Item vsi:/nope }, { Get-ChildItem vsi:/nope }, { Get-Content vsi:/hardware/nope }) {
            $failure = Get-ErrorOf $command
            $failure.FullyQualifiedErrorId | Should -BeLike 'PathNotFound,*' -Because "$command"
            $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        }
    }

    It 'is tested, resolved, joined and split as paths of files are' {
        Test-Path vsi:/power, vsi:/power/pstates, vsi:/nope, vsi:\, vsi:/power/p*, vsi:/power/x* | Should -Be $true, $true, $false, $true, $true, $false
        Test-Path vsi:/power -PathType Container | Should -BeTrue
        Test-Path vsi:/power -PathType Leaf | Should -BeFalse
        Test-Path vsi:/power/pstates -PathType Leaf | Should -BeTrue
        (Resolve-Path vsi:/hardware/c*).Path | Should -BeExactly "vsi:${slash}hardware${slash}cpu"
        Set-Location vsi:/hardware
        Resolve-Path c* -Relative | Should -BeExactly ".${slash}cpu"
        Split-Path vsi:/power/pstates -Leaf | Should -Be 'pstates'
        Split-Path vsi:/power/pstates | Should -Be "vsi:${slash}power"
        Join-Path vsi:/power pstates | Should -Be "vsi:/power${slash}pstates"
        (Get-EsxVsiNode (Convert-Path vsi:/power)).Path | Should -Be '/power'
    }

    It 'keeps colons, percent signs and the like in names' {
        (Get-ChildItem vsi:/bench/odd).Name | Sort-Object | Should -BeExactly ('0000:18:00.0', '50%+x@y' | Sort-Object)
        Get-Content 'vsi:/bench/odd/0000:18:00.0' | Should -Be 'colon'
        Get-Content 'vsi:/bench/odd/50%+x@y' | Should -Be 'percent'
        Get-ChildItem vsi:/bench/odd | Get-Content | Sort-Object | Should -Be 'colon', 'percent'
        Set-Location vsi:/bench/odd
        Get-Content './0000:18:00.0' | Should -Be 'colon'
        Get-Content 50* | Should -Be 'percent'
    }

    It 'hands its objects on to other cmdlets, wherever one is' {
        Get-ChildItem vsi:/power -Filter p* | Get-Content | Should -BeExactly (Get-Content vsi:/power/pstates)
        (Get-ChildItem vsi:/ -Filter power | Get-ChildItem).Name | Should -BeExactly 'currentPolicy', 'hardwareSupport', 'pstates'
        (Get-Item vsi:/power | Get-Item).Path | Should -BeExactly "vsi:${slash}power"
        Get-ChildItem vsi:/power | Test-Path | Should -Be $true, $true, $true
        (Get-Item (Get-Item vsi:/power).PSPath).Name | Should -Be 'power'
    }

    It 'gives the same values as Get-EsxVsiNode' {
        $direct = Get-EsxVsiNode /net -Recurse -ErrorAction Ignore | Where-Object Path -NE /net
        $drive = Get-ChildItem vsi:/net -Recurse -ErrorAction Ignore
        $drive.Text | Should -BeExactly $direct.Text
        $drive.Name | Should -BeExactly $direct.Name
    }

    It 'survives serialization' {
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-Item vsi:/memory/comprehensive)))
        $copy.Name, $copy.IsDirectory | Should -Be 'comprehensive', $false
        $copy.Value.Free -gt 5 | Should -BeTrue
        $copy.Path | Should -Be "vsi:${slash}memory${slash}comprehensive"
    }

    It 'tells of a node that fails within a listing, and goes on' {
        $items = Get-ChildItem vsi:/net/pNics -Recurse -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures.FullyQualifiedErrorId | Should -Be 'ToolFailed,Microsoft.PowerShell.Commands.GetChildItemCommand'
        $failures.TargetObject | Should -Be '/net/pNics/vmnic1/sfp/vendor'
        $items.Name | Should -Contain 'stats'
    }

    It 'says so where the policy does not open something' {
        Use-Policy $world '{ "version": 1, "groups": [ { "name": "all", "members": [ { "name": "*" } ], "methods": [ "*" ], "vsi": [ "/hardware/cpu" ] } ] }' {
            (Get-ChildItem vsi:/).Name | Should -Be 'hardware'
            (Get-ChildItem vsi:/hardware).Name | Should -Be 'cpu'
            Test-Path vsi:/power | Should -BeFalse -Because 'what may not be read is not there'
            Get-Content vsi:/hardware/cpu/threadCount | Should -Be '32'
        }
    }

    It 'tells why there is no host, in one error' {
        Disconnect-EsxAgent -All
        $env:ESXAGENT_ENDPOINT = 'unix:/nonexistent/agent.sock'
        try {
            $failure = Get-ErrorOf { Get-ChildItem vsi:/ }
            $failure.FullyQualifiedErrorId | Should -BeLike 'EndpointMissing,*'
            $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        }
        finally {
            $env:ESXAGENT_ENDPOINT = $world.Endpoint
        }
    }
}

Describe 'Writing to the drive' {
    AfterEach { Set-Location $PSScriptRoot }

    It 'is refused for <Name>, in words that say why' -ForEach @(
        @{ Name = 'Set-Content'; Command = { Set-Content vsi:/power/currentPolicy x } }
        @{ Name = 'Add-Content'; Command = { Add-Content vsi:/power/currentPolicy x } }
        @{ Name = 'Clear-Content'; Command = { Clear-Content vsi:/power/currentPolicy } }
        @{ Name = 'Set-Item'; Command = { Set-Item vsi:/power/currentPolicy x } }
        @{ Name = 'Clear-Item'; Command = { Clear-Item vsi:/power/currentPolicy } }
        @{ Name = 'New-Item'; Command = { New-Item vsi:/power/new -ItemType Leaf -Value x } }
        @{ Name = 'New-Item with a name'; Command = { New-Item -Path vsi:/power -Name new } }
        @{ Name = 'Remove-Item'; Command = { Remove-Item vsi:/power/currentPolicy } }
        @{ Name = 'Remove-Item of a directory, without asking first'; Command = { Remove-Item vsi:/power } }
        @{ Name = 'Remove-Item -Recurse'; Command = { Remove-Item vsi:/power -Recurse -Force } }
        @{ Name = 'Rename-Item'; Command = { Rename-Item vsi:/power/currentPolicy new } }
        @{ Name = 'Move-Item'; Command = { Move-Item vsi:/power/currentPolicy vsi:/power/new } }
        @{ Name = 'Copy-Item'; Command = { Copy-Item vsi:/power/currentPolicy vsi:/power/new } }
    ) {
        $failure = Get-ErrorOf $Command
        $failure.FullyQualifiedErrorId | Should -BeLike 'VsiReadOnly,*'
        "$failure" | Should -BeLike "'/power*' cannot be changed: * read only."
        $failure.CategoryInfo.Category | Should -Be 'PermissionDenied'
        $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $before = Get-SimulatedNode $world /power/currentPolicy
        Get-Content vsi:/power/currentPolicy -Raw | Should -BeExactly $before
    }

    It 'is refused for what does not exist, and never becomes a file of this machine' {
        $null = New-PSDrive -Name lab -PSProvider EsxVsi -Root / -Session (Connect-EsxAgent)
        try {
            foreach ($drive in 'vsi', 'lab') {
                $path = "${drive}:$($world.Root)/escaped"
                foreach ($command in { Set-Content $path x }, { Add-Content $path x }, { New-Item $path -Value x }) {
                    (Get-ErrorOf $command).FullyQualifiedErrorId | Should -BeLike 'VsiReadOnly,*'
                }
                Get-ErrorOf { 'x' | Out-File $path } | Should -Not -BeNullOrEmpty
                Test-Path -LiteralPath "$($world.Root)/escaped" | Should -BeFalse
            }
        }
        finally {
            Remove-PSDrive lab
        }
    }
}

Describe 'A drive of a session' {
    BeforeAll {
        $other = Open-World -HostProfile 7.0
        $env:ESXAGENT_ENDPOINT = $world.Endpoint
    }

    BeforeEach {
        $null = Connect-EsxAgent
        $lab = Connect-EsxAgent -Endpoint $other.Endpoint -Name lab -NotDefault
        $drive = New-PSDrive -Name lab -PSProvider EsxVsi -Root \ -Session lab
    }

    AfterEach {
        Set-Location $PSScriptRoot
        Remove-PSDrive lab -ErrorAction Ignore
        Disconnect-EsxAgent -All
    }

    AfterAll {
        Close-World $other
        $env:ESXAGENT_ENDPOINT = $world.Endpoint
    }

    It 'shows the host of its session, and vsi: that of the default' {
        $drive.Description | Should -BeLike "*session 'lab'*"
        Get-Content lab:/hardware/cpu/threadCount | Should -Be (Get-SimulatedNode $other /hardware/cpu/threadCount).Trim()
        Get-Content vsi:/hardware/cpu/threadCount | Should -Be (Get-SimulatedNode $world /hardware/cpu/threadCount).Trim()
        Get-Content lab:/hardware/cpu/threadCount | Should -Not -Be (Get-Content vsi:/hardware/cpu/threadCount)
    }

    It 'is walked through like vsi:' {
        Set-Location lab:/hardware
        "$(Get-Location)" | Should -BeExactly "lab:${slash}hardware"
        Set-Location cpu
        (Get-ChildItem).Name | Should -Contain 'cpuInfo'
        Set-Location ../..
        "$(Get-Location)" | Should -BeExactly "lab:${slash}"
        (Resolve-Path hardware/c*).Path | Should -BeExactly "lab:${slash}hardware${slash}cpu"
    }

    It 'hands objects on that stay with their host, whatever the default is' {
        $expected = (Get-SimulatedNode $other /hardware/cpu/threadCount).Trim()
        Get-ChildItem lab:/hardware/cpu -Filter threadCount | Get-Content | Should -Be $expected
        (Get-ChildItem lab:/hardware/cpu -Filter threadCount | Get-EsxVsiNode).Text.Trim() | Should -Be $expected
        (Get-EsxVsiNode lab:\hardware\cpu\threadCount).Text.Trim() | Should -Be $expected
        (Watch-EsxVsiNode lab:/hardware/cpu/threadCount -Count 1).Value | Should -Be $expected
        $path = (Get-Item lab:/hardware/cpu/threadCount).PSPath
        (Get-Item $path).Text.Trim() | Should -Be $expected
        $found = $path | ForEach-Object -Parallel { Import-Module EsxAgent; (Get-Item $_).Text.Trim() }
        $found | Should -Be $expected -Because 'a path names its session in other runspaces too'
    }

    It 'can begin at any directory' {
        $null = New-PSDrive -Name cpu -PSProvider EsxVsi -Root /hardware/cpu -Session $lab
        (Get-ChildItem cpu:/).Name | Should -Contain 'cpuInfo'
        Set-Location cpu:/cpuList
        Set-Location ..
        "$(Get-Location)" | Should -BeExactly "cpu:${slash}"
        Set-Location $PSScriptRoot
        Remove-PSDrive cpu
        (Get-ErrorOf { New-PSDrive -Name x -PSProvider EsxVsi -Root /nope -Session lab }).FullyQualifiedErrorId | Should -BeLike 'VsiNodeNotFound,*'
        Get-PSDrive x -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'says so when its session was disconnected, and asks no other host' {
        Disconnect-EsxAgent -Name lab
        (Get-ErrorOf { Get-ChildItem lab:/ }).FullyQualifiedErrorId | Should -BeLike 'SessionClosed,*'
        (Get-ChildItem vsi:/).Name | Should -Contain 'hardware'
    }

    It 'completes the session it is made for' {
        Get-CompletionText 'New-PSDrive -Name x -PSProvider EsxVsi -Root / -Session l' | Should -Be 'lab'
    }
}

Describe 'Completing a path of the drive' {
    AfterEach { Set-Location $PSScriptRoot }

    BeforeAll {
        $null = Connect-EsxAgent
        Wait-Until { (Get-Completion 'Get-ChildItem vsi:/ha').CompletionText -eq "vsi:${slash}hardware" } -Because 'the host should have answered'
    }

    AfterAll { Disconnect-EsxAgent -All }

    It 'offers names relative to the root' {
        Set-Location vsi:/
        Wait-Until { Get-Completion 'Set-Location hardware/c' } -Because 'the host should have answered'
        (Get-Completion 'Set-Location h').CompletionText | Should -BeExactly ".${slash}hardware"
        (Get-Completion 'Set-Location hardware/c').CompletionText | Should -BeExactly ".${slash}hardware${slash}cpu"
    }

    It 'offers names as they follow, absolute and relative, with slashes of either kind' {
        Wait-Until { (Get-Completion 'Get-ChildItem vsi:\hardware\c').CompletionText } -Because 'the host should have answered'
        (Get-Completion 'Set-Location vsi:\hardware\c').CompletionText | Should -BeExactly "vsi:${slash}hardware${slash}cpu"
        (Get-Completion 'Set-Location vsi:\hardware\c').ResultType | Should -Be 'ProviderContainer'
        Set-Location vsi:/hardware
        (Get-Completion 'Get-Content ./c').CompletionText | Should -BeExactly ".${slash}cpu"
        (Get-Completion 'Get-ChildItem ../po').CompletionText | Should -BeExactly "..${slash}power"
        (Get-Completion 'Get-ChildItem bi').CompletionText | Should -Match 'bios$'
    }

    It 'reads no leaf' {
        $before = (Get-EsxAgentStatus).ToolsStarted
        Wait-Until { (Get-Completion 'Get-Content vsi:/hardware/cpu/cpuL').CompletionText } -Because 'the host should have answered'
        (Get-Completion 'Get-Content vsi:/hardware/cpu/').Count | Should -Be 5
        (Get-EsxAgentStatus).ToolsStarted - $before | Should -BeLessOrEqual 4 -Because 'only directories are listed'
    }

    It 'does not wait for a host that hangs' {
        Use-Fault $world @{ tool = 'vsish'; arguments = '-e ls /memory'; hang = @{ seconds = 5 } } {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            Get-Completion 'Get-ChildItem vsi:/memory/' | Where-Object CompletionText -Like 'vsi:*' | Should -BeNullOrEmpty
            $clock.Elapsed.TotalSeconds | Should -BeLessThan 3
        }
    }

    It 'never connects, and fails nothing' {
        Disconnect-EsxAgent -All
        $Error.Clear()
        Get-Completion 'Get-ChildItem vsi:/ha' | Where-Object CompletionText -Like 'vsi:*' | Should -BeNullOrEmpty
        Get-EsxAgentSession | Should -BeNullOrEmpty
        $Error | Should -BeNullOrEmpty
    }
}

Describe 'A large tree on the drive' {
    AfterEach { Set-Location $PSScriptRoot }

    BeforeAll {
        1..40 | ForEach-Object {
            $folder = [System.IO.Directory]::CreateDirectory((Join-Path $world.HostRoot "vsi/bench/large/dir$_")).FullName
            1..25 | ForEach-Object { [System.IO.File]::WriteAllText("$folder/leaf$_", "Leaf {`n   number:$_`n   used:$_ KB`n}`n") }
        }
        $null = Connect-EsxAgent
    }

    AfterAll { Disconnect-EsxAgent -All }

    It 'is read by one request' {
        $before = (Get-EsxAgentStatus).Requests
        (Get-ChildItem vsi:/bench/large -Recurse | Measure-Object).Count | Should -Be 1040
        (Get-EsxAgentStatus).Requests - $before | Should -BeLessOrEqual 6 -Because 'one is the walk, one the status, the others look whether the path is there'
    }

    It 'streams: the first object is there long before the last' {
        Use-Fault $world @{ tool = 'vsish'; arguments = '-e get /bench/large/dir40/leaf25'; slow = @{ delayMs = 3000 } } {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            $first = 0
            Get-ChildItem vsi:/bench/large -Recurse | ForEach-Object {
                if ($first -eq 0) {
                    $first = $clock.Elapsed.TotalMilliseconds
                }
            }
            $clock.Elapsed.TotalMilliseconds - $first | Should -BeGreaterThan 2500 -Because 'the last leaf takes its time, and the first object does not wait for it'
            (Measure-Command { Get-ChildItem vsi:/bench/large -Recurse | Select-Object -First 1 }).TotalMilliseconds | Should -BeLessThan 2500
        }
    }

    It 'is left by Select-Object -First without ending the script, and the host stops' {
        (Get-ChildItem vsi:/vm | Select-Object -First 1).IsDirectory | Should -BeTrue
        (Get-ChildItem vsi:/ -Recurse | Select-Object -First 3).Count | Should -Be 3
        Wait-Until { (Get-RunningRequest) -eq 0 } -Because 'the host should have stopped'
    }

    It 'ends within 100 ms at Ctrl+C, and the host stops' {
        $session = Connect-EsxAgent -Name stopped
        Use-Fault $world @{ tool = 'vsish'; arguments = '*leaf*'; slow = @{ delayMs = 50 } } {
            $other = Open-Runspace { $null = New-PSDrive -Name s -PSProvider EsxVsi -Root / -Session $handed; Get-ChildItem s:/bench/large -Recurse } @{ handed = $session }
            try {
                Wait-Until { (Get-RunningRequest) -gt 0 } -Because 'the walk should run'
                Start-Sleep -Milliseconds 300
                Measure-Stop $other | Should -BeLessThan 100
                $other.Shell.InvocationStateInfo.State | Should -Be 'Stopped'
                Wait-Until { (Get-RunningRequest) -eq 0 } -Seconds 2 -Because 'the host should have stopped its walk'
            }
            finally {
                Close-Runspace $other
            }
        }
        (Get-ChildItem vsi:/power).Count | Should -Be 3 -Because 'the session goes on'
    }

    It 'waits for nobody: a slow reader gets all of it' {
        $count = 0
        Get-ChildItem vsi:/bench/large/dir1 | ForEach-Object { Start-Sleep -Milliseconds 20; $count++ }
        $count | Should -Be 25
    }
}
