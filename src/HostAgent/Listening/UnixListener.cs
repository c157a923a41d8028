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
        int gate = OpenGate(endpoint.Path!, out int error);
        if (gate < 0)
        {
            string directory = DirectoryOf(endpoint.Path!);
            throw new ListenException($"cannot listen on '{endpoint}': the directory '{directory}' cannot be opened ({Errno.Describe(error)})");
        }

        try
        {
            return new UnixListener(endpoint, BindAndListen(endpoint, endpoint.Path!));
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
    protected override void Close()
    {
        int gate = OpenGate(_path, out _);
        base.Close();

        // Nobody answers there now, unless another agent has taken the path since: its socket is not this one's to remove.
        if (WhyNotStale(_path) is null)
        {
            Unlink(_path);
        }

        if (gate >= 0)
        {
            Libc.Close(gate);
        }
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
        // A socket is the one kind of file that cannot be opened whoever asks.
        int opened = FileDescriptor.Open(path, PosixConstants.OpenReadOnly | PosixConstants.OpenNonBlocking | PosixConstants.OpenNoFollow, out int error);
        if (opened >= 0 || error != Errno.NoDeviceOrAddress)
        {
            Libc.Close(opened);
            return opened >= 0 || error == Errno.TooManyLinks
                ? "there is a file of that name which is no socket"
                : $"something of that name is there ({Errno.Describe(error)})";
        }

        int probe = MakeSocket(PosixConstants.FamilyUnix);
        if (probe < 0)
        {
            return Errno.Describe(Errno.Last);
        }

        byte* address = stackalloc byte[AddressBytes];
        uint length = Address(address, path);
        error = Libc.Connect(probe, address, length) < 0 ? Errno.Last : 0;
        Libc.Close(probe);
        return error switch
        {
            Errno.ConnectionRefused => null,
            0 or Errno.Again => "another agent listens there",
            _ => $"something else is there ({Errno.Describe(error)})",
        };
    }

    private static uint Address(byte* address, string path)
    {
        var bytes = new Span<byte>(address, AddressBytes);
        bytes.Clear();
        bytes[0] = PosixConstants.FamilyUnix;
        int length = Encoding.UTF8.GetBytes(path, bytes[2..]);
        return (uint)(2 + length + 1);
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    /// <summary>Locks the directory of a socket: agents that start or end at the same time must not take a file away under each other.</summary>
    /// <returns>The descriptor that holds the lock until it is closed; -1 where the directory cannot be opened.</returns>
    private static int OpenGate(string path, out int error)
    {
        int gate = FileDescriptor.Open(DirectoryOf(path), PosixConstants.OpenReadOnly | PosixConstants.OpenDirectory, out error);
        if (gate >= 0)
        {
            _ = Libc.Flock(gate, PosixConstants.LockExclusive);
        }

        return gate;
    }

    private static void Unlink(string path)
    {
        fixed (byte* bytes = PathBytes.Of(path))
        {
            _ = Libc.Unlink(bytes);
        }
    }
}
