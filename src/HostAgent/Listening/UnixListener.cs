using System;
using System.IO;
using System.Text;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.HostAgent.Listening;

/// <summary>
/// Listens at a Unix socket: for development and tests, with a simulated host. Only the agent's own user and root may connect. A socket file that a dead agent
/// left behind is replaced; one that somebody answers at is not.
/// </summary>
internal sealed unsafe class UnixListener : Listener
{
    private const int AddressBytes = 2 + Endpoint.MaxPathBytes + 1;

    private readonly string _path;

    private UnixListener(Endpoint endpoint, int descriptor)
        : base(endpoint, descriptor) => _path = endpoint.Path!;

    /// <inheritdoc cref="Listener.Open"/>
    public static new UnixListener Open(Endpoint endpoint)
    {
        string path = endpoint.Path!;
        string directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

        // Two agents that start at the same time must not take a stale file away under each other: the directory is locked meanwhile.
        int gate = OpenDirectory(directory);
        if (gate < 0)
        {
            throw new ListenException($"cannot listen on '{endpoint}': the directory '{directory}' cannot be opened ({Errno.Describe(Errno.Last)})");
        }

        try
        {
            _ = Libc.Flock(gate, PosixConstants.LockExclusive);
            return new UnixListener(endpoint, BindAndListen(endpoint, path));
        }
        finally
        {
            Libc.Close(gate);
        }
    }

    /// <inheritdoc/>
    public override TransportPeer Identify(int descriptor)
    {
        uint* credentials = stackalloc uint[3];
        uint length = sizeof(uint) * 3;
        bool isKnown = Libc.GetSocketOption(descriptor, PosixConstants.LevelSocket, PosixConstants.PeerCredentials, credentials, &length) == 0;
        uint user = credentials[1];
        bool isAllowed = isKnown && (user == 0 || user == Libc.Geteuid());
        return new TransportPeer(false, Endpoint.CartelId, null, isAllowed ? null : "only the agent's own user and root may use this socket");
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        Unlink(_path);
    }

    private static int BindAndListen(Endpoint endpoint, string path)
    {
        int descriptor = MakeSocket(PosixConstants.FamilyUnix);
        if (descriptor < 0)
        {
            throw new ListenException($"cannot listen on '{endpoint}': {Errno.Describe(Errno.Last)}");
        }

        int error = Bind(descriptor, path);
        if (error == Errno.AddressInUse)
        {
            string? occupied = WhyNotStale(path);
            if (occupied is not null)
            {
                Libc.Close(descriptor);
                throw new ListenException($"cannot listen on '{endpoint}': {occupied}");
            }

            Unlink(path);
            error = Bind(descriptor, path);
        }

        if (error == 0 && Libc.Listen(descriptor, Backlog) < 0)
        {
            error = Errno.Last;
            Unlink(path);
        }

        if (error != 0)
        {
            Libc.Close(descriptor);
            throw new ListenException($"cannot listen on '{endpoint}': {Errno.Describe(error)}");
        }

        return descriptor;
    }

    /// <summary>Binds with mode 0600 from the first moment on.</summary>
    private static int Bind(int descriptor, string path)
    {
        byte* address = stackalloc byte[AddressBytes];
        uint length = Address(address, path);
        uint mask = Libc.Umask(0x7f);
        int error = Libc.Bind(descriptor, address, length) < 0 ? Errno.Last : 0;
        _ = Libc.Umask(mask);
        return error;
    }

    /// <summary>Why the file at the path must stay; null where it is a socket at which nobody answers.</summary>
    private static string? WhyNotStale(string path)
    {
        int probe = MakeSocket(PosixConstants.FamilyUnix);
        if (probe < 0)
        {
            return Errno.Describe(Errno.Last);
        }

        byte* address = stackalloc byte[AddressBytes];
        uint length = Address(address, path);
        int error = Libc.Connect(probe, address, length) < 0 ? Errno.Last : 0;
        Libc.Close(probe);
        return error switch
        {
            Errno.ConnectionRefused => IsSocket(path) ? null : "there is a file of that name which is no socket",
            0 or Errno.Again => "another agent listens there",
            _ => $"something else is there ({Errno.Describe(error)})",
        };
    }

    private static bool IsSocket(string path) =>
        (File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.ReparsePoint)) == 0 && new FileInfo(path).Length == 0;

    private static uint Address(byte* address, string path)
    {
        var bytes = new Span<byte>(address, AddressBytes);
        bytes.Clear();
        bytes[0] = PosixConstants.FamilyUnix;
        int length = Encoding.UTF8.GetBytes(path, bytes[2..]);
        return (uint)(2 + length + 1);
    }

    private static int OpenDirectory(string path)
    {
        fixed (byte* bytes = PathBytes.Of(path))
        {
            return Libc.Open(bytes, PosixConstants.OpenReadOnly | PosixConstants.OpenDirectory | PosixConstants.OpenCloseOnExec, 0);
        }
    }

    private static void Unlink(string path)
    {
        fixed (byte* bytes = PathBytes.Of(path))
        {
            _ = Libc.Unlink(bytes);
        }
    }
}
