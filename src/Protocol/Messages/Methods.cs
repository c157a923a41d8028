namespace EsxAgent.Protocol.Messages;

/// <summary>The names of all methods and notifications.</summary>
public static class Methods
{
    /// <summary>First request of a connection: versions, who is who, capabilities, limits.</summary>
    public const string Initialize = "initialize";

    /// <summary>Request: the session ends in order; <see cref="Exit"/> follows.</summary>
    public const string Shutdown = "shutdown";

    /// <summary>Notification: close the connection.</summary>
    public const string Exit = "exit";

    /// <summary>Request without effect: keeps the connection open, measures the round trip.</summary>
    public const string Ping = "$/ping";

    /// <summary>Notification: the request with this id is no longer wanted.</summary>
    public const string CancelRequest = "$/cancelRequest";

    /// <summary>Notification from the host: progress of work, or a batch of items.</summary>
    public const string Progress = "$/progress";

    /// <summary>State of the agent, see <see cref="Messages.AgentStatus"/>.</summary>
    public const string AgentStatus = "agent/status";

    /// <summary>Counters and latencies as OpenMetrics text, see <see cref="Messages.AgentMetrics"/>.</summary>
    public const string AgentMetrics = "agent/metrics";

    /// <summary>Facts about the host, see <see cref="Messages.HostInfo"/>.</summary>
    public const string HostInfo = "host/info";

    /// <summary>The host's datastores, a list of <see cref="Messages.Datastore"/>.</summary>
    public const string HostDatastores = "host/datastores";

    /// <summary>The calling VM, see <see cref="Messages.VirtualMachine"/>.</summary>
    public const string VmSelf = "vm/self";

    /// <summary>Makes a volume, see <see cref="Messages.Volume"/>.</summary>
    public const string VolumeCreate = "volume/create";

    /// <summary>Makes a volume with the content of another.</summary>
    public const string VolumeCopy = "volume/copy";

    /// <summary>One volume.</summary>
    public const string VolumeGet = "volume/get";

    /// <summary>A list of <see cref="Messages.Volume"/>.</summary>
    public const string VolumeList = "volume/list";

    /// <summary>Changes access, persistence or labels.</summary>
    public const string VolumeUpdate = "volume/update";

    /// <summary>Makes a volume larger.</summary>
    public const string VolumeResize = "volume/resize";

    /// <summary>Inflates a volume, or gives back its zero blocks.</summary>
    public const string VolumeConvert = "volume/convert";

    /// <summary>Removes a volume, see <see cref="Messages.VolumeRemoval"/>.</summary>
    public const string VolumeRemove = "volume/remove";

    /// <summary>Looks for damage, see <see cref="Messages.VolumeReport"/>.</summary>
    public const string VolumeCheck = "volume/check";

    /// <summary>Mends what was named, see <see cref="Messages.VolumeReport"/>.</summary>
    public const string VolumeRepair = "volume/repair";

    /// <summary>Sidecars of a disk, a list of <see cref="Messages.Sidecar"/>.</summary>
    public const string SidecarList = "sidecar/list";

    /// <summary>Makes a sidecar, full of zeros.</summary>
    public const string SidecarCreate = "sidecar/create";

    /// <summary>Bytes of a sidecar, see <see cref="SidecarBytes"/>.</summary>
    public const string SidecarRead = "sidecar/read";

    /// <summary>Whether a sidecar holds something, see <see cref="SidecarComparison"/>.</summary>
    public const string SidecarCompare = "sidecar/compare";

    /// <summary>Replaces bytes, see <see cref="SidecarWritten"/>.</summary>
    public const string SidecarWrite = "sidecar/write";

    /// <summary>Writes a text and zeros behind it, see <see cref="SidecarWritten"/>.</summary>
    public const string SidecarWriteString = "sidecar/writeString";

    /// <summary>Gives many bytes the same value, see <see cref="SidecarWritten"/>.</summary>
    public const string SidecarFill = "sidecar/fill";

    /// <summary>Changes the size of a sidecar.</summary>
    public const string SidecarResize = "sidecar/resize";

    /// <summary>Removes a sidecar, see <see cref="SidecarRemoval"/>.</summary>
    public const string SidecarRemove = "sidecar/remove";

    /// <summary>Removes every sidecar but the agent's own, see <see cref="SidecarRemoval"/>.</summary>
    public const string SidecarClear = "sidecar/clear";

    /// <summary>Makes the descriptor's list of sidecars fit the files that are there.</summary>
    public const string SidecarUpdateDatabase = "sidecar/updateDatabase";

    /// <summary>The running VMs, a list of <see cref="Messages.VirtualMachine"/>.</summary>
    public const string VmList = "vm/list";

    /// <summary>Children of a node of vsish, a list of <see cref="VsiChild"/>.</summary>
    public const string VsiList = "vsi/list";

    /// <summary>A leaf of vsish, see <see cref="VsiLeaf"/>.</summary>
    public const string VsiGet = "vsi/get";

    /// <summary>A node of vsish and all below it, a list of <see cref="VsiTreeNode"/>.</summary>
    public const string VsiWalk = "vsi/walk";

    /// <summary>What leaves of vsish hold from time to time, a list of <see cref="VsiSample"/> that ends when it is cancelled.</summary>
    public const string VsiWatch = "vsi/watch";
}
