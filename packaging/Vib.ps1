# What is installed on a host: a VIB, and an offline bundle that holds it.

# The releases of ESXi that the bundle is offered to.
$script:EsxRelease = '6.*', '7.*', '8.*'

# The VIB needs no other, replaces none and stands in nobody's way.
$script:NoRelationship = '<relationships><depends/><conflicts/><replaces/><provides/><compatibleWith/></relationships>'

function Get-VibDescriptor {
    <# The VIB's description of itself. What is added goes before its end: a depot's copy tells of the file too. #>
    param(
        [hashtable] $Identity,
        [string[]] $Path,
        [byte[]] $Tar,
        [byte[]] $Payload,
        [string] $Platform = '',
        [string] $Added = ''
    )

    $files = ($Path | ForEach-Object { "    <file>$_</file>" }) -join "`n"
    @"
<vib version="5.0">
  <type>bootbank</type>
  <name>$($Identity.Name)</name>
  <version>$($Identity.Version)</version>
  <vendor>$($Identity.Vendor)</vendor>
  <summary>$(ConvertTo-XmlText $Identity.Summary)</summary>
  <description>$(ConvertTo-XmlText $Identity.Description)</description>
  <release-date>$($Identity.ReleaseDate)</release-date>
  <urls/>
  $NoRelationship
  <software-tags/>
  <system-requires>
    <maintenance-mode>false</maintenance-mode>$Platform
  </system-requires>
  <file-list>
$files
  </file-list>
  <acceptance-level>community</acceptance-level>
  <live-install-allowed>true</live-install-allowed>
  <live-remove-allowed>true</live-remove-allowed>
  <cimom-restart>false</cimom-restart>
  <stateless-ready>true</stateless-ready>
  <overlay>false</overlay>
  <payloads>
    <payload name="$($Identity.Name)" type="tgz" size="$($Payload.Length)">
      <checksum checksum-type="sha-256">$(Get-HexHash SHA256 $Payload)</checksum>
      <checksum checksum-type="sha-256" verify-process="gunzip">$(Get-HexHash SHA256 $Tar)</checksum>
      <checksum checksum-type="sha-1" verify-process="gunzip">$(Get-HexHash SHA1 $Tar)</checksum>
    </payload>
  </payloads>$Added
</vib>

"@
}

function Get-BulletinText([hashtable] $Identity, [string] $VibList, [string] $Indent) {
    <# What a depot says of a delivery: esxcli calls it a bulletin, vSphere since 7.0 a component, which has a name and a version of its own. #>
    $platforms = ($EsxRelease | ForEach-Object { "    <softwarePlatform locale=`"`" version=`"$_`" productLineID=`"embeddedEsx`"/>" }) -join "`n"
    $text = @"
<bulletin>
  <id>$($Identity.Name)_$($Identity.Version)</id>
  <vendor>$($Identity.Vendor)</vendor>
  <summary>$(ConvertTo-XmlText $Identity.Summary)</summary>
  <severity>general</severity>
  <category>enhancement</category>
  <urgency>general</urgency>
  <releaseType>extension</releaseType>
  <description>$(ConvertTo-XmlText $Identity.Description)</description>
  <kbUrl/>
  <contact/>
  <componentNameSpec name="$($Identity.Name)" uiString="$($Identity.Name)"/>
  <componentVersionSpec version="$($Identity.Version)" uiString="$($Identity.Version)"/>
  <releaseDate>$($Identity.ReleaseDate)</releaseDate>
  <platforms>
$platforms
  </platforms>
  <vibList>
$VibList
  </vibList>
</bulletin>
"@
    $text -replace '(?m)^', $Indent
}

function Get-NoticeText([hashtable] $Identity, [hashtable] $VibFile) {
    <# vmware.xml: the bulletin once more, as Update Manager reads it. #>
    $platforms = ($EsxRelease | ForEach-Object { "        <swPlatform locale=`"`" version=`"$_`" productLineID=`"embeddedEsx`"/>" }) -join "`n"
    $vib = @"
    <vib>
      <vibVersion>1.4.5</vibVersion>
      <vibID>$($Identity.Id)</vibID>
      <name>$($Identity.Name)</name>
      <version>$($Identity.Version)</version>
      <vendor>$($Identity.Vendor)</vendor>
      <vibType>bootbank</vibType>
      <summary>$(ConvertTo-XmlText $Identity.Summary)</summary>
      <systemReqs>
        <maintenanceMode>false</maintenanceMode>
$platforms
      </systemReqs>
      $NoRelationship
      <postInstall>
        <rebootRequired>false</rebootRequired>
        <hostdRestart>false</hostdRestart>
      </postInstall>
      <softwareTags/>
      <vibFile>
        <sourceUrl/>
        <relativePath>$($VibFile.Path)</relativePath>
        <packedSize>$($VibFile.Size)</packedSize>
        <checksum>
          <checksumType>sha-256</checksumType>
          <checksum>$($VibFile.Hash)</checksum>
        </checksum>
      </vibFile>
    </vib>
"@
    @"
<metadataResponse>
  <version>3.0</version>
  <timestamp>$($Identity.ReleaseDate)</timestamp>
$(Get-BulletinText $Identity $vib '  ')
</metadataResponse>

"@
}

function ConvertTo-Vib([hashtable] $Identity, [object[]] $File, [datetimeoffset] $Time) {
    <# The VIB and its file name, and what a depot must know of it. #>
    $paths = @(Get-SortedEntry $File | ForEach-Object Name)
    $tar = ConvertTo-Tar $File $Time
    $payload = Compress-Gzip $tar
    $descriptor = @{ Identity = $Identity; Path = $paths; Tar = $tar; Payload = $payload }
    $content = ConvertTo-Ar @(
        New-TextEntry 'descriptor.xml' (Get-VibDescriptor @descriptor)
        New-TextEntry 'sig.pkcs7' ''
        [pscustomobject]@{ Name = $Identity.Name; Content = $payload }
    ) $Time
    @{ Name = "$($Identity.Id).vib"; Content = $content; Descriptor = $descriptor }
}

function ConvertTo-OfflineBundle([hashtable] $Identity, [hashtable] $Vib, [datetimeoffset] $Time) {
    <# A depot in a file: an index that leads to the vendor's index, that to metadata.zip, and that to the VIB. #>
    $vibFile = @{ Path = "vib20/$($Identity.Name)/$($Vib.Name)"; Size = $Vib.Content.Length; Hash = Get-HexHash SHA256 $Vib.Content }
    $index = @"
<vendorList>
  <vendor>
    <name>$($Identity.Vendor)</name>
    <code>$($Identity.Vendor)</code>
    <indexfile>vendor-index.xml</indexfile>
    <patchUrl/>
    <relativePath/>
    <content>
      <name>VMware ESX</name>
      <type>http://www.vmware.com/depotmanagement/esx</type>
    </content>
  </vendor>
</vendorList>

"@
    $releases = ($EsxRelease | ForEach-Object {
            @"
  <metadata>
    <productId>embeddedEsx</productId>
    <version>$_</version>
    <locale/>
    <url>metadata.zip</url>
    <channelName>default</channelName>
  </metadata>
"@
        }) -join "`n"
    $vendorIndex = "<metaList>`n$releases`n</metaList>`n"

    $platform = ($EsxRelease | ForEach-Object { "`n    <softwarePlatform locale=`"`" version=`"$_`" productLineID=`"embeddedEsx`"/>" }) -join ''
    $added = @"

  <relative-path>$($vibFile.Path)</relative-path>
  <packed-size>$($vibFile.Size)</packed-size>
  <checksum checksum-type="sha-256">$($vibFile.Hash)</checksum>
"@
    $descriptor = $Vib.Descriptor
    $metadata = ConvertTo-Zip @(
        New-TextEntry 'vendor-index.xml' $vendorIndex
        New-TextEntry 'vmware.xml' (Get-NoticeText $Identity $vibFile)
        New-TextEntry "bulletins/$($Identity.Name)_$($Identity.Version).xml" "$(Get-BulletinText $Identity "    <vibID>$($Identity.Id)</vibID>" '')`n"
        New-TextEntry "vibs/$($Identity.Name)-$($Identity.Version).xml" (Get-VibDescriptor @descriptor -Platform $platform -Added $added)
    ) $Time

    ConvertTo-Zip @(
        New-TextEntry 'index.xml' $index
        New-TextEntry 'vendor-index.xml' $vendorIndex
        [pscustomobject]@{ Name = 'metadata.zip'; Content = $metadata }
        [pscustomobject]@{ Name = $vibFile.Path; Content = $Vib.Content }
    ) $Time
}
