using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Policy;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// Brings a request to its operation: is there such a method, may this VM call it, is there a place for it, and where does it run. Knows nothing of what
/// methods do.
/// </summary>
internal sealed class Dispatcher(
    MethodTable methods, Authorizer authorizer, Admission admission, Workers workers, Watchdog watchdog, Counters counters, AgentLog log, AuditLog audit)
{
    private const string ShuttingDown = "The agent is shutting down; try again in a moment.";

    private volatile bool _isEnding;

    /// <summary>Requests of methods that never end by themselves.</summary>
    private readonly List<RequestContext> _endless = [];

    /// <summary>From here on every new request is answered with <c>ShuttingDown</c>, and so are those that would never end.</summary>
    public void End()
    {
        _isEnding = true;
        lock (_endless)
        {
            _endless.ForEach(EndNow);
        }
    }

    /// <summary>Counts a message against the rate of its VM.</summary>
    /// <param name="session">The session.</param>
    /// <param name="now">The time, as <see cref="Stopwatch.GetTimestamp"/> has it.</param>
    /// <returns>Milliseconds until the VM may send again; 0 where this message is in time.</returns>
    public int Pace(Session session, long now) => admission.CountMessage(session.Vm, RateOf(session).PerSecond, now);

    /// <summary>Answers a request, at once or later from a worker. Never throws.</summary>
    /// <param name="session">The session.</param>
    /// <param name="message">The request.</param>
    /// <param name="waitMs">Milliseconds by which it came too early; 0 where it is in time.</param>
    public void Dispatch(Session session, RpcMessage message, int waitMs)
    {
        long started = session.Connection.LastReceived;
        Method? method = methods.Find(message.Method);
        try
        {
            if (waitMs > 0)
            {
                throw Admission.TooFast($"This VM may send {RateOf(session).PerSecond} messages a second.", waitMs);
            }

            Check(session, method, message);
            ReadOnlySpan<byte> parameters = message.Payload is [(byte)'{', ..] ? message.Payload : default;
            if (method!.AtOnce?.Invoke(session.Caller!, new RequestParameters(parameters)) is IWireObject result)
            {
                session.Connection.SendResult(message.Id, result);

                // An answer that is at hand takes a microsecond; asking for the time once more would be a tenth of it, and is a system call on VMkernel.
                counters.CountRequest(method, result is RenderedResult ? TimeSpan.Zero : Stopwatch.GetElapsedTime(started));
            }
            else
            {
                var request = new RequestContext(session, message.Id.ToArray(), parameters.ToArray()) { Share = session.Connection.TakeBodyShare() };
                try
                {
                    Start(request, method, started);
                }
                catch
                {
                    request.Share?.Dispose();
                    throw;
                }
            }
        }
        catch (Exception e)
        {
            session.Connection.SendError(message.Id, ErrorOf(e, session, Shorten(message.Method)));
            counters.CountRequest(method, Stopwatch.GetElapsedTime(started));
        }
    }

    private MessageRate RateOf(Session session)
    {
        PolicyInForce policy = authorizer.Policy;
        MessageRate? rate = session.Rate;
        if (rate is null || !ReferenceEquals(rate.Policy, policy))
        {
            authorizer.RatesOf(session.Caller, out int perSecond, out _);
            session.Rate = rate = new MessageRate(policy, perSecond);
        }

        return rate;
    }

    private void Check(Session session, Method? method, RpcMessage message)
    {
        if (_isEnding)
        {
            throw new OperationException(ErrorKind.ShuttingDown, ShuttingDown);
        }

        bool isInitialize = method?.Name == Methods.Initialize;
        if (session.Caller is null != isInitialize)
        {
            throw isInitialize
                ? new OperationException(ErrorKind.InvalidRequest, "The session is initialized already.")
                : new OperationException(ErrorKind.ServerNotInitialized, $"'{Shorten(message.Method)}' was asked before 'initialize'.");
        }

        if (method is null)
        {
            string name = Shorten(message.Method);
            throw new OperationException(new WireError(ErrorKind.MethodNotFound, $"This agent has no method '{name}'.") { Target = name });
        }

        if (message.Payload.Length > 0 && message.Payload is not ([(byte)'{', ..] or [(byte)'[', (byte)']'] or [(byte)'n', ..]))
        {
            throw new OperationException(ErrorKind.InvalidParams, "The parameters are given by name: 'params' is an object.");
        }

        if (session.Caller is Caller caller)
        {
            authorizer.Demand(caller, method);
            if (method.IsChange)
            {
                authorizer.RatesOf(caller, out _, out int perMinute);
                admission.CountChange(session.Vm, perMinute, session.Connection.LastReceived);
            }
        }
    }

    private void Start(RequestContext request, Method method, long started)
    {
        int? timeout = (int?)request.Parameters.Integer("timeoutMs", 1, int.MaxValue) ?? method.TimeoutMs;
        request.Deadline = timeout is int milliseconds ? Environment.TickCount64 + milliseconds : long.MaxValue;
        long owner = request.Session.Vm;
        WorkLane lane = request.Session.Caller is null ? WorkLane.OfHandshakes(owner) : WorkLane.OfRequests(owner);
        admission.EnterRequest(owner);
        if (!request.Session.TryEnter(request))
        {
            admission.LeaveRequest(owner);
            throw new OperationException(ErrorKind.InvalidRequest, "A request with this id is running already.");
        }

        counters.RequestStarted();
        Keep(request, method);
        Watchdog.Entry? deadline = timeout is int limit
            ? watchdog.After(limit, () => request.Cancel.Request(new WireError(ErrorKind.DeadlineExceeded, $"'{method.Name}' did not end within {limit} ms.")))
            : null;
        if (method.Begin is not null)
        {
            Begin(request, method, (result, error) =>
            {
                Finish(request, method, deadline, started, result, error);
                admission.LeaveRequest(owner);
            });
            return;
        }

        Action work = () =>
        {
            Run(request, method, deadline, started);
            admission.LeaveRequest(owner);
        };
        request.Cancel.SetWake(() => workers.Hurry(lane, work));
        if (!workers.TryRun(lane, work))
        {
            Leave(request, deadline);
            counters.RequestEnded();
            admission.LeaveRequest(owner);
            throw new OperationException(new WireError(ErrorKind.TooBusy, "The agent cannot start a thread for the request.") { RetryAfterMs = 1_000 });
        }

        if (request.Cancel.Reason is not null)
        {
            // It was cancelled before it had a place in the queue.
            workers.Hurry(lane, work);
        }
    }

    /// <summary>Remembers a request that never ends by itself, until it is answered.</summary>
    private void Keep(RequestContext request, Method method)
    {
        if (method.IsEndless)
        {
            lock (_endless)
            {
                _endless.Add(request);
                if (_isEnding)
                {
                    EndNow(request);
                }
            }
        }
    }

    private static void EndNow(RequestContext request) => request.Cancel.Request(new WireError(ErrorKind.ShuttingDown, ShuttingDown));

    private static void Begin(RequestContext request, Method method, Answer answer)
    {
        try
        {
            method.Begin!(request, answer);
        }
        catch (Exception e)
        {
            answer(null, e);
        }
    }

    /// <summary>Runs on a worker.</summary>
    private void Run(RequestContext request, Method method, Watchdog.Entry? deadline, long started)
    {
        IWireObject? result = null;
        Exception? error = null;
        try
        {
            request.Cancel.ClearWake();
            request.Cancel.ThrowIfRequested();
            result = method.Run!(request);
        }
        catch (Exception e)
        {
            error = e;
        }

        Finish(request, method, deadline, started, result, error);
    }

    /// <summary>Answers a request that has run.</summary>
    private void Finish(RequestContext request, Method method, Watchdog.Entry? deadline, long started, IWireObject? result, Exception? failure)
    {
        WireError? error = failure is null ? null : ErrorOf(failure, request.Session, method.Name);

        // Before the answer goes out: who has read it may use its id again.
        Leave(request, deadline);
        request.Share?.Dispose();
        counters.CountRequest(method, Stopwatch.GetElapsedTime(started));
        if (error is null)
        {
            request.Session.Connection.SendResult(request.Id, result);
        }
        else
        {
            request.Session.Connection.SendError(request.Id, error);
            if (error.Kind == ErrorKind.PeerUnidentified)
            {
                log.WriteOf(request.Session.Vm, $"session {request.Session.Id} refused: {error.Message}");
                request.Session.End();
            }
        }

        // Not before: an agent that is told to end waits until nothing runs, and the answer belongs to it.
        counters.RequestEnded();
    }

    private void Leave(RequestContext request, Watchdog.Entry? deadline)
    {
        deadline?.Cancel();
        lock (_endless)
        {
            _endless.Remove(request);
        }

        request.Session.Leave(request);
    }

    /// <summary>
    /// What the guest is told of a failure; a mistake of the agent itself goes to the log in full and to the guest in one sentence. What was refused is in
    /// the audit file before the guest knows.
    /// </summary>
    private WireError ErrorOf(Exception e, Session session, string method)
    {
        if (e is OperationException operation)
        {
            ErrorKind kind = operation.Error.Kind;
            if (kind == ErrorKind.AccessDenied || kind == ErrorKind.PeerUnidentified)
            {
                audit.Refused(session, method, kind);
            }

            return operation.Error;
        }

        if (e is OutOfMemoryException)
        {
            log.WriteOf(session.Vm, $"no memory for '{method}'");
            return new WireError(ErrorKind.TooBusy, "The agent has no memory for this at the moment.") { RetryAfterMs = 1_000 };
        }

        log.WriteOf(session.Vm, $"internal error in '{method}': {Fault.Describe(e)}");
        return new WireError(ErrorKind.InternalError, "The agent made a mistake; its log on the host says more.");
    }

    /// <summary>A method's name as the guest gave it, for messages.</summary>
    private static string Shorten(ReadOnlySpan<byte> method)
    {
        string name = Encoding.UTF8.GetString(method);
        return name.Length <= 80 ? name : name[..80];
    }
}
