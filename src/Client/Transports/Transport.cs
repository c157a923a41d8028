using System;

namespace EsxAgent.Client.Transports;

/// <summary>
/// A connected stream of bytes. Receiving blocks, on a thread that the connection keeps for it: that needs one wake-up for an answer where
/// asynchronous sockets need three, and works with drivers that know no overlapped calls. Sending never blocks a caller: <see cref="TrySend"/> takes what
/// goes at once, and only what is left over waits in <see cref="Send"/>, elsewhere.
/// </summary>
internal abstract class Transport : IDisposable
{
    /// <summary>The privileged local port of a vSocket; null where there is none.</summary>
    public uint? PrivilegedPort { get; init; }

    /// <summary>Waits for bytes.</summary>
    /// <returns>How many came; 0 at the end of the stream.</returns>
    /// <exception cref="TransportException">The connection failed.</exception>
    public abstract int Receive(Span<byte> buffer);

    /// <summary>Sends what can be sent without waiting.</summary>
    /// <returns>How many bytes were taken; 0 where the system cannot tell without waiting.</returns>
    /// <exception cref="TransportException">The connection failed.</exception>
    public abstract int TrySend(ReadOnlySpan<byte> bytes);

    /// <summary>Sends everything, waiting as long as it takes.</summary>
    /// <exception cref="TransportException">The connection failed.</exception>
    public abstract void Send(ReadOnlySpan<byte> bytes);

    /// <summary>Ends the stream in both directions and wakes who waits in it, from any thread.</summary>
    public abstract void Shutdown();

    /// <inheritdoc/>
    public abstract void Dispose();
}
