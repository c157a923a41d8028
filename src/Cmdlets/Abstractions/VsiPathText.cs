using System;
using System.Collections.Generic;

namespace EsxAgent.Abstractions;

/// <summary>Paths of the vsish tree as a person may write them: with slashes of either kind, with or without one at the beginning and the end.</summary>
internal static class VsiPathText
{
    /// <summary>The root.</summary>
    public const string Root = "/";

    private static readonly char[] Separators = ['/', '\\'];

    /// <summary>The names of a path; <c>.</c> and <c>..</c> are followed, and there is nothing above the root.</summary>
    public static IReadOnlyList<string> NamesOf(string path)
    {
        var names = new List<string>();
        foreach (string name in path.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == "..")
            {
                names.RemoveRange(Math.Max(0, names.Count - 1), Math.Min(1, names.Count));
            }
            else if (name != ".")
            {
                names.Add(name);
            }
        }

        return names;
    }

    /// <summary>The path as the host writes it: <c>/hardware/cpu</c>.</summary>
    public static string Normalize(string path) => Join(NamesOf(path), int.MaxValue);

    /// <summary>The path of the first names.</summary>
    public static string Join(IReadOnlyList<string> names, int count)
    {
        string path = string.Empty;
        for (int i = 0; i < names.Count && i < count; i++)
        {
            path = $"{path}/{names[i]}";
        }

        return path.Length == 0 ? Root : path;
    }

    /// <summary>The path of a child.</summary>
    public static string Child(string path, string name) => path == Root ? Root + name : $"{path}/{name}";

    /// <summary>The path of the directory around a node; the root is its own.</summary>
    public static string Parent(string path) => path.LastIndexOf('/') is > 0 and int slash ? path[..slash] : Root;

    /// <summary>The last name; empty for the root.</summary>
    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
