BeforeAll {
    . $PSScriptRoot/common.ps1
    $world = Open-World -Datastore 'datastore1=500GB', 'ssd1=200GB', 'ssd [2]=10GB', 'nfs home=1.5TB:NFS'
}

AfterAll { Close-World $world }

Describe 'Get-EsxDatastore' {
    It 'lists every datastore of the host with its size and room' {
        $all = Get-EsxDatastore
        $all.Name | Sort-Object | Should -Be ('datastore1', 'nfs home', 'ssd [2]', 'ssd1' | Sort-Object)
        $ssd = $all | Where-Object Name -EQ ssd1
        $ssd.Type | Should -Be 'VMFS-6'
        $ssd.CapacityBytes | Should -Be 200GB
        $ssd.CapacityGB | Should -BeOfType [decimal]
        $ssd.CapacityGB | Should -Be 200
        $ssd.FreeSpaceBytes | Should -BeLessThan 200GB
        $ssd.FreeSpaceBytes | Should -BeGreaterThan 190GB
        $ssd.FreeSpaceGB * 1GB | Should -Be $ssd.FreeSpaceBytes
        $ssd.Accessible | Should -BeTrue
        $ssd.State | Should -Be 'mounted'
        $ssd.Path | Should -Be "/vmfs/volumes/$($ssd.Uuid)"
        $ssd.HostName | Should -Be 'esx01.lab.example'
        "$ssd" | Should -Be 'ssd1'
        ($all | Where-Object Name -EQ 'nfs home').Type | Should -Be 'NFS'
    }

    It 'agrees with the host''s own tool to the byte' {
        $ssd = Get-EsxDatastore ssd1
        $printed = (& "$($world.HostRoot)/bin/vmkfstools" -P "/vmfs/volumes/$($ssd.Uuid)") -join "`n"
        $printed | Should -Match "Capacity $($ssd.CapacityBytes) .*, $($ssd.FreeSpaceBytes) .* avail"
    }

    It 'follows what is written to a datastore' {
        $before = (Get-EsxDatastore ssd1).FreeSpaceBytes
        $file = "$($world.HostRoot)/vmfs/volumes/ssd1/some.iso"
        [System.IO.File]::WriteAllBytes($file, [byte[]]::new(8MB))
        try {
            $before - (Get-EsxDatastore ssd1).FreeSpaceBytes | Should -BeGreaterOrEqual 8MB
        }
        finally {
            Remove-Item -LiteralPath $file
        }
    }

    It 'chooses by <What>' -ForEach @(
        @{ What = 'name, without regard to case'; Name = 'SSD1'; Found = 'ssd1' }
        @{ What = 'wildcard'; Name = 'ssd*'; Found = 'ssd [2]', 'ssd1' }
        @{ What = 'several names'; Name = 'ssd1', 'datastore?'; Found = 'datastore1', 'ssd1' }
        @{ What = 'a name that holds brackets, as it is'; Name = 'ssd [2]'; Found = , 'ssd [2]' }
        @{ What = 'a name that holds brackets, escaped'; Name = 'ssd `[2`]'; Found = , 'ssd [2]' }
        @{ What = 'names that overlap, each once'; Name = 'ssd1', 'ssd1', 's*1'; Found = , 'ssd1' }
    ) {
        (Get-EsxDatastore -Name $Name -ErrorAction Stop).Name | Sort-Object | Should -Be ($Found | Sort-Object)
    }

    It 'chooses by uuid' {
        $ssd = Get-EsxDatastore ssd1
        (Get-EsxDatastore $ssd.Uuid).Name | Should -Be 'ssd1'
        (Get-EsxDatastore (Get-EsxVMIdentity).Datastore).Name | Should -Be 'datastore1'
    }

    It 'tells of a name that does not exist, and writes the others' {
        $found = Get-EsxDatastore ssd1, nope, gone -ErrorAction SilentlyContinue -ErrorVariable failures
        $found.Name | Should -Be 'ssd1'
        $failures.FullyQualifiedErrorId | Should -Be @('DatastoreNotFound,EsxAgent.Commands.GetEsxDatastoreCommand', 'DatastoreNotFound,EsxAgent.Commands.GetEsxDatastoreCommand')
        $failures.TargetObject | Should -Be 'nope', 'gone'
        $failures[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failures[0].ErrorDetails.RecommendedAction | Should -BeLike '*Get-EsxDatastore*'
        { Get-EsxDatastore nope -ErrorAction Stop } | Should -Throw -ErrorId 'DatastoreNotFound,*'
    }

    It 'is silent about a wildcard that matches nothing' {
        Get-EsxDatastore nope*, gone? -ErrorAction Stop | Should -BeNullOrEmpty
    }

    It 'finds the one with the most room' {
        (Get-EsxDatastore | Sort-Object FreeSpaceGB -Descending | Select-Object -First 1).Name | Should -Be 'nfs home'
    }

    It 'shows one that cannot be read, with nothing where its sizes would be' {
        $file = "$($world.HostRoot)/datastores.json"
        $before = Get-Content -LiteralPath $file -Raw
        $all = $before | ConvertFrom-Json -NoEnumerate
        ($all | Where-Object name -EQ ssd1).accessible = $false
        ConvertTo-Json $all | Set-Content -LiteralPath $file
        try {
            $ssd = Get-EsxDatastore | Where-Object { $_.Uuid -like '*' -and -not $_.Accessible }
            $ssd.State | Should -Be 'unmounted'
            $ssd.CapacityBytes, $ssd.CapacityGB, $ssd.FreeSpaceGB | Should -Be $null, $null, $null
            { $ssd | Format-Table | Out-String } | Should -Not -Throw
            (Get-EsxDatastore datastore1).Accessible | Should -BeTrue
        }
        finally {
            Set-Content -LiteralPath $file -Value $before -NoNewline
        }
    }

    It 'tells what went wrong on the host, with the tool''s own words' {
        Use-Fault $world @{ tool = '*'; arguments = '*storage filesystem*'; fail = @{ text = 'Connect to localhost failed: Connection failure'; status = 1 } } {
            $failure = Get-ErrorOf { Get-EsxDatastore }
            $failure.FullyQualifiedErrorId | Should -BeLike 'ToolFailed,*'
            "$failure" | Should -BeLike '*Connect to localhost failed*'
            $failure.CategoryInfo.Category | Should -Be 'NotSpecified'
        }
    }

    It 'survives serialization with its values, and is shown by the same views' {
        $file = Join-Path $world.Root 'datastores.clixml'
        $all = Get-EsxDatastore
        $all | Export-Clixml -LiteralPath $file
        $copies = Import-Clixml -LiteralPath $file
        $copies.Count | Should -Be $all.Count
        for ($i = 0; $i -lt $all.Count; $i++) {
            foreach ($property in $all[$i].PSObject.Properties) {
                $copies[$i].($property.Name) | Should -Be $property.Value -Because $property.Name
            }
        }
        ($copies | Out-String) | Should -Be ($all | Out-String)
    }
}
