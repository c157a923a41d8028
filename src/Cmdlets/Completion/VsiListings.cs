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
    /// <summary>Longest that a person who presses Tab waits.</summary>
    private const int LongestWaitMilliseconds = 150;
    private const int KeptForTabMilliseconds = 5_000;

    /// <summary>Longer than a cmdlet takes between two looks at the same directory, shorter than a person between two commands.</summary>
    private const int KeptForPathsMilliseconds = 500;
    private const int MostDirectories = 1_000;

    private static readonly ConditionalWeakTable<AgentSession, VsiListings> Stores = new();

    private readonly AgentSession _session;
    private readonly ConcurrentDictionary<string, Listing> _listings = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _asked = new(StringComparer.Ordinal);

    private VsiListings(AgentSession session)
    {
        _session = session;
    }

    private sealed record Listing(IReadOnlyDictionary<string, bool> Children, long At)
    {
        public bool IsWithin(int milliseconds) => Environment.TickCount64 - At < milliseconds;
    }

    /// <summary>The directories that are known of a session's host.</summary>
    public static VsiListings Of(AgentSession session) => Stores.GetValue(session, static one => new VsiListings(one));

    /// <summary>Children of a directory for a completer: names, and whether each is a directory. Nothing where the host has not answered in time.</summary>
    public IReadOnlyDictionary<string, bool> ForTab(string path)
    {
        if (Kept(path, KeptForTabMilliseconds) is { } children)
        {
            return children;
        }

        // On another thread, and one question at a time: an answer that comes too late is there for the next press of the key.
        Task asked = _asked.GetOrAdd(path, static (key, self) => Task.Run(() => self.AskAsync(key)), this);
        Task.WhenAny(asked).Wait(LongestWaitMilliseconds);
        return Kept(path, KeptForTabMilliseconds) ?? new Dictionary<string, bool>();
    }

    /// <summary>Whether a directory had a child just now.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="name">The child.</param>
    /// <param name="isDirectory">Whether the child is a directory.</param>
    /// <returns>False where that is not known: the host has to be asked.</returns>
    public bool Knows(string path, string name, out bool isDirectory)
    {
        isDirectory = false;
        return Kept(path, KeptForPathsMilliseconds)?.TryGetValue(name, out isDirectory) == true;
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

        if (_listings.Count >= MostDirectories)
        {
            _listings.Clear();
        }

        _listings[path] = new Listing(children, Environment.TickCount64);
    }

    private IReadOnlyDictionary<string, bool>? Kept(string path, int milliseconds) =>
        _listings.TryGetValue(path, out Listing? listing) && listing.IsWithin(milliseconds) ? listing.Children : null;

    private async Task AskAsync(string path)
    {
        try
        {
            await foreach (VsiChild _ in ListAsync(path, CancellationToken.None).ConfigureAwait(false))
            {
            }
        }
        catch (Exception e) when (e is AgentException or ConnectionException)
        {
            // A failed question is no answer; Tab is not the place to say why.
        }
        finally
        {
            _asked.TryRemove(path, out _);
        }
    }
}
