using System;
using System.Globalization;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Errors;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that can connect to an agent.</summary>
public abstract class ConnectingCmdlet : CancellableCmdlet
{
    /// <summary>What every session of the module is opened with.</summary>
    /// <param name="timeoutSeconds">Seconds for connecting and for each answer; 0 for the usual.</param>
    private protected static SessionOptions OptionsFor(int timeoutSeconds)
    {
        var options = new SessionOptions
        {
            ClientName = "EsxAgent PowerShell module",
            ClientVersion = typeof(ConnectingCmdlet).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
        };
        TimeSpan timeout = TimeSpan.FromSeconds(timeoutSeconds);
        return timeoutSeconds == 0 ? options : options with { ConnectTimeout = timeout, RequestTimeout = timeout };
    }

    /// <summary>Connects and takes the session into the runspace's store; a failure ends the cmdlet, because without a session nothing can go on.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="name">The session's name; null for one made of its number.</param>
    /// <param name="timeoutSeconds">Seconds for connecting and for each answer; 0 for the usual.</param>
    /// <param name="canBeDefault">False for a session that never becomes the default.</param>
    private protected EsxAgentSession Open(Endpoint endpoint, string? name = null, int timeoutSeconds = 0, bool canBeDefault = true)
    {
        Task<AgentSession> connecting = AgentSession.ConnectAsync(endpoint, OptionsFor(timeoutSeconds), StopToken);
        AgentSession live;
        try
        {
            live = WaitFor(connecting);
        }
        catch (PipelineStoppedException)
        {
            // Nobody is left to use what may yet come out of it.
            _ = connecting.ContinueWith(
                static late => late.Result.Dispose(),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
            throw;
        }
        catch (ConnectionException error)
        {
            ThrowTerminatingError(ErrorRecords.OfConnection(error, endpoint.ToString()));
            throw;
        }
        catch (AgentException error)
        {
            ThrowTerminatingError(ErrorRecords.OfAgent(error, endpoint.ToString()));
            throw;
        }

        EsxAgentSession session = RunspaceSessions.Here!.Add(live, name, canBeDefault);
        WriteVerbose(string.Create(CultureInfo.InvariantCulture, $"Session {session.Id} is connected to {session.HostName} at {session.Endpoint}."));
        return session;
    }
}
