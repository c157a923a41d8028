using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Abstractions;
using EsxAgent.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Jobs;

/// <summary>
/// A change of one volume that a person does not wait for. It runs on the host and holds no thread here; stopping it cancels it on the host. It uses the
/// session that it was begun with, and fails when that is disconnected.
/// </summary>
public sealed class VolumeJob : Job, IProgress<WorkDoneValue>
{
    private const string TypeName = "VolumeJob";
    private const int WholePercent = 100;

    /// <summary>How long a stop waits for the job's own end, which comes at once unless the host cannot be reached.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly EsxAgentSession _session;
    private readonly string _volumeId;
    private readonly string _activity;
    private readonly bool _isWritten;
    private readonly int _activityNumber = ProgressPump.NextActivity();
    private volatile string _status = string.Empty;

    internal VolumeJob(string command, EsxAgentSession session, string volumeId, string activity, bool isWritten)
        : base(command)
    {
        _session = session;
        _volumeId = volumeId;
        _activity = activity;
        _isWritten = isWritten;
        PSJobTypeName = TypeName;
    }

    /// <summary>True where something can be received.</summary>
    public override bool HasMoreData =>
        Output.Count + Error.Count + Warning.Count + Progress.Count > 0;

    /// <summary>The host that does it.</summary>
    public override string Location => _session.HostName ?? _session.Endpoint;

    /// <summary>How far it is.</summary>
    public override string StatusMessage => _status;

    /// <summary>
    /// Cancels the change on the host and waits for the job's end, which is what the host says of it: a change that was done before is completed, with a warning; one
    /// of which the host could not tell any more has failed.
    /// </summary>
    public override void StopJob()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return;
        }

        Finished.WaitOne(StopTimeout);
    }

    /// <summary>Called on the session's receiving thread.</summary>
    public void Report(WorkDoneValue value)
    {
        string status = ChangeProgress.Say(value?.Percentage ?? 0, value?.Message);
        if (value?.Kind == "report" && status != _status)
        {
            _status = status;
            Progress.Add(new ProgressRecord(_activityNumber, _activity, status) { PercentComplete = Math.Clamp(value.Percentage ?? 0, 0, WholePercent) });
        }
    }

    /// <summary>Begins.</summary>
    /// <param name="change">Asks the host for the change.</param>
    internal void Start(Func<IProgress<WorkDoneValue>, CancellationToken, Task<Volume>> change)
    {
        SetJobState(JobState.Running);
        _ = RunAsync(change);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            StopJob();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task RunAsync(Func<IProgress<WorkDoneValue>, CancellationToken, Task<Volume>> change)
    {
        JobState end;
        try
        {
            Volume volume = await change(this, _stop.Token).ConfigureAwait(false);
            if (_isWritten)
            {
                Output.Add(PSObject.AsPSObject(new VmdkVolume(volume, _session.HostName)));
            }

            if (_stop.IsCancellationRequested)
            {
                Warning.Add(new WarningRecord(StoppedChange.Done(_activity)));
            }

            end = JobState.Completed;
        }
        catch (OperationCanceledException)
        {
            end = JobState.Stopped;
        }
        catch (Exception error)
        {
            Error.Add(ErrorRecords.Of(error, _session, _volumeId) ?? ErrorRecords.UnexpectedFailure(error, _volumeId));
            end = JobState.Failed;
        }

        TakeProgressAway();
        SetJobState(end);
    }

    private void TakeProgressAway()
    {
        if (_status.Length > 0)
        {
            Progress.Add(new ProgressRecord(_activityNumber, _activity, _status) { RecordType = ProgressRecordType.Completed });
        }
    }
}
