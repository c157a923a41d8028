using EsxAgent.Protocol.Errors;

namespace EsxAgent.Errors;

/// <summary>What a person should do about an error of the agent, where the agent does not know better.</summary>
internal static class Advice
{
    /// <summary>The advice; null where there is none that would hold for every case.</summary>
    public static string? For(ErrorKind kind) => kind.Name switch
    {
        nameof(ErrorKind.InvalidParams) => "Correct the value that the message names.",
        nameof(ErrorKind.VolumeNotFound) => "List the volumes with 'Get-VmdkVolume'. Wildcards are allowed there.",
        nameof(ErrorKind.SidecarNotFound) => "List the sidecars of the disk with 'Get-VmdkSidecar'.",
        nameof(ErrorKind.SidecarAlreadyExists) => "Take another key, or the one that is there: 'New-VmdkSidecar -Force'.",
        nameof(ErrorKind.DatastoreNotFound) => "List the datastores with 'Get-EsxDatastore'.",
        nameof(ErrorKind.VolumeAlreadyExists) => "Use the volume that is there, choose another name, or remove it first.",
        nameof(ErrorKind.OperationConflict) => "Try again when the other change is done.",
        nameof(ErrorKind.VolumeInUse) => "Detach the volume, or wait until whoever holds it is done.",
        nameof(ErrorKind.SizeOutOfRange) => "Give a size from 1 MB to 62 TB that is not smaller than the volume and within what the host's policy allows.",
        nameof(ErrorKind.QuotaExceeded) => "Remove volumes that are not needed, or ask the administrator of the host for more.",
        nameof(ErrorKind.DatastoreFull) => "Free space there, or take another datastore: 'Get-EsxDatastore' shows their room.",
        nameof(ErrorKind.MetadataDamaged) => "Look at 'Test-VmdkVolume -Detailed', then repair the volume with 'Repair-VmdkVolume' or remove it.",
        nameof(ErrorKind.AccessDenied) => "Ask the administrator of the host to allow it to this virtual machine. 'Get-EsxVMIdentity' shows what is allowed.",
        nameof(ErrorKind.CapabilityMissing) => "'Get-EsxAgentStatus' says what this host lacks, and why.",
        nameof(ErrorKind.ToolFailed) or nameof(ErrorKind.ToolTimeout) => "Act on what the host's tool said; the agent's log on the host holds more.",
        nameof(ErrorKind.TooBusy) => "Wait a moment, then try again.",
        _ => null,
    };
}
