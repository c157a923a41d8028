using System;
using System.Globalization;
using System.Text;
using EsxAgent.Simulator.Disks;

namespace EsxAgent.Simulator.Sidecars;

/// <summary>
/// The arguments of <c>diskTool --sidecar OPERATION DISK</c>. The operation and its fields are one argument, separated by commas; what has more fields
/// than it needs is refused, so a text with a comma cannot be told.
/// </summary>
internal sealed class SidecarArguments
{
    /// <summary>What is printed where the arguments make no sense.</summary>
    public const string Usage = """
        usage: diskTool --sidecar <operation> <disk>
            create,<key>,<size> | forcecreate,<key>,<size> | resize,<key>,<size>
            write,<key>,<offset>,<pattern:length> | writeString,<key>,<offset>,<string>
            read,<key>,<offset>,<pattern:length> | readString,<key>,<offset>,<string>
            delete,<key> | deleteall | enum | updateDDB
        """;

    private SidecarArguments(string operation, string disk)
    {
        Operation = operation;
        Disk = disk;
    }

    /// <summary>The operation's name.</summary>
    public string Operation { get; }

    /// <summary>The path of the disk's descriptor.</summary>
    public string Disk { get; }

    /// <summary>The sidecar's key; empty where the operation has none.</summary>
    public string Key { get; private set; } = "";

    /// <summary>create, forcecreate, resize: the size in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>write, read and their forms with text: where it begins.</summary>
    public long Offset { get; private set; }

    /// <summary>write, read: the byte that is repeated.</summary>
    public byte Pattern { get; private set; }

    /// <summary>write, read: how often.</summary>
    public long Length { get; private set; }

    /// <summary>writeString, readString: the text in UTF-8; null where the operation has none.</summary>
    public byte[]? Text { get; private set; }

    /// <summary>Takes the arguments apart.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="problem">What is wrong with them; empty where the usage alone says it.</param>
    /// <returns>Null where they make no sense.</returns>
    public static SidecarArguments? Parse(string[] arguments, out string problem)
    {
        const string Option = "--sidecar";
        string? operation = null;
        string? disk = null;
        problem = "";
        for (int i = 0; i < arguments.Length; i++)
        {
            string argument = arguments[i];
            bool isAlone = argument == Option && i + 1 < arguments.Length;
            if (operation is null && (isAlone || argument.StartsWith(Option + "=", StringComparison.Ordinal)))
            {
                operation = isAlone ? arguments[++i] : argument[(Option.Length + 1)..];
            }
            else if (disk is null && !argument.StartsWith('-'))
            {
                disk = argument;
            }
            else
            {
                problem = argument.StartsWith('-') ? $"diskTool: unrecognized option '{argument}'" : "diskTool: more than one disk";
                return null;
            }
        }

        if (operation is null || string.IsNullOrEmpty(disk))
        {
            return null;
        }

        string[] fields = operation.Split(',');
        if (FieldsOf(fields[0]) is not { } count)
        {
            problem = $"diskTool: unknown sidecar operation '{fields[0]}'";
            return null;
        }

        if (fields.Length != count)
        {
            problem = $"diskTool: '{fields[0]}' needs {count - 1} fields, {fields.Length - 1} were given";
            return null;
        }

        return new SidecarArguments(fields[0], disk).Take(fields);
    }

    private static int? FieldsOf(string operation) => operation switch
    {
        "enum" or "deleteall" or "updateDDB" => 1,
        "delete" => 2,
        "create" or "forcecreate" or "resize" => 3,
        "write" or "read" or "writeString" or "readString" => 4,
        _ => null,
    };

    private SidecarArguments Take(string[] fields)
    {
        Key = fields.Length > 1 ? fields[1] : "";
        if (fields.Length == 3)
        {
            Size = Number(fields[2]);
        }
        else if (fields.Length == 4)
        {
            Offset = Number(fields[2]);
            if (Operation is "writeString" or "readString")
            {
                Text = Encoding.UTF8.GetBytes(fields[3]);
                return this;
            }

            int colon = fields[3].IndexOf(':', StringComparison.Ordinal);
            Length = Number(colon < 0 ? "" : fields[3][(colon + 1)..]);
            Pattern = colon >= 0 && Number(fields[3][..colon]) is <= byte.MaxValue and var value
                ? (byte)value
                : throw new DiskException(ToolErrorCode.InvalidArgument);
        }

        return this;
    }

    private static long Number(string text)
    {
        bool isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return long.TryParse(
            isHex ? text.AsSpan(2) : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            && value >= 0
                ? value
                : throw new DiskException(ToolErrorCode.InvalidArgument);
    }
}
