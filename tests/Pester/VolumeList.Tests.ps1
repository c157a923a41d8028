BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/volumes.ps1
    $world = Open-World -Datastore 'datastore1=500GB', 'ssd1=200GB', 'ssd [2]=200GB', 'nfs home=1TB:NFS'
    $null = New-VmdkVolume db01, db02, Web.1 1MB datastore1
    $null = New-VmdkVolume db01, cache 2MB ssd1
    $null = New-VmdkVolume db03 3MB 'ssd [2]'
    $null = New-VmdkVolume share 4MB 'nfs home'
}

AfterAll { Close-World $world }

Describe 'Get-VmdkVolume' {
    It 'lists the volumes of every datastore that the policy allows' {
        (Get-VmdkVolume).Id | Sort-Object | Should -Be @('cache@ssd1', 'db01@datastore1', 'db01@ssd1', 'db02@datastore1', 'db03@ssd [2]', 'share@nfs home', 'Web.1@datastore1')
    }

    It 'chooses by <What>' -ForEach @(
        @{ What = 'name, on whatever datastore'; With = @{ Name = 'db01' }; Found = 'db01@datastore1', 'db01@ssd1' }
        @{ What = 'name, without regard to case'; With = @{ Name = 'WEB.1' }; Found = , 'Web.1@datastore1' }
        @{ What = 'wildcard'; With = @{ Name = 'db*' }; Found = 'db01@datastore1', 'db01@ssd1', 'db02@datastore1', 'db03@ssd [2]' }
        @{ What = 'a wildcard with a set'; With = @{ Name = 'db0[23]' }; Found = 'db02@datastore1', 'db03@ssd [2]' }
        @{ What = 'several names that overlap, each once'; With = @{ Name = 'db01', 'db*1', 'cache' }; Found = 'cache@ssd1', 'db01@datastore1', 'db01@ssd1' }
        @{ What = 'datastore'; With = @{ Datastore = 'ssd1' }; Found = 'cache@ssd1', 'db01@ssd1' }
        @{ What = 'a datastore by wildcard, without regard to case'; With = @{ Datastore = 'SSD*' }; Found = 'cache@ssd1', 'db01@ssd1', 'db03@ssd [2]' }
        @{ What = 'a datastore whose name holds brackets, as it is'; With = @{ Datastore = 'ssd [2]' }; Found = , 'db03@ssd [2]' }
        @{ What = 'a datastore whose name holds brackets, escaped'; With = @{ Datastore = 'ssd `[2`]' }; Found = , 'db03@ssd [2]' }
        @{ What = 'several datastores'; With = @{ Datastore = 'nfs*', 'ssd1' }; Found = 'cache@ssd1', 'db01@ssd1', 'share@nfs home' }
        @{ What = 'name and datastore'; With = @{ Name = 'DB01'; Datastore = 'ssd1' }; Found = , 'db01@ssd1' }
        @{ What = 'both by wildcard'; With = @{ Name = '*0?'; Datastore = 'ssd*' }; Found = 'db01@ssd1', 'db03@ssd [2]' }
        @{ What = 'id'; With = @{ Id = 'db01@ssd1' }; Found = , 'db01@ssd1' }
        @{ What = 'several ids'; With = @{ Id = 'db01@ssd1', 'share@nfs home' }; Found = 'db01@ssd1', 'share@nfs home' }
        @{ What = 'an id without a datastore: that of this virtual machine'; With = @{ Id = 'db01' }; Found = , 'db01@datastore1' }
    ) {
        (Get-VmdkVolume @With -ErrorAction Stop).Id | Sort-Object | Should -Be ($Found | Sort-Object)
    }

    It 'chooses a datastore by its uuid' {
        (Get-VmdkVolume -Datastore (Get-EsxDatastore ssd1).Uuid).Id | Sort-Object | Should -Be 'cache@ssd1', 'db01@ssd1'
        (Get-VmdkVolume db01 -Datastore (Get-EsxDatastore ssd1).Uuid).Id | Should -Be 'db01@ssd1'
    }

    It 'tells of <What> that does not exist, and writes the others' -ForEach @(
        @{ What = 'a name'; With = @{ Name = 'cache', 'nope' }; Kind = 'VolumeNotFound'; Target = 'nope' }
        @{ What = 'a name on a datastore that was named'; With = @{ Name = 'cache', 'nope'; Datastore = 'ssd1' }; Kind = 'VolumeNotFound'; Target = 'nope@ssd1' }
        @{ What = 'a name on datastores chosen by wildcard'; With = @{ Name = 'cache', 'nope'; Datastore = 'ssd*' }; Kind = 'VolumeNotFound'; Target = 'nope' }
        @{ What = 'a datastore'; With = @{ Name = 'ca*'; Datastore = 'ssd1', 'nope' }; Kind = 'DatastoreNotFound'; Target = 'nope' }
        @{ What = 'an id'; With = @{ Id = 'nope@ssd1', 'cache@ssd1' }; Kind = 'VolumeNotFound'; Target = 'nope@ssd1' }
    ) {
        $found = Get-VmdkVolume @With -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.Id | Should -Be 'cache@ssd1'
        $failures.Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -Be "$Kind,EsxAgent.Commands.GetVmdkVolumeCommand"
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failures[0].TargetObject | Should -Be $Target
        $failures[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        { Get-VmdkVolume @With -ErrorAction Stop } | Should -Throw -ErrorId "$Kind,*"
    }

    It 'is silent about a wildcard that matches nothing' {
        Get-VmdkVolume nope*, gone? -ErrorAction Stop | Should -BeNullOrEmpty
        Get-VmdkVolume -Datastore nope* -ErrorAction Stop | Should -BeNullOrEmpty
        Get-VmdkVolume nope* -Datastore ssd1 -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'takes no wildcards where one volume is meant, and says what to do' {
        $failure = Get-ErrorOf { Get-VmdkVolume -Id 'db*' }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        "$failure" | Should -BeLike "*wildcards*'Get-VmdkVolume db*'*"
    }

    It 'looks again at volumes that come along the pipeline' {
        $before = Get-VmdkVolume db* -Datastore ssd1
        Set-VmdkVolume db01@ssd1 -Label @{ seen = 'now' }
        $after = $before | Get-VmdkVolume
        $after.Id | Should -Be 'db01@ssd1'
        $after.Label['seen'] | Should -Be 'now'
        $before.Label.Count | Should -Be 0
    }

    It 'starts no tool of the host' {
        $before = (Get-EsxAgentStatus).ToolsStarted
        $null = Get-VmdkVolume
        (Get-EsxAgentStatus).ToolsStarted | Should -Be $before
    }

    It 'writes each as it comes, and ends when enough have come' {
        @(Get-VmdkVolume | Select-Object -First 1).Count | Should -Be 1
        $script = {
            Get-VmdkVolume | Select-Object -First 1 | Out-Null
            'the script went on'
        }
        & $script | Should -Be 'the script went on'
    }

    It 'asks each of several sessions' {
        $a = Connect-EsxAgent -Name a
        $b = Connect-EsxAgent -Name b
        @(Get-VmdkVolume share -Session $a, $b).Count | Should -Be 2
        $a, $b | Disconnect-EsxAgent
    }

    It 'shows a volume whose virtual machine is known' {
        Add-VolumeToVM $world cache@ssd1 db01
        (Get-VmdkVolume cache).AttachedTo | Should -Be 'db01'
        (Get-VmdkVolume db01 -Datastore ssd1).AttachedTo | Should -BeNullOrEmpty
    }

    It 'keeps labels apart that differ in case alone' {
        $labels = [System.Collections.Specialized.OrderedDictionary]::new()
        $labels['a'] = '1'
        $labels['A'] = '2'
        Set-VmdkVolume share@'nfs home' -Label $labels -ErrorAction Stop
        $found = (Get-VmdkVolume share).Label
        $found.Count, $found['a'], $found['A'] | Should -Be 2, '1', '2'
    }
}

Describe 'The views of a volume' {
    It 'show sizes with their units, to the right' {
        $table = (Get-VmdkVolume db02 | Format-Table | Out-String -Width 200).Trim() -split '\r?\n'
        $table[0] -replace '\s+', ' ' | Should -Be 'Name Datastore Capacity Used StorageFormat State AttachedTo'
        $table[2] | Should -Match '^db02 +datastore1 +1 MB +\d+(\.\d)? (B|KB) +Thin +Ok\s*$'
    }

    It 'show everything in the list' {
        $list = Get-VmdkVolume db02 | Format-List | Out-String -Width 200
        $list | Should -Match '(?m)^Id +: db02@datastore1\r?$'
        $list | Should -Match '(?m)^Capacity +: 1 MB\r?$'
        $list | Should -Match '(?m)^Path +: /vmfs/volumes/.*/db02\.vmdk\r?$'
        $list | Should -Match '(?m)^HostName +: esx01\.lab\.example\r?$'
    }

    It 'show labels with their values' {
        $null = New-VmdkVolume labelled 1MB -Label ([ordered]@{ owner = 'ops'; tier = 'gold' })
        Get-VmdkVolume labelled | Format-List | Out-String | Should -Match 'Label +: owner=ops, tier=gold'
    }
}

Describe 'A datastore that cannot be looked through' {
    BeforeAll {
        $top = (Get-VolumeFolder $world 'cache@ssd1') -replace '/all/cache$'
        Move-Item -LiteralPath $top "$top-away"
        Set-Content -LiteralPath $top -Value 'no directory'
    }

    AfterAll {
        [System.IO.File]::Delete($top)
        Move-Item -LiteralPath "$top-away" $top
    }

    It 'is an error of its own, and the volumes of the others are listed' {
        $found = Get-VmdkVolume -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.Datastore | Sort-Object -Unique | Should -Be 'datastore1', 'nfs home', 'ssd [2]'
        $found.Id | Should -Contain 'db02@datastore1'
        $failures.Count | Should -Be 1
        $failures[0].FullyQualifiedErrorId | Should -BeLike 'DatastoreUnreadable,*'
        $failures[0].CategoryInfo.Category | Should -Be 'ResourceUnavailable'
        $failures[0].TargetObject | Should -Be 'ssd1'
        "$($failures[0])" | Should -BeLike "The volumes on 'ssd1' of the host esx01* cannot be listed: *"
    }

    It 'is told once, however many names are asked for, and hides none that is elsewhere' {
        (Get-VmdkVolume db01, db02, d* -ErrorAction SilentlyContinue -ErrorVariable failures).Id | Sort-Object | Should -Be 'db01@datastore1', 'db02@datastore1', 'db03@ssd [2]'
        @($failures.FullyQualifiedErrorId -like 'DatastoreUnreadable,*').Count | Should -Be 1
    }

    It 'offers nothing and no error to Tab' {
        Get-CompletionText 'Get-VmdkVolume ' | Should -Contain 'db02'
        $Error.Clear()
        $null = Get-CompletionText 'Get-VmdkVolume -Datastore ssd1 -Name '
        $Error | Should -BeNullOrEmpty
    }
}
