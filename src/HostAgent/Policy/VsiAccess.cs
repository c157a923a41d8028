using System;
using System.Collections.Generic;

namespace EsxAgent.HostAgent.Policy;

/// <summary>What of a node of vsish a VM may see.</summary>
internal enum VsiRight
{
    /// <summary>Nothing, not even that it is there.</summary>
    None,

    /// <summary>That it is there, because it leads to something that may be read.</summary>
    Passage,

    /// <summary>Everything at it and below it.</summary>
    Read,
}

/// <summary>The part of the vsish tree that a group may read: what lies at or below one of its prefixes. Without any prefix that is nothing.</summary>
/// <param name="prefixes">Paths, for example <c>/hardware</c>; <c>/</c> is the whole tree.</param>
internal sealed class VsiAccess(IReadOnlyList<string> prefixes)
{
    /// <summary>What may be seen of a node.</summary>
    /// <param name="path">Its path, without a slash at the end.</param>
    public VsiRight RightTo(ReadOnlySpan<char> path) => RightTo(path, out _);

    /// <summary>What may be seen of a node.</summary>
    /// <param name="path">Its path, without a slash at the end.</param>
    /// <param name="rule">The prefix that allows it; empty where none does.</param>
    public VsiRight RightTo(ReadOnlySpan<char> path, out string rule)
    {
        rule = string.Empty;
        VsiRight right = VsiRight.None;
        foreach (string given in prefixes)
        {
            ReadOnlySpan<char> prefix = given.AsSpan().TrimEnd('/');
            if (IsAtOrBelow(path, prefix))
            {
                rule = given;
                return VsiRight.Read;
            }

            if (path.Length == 1 || IsAtOrBelow(prefix, path))
            {
                right = VsiRight.Passage;
                rule = given;
            }
        }

        return right;
    }

    private static bool IsAtOrBelow(ReadOnlySpan<char> path, ReadOnlySpan<char> prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/');
}
