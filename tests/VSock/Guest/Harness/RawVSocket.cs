using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using EsxAgent.Protocol.Endpoints;
using Microsoft.Win32.SafeHandles;

namespace EsxAgent.Tests.VSock;

/// <summary>A vSocket by the kernel's own calls, to look at what stands behind the client and the agent.</summary>
internal sealed unsafe partial class RawVSocket : SafeHandleMinusOneIsInvalid
{
    /// <summary>Level of the family's socket options.</summary>
    public const int Family = VSockAddress.LinuxFamily;

    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;

    public RawVSocket()
        : base(ownsHandle: true)
    {
    }

    /// <summary>Makes a socket.</summary>
    public static RawVSocket Open()
    {
        RawVSocket socket = OpenSocket(Family, Stream | CloseOnExec, 0);
        return socket.IsInvalid ? throw new Win32Exception() : socket;
    }

    /// <summary>Makes a socket that listens at a port of this kernel.</summary>
    public static RawVSocket Listen(uint port)
    {
        RawVSocket socket = Open();
        byte* address = stackalloc byte[VSockAddress.Size];
        VSockAddress.Write(new Span<byte>(address, VSockAddress.Size), Family, VSockAddress.AnyContextId, port);
        return Bind(socket, address, VSockAddress.Size) == 0 && Listen(socket, 8) == 0 ? socket : throw new Win32Exception();
    }

    /// <summary>Connects.</summary>
    /// <returns>0, or errno.</returns>
    public int Connect(uint contextId, uint port)
    {
        byte* address = stackalloc byte[VSockAddress.Size];
        VSockAddress.Write(new Span<byte>(address, VSockAddress.Size), Family, contextId, port);
        return Connect(this, address, VSockAddress.Size) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    /// <summary>Waits for a connection.</summary>
    /// <returns>The connection, and the address that it comes from.</returns>
    public (RawVSocket Socket, uint ContextId, uint Port) Accept()
    {
        byte* address = stackalloc byte[VSockAddress.Size];
        uint length = VSockAddress.Size;
        RawVSocket socket = Accept(this, address, &length, CloseOnExec);
        if (socket.IsInvalid)
        {
            throw new Win32Exception();
        }

        (uint contextId, uint port) = VSockAddress.Read(new ReadOnlySpan<byte>(address, VSockAddress.Size));
        return (socket, contextId, port);
    }

    /// <summary>Asks for an option of the family.</summary>
    /// <returns>0, or errno.</returns>
    public int AskOption(int option)
    {
        ulong value = 0;
        uint length = sizeof(ulong);
        return GetOption(this, Family, option, &value, &length) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    protected override bool ReleaseHandle() => Close(handle) == 0;

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial RawVSocket OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(RawVSocket socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    private static partial int Listen(RawVSocket socket, int backlog);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(RawVSocket socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    private static partial RawVSocket Accept(RawVSocket socket, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    private static partial int GetOption(RawVSocket socket, int level, int option, void* value, uint* length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(nint descriptor);
}
