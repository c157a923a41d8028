using System;
using System.Threading;

namespace EsxAgent.Client.Transports;

/// <summary>
/// Local ports that only an administrator may use: by them the host knows that the guest's administrator is asking. Each connection takes the
/// next one, because a port lingers after its connection is gone.
/// </summary>
internal sealed class PrivilegedPorts
{
    /// <summary>The lowest port to use; services have fixed places below.</summary>
    public const uint First = 512;

    /// <summary>The highest privileged port.</summary>
    public const uint Last = 1023;

    /// <summary>How many there are.</summary>
    public const int Count = (int)(Last - First) + 1;

    private int _next;

    /// <summary>Begins anywhere, so that processes started one after the other do not meet the port that the one before left lingering.</summary>
    public PrivilegedPorts()
        : this(Random.Shared.Next(Count))
    {
    }

    /// <summary>Begins at a given place.</summary>
    public PrivilegedPorts(int offset) => _next = offset - 1;

    /// <summary>The ones of this process.</summary>
    public static PrivilegedPorts Shared { get; } = new();

    /// <summary>The next port, round and round.</summary>
    public uint Next() => First + ((uint)Interlocked.Increment(ref _next) % Count);
}
