using System;
using System.Collections.Generic;

namespace EsxAgent.Simulator.Vsish;

/// <summary>The text of a node's path, taken apart. It never leads above the root: there is no way up in it.</summary>
internal static class VsiPath
{
    /// <summary>
    /// The components of a path, relative to a directory where it does not begin with a slash; slashes in a row count as one, a trailing one is
    /// dropped.
    /// </summary>
    /// <param name="current">The directory that a relative path starts from, by components.</param>
    /// <param name="path">The path as it was given.</param>
    /// <returns>Null where a component is no name of a node: <c>.</c>, <c>..</c>, with a NUL, longer than 255 bytes, or a file of the simulator.</returns>
    public static List<string>? Split(IReadOnlyList<string> current, string path)
    {
        var parts = new List<string>();
        if (!path.StartsWith('/'))
        {
            parts.AddRange(current);
        }

        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IsName(part))
            {
                return null;
            }

            parts.Add(part);
        }

        return parts;
    }

    /// <summary>The path of the components, with a leading slash; <c>/</c> for none.</summary>
    public static string Join(IReadOnlyList<string> parts) => "/" + string.Join('/', parts);

    private static bool IsName(string part) =>
        part is not ("." or "..")
        && !part.Contains('\0', StringComparison.Ordinal)
        && part != VsiTree.OrderFile
        && !part.EndsWith(VsiTree.ErrorSuffix, StringComparison.Ordinal)
        && System.Text.Encoding.UTF8.GetByteCount(part) <= 255;
}
