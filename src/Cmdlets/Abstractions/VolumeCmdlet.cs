using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Jobs;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that changes or looks at single volumes: it tells how far a change is, or leaves it to a job.</summary>
public abstract class VolumeCmdlet : SessionCmdlet
{
    /// <summary>A change on the host.</summary>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Cancels it on the host.</param>
    private protected delegate Task<T> Change<T>(IProgress<WorkDoneValue> progress, CancellationToken cancellationToken);

    /// <summary>Asks whether something is to be done to a volume.</summary>
    /// <param name="session">Where.</param>
    /// <param name="volumeId">The volume.</param>
    /// <param name="action">What is done, as <c>Resize to 20 GB</c>.</param>
    private protected bool IsWanted(EsxAgentSession session, string volumeId, string action) =>
        ShouldProcess($"volume '{volumeId}' on {session.HostName}", action);

    /// <summary>Waits for a change and shows how far it is.</summary>
    /// <param name="session">Where.</param>
    /// <param name="activity">What is being done, as <c>Removing db01@ssd1</c>.</param>
    /// <param name="change">Asks for it.</param>
    private protected T WaitFor<T>(EsxAgentSession session, string activity, Change<T> change)
    {
        using var progress = new ChangeProgress(this, session, activity);
        return WaitForChange(session, activity, change(progress, StopToken), progress);
    }

    /// <summary>Waits for a change of a volume, or hands it to a job.</summary>
    /// <param name="session">Where.</param>
    /// <param name="volumeId">The volume.</param>
    /// <param name="doing">What is being done, as <c>Creating</c>.</param>
    /// <param name="asJob">True for a job, which is written in place of the volume.</param>
    /// <param name="isWritten">True to write the volume when it is done.</param>
    /// <param name="change">Asks for it.</param>
    private protected void Run(EsxAgentSession session, string volumeId, string doing, bool asJob, bool isWritten, Change<Volume> change)
    {
        string activity = $"{doing} {volumeId}";
        if (asJob)
        {
            var job = new VolumeJob(MyInvocation.Line.Trim(), session, volumeId, activity, isWritten);
            JobRepository.Add(job);
            job.Start((progress, cancellationToken) => change(progress, cancellationToken));
            WriteObject(job);
            return;
        }

        Volume volume = WaitFor(session, activity, change);
        if (isWritten)
        {
            WriteObject(new VmdkVolume(volume, session.HostName));
        }
    }
}
