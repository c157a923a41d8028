using System;
using System.Globalization;
using System.Text;

namespace EsxAgent.Simulator.Host;

/// <summary>
/// Sixteen bytes in the order in which ESXi prints them. <see cref="Guid"/> is not used: its byte order differs from the printed one.
/// </summary>
internal sealed class VmwareUuid
{
    private readonly byte[] _bytes;

    private VmwareUuid(byte[] bytes) => _bytes = bytes;

    /// <summary>The form with hyphens: <c>564db163-53a5-dde6-60d5-7a08dc4cc19a</c>.</summary>
    public string Hyphenated
    {
        get
        {
            string hex = Convert.ToHexStringLower(_bytes);
            return $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..]}";
        }
    }

    /// <summary>The form of .vmx files and vsish: <c>56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a</c>.</summary>
    public string Spaced
    {
        get
        {
            var text = new StringBuilder(47);
            for (int i = 0; i < 16; i++)
            {
                text.Append(i == 0 ? "" : i == 8 ? "-" : " ").Append(_bytes[i].ToString("x2", CultureInfo.InvariantCulture));
            }

            return text.ToString();
        }
    }

    /// <summary>The bytes as an array of a vsish struct: <c>[0]: 0x56</c> and so on, a line a byte.</summary>
    public string ArrayLines
    {
        get
        {
            var text = new StringBuilder();
            for (int i = 0; i < 16; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : "\n")}[{i}]: 0x{_bytes[i]:x}");
            }

            return text.ToString();
        }
    }

    /// <summary>The form of <c>esxcli hardware platform get</c>: <c>0x56 0x4d …</c>.</summary>
    public string PrefixedBytes
    {
        get
        {
            var text = new StringBuilder();
            foreach (byte one in _bytes)
            {
                text.Append(CultureInfo.InvariantCulture, $"{(text.Length == 0 ? "" : " ")}0x{one:x}");
            }

            return text.ToString();
        }
    }

    /// <summary>A uuid made from names, whose first bytes say whose it is, as VMware's do (56 4d: a BIOS uuid that ESXi chose).</summary>
    public static VmwareUuid FromNames(ReadOnlySpan<byte> prefix, params ReadOnlySpan<string> names)
    {
        byte[] bytes = StableId.Bytes(names);
        prefix.CopyTo(bytes);
        return new VmwareUuid(bytes);
    }

    /// <summary>Reads the form of <see cref="PrefixedBytes"/>.</summary>
    /// <returns>Null where it is no uuid.</returns>
    public static VmwareUuid? ParseBytes(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        byte[] bytes = new byte[16];
        for (int i = 0; i < words.Length; i++)
        {
            bool isByte = i < bytes.Length && words[i].StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                && byte.TryParse(words[i].AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out bytes[i]);
            if (!isByte)
            {
                return null;
            }
        }

        return words.Length == bytes.Length ? new VmwareUuid(bytes) : null;
    }

    /// <summary>Reads either form: 32 hexadecimal digits; blanks and hyphens are passed over.</summary>
    /// <returns>Null where it is no uuid.</returns>
    public static VmwareUuid? Parse(string text)
    {
        string digits = text.Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length != 32)
        {
            return null;
        }

        byte[] bytes = new byte[16];
        return Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? new VmwareUuid(bytes) : null;
    }
}
