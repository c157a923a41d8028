using System;
using System.Management.Automation;
using System.Threading.Tasks;
using EsxAgent.Completion;
using EsxAgent.Errors;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that asks the host through each session that was given, else through the default session, which is opened where there is none.</summary>
public abstract class SessionCmdlet : ConnectingCmdlet
{
    private ReconnectSign? _sign;

    /// <summary>Sessions to ask through; their names and numbers are taken too. Without it: the default session.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionNameCompleter))]
    public EsxAgentSession[]? Session { get; set; }

    /// <inheritdoc/>
    private protected sealed override IWaitSign? WaitSign => _sign;

    /// <summary>Asks one host. What goes wrong here concerns this session alone; the others are asked all the same.</summary>
    private protected abstract void Ask(EsxAgentSession session);

    /// <inheritdoc/>
    protected override void ProcessRecord() => AskEach();

    /// <summary>Asks each session, one after the other.</summary>
    private protected void AskEach()
    {
        foreach (EsxAgentSession session in Session ?? [RunspaceSessions.Here?.Default ?? Open(EndpointSource.Resolve(this, null))])
        {
            AskOne(session);
        }
    }

    /// <summary>Does something that may fail without an effect on what comes after it: the failure is written as an error.</summary>
    /// <param name="session">The session that is asked through.</param>
    /// <param name="volumeId">The volume that it is about; null for the session itself.</param>
    /// <param name="work">What is done.</param>
    /// <returns>False where it failed.</returns>
    private protected bool Attempt(EsxAgentSession session, string? volumeId, Action work)
    {
        try
        {
            work();
            return true;
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (FlowControlException)
        {
            // Select-Object -First ends the pipeline this way; to swallow it would end the whole script.
            throw;
        }
        catch (Exception error) when (ErrorRecords.Of(error, session, volumeId) is ErrorRecord record)
        {
            WriteError(record);
            return false;
        }
    }

    /// <summary>Waits for a change. A person who stops it is told how it ended, where that is not what a stop means.</summary>
    /// <param name="session">Where.</param>
    /// <param name="activity">What is being done, as <c>Removing db01@ssd1</c>.</param>
    /// <param name="change">The change; it was given <see cref="CancellableCmdlet.StopToken"/>.</param>
    /// <param name="sign">What a person sees of it; null for <see cref="WaitSign"/>.</param>
    private protected T WaitForChange<T>(EsxAgentSession session, string activity, Task<T> change, IWaitSign? sign = null)
    {
        try
        {
            return WaitFor(change, sign);
        }
        catch (PipelineStoppedException)
        {
            StoppedChange.Tell(Host, session, activity, change);
            throw;
        }
    }

    /// <summary>Asks one session, and tells what goes wrong with it.</summary>
    private protected void AskOne(EsxAgentSession session)
    {
        if (session.Live.State == Client.SessionState.Closed)
        {
            WriteError(ErrorRecords.SessionClosed(session));
            return;
        }

        using (_sign = new ReconnectSign(WriteProgress, session))
        {
            Attempt(session, null, () => Ask(session));
        }

        _sign = null;
        if (session.TakeHostChange() is string change)
        {
            WriteWarning(change);
        }
    }
}
