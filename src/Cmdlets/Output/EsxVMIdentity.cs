using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>This virtual machine as its host knows it, and what the host's policy allows it.</summary>
public sealed class EsxVMIdentity
{
    internal EsxVMIdentity(VirtualMachine machine, string? hostName)
    {
        Name = machine.Name;
        BiosUuid = machine.BiosUuid;
        InstanceUuid = machine.InstanceUuid;
        ConfigPath = machine.ConfigPath;
        Datastore = machine.Datastore;
        ContextId = machine.ContextId;
        CartelId = machine.CartelId;
        WorldGroupLeader = machine.WorldGroupLeader;
        Group = machine.Group;
        Right = Words.Of(machine.Rights);
        HostName = hostName;
    }

    /// <summary>Display name. Anybody who may edit the VM chooses it: show it, do not decide by it.</summary>
    public string? Name { get; }

    /// <summary>BIOS uuid.</summary>
    public string? BiosUuid { get; }

    /// <summary>Uuid that vCenter gave; null without vCenter.</summary>
    public string? InstanceUuid { get; }

    /// <summary>Path of the .vmx file on the host.</summary>
    public string? ConfigPath { get; }

    /// <summary>Datastore where the .vmx lies.</summary>
    public string? Datastore { get; }

    /// <summary>Context id of the vSocket; null where another kind of endpoint was used.</summary>
    public long? ContextId { get; }

    /// <summary>Cartel id of the VM's process on the host.</summary>
    public long? CartelId { get; }

    /// <summary>Leader of the VM's group of worlds on the host.</summary>
    public long? WorldGroupLeader { get; }

    /// <summary>The policy's group that the VM belongs to.</summary>
    public string? Group { get; }

    /// <summary>The requests that the policy allows it.</summary>
    public string[] Right { get; }

    /// <summary>Name of the host that was asked.</summary>
    public string? HostName { get; }

    /// <summary>The instance uuid, or the BIOS uuid without vCenter: what identifies a VM. The name does not.</summary>
    public override string ToString() => InstanceUuid ?? BiosUuid ?? Name ?? string.Empty;
}
