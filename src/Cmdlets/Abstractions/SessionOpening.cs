using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Errors;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Abstractions;

/// <summary>Connects to an agent and takes the session into the runspace's store.</summary>
internal static class SessionOpening
{
    /// <summary>What every session of the module is opened with.</summary>
    /// <param name="timeoutSeconds">Seconds for connecting and for each answer; 0 for the usual.</param>
    public static SessionOptions OptionsFor(int timeoutSeconds)
    {
        var options = new SessionOptions
        {
            ClientName = "EsxAgent PowerShell module",
            // Less than a job takes for its stop.
            CancelWait = TimeSpan.FromSeconds(8),
            ClientVersion = typeof(SessionOpening).Assembly.GetName().Version?.ToString(3) ?? "0.0.0",
        };
        TimeSpan timeout = TimeSpan.FromSeconds(timeoutSeconds);
        return timeoutSeconds == 0 ? options : options with { ConnectTimeout = timeout, RequestTimeout = timeout };
    }

    /// <summary>Connects.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="options">What the session is opened with.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="problem">Why there is no connection; null where there is one.</param>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped.</exception>
    public static AgentSession? TryConnect(Endpoint endpoint, SessionOptions options, StopSignal stop, out ErrorRecord? problem)
    {
        problem = null;
        Task<AgentSession> connecting = AgentSession.ConnectAsync(endpoint, options, stop.Token);
        try
        {
            return stop.WaitFor(connecting, null);
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
            problem = ErrorRecords.OfConnection(error, endpoint.ToString());
        }
        catch (AgentException error)
        {
            problem = ErrorRecords.OfAgent(error, endpoint.ToString());
        }

        return null;
    }

    /// <summary>What a person who wants to know more is told of a new session.</summary>
    public static string Describe(EsxAgentSession session) =>
        FormattableString.Invariant($"Session {session.Id} is connected to {session.HostName} at {session.Endpoint}.");
}
