using System;
using System.Threading;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// Tells one running request that it is no longer wanted, and why. Whoever waits for something slow registers how to be woken,
/// for example by killing the tool it waits for.
/// </summary>
/// <param name="vm">The VM for which the work is done; <see cref="OfAgent"/> for the agent's own.</param>
internal sealed class CancelSignal(long vm = CancelSignal.OfAgent)
{
    /// <summary>No VM: what the agent does for itself.</summary>
    public const long OfAgent = 0;

    private readonly Lock _lock = new();
    private WireError? _reason;
    private Action? _wake;

    /// <summary>The VM for which the work is done.</summary>
    public long Vm => vm;

    /// <summary>Why the request is to end; null while it is wanted.</summary>
    public WireError? Reason => Volatile.Read(ref _reason);

    /// <summary>Cancels; only the first reason counts.</summary>
    public void Request(WireError reason)
    {
        lock (_lock)
        {
            if (_reason is not null)
            {
                return;
            }

            _reason = reason;

            // Called with the lock held: a waiter that has unregistered must never be woken, its process id may belong to another by then.
            _wake?.Invoke();
        }
    }

    /// <summary>Registers how the waiter is woken; called at once if the signal was given before. One waiter at a time.</summary>
    public void SetWake(Action wake)
    {
        lock (_lock)
        {
            _wake = wake;
            if (_reason is not null)
            {
                wake();
            }
        }
    }

    /// <summary>Takes the registration back. After the return the waiter will not be woken any more.</summary>
    public void ClearWake()
    {
        lock (_lock)
        {
            _wake = null;
        }
    }

    /// <exception cref="OperationException">The request was cancelled, with the reason.</exception>
    public void ThrowIfRequested()
    {
        if (Reason is WireError reason)
        {
            throw new OperationException(reason);
        }
    }
}
