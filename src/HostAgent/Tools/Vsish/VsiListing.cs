using System;
using System.Text;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// Children of a directory, in natural order. The names stay in the tool's output, outside of the managed heap: a directory may have many thousands, and a walk
/// holds the listing of each directory above it.
/// </summary>
internal sealed class VsiListing : IDisposable
{
    private const int LengthBits = 31;

    private readonly ToolOutput _output;

    /// <summary>Where each name begins, its length, and in the lowest bit whether it is a directory.</summary>
    private readonly long[] _names;

    /// <summary>Reads the output of <c>ls</c>; owns it from now on.</summary>
    public VsiListing(ToolOutput output)
    {
        _output = output;
        ReadOnlySpan<byte> text = output.Output.Bytes;
        _names = new long[CountLines(text)];
        int count = 0;
        for (int start = 0; start < text.Length;)
        {
            int length = text[start..].IndexOf((byte)'\n');
            int end = length < 0 ? text.Length : start + length;
            if (Trim(text, start, end) is var (first, nameLength, isDirectory) && nameLength > 0)
            {
                _names[count++] = ((long)first << LengthBits + 1) | ((long)nameLength << 1) | (isDirectory ? 1L : 0L);
            }

            start = end + 1;
        }

        Array.Resize(ref _names, count);
        Array.Sort(_names, (left, right) => NaturalOrder.Compare(Name(left), Name(right)));
    }

    /// <summary>How many children there are.</summary>
    public int Count => _names.Length;

    /// <summary>Name of a child, without a slash.</summary>
    public string NameAt(int index) => Encoding.UTF8.GetString(Name(_names[index]));

    /// <summary>True for a child that has children itself.</summary>
    public bool IsDirectoryAt(int index) => (_names[index] & 1) != 0;

    /// <summary>Index of the first child that stands behind a name, whether there is a child of that name or not.</summary>
    public int After(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        int index = 0;
        while (index < _names.Length && NaturalOrder.Compare(Name(_names[index]), bytes) <= 0)
        {
            index++;
        }

        return index;
    }

    /// <inheritdoc/>
    public void Dispose() => _output.Dispose();

    private ReadOnlySpan<byte> Name(long entry) => _output.Output.Bytes.Slice((int)(entry >> LengthBits + 1), (int)(entry >> 1) & int.MaxValue);

    private static (int Start, int Length, bool IsDirectory) Trim(ReadOnlySpan<byte> text, int start, int end)
    {
        ReadOnlySpan<byte> line = text[start..end].TrimEnd(" \t\r"u8);
        ReadOnlySpan<byte> name = line.TrimStart(" \t"u8);
        bool isDirectory = name is [.., (byte)'/'];
        return (start + line.Length - name.Length, name.Length - (isDirectory ? 1 : 0), isDirectory);
    }

    private static int CountLines(ReadOnlySpan<byte> text) => text.Count((byte)'\n') + 1;
}
