using System.Management.Automation;
using EsxAgent.Client;
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
    protected sealed override void ProcessRecord()
    {
        if (Session is not null)
        {
            foreach (EsxAgentSession session in Session)
            {
                Try(session);
            }

            return;
        }

        Try(RunspaceSessions.Here?.Default ?? Open(EndpointSource.Resolve(this, null)));
    }

    private void Try(EsxAgentSession session)
    {
        if (session.Live.State == Client.SessionState.Closed)
        {
            WriteError(ErrorRecords.SessionClosed(session));
            return;
        }

        using var sign = new ReconnectSign(this, session);
        _sign = sign;
        try
        {
            Ask(session);
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
        catch (AgentException error)
        {
            WriteError(ErrorRecords.OfAgent(error, session));
        }
        catch (ConnectionException error)
        {
            // Closed: somebody disconnected the session while it was in use.
            WriteError(error.Failure == ConnectionFailure.Closed ? ErrorRecords.SessionClosed(session) : ErrorRecords.OfConnection(error, session));
        }

        if (session.TakeHostChange() is string change)
        {
            WriteWarning(change);
        }
    }
}
