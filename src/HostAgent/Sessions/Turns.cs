using System;
using System.Threading;
using EsxAgent.HostAgent.Operations;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>Work that is done piece by piece: none of the pieces takes long or waits for the guest.</summary>
internal interface IPieces : IDisposable
{
    /// <summary>Does the next piece.</summary>
    /// <param name="pauseMs">Milliseconds until there is something to do again; 0 for at once.</param>
    /// <returns>The result, when the work is done; null before.</returns>
    /// <exception cref="OperationException">The work ends with this error.</exception>
    IWireObject? Next(out int pauseMs);
}

/// <summary>
/// Runs the pieces of a request that lives long on the workers that all VMs share: after each piece it goes to the end of the queue, and between two pieces
/// it holds no thread.
/// </summary>
internal sealed class Turns
{
    /// <summary>While no thread can be had, how often one is asked for.</summary>
    private const int WithoutThreadMs = 100;

    private readonly Workers _workers;
    private readonly Watchdog _watchdog;
    private readonly CancelSignal _cancel;
    private readonly IPieces _pieces;
    private readonly Answer _answer;
    private Watchdog.Entry? _pause;
    private int _isWaiting;

    private Turns(Workers workers, Watchdog watchdog, CancelSignal cancel, IPieces pieces, Answer answer)
    {
        _workers = workers;
        _watchdog = watchdog;
        _cancel = cancel;
        _pieces = pieces;
        _answer = answer;
    }

    /// <summary>Begins the work; it ends with the answer.</summary>
    /// <param name="workers">Where the pieces run.</param>
    /// <param name="watchdog">Who wakes it after a pause.</param>
    /// <param name="cancel">Wakes it early and ends it.</param>
    /// <param name="pieces">The work; disposed of at the end.</param>
    /// <param name="answer">Called at the end.</param>
    /// <exception cref="OperationException"><c>TooBusy</c>: no thread can be had. The work is disposed of then, and no answer given.</exception>
    public static void Begin(Workers workers, Watchdog watchdog, CancelSignal cancel, IPieces pieces, Answer answer)
    {
        var turns = new Turns(workers, watchdog, cancel, pieces, answer);
        if (!workers.TryRun(WorkLane.OfRequests(cancel.Vm), turns.Run))
        {
            pieces.Dispose();
            throw new OperationException(new WireError(ErrorKind.TooBusy, "The agent cannot start a thread for the request.") { RetryAfterMs = 1_000 });
        }
    }

    private void Run()
    {
        IWireObject? result = null;
        Exception? error = null;
        int pauseMs = 0;
        _cancel.ClearWake();
        try
        {
            _cancel.ThrowIfRequested();
            result = _pieces.Next(out pauseMs);
        }
        catch (Exception e)
        {
            error = e;
        }

        if (result is not null || error is not null)
        {
            _pieces.Dispose();
            _answer(result, error);
        }
        else if (pauseMs == 0)
        {
            Queue();
        }
        else
        {
            // The clock comes last: when it strikes, this thread must have done everything that it had to do.
            Volatile.Write(ref _isWaiting, 1);
            _cancel.SetWake(Wake);
            Volatile.Write(ref _pause, _watchdog.After(pauseMs, Wake));
        }
    }

    /// <summary>The pause is over, or the request is no longer wanted.</summary>
    private void Wake()
    {
        if (Interlocked.Exchange(ref _isWaiting, 0) != 0)
        {
            Volatile.Read(ref _pause)?.Cancel();
            Queue();
        }
    }

    private void Queue()
    {
        if (!_workers.TryRun(WorkLane.OfRequests(_cancel.Vm), Run))
        {
            _watchdog.After(WithoutThreadMs, Queue);
        }
    }
}
