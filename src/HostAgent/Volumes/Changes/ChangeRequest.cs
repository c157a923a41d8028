using System.Text;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.HostAgent.Volumes.Store;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>What a guest asks to be changed: the part that all changes have in common.</summary>
internal sealed record ChangeRequest
{
    /// <summary>The method.</summary>
    public required string Method { get; init; }

    /// <summary>Names the change for good.</summary>
    public required string OperationId { get; init; }

    /// <summary>Name of the volume.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is.</summary>
    public required DatastoreName Datastore { get; init; }

    /// <summary>The caller's group.</summary>
    public required string Group { get; init; }

    /// <summary>What the policy allows the group on the datastore.</summary>
    public required PolicyDatastore Allowance { get; init; }

    /// <summary>The session that asks.</summary>
    public required Session Session { get; init; }

    /// <summary>The parameters as the audit shows them: a JSON object on one line.</summary>
    public required byte[] Shown { get; init; }

    /// <summary>Who asks.</summary>
    public required Caller Caller { get; init; }

    /// <summary>Whose VMs' names the caller may be told.</summary>
    public required KnownMachines Machines { get; init; }

    /// <summary>The arguments in a fixed order, whatever the guest's.</summary>
    public required string Arguments { get; init; }

    /// <summary>True where the guest wants the change no more and asks how it stands: one that runs is cancelled, one that does not is not begun.</summary>
    public required bool IsCancel { get; init; }

    /// <summary>Digest of method, place and arguments: the same id with another one is a mistake of the guest.</summary>
    public string Fingerprint => Sha256.Hex(Encoding.UTF8.GetBytes($"{Method}\n{Group}\n{Datastore.Uuid}\n{VolumeName.Key(Name)}\n{Arguments}"));

    /// <summary>The disk, where it is no volume; the name is then one that keeps its changes apart.</summary>
    public VmdkPath? VmdkPath { get; init; }

    /// <summary>What the volumes of the group are told apart by.</summary>
    public string Scope => $"{Datastore.Uuid}/{Group}";

    /// <summary>The intent to do it.</summary>
    /// <param name="owner">The agent that does.</param>
    /// <param name="change">How.</param>
    public Intent ToIntent(string owner, VolumeChange change) => new()
    {
        Method = Method,
        OperationId = OperationId,
        Fingerprint = Fingerprint,
        Name = Name,
        Owner = owner,
        Caller = Caller.Name,
        StartedMs = UnixTime.NowMs,
        SizeBytes = change.SizeBytes,
        To = change.To,
        MoreBytes = change.MoreBytes,
        VmdkPath = VmdkPath?.Canonical,
    };
}
