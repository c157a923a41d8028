using System;
using System.Text;

namespace EsxAgent.HostAgent.Tools;

/// <summary>What a tool left behind when it ended.</summary>
internal sealed class ToolOutput : IDisposable
{
    /// <summary>Bytes of what tells of one thing: a node, a file system, the release. Hosts print a few hundred.</summary>
    public const int MaxFact = 64 << 10;

    /// <summary>Bytes of a list: a thousand datastores in XML fit.</summary>
    public const int MaxList = 1 << 20;

    /// <summary>Lines of standard error that an error message carries on to the guest.</summary>
    private const int LastLines = 5;

    /// <summary>And bytes of them at most, the last ones.</summary>
    private const int ErrorTextBytes = 4096;

    /// <summary>Exit status; null where a signal ended it.</summary>
    public int? ExitStatus { get; init; }

    /// <summary>The signal that ended it; null where it ended by itself.</summary>
    public int? Signal { get; init; }

    /// <summary>Standard output.</summary>
    public required NativeBuffer Output { get; init; }

    /// <summary>Standard error.</summary>
    public required NativeBuffer Error { get; init; }

    /// <summary>True for exit status 0.</summary>
    public bool Succeeded => ExitStatus == 0;

    /// <summary>Standard output as text; bytes that are no UTF-8 become U+FFFD.</summary>
    /// <param name="tool">The tool's name, for the error.</param>
    /// <exception cref="OperationException"><c>ToolFailed</c>: it is longer than <see cref="MaxFact"/>.</exception>
    public string TextOf(string tool) => Encoding.UTF8.GetString(Within(MaxFact, tool));

    /// <summary>
    /// Standard output, where it is not too long to be taken apart: the heap has 64 MB for all VMs, and an agent without memory serves none of them.
    /// </summary>
    /// <param name="maximum">Bytes: <see cref="MaxFact"/> or <see cref="MaxList"/>.</param>
    /// <param name="tool">The tool's name, for the error.</param>
    /// <exception cref="OperationException"><c>ToolFailed</c>: it is longer.</exception>
    public ReadOnlySpan<byte> Within(int maximum, string tool) =>
        Output.Length <= maximum ? Output.Bytes : throw ToolFailure.NotUnderstood(tool, $"{Output.Length} bytes are more than was expected", this);

    /// <summary>The last lines of standard error, for a person; null where there are none.</summary>
    public string? ErrorText
    {
        get
        {
            ReadOnlySpan<byte> bytes = Error.Bytes.TrimEnd("\r\n \t"u8);
            int start = bytes.Length;
            for (int lines = 0; lines < LastLines && start > 0; lines++)
            {
                start = Math.Max(bytes[..start].LastIndexOf((byte)'\n'), 0);
            }

            bytes = bytes[start..].Trim("\r\n \t"u8);
            return bytes.IsEmpty ? null : Encoding.UTF8.GetString(bytes[^Math.Min(bytes.Length, ErrorTextBytes)..]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Output.Dispose();
        Error.Dispose();
    }
}
