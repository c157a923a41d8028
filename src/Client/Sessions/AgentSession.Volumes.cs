using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <content>
/// The methods for volumes. Each fails with <see cref="AgentException"/> (the agent answered an error), <see cref="ConnectionException"/> (no usable
/// connection) or <see cref="OperationCanceledException"/> (the caller cancelled). For what the changes have in common see
/// <see cref="ChangeAsync{TParams, TResult}(ChangeMethod{TParams, TResult}, TParams, IProgress{WorkDoneValue}, RequestOptions, CancellationToken)"/>.
/// </content>
public sealed partial class AgentSession
{
    /// <summary>Makes a volume.</summary>
    /// <param name="parameters">What it is to be.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<Volume> CreateVolumeAsync(
        VolumeCreateParams parameters, IProgress<WorkDoneValue>? progress = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.VolumeCreate, parameters, progress, null, cancellationToken);

    /// <summary>Makes a volume with the content of another.</summary>
    /// <param name="parameters">Which one, and what the copy is to be.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<Volume> CopyVolumeAsync(
        VolumeCopyParams parameters, IProgress<WorkDoneValue>? progress = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.VolumeCopy, parameters, progress, null, cancellationToken);

    /// <summary>One volume as it is now.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="datastore">Name or uuid of its datastore; null: the one where this VM lies.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    public Task<Volume> GetVolumeAsync(string name, string? datastore = null, CancellationToken cancellationToken = default) =>
        SendAsync(RpcMethods.VolumeGet, new VolumeParams { Name = name, Datastore = datastore }, null, cancellationToken);

    /// <summary>
    /// Volumes as the host finds them, in no particular order. A datastore that cannot be looked through is an item with the state <see cref="VolumeState.Unreadable"/>
    /// and without a name; the others are listed all the same.
    /// </summary>
    /// <param name="datastore">
    /// Name or uuid of a datastore, or a pattern with <c>*</c> and <c>?</c> that means those of them that the policy allows; null: the one where this VM lies.
    /// </param>
    /// <param name="namePattern">Pattern for names with <c>*</c> and <c>?</c>, without regard to case; null: all.</param>
    /// <param name="cancellationToken">Ends the listing at once.</param>
    public IAsyncEnumerable<Volume> GetVolumesAsync(string? datastore = null, string? namePattern = null, CancellationToken cancellationToken = default) =>
        StreamAsync(RpcMethods.VolumeList, new VolumeListParams { Datastore = datastore, NamePattern = namePattern }, null, cancellationToken);

    /// <summary>Changes access, persistence or labels of a volume.</summary>
    /// <param name="parameters">Which one, and what changes; what is null stays as it is.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<Volume> UpdateVolumeAsync(
        VolumeUpdateParams parameters, IProgress<WorkDoneValue>? progress = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.VolumeUpdate, parameters, progress, null, cancellationToken);

    /// <summary>Makes a volume larger. The size that it has already is success.</summary>
    /// <param name="parameters">Which one, and its new size.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<Volume> ResizeVolumeAsync(
        VolumeResizeParams parameters, IProgress<WorkDoneValue>? progress = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.VolumeResize, parameters, progress, null, cancellationToken);

    /// <summary>Inflates a volume, or gives back its zero blocks.</summary>
    /// <param name="parameters">Which one, and which of the two.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<Volume> ConvertVolumeAsync(
        VolumeConvertParams parameters, IProgress<WorkDoneValue>? progress = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.VolumeConvert, parameters, progress, null, cancellationToken);

    /// <summary>Removes a volume. One that is absent is success.</summary>
    /// <param name="parameters">Which one.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<VolumeRemoval> RemoveVolumeAsync(
        VolumeRemoveParams parameters, IProgress<WorkDoneValue>? progress = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.VolumeRemove, parameters, progress, null, cancellationToken);

    /// <summary>Looks at a volume for damage, and says what repair would do.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="datastore">Name or uuid of its datastore; null: the one where this VM lies.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    public Task<VolumeReport> CheckVolumeAsync(string name, string? datastore = null, CancellationToken cancellationToken = default) =>
        SendAsync(RpcMethods.VolumeCheck, new VolumeParams { Name = name, Datastore = datastore }, null, cancellationToken);

    /// <summary>Does what a check has offered and the caller has chosen.</summary>
    /// <param name="parameters">Which volume, and the actions by name.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    public Task<VolumeReport> RepairVolumeAsync(
        VolumeRepairParams parameters, IProgress<WorkDoneValue>? progress = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(RpcMethods.VolumeRepair, parameters, progress, null, cancellationToken);
}
