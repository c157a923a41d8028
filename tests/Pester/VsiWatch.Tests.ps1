BeforeAll {
    . $PSScriptRoot/common.ps1
    $world = Open-World
    Set-SimulatedNode $world /bench/count "7`n"
    Set-SimulatedNode $world /bench/device "device {`n   Rx:100`n   Free:10 KB`n   Name:vmnic0`n   State: 0 -> up`n}`n"
}

AfterAll { Close-World $world }

Describe 'Watch-EsxVsiNode' {
    It 'writes each leaf first, then those that have changed, with how far they moved and how fast' {
        $session = Connect-EsxAgent
        $samples = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $other = Open-Runspace { Watch-EsxVsiNode /bench/count, /bench/device -Interval 0.1 -Session $handed | ForEach-Object { $samples.Add($_) } } @{
            handed = $session; samples = $samples
        }
        try {
            Wait-Until { $samples.Count -eq 2 } -Because 'each leaf should be written once'
            Start-Sleep -Milliseconds 400
            $samples.Count | Should -Be 2 -Because 'nothing has changed'
            Set-SimulatedNode $world /bench/device "device {`n   Rx:150`n   Free:8 KB`n   Name:vmnic1`n   State: 1 -> down`n}`n"
            Wait-Until { $samples.Count -eq 3 } -Because 'the change should be written'
            Measure-Stop $other | Should -BeLessThan 100
        }
        finally {
            Close-Runspace $other
        }

        $samples[0..1].Path | Should -Be '/bench/count', '/bench/device'
        $samples[0].Value | Should -Be 7
        $samples[0].Delta, $samples[0].Rate, $samples[0].Lost | Should -Be $null, $null, 0
        $samples[0].Time.Kind | Should -Be 'Local'
        $samples[0].HostName | Should -Be 'esx01.lab.example'
        $last = $samples[2]
        $last.Value.Rx, $last.Delta.Rx | Should -Be 150, 50
        "$($last.Delta.Free)" | Should -BeExactly '-2 KB'
        $seconds = ($last.Time - $samples[1].Time).TotalSeconds
        $last.Rate.Rx | Should -BeGreaterThan (50 / $seconds * 0.99)
        $last.Rate.Rx | Should -BeLessThan (50 / $seconds * 1.01)
        $last.Delta.PSObject.Properties.Name | Should -Be 'Rx', 'Free' -Because 'a name and a state are no amounts'
        Wait-Until { (Get-RunningRequest) -eq 0 } -Because 'the host should have stopped to look'
        $session.State | Should -Be 'Open'
        Disconnect-EsxAgent -All
    }

    It 'ends by itself after as many looks as -Count says' {
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $samples = Watch-EsxVsiNode /hardware/cpu/threadCount -Interval 0.2 -Count 3
        $clock.Elapsed.TotalMilliseconds | Should -BeGreaterThan 400
        @($samples).Count | Should -Be 1 -Because 'it does not change'
        @(Watch-EsxVsiNode /hardware/cpu/threadCount, /power/* -Interval 60 -Count 1).Count | Should -Be 4
        $clock.Elapsed.TotalSeconds | Should -BeLessThan 50 -Because 'the first look needs no interval'
        Wait-Until { (Get-RunningRequest) -eq 0 } -Because 'the host should have stopped to look'
    }

    It 'is left by Select-Object -First without ending the script, and the host stops' {
        (Watch-EsxVsiNode /power/* -Interval 0.1 | Select-Object -First 2).Count | Should -Be 2
        Wait-Until { (Get-RunningRequest) -eq 0 } -Because 'the host should have stopped to look'
    }

    It 'takes paths from the pipeline, all into one watch' {
        (Get-EsxVsiNode /power/* | Watch-EsxVsiNode -Count 1).Path | Should -Be '/power/currentPolicy', '/power/hardwareSupport', '/power/pstates'
        ('/power/pstates', '/bench/count' | Watch-EsxVsiNode -Count 1).Path | Should -Be '/power/pstates', '/bench/count'
    }

    It 'watches several hosts at a time' {
        $two = Open-World -HostProfile 7.0
        $env:ESXAGENT_ENDPOINT = $world.Endpoint
        try {
            $sessions = (Connect-EsxAgent), (Connect-EsxAgent -Endpoint $two.Endpoint)
            $samples = Watch-EsxVsiNode /hardware/cpu/threadCount -Session $sessions -Interval 60 -Count 1
            $samples.Count | Should -Be 2
            $samples.Value | Sort-Object | Should -Be ((Get-EsxVsiNode /hardware/cpu/threadCount -Session $sessions).Value | Sort-Object)
        }
        finally {
            Disconnect-EsxAgent -All
            Close-World $two
            $env:ESXAGENT_ENDPOINT = $world.Endpoint
        }
    }

    It 'tells of leaves that cannot be watched, and watches the others' {
        $samples = Watch-EsxVsiNode /power/pstates, /nope, /hardware -Count 1 -ErrorAction SilentlyContinue -ErrorVariable failures
        $samples.Path | Should -Be '/power/pstates'
        $failures.FullyQualifiedErrorId | Should -Be 'VsiNodeNotFound,EsxAgent.Commands.WatchEsxVsiNodeCommand', 'VsiNodeIsDirectory,EsxAgent.Commands.WatchEsxVsiNodeCommand'
        Watch-EsxVsiNode /nope* -Count 1 -ErrorAction Stop | Should -BeNullOrEmpty
        $failure = Watch-EsxVsiNode /*/*/*, /*/*/*/*, /*/*/*/*/* -Count 1 -ErrorAction Continue 2>&1 | Where-Object FullyQualifiedErrorId -Like 'TooManyVsiLeaves,*'
        "$failure" | Should -BeLike 'The paths mean * leaves of the host esx01.lab.example; at most 64 can be watched at a time.'
    }

    It 'tells of a leaf that goes while it is watched, and goes on when it is back' {
        $session = Connect-EsxAgent
        $samples = [System.Management.Automation.PSDataCollection[psobject]]::new()
        $other = Open-Runspace { Watch-EsxVsiNode /bench/count -Interval 0.1 -Session $handed | ForEach-Object { $samples.Add($_) } } @{
            handed = $session; samples = $samples
        }
        try {
            Wait-Until { $samples.Count -eq 1 } -Because 'the leaf should be written'
            Hide-SimulatedNode $world /bench/count {
                Wait-Until { $other.Shell.Streams.Error.Count -eq 1 } -Because 'the loss should be told'
            }
            Wait-Until { $samples.Count -eq 2 } -Because 'the leaf should be written again'
            $other.Shell.Streams.Error[0].FullyQualifiedErrorId | Should -BeLike 'VsiNodeNotFound,*'
            $other.Shell.Streams.Error[0].TargetObject | Should -Be '/bench/count'
            $samples[1].Delta | Should -BeNullOrEmpty -Because 'it may be another one'
        }
        finally {
            $other.Shell.Stop()
            Close-Runspace $other
            Disconnect-EsxAgent -All
        }
    }

    It 'takes seconds and durations as an interval, and refuses what the host cannot do' {
        foreach ($interval in 0.25, '0.25', ([timespan]::FromMilliseconds(250)), '00:00:00.250') {
            @(Watch-EsxVsiNode /bench/count -Interval $interval -Count 1).Count | Should -Be 1
        }
        foreach ($interval in 0, 0.01, -1, 3601, '02:00:00') {
            (Get-ErrorOf { Watch-EsxVsiNode /bench/count -Interval $interval -Count 1 }).FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
        }
        (Get-ErrorOf { Watch-EsxVsiNode /bench/count -Count 0 }).FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
    }

    It 'counts samples that a slow reader loses, and keeps the newest' {
        $writer = [powershell]::Create().AddScript({
                param($File)
                for ($i = 0; $i -lt 100000; $i++) {
                    [System.IO.File]::WriteAllText("$File.new", "$i`n")
                    [System.IO.File]::Move("$File.new", $File, $true)
                    Start-Sleep -Milliseconds 20
                }
            }).AddArgument((Join-Path $world.HostRoot 'vsi/bench/count'))
        $writing = $writer.BeginInvoke()
        try {
            Wait-Until { (Get-SimulatedNode $world /bench/count) -ne "7`n" } -Because 'the writer should have begun'
            $samples = Watch-EsxVsiNode /bench/count -Interval 0.1 -Count 30 | ForEach-Object { Start-Sleep -Milliseconds 50; $_ }
            $samples.Count | Should -BeGreaterThan 5
            $samples | Select-Object -Skip 1 | Where-Object { $_.Delta -le 0 } | Should -BeNullOrEmpty -Because 'samples come in order'
            ($samples | Measure-Object -Property Lost -Sum).Sum | Should -Be 0 -Because 'a reader that is slow by a little loses nothing'
        }
        finally {
            $writer.Stop()
            $writer.Dispose()
            Set-SimulatedNode $world /bench/count "7`n"
        }
    }

    It 'shows samples in a table, and they survive serialization' {
        $sample = Watch-EsxVsiNode /bench/device -Count 1
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($sample))
        $copy.Value.Free -eq 8 -or $copy.Value.Free -eq 10 | Should -BeTrue
        ($copy | Out-String) | Should -Be ($sample | Out-String)
        ($sample | Out-String -Width 200) | Should -Match '\d\d:\d\d:\d\d\.\d{3} /bench/device +Rx=\d+; Free=\d+ KB; Name=vmnic'
        "$sample" | Should -Be '/bench/device'
    }
}
