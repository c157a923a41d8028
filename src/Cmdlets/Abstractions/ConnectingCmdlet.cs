using System.Management.Automation;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that can connect to an agent.</summary>
public abstract class ConnectingCmdlet : CancellableCmdlet
{
    /// <inheritdoc cref="SessionOpening.OptionsFor"/>
    private protected static SessionOptions OptionsFor(int timeoutSeconds) => SessionOpening.OptionsFor(timeoutSeconds);

    /// <summary>Connects and takes the session into the runspace's store; a failure ends the cmdlet, because without a session nothing can go on.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="name">The session's name; null for one made of its number.</param>
    /// <param name="timeoutSeconds">Seconds for connecting and for each answer; 0 for the usual.</param>
    /// <param name="canBeDefault">False for a session that never becomes the default.</param>
    private protected EsxAgentSession Open(Endpoint endpoint, string? name = null, int timeoutSeconds = 0, bool canBeDefault = true)
    {
        AgentSession? live = SessionOpening.TryConnect(endpoint, OptionsFor(timeoutSeconds), Stop, out ErrorRecord? problem);
        if (live is null)
        {
            ThrowTerminatingError(problem);
        }

        EsxAgentSession session = RunspaceSessions.Here!.Add(live!, name, canBeDefault);
        WriteVerbose(SessionOpening.Describe(session));
        return session;
    }
}
