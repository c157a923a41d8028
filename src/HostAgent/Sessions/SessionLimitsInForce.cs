using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>The limits that the agent keeps to; what a guest is told in the handshake comes from here.</summary>
internal static class SessionLimitsInForce
{
    /// <summary>Connections of one VM.</summary>
    public const int ConnectionsOfVm = 16;

    /// <summary>Connections of all VMs.</summary>
    public const int Connections = 512;

    /// <summary>Requests of one VM that may run at the same time.</summary>
    public const int RunningOfVm = 32;

    /// <summary>Threads for requests that start tools, for all VMs.</summary>
    public const int Workers = 32;

    /// <summary>Those of them that the requests of one VM may have.</summary>
    public const int WorkersOfVm = 8;

    /// <summary>Handshakes of one VM that run at the same time.</summary>
    public const int HandshakesOfVm = 2;

    /// <summary>Tools that run at the same time.</summary>
    public const int Tools = 32;

    /// <summary>Those of them that run for one VM.</summary>
    public const int ToolsOfVm = 8;

    /// <summary>Messages of one VM in a second, where the policy says nothing else.</summary>
    public const int RequestsPerSecond = 200;

    /// <summary>Changes of one VM in a minute, where the policy says nothing else.</summary>
    public const int ChangesPerMinute = 50;

    /// <summary>Time from the connection to <c>initialize</c>.</summary>
    public const int InitializeMs = 5_000;

    /// <summary>Time without a request after which a connection is closed: 15 minutes.</summary>
    public const int IdleMs = 15 * 60_000;

    /// <summary>Time a request may take where it names none.</summary>
    public const int RequestMs = 30_000;

    /// <summary>Time that a guest may take to send a large request, from its header on.</summary>
    public const int ReceiveMs = 30_000;

    /// <summary>Time that a guest may take to read what it was sent.</summary>
    public const int SendMs = 30_000;

    /// <summary>Time that running requests get when the agent is told to end.</summary>
    public const int DrainMs = 20_000;

    /// <summary>Time that they get after that to stop their tools: a killed one that hangs inside the kernel is not waited for any longer.</summary>
    public const int AfterBreakMs = 3_000;

    /// <summary>As the handshake announces them.</summary>
    public static SessionLimits Announced { get; } = new()
    {
        HeaderBytes = FrameLimits.Header,
        RequestBytes = FrameLimits.BodyFromGuest,
        ResponseBytes = FrameLimits.BodyFromHost,
        RunningRequests = RunningOfVm,
        Connections = ConnectionsOfVm,
        IdleMs = IdleMs,
    };
}
