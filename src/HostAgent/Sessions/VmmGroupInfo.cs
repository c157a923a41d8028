using System;
using System.Text;
using EsxAgent.HostAgent.Tools.Vsish;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// What <c>/vm/&lt;leader>/vmmGroupInfo</c> says of a VM. Read by itself and not by the general parser, because a VM's owner chooses its name and could make it look
/// like another line: each label must stand at the beginning of exactly one line.
/// </summary>
/// <param name="Name">Display name.</param>
/// <param name="BiosUuid">BIOS uuid.</param>
/// <param name="InstanceUuid">Uuid that vCenter gave; null where the line is empty.</param>
/// <param name="ConfigPath">Path of the .vmx file.</param>
internal sealed record VmmGroupInfo(string Name, string BiosUuid, string? InstanceUuid, string ConfigPath)
{
    /// <summary>Reads the node's text.</summary>
    /// <param name="text">As vsish prints it.</param>
    /// <param name="problem">What is missing or contradictory, where the answer is null.</param>
    public static VmmGroupInfo? TryRead(ReadOnlySpan<byte> text, out string? problem)
    {
        string? name = null;
        string? biosUuid = null;
        string? instanceUuid = null;
        string? path = null;
        int seen = 0;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].TrimStart((byte)' ').TrimEnd((byte)'\r');
            string? value;
            if ((value = After(line, KnownNodes.GroupInfo.Name)) is not null)
            {
                name = value;
            }
            else if ((value = After(line, KnownNodes.GroupInfo.BiosUuid)) is not null)
            {
                biosUuid = value;
            }
            else if ((value = After(line, KnownNodes.GroupInfo.InstanceUuid)) is not null)
            {
                instanceUuid = value;
            }
            else if ((value = After(line, KnownNodes.GroupInfo.ConfigPath)) is not null)
            {
                path = value;
            }

            seen += value is null ? 0 : 1;
        }

        bool hasAll = name is not null && biosUuid is not null && path is not null;
        if (!hasAll || seen != (instanceUuid is null ? 3 : 4))
        {
            problem = hasAll ? "a line stands twice in the group info of the VM" : "the group info of the VM lacks its name, uuid or path";
            return null;
        }

        string? bios = VsiUuid.FromText(Encoding.UTF8.GetBytes(biosUuid!));
        string trimmed = instanceUuid?.Trim() ?? string.Empty;
        string? instance = trimmed.Length == 0 ? null : VsiUuid.FromText(Encoding.UTF8.GetBytes(trimmed));
        problem = bios is null || (trimmed.Length > 0 && instance is null) || path!.Trim().Length == 0 ? "the group info of the VM holds a uuid or path that cannot be read" : null;
        return problem is null ? new VmmGroupInfo(name!, bios!, instance, path!.Trim()) : null;
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
