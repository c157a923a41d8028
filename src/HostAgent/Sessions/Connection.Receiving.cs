using System;
using System.Diagnostics;
using System.Threading;
using EsxAgent.HostAgent.Posix;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;

namespace EsxAgent.HostAgent.Sessions;

/// <content>Receives frames, and holds the guest to what they may cost.</content>
internal sealed unsafe partial class Connection
{
    /// <summary>How fast a connection's oversize bodies are thrown away: 32 MiB/s.</summary>
    private const int DiscardedBytesPerMs = 32 << 10;

    /// <summary>Receives until the connection ends.</summary>
    /// <param name="onBody">Takes each body; false ends the connection.</param>
    public void Receive(BodyHandler onBody)
    {
        try
        {
            while (ReceiveSome())
            {
                FrameStatus status;
                while ((status = _decoder.TryTake(out ReadOnlyMemory<byte> body)) != FrameStatus.Incomplete)
                {
                    if (status == FrameStatus.Body ? !onBody(body.Span) : !Refuse(status))
                    {
                        return;
                    }

                    TakeBodyShare()?.Dispose();
                }

                if (!TryHoldBody())
                {
                    return;
                }
            }
        }
        finally
        {
            TakeBodyShare()?.Dispose();
        }
    }

    /// <summary>The guest has said who it is: from the next header on its bodies may be large.</summary>
    public void AllowLargeBodies() => _decoder.MaxBody = FrameLimits.BodyFromGuest;

    /// <summary>Hands the memory of the body at hand over to what goes on to use it; null where it is a small one. For the receiving thread.</summary>
    public MemoryShare? TakeBodyShare()
    {
        MemoryShare? share = _bodyShare;
        _bodyShare = null;
        return share;
    }

    private bool ReceiveSome()
    {
        Span<byte> space = _decoder.GetFreeSpace().Span;
        nint count;
        fixed (byte* start = space)
        {
            do
            {
                count = Libc.Receive(_descriptor, start, space.Length, 0);
            }
            while (count < 0 && Errno.Last == Errno.Interrupted);
        }

        if (count <= 0)
        {
            return false;
        }

        LastReceived = Stopwatch.GetTimestamp();
        _counters.CountReceived(count);
        _decoder.Advance((int)count);
        return true;
    }

    /// <summary>Answers a frame that cannot be taken.</summary>
    /// <returns>False where the connection has to end.</returns>
    private bool Refuse(FrameStatus status)
    {
        bool isTooLarge = status == FrameStatus.TooLarge;
        SendError(default, new WireError(isTooLarge ? ErrorKind.FrameTooLarge : ErrorKind.InvalidRequest, $"The frame cannot be taken: {_decoder.Problem}."));
        if (isTooLarge)
        {
            // Throwing bytes away costs the host its time too: who sends them gets them thrown away no faster than this.
            Thread.Sleep(_decoder.Discarding / DiscardedBytesPerMs);
        }

        return isTooLarge;
    }

    /// <summary>
    /// Takes the memory of a large body when its header has come. While there is none the guest's bytes wait in its own socket; a guest that is slow with a body of
    /// its own, and so has none left, is refused at last.
    /// </summary>
    private bool TryHoldBody()
    {
        int length = _decoder.PendingBody;
        if (length > MemoryShares.SmallBody && _bodyShare is null)
        {
            _bodyShare = _shares.TakeBody(Vm, length);
            _bodyDeadline = Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 1_000 * SessionLimitsInForce.ReceiveMs);
            if (_bodyShare is null)
            {
                SendError(default, new WireError(ErrorKind.TooBusy, "This VM, or all VMs, have as many large requests on their way as the agent can hold.")
                {
                    RetryAfterMs = 1_000,
                });
                return false;
            }

            _decoder.MakeRoomForBody();
        }

        return _bodyShare is null || WaitForBytes();
    }

    /// <summary>Waits for more of a large body. A guest that takes too long with it holds memory that others need.</summary>
    private bool WaitForBytes()
    {
        long left = (_bodyDeadline - Stopwatch.GetTimestamp()) / (Stopwatch.Frequency / 1_000);
        var entry = new PollEntry { Descriptor = _descriptor, Events = PosixConstants.PollIn };
        return left > 0 && Libc.Poll(&entry, 1, (int)left) > 0;
    }
}

/// <summary>Takes one body.</summary>
/// <param name="body">Valid during the call only.</param>
/// <returns>False to end the connection.</returns>
internal delegate bool BodyHandler(ReadOnlySpan<byte> body);
