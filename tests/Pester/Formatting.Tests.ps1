# The one place with logic behind the views. Numbers are shown by the person's own culture, so each test chooses one.

BeforeAll {
    . $PSScriptRoot/common.ps1
    $culture = [System.Threading.Thread]::CurrentThread.CurrentCulture
    [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::InvariantCulture
}

AfterAll {
    [System.Threading.Thread]::CurrentThread.CurrentCulture = $culture
}

Describe 'A size' {
    It 'of <Bytes> bytes is shown as <Text>' -ForEach @(
        @{ Bytes = $null; Text = '' }
        @{ Bytes = 0; Text = '0 B' }
        @{ Bytes = 1; Text = '1 B' }
        @{ Bytes = 1023; Text = '1023 B' }
        @{ Bytes = 1024; Text = '1 KB' }
        @{ Bytes = 1536; Text = '1.5 KB' }
        @{ Bytes = 1MB - 1; Text = '1 MB' }
        @{ Bytes = 1MB - 1KB; Text = '1023 KB' }
        @{ Bytes = 99.94MB; Text = '99.9 MB' }
        @{ Bytes = 100.4MB; Text = '100 MB' }
        @{ Bytes = 500GB; Text = '500 GB' }
        @{ Bytes = 1023.7GB; Text = '1 TB' }
        @{ Bytes = 64TB; Text = '64 TB' }
        @{ Bytes = [long]::MaxValue; Text = '8 EB' }
        @{ Bytes = -1536; Text = '-1.5 KB' }
        @{ Bytes = [long]::MinValue; Text = '-8 EB' }
    ) {
        [EsxAgent.Formatting.DisplayText]::Size($Bytes) | Should -BeExactly $Text
    }

    It 'is written as the culture writes numbers' {
        [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::GetCultureInfo('de-DE')
        try {
            $separator = [cultureinfo]::CurrentCulture.NumberFormat.NumberDecimalSeparator
            [EsxAgent.Formatting.DisplayText]::Size(1.5GB) | Should -BeExactly "1${separator}5 GB"
        }
        finally {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::InvariantCulture
        }
    }
}

Describe 'A share' {
    It 'of <Part> in <Whole> is shown as <Text>' -ForEach @(
        @{ Part = 1; Whole = 2; Text = '50 %' }
        @{ Part = 0; Whole = 2; Text = '0 %' }
        @{ Part = 2; Whole = 3; Text = '67 %' }
        @{ Part = 1; Whole = 200; Text = '1 %' }
        @{ Part = [long]::MaxValue; Whole = [long]::MaxValue; Text = '100 %' }
        @{ Part = 1; Whole = 0; Text = '' }
        @{ Part = $null; Whole = 2; Text = '' }
        @{ Part = 1; Whole = $null; Text = '' }
    ) {
        [EsxAgent.Formatting.DisplayText]::Percentage($Part, $Whole) | Should -BeExactly $Text
    }

    It 'follows its amount where the whole is known, and is left out where it is not' {
        [EsxAgent.Formatting.DisplayText]::Usage(1GB, 4GB) | Should -BeExactly '1 GB (25 %)'
        [EsxAgent.Formatting.DisplayText]::Usage(1GB, $null) | Should -BeExactly '1 GB'
        [EsxAgent.Formatting.DisplayText]::Usage($null, 4GB) | Should -BeExactly ''
    }
}

Describe 'A duration' {
    It 'of <Time> is shown as <Text>' -ForEach @(
        @{ Time = $null; Text = '' }
        @{ Time = [timespan]::Zero; Text = '00:00:00' }
        @{ Time = [timespan]'00:00:59.999'; Text = '00:00:59' }
        @{ Time = [timespan]'23:59:59'; Text = '23:59:59' }
        @{ Time = [timespan]'3.04:05:06'; Text = '3d 04:05:06' }
        @{ Time = [timespan]'412.00:00:00'; Text = '412d 00:00:00' }
        @{ Time = [timespan]'-00:01:00'; Text = '-00:01:00' }
        @{ Time = [timespan]::MinValue; Text = '-10675199d 02:48:05' }
    ) {
        [EsxAgent.Formatting.DisplayText]::Duration($Time) | Should -BeExactly $Text
    }
}

Describe 'A latency' {
    It 'of <Microseconds> microseconds is shown as <Text>' -ForEach @(
        @{ Microseconds = 0; Text = "0 `u{00B5}s" }
        @{ Microseconds = 0.4; Text = "0.4 `u{00B5}s" }
        @{ Microseconds = 85.14; Text = "85.1 `u{00B5}s" }
        @{ Microseconds = 123.4; Text = "123 `u{00B5}s" }
        @{ Microseconds = 999.4; Text = "999 `u{00B5}s" }
        @{ Microseconds = 999.6; Text = '1 ms' }
        @{ Microseconds = 1234; Text = '1.23 ms' }
        @{ Microseconds = 45670; Text = '45.7 ms' }
        @{ Microseconds = 999499; Text = '999 ms' }
        @{ Microseconds = 3250000; Text = '3.25 s' }
    ) {
        [EsxAgent.Formatting.DisplayText]::Latency([timespan]::FromTicks([long]($Microseconds * 10))) | Should -BeExactly $Text
    }

    It 'that is not known is shown as nothing' {
        [EsxAgent.Formatting.DisplayText]::Latency($null) | Should -BeExactly ''
    }
}

Describe 'Other values' {
    It 'shows a rate of <Rate> as <Text>' -ForEach @(
        @{ Rate = $null; Text = '' }
        @{ Rate = 8.54; Text = '8.5' }
        @{ Rate = 99.96; Text = '100' }
        @{ Rate = 11419.7; Text = '11,420' }
    ) {
        [EsxAgent.Formatting.DisplayText]::Rate($Rate) | Should -BeExactly $Text
    }

    It 'shows several words in one cell, also those of a deserialized list' {
        [EsxAgent.Formatting.DisplayText]::Words([string[]]('a', 'b')) | Should -BeExactly 'a, b'
        [EsxAgent.Formatting.DisplayText]::Words([System.Collections.ArrayList]('a', 'b', 'c')) | Should -BeExactly 'a, b, c'
        [EsxAgent.Formatting.DisplayText]::Words(@()) | Should -BeExactly ''
        [EsxAgent.Formatting.DisplayText]::Words($null) | Should -BeExactly ''
        [EsxAgent.Formatting.DisplayText]::Words('one') | Should -BeExactly 'one'
    }

    It 'shows counts with their names' {
        [EsxAgent.Formatting.DisplayText]::Counts([ordered]@{ AccessDenied = 3; TooBusy = 1 }) | Should -BeExactly 'AccessDenied: 3, TooBusy: 1'
        [EsxAgent.Formatting.DisplayText]::Counts(@{}) | Should -BeExactly ''
        [EsxAgent.Formatting.DisplayText]::Counts($null) | Should -BeExactly ''
    }

    It 'shows labels with their values' {
        [EsxAgent.Formatting.DisplayText]::Labels([ordered]@{ owner = 'ops'; tier = 'gold' }) | Should -BeExactly 'owner=ops, tier=gold'
        [EsxAgent.Formatting.DisplayText]::Labels(@{}) | Should -BeExactly ''
        [EsxAgent.Formatting.DisplayText]::Labels($null) | Should -BeExactly ''
    }

    It 'tells of a repair what it would do, or that it did' {
        [EsxAgent.Formatting.DisplayText]::Remedy('It is so.', 'removes it', $false) -split '\r?\n' | Should -Be 'It is so.', '=> repair removes it'
        [EsxAgent.Formatting.DisplayText]::Remedy('It is so.', 'removes it', $true) -split '\r?\n' | Should -Be 'It is so.', '=> done: removes it'
        [EsxAgent.Formatting.DisplayText]::Remedy('It is so.', $null, $null) | Should -BeExactly 'It is so.'
    }

    It 'marks what is set and nothing else' {
        [EsxAgent.Formatting.DisplayText]::Mark($true) | Should -BeExactly '*'
        [EsxAgent.Formatting.DisplayText]::Mark($false) | Should -BeExactly ''
        [EsxAgent.Formatting.DisplayText]::Mark($null) | Should -BeExactly ''
    }

    It 'puts what is to be done on a line of its own' {
        [EsxAgent.Formatting.DisplayText]::Finding('It is so.', 'Do this.') -split '\r?\n' | Should -Be 'It is so.', '=> Do this.'
        [EsxAgent.Formatting.DisplayText]::Finding('It is so.', $null) | Should -BeExactly 'It is so.'
        [EsxAgent.Formatting.DisplayText]::Finding($null, '') | Should -BeExactly ''
    }
}

Describe 'A value of vsish in a cell' {
    It 'of <What> is shown as <Text>' -ForEach @(
        @{ What = 'nothing'; Value = $null; Text = '' }
        @{ What = 'a text'; Value = 'Balanced'; Text = 'Balanced' }
        @{ What = 'two lines'; Value = "one`ntwo"; Text = 'one; two' }
        @{ What = 'a number'; Value = [ulong]::MaxValue; Text = '18446744073709551615' }
        @{ What = 'a rate'; Value = 12.3456; Text = '12.35' }
        @{ What = 'a list'; Value = @(1, 'two', 3); Text = '{1, two, 3}' }
        @{ What = 'an empty list'; Value = @(); Text = '{}' }
        @{ What = 'an object'; Value = [pscustomobject]@{ a = 1; 'b c' = 'x'; d = $null }; Text = 'a=1; b c=x; d=' }
        @{ What = 'an object within an object'; Value = [pscustomobject]@{ a = [pscustomobject]@{ b = 1 }; c = @(1, 2) }; Text = "a={`u{2026}}; c={1, 2}" }
    ) {
        [EsxAgent.Formatting.DisplayText]::Value($Value) | Should -BeExactly $Text
    }

    It 'is cut where no screen is wider' {
        $text = [EsxAgent.Formatting.DisplayText]::Value('x' * 1000)
        $text.Length | Should -BeLessThan 300
        $text | Should -Match "x`u{2026}$"
        $long = [pscustomobject]@{}
        1..500 | ForEach-Object { $long | Add-Member -NotePropertyName "member$_" -NotePropertyValue $_ }
        [EsxAgent.Formatting.DisplayText]::Value($long).Length | Should -BeLessThan 300
    }

    It 'has a mode for directories and leaves, and a time of day' {
        [EsxAgent.Formatting.DisplayText]::Mode($true) | Should -BeExactly 'd----'
        [EsxAgent.Formatting.DisplayText]::Mode($false) | Should -BeExactly '--r--'
        [EsxAgent.Formatting.DisplayText]::Mode($null) | Should -BeExactly ''
        [EsxAgent.Formatting.DisplayText]::TimeOfDay([datetime]::new(2026, 1, 2, 3, 4, 5, 67)) | Should -BeExactly '03:04:05.067'
        [EsxAgent.Formatting.DisplayText]::TimeOfDay($null) | Should -BeExactly ''
    }
}
