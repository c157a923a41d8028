using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace EsxAgent.Simulator.Disks;

/// <summary>
/// The text file that describes a disk. What is not known is kept; the order of the sections is always the same, and the entries of the disk
/// database are sorted.
/// </summary>
internal sealed class DiskDescriptor
{
    /// <summary>A longer file is no descriptor.</summary>
    public const int MostBytes = 65536;

    /// <summary>The unit of sizes in a descriptor.</summary>
    public const int SectorBytes = 512;

    private const string FirstLine = "# Disk DescriptorFile";
    private const string ThinEntry = "ddb.thinProvisioned";
    private const string ChangeTracking = "changeTrackPath";
    private readonly List<(string Key, string Value)> _header = [];
    private readonly SortedDictionary<string, string> _database = new(StringComparer.Ordinal);

    private DiskDescriptor()
    {
    }

    /// <summary>The files with the data, in order.</summary>
    public List<DiskExtent> Extents { get; } = [];

    /// <summary>The size in bytes.</summary>
    public long SizeBytes
    {
        get
        {
            long sectors = 0;
            foreach (DiskExtent one in Extents)
            {
                sectors += one.Sectors;
            }

            return sectors * SectorBytes;
        }
    }

    /// <summary>The kind of disk: <c>vmfs</c> for a flat one, thin or thick.</summary>
    public string CreateType => Header("createType") ?? "";

    /// <summary>Whether blocks are taken when they are first written.</summary>
    public bool IsThin
    {
        get => this[ThinEntry] == "1";
        set => this[ThinEntry] = value ? "1" : null;
    }

    /// <summary>The file that tracks changed blocks; null where there is none.</summary>
    public string? ChangeTrackPath
    {
        get => Header(ChangeTracking);
        set => SetHeader(ChangeTracking, value is null ? null : $"\"{value}\"");
    }

    /// <summary>The parent of a snapshot's disk; null where it is none.</summary>
    public string? Parent => Header("parentFileNameHint");

    /// <summary>The adapter that the geometry is made for.</summary>
    public string AdapterType => this["ddb.adapterType"] ?? "lsilogic";

    /// <summary>An entry of the disk database; null where there is none, or to remove it.</summary>
    public string? this[string entry]
    {
        get => _database.GetValueOrDefault(entry);
        set
        {
            if (value is null)
            {
                _database.Remove(entry);
            }
            else
            {
                _database[entry] = value;
            }
        }
    }

    /// <summary>A new disk's descriptor.</summary>
    /// <param name="sizeBytes">The size, a multiple of <see cref="SectorBytes"/>.</param>
    /// <param name="extentName">The file with the data.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="hardwareVersion">The virtual hardware that it is made for.</param>
    public static DiskDescriptor New(long sizeBytes, string extentName, string adapter, string hardwareVersion)
    {
        var descriptor = new DiskDescriptor();
        descriptor._header.Add(("version", "1"));
        descriptor._header.Add(("encoding", "\"UTF-8\""));
        descriptor._header.Add(("CID", ""));
        descriptor._header.Add(("parentCID", "ffffffff"));
        descriptor._header.Add(("createType", "\"vmfs\""));
        descriptor["ddb.adapterType"] = adapter;
        descriptor["ddb.virtualHWVersion"] = hardwareVersion;
        descriptor.Extents.Add(new DiskExtent("RW", 0, "VMFS", extentName));
        descriptor.SetSize(sizeBytes);
        descriptor.SetNewIds();
        return descriptor;
    }

    /// <summary>Reads a descriptor.</summary>
    /// <returns>Null where the text is none.</returns>
    public static DiskDescriptor? Parse(ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8);
        var descriptor = new DiskDescriptor();
        bool isFirst = true;
        foreach (ReadOnlySpan<char> raw in text.AsSpan().EnumerateLines())
        {
            ReadOnlySpan<char> line = raw.Trim();
            if (isFirst && !line.SequenceEqual(FirstLine))
            {
                return null;
            }

            isFirst = false;
            if (!line.IsEmpty && line[0] != '#' && !descriptor.Take(line))
            {
                return null;
            }
        }

        return descriptor.Header("CID") is null || descriptor.Extents.Count == 0 ? null : descriptor;
    }

    /// <summary>Sets the size of the last file, so that the whole disk has a size, and the geometry with it.</summary>
    public void SetSize(long sizeBytes)
    {
        DiskExtent last = Extents[^1];
        Extents[^1] = last with { Sectors = last.Sectors + ((sizeBytes - SizeBytes) / SectorBytes) };
        DiskGeometry geometry = DiskGeometry.Of(sizeBytes / SectorBytes, AdapterType);
        this["ddb.geometry.cylinders"] = geometry.Cylinders.ToString(CultureInfo.InvariantCulture);
        this["ddb.geometry.heads"] = geometry.Heads.ToString(CultureInfo.InvariantCulture);
        this["ddb.geometry.sectors"] = geometry.Sectors.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Gives the disk an identity of its own: a content id and a uuid that no other one has.</summary>
    public void SetNewIds()
    {
        Span<byte> random = stackalloc byte[32];
        Random.Shared.NextBytes(random);
        string content = Convert.ToHexStringLower(random[..16]);
        SetHeader("CID", content[24..]);
        this["ddb.longContentID"] = content;
        this["ddb.uuid"] = DiskUuid(random[16..]);
    }

    /// <summary>A copy that can be changed on its own.</summary>
    public DiskDescriptor Copy() => Parse(Encoding.UTF8.GetBytes(Text()))!;

    /// <summary>The whole text.</summary>
    public string Text()
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        foreach ((string key, string value) in _header)
        {
            if (key != ChangeTracking)
            {
                text.Append(key).Append('=').Append(value).Append('\n');
            }
        }

        text.Append("\n# Extent description\n");
        foreach (DiskExtent one in Extents)
        {
            text.Append(CultureInfo.InvariantCulture, $"{one.Access} {one.Sectors} {one.Type} \"{one.FileName}\"\n");
        }

        if (ChangeTrackPath is { } tracking)
        {
            text.Append("\n# Change Tracking File\n").Append(ChangeTracking).Append("=\"").Append(tracking).Append("\"\n");
        }

        text.Append("\n# The Disk Data Base \n#DDB\n\n");
        foreach ((string key, string value) in _database)
        {
            text.Append(key).Append(" = \"").Append(value).Append("\"\n");
        }

        return text.ToString();
    }

    private bool Take(ReadOnlySpan<char> line)
    {
        int equals = line.IndexOf('=');
        if (equals < 0)
        {
            return TakeExtent(line);
        }

        string key = line[..equals].TrimEnd().ToString();
        ReadOnlySpan<char> value = line[(equals + 1)..].TrimStart();
        if (key.StartsWith("ddb.", StringComparison.Ordinal))
        {
            _database[key] = Unquoted(value).ToString();
            return true;
        }

        // A file name may hold an equals sign, a key of the header no blank.
        if (key.Contains(' ', StringComparison.Ordinal))
        {
            return TakeExtent(line);
        }

        SetHeader(key, value.ToString());
        return true;
    }

    private bool TakeExtent(ReadOnlySpan<char> line)
    {
        int quote = line.IndexOf('"');
        if (quote < 0 || line[^1] != '"' || line.Length < quote + 3)
        {
            return false;
        }

        string[] words = line[..quote].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 3 || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long sectors)
            || sectors > long.MaxValue / SectorBytes)
        {
            return false;
        }

        Extents.Add(new DiskExtent(words[0], sectors, words[2], line[(quote + 1)..^1].ToString()));
        return true;
    }

    private string? Header(string key)
    {
        foreach ((string one, string value) in _header)
        {
            if (one == key)
            {
                return Unquoted(value).ToString();
            }
        }

        return null;
    }

    private void SetHeader(string key, string? value)
    {
        int index = _header.FindIndex(one => one.Key == key);
        if (value is null)
        {
            _header.RemoveAll(one => one.Key == key);
        }
        else if (index < 0)
        {
            _header.Add((key, value));
        }
        else
        {
            _header[index] = (key, value);
        }
    }

    private static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> value) =>
        value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;

    // 60 00 C2 9x: VMware's own prefix of an SCSI name.
    private static string DiskUuid(Span<byte> bytes)
    {
        ReadOnlySpan<byte> prefix = [0x60, 0x00, 0xc2, 0x90];
        bytes[3] = (byte)(prefix[3] | (bytes[3] & 0x0f));
        prefix[..3].CopyTo(bytes);
        var text = new StringBuilder(47);
        for (int i = 0; i < bytes.Length; i++)
        {
            text.Append(i == 0 ? "" : i == 8 ? "-" : " ").Append(bytes[i].ToString(i < 4 ? "X2" : "x2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
