using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Disks;

/// <summary>The sidecars of a disk: what <c>ddb.sidecars</c> of its descriptor holds, <c>key,file</c> for each.</summary>
internal static class SidecarList
{
    /// <summary>What the name of a sidecar's file ends with.</summary>
    public const string Suffix = ".vmfd";

    private const string Entry = "ddb.sidecars";

    /// <summary>Reads the list. Of two entries with one key both are given.</summary>
    /// <exception cref="DiskException">It is damaged.</exception>
    public static List<(string Key, string FileName)> Read(DiskDescriptor descriptor, string given)
    {
        var list = new List<(string Key, string FileName)>();
        foreach (string one in (descriptor[Entry] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int comma = one.IndexOf(',', StringComparison.Ordinal);
            string key = comma < 0 ? "" : one[..comma].Trim();
            string name = comma < 0 ? "" : one[(comma + 1)..].Trim();
            if (!IsKey(key) || name.Length == 0 || name.Contains('/', StringComparison.Ordinal) || name is "." or "..")
            {
                throw new DiskException(ToolErrorCode.NotADisk, given);
            }

            list.Add((key, name));
        }

        return list;
    }

    /// <summary>Writes the list into a descriptor, which is not saved. Without entries there is no list.</summary>
    public static void Write(DiskDescriptor descriptor, IReadOnlyList<(string Key, string FileName)> list, DiskSettings settings)
    {
        var text = new StringBuilder();
        for (int i = 0; i < list.Count; i++)
        {
            text.Append(list[i].Key).Append(',').Append(list[i].FileName);
            if (settings.TerminatedSidecars || i + 1 < list.Count)
            {
                text.Append(';');
            }
        }

        descriptor[Entry] = list.Count == 0 ? null : text.ToString();
    }

    /// <summary>The file of a sidecar: the base name of the disk and sixteen digits that depend on the key.</summary>
    public static string FileName(string baseName, string key) =>
        string.Create(CultureInfo.InvariantCulture, $"{baseName}-{StableId.Hash("sidecar", key):x16}{Suffix}");

    /// <summary>The file's name for a disk with another base name: the digits stay.</summary>
    public static string Renamed(string fileName, string baseName)
    {
        const int Digits = 16;
        return fileName.Length > Digits + Suffix.Length && fileName.EndsWith(Suffix, StringComparison.Ordinal)
            ? $"{baseName}-{fileName[^(Digits + Suffix.Length)..]}"
            : $"{baseName}-{fileName}";
    }

    /// <summary>Whether a text can be a key: the list has no way to write a comma, a semicolon or a quote.</summary>
    public static bool IsKey(string text)
    {
        foreach (char one in text)
        {
            if (one is ',' or ';' or '"' or '/' || char.IsControl(one) || char.IsWhiteSpace(one))
            {
                return false;
            }
        }

        return text.Length is > 0 and <= 64;
    }
}
