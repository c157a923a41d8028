using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <content>
/// The methods for sidecars. They fail as those for volumes do, and the changes are repeated after a lost connection in the same way. What is larger than one
/// request goes through <see cref="SidecarContent"/>.
/// </content>
public sealed partial class AgentSession
{
    /// <summary>Sidecars of a disk, in the order of its descriptor. The agent's own is not among them.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="confirm">True to ask the host's own tool too, see <see cref="Sidecar.Confirmed"/>.</param>
    /// <param name="cancellationToken">Ends the listing at once.</param>
    public IAsyncEnumerable<Sidecar> GetSidecarsAsync(DiskName disk, bool confirm = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(disk);
        var parameters = new SidecarListParams { Name = disk.Name, Datastore = disk.Datastore, VmdkPath = disk.VmdkPath, Confirm = confirm };
        return StreamAsync(RpcMethods.SidecarList, parameters, null, cancellationToken);
    }

    /// <summary>Makes a sidecar full of zeros.</summary>
    /// <param name="parameters">The disk, the key, the size, and what to do where it exists.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<Sidecar> CreateSidecarAsync(SidecarCreateParams parameters, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.SidecarCreate, parameters, null, null, cancellationToken);

    /// <summary>Changes the size of a sidecar. Made smaller, it loses its end.</summary>
    /// <param name="parameters">Which one, and its new size.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<Sidecar> ResizeSidecarAsync(SidecarResizeParams parameters, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.SidecarResize, parameters, null, null, cancellationToken);

    /// <summary>Removes a sidecar. One that is absent is success.</summary>
    /// <param name="parameters">Which one.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<SidecarRemoval> RemoveSidecarAsync(SidecarKeyParams parameters, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.SidecarRemove, parameters, null, null, cancellationToken);

    /// <summary>Removes every sidecar of a disk but the agent's own.</summary>
    /// <param name="parameters">The disk.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<SidecarRemoval> ClearSidecarsAsync(SidecarChangeParams parameters, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.SidecarClear, parameters, null, null, cancellationToken);

    /// <summary>Makes the descriptor's list of sidecars fit the files that are there.</summary>
    /// <param name="parameters">The disk.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<ListResult<Sidecar>> UpdateSidecarDatabaseAsync(SidecarChangeParams parameters, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.SidecarUpdateDatabase, parameters, null, null, cancellationToken);

    /// <summary>Bytes of a sidecar, at most <see cref="SidecarContent.MaxReadBytes"/> in one answer; fewer where it ends before.</summary>
    /// <param name="parameters">Which one, and which bytes.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    public Task<SidecarBytes> ReadSidecarAsync(SidecarReadParams parameters, CancellationToken cancellationToken = default) =>
        SendAsync(RpcMethods.SidecarRead, parameters, null, cancellationToken);

    /// <summary>Whether a sidecar holds a text, or many bytes of one value.</summary>
    /// <param name="parameters">Which one, where and what.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    public Task<SidecarComparison> CompareSidecarAsync(SidecarCompareParams parameters, CancellationToken cancellationToken = default) =>
        SendAsync(RpcMethods.SidecarCompare, parameters, null, cancellationToken);

    /// <summary>Replaces bytes of a sidecar, at most <see cref="SidecarContent.MaxWriteBytes"/> in one request.</summary>
    /// <param name="parameters">Which one, where and what.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<SidecarWritten> WriteSidecarAsync(SidecarWriteParams parameters, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.SidecarWrite, parameters, null, null, cancellationToken);

    /// <summary>Writes a text into a sidecar, and zeros behind it up to the end; at most <see cref="SidecarContent.MaxTextBytes"/> of UTF-8.</summary>
    /// <param name="parameters">Which one, where and what.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<SidecarWritten> WriteSidecarTextAsync(SidecarWriteStringParams parameters, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.SidecarWriteString, parameters, null, null, cancellationToken);

    /// <summary>Gives bytes of a sidecar one value.</summary>
    /// <param name="parameters">Which one, where, and which value.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<SidecarWritten> FillSidecarAsync(SidecarFillParams parameters, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.SidecarFill, parameters, null, null, cancellationToken);
}
