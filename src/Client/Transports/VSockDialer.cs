using System;
using System.Threading;
using System.Threading.Tasks;

namespace EsxAgent.Client.Transports;

/// <summary>
/// The habits of connecting over VMCI: which failures mean "once more", how often, and from which local port.
/// </summary>
internal static class VSockDialer
{
    /// <summary>A reset at connect: nobody listens, or the pair of ports is still closing. From this many ports it is the former.</summary>
    private const int MaxResets = 8;

    /// <summary>The driver is out of buffers: it has some again a moment later.</summary>
    private const int MaxNoBuffers = 5;

    private static readonly TimeSpan NoBuffersPause = TimeSpan.FromMilliseconds(1);

    /// <summary>One attempt from one local port; null: from a port that the system chooses.</summary>
    public delegate Task<Transport> Attempt(uint? localPort, CancellationToken cancellationToken);

    /// <summary>Tries until it is connected or the failure is final.</summary>
    /// <param name="attempt">One attempt.</param>
    /// <param name="ports">Where the privileged ports come from.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="TransportException">The last attempt's failure.</exception>
    public static async Task<Transport> DialAsync(Attempt attempt, PrivilegedPorts ports, CancellationToken cancellationToken)
    {
        bool privileged = true;
        int resets = 0;
        int noBuffers = 0;
        int inUse = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await attempt(privileged ? ports.Next() : null, cancellationToken).ConfigureAwait(false);
            }
            catch (TransportException e) when (e.Error == TransportError.PortDenied && privileged)
            {
                // Not an administrator: go on from an ordinary port, and let the host say what it thinks of that.
                privileged = false;
            }
            catch (TransportException e) when (e.Error == TransportError.Reset && ++resets < MaxResets)
            {
            }
            catch (TransportException e) when (e.Error == TransportError.AddressInUse && ++inUse < PrivilegedPorts.Count)
            {
            }
            catch (TransportException e) when (e.Error == TransportError.NoBuffers && ++noBuffers <= MaxNoBuffers)
            {
                await Task.Delay(NoBuffersPause, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
