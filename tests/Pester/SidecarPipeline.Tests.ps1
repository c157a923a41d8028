# What sidecars are named by on their way from one cmdlet to the next, what Tab offers, and what becomes of them when their disk is copied.

BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/volumes.ps1
    . $PSScriptRoot/sidecars.ps1
    $world = Open-World
}

AfterAll { Close-World $world }

Describe 'A sidecar object' {
    BeforeEach {
        # The same key on two volumes of one name: whoever loses the datastore meets the wrong one.
        foreach ($datastore in 'datastore1', 'ssd1') {
            $null = New-VmdkVolume a 1MB $datastore
            $null = New-VmdkSidecar "a@$datastore" k1 4KB
            Set-VmdkSidecarContent "a@${datastore}:k1" "on $datastore"
        }
    }

    AfterEach { Remove-AllVolume }

    It 'is taken by its disk and key after a round trip through Export-Clixml, with all of its values' {
        $path = New-OtherDisk $world vm3
        $null = New-VmdkSidecar -VmdkPath $path k1 4KB
        $all = @(Get-VmdkVolume | Get-VmdkSidecar) + (Get-VmdkSidecar -VmdkPath $path)
        $file = Join-Path $world.Root 'sidecars.clixml'
        $all | Export-Clixml -LiteralPath $file
        $copies = Import-Clixml -LiteralPath $file
        for ($i = 0; $i -lt $all.Count; $i++) {
            $copies[$i].PSObject.TypeNames[0] | Should -Be 'Deserialized.EsxAgent.VmdkSidecar'
            foreach ($property in $all[$i].PSObject.Properties) {
                $copies[$i].($property.Name) | Should -Be $property.Value -Because $property.Name
            }
        }

        ($copies | Out-String) | Should -Be ($all | Out-String)
        ($copies | Format-List | Out-String) | Should -Be ($all | Format-List | Out-String)
        $copy = $copies | Where-Object VolumeId -EQ a@ssd1
        $copy | Get-VmdkSidecarContent | Should -Be 'on ssd1'
        ($copy | Get-VmdkSidecar).VolumeId | Should -Be 'a@ssd1'
        ($copy | Resize-VmdkSidecar -Size 8KB -PassThru).VolumeId | Should -Be 'a@ssd1'
        $copy | Set-VmdkSidecarContent -Value 'new'
        $copy | Test-VmdkSidecarContent -Value 'new' | Should -BeTrue
        ($copy | Update-VmdkSidecarDatabase -PassThru).VolumeId | Should -Be 'a@ssd1'
        $copy | Remove-VmdkSidecar -Confirm:$false
        $copies | Where-Object VmdkPath | Remove-VmdkSidecar -Confirm:$false
        (Get-VmdkVolume | Get-VmdkSidecar).VolumeId | Should -Be 'a@datastore1'
        Get-VmdkSidecar -VmdkPath $path | Should -BeNullOrEmpty
        Get-VmdkSidecarContent a@datastore1:k1 | Should -Be 'on datastore1'
    }

    It 'is taken by its disk and key as <What>' -ForEach @(
        @{ What = 'a selection of properties'; Made = { Get-VmdkSidecar a@ssd1 | Select-Object VolumeId, Key } }
        @{ What = 'a row of a CSV file'; Made = { Get-VmdkSidecar a@ssd1 | ConvertTo-Csv | ConvertFrom-Csv } }
        @{ What = 'what JSON keeps of it'; Made = { Get-VmdkSidecar a@ssd1 | ConvertTo-Json | ConvertFrom-Json } }
        @{ What = 'an id'; Made = { 'a@ssd1:k1' } }
        @{ What = 'a write'; Made = { Set-VmdkSidecarContent a@ssd1:k1 'on ssd1' -PassThru } }
        @{ What = 'a copy of a write'; Made = { Set-VmdkSidecarContent a@ssd1:k1 'on ssd1' -PassThru | Select-Object * } }
        @{ What = 'a reference'; Made = { [EsxAgent.VmdkSidecarReference]'a@ssd1:k1' } }
        @{ What = 'a reference made of it'; Made = { [EsxAgent.VmdkSidecarReference]::new((Get-VmdkSidecar a@ssd1)) } }
        @{ What = 'an object of one''s own making'; Made = { [pscustomobject]@{ Id = 'a@ssd1'; Name = 'b'; Key = 'k1' } } }
    ) {
        & $Made | Get-VmdkSidecarContent -ErrorAction Stop | Should -Be 'on ssd1'
    }

    It 'is never guessed: <What> is refused' -ForEach @(
        @{ What = 'a volume'; Given = { Get-VmdkVolume a -Datastore ssd1 } }
        @{ What = 'a key alone'; Given = { [pscustomobject]@{ Key = 'k1' } } }
        @{ What = 'an id without a key'; Given = { 'a@ssd1:' } }
        @{ What = 'an id without a disk'; Given = { ':k1' } }
        @{ What = 'a volume''s id'; Given = { 'a@ssd1' } }
        @{ What = 'a number'; Given = { 7 } }
    ) {
        $failure = Get-ErrorOf { & $Given | Remove-VmdkSidecar -Confirm:$false }
        $failure.CategoryInfo.Category | Should -BeIn 'InvalidArgument', 'InvalidData'
        @(Get-VmdkVolume | Get-VmdkSidecar).Count | Should -Be 2
    }

    It 'is not taken for its volume by what changes volumes' {
        foreach ($given in (Get-VmdkSidecar a@ssd1), (Get-VmdkSidecar a@ssd1 | Select-Object *), (Set-VmdkSidecarContent a@ssd1:k1 'x' -PassThru)) {
            $failure = Get-ErrorOf { $given | Remove-VmdkVolume -Confirm:$false }
            "$failure" | Should -Not -BeNullOrEmpty
        }
        @(Get-VmdkVolume).Count | Should -Be 2
    }
}

Describe 'Pipelines of sidecars' {
    BeforeAll {
        $null = New-VmdkVolume a, b, c 1MB ssd1
        $null = New-VmdkVolume d 1MB datastore1
        foreach ($volume in Get-VmdkVolume) { $null = New-VmdkSidecar $volume k1 4KB; Set-VmdkSidecarContent "$($volume):k1" "of $volume" }
    }

    AfterAll {
        Disconnect-EsxAgent -All
        Remove-AllVolume
    }

    It 'read what the volumes of some datastores carry' {
        $read = Get-VmdkVolume -Datastore ssd* | Get-VmdkSidecar | Get-VmdkSidecarContent -Raw
        $read | Sort-Object | Should -Be 'of a@ssd1', 'of b@ssd1', 'of c@ssd1'
        $read | ForEach-Object { $_.Disk } | Sort-Object | Should -Be 'a@ssd1', 'b@ssd1', 'c@ssd1'
    }

    It 'end with Select-Object -First without ending the script' {
        $first = Get-VmdkVolume | Get-VmdkSidecar | Select-Object -First 1
        $first.Key | Should -Be 'k1'
        @(Get-VmdkSidecarContent a@ssd1:k1 -AsByteStream | Select-Object -First 3) | Should -Be 111, 102, 32
    }

    It 'run side by side in ForEach-Object -Parallel through one session' {
        $s = Connect-EsxAgent
        $made = 1..8 | ForEach-Object -Parallel { New-VmdkSidecar c@ssd1 "p$_" 4KB -Session $using:s } -ThrottleLimit 4
        $made | ForEach-Object -Parallel { $_ | Set-VmdkSidecarContent -Value "of $($_.Key)" -Session $using:s } -ThrottleLimit 4
        (Get-VmdkSidecar c@ssd1 p* | Get-VmdkSidecarContent -Raw | ForEach-Object { $_ -eq "of $($_.Key)" }) | Should -Be @(, $true * 8)
        $made | ForEach-Object -Parallel { $_ | Remove-VmdkSidecar -Confirm:$false -Session $using:s } -ThrottleLimit 4
        (Get-VmdkSidecar c@ssd1).Key | Should -Be 'k1'
    }

    It 'ask through each session that was given' {
        $gone = Connect-EsxAgent -Name gone
        $s = Connect-EsxAgent
        Disconnect-EsxAgent $gone
        $found = Get-VmdkSidecar a@ssd1 -Session $gone, $s -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.Key | Should -Be 'k1'
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'SessionClosed,*'
    }

    It 'go on after the agent was restarted' {
        $null = Connect-EsxAgent
        Set-VmdkSidecarContent b@ssd1:k1 'before'
        Close-Agent $world -Kill
        Open-Agent $world
        Set-VmdkSidecarContent b@ssd1:k1 'after' -ErrorAction Stop
        Get-VmdkSidecarContent b@ssd1:k1 | Should -Be 'after'
    }
}

Describe 'A copy of a volume' {
    AfterEach { Remove-AllVolume }

    It 'has sidecars of its own, with the same content' {
        $null = New-VmdkVolume a 1MB ssd1
        'k1', 'k2' | ForEach-Object { $null = New-VmdkSidecar a@ssd1 $_ 4KB; Set-VmdkSidecarContent "a@ssd1:$_" "content of $_" }
        $copy = Copy-VmdkVolume a@ssd1 -DestinationName b
        ($copy | Get-VmdkSidecar).Key | Sort-Object | Should -Be 'k1', 'k2'
        $copy | Get-VmdkSidecar | Get-VmdkSidecarContent | Sort-Object | Should -Be 'content of k1', 'content of k2'
        ($copy | Get-VmdkSidecar).FileName | Should -BeLike 'b-*.vmfd'
        Set-VmdkSidecarContent b@ssd1:k1 'changed'
        Get-VmdkSidecarContent a@ssd1:k1 | Should -Be 'content of k1'
        $copy | Remove-VmdkSidecar -All -Confirm:$false
        Get-VmdkSidecar a@ssd1 | Get-VmdkSidecarContent | Sort-Object | Should -Be 'content of k1', 'content of k2'
        $copy | Remove-VmdkVolume -Confirm:$false
        (Get-VmdkSidecar a@ssd1).Count | Should -Be 2
        Test-VmdkVolume a@ssd1 | Should -BeTrue
    }
}

Describe 'Completing sidecars' {
    BeforeAll {
        $null = New-VmdkVolume db01, db02 1MB ssd1
        'config', 'cache', 'state' | ForEach-Object { $null = New-VmdkSidecar db01@ssd1 $_ 4KB }
        Disconnect-EsxAgent -All

        # The first answer may take longer than a person who presses Tab waits: the machine is busy.
        function Assert-Completion([string] $CommandLine, [string[]] $Expected) {
            Wait-Until { Get-CompletionText $CommandLine } -Because "'$CommandLine' should be completed"
            Get-CompletionText $CommandLine | Should -Be $Expected
        }
    }

    BeforeEach { $null = Connect-EsxAgent }
    AfterEach { Disconnect-EsxAgent -All }
    AfterAll { Remove-AllVolume }

    It 'offers the keys of the disk on the command line' {
        Assert-Completion 'Get-VmdkSidecar db01@ssd1 ' @('cache', 'config', 'state')
        Assert-Completion 'Get-VmdkSidecar -Volume db01@ssd1 -Key c' @('cache', 'config')
        Assert-Completion 'Remove-VmdkSidecar -Volume db01@ssd1 -Key S' @('state')
        Get-CompletionText 'Get-VmdkSidecar db02@ssd1 ' | Should -BeNullOrEmpty
    }

    It 'offers ids: up to the colon the volumes, behind it the keys' {
        Assert-Completion 'Get-VmdkSidecarContent db' @('db01@ssd1:', 'db02@ssd1:')
        Assert-Completion 'Set-VmdkSidecarContent db01@ssd1:c' @('db01@ssd1:cache', 'db01@ssd1:config')
        (Get-Completion 'Resize-VmdkSidecar db01@ssd1:st').ToolTip | Should -Be '4 KB, of db01@ssd1'
    }

    It 'offers encodings' {
        Get-CompletionText 'Get-VmdkSidecarContent db01@ssd1:state -Encoding utf8B' | Should -Be 'utf8BOM'
    }

    It 'never connects, and offers nothing without a session' {
        Disconnect-EsxAgent -All
        Get-CompletionText 'Get-VmdkSidecar db01@ssd1 ' | Should -BeNullOrEmpty
        Get-CompletionText 'Get-VmdkSidecarContent db01@ssd1:' | Should -BeNullOrEmpty
        Get-EsxAgentSession | Should -BeNullOrEmpty
    }
}
