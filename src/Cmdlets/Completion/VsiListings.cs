using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Completion;

/// <summary>
/// Directories of a host's vsish tree as they were a moment ago: whoever completes a path, or goes along one, asks for the same directories again and again.
/// </summary>
internal sealed class VsiListings
{
    /// <summary>Longer than a cmdlet takes between two looks at the same directory, shorter than a person between two commands.</summary>
    private const int KeptMilliseconds = 500;
    private const int MaxDirectories = 1_000;

    private static readonly AnswerCache<VsiChild> Answers = new(AskAsync);
    private static readonly ConditionalWeakTable<AgentSession, VsiListings> Stores = new();

    private readonly AgentSession _session;
    private readonly ConcurrentDictionary<string, Listing> _listings = new(StringComparer.Ordinal);

    private VsiListings(AgentSession session)
    {
        _session = session;
    }

    private sealed record Listing(IReadOnlyDictionary<string, bool> Children, long At);

    /// <summary>The directories that are known of a session's host.</summary>
    public static VsiListings Of(AgentSession session) => Stores.GetValue(session, static one => new VsiListings(one));

    /// <summary>Children of a directory for a person who presses Tab; nothing where the host has not answered in time.</summary>
    /// <param name="session">Who is asked.</param>
    /// <param name="path">The directory.</param>
    public static IReadOnlyList<VsiChild> ForTab(AgentSession session, string path) => Answers.Of(session, path);

    /// <summary>Whether a directory had a child just now.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="name">The child.</param>
    /// <param name="isDirectory">Whether the child is a directory.</param>
    /// <returns>False where that is not known: the host has to be asked.</returns>
    public bool Knows(string path, string name, out bool isDirectory)
    {
        isDirectory = false;
        return _listings.TryGetValue(path, out Listing? listing)
            && Environment.TickCount64 - listing.At < KeptMilliseconds
            && listing.Children.TryGetValue(name, out isDirectory);
    }

    /// <summary>Lists a directory as it is.</summary>
    /// <exception cref="AgentException">It does not exist or may not be read.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public async IAsyncEnumerable<VsiChild> ListAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var children = new Dictionary<string, bool>(StringComparer.Ordinal);
        await foreach (VsiChild child in _session.ListVsiAsync(path, cancellationToken).ConfigureAwait(false))
        {
            if (child.Name is string name)
            {
                children[name] = child.IsDirectory;
                yield return child;
            }
        }

        if (_listings.Count >= MaxDirectories)
        {
            _listings.Clear();
        }

        _listings[path] = new Listing(children, Environment.TickCount64);
    }

    private static async Task<IReadOnlyList<VsiChild>> AskAsync(AgentSession session, string path, CancellationToken cancellationToken)
    {
        var children = new List<VsiChild>();
        await foreach (VsiChild child in Of(session).ListAsync(path, cancellationToken).ConfigureAwait(false))
        {
            children.Add(child);
        }

        return children;
    }
}
