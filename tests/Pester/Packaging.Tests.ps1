# The packages, made of what was built and read by the tools of others: ar and tar, and PowerShell's own for packages.

BeforeAll {
    . $PSScriptRoot/common.ps1
    $newPackage = (Resolve-Path "$PSScriptRoot/../../packaging/New-Package.ps1").Path
    $work = [System.IO.Directory]::CreateTempSubdirectory('esx-').FullName
    $version = (Get-Module EsxAgent).Version.ToString()
    $packages = & $newPackage -OutputFolder "$work/packages" -BuildFolder $OutFolder
    $nupkg, $vib, $bundle = '*.nupkg', '*.vib', '*.zip' | ForEach-Object { (Get-Item "$work/packages/$_").FullName }

    function Expand-Zip([string] $Path, [string] $Name) {
        <# Unpacks a zip archive, whatever its name ends with, and says where. #>
        [System.IO.Compression.ZipFile]::ExtractToDirectory($Path, "$work/$Name")
        "$work/$Name"
    }

    function Get-PackageHash {
        <# The hashes of the packages in a folder. #>
        param([string] $Folder)
        Get-ChildItem $Folder | Sort-Object Name | Get-FileHash | ForEach-Object { "$(Split-Path -Leaf $_.Path) $($_.Hash)" }
    }
}

AfterAll {
    [System.IO.Directory]::Delete($work, $true)
}

Describe 'New-Package' {
    It 'makes a package for the gallery, a VIB and an offline bundle, all of the version of the manifest' {
        $packages.Name | Should -Be "EsxAgent.$version.nupkg", "EsxAgent_bootbank_esxagent_$version-1.vib", "esxagent-$version-1-offline-bundle.zip"
    }

    It 'makes the same bytes again: later, in another time zone and another language' {
        $zone, $language = $env:TZ, $env:LC_ALL
        try {
            $env:TZ = 'Asia/Kolkata'
            $env:LC_ALL = 'tr_TR.UTF-8'
            Start-Sleep -Seconds 2
            pwsh -NoProfile -NonInteractive -File $newPackage -OutputFolder "$work/again" -BuildFolder $OutFolder | Out-Null
            $LASTEXITCODE | Should -Be 0
        }
        finally {
            $env:TZ, $env:LC_ALL = $zone, $language
        }

        Get-PackageHash "$work/again" | Should -Be (Get-PackageHash "$work/packages")
    }

    It 'takes the date from SOURCE_DATE_EPOCH where it is set' {
        $env:SOURCE_DATE_EPOCH = '1700000001'
        try {
            $null = & $newPackage -OutputFolder "$work/dated" -BuildFolder $OutFolder
        }
        finally {
            Remove-Item Env:/SOURCE_DATE_EPOCH
        }

        $descriptor = [xml] (ar p "$work/dated/EsxAgent_bootbank_esxagent_$version-1.vib" descriptor.xml)
        $descriptor.vib.'release-date' | Should -Be '2023-11-14T22:13:20.000000+00:00'
    }

    It 'counts releases of one version' {
        $names = (& $newPackage -OutputFolder "$work/second" -BuildFolder $OutFolder -Release 2).Name
        $names | Should -Contain "EsxAgent_bootbank_esxagent_$version-2.vib"
        $names | Should -Contain "esxagent-$version-2-offline-bundle.zip"
    }

    It 'replaces the packages of before and leaves other files alone' {
        $null = New-Item -ItemType Directory "$work/mixed"
        foreach ($name in 'EsxAgent.0.0.1.nupkg', 'EsxAgent_bootbank_esxagent_0.0.1-1.vib', 'esxagent-0.0.1-1-offline-bundle.zip', 'notes.txt') {
            Set-Content "$work/mixed/$name" 'old'
        }

        $null = & $newPackage -OutputFolder "$work/mixed" -BuildFolder $OutFolder
        (Get-ChildItem "$work/mixed").Name | Sort-Object | Should -Be ($packages.Name + 'notes.txt' | Sort-Object)
    }

    It 'says what to do where something was not built' {
        $advice = 'Build first: ./build.ps1 -Task Build'
        { & $newPackage -OutputFolder "$work/none" -BuildFolder "$work/empty" } | Should -Throw "The module in '*' is missing or has no help. $advice"
        Copy-Item $ModuleFolder "$work/module-only/EsxAgent" -Recurse
        { & $newPackage -OutputFolder "$work/none" -BuildFolder "$work/module-only" } | Should -Throw "There is no '*agent/esxagent' to pack. $advice"
        "$work/none" | Should -Not -Exist
    }

    It 'refuses a date that a zip archive cannot hold' {
        { & $newPackage -OutputFolder "$work/none" -BuildFolder $OutFolder -ReleaseDate '1979-12-31T00:00:00Z' } | Should -Throw '*1979-12-31 is before 1980*'
    }
}

Describe 'The VIB' {
    BeforeAll {
        $null = New-Item -ItemType Directory "$work/vib", "$work/root"
        Push-Location "$work/vib"
        ar x $vib
        Pop-Location
        $descriptor = ([xml] (Get-Content -Raw "$work/vib/descriptor.xml")).vib
        $payload = $descriptor.payloads.payload
        tar xzpf "$work/vib/esxagent" -C "$work/root"
        $listed = tar tvzf "$work/vib/esxagent" --numeric-owner | ForEach-Object {
            $mode, $owner, $null, $null, $null, $name = $_ -split '\s+'
            [pscustomobject]@{ Name = $name; Mode = $mode; Owner = $owner }
        }
        $files = $listed | Where-Object Name -NotLike '*/'
    }

    It 'is an ar archive of descriptor, empty signature and payload, in this order' {
        ar t $vib | Should -Be 'descriptor.xml', 'sig.pkcs7', 'esxagent'
        (Get-Item "$work/vib/sig.pkcs7").Length | Should -Be 0
        # Not all that reads ar archives knows the slash by which GNU ends a name.
        [System.Text.Encoding]::ASCII.GetString([System.IO.File]::ReadAllBytes($vib), 0, 24) | Should -BeExactly "!<arch>`ndescriptor.xml  "
    }

    It 'describes itself as a community VIB that is installed and removed on a running host' {
        $descriptor.GetAttribute('version') | Should -Be '5.0'
        $descriptor.vendor, $descriptor.type, $descriptor.name, $descriptor.SelectSingleNode('version').InnerText -join '_' |
            Should -Be ([System.IO.Path]::GetFileNameWithoutExtension($vib))
        $descriptor.'acceptance-level' | Should -Be 'community'
        $descriptor.'live-install-allowed' | Should -Be 'true'
        $descriptor.'live-remove-allowed' | Should -Be 'true'
        $descriptor.'system-requires'.'maintenance-mode' | Should -Be 'false'
        $descriptor.overlay | Should -Be 'false'
    }

    It 'has the size and the three checksums of its payload' {
        gzip -dc "$work/vib/esxagent" > "$work/payload.tar"
        $payload.name, $payload.type | Should -Be 'esxagent', 'tgz'
        $payload.size | Should -Be (Get-Item "$work/vib/esxagent").Length
        $payload.checksum | ForEach-Object { "$($_.'checksum-type') $($_.GetAttribute('verify-process')) $($_.InnerText)" } | Should -Be @(
            "sha-256  $((Get-FileHash "$work/vib/esxagent").Hash.ToLowerInvariant())"
            "sha-256 gunzip $((Get-FileHash "$work/payload.tar").Hash.ToLowerInvariant())"
            "sha-1 gunzip $((sha1sum "$work/payload.tar").Substring(0, 40))"
        )
    }

    It 'lists the files of its payload' {
        $descriptor.'file-list'.file | Should -Be $files.Name
    }

    It 'puts files only where a community VIB may' {
        $files | Should -Not -BeNullOrEmpty
        $files.Name | Where-Object { $_ -notmatch '^(opt/esxagent/|etc/init\.d/esxagent$|etc/vmware/service/esxagent\.xml$)' } | Should -BeNullOrEmpty
    }

    It 'names each directory before what is in it' {
        $seen = @('')
        foreach ($one in $listed) {
            $seen | Should -Contain ($one.Name -replace '[^/]+/?$', '') -Because "$($one.Name) is in it"
            $seen += $one.Name
        }
    }

    It 'gives everything to root, read-only but for the policy' {
        $listed.Owner | Sort-Object -Unique | Should -Be '0/0'
        $listed | Where-Object Name -Like '*/' | ForEach-Object Mode | Sort-Object -Unique | Should -Be 'drwxr-xr-x'
        $files | ForEach-Object { "$($_.Mode) $($_.Name)" } | Should -Be @(
            '-r-xr-xr-x etc/init.d/esxagent'
            '-r--r--r-- etc/vmware/service/esxagent.xml'
            '-r--r--r-- opt/esxagent/LICENSE'
            '-r-xr-xr-x opt/esxagent/bin/esxagent'
            # The sticky bit tells ESXi that the file may be changed and is kept.
            '-rw-r--r-T opt/esxagent/etc/policy.json'
            '-r--r--r-- opt/esxagent/etc/policy.schema.json'
        )
    }

    It 'brings the agent that was built' {
        (Get-FileHash "$work/root/opt/esxagent/bin/esxagent").Hash | Should -Be (Get-FileHash $AgentPath).Hash
        & "$work/root/opt/esxagent/bin/esxagent" version | Should -Match "^esxagent $([regex]::Escape($version))( |$)"
    }

    It 'brings an init script that ESXi can order, and a service that names it' {
        $script = Get-Content "$work/root/etc/init.d/esxagent"
        $script[0..1] | Should -Be '#!/bin/sh', '# chkconfig: on 90 90'
        $service = ([xml] (Get-Content -Raw "$work/root/etc/vmware/service/esxagent.xml")).ConfigRoot.service
        $service.SelectSingleNode('id').InnerText | Should -Be 'esxagent'
        $service.initscript | Should -Be '/etc/init.d/esxagent'
    }
}

Describe 'The offline bundle' {
    BeforeAll {
        # As a host reads a depot: from the index to the vendor's, to the metadata, to the VIB.
        $depot = Expand-Zip $bundle 'depot'
        $vendor = ([xml] (Get-Content -Raw "$depot/index.xml")).vendorList.vendor
        $offers = ([xml] (Get-Content -Raw "$depot/$($vendor.indexfile)")).metaList.metadata
        $metadata = Expand-Zip "$depot/$($offers[0].url)" 'metadata'
        $vibOfDepot = ([xml] (Get-Content -Raw (Get-Item "$metadata/vibs/*.xml"))).vib
        $bulletin = ([xml] (Get-Content -Raw (Get-Item "$metadata/bulletins/*.xml"))).bulletin
        $notice = ([xml] (Get-Content -Raw "$metadata/vmware.xml")).metadataResponse.bulletin
        $id = $vibOfDepot.vendor, $vibOfDepot.type, $vibOfDepot.name, $vibOfDepot.SelectSingleNode('version').InnerText -join '_'
    }

    It 'holds an index for ESX, for each release from 6 to 8' {
        $vendor.content.type | Should -Be 'http://www.vmware.com/depotmanagement/esx'
        $offers.productId | Sort-Object -Unique | Should -Be 'embeddedEsx'
        $offers.version | Should -Be '6.*', '7.*', '8.*'
        $offers.url | Sort-Object -Unique | Should -Be 'metadata.zip'
        Get-Content -Raw "$metadata/vendor-index.xml" | Should -BeExactly (Get-Content -Raw "$depot/vendor-index.xml")
    }

    It 'holds nothing that no index leads to' {
        Get-ChildItem $depot -Recurse -File | ForEach-Object { [System.IO.Path]::GetRelativePath($depot, $_.FullName) } | Sort-Object |
            Should -Be ('index.xml', 'vendor-index.xml', 'metadata.zip', $vibOfDepot.'relative-path' | Sort-Object)
    }

    It 'leads to the VIB, with its size and hash' {
        $file = Get-Item "$depot/$($vibOfDepot.'relative-path')"
        $file.Name | Should -Be "$id.vib"
        $vibOfDepot.'packed-size' | Should -Be $file.Length
        $vibOfDepot.SelectSingleNode('checksum').InnerText | Should -Be (Get-FileHash $file).Hash
        (Get-FileHash $file).Hash | Should -Be (Get-FileHash $vib).Hash
    }

    It 'describes the VIB as it describes itself' {
        $own = ([xml] (ar p $vib descriptor.xml)).vib
        foreach ($name in 'relative-path', 'packed-size', 'checksum') {
            $null = $vibOfDepot.RemoveChild($vibOfDepot.SelectSingleNode($name))
        }
        foreach ($platform in @($vibOfDepot.SelectNodes('system-requires/softwarePlatform'))) {
            $null = $platform.ParentNode.RemoveChild($platform)
        }
        $vibOfDepot.OuterXml | Should -BeExactly $own.OuterXml
    }

    It 'has one bulletin, which is a component too, and says so twice' {
        foreach ($one in $bulletin, $notice) {
            $one.id | Should -Be "esxagent_$version-1"
            $one.componentNameSpec.name, $one.componentVersionSpec.version -join '_' | Should -Be $one.id
            $one.releaseType | Should -Be 'extension'
            $one.platforms.softwarePlatform.version | Should -Be '6.*', '7.*', '8.*'
        }

        $bulletin.vibList.vibID | Should -Be $id
        $notice.vibList.vib.vibID | Should -Be $id
        $notice.vibList.vib.vibFile.relativePath | Should -Be "vib20/esxagent/$id.vib"
        $notice.vibList.vib.vibFile.packedSize | Should -Be (Get-Item $vib).Length
        $notice.vibList.vib.vibFile.checksum.checksum | Should -Be (Get-FileHash $vib).Hash
    }
}

Describe 'The package for the gallery' {
    BeforeAll {
        $unpacked = Expand-Zip $nupkg 'nupkg'
        $nuspec = ([xml] (Get-Content -Raw "$unpacked/EsxAgent.nuspec")).package.metadata

        function Get-TreeHash([string] $Folder) {
            <# Path and hash of each file of a tree but for what makes it a package. #>
            Get-ChildItem -LiteralPath $Folder -Recurse -File | ForEach-Object {
                "$([System.IO.Path]::GetRelativePath($Folder, $_.FullName)) $((Get-FileHash -LiteralPath $_.FullName).Hash)"
            } | Where-Object { $_ -notmatch '^(_rels|package)/|^\[Content_Types\]|\.nuspec |^PSGetModuleInfo' } | Sort-Object
        }
    }

    It 'is the module that was built' {
        Get-TreeHash $unpacked | Should -Be (Get-TreeHash (Get-Module EsxAgent).ModuleBase)
    }

    It 'is a module where it is unpacked' {
        $found = pwsh -NoProfile -NonInteractive -Command "
            (Import-Module '$unpacked/EsxAgent.psd1' -PassThru -ErrorAction Stop).ExportedCommands.Count
            (Get-Help Get-EsxHostInfo).Synopsis"
        $found | Should -Be @((Get-Module EsxAgent).ExportedCommands.Count, (Get-Help Get-EsxHostInfo).Synopsis)
    }

    It 'says in the gallery''s words what the manifest says' {
        $manifest = Import-PowerShellDataFile "$unpacked/EsxAgent.psd1"
        $nuspec.id, $nuspec.version | Should -Be 'EsxAgent', $manifest.ModuleVersion
        $nuspec.authors | Should -Be $manifest.Author
        $nuspec.description | Should -Be $manifest.Description
        $nuspec.tags -split ' ' | Should -Be (@('PSModule') + $manifest.PrivateData.PSData.Tags)
    }

    It 'says the same as the package that PowerShell makes itself' {
        $null = New-Item -ItemType Directory "$work/own"
        Compress-PSResource -Path (Get-Module EsxAgent).ModuleBase -DestinationPath "$work/own"
        $own = Expand-Zip (Get-Item "$work/own/*.nupkg").FullName 'own-nupkg'
        $nuspec.OuterXml | Should -BeExactly ([xml] (Get-Content -Raw "$own/EsxAgent.nuspec")).package.metadata.OuterXml
        Get-TreeHash $unpacked | Should -Be (Get-TreeHash $own)
        $types = $unpacked, $own | ForEach-Object { , (([xml] (Get-Content -Raw -LiteralPath "$_/[Content_Types].xml")).Types.Default.Extension | Sort-Object) }
        $types[0] | Should -Be $types[1]
    }

    It 'names its parts by relationships that lead to them' {
        $targets = ([xml] (Get-Content -Raw "$unpacked/_rels/.rels")).Relationships.Relationship.Target
        $targets | Should -HaveCount 2
        $targets | ForEach-Object { "$unpacked$_" | Should -Exist }
        $types = ([xml] (Get-Content -Raw -LiteralPath "$unpacked/[Content_Types].xml")).Types.Default.Extension
        foreach ($file in Get-ChildItem $unpacked -Recurse -File | Where-Object Name -NE '[Content_Types].xml') {
            $file.Extension.TrimStart('.') | Should -BeIn $types
        }
    }

    It 'is found in a repository by name and tag, and can be installed from it' {
        # PowerShell keeps its list of repositories below the home directory, which must exist: this one has its own.
        $script = @"
            `$ErrorActionPreference = 'Stop'
            Register-PSResourceRepository -Name here -Uri '$(Split-Path $nupkg)' -Trusted
            (Find-PSResource -Name EsxAgent -Tag VMware -Repository here).Version.ToString()
            Save-PSResource -Name EsxAgent -Repository here -Path '$work/saved'
"@
        $null = New-Item -ItemType Directory "$work/saved", "$work/home/.local/share"
        $before = $env:HOME, $env:XDG_DATA_HOME
        try {
            $env:HOME, $env:XDG_DATA_HOME = "$work/home", "$work/home/.local/share"
            pwsh -NoProfile -NonInteractive -Command $script | Should -Be $version
        }
        finally {
            $env:HOME, $env:XDG_DATA_HOME = $before
        }

        Get-TreeHash "$work/saved/EsxAgent/$version" | Should -Be (Get-TreeHash (Get-Module EsxAgent).ModuleBase)
    }
}
