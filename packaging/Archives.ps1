# The archives that the packages are made of, byte for byte the same for the same content: entries sorted by name, one time for all, no name of who built them.
# An entry is Name, Content (bytes) and, for a tar archive, Mode; a name that ends in a slash is a directory.

function Get-HexHash([string] $Algorithm, [byte[]] $Content) {
    <# The hash of bytes as lower-case hexadecimal digits: SHA256 or SHA1. #>
    $hash = $Algorithm -eq 'SHA1' ? [System.Security.Cryptography.SHA1]::HashData($Content) : [System.Security.Cryptography.SHA256]::HashData($Content)
    [System.Convert]::ToHexString($hash).ToLowerInvariant()
}

function Get-SortedEntry([object[]] $Entry) {
    <# Entries by the bytes of their names, whatever the language of who builds. #>
    $sorted = [System.Collections.Generic.SortedDictionary[string, object]]::new([System.StringComparer]::Ordinal)
    $Entry | ForEach-Object { $sorted.Add($_.Name, $_) }
    $sorted.Values
}

function ConvertTo-Tar([object[]] $Entry, [datetimeoffset] $Time) {
    <# A tar archive as GNU tar writes it, with all directories above the files, which ESXi needs. Everything belongs to root. #>
    $all = @{}
    foreach ($one in $Entry) {
        $all[$one.Name] = $one
        for ($slash = $one.Name.IndexOf('/'); $slash -ge 0; $slash = $one.Name.IndexOf('/', $slash + 1)) {
            $folder = $one.Name.Substring(0, $slash + 1)
            $all[$folder] ??= [pscustomobject]@{ Name = $folder; Mode = '755'; Content = [byte[]]::new(0) }
        }
    }

    $stream = [System.IO.MemoryStream]::new()
    $writer = [System.Formats.Tar.TarWriter]::new($stream, [System.Formats.Tar.TarEntryFormat]::Gnu, $true)
    foreach ($one in Get-SortedEntry @($all.Values)) {
        $type = $one.Name.EndsWith('/') ? [System.Formats.Tar.TarEntryType]::Directory : [System.Formats.Tar.TarEntryType]::RegularFile
        $tarEntry = [System.Formats.Tar.GnuTarEntry]::new($type, $one.Name)
        $tarEntry.Mode = [System.IO.UnixFileMode] [System.Convert]::ToInt32($one.Mode, 8)
        $tarEntry.ModificationTime = $Time
        $tarEntry.UserName = $tarEntry.GroupName = 'root'
        if ($type -eq [System.Formats.Tar.TarEntryType]::RegularFile) {
            $tarEntry.DataStream = [System.IO.MemoryStream]::new($one.Content)
        }

        $writer.WriteEntry($tarEntry)
    }

    $writer.Dispose()
    , $stream.ToArray()
}

function Compress-Gzip([byte[]] $Content) {
    <# Bytes as gzip writes them, without name and time. #>
    $stream = [System.IO.MemoryStream]::new()
    $gzip = [System.IO.Compression.GZipStream]::new($stream, [System.IO.Compression.CompressionLevel]::SmallestSize, $true)
    $gzip.Write($Content)
    $gzip.Dispose()
    , $stream.ToArray()
}

function ConvertTo-Ar([object[]] $Entry, [datetimeoffset] $Time) {
    <# An ar archive with short names, which every ar reads. Here the order is that of the entries: a VIB has one. #>
    $stream = [System.IO.MemoryStream]::new()
    $stream.Write([System.Text.Encoding]::ASCII.GetBytes("!<arch>`n"))
    foreach ($one in $Entry) {
        if ($one.Name.Length -gt 15) {
            throw "The name '$($one.Name)' is too long for an ar archive."
        }

        $header = '{0,-16}{1,-12}{2,-6}{2,-6}{3,-8}{4,-10}' -f $one.Name, $Time.ToUnixTimeSeconds(), 0, '100644', $one.Content.Length
        $stream.Write([System.Text.Encoding]::ASCII.GetBytes($header + '`' + "`n"))
        $stream.Write($one.Content)
        if ($one.Content.Length % 2) {
            $stream.WriteByte(10)
        }
    }

    , $stream.ToArray()
}

function ConvertTo-Zip([object[]] $Entry, [datetimeoffset] $Time) {
    <# A zip archive of files that everybody may read. #>
    $stream = [System.IO.MemoryStream]::new()
    $zip = [System.IO.Compression.ZipArchive]::new($stream, [System.IO.Compression.ZipArchiveMode]::Create, $true)
    foreach ($one in Get-SortedEntry $Entry) {
        $zipEntry = $zip.CreateEntry($one.Name, [System.IO.Compression.CompressionLevel]::SmallestSize)
        $zipEntry.LastWriteTime = $Time
        # A regular file with mode 644, which the upper half holds.
        $zipEntry.ExternalAttributes = 0x81A4 -shl 16
        $content = $zipEntry.Open()
        $content.Write($one.Content)
        $content.Dispose()
    }

    $zip.Dispose()
    , $stream.ToArray()
}
