using System;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.HostAgent.Listening;

/// <summary>Listens at a vSocket. On ESXi the hypervisor names each peer; on plain Linux the endpoint's configuration does.</summary>
internal sealed unsafe class VSockListener : Listener
{
    /// <summary>Ports below need an administrator of the guest.</summary>
    private const uint PrivilegedPorts = 1024;

    /// <summary>Option of the family: cartel id of the VM at the other end (SO_VMCI_PEER_HOST_VM_ID of the vSockets manual). ESXi only.</summary>
    private const int PeerHostVmId = 3;

    private readonly ushort _family;

    private VSockListener(Endpoint endpoint, int descriptor, ushort family)
        : base(endpoint, descriptor) => _family = family;

    /// <inheritdoc cref="Listener.Open"/>
    public static new VSockListener Open(Endpoint endpoint)
    {
        VSockFamily family = VSockFamily.Find() ?? throw CannotListen(endpoint, "this system has no vSockets");
        int descriptor = MakeSocket(family.Number);
        int error = descriptor < 0 ? Errno.Last : 0;
        if (error == 0)
        {
            byte* address = stackalloc byte[VSockAddress.Size];
            VSockAddress.Write(new Span<byte>(address, VSockAddress.Size), family.Number, endpoint.ContextId, endpoint.Port);
            bool isListening = Libc.Bind(descriptor, address, VSockAddress.Size) == 0 && Libc.Listen(descriptor, Backlog) == 0;
            error = isListening ? 0 : Errno.Last;
        }

        if (error == 0)
        {
            return new VSockListener(endpoint, descriptor, family.Number);
        }

        if (descriptor >= 0)
        {
            Libc.Close(descriptor);
        }

        throw CannotListen(endpoint, Why(endpoint, error));
    }

    /// <inheritdoc/>
    public override TransportPeer Identify(int descriptor)
    {
        byte* address = stackalloc byte[VSockAddress.Size];
        uint length = VSockAddress.Size;
        if (Libc.GetPeerName(descriptor, address, &length) < 0)
        {
            return new TransportPeer(false, null, null, "its address could not be read");
        }

        (uint contextId, uint port) = VSockAddress.Read(new ReadOnlySpan<byte>(address, VSockAddress.Size));
        string? refusal = port < PrivilegedPorts ? null : $"it calls from port {port}, and only an administrator of the guest can use one below {PrivilegedPorts}";
        uint cartel = 0;
        uint size = sizeof(uint);
        bool isNamed = Libc.GetSocketOption(descriptor, _family, PeerHostVmId, &cartel, &size) == 0;
        if (isNamed)
        {
            // 0 is no VM; it is passed on so that the caller stays unidentified instead of becoming the one that the configuration names.
            return new TransportPeer(true, cartel, contextId, cartel == 0 ? "the hypervisor names no VM" : refusal);
        }

        return new TransportPeer(false, Endpoint.CartelId, contextId, refusal);
    }

    private static string Why(Endpoint endpoint, int error) => error switch
    {
        Errno.AddressInUse => $"the port {endpoint.Port} is in use",
        Errno.AddressNotAvailable => $"this machine does not have the context id {endpoint.ContextId}; 'any' is for all that it has",
        Errno.AccessDenied when endpoint.Port < PrivilegedPorts => $"only root may listen at a port below {PrivilegedPorts}",
        _ => Errno.Describe(error),
    };
}
