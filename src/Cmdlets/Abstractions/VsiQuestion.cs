using System;
using System.Collections.Generic;
using System.Management.Automation;
using EsxAgent.Client;
using EsxAgent.Errors;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Abstractions;

/// <summary>
/// Finds the nodes that a path with wildcards means, with as few requests as can be: a name without wildcards is not looked for, a star at the end is one walk,
/// and only directories that a wildcard stands for are listed.
/// </summary>
/// <param name="session">The session to ask through.</param>
/// <param name="stop">Ends every wait.</param>
/// <param name="sign">What a person sees of a wait; null for nothing.</param>
/// <param name="writeError">Tells of a node that cannot be read, while the others can.</param>
internal sealed class VsiQuestion(AgentSession session, StopSignal stop, IWaitSign? sign, Action<ErrorRecord> writeError)
{
    /// <summary>No path of the tree is longer, and the agent takes no larger number.</summary>
    private const int Deepest = 32;

    /// <summary>True where wildcards in a path are meant as they are.</summary>
    public bool IsLiteral { get; init; }

    /// <summary>A path that the person meant.</summary>
    /// <param name="Path">The path.</param>
    /// <param name="IsDirectory">Whether it is one; null where nobody has looked, so that it need not exist.</param>
    /// <param name="IsFound">True where a wildcard led there.</param>
    private readonly record struct Match(string Path, bool? IsDirectory, bool IsFound);

    /// <summary>The nodes themselves.</summary>
    /// <param name="path">A path that may hold wildcards in any of its names.</param>
    /// <exception cref="AgentException">A path without wildcards does not exist or may not be read.</exception>
    public IEnumerable<VsiTreeNode> Nodes(string path)
    {
        IReadOnlyList<string> names = VsiPathText.NamesOf(path);
        bool endsInStar = !IsLiteral && names.Count > 0 && names[^1] == "*";
        foreach (Match match in Matches(names, endsInStar ? names.Count - 1 : names.Count))
        {
            if (endsInStar)
            {
                foreach (VsiTreeNode node in Each(match with { IsFound = true }, match.IsDirectory == false ? [] : Children(match.Path)))
                {
                    yield return node;
                }
            }
            else
            {
                foreach (VsiTreeNode node in Each(match, Itself(match)))
                {
                    yield return node;
                }
            }
        }
    }

    /// <summary>The nodes and all that lies below them.</summary>
    /// <param name="path">A path that may hold wildcards in any of its names.</param>
    /// <param name="depth">How far below; null for no limit.</param>
    /// <exception cref="AgentException">A path without wildcards does not exist or may not be read.</exception>
    public IEnumerable<VsiTreeNode> Trees(string path, int? depth)
    {
        IReadOnlyList<string> names = VsiPathText.NamesOf(path);
        foreach (Match match in Matches(names, names.Count))
        {
            foreach (VsiTreeNode node in Each(match, match.IsDirectory == false ? Itself(match) : Walk(match.Path, depth)))
            {
                yield return node;
            }
        }
    }

    /// <summary>What lies below a directory; a leaf is itself.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="depth">How far below; null for no limit.</param>
    /// <exception cref="AgentException">It does not exist or may not be read.</exception>
    public IEnumerable<VsiTreeNode> Below(string path, int? depth)
    {
        bool isFirst = true;
        foreach (VsiTreeNode node in Walk(path, depth))
        {
            if (!isFirst || !node.IsDirectory)
            {
                yield return node;
            }

            isFirst = false;
        }
    }

    /// <summary>The children of a directory. A leaf has none.</summary>
    private IEnumerable<VsiTreeNode> Children(string path)
    {
        foreach (VsiTreeNode node in Below(path, 1))
        {
            if (node.Path != path)
            {
                yield return node;
            }
        }
    }

    private IEnumerable<VsiTreeNode> Walk(string path, int? depth)
    {
        foreach (VsiTreeNode node in stop.Each(session.BrowseVsiAsync(path, depth > Deepest ? null : depth, leaves: true, stop.Token), sign))
        {
            if (node.Error is VsiError error)
            {
                writeError(ErrorRecords.OfVsiNode(error, node.Path ?? path));
            }

            // A directory whose children cannot be had is there all the same; a leaf without its value would look like an empty one.
            if (node.Error is null || (node.IsDirectory && node.Error.Kind != ErrorKind.VsiNodeNotFound.Name))
            {
                yield return node;
            }
        }
    }

    private IEnumerable<VsiTreeNode> Itself(Match match)
    {
        yield return match.IsDirectory == true
            ? new VsiTreeNode { Path = match.Path, IsDirectory = true }
            : stop.WaitFor(session.GetVsiNodeAsync(match.Path, stop.Token), sign);
    }

    /// <summary>
    /// Lets errors of the one path that was named pass; of several that a wildcard found, one that cannot be read does not end the others, and one that is not
    /// there was not meant.
    /// </summary>
    private IEnumerable<VsiTreeNode> Each(Match match, IEnumerable<VsiTreeNode> nodes)
    {
        using IEnumerator<VsiTreeNode> source = nodes.GetEnumerator();
        while (true)
        {
            try
            {
                if (!source.MoveNext())
                {
                    yield break;
                }
            }
            catch (AgentException e) when (match.IsFound)
            {
                if (match.IsDirectory is not null || !e.Kind.Equals(ErrorKind.VsiNodeNotFound))
                {
                    writeError(ErrorRecords.OfAgent(e, match.Path));
                }

                yield break;
            }

            yield return source.Current;
        }
    }

    /// <summary>The paths that the first names mean.</summary>
    private IEnumerable<Match> Matches(IReadOnlyList<string> names, int count) => Matches(VsiPathText.Root, names, 0, count, isFound: false);

    private IEnumerable<Match> Matches(string directory, IReadOnlyList<string> names, int index, int count, bool isFound)
    {
        while (index < count && (IsLiteral || !WildcardPattern.ContainsWildcardCharacters(names[index])))
        {
            directory = VsiPathText.Child(directory, names[index++]);
        }

        if (index == count)
        {
            yield return new Match(directory, null, isFound);
            yield break;
        }

        WildcardPattern pattern = WildcardPattern.Get(names[index], WildcardOptions.IgnoreCase);
        foreach (VsiChild child in ChildrenOf(directory))
        {
            if (child.Name is not string name || !pattern.IsMatch(name))
            {
                continue;
            }

            string path = VsiPathText.Child(directory, name);
            if (index + 1 == count)
            {
                yield return new Match(path, child.IsDirectory, IsFound: true);
            }
            else if (child.IsDirectory)
            {
                foreach (Match below in Matches(path, names, index + 1, count, isFound: true))
                {
                    yield return below;
                }
            }
        }
    }

    /// <summary>The children; none where it is no directory: then the pattern matches nothing.</summary>
    private List<VsiChild> ChildrenOf(string directory)
    {
        var children = new List<VsiChild>();
        try
        {
            foreach (VsiChild child in stop.Each(session.ListVsiAsync(directory, stop.Token), sign))
            {
                children.Add(child);
            }
        }
        catch (AgentException e) when (e.Kind.Equals(ErrorKind.VsiNodeNotFound))
        {
        }

        return children;
    }
}
