using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Disk;

/// <summary>One extent of a disk.</summary>
/// <param name="Access"><c>RW</c>, <c>RDONLY</c> or <c>NOACCESS</c>.</param>
/// <param name="Sectors">Its size in sectors of 512 bytes.</param>
/// <param name="Type">For example <c>VMFS</c>.</param>
/// <param name="FileName">Its file beside the descriptor; null where the line names none. On vSAN a uuid, <c>vsan://…</c>.</param>
internal sealed record Extent(string Access, long Sectors, string Type, string? FileName);

/// <summary>
/// A disk's descriptor: the text file <c>x.vmdk</c>. Read line by line; what is not known stays as it is when it is written again. Form: the Virtual Disk Format
/// specification, and host captures.
/// </summary>
internal sealed class Descriptor
{
    /// <summary>No descriptor is that long; a flat extent under the name of one must not be read into memory.</summary>
    public const int MaxBytes = 64 << 10;

    private const int SectorBytes = 512;

    /// <summary>Largest disk that is taken for one: 2^53 bytes are far above ESXi's 62 TB, and what is computed with such sizes cannot overflow.</summary>
    private const long MaxSectors = 1L << 44;

    private const string Signature = "# Disk DescriptorFile";
    private const string ThinMember = "ddb.thinProvisioned";
    private const string SidecarsMember = "ddb.sidecars";

    private readonly List<string> _lines;
    private long _sectors;

    private Descriptor(List<string> lines) => _lines = lines;

    /// <summary>For example <c>vmfs</c>; null where the line is missing.</summary>
    public string? CreateType { get; private set; }

    /// <summary><c>ffffffff</c> for a disk that stands alone; else the content id of its parent.</summary>
    public string? ParentContentId { get; private set; }

    /// <summary>The extents in order.</summary>
    public List<Extent> Extents { get; } = [];

    /// <summary>Size that a guest sees, in bytes.</summary>
    public long SizeBytes => _sectors * SectorBytes;

    /// <summary>True for a disk whose blocks are taken when they are written.</summary>
    public bool IsThin { get; private set; }

    /// <summary>The disk's sidecars: key and file.</summary>
    public List<KeyValuePair<string, string>> Sidecars { get; } = [];

    /// <summary>Reads a descriptor.</summary>
    /// <param name="text">The file's bytes.</param>
    /// <param name="problem">What is wrong, where the answer is null.</param>
    public static Descriptor? TryParse(ReadOnlySpan<byte> text, out string? problem)
    {
        problem = null;
        if (!Utf8.IsValid(text))
        {
            // Written again, it would have lost what could not be read.
            problem = "its text is not UTF-8";
            return null;
        }

        string whole = Encoding.UTF8.GetString(text);
        if (!whole.TrimStart('\uFEFF').StartsWith(Signature, StringComparison.OrdinalIgnoreCase))
        {
            problem = $"it does not begin with '{Signature}'";
            return null;
        }

        var descriptor = new Descriptor(new List<string>(whole.Split('\n')));
        foreach (string line in descriptor._lines)
        {
            problem ??= descriptor.Read(line.AsSpan().Trim());
        }

        problem ??= descriptor.Extents.Count == 0 ? "it names no extent" : null;
        return problem is null ? descriptor : null;
    }

    /// <summary>Puts another list of sidecars in the place of the present one; an empty list takes the line away.</summary>
    public void SetSidecars(IReadOnlyList<KeyValuePair<string, string>> sidecars)
    {
        Sidecars.Clear();
        Sidecars.AddRange(sidecars);
        var value = new StringBuilder();
        foreach (KeyValuePair<string, string> sidecar in sidecars)
        {
            value.Append(sidecar.Key).Append(',').Append(sidecar.Value).Append(';');
        }

        _lines.RemoveAll(line => NameOf(line).Equals(SidecarsMember, StringComparison.OrdinalIgnoreCase));
        if (sidecars.Count > 0)
        {
            // The members stand sorted at the end of the file.
            int at = _lines.FindIndex(line => NameOf(line).StartsWith("ddb.", StringComparison.Ordinal) && NameOf(line).CompareTo(SidecarsMember, StringComparison.Ordinal) > 0);
            int end = _lines.FindLastIndex(line => line.Trim().Length > 0) + 1;
            _lines.Insert(at < 0 ? end : at, $"{SidecarsMember} = \"{value}\"");
        }
    }

    /// <summary>The text as it would be written.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Join('\n', _lines));

    /// <summary>How the disk is allocated, as far as the descriptor tells: a thick one does not say whether it was zeroed.</summary>
    public string? FormatWith(string? thickFormat) => IsThin ? VolumeFormat.Thin : thickFormat is null or VolumeFormat.Thin ? VolumeFormat.ZeroedThick : thickFormat;

    private static ReadOnlySpan<char> NameOf(string line)
    {
        int equals = line.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? default : line.AsSpan(0, equals).Trim();
    }

    /// <summary>A value without the quotes around it; a quote inside of them belongs to the value.</summary>
    private static ReadOnlySpan<char> Unquote(ReadOnlySpan<char> value)
    {
        value = value is ['"', ..] ? value[1..] : value;
        return value is [.., '"'] ? value[..^1] : value;
    }

    private string? Read(ReadOnlySpan<char> line)
    {
        if (line.IsEmpty || line[0] == '#')
        {
            return null;
        }

        int equals = line.IndexOf('=');
        if (equals < 0)
        {
            return ReadExtent(line);
        }

        ReadOnlySpan<char> name = line[..equals].Trim();
        ReadOnlySpan<char> value = Unquote(line[(equals + 1)..].Trim());
        if (name.Equals("createType", StringComparison.OrdinalIgnoreCase))
        {
            CreateType = value.ToString();
        }
        else if (name.Equals("parentCID", StringComparison.OrdinalIgnoreCase))
        {
            ParentContentId = value.ToString();
        }
        else if (name.Equals(ThinMember, StringComparison.OrdinalIgnoreCase))
        {
            IsThin = value is "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase);
        }
        else if (name.Equals(SidecarsMember, StringComparison.OrdinalIgnoreCase))
        {
            ReadSidecars(value);
        }

        return null;
    }

    /// <summary>Reads <c>key,file</c>, several of them separated by <c>;</c>, perhaps with one at the end.</summary>
    private void ReadSidecars(ReadOnlySpan<char> value)
    {
        foreach (Range range in value.Split(';'))
        {
            ReadOnlySpan<char> entry = value[range].Trim();
            int comma = entry.IndexOf(',');
            if (comma > 0 && comma < entry.Length - 1)
            {
                Sidecars.Add(new KeyValuePair<string, string>(entry[..comma].Trim().ToString(), entry[(comma + 1)..].Trim().ToString()));
            }
        }
    }

    /// <summary>Reads <c>RW 2097152 VMFS "x-flat.vmdk"</c>; another line without an equals sign is passed over.</summary>
    private string? ReadExtent(ReadOnlySpan<char> line)
    {
        int quote = line.IndexOf('"');
        string[] words = (quote < 0 ? line : line[..quote]).ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not ["RW" or "RDONLY" or "NOACCESS", _, _, ..])
        {
            return null;
        }

        if (!long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long sectors) || sectors > MaxSectors - _sectors)
        {
            return $"the size '{words[1]}' of an extent is no number of sectors that a disk can have";
        }

        _sectors += sectors;

        ReadOnlySpan<char> file = quote < 0 ? default : line[(quote + 1)..];
        int end = file.LastIndexOf('"');
        Extents.Add(new Extent(words[0], sectors, words[2], end > 0 ? file[..end].ToString() : null));
        return null;
    }
}
