using System.Globalization;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>Every method that this client knows.</summary>
public static class RpcMethods
{
    /// <summary>No effect; keeps the connection open and measures the round trip.</summary>
    public static readonly RpcMethod<PingParams, NoResult> Ping = new(Methods.Ping, ProtocolJson.Default.PingParams, ClientJson.Default.NoResult);

    /// <summary>The session ends in order.</summary>
    public static readonly RpcMethod<RequestParams, NoResult> Shutdown = new(Methods.Shutdown, ProtocolJson.Default.RequestParams, ClientJson.Default.NoResult);

    /// <summary>State of the agent.</summary>
    public static readonly RpcMethod<RequestParams, AgentStatus> AgentStatus =
        new(Methods.AgentStatus, ProtocolJson.Default.RequestParams, ProtocolJson.Default.AgentStatus);

    /// <summary>Counters and latencies as OpenMetrics text.</summary>
    public static readonly RpcMethod<RequestParams, AgentMetrics> AgentMetrics =
        new(Methods.AgentMetrics, ProtocolJson.Default.RequestParams, ProtocolJson.Default.AgentMetrics);

    /// <summary>Facts about the host.</summary>
    public static readonly RpcMethod<HostInfoParams, HostInfo> HostInfo = new(Methods.HostInfo, ProtocolJson.Default.HostInfoParams, ProtocolJson.Default.HostInfo);

    /// <summary>The host's datastores.</summary>
    public static readonly ListMethod<ListParams, Datastore> HostDatastores =
        new(Methods.HostDatastores, ProtocolJson.Default.ListParams, ProtocolJson.Default.ListResultDatastore) { KeyOf = static datastore => datastore.Uuid };

    /// <summary>The calling VM.</summary>
    public static readonly RpcMethod<RequestParams, VirtualMachine> VmSelf =
        new(Methods.VmSelf, ProtocolJson.Default.RequestParams, ProtocolJson.Default.VirtualMachine);

    /// <summary>The running VMs.</summary>
    public static readonly ListMethod<ListParams, VirtualMachine> VmList =
        new(Methods.VmList, ProtocolJson.Default.ListParams, ProtocolJson.Default.ListResultVirtualMachine)
        {
            KeyOf = static machine => machine.CartelId?.ToString(CultureInfo.InvariantCulture),
        };

    /// <summary>A leaf of the vsish tree.</summary>
    public static readonly RpcMethod<VsiGetParams, VsiLeaf> VsiGet = new(Methods.VsiGet, ProtocolJson.Default.VsiGetParams, ProtocolJson.Default.VsiLeaf);

    /// <summary>Children of a directory of the vsish tree.</summary>
    public static readonly ListMethod<VsiListParams, VsiChild> VsiList =
        new(Methods.VsiList, ProtocolJson.Default.VsiListParams, ProtocolJson.Default.ListResultVsiChild) { KeyOf = static child => child.Name };

    /// <summary>A node of the vsish tree and all below it.</summary>
    public static readonly ListMethod<VsiWalkParams, VsiTreeNode> VsiWalk =
        new(Methods.VsiWalk, ProtocolJson.Default.VsiWalkParams, ProtocolJson.Default.ListResultVsiTreeNode) { KeyOf = static node => node.Path };

    /// <summary>
    /// What leaves of the vsish tree hold from time to time. It never ends by itself and is asked through <see cref="AgentSession.WatchVsiAsync"/>.
    /// </summary>
    internal static readonly RpcMethod<VsiWatchParams, ListResult<VsiSample>> VsiWatch =
        new(Methods.VsiWatch, ProtocolJson.Default.VsiWatchParams, ProtocolJson.Default.ListResultVsiSample);

    /// <summary>Makes a volume.</summary>
    public static readonly ChangeMethod<VolumeCreateParams, Volume> VolumeCreate =
        new(Methods.VolumeCreate, ProtocolJson.Default.VolumeCreateParams, ProtocolJson.Default.Volume);

    /// <summary>Makes a volume with the content of another.</summary>
    public static readonly ChangeMethod<VolumeCopyParams, Volume> VolumeCopy =
        new(Methods.VolumeCopy, ProtocolJson.Default.VolumeCopyParams, ProtocolJson.Default.Volume);

    /// <summary>One volume.</summary>
    public static readonly RpcMethod<VolumeParams, Volume> VolumeGet = new(Methods.VolumeGet, ProtocolJson.Default.VolumeParams, ProtocolJson.Default.Volume);

    /// <summary>Volumes of one or several datastores.</summary>
    public static readonly ListMethod<VolumeListParams, Volume> VolumeList =
        new(Methods.VolumeList, ProtocolJson.Default.VolumeListParams, ProtocolJson.Default.ListResultVolume)
        {
            KeyOf = static volume => volume.Id,
            IsLong = true,
        };

    /// <summary>Changes access, persistence or labels.</summary>
    public static readonly ChangeMethod<VolumeUpdateParams, Volume> VolumeUpdate =
        new(Methods.VolumeUpdate, ProtocolJson.Default.VolumeUpdateParams, ProtocolJson.Default.Volume);

    /// <summary>Makes a volume larger.</summary>
    public static readonly ChangeMethod<VolumeResizeParams, Volume> VolumeResize =
        new(Methods.VolumeResize, ProtocolJson.Default.VolumeResizeParams, ProtocolJson.Default.Volume);

    /// <summary>Inflates a volume, or gives back its zero blocks.</summary>
    public static readonly ChangeMethod<VolumeConvertParams, Volume> VolumeConvert =
        new(Methods.VolumeConvert, ProtocolJson.Default.VolumeConvertParams, ProtocolJson.Default.Volume);

    /// <summary>Removes a volume.</summary>
    public static readonly ChangeMethod<VolumeRemoveParams, VolumeRemoval> VolumeRemove =
        new(Methods.VolumeRemove, ProtocolJson.Default.VolumeRemoveParams, ProtocolJson.Default.VolumeRemoval);

    /// <summary>Looks for damage.</summary>
    public static readonly RpcMethod<VolumeParams, VolumeReport> VolumeCheck =
        new(Methods.VolumeCheck, ProtocolJson.Default.VolumeParams, ProtocolJson.Default.VolumeReport);

    /// <summary>Mends what was named.</summary>
    public static readonly ChangeMethod<VolumeRepairParams, VolumeReport> VolumeRepair =
        new(Methods.VolumeRepair, ProtocolJson.Default.VolumeRepairParams, ProtocolJson.Default.VolumeReport);

    /// <summary>Sidecars of a disk.</summary>
    public static readonly ListMethod<SidecarListParams, Sidecar> SidecarList =
        new(Methods.SidecarList, ProtocolJson.Default.SidecarListParams, ProtocolJson.Default.ListResultSidecar);

    /// <summary>Makes a sidecar.</summary>
    public static readonly ChangeMethod<SidecarCreateParams, Sidecar> SidecarCreate =
        new(Methods.SidecarCreate, ProtocolJson.Default.SidecarCreateParams, ProtocolJson.Default.Sidecar);

    /// <summary>Bytes of a sidecar.</summary>
    public static readonly RpcMethod<SidecarReadParams, SidecarBytes> SidecarRead =
        new(Methods.SidecarRead, ProtocolJson.Default.SidecarReadParams, ProtocolJson.Default.SidecarBytes);

    /// <summary>Whether a sidecar holds something.</summary>
    public static readonly RpcMethod<SidecarCompareParams, SidecarComparison> SidecarCompare =
        new(Methods.SidecarCompare, ProtocolJson.Default.SidecarCompareParams, ProtocolJson.Default.SidecarComparison);

    /// <summary>Replaces bytes.</summary>
    public static readonly ChangeMethod<SidecarWriteParams, SidecarWritten> SidecarWrite =
        new(Methods.SidecarWrite, ProtocolJson.Default.SidecarWriteParams, ProtocolJson.Default.SidecarWritten);

    /// <summary>Writes a text, and zeros behind it.</summary>
    public static readonly ChangeMethod<SidecarWriteStringParams, SidecarWritten> SidecarWriteString =
        new(Methods.SidecarWriteString, ProtocolJson.Default.SidecarWriteStringParams, ProtocolJson.Default.SidecarWritten);

    /// <summary>Gives many bytes the same value.</summary>
    public static readonly ChangeMethod<SidecarFillParams, SidecarWritten> SidecarFill =
        new(Methods.SidecarFill, ProtocolJson.Default.SidecarFillParams, ProtocolJson.Default.SidecarWritten);

    /// <summary>Changes a sidecar's size.</summary>
    public static readonly ChangeMethod<SidecarResizeParams, Sidecar> SidecarResize =
        new(Methods.SidecarResize, ProtocolJson.Default.SidecarResizeParams, ProtocolJson.Default.Sidecar);

    /// <summary>Removes a sidecar.</summary>
    public static readonly ChangeMethod<SidecarKeyParams, SidecarRemoval> SidecarRemove =
        new(Methods.SidecarRemove, ProtocolJson.Default.SidecarKeyParams, ProtocolJson.Default.SidecarRemoval);

    /// <summary>Removes every sidecar of a disk.</summary>
    public static readonly ChangeMethod<SidecarChangeParams, SidecarRemoval> SidecarClear =
        new(Methods.SidecarClear, ProtocolJson.Default.SidecarChangeParams, ProtocolJson.Default.SidecarRemoval);

    /// <summary>Makes a descriptor's list of sidecars fit the files.</summary>
    public static readonly ChangeMethod<SidecarChangeParams, ListResult<Sidecar>> SidecarUpdateDatabase =
        new(Methods.SidecarUpdateDatabase, ProtocolJson.Default.SidecarChangeParams, ProtocolJson.Default.ListResultSidecar);
}
