using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>
/// One change that runs, and the requests that wait for it: the one that began it and its repeats. It does not end with their connections; only the guest's own wish
/// to cancel ends it: by its id, or when none of the requests that wait is wanted any more.
/// </summary>
internal sealed class ChangeRun(Workers workers, long vm)
{
    /// <summary>The parameter that says where progress goes. Who begins a change has looked that it can be read: nothing may fail once a change is known.</summary>
    public const string TokenName = "workDoneToken";

    private const int ReportMs = 200;

    private static readonly WireError s_othersWait = new(ErrorKind.RequestCancelled, "The request was cancelled; the change goes on, because another request waits for it.");

    private readonly Lock _lock = new();
    private readonly List<Waiter> _waiters = [];
    private bool _isFinished;
    private long _reported;
    private string? _title;

    /// <summary>The memory of what is to be written; null where that is little.</summary>
    public MemoryShare? Share { get; set; }

    /// <summary>Ends it.</summary>
    public CancelSignal Cancel { get; } = new(vm);

    private sealed class Waiter(RequestContext request, Answer answer)
    {
        private int _isAnswered;

        /// <summary>Where progress goes; empty where none is wanted.</summary>
        public byte[] Token { get; } = request.Parameters.Token(TokenName).ToArray();

        public RequestContext Request => request;

        /// <summary>False once the guest has cancelled this request.</summary>
        public bool IsWanted { get; set; } = true;

        public void Give(IWireObject? result, Exception? error)
        {
            if (Interlocked.Exchange(ref _isAnswered, 1) == 0)
            {
                request.Cancel.ClearWake();
                answer(result, error);
            }
        }
    }

    /// <summary>Lets a request wait for the end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="answer">Ends it.</param>
    /// <param name="isWanted">False where it only comes to cancel the change.</param>
    /// <returns>False where the end has come: the request has to begin anew, and will find what was done.</returns>
    public bool TryJoin(RequestContext request, Answer answer, bool isWanted)
    {
        var waiter = new Waiter(request, answer);
        lock (_lock)
        {
            if (_isFinished)
            {
                return false;
            }

            _waiters.Add(waiter);
        }

        if (waiter.Token.Length > 0)
        {
            request.Session.Connection.SendProgress(waiter.Token, "begin", 0, null);
        }

        request.Cancel.SetWake(() => OnUnwanted(waiter));
        if (!isWanted)
        {
            // For all who wait: one of them may be this very guest's, over a connection of which it knows already that it is lost.
            Cancel.Request(Session.CancelledByGuest);
        }

        return true;
    }

    /// <summary>Tells who waits how far it is; seldom enough to cost nothing.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="percent">0 to 100.</param>
    public void Report(string title, int percent)
    {
        long now = Environment.TickCount64;
        if (percent is > 0 and < 100 && title == _title && now - _reported < ReportMs)
        {
            return;
        }

        (_reported, _title) = (now, title);
        Send(waiter => waiter.Request.Session.Connection.SendProgress(waiter.Token, "report", percent, title));
    }

    /// <summary>Answers everybody who waits.</summary>
    public void Finish(IWireObject? result, Exception? error)
    {
        Waiter[] waiters;
        lock (_lock)
        {
            _isFinished = true;
            waiters = [.. _waiters];
            _waiters.Clear();
        }

        foreach (Waiter waiter in waiters)
        {
            if (waiter.Token.Length > 0)
            {
                waiter.Request.Session.Connection.SendProgress(waiter.Token, "end", 100, null);
            }

            waiter.Give(result, error);
        }
    }

    private void Send(Action<Waiter> send)
    {
        Waiter[] waiters;
        lock (_lock)
        {
            waiters = [.. _waiters];
        }

        foreach (Waiter waiter in waiters)
        {
            if (waiter.Token.Length > 0)
            {
                send(waiter);
            }
        }
    }

    /// <summary>A request is not wanted any more. Called with its signal's lock held, on whatever thread gave the signal: nothing here may wait.</summary>
    private void OnUnwanted(Waiter waiter)
    {
        WireError reason = waiter.Request.Cancel.Reason!;
        if (reason.Kind == ErrorKind.RequestCancelled && !ReferenceEquals(reason, Session.ConnectionEnded))
        {
            waiter.IsWanted = false;
            if (!TryLeaveToOthers(waiter))
            {
                // The answer tells whether it was in time: it comes from the run itself.
                Cancel.Request(reason);
                return;
            }

            reason = s_othersWait;
        }
        else
        {
            lock (_lock)
            {
                _waiters.Remove(waiter);
            }
        }

        // The work goes on: whoever asks again with the same operation id gets its end.
        WireError told = reason.Kind == ErrorKind.DeadlineExceeded
            ? new WireError(reason.Kind, reason.Message) { RecommendedAction = "The change goes on: ask again with the same operation id, or look at the present state." }
            : reason;
        Action answer = () => waiter.Give(null, new OperationException(told));

        // Not in the VM's own lane if it can be helped: it may be full of what hangs.
        if (!AgentThread.TryStart(answer))
        {
            _ = workers.TryRun(WorkLane.OfRequests(Cancel.Vm), answer);
        }
    }

    /// <summary>Takes a request out of those that wait, unless it is the last one that wanted the change.</summary>
    private bool TryLeaveToOthers(Waiter waiter)
    {
        lock (_lock)
        {
            return _waiters.Exists(other => other.IsWanted) && _waiters.Remove(waiter);
        }
    }
}
