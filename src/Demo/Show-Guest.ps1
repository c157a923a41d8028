#Requires -Version 7.4
<#
.SYNOPSIS
Shows what a guest sees of its host: each command as it would be typed, and what it answers.
#>
[CmdletBinding()]
param(
    # The folder of the built module.
    [Parameter(Mandatory)]
    [string] $ModulePath,

    # Where the agent listens.
    [Parameter(Mandatory)]
    [string] $Endpoint
)

$ErrorActionPreference = 'Stop'
$PSStyle.OutputRendering = 'PlainText'
Import-Module $ModulePath

$commands = @(
    "Connect-EsxAgent -Endpoint $Endpoint"
    'Get-EsxHostInfo'
    'Get-EsxDatastore'
    'Get-EsxDatastore | Sort-Object FreeSpaceGB -Descending | Select-Object -First 1 -ExpandProperty Name'
    'Get-EsxVMIdentity'
    'Get-ChildItem vsi:/hardware/cpu'
    '(Get-EsxVsiNode /memory/comprehensive).Value | Select-Object Free, *estimate'
    'Test-EsxAgent -Detailed'
    'Measure-EsxAgent -Count 200'
    'Get-EsxAgentStatus'
    'Disconnect-EsxAgent'
)
foreach ($command in $commands) {
    "PS> $command"
    Invoke-Expression $command | Out-String -Width 140 | ForEach-Object TrimEnd
    ''
}
