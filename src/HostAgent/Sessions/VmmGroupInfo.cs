using System;
using System.Text;
using EsxAgent.HostAgent.Tools.Vsish;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// What <c>/vm/&lt;leader>/vmmGroupInfo</c> says of a VM. Read by itself and not by the general parser, because a VM's owner chooses its name and could make it look
/// like other lines: each label must stand at the beginning of exactly one line, and the name must end with its line. A text that leaves a doubt is nobody's.
/// </summary>
/// <param name="Name">Display name.</param>
/// <param name="BiosUuid">BIOS uuid.</param>
/// <param name="InstanceUuid">Uuid that vCenter gave; null where the line is empty.</param>
/// <param name="ConfigPath">Path of the .vmx file.</param>
internal sealed record VmmGroupInfo(string Name, string BiosUuid, string? InstanceUuid, string ConfigPath)
{
    private const int NameLine = 0;
    private const int BiosLine = 1;
    private const int InstanceLine = 2;
    private const int PathLine = 3;
    private const int NoLine = -1;

    private static readonly string[][] s_labels =
        [KnownNodes.GroupInfo.Name, KnownNodes.GroupInfo.BiosUuid, KnownNodes.GroupInfo.InstanceUuid, KnownNodes.GroupInfo.ConfigPath];

    /// <summary>Reads the node's text.</summary>
    /// <param name="text">As vsish prints it.</param>
    /// <param name="problem">What is missing or contradictory, where the answer is null.</param>
    public static VmmGroupInfo? TryRead(ReadOnlySpan<byte> text, out string? problem)
    {
        string?[] values = new string?[s_labels.Length];
        int before = NoLine;
        problem = null;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].TrimStart((byte)' ').TrimEnd((byte)'\r');
            int label = LabelOf(line, out string value);
            if (label == NoLine && before == NameLine && line is not [(byte)'}'])
            {
                // The name's own second line, or a member that no known release has there: nobody can tell.
                problem = "the line behind the name in the group info of the VM is not known";
            }
            else if (label != NoLine)
            {
                problem ??= values[label] is null ? null : "a line stands twice in the group info of the VM";
                values[label] = value;
            }

            before = label;
        }

        if (Array.IndexOf(values, null) >= 0)
        {
            problem = "the group info of the VM lacks its name, a uuid or its path";
        }

        return problem is null ? Read(values!, out problem) : null;
    }

    private static VmmGroupInfo? Read(string[] values, out string? problem)
    {
        string instanceText = values[InstanceLine].Trim();
        string? bios = VsiUuid.FromText(Encoding.UTF8.GetBytes(values[BiosLine]));
        string? instance = instanceText.Length == 0 ? null : VsiUuid.FromText(Encoding.UTF8.GetBytes(instanceText));
        string path = values[PathLine].Trim();
        bool isReadable = bios is not null && path.Length > 0 && (instance is not null || instanceText.Length == 0);
        problem = isReadable ? null : "the group info of the VM holds a uuid or path that cannot be read";

        // Where a release puts a blank behind every colon, the name's first one is not its own.
        bool hasBlanks = values[BiosLine].StartsWith(' ') && values[NameLine].StartsWith(' ');
        return isReadable ? new VmmGroupInfo(hasBlanks ? values[NameLine][1..] : values[NameLine], bios!, instance, path) : null;
    }

    private static int LabelOf(ReadOnlySpan<byte> line, out string value)
    {
        for (int i = 0; i < s_labels.Length; i++)
        {
            if (After(line, s_labels[i]) is string found)
            {
                value = found;
                return i;
            }
        }

        value = string.Empty;
        return NoLine;
    }

    /// <summary>The rest of a line behind its label, which releases write differently; blanks at the end belong to a name.</summary>
    private static string? After(ReadOnlySpan<byte> line, string[] labels)
    {
        foreach (string label in labels)
        {
            if (line.Length > label.Length && line[label.Length] == ':' && Ascii.EqualsIgnoreCase(line[..label.Length], label))
            {
                return Encoding.UTF8.GetString(line[(label.Length + 1)..]);
            }
        }

        return null;
    }
}
