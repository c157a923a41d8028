using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>
/// The one way in which volumes change: join what runs, take the claim, answer a repeat from what the datastore shows, else do it. Each change runs on a thread of
/// its own, so that it outlives the connection of who asked.
/// </summary>
internal sealed class ChangeRuns(VolumeTools tools, Owners owners, Recovery recovery, Workers workers, AuditLog audit, AgentLog log)
{
    /// <summary>Changes of one VM at the same time: each may run a tool for hours.</summary>
    private const int RunsOfVm = 8;

    /// <summary>How long a change waits for another one of the same volume.</summary>
    private const int WaitMs = 10_000;

    private readonly Dictionary<string, ChangeRun> _runs = [];
    private readonly VmPlaces _places = new(RunsOfVm, "changes");
    private readonly NameGates _gates = new();
    private readonly OperationIds _ids = new();

    /// <summary>Changes that run now.</summary>
    public int Count
    {
        get
        {
            lock (_runs)
            {
                return _runs.Count;
            }
        }
    }

    /// <summary>Begins a change, or joins it where it runs already.</summary>
    /// <param name="request">The request.</param>
    /// <param name="what">What is asked.</param>
    /// <param name="change">How it is done.</param>
    /// <param name="confirmCaller">Asks the host again who is calling.</param>
    /// <param name="answer">Ends the request.</param>
    /// <exception cref="OperationException"><c>OperationConflict</c> or <c>TooBusy</c>; the answer was not given then.</exception>
    public void Begin(RequestContext request, ChangeRequest what, VolumeChange change, Action confirmCaller, Answer answer)
    {
        _ids.Use(what.Group, what.OperationId, what.Fingerprint);
        string key = $"{what.Group}/{what.OperationId}";
        ChangeRun run;
        bool isNew;
        while (true)
        {
            lock (_runs)
            {
                isNew = !_runs.TryGetValue(key, out ChangeRun? running);
                run = running ?? Add(key, what.Caller.CartelId);
            }

            if (run.TryJoin(request, answer, isWanted: !what.IsCancel))
            {
                break;
            }

            // It ended just now and will be gone in a moment.
            Thread.Yield();
        }

        if (isNew)
        {
            // What is to be written lives as long as the change, and that may be longer than the request.
            run.Share = request.Share;
            request.Share = null;
        }

        if (isNew && !AgentThread.TryStart(() => Run(key, run, what, change, confirmCaller)))
        {
            run.Share?.Dispose();
            End(key, what.Caller.CartelId);
            run.Finish(null, new OperationException(new WireError(ErrorKind.TooBusy, "The agent cannot start a thread for the change.") { RetryAfterMs = 1_000 }));
        }
    }

    /// <summary>Ends every change that still runs: what it has begun is taken back, or left to recovery.</summary>
    public void CancelAll()
    {
        ChangeRun[] runs;
        lock (_runs)
        {
            runs = new ChangeRun[_runs.Count];
            _runs.Values.CopyTo(runs, 0);
        }

        foreach (ChangeRun run in runs)
        {
            run.Cancel.Request(new WireError(ErrorKind.ShuttingDown, "The agent is shutting down; ask its successor again with the same operation id."));
        }
    }

    /// <summary>Names the error of a failed call on the datastore as a guest can understand it.</summary>
    public static OperationException Translate(PosixException e, string datastore) => e.Number is Errno.NoSpace or Errno.QuotaExceeded
        ? new OperationException(new WireError(ErrorKind.DatastoreFull, $"The datastore '{datastore}' has no space left.") { Target = datastore, ToolError = e.Message })
        : new OperationException(new WireError(ErrorKind.ToolFailed, $"The datastore '{datastore}' did not do what was asked: {e.Message}.") { Target = datastore });

    private ChangeRun Add(string key, long cartelId)
    {
        _places.Enter(cartelId);
        return _runs[key] = new ChangeRun(workers, cartelId);
    }

    private void End(string key, long cartelId)
    {
        lock (_runs)
        {
            _runs.Remove(key);
        }

        _places.Leave(cartelId);
    }

    private void Run(string key, ChangeRun run, ChangeRequest what, VolumeChange change, Action confirmCaller)
    {
        IWireObject? result = null;
        Exception? error = null;
        long started = Stopwatch.GetTimestamp();
        try
        {
            audit.Begin(what);
            result = Change(run, what, change, confirmCaller, started);
        }
        catch (PosixException e)
        {
            error = Named(Translate(e, what.Datastore.Name), what);
        }
        catch (OperationException e)
        {
            error = Named(e, what);
        }
        catch (Exception e)
        {
            error = e;
        }

        if (error is not null)
        {
            audit.End(what, error, isAgain: false, Stopwatch.GetElapsedTime(started));
        }

        run.Share?.Dispose();

        // Not in the table any more before it is answered: a repeat that comes now begins anew and finds what was done.
        End(key, what.Caller.CartelId);
        run.Finish(result, error);
    }

    private static OperationException Named(OperationException e, ChangeRequest what) => new(e.Error with { OperationId = what.OperationId });

    private IWireObject Change(ChangeRun run, ChangeRequest what, VolumeChange change, Action confirmCaller, long started)
    {
        string key = VolumeName.Key(what.Name);
        string? source = change.Source is string read ? $"{read.Split('\n')[0]}/{what.Group}/{VolumeName.Key(read.Split('\n')[1])}" : null;
        using IDisposable gate = _gates.TryEnter($"{what.Scope}/{key}", source, WaitMs, run.Cancel) ?? throw Held(what, null);
        using GroupDirectory group = GroupDirectory.OpenOrMake(tools.Datastores, what.Datastore, what.Group);
        owners.Beat(group.Root, what.Datastore.Uuid);
        recovery.Sweep(group);
        using Claim claim = Take(group, what.ToIntent(owners.Id, change), what, run.Cancel);
        try
        {
            OperationRecord? remembered = OperationRecords.TryRead(group, what.OperationId);
            if (remembered is not null && remembered.Fingerprint != what.Fingerprint)
            {
                // Used in an earlier life of the agent, or through another one.
                throw OperationIds.Conflict(what.OperationId);
            }

            var context = new ChangeContext(tools, group, claim, what, remembered, run, confirmCaller);
            IWireObject? before = change.AnswerAgain(context);
            if (before is null)
            {
                run.Cancel.ThrowIfRequested();
            }

            IWireObject result = before ?? change.Do(context);

            // With the claim still held: the next change of the same name must come behind it in the audit, as it does on the datastore.
            audit.End(what, null, isAgain: before is not null, Stopwatch.GetElapsedTime(started));
            return result;
        }
        finally
        {
            Release(claim);
        }
    }

    private Claim Take(GroupDirectory group, Intent intent, ChangeRequest what, CancelSignal cancel)
    {
        const int FirstPauseMs = 10;
        const int LongestPauseMs = 200;
        long deadline = Environment.TickCount64 + WaitMs;
        for (int pause = FirstPauseMs; ; pause = Math.Min(pause * 2, LongestPauseMs))
        {
            if (Claim.TryTake(group, intent) is Claim claim)
            {
                return claim;
            }

            cancel.ThrowIfRequested();

            // Another agent holds it: living, or dead since the sweep.
            bool isFree = recovery.TryFree(group, VolumeName.Key(intent.Name), mayBeOwn: true);
            if (!isFree && Environment.TickCount64 >= deadline)
            {
                throw Held(what, Claim.TryRead(group, VolumeName.Key(intent.Name), out _));
            }

            Thread.Sleep(isFree ? 0 : pause);
        }
    }

    private void Release(Claim claim)
    {
        try
        {
            claim.Release();
        }
        catch (PosixException e)
        {
            log.Write($"the claim '{claim.Key}' could not be removed and is left to recovery: {e.Message}");
        }
    }

    private static OperationException Held(ChangeRequest what, Intent? by) => new(
        new WireError(ErrorKind.OperationConflict, $"Another change{(by is null ? string.Empty : $" ('{by.Method}' of the VM '{by.Caller}')")} holds the volume '{what.Name}@{what.Datastore.Name}'.")
        {
            Target = $"{what.Name}@{what.Datastore.Name}",
            RecommendedAction = "Try again when it is done.",
            RetryAfterMs = 1_000,
        });
}
