using System;
using System.Diagnostics;
using System.Threading;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Posix;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// One accepted connection: receives frames on its own thread, sends frames from any. What the frames mean is the session's business.
/// </summary>
internal sealed unsafe partial class Connection : IDisposable
{
    private static readonly byte[] s_refusal = new RpcWriter().Error(
        default, new WireError(ErrorKind.TooBusy, "The agent has as many connections of this VM, or of all VMs, as it can serve.") { RetryAfterMs = 1_000 }).ToArray();

    /// <summary>What is kept of the memory of an answer until the next one, in bytes: most are far smaller.</summary>
    private const int KeptAnswer = 16 << 10;

    private readonly int _descriptor;
    private readonly Counters _counters;
    private readonly FrameDecoder _decoder = new(FrameLimits.BodyBeforeInitialize, MemoryShares.SmallBody);
    private readonly RpcWriter _writer;
    private readonly MemoryShares _shares;

    /// <summary>The memory of the body that is on its way or at hand; null where it is a small one, or was handed over with its request.</summary>
    private MemoryShare? _bodyShare;
    private long _bodyDeadline;

    /// <summary>The memory of the answer that is written or sent. Belongs to who holds <see cref="_sending"/>, and so does the time it may be waited for.</summary>
    private MemoryShare? _answerShare;
    private int _answerWaitMs = SessionLimitsInForce.SendMs;

    /// <summary>Held while a frame is written, which may take as long as the guest takes to read.</summary>
    private readonly Lock _sending = new();

    /// <summary>
    /// Held for a moment while the descriptor is shut down or closed: nobody may touch a descriptor that belongs to another by then. Taken after
    /// <see cref="_sending"/> where both are needed.
    /// </summary>
    private readonly Lock _life = new();
    private bool _isClosed;

    /// <summary>The rest of a frame that had to wait for room; goes before everything else. Belongs to who holds <see cref="_sending"/>.</summary>
    private byte[] _rest = [];

    /// <summary>Takes over a connected descriptor.</summary>
    public Connection(int descriptor, TransportPeer peer, Counters counters, MemoryShares shares)
    {
        _shares = shares;
        _writer = new RpcWriter(new FrameBuffer(KeptAnswer, MemoryShares.SmallAnswer, TakeAnswerShare));
        _descriptor = descriptor;
        Peer = peer;
        _counters = counters;
    }

    /// <summary>
    /// Answers a connection that there is no place for, and closes it. Nothing is made for it and nothing waited for: this is what a VM gets that connects
    /// again and again.
    /// </summary>
    public static void Refuse(int descriptor, Counters counters)
    {
        counters.CountError(ErrorKind.TooBusy);
        fixed (byte* start = s_refusal)
        {
            _ = Libc.Send(descriptor, start, s_refusal.Length, PosixConstants.NoSignal | PosixConstants.DontWait);
        }

        Libc.Close(descriptor);
    }

    /// <summary>What the transport knows of the other end.</summary>
    public TransportPeer Peer { get; }

    /// <summary>What the transport knows the VM by, for what it may have of the agent's memory.</summary>
    private long Vm => Peer.CartelId ?? Admission.Unnamed;

    /// <summary>When something was last received, as <see cref="Stopwatch.GetTimestamp"/> has it.</summary>
    public long LastReceived { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>
    /// Ends both directions: the receiving thread wakes up and closes, and who waits for room to send gives up. May be called from any thread, any number of
    /// times, and never waits, not even for a guest that does not read what it is sent.
    /// </summary>
    public void Break()
    {
        lock (_life)
        {
            if (!_isClosed)
            {
                Libc.Shutdown(_descriptor, PosixConstants.ShutdownBoth);
            }
        }
    }

    /// <summary>Closes the descriptor; called by the receiving thread when it is done. Sending does nothing from then on.</summary>
    public void Dispose()
    {
        Break();
        lock (_sending)
        {
            lock (_life)
            {
                if (!_isClosed)
                {
                    _isClosed = true;
                    Libc.Close(_descriptor);
                    _writer.Dispose();
                    _rest = [];
                    LeaveAnswerShare();
                }
            }
        }
    }

}
