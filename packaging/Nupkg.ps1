# The module as a package for the PowerShell Gallery.

function ConvertTo-XmlText([string] $Text) {
    <# A text as XML holds it, in an element or an attribute. #>
    [System.Security.SecurityElement]::Escape($Text)
}

function Get-NuspecText([hashtable] $Manifest) {
    <# What the gallery reads of a module: its manifest in NuGet's words. #>
    $psData = $Manifest.PrivateData.PSData
    $tags = @('PSModule') + $psData.Tags -join ' '
    @"
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2011/08/nuspec.xsd">
  <metadata>
    <id>EsxAgent</id>
    <version>$($Manifest.ModuleVersion)</version>
    <authors>$(ConvertTo-XmlText $Manifest.Author)</authors>
    <owners>$(ConvertTo-XmlText $Manifest.CompanyName)</owners>
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <licenseUrl>$(ConvertTo-XmlText $psData.LicenseUri)</licenseUrl>
    <description>$(ConvertTo-XmlText $Manifest.Description)</description>
    <copyright>$(ConvertTo-XmlText $Manifest.Copyright)</copyright>
    <tags>$(ConvertTo-XmlText $tags)</tags>
  </metadata>
</package>

"@
}

function ConvertTo-Nupkg([hashtable] $Manifest, [object[]] $File, [datetimeoffset] $Time) {
    <#
        The package: the module's files at its root, and what makes a zip archive a package. PowerShell's own Compress-PSResource writes the same, but for
        random names and the time of the build, so that no two packages of it are equal.
    #>
    $nuspec = Get-NuspecText $Manifest
    $hash = Get-HexHash SHA256 ([System.Text.Encoding]::UTF8.GetBytes($nuspec))
    $properties = "package/services/metadata/core-properties/$($hash.Substring(0, 32)).psmdcp"
    $tags = @('PSModule') + $Manifest.PrivateData.PSData.Tags -join ' '
    $core = @"
<?xml version="1.0" encoding="utf-8"?>
<coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns="http://schemas.openxmlformats.org/package/2006/metadata/core-properties">
  <dc:creator>$(ConvertTo-XmlText $Manifest.Author)</dc:creator>
  <dc:description>$(ConvertTo-XmlText $Manifest.Description)</dc:description>
  <dc:identifier>EsxAgent</dc:identifier>
  <version>$($Manifest.ModuleVersion)</version>
  <keywords>$(ConvertTo-XmlText $tags)</keywords>
</coreProperties>

"@
    $relationships = @"
<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest" Target="/EsxAgent.nuspec" Id="Manifest" />
  <Relationship Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="/$properties" Id="Properties" />
</Relationships>

"@
    $extensions = @($File.Name | ForEach-Object { [System.IO.Path]::GetExtension($_).TrimStart('.') }) + 'nuspec' | Sort-Object -Unique -Culture ''
    $types = @(
        '<?xml version="1.0" encoding="utf-8"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '  <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml" />'
        '  <Default Extension="psmdcp" ContentType="application/vnd.openxmlformats-package.core-properties+xml" />'
        $extensions | ForEach-Object { "  <Default Extension=`"$_`" ContentType=`"application/octet`" />" }
        '</Types>'
    ) -join "`n"

    $parts = [ordered]@{
        '[Content_Types].xml' = "$types`n"
        '_rels/.rels'         = $relationships
        'EsxAgent.nuspec'     = $nuspec
        $properties           = $core
    }
    $entries = @($File) + @($parts.GetEnumerator() | ForEach-Object { New-TextEntry $_.Key $_.Value })
    ConvertTo-Zip $entries $Time
}
