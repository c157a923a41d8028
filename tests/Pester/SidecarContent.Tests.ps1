# What sidecars hold: from the guest to the file on the host and back, whatever it is, and nobody's update lost unnoticed.

BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/volumes.ps1
    . $PSScriptRoot/sidecars.ps1
    $world = Open-World
    $null = New-VmdkVolume a 1MB ssd1

    function Get-RandomByte([int] $Count) {
        $bytes = [byte[]]::new($Count)
        [System.Random]::new($Count).NextBytes($bytes)
        , $bytes
    }
}

AfterAll { Close-World $world }

Describe 'Content' {
    BeforeEach { $sidecar = New-VmdkSidecar a@ssd1 k1 64KB }
    AfterEach { Remove-VmdkSidecar -Volume a@ssd1 -All -Confirm:$false }

    It 'of text goes in and comes out the same: <Name> (write, writeString, readString)' -ForEach @(
        @{ Name = 'a word'; Text = 'word' }
        @{ Name = 'an empty string'; Text = '' }
        @{ Name = 'one letter'; Text = 'x' }
        @{ Name = 'commas and semicolons'; Text = 'a,b;c, d' }
        @{ Name = 'lines'; Text = "one`ntwo`r`nthree`n`n" }
        @{ Name = 'quotes and backslashes'; Text = '"quoted" ''too'' \ and `' }
        @{ Name = 'blanks at both ends'; Text = '  x  ' }
        @{ Name = 'UTF-8'; Text = "`u{e9} `u{fc} `u{6f22}`u{5b57} `u{1F600}" }
        @{ Name = 'control characters and a zero'; Text = "a$([char]0)b$([char]7)$([char]27)[0m$([char]127)c" }
        @{ Name = 'what looks like an option'; Text = '--sidecar deleteall' }
        @{ Name = 'all of it'; Text = 'x' * 64KB }
    ) {
        Set-VmdkSidecarContent a@ssd1:k1 -Pattern 255 -Length 64KB
        Set-VmdkSidecarContent a@ssd1:k1 $Text -ErrorAction Stop
        $bytes = [System.Text.Encoding]::UTF8.GetBytes($Text)
        Get-SidecarHex $world $sidecar | Should -Be ([System.Convert]::ToHexString($bytes) + '00' * (64KB - $bytes.Length))
        Get-VmdkSidecarContent a@ssd1:k1 -Raw | Should -BeExactly $Text
        Test-VmdkSidecarContent a@ssd1:k1 $Text | Should -BeTrue
        Test-VmdkSidecarContent a@ssd1:k1 'something else' | Should -BeFalse
    }

    It 'of bytes goes in and comes out the same: <Name>' -ForEach @(
        @{ Name = 'every byte'; Count = 256; Made = { [byte[]](0..255) } }
        @{ Name = 'none'; Count = 0; Made = { , [byte[]]::new(0) } }
        @{ Name = 'one'; Count = 1; Made = { , [byte[]](200) } }
        @{ Name = '4096'; Count = 4096; Made = { Get-RandomByte 4096 } }
        @{ Name = '4097'; Count = 4097; Made = { Get-RandomByte 4097 } }
    ) {
        $bytes = [byte[]] (& $Made)
        $bytes.Length | Should -Be $Count
        Set-VmdkSidecarContent a@ssd1:k1 -Pattern 9 -Length 64KB
        Set-VmdkSidecarContent a@ssd1:k1 $bytes -Offset 4095 -ErrorAction Stop
        Get-SidecarHex $world $sidecar | Should -Be ('09' * 4095 + [System.Convert]::ToHexString($bytes) + '09' * (64KB - 4095 - $Count))
        $read = Get-VmdkSidecarContent a@ssd1:k1 -Offset 4095 -Length $Count -AsByteStream -Raw
        $read.GetType() | Should -Be ([byte[]])
        [System.Convert]::ToHexString($read) | Should -Be ([System.Convert]::ToHexString($bytes))
        @(Get-VmdkSidecarContent a@ssd1:k1 -Offset 4095 -Length $Count -AsByteStream).Count | Should -Be $Count
        Test-VmdkSidecarContent a@ssd1:k1 $bytes -Offset 4095 | Should -BeTrue
    }

    It 'of 16 MB goes in and comes out the same' {
        $null = New-VmdkSidecar a@ssd1 big 16MB
        $bytes = Get-RandomByte 16MB
        $file = Join-Path $world.Root 'big.bin'
        [System.IO.File]::WriteAllBytes($file, $bytes)
        $written = Set-VmdkSidecarContent a@ssd1:big $bytes -PassThru
        $written.Length, $written.HashAfter | Should -Be 16MB, (Get-FileHash $file).Hash.ToLowerInvariant()
        $read = Get-VmdkSidecarContent a@ssd1:big -AsByteStream -Raw
        $read.Hash | Should -Be $written.HashAfter
        [System.Linq.Enumerable]::SequenceEqual($bytes, [byte[]] $read) | Should -BeTrue
        Test-VmdkSidecarContent a@ssd1:big $bytes | Should -BeTrue
        (Get-FileHash (Get-SidecarFile $world (Get-VmdkSidecar a@ssd1 big))).Hash | Should -Be $written.HashAfter
        Set-VmdkSidecarContent a@ssd1:big -Path $file -IfHash $read.Hash -ErrorAction Stop
    }

    It 'is one byte again and again (write, read)' {
        $written = Set-VmdkSidecarContent a@ssd1:k1 -Pattern 171 -Length 100 -Offset 10 -PassThru
        $written.Offset, $written.Length | Should -Be 10, 100
        Get-SidecarHex $world $sidecar | Should -Be ('00' * 10 + 'AB' * 100 + '00' * (64KB - 110))
        Test-VmdkSidecarContent a@ssd1:k1 -Pattern 171 -Length 100 -Offset 10 | Should -BeTrue
        Test-VmdkSidecarContent a@ssd1:k1 -Pattern 171 -Length 101 -Offset 10 | Should -BeFalse
        Test-VmdkSidecarContent a@ssd1:k1 -Pattern 0 -Length '1 KB' -Offset 4KB | Should -BeTrue
    }

    It 'never brings a comma to the tool''s argument' {
        # A tool that fails whenever it is asked to write: a plain text meets it, one with a comma does not.
        Use-Fault $world @{ tool = 'diskTool'; arguments = '--sidecar writeString,*'; fail = @{ code = 327689 } } {
            Assert-SidecarFailure (Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 'plain' }) ToolFailed NotSpecified 'a@ssd1:k1'
            foreach ($text in 'a,b', "a`nb", '"a"', 'a;b') {
                Set-VmdkSidecarContent a@ssd1:k1 $text -ErrorAction Stop
                Get-VmdkSidecarContent a@ssd1:k1 -Raw | Should -Be $text
            }
        }
    }

    It 'is compared by the tool where it can, and by what is there where the tool says no' {
        Set-VmdkSidecarContent a@ssd1:k1 'plain'
        Use-Fault $world @{ tool = 'diskTool'; arguments = '--sidecar read*'; fail = @{ code = 327689 } } {
            Test-VmdkSidecarContent a@ssd1:k1 'plain' | Should -BeTrue
            Test-VmdkSidecarContent a@ssd1:k1 'other' | Should -BeFalse
            Test-VmdkSidecarContent a@ssd1:k1 -Pattern 0 -Length 16 -Offset 16 | Should -BeTrue
        }
    }

    It 'is written in any encoding: <Encoding>' -ForEach @(
        @{ Encoding = 'utf8'; Hex = 'C3A97A' }
        @{ Encoding = 'utf8BOM'; Hex = 'EFBBBFC3A97A' }
        @{ Encoding = 'unicode'; Hex = 'FFFEE9007A00' }
        @{ Encoding = 'bigendianunicode'; Hex = 'FEFF00E9007A' }
        @{ Encoding = 'utf32'; Hex = 'FFFE0000E90000007A000000' }
        @{ Encoding = 'latin1'; Hex = 'E97A' }
        @{ Encoding = 1252; Hex = 'E97A' }
    ) {
        Set-VmdkSidecarContent a@ssd1:k1 -Pattern 1 -Length 64KB
        $written = Set-VmdkSidecarContent a@ssd1:k1 "`u{e9}z" -Encoding $Encoding -PassThru
        $written.Length | Should -Be 64KB
        Get-SidecarHex $world $sidecar | Should -Be ($Hex + '00' * (64KB - $Hex.Length / 2))
        Get-VmdkSidecarContent a@ssd1:k1 -Encoding $Encoding | Should -BeExactly "`u{e9}z"
        Test-VmdkSidecarContent a@ssd1:k1 "`u{e9}z" -Encoding $Encoding | Should -BeTrue
        (Get-VmdkSidecarContent a@ssd1:k1 -Raw -AsByteStream).Hash | Should -Be $written.HashAfter
    }

    It 'is lines, as Get-Content gives them' {
        Set-VmdkSidecarContent a@ssd1:k1 "one`r`n`ntwo`n"
        Get-VmdkSidecarContent a@ssd1:k1 | Should -Be 'one', '', 'two'
        Set-VmdkSidecarContent a@ssd1:k1 'one', 'two'
        Get-VmdkSidecarContent a@ssd1:k1 -Raw | Should -BeExactly "one`ntwo"
        Set-VmdkSidecarContent a@ssd1:k1 ''
        Get-VmdkSidecarContent a@ssd1:k1 | Should -BeNullOrEmpty
    }

    It 'comes from the pipeline where the sidecar is an argument' {
        'one', 'two' | Set-VmdkSidecarContent a@ssd1:k1
        Get-VmdkSidecarContent a@ssd1:k1 | Should -Be 'one', 'two'
        $file = Join-Path $world.Root 'some.bin'
        [System.IO.File]::WriteAllBytes($file, (Get-RandomByte 5000))
        Get-Content -LiteralPath $file -AsByteStream | Set-VmdkSidecarContent a@ssd1:k1 -Offset 1
        (Get-VmdkSidecarContent a@ssd1:k1 -Offset 1 -Length 5000 -AsByteStream -Raw).Hash | Should -Be (Get-FileHash $file).Hash
        $file | Get-Item | ForEach-Object { Set-VmdkSidecarContent a@ssd1:k1 -Path $_ }
        (Get-VmdkSidecarContent a@ssd1:k1 -Length 5000 -AsByteStream -Raw).Hash | Should -Be (Get-FileHash $file).Hash
        @() | Set-VmdkSidecarContent a@ssd1:k1 -ErrorAction Stop
        (Get-VmdkSidecarContent a@ssd1:k1 -Length 5000 -AsByteStream -Raw).Hash | Should -Be (Get-FileHash $file).Hash
    }

    It 'that is none is refused before anything is written' {
        $scripts = @(
            { Set-VmdkSidecarContent a@ssd1:k1 7 }
            { Set-VmdkSidecarContent a@ssd1:k1 'a', ([byte]1) }
            { Test-VmdkSidecarContent a@ssd1:k1 (Get-Date) }
            { 'a', 7 | Set-VmdkSidecarContent a@ssd1:k1 }
        )
        foreach ($script in $scripts) {
            $failure = Get-ErrorOf $script
            $failure.FullyQualifiedErrorId | Should -BeLike 'ContentInvalid,*'
            $failure.CategoryInfo.Category | Should -Be 'InvalidType'
        }
        (Get-ErrorOf { Get-VmdkSidecar a@ssd1 | Set-VmdkSidecarContent }).FullyQualifiedErrorId | Should -BeLike 'ContentNotGiven,*'
        $missing = Join-Path $world.Root 'no-such-file'
        (Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 -Path $missing }).FullyQualifiedErrorId | Should -BeLike 'ContentFileUnreadable,*'
        "$(Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 'x' -Encoding klingon })" | Should -BeLike '*klingon*utf8*'
        Get-SidecarHex $world $sidecar | Should -Be ('00' * 64KB)
    }

    It 'shows with -WhatIf what would be written' {
        $shown = Invoke-Asked {
            Set-VmdkSidecarContent a@ssd1:k1 'text' -WhatIf
            Set-VmdkSidecarContent a@ssd1:k1 -Pattern 7 -Length 4KB -Offset 8 -WhatIf
        }
        $shown.Lines | Should -Be @(
            'What if: Performing the operation "Write a text of 4 characters" on target "sidecar ''a@ssd1:k1'' on esx01.lab.example".'
            'What if: Performing the operation "Write 4 KB of the byte 7 at 8" on target "sidecar ''a@ssd1:k1'' on esx01.lab.example".'
        )
        Get-SidecarHex $world $sidecar | Should -Be ('00' * 64KB)
    }
}

Describe 'What goes wrong with content' {
    BeforeAll {
        $null = New-VmdkSidecar a@ssd1 k1 4KB
        Set-VmdkSidecarContent a@ssd1:k1 'old'
    }

    AfterEach { Get-VmdkSidecarContent a@ssd1:k1 -Raw | Should -Be 'old' }
    AfterAll { Remove-VmdkSidecar -Volume a@ssd1 -All -Confirm:$false }

    It 'with a key that is missing: <Script>' -ForEach @(
        @{ Script = { Get-VmdkSidecarContent a@ssd1:nope } }
        @{ Script = { Get-VmdkSidecarContent a@ssd1:nope -AsByteStream } }
        @{ Script = { Get-VmdkSidecarContent -Volume a@ssd1 -Key nope -Raw } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:nope 'x' } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:nope ([byte[]]::new(1MB)) } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:nope -Pattern 1 -Length 1 } }
        @{ Script = { Test-VmdkSidecarContent a@ssd1:nope 'x' } }
        @{ Script = { Test-VmdkSidecarContent a@ssd1:nope -Pattern 1 -Length 1 } }
    ) {
        Assert-SidecarFailure (Get-ErrorOf $Script) SidecarNotFound ObjectNotFound 'a@ssd1:nope' "*'nope'*"
    }

    It 'with an offset or a length beyond the end: <Script>' -ForEach @(
        @{ Script = { Get-VmdkSidecarContent a@ssd1:k1 -Offset 4097 } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:k1 'xx' -Offset 4095 } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:k1 'x,' -Offset 4095 } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:k1 ('x' * 4097) } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:k1 ('x' * 1MB) } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:k1 "`u{e9}" -Encoding unicode -Offset 4094 } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:k1 ([byte[]]::new(2)) -Offset 4095 } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:k1 ([byte[]]::new(1MB)) } }
        @{ Script = { Set-VmdkSidecarContent a@ssd1:k1 -Pattern 1 -Length 2 -Offset 4095 } }
        @{ Script = { Test-VmdkSidecarContent a@ssd1:k1 'xx' -Offset 4095 } }
        @{ Script = { Test-VmdkSidecarContent a@ssd1:k1 ([byte[]]::new(2)) -Offset 4095 } }
        @{ Script = { Test-VmdkSidecarContent a@ssd1:k1 -Pattern 0 -Length 2 -Offset 4095 } }
    ) {
        Assert-SidecarFailure (Get-ErrorOf $Script) SizeOutOfRange InvalidArgument 'a@ssd1:k1' '*4096*'
    }

    It 'when somebody else has it open, for as long as that is so' {
        Use-HeldFile (Get-SidecarFile $world (Get-VmdkSidecar a@ssd1 k1)) {
            Assert-SidecarFailure (Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 ([byte[]](1)) }) VolumeInUse ResourceBusy 'a@ssd1:k1' "*'k1'*"
            Assert-SidecarFailure (Get-ErrorOf { Get-VmdkSidecarContent a@ssd1:k1 }) VolumeInUse ResourceBusy 'a@ssd1:k1' "*'k1'*"
        }
    }

    It 'when the disk is locked' {
        Use-Fault $world @{ tool = 'diskTool'; arguments = '--sidecar write*'; fail = @{ code = 16392 } } {
            Assert-SidecarFailure (Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 'new' }) VolumeInUse ResourceBusy 'a@ssd1:k1'
        }
    }

    It 'when the datastore is full' {
        Use-Fault $world @{ tool = 'diskTool'; arguments = '--sidecar write*'; fail = @{ code = 13 } } {
            Assert-SidecarFailure (Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 -Pattern 1 -Length 4KB }) DatastoreFull LimitsExceeded 'a@ssd1:k1'
        }
    }
}

Describe '-IfHash' {
    BeforeAll {
        $null = New-VmdkSidecar a@ssd1 k1 2MB
        $one = Connect-EsxAgent -Name one
        $two = Connect-EsxAgent -Name two
    }

    BeforeEach { Set-VmdkSidecarContent a@ssd1:k1 'old' }
    AfterAll {
        Remove-VmdkSidecar -Volume a@ssd1 -All -Confirm:$false
        Disconnect-EsxAgent -All
    }

    It 'lets one of two sessions write what both have read' {
        $read = Get-VmdkSidecarContent a@ssd1:k1 -Raw -Session $one
        $also = Get-VmdkSidecarContent a@ssd1:k1 -Raw -Session $two
        $also.Hash | Should -Be $read.Hash
        $read.ByteLength, $read.Offset, $read.Key, $read.Disk | Should -Be 2MB, 0, 'k1', 'a@ssd1'
        $read.Length | Should -Be 3 -Because 'a text keeps its own length'
        $written = Set-VmdkSidecarContent a@ssd1:k1 'one' -IfHash $read.Hash -Session $one -PassThru
        $written.HashBefore | Should -Be $read.Hash
        $failure = Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 'two' -IfHash $also.Hash.ToUpperInvariant() -Session $two }
        Assert-SidecarFailure $failure OperationConflict ResourceBusy 'a@ssd1:k1' '*not the ones that were read*'
        $again = Get-VmdkSidecarContent a@ssd1:k1 -Raw -Session $two
        $again | Should -Be 'one'
        $again.Hash | Should -Be $written.HashAfter
        Set-VmdkSidecarContent a@ssd1:k1 'two' -IfHash $again.Hash -Session $two -ErrorAction Stop
        Get-VmdkSidecarContent a@ssd1:k1 -Raw | Should -Be 'two'
    }

    It 'holds for what is written in several pieces, as a whole' {
        $read = Get-VmdkSidecarContent a@ssd1:k1 -Raw -AsByteStream
        $last = 2MB - 1
        Set-VmdkSidecarContent a@ssd1:k1 ([byte[]](1)) -Offset $last -Session $two
        $new = Get-RandomByte 2MB
        Assert-SidecarFailure (Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 $new -IfHash $read.Hash }) OperationConflict ResourceBusy 'a@ssd1:k1'
        Get-VmdkSidecarContent a@ssd1:k1 -Length 3 | Should -Be 'old' -Because 'nothing is written'
        $read = Get-VmdkSidecarContent a@ssd1:k1 -Raw -AsByteStream
        $written = Set-VmdkSidecarContent a@ssd1:k1 $new -IfHash $read.Hash -PassThru
        $written.HashBefore | Should -Be $read.Hash
        $written.HashAfter | Should -Be (Get-VmdkSidecarContent a@ssd1:k1 -Raw -AsByteStream).Hash
    }

    It 'holds for a part' {
        $part = Get-VmdkSidecarContent a@ssd1:k1 -Offset 4KB -Length 16 -AsByteStream -Raw
        Set-VmdkSidecarContent a@ssd1:k1 ([byte[]](1)) -Session $two
        Set-VmdkSidecarContent a@ssd1:k1 ([byte[]]::new(16)) -Offset 4KB -IfHash $part.Hash -ErrorAction Stop
        Set-VmdkSidecarContent a@ssd1:k1 -Pattern 3 -Length 16 -Offset $part.Offset -IfHash $part.Hash -ErrorAction Stop
        $failure = Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 -Pattern 4 -Length 16 -Offset 4KB -IfHash $part.Hash }
        Assert-SidecarFailure $failure OperationConflict ResourceBusy 'a@ssd1:k1'
    }

    It 'lets exactly one of many win' {
        $hash = (Get-VmdkSidecarContent a@ssd1:k1 -Raw).Hash
        $outcomes = 1..8 | ForEach-Object -ThrottleLimit 8 -Parallel {
            try {
                $session = $_ % 2 ? $using:one : $using:two
                Set-VmdkSidecarContent a@ssd1:k1 "writer $_" -IfHash $using:hash -Session $session -PassThru -ErrorAction Stop
            }
            catch {
                ($_.FullyQualifiedErrorId -split ',')[0]
            }
        }
        @($outcomes | Where-Object { $_ -is [EsxAgent.VmdkSidecarWrite] }).Count | Should -Be 1
        @($outcomes | Where-Object { $_ -eq 'OperationConflict' }).Count | Should -Be 7
        (Get-VmdkSidecarContent a@ssd1:k1 -Raw).Hash | Should -Be ($outcomes | Where-Object { $_ -is [EsxAgent.VmdkSidecarWrite] }).HashAfter
    }

    It 'refuses what is no hash' {
        (Get-ErrorOf { Set-VmdkSidecarContent a@ssd1:k1 'x' -IfHash 'abc' }).FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentValidationError,*'
    }
}
