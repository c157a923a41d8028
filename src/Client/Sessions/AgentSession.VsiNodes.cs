using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <content>Nodes of the host's vsish tree for a person who need not know whether one is a leaf or a directory, and who takes his time.</content>
public sealed partial class AgentSession
{
    /// <summary>What one request of a walk brings at most: so much waits here for a caller who is slow, and the host's tree may be far larger.</summary>
    private const long WalkedAhead = 8L << 20;

    private static readonly RequestOptions Patient = new() { Timeout = Timeout.InfiniteTimeSpan, BusyPatience = TimeSpan.FromSeconds(30) };

    /// <summary>A leaf with its text and value, or a directory.</summary>
    /// <param name="path">For example <c>/hardware/cpu</c>.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="AgentException">The agent answered an error (<c>VsiNodeNotFound</c>, <c>AccessDenied</c>, <c>ToolFailed</c>), or nothing in
    /// time.</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public async Task<VsiTreeNode> GetVsiNodeAsync(string path, CancellationToken cancellationToken = default)
    {
        AgentException? refusal = null;
        if (path != "/")
        {
            try
            {
                VsiLeaf leaf = await GetVsiAsync(path, cancellationToken).ConfigureAwait(false);
                return new VsiTreeNode { Path = path, Text = leaf.Text, Value = leaf.Value };
            }
            catch (AgentException e) when (MayBeDirectory(e.Kind))
            {
                refusal = e;
            }
        }

        try
        {
            await foreach (VsiChild _ in ListVsiAsync(path, cancellationToken).ConfigureAwait(false))
            {
                break;
            }
        }
        catch (AgentException e) when (refusal is not null && e.Kind.Equals(ErrorKind.VsiNodeNotFound))
        {
            // It is no directory either: what the host said of the leaf tells more.
            throw refusal;
        }

        return new VsiTreeNode { Path = path, IsDirectory = true };
    }

    /// <summary>
    /// A node of the vsish tree and all below it, as <see cref="WalkVsiAsync"/>, but asked for in parts of a few megabytes, the next when the one before is
    /// taken: the caller may take its time, however large the tree is. Where the agent has too much to do it is asked again for half a minute.
    /// </summary>
    /// <param name="path">Where to begin; the node itself is the first item.</param>
    /// <param name="depth">How far below it; null for no limit.</param>
    /// <param name="leaves">True to read the leaves, false for names alone, which is much faster.</param>
    /// <param name="cancellationToken">Ends the walk at once. So does leaving the loop.</param>
    /// <exception cref="AgentException">The agent answered an error (<c>VsiNodeNotFound</c>, <c>AccessDenied</c>, <c>TooBusy</c>).</exception>
    /// <exception cref="ConnectionException">No usable connection.</exception>
    public IAsyncEnumerable<VsiTreeNode> BrowseVsiAsync(string path, int? depth = null, bool leaves = false, CancellationToken cancellationToken = default) =>
        StreamAsync(RpcMethods.VsiWalk, new VsiWalkParams { Path = path, Depth = depth, Leaves = leaves, MaxBytes = WalkedAhead }, Patient, cancellationToken);

    /// <summary>
    /// What a host says of a directory that was asked for like a leaf; the wording is not documented, so that any failure of the tool may mean it.
    /// </summary>
    private static bool MayBeDirectory(ErrorKind kind) =>
        kind.Equals(ErrorKind.VsiNodeNotFound) || kind.Equals(ErrorKind.AccessDenied) || kind.Equals(ErrorKind.ToolFailed);
}
