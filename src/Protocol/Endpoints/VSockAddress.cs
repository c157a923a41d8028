using System;
using System.Buffers.Binary;

namespace EsxAgent.Protocol.Endpoints;

/// <summary><c>struct sockaddr_vm</c>: 16 bytes, the same layout on every side (linux/vm_sockets.h; vmci_sockets.h of the vSockets manual).</summary>
public static class VSockAddress
{
    /// <summary>Length of the structure in bytes.</summary>
    public const int Size = 16;

    /// <summary>The host under a VM.</summary>
    public const uint HostContextId = 2;

    /// <summary>This machine itself.</summary>
    public const uint LocalContextId = 1;

    /// <summary>Any: for listening (<c>VMADDR_CID_ANY</c>).</summary>
    public const uint AnyContextId = uint.MaxValue;

    /// <summary>Address family of a Linux guest.</summary>
    public const ushort LinuxFamily = 40;

    /// <summary>Address family of a Windows guest.</summary>
    public const ushort WindowsFamily = 28;

    /// <summary>Writes an address.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <param name="family">Address family of the system at hand.</param>
    /// <param name="contextId">Context id.</param>
    /// <param name="port">Port.</param>
    public static void Write(Span<byte> destination, ushort family, uint contextId, uint port)
    {
        destination[..Size].Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(destination, family);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], port);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[8..], contextId);
    }

    /// <summary>Reads the port and context id of an address.</summary>
    public static (uint ContextId, uint Port) Read(ReadOnlySpan<byte> address) =>
        (BinaryPrimitives.ReadUInt32LittleEndian(address[8..]), BinaryPrimitives.ReadUInt32LittleEndian(address[4..]));
}
