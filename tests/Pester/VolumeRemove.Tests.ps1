BeforeAll { . $PSScriptRoot/common.ps1; . $PSScriptRoot/volumes.ps1; $world = Open-World }
AfterAll { Close-World $world }

Describe 'Remove-VmdkVolume' {
    BeforeEach {
        $null = New-VmdkVolume a, b 1MB datastore1
        $null = New-VmdkVolume a 1MB ssd1
    }

    AfterEach { Remove-AllVolume }

    It 'asks before each, and removes what the person agrees to' {
        $asked = Invoke-Asked { Remove-VmdkVolume a@ssd1, b@datastore1 } -Agree
        $asked.Errors | Should -BeNullOrEmpty
        $asked.Questions.Count | Should -Be 2
        $asked.Questions[0] | Should -BeLike '*"Remove" on target "volume ''a@ssd1'' on esx01.lab.example"*'
        (Get-VmdkVolume).Id | Should -Be 'a@datastore1'
        Get-VolumeFolder $world a@ssd1 | Should -Not -Exist
        Get-StagedWork $world | Should -BeNullOrEmpty
    }

    It 'asks before each, and leaves what the person does not agree to' {
        $asked = Invoke-Asked { Get-VmdkVolume | Remove-VmdkVolume }
        $asked.Questions.Count | Should -Be 3
        @(Get-VmdkVolume).Count | Should -Be 3
    }

    It 'has the impact of what cannot be taken back' {
        $attribute = (Get-Command Remove-VmdkVolume).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $true)[0]
        $attribute.ConfirmImpact | Should -Be 'High'
    }

    It 'does not ask with -Confirm:$false, and writes nothing' {
        $silent = Invoke-Asked { Remove-VmdkVolume a@ssd1 -Confirm:$false }
        $silent.Questions | Should -BeNullOrEmpty
        $silent.Output | Should -BeNullOrEmpty
        $silent.Errors | Should -BeNullOrEmpty
        (Get-VmdkVolume).Id | Sort-Object | Should -Be 'a@datastore1', 'b@datastore1'
    }

    It 'shows with -WhatIf what it would remove' {
        (Invoke-Asked { Remove-VmdkVolume a@ssd1, b@datastore1 -WhatIf }).Lines | Should -Be @(
            'What if: Performing the operation "Remove" on target "volume ''a@ssd1'' on esx01.lab.example".'
            'What if: Performing the operation "Remove" on target "volume ''b@datastore1'' on esx01.lab.example".'
        )
        @(Get-VmdkVolume).Count | Should -Be 3
    }

    It 'takes what is absent for removed, and tells the person' {
        Remove-VmdkVolume nope@ssd1 -Confirm:$false -ErrorAction Stop -WarningAction SilentlyContinue -WarningVariable warned
        "$warned" | Should -Be "There is no volume 'nope@ssd1' on esx01.lab.example: nothing was removed."
        Remove-VmdkVolume a@ssd1 -Confirm:$false -WarningAction SilentlyContinue -WarningVariable none
        $none | Should -BeNullOrEmpty
    }

    It 'takes names without regard to case' {
        Remove-VmdkVolume A@ssd1 -Confirm:$false
        (Get-VmdkVolume a).Id | Should -Be 'a@datastore1'
    }

    It 'refuses wildcards, and removes nothing' {
        $failure = Get-ErrorOf { Remove-VmdkVolume '*' -Confirm:$false }
        $failure.FullyQualifiedErrorId | Should -BeLike 'ParameterArgumentTransformationError,*'
        "$failure" | Should -BeLike '*wildcards*Get-VmdkVolume*'
        @(Get-VmdkVolume).Count | Should -Be 3
    }

    It 'never removes one that a virtual machine has, not even with -Force, and goes on with the others' {
        Add-VolumeToVM $world a@ssd1 db01
        try {
            Remove-VmdkVolume a@ssd1, b@datastore1 -Force -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable failures
            $failures.Count | Should -Be 1
            $failures[0].FullyQualifiedErrorId | Should -BeLike 'VolumeInUse,*'
            $failures[0].CategoryInfo.Category | Should -Be 'ResourceBusy'
            $failures[0].TargetObject | Should -Be 'a@ssd1'
            "$($failures[0])" | Should -BeLike "*'db01'*"
            (Get-VmdkVolume).Id | Sort-Object | Should -Be 'a@datastore1', 'a@ssd1'
        }
        finally {
            Remove-VolumeFromVM $world db01
        }
    }

    It 'removes one with files that are not its own only with -Force' {
        $foreign = Join-Path (Get-VolumeFolder $world a@ssd1) 'notes.txt'
        Set-Content -LiteralPath $foreign -Value 'mine'
        $failure = Get-ErrorOf { Remove-VmdkVolume a@ssd1 -Confirm:$false }
        $failure.FullyQualifiedErrorId | Should -BeLike 'VolumeInUse,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*-Force*'
        $foreign | Should -Exist
        Remove-VmdkVolume a@ssd1 -Force -Confirm:$false -ErrorAction Stop
        $foreign | Should -Not -Exist
    }

    It 'says with -Force what it asks for' {
        (Invoke-Asked { Remove-VmdkVolume a@ssd1 -Force }).Questions[0] | Should -BeLike '*"Remove by force"*'
    }
}
