#Requires -Version 7.4
<#
.SYNOPSIS
    Builds, tests and shows EsxAgent.
.DESCRIPTION
    Everything that is built lands in 'out'. On a machine without PowerShell, build.sh is the way in.
.PARAMETER Task
    Build    the agent, the simulated host, the demo and the module with its help
    Test     Build, then the unit tests, guests that mean harm, two minutes of fuzzing, the gates of the agent, real vSockets in user-mode-linux and the
             Pester tests; the last line counts them
    VSock    Build, then agent and client over real vSockets, in user-mode-linux and under qemu with two processors
    Demo     Build, then a simulated host, the agent on it and what a guest sees
    Bench    Build, then the benchmarks; writes bench/results
    Help     the module's help from docs/en-US
    Lint     PSScriptAnalyzer over the scripts; C# is checked by every build
    Package  Build, then the module's package and what is installed on a host, in out/packages
    Clean    removes what was built
.EXAMPLE
    ./build.ps1 -Task Test
#>
[Diagnostics.CodeAnalysis.SuppressMessage('PSReviewUnusedParameter', 'Configuration', Justification = 'The functions of the tasks use it.')]
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'VSock', 'Demo', 'Bench', 'Help', 'Lint', 'Package', 'Clean')]
    [string[]] $Task = 'Build',

    # Debug or Release.
    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release'
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$out = Join-Path $root 'out'

# The modules that building and testing need, as they are on the PowerShell Gallery.
$buildModules = @{
    'Pester'                       = '5.7.1'
    'Microsoft.PowerShell.PlatyPS' = '1.0.1'
    'PSScriptAnalyzer'             = '1.24.0'
}

# Whoever is started from here finds the same PowerShell, also when it came as a tool of dotnet.
$env:PATH = $PSHOME + [System.IO.Path]::PathSeparator + $env:PATH

function Invoke-Tool([string] $Name, [string[]] $Arguments) {
    & $Name @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "'$Name $Arguments' ended with status $LASTEXITCODE."
    }
}

function Get-ModuleFolder {
    $version = (Import-PowerShellDataFile (Join-Path $root 'EsxAgent.psd1')).ModuleVersion
    Join-Path $out 'EsxAgent' $version
}

function Import-BuildModule([string] $Name) {
    $wanted = [version] $buildModules[$Name]
    $found = Get-Module -ListAvailable $Name | Where-Object { $_.Version.Major -eq $wanted.Major -and $_.Version -ge $wanted } | Select-Object -First 1
    if (-not $found -and (Get-Command Install-PSResource -ErrorAction Ignore)) {
        Write-Information "installing $Name $wanted from the PowerShell Gallery" -InformationAction Continue
        Install-PSResource -Name $Name -Version $wanted.ToString() -Scope CurrentUser -TrustRepository -Quiet -ErrorAction Continue
        $found = Get-Module -ListAvailable $Name | Where-Object Version -EQ $wanted | Select-Object -First 1
    }

    if (-not $found) {
        throw "The module $Name $wanted or later is not installed and could not be installed. Install it: Install-PSResource $Name -Version $wanted"
    }

    Import-Module $found.Path -Global
}

function Invoke-Build {
    Invoke-Tool dotnet @('publish', (Join-Path $root 'EsxAgent.slnx'), '--configuration', $Configuration, '--nologo', '--verbosity', 'quiet')
    Invoke-Help
}

function Invoke-Help {
    Import-BuildModule Microsoft.PowerShell.PlatyPS
    & (Join-Path $root 'module/Export-Help.ps1') -MarkdownPath (Join-Path $root 'docs/en-US') -OutputFolder (Join-Path (Get-ModuleFolder) 'en-US')
}

function Invoke-Test {
    Invoke-Build
    $failed = @()
    bash (Join-Path $root 'tests/run-without-pwsh.sh') $Configuration
    $unit = Get-Content -Raw (Join-Path $out 'tests/unit.count') | ConvertFrom-StringData
    if ($LASTEXITCODE -ne 0) {
        $failed += 'unit'
    }

    Import-BuildModule Pester
    $pester = Invoke-Pester -Configuration @{
        Run        = @{ Path = (Join-Path $root 'tests/Pester'); PassThru = $true }
        Output     = @{ Verbosity = 'Normal' }
        TestResult = @{ Enabled = $true; OutputPath = (Join-Path $out 'tests/pester.xml') }
    }
    $passed = [int] $unit.passed + $pester.PassedCount
    $notPassed = [int] $unit.failed + $pester.FailedCount + $pester.FailedBlocksCount + $pester.FailedContainersCount
    $skipped = [int] $unit.skipped + $pester.SkippedCount + $pester.NotRunCount + $pester.InconclusiveCount
    if ($pester.Result -ne 'Passed') {
        $failed += 'Pester'
    }

    Write-Output "$passed passed, $notPassed failed, $skipped skipped"
    if ($failed) {
        throw "Tests failed: $($failed -join ', ')."
    }
}

function Invoke-VSock {
    Invoke-Build
    $failed = foreach ($leg in 'run.sh', 'qemu.sh') {
        bash (Join-Path $root "tests/VSock/$leg") | Out-Host
        if ($LASTEXITCODE -ne 0) {
            "tests/VSock/$leg"
        }
    }

    if ($failed) {
        throw "Tests failed: $($failed -join ', ')."
    }
}

function Invoke-Demo {
    Invoke-Build
    Invoke-Tool (Join-Path $out 'demo/esxdemo') @()
}

function Invoke-Bench {
    Invoke-Build
    & (Join-Path $root 'bench/Invoke-Bench.ps1')
}

function Invoke-Lint {
    Import-BuildModule PSScriptAnalyzer
    $paths = 'build.ps1', 'module', 'src/Demo', 'tests/Pester', 'bench', 'packaging' | ForEach-Object { Join-Path $root $_ } | Where-Object { Test-Path $_ }
    $findings = foreach ($path in $paths) {
        Invoke-ScriptAnalyzer -Path $path -Recurse -Settings (Join-Path $root 'PSScriptAnalyzerSettings.psd1')
    }

    if ($findings) {
        $findings | Format-Table -AutoSize | Out-String -Width 200 | Write-Output
        throw "PSScriptAnalyzer has $(@($findings).Count) findings."
    }
}

function Invoke-Package {
    Invoke-Build
    foreach ($package in & (Join-Path $root 'packaging/New-Package.ps1') -OutputFolder (Join-Path $out 'packages')) {
        Write-Output "$([System.IO.Path]::GetRelativePath($root, $package.FullName)), $($package.Length) bytes"
    }
}

function Invoke-Clean {
    Get-ChildItem $root -Directory -Recurse -Include bin, obj | Where-Object FullName -NotMatch 'node_modules' | Remove-Item -Recurse -Force
    Remove-Item $out -Recurse -Force -ErrorAction Ignore
}

foreach ($name in $Task) {
    & "Invoke-$name"
}
