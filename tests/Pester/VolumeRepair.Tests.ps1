BeforeAll {
    . $PSScriptRoot/common.ps1
    . $PSScriptRoot/volumes.ps1
    $world = Open-World

    function Edit-VolumeFile([string] $Id, [string] $Ending, [scriptblock] $Edit) {
        $stream = [System.IO.File]::Open((Get-VolumeFile $world $Id $Ending), 'Open', 'ReadWrite')
        try {
            & $Edit $stream
        }
        finally {
            $stream.Dispose()
        }
    }

    # Both slots of the metadata become zeros.
    function Clear-VolumeRecord([string] $Id) {
        Edit-VolumeFile $Id vmfd { param($stream) $length = $stream.Length; $stream.SetLength(0); $stream.SetLength($length) }
    }
}

AfterAll { Close-World $world }

Describe 'A damaged volume' {
    BeforeAll {
        $null = New-VmdkVolume whole, metadata, noextent, short, long, nodescriptor, foreign, snapshot 2MB ssd1 -Label @{ owner = 'ops' }
        Clear-VolumeRecord metadata@ssd1
        Remove-Item -LiteralPath (Get-VolumeFile $world noextent@ssd1 flat.vmdk)
        Edit-VolumeFile short@ssd1 flat.vmdk { param($stream) $stream.SetLength(1MB) }
        Edit-VolumeFile long@ssd1 flat.vmdk { param($stream) $stream.SetLength(3MB) }
        Remove-Item -LiteralPath (Join-Path (Get-VolumeFolder $world nodescriptor@ssd1) nodescriptor.vmdk)
        Set-Content -LiteralPath (Join-Path (Get-VolumeFolder $world foreign@ssd1) notes.txt) -Value 'mine'
        Set-Content -LiteralPath (Join-Path (Get-VolumeFolder $world snapshot@ssd1) snapshot-000001.vmdk) -Value '# Disk DescriptorFile'
    }

    AfterAll { Remove-AllVolume }

    It 'is listed with its state beside the others' {
        $all = Get-VmdkVolume -ErrorAction Stop
        $state = @{}
        $all | ForEach-Object { $state[$_.Name] = $_.State }
        $state['whole'], $state['foreign'], $state['snapshot'] | Should -Be 'Ok', 'Ok', 'Ok'
        $state['metadata'], $state['noextent'], $state['short'], $state['long'], $state['nodescriptor'] | Should -Be @(, 'Damaged' * 5)
        $all | Where-Object State -EQ Damaged | ForEach-Object { $_.Problem | Should -Not -BeNullOrEmpty }
        ($all | Format-Table | Out-String) | Should -Match 'nodescriptor +ssd1 .*Damaged'
    }

    It 'has nothing where its facts cannot be read' {
        $volume = Get-VmdkVolume nodescriptor
        $volume.CapacityBytes, $volume.CapacityGB, $volume.UsedBytes, $volume.StorageFormat | Should -Be $null, $null, $null, $null
        (Get-VmdkVolume metadata).Uuid | Should -BeNullOrEmpty
        (Get-VmdkVolume metadata).CapacityBytes | Should -Be 2MB
        (Get-VmdkVolume snapshot).SnapshotCount | Should -Be 1
    }

    It 'fails its test: <Name>' -ForEach @(
        @{ Name = 'whole'; Healthy = $true }
        @{ Name = 'foreign'; Healthy = $true }
        @{ Name = 'snapshot'; Healthy = $true }
        @{ Name = 'metadata'; Healthy = $false }
        @{ Name = 'noextent'; Healthy = $false }
        @{ Name = 'short'; Healthy = $false }
        @{ Name = 'nodescriptor'; Healthy = $false }
    ) {
        $result = Test-VmdkVolume "$Name@ssd1"
        $result | Should -BeOfType [bool]
        $result | Should -Be $Healthy
    }

    It 'is explained in detail: <Name> has <Finding>' -ForEach @(
        @{ Name = 'whole'; Finding = 'Healthy'; Severity = 'Ok'; Action = $null; Says = '*nothing is wrong*' }
        @{ Name = 'metadata'; Finding = 'MetadataDamaged'; Severity = 'Error'; Action = 'rewriteMetadata'; Says = '*metadata*damaged*' }
        @{ Name = 'noextent'; Finding = 'ExtentMissing'; Severity = 'Error'; Action = $null; Says = "*'noextent-flat.vmdk' is missing*" }
        @{ Name = 'short'; Finding = 'ExtentTooSmall'; Severity = 'Error'; Action = 'padExtent:short-flat.vmdk'; Says = '*1048576*2097152*' }
        @{ Name = 'long'; Finding = 'ExtentTooLarge'; Severity = 'Error'; Action = 'truncateExtent:long-flat.vmdk'; Says = '*3145728*2097152*' }
        @{ Name = 'nodescriptor'; Finding = 'DescriptorUnreadable'; Severity = 'Error'; Action = $null; Says = '*missing*' }
        @{ Name = 'foreign'; Finding = 'ForeignFile'; Severity = 'Note'; Action = 'removeFile:notes.txt'; Says = "*'notes.txt'*" }
        @{ Name = 'snapshot'; Finding = 'Snapshot'; Severity = 'Note'; Action = $null; Says = "*'snapshot-000001.vmdk'*" }
    ) {
        $report = @(Test-VmdkVolume "$Name@ssd1" -Detailed | Where-Object Finding -EQ $Finding)
        $report.Count | Should -Be 1
        $report[0].VolumeId | Should -Be "$Name@ssd1"
        $report[0].Severity, $report[0].Action, $report[0].Done, $report[0].HostName | Should -Be $Severity, $Action, $false, 'esx01.lab.example'
        $report[0].Message | Should -BeLike $Says
        ($null -eq $Action) | Should -Be ($null -eq $report[0].ActionText)
        "$($report[0])" | Should -Be "$Name@ssd1"
    }

    It 'is shown with what repair would do' {
        $text = Test-VmdkVolume foreign@ssd1 -Detailed | Out-String -Width 120
        $text | Should -Match '=> repair removes ''notes.txt'''
    }

    It 'leaves the tests of the others alone' {
        $results = Get-VmdkVolume -Datastore ssd1 | Test-VmdkVolume -ErrorAction Stop
        $results.Count | Should -Be 8
        @($results -eq $true).Count | Should -Be 3
    }

    It 'cannot be changed while its metadata is damaged, and says what to do' {
        $failure = Get-ErrorOf { Set-VmdkVolume metadata@ssd1 -Access ReadOnly }
        $failure.FullyQualifiedErrorId | Should -BeLike 'MetadataDamaged,*'
        $failure.TargetObject | Should -Be 'metadata@ssd1'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Repair-VmdkVolume*'
        (Set-VmdkVolume whole@ssd1 -Access ReadOnly -PassThru).Access | Should -Be 'ReadOnly'
    }
}

Describe 'Test-VmdkVolume' {
    It 'says of a volume that is not there that it is not there' {
        $failure = Get-ErrorOf { Test-VmdkVolume nope@ssd1 }
        $failure.FullyQualifiedErrorId | Should -BeLike 'VolumeNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.TargetObject | Should -Be 'nope@ssd1'
    }
}

Describe 'Repair-VmdkVolume' {
    BeforeEach { $null = New-VmdkVolume a, b 2MB ssd1 -Label @{ owner = 'ops' } }
    AfterEach { Remove-AllVolume }

    It 'shows with -WhatIf the whole plan, a line an action, and does nothing' {
        Clear-VolumeRecord a@ssd1
        Edit-VolumeFile a@ssd1 flat.vmdk { param($stream) $stream.SetLength(1MB) }
        Set-Content -LiteralPath (Join-Path (Get-VolumeFolder $world a@ssd1) notes.txt) -Value 'mine'
        $shown = Invoke-Asked { Repair-VmdkVolume a@ssd1 -RemoveForeignFile -WhatIf }
        $shown.Output | Should -BeNullOrEmpty
        $shown.Lines.Count | Should -Be 3
        $shown.Lines | ForEach-Object { $_ | Should -BeLike "What if: Repair volume 'a@ssd1' on esx01.lab.example: *" }
        @($shown.Lines -like "*fills 'a-flat.vmdk' up with zeros*").Count | Should -Be 1
        @($shown.Lines -like '*writes new metadata*').Count | Should -Be 1
        @($shown.Lines -like "*removes 'notes.txt'*").Count | Should -Be 1
        Test-VmdkVolume a@ssd1 | Should -BeFalse
        @((Invoke-Asked { Repair-VmdkVolume a@ssd1 -WhatIf }).Lines -like "*notes.txt*").Count | Should -Be 0
    }

    It 'does what the check offers, tells what it did, and leaves others and foreign files alone' {
        Clear-VolumeRecord a@ssd1
        $foreign = Join-Path (Get-VolumeFolder $world a@ssd1) notes.txt
        Set-Content -LiteralPath $foreign -Value 'mine'
        $b = Get-VmdkVolume b
        $report = Repair-VmdkVolume a@ssd1
        $done = @($report | Where-Object Done)
        $done.Count | Should -Be 1
        $done[0].Finding, $done[0].Action | Should -Be 'MetadataDamaged', 'rewriteMetadata'
        @($report | Where-Object { -not $_.Done }).Finding | Should -Be 'ForeignFile'
        $foreign | Should -Exist
        Test-VmdkVolume a@ssd1 | Should -BeTrue
        (Get-VmdkVolume a).CapacityBytes | Should -Be 2MB
        (Get-VmdkVolume b).Uuid, (Get-VmdkVolume b).Label['owner'] | Should -Be $b.Uuid, 'ops'
    }

    It 'removes foreign files where it was asked to' {
        $foreign = Join-Path (Get-VolumeFolder $world a@ssd1) notes.txt
        Set-Content -LiteralPath $foreign -Value 'mine'
        $report = Repair-VmdkVolume a@ssd1 -RemoveForeignFile
        $report.Done | Should -Be $true
        $foreign | Should -Not -Exist
        (Test-VmdkVolume a@ssd1 -Detailed).Finding | Should -Be 'Healthy'
    }

    It 'does only what -Action names, also a removal' {
        Edit-VolumeFile a@ssd1 flat.vmdk { param($stream) $stream.SetLength(1MB) }
        $foreign = Join-Path (Get-VolumeFolder $world a@ssd1) notes.txt
        Set-Content -LiteralPath $foreign -Value 'mine'
        $null = Repair-VmdkVolume a@ssd1 -Action removeFile:notes.txt
        $foreign | Should -Not -Exist
        Test-VmdkVolume a@ssd1 | Should -BeFalse
        $null = Repair-VmdkVolume a@ssd1 -Action padExtent:a-flat.vmdk
        Test-VmdkVolume a@ssd1 | Should -BeTrue
        [System.IO.FileInfo]::new((Get-VolumeFile $world a@ssd1 flat.vmdk)).Length | Should -Be 2MB
    }

    It 'tells of an action that the check does not offer' {
        $failure = Get-ErrorOf { Repair-VmdkVolume a@ssd1 -Action rewriteMetadata }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ActionNotOffered,*'
        $failure.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $failure.TargetObject | Should -Be 'a@ssd1'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Test-VmdkVolume -Detailed*'
        (Get-VmdkVolume a).Label['owner'] | Should -Be 'ops'
    }

    It 'says of one that is whole that nothing is to be done' {
        $report = Repair-VmdkVolume b@ssd1
        $report.Finding, $report.Done | Should -Be 'Healthy', $false
        (Invoke-Asked { Repair-VmdkVolume b@ssd1 -Confirm }).Questions | Should -BeNullOrEmpty
    }

    It 'says what it cannot repair' {
        Remove-Item -LiteralPath (Get-VolumeFile $world a@ssd1 flat.vmdk)
        $report = Repair-VmdkVolume a@ssd1
        $report.Finding, $report.Severity, $report.Done | Should -Be 'ExtentMissing', 'Error', $false
    }

    It 'asks with -Confirm before each action, and does only what the person agrees to' {
        Clear-VolumeRecord a@ssd1
        Edit-VolumeFile a@ssd1 flat.vmdk { param($stream) $stream.SetLength(3MB) }
        $refused = Invoke-Asked { Repair-VmdkVolume a@ssd1 -Confirm }
        $refused.Questions.Count | Should -Be 2
        Test-VmdkVolume a@ssd1 | Should -BeFalse
        $agreed = Invoke-Asked { Repair-VmdkVolume a@ssd1 -Confirm } -Agree
        $agreed.Questions.Count | Should -Be 2
        Test-VmdkVolume a@ssd1 | Should -BeTrue
    }

    It 'takes reports from the pipeline by the volume that they are about' {
        Clear-VolumeRecord a@ssd1
        $null = Test-VmdkVolume a@ssd1 -Detailed | Repair-VmdkVolume -ErrorAction Stop
        Test-VmdkVolume a@ssd1 | Should -BeTrue
    }
}
