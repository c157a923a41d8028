@{
    # The one place of the version number: the build reads it from here for every assembly and package.
    ModuleVersion        = '0.1.0'
    GUID                 = '6f0c7a52-3d0b-4d57-9a53-0f4a2d1f6b8e'
    RootModule           = 'EsxAgent.dll'
    Author               = 'The EsxAgent authors'
    CompanyName          = 'EsxAgent'
    Copyright            = '(c) The EsxAgent authors. Apache License 2.0.'
    Description          = 'Asks the ESXi host under this virtual machine over a vSocket: no network, no password. Talks to the esxagent listener on the host.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('EsxAgent.Format.ps1xml')
    TypesToProcess       = @('EsxAgent.Types.ps1xml')
    FunctionsToExport    = @()
    AliasesToExport      = @()
    VariablesToExport    = @()
    CmdletsToExport      = @(
        'Connect-EsxAgent'
        'Convert-VmdkVolume'
        'Copy-VmdkVolume'
        'Disconnect-EsxAgent'
        'Export-EsxHostSnapshot'
        'Get-EsxAgentSession'
        'Get-EsxAgentStatus'
        'Get-EsxDatastore'
        'Get-EsxHostInfo'
        'Get-EsxVMIdentity'
        'Get-EsxVsiNode'
        'Get-VmdkSidecar'
        'Get-VmdkSidecarContent'
        'Get-VmdkVolume'
        'Measure-EsxAgent'
        'New-VmdkSidecar'
        'New-VmdkVolume'
        'Optimize-VmdkVolume'
        'Remove-VmdkSidecar'
        'Remove-VmdkVolume'
        'Repair-VmdkVolume'
        'Resize-VmdkSidecar'
        'Resize-VmdkVolume'
        'Set-VmdkSidecarContent'
        'Set-VmdkVolume'
        'Test-EsxAgent'
        'Test-VmdkSidecarContent'
        'Test-VmdkVolume'
        'Update-VmdkSidecarDatabase'
        'Watch-EsxVsiNode'
    )
    PrivateData          = @{
        PSData = @{
            Tags       = @('VMware', 'ESXi', 'vSocket', 'VMDK', 'PSEdition_Core', 'Linux', 'Windows')
            LicenseUri = 'https://www.apache.org/licenses/LICENSE-2.0'
        }
    }
}
