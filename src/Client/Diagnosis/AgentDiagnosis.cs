using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client.Transports;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>Finds out, step by step, whether an agent can be used and what is in the way.</summary>
public static class AgentDiagnosis
{
    /// <summary>
    /// Runs every check in order, each handed out as soon as it is known: this system supports vSockets; administrator; something listens; the connection
    /// stays open; the agent speaks; protocol version; identity established; policy; then one check for each capability that the agent lacks. After the
    /// first check without which nothing can go on, the rest are <see cref="DiagnosisOutcome.Skipped"/>.
    /// </summary>
    /// <param name="endpoint">Where the agent is expected.</param>
    /// <param name="options">Timeouts and names; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the diagnosis.</param>
    /// <returns>The checks. What is wrong with the agent or the way to it is never thrown; a cancellation is.</returns>
    public static IAsyncEnumerable<DiagnosisCheck> RunAsync(Endpoint endpoint, SessionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);

        // One connection is what is looked at; a lost one is a finding.
        return CheckAsync(endpoint, (options ?? SessionOptions.Default) with { Reconnect = false }, cancellationToken);
    }

    private static async IAsyncEnumerable<DiagnosisCheck> CheckAsync(
        Endpoint endpoint, SessionOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        DiagnosisCheck support = CheckVSockets(endpoint);
        yield return support;
        if (support.Outcome == DiagnosisOutcome.Failed)
        {
            foreach (DiagnosisCheck skipped in Skip([DiagnosisNames.Administrator, .. DiagnosisNames.OfConnection, DiagnosisNames.Policy], support.Name))
            {
                yield return skipped;
            }

            yield break;
        }

        (AgentSession? session, ConnectionException? failure) = await ConnectAsync(endpoint, options, cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            foreach (DiagnosisCheck check in Explain(endpoint, failure))
            {
                yield return check;
            }

            yield break;
        }

        AgentSession open = session!;
        await using (open.ConfigureAwait(false))
        {
            yield return CheckAdministrator(endpoint);
            foreach (DiagnosisCheck check in Describe(open.Agent, endpoint))
            {
                yield return check;
            }

            foreach (DiagnosisCheck check in await CheckStatusAsync(open, cancellationToken).ConfigureAwait(false))
            {
                yield return check;
            }
        }
    }

    private static DiagnosisCheck CheckVSockets(Endpoint endpoint)
    {
        if (endpoint.Kind == EndpointKind.Unix)
        {
            return new DiagnosisCheck(DiagnosisNames.VSockets, DiagnosisOutcome.Skipped, "A Unix socket needs none.", null);
        }

        try
        {
            TransportFactory.RequireVSockets();
            return Pass(DiagnosisNames.VSockets, "This system has vSockets.");
        }
        catch (TransportException e)
        {
            return Fail(DiagnosisNames.VSockets, ConnectionFailures.NotConnected(endpoint, e));
        }
    }

    /// <summary>Not being an administrator is no end: the host decides what it thinks of an ordinary port.</summary>
    private static DiagnosisCheck CheckAdministrator(Endpoint endpoint) =>
        endpoint.Kind == EndpointKind.Unix ? Pass(DiagnosisNames.Administrator, "This user may use the socket.")
        : Environment.IsPrivilegedProcess ? Pass(DiagnosisNames.Administrator, "This process may use a port below 1024.")
        : new DiagnosisCheck(
            DiagnosisNames.Administrator,
            DiagnosisOutcome.Failed,
            "This process is not an administrator's: it has no port below 1024, by which the host knows the guest's administrator.",
            "Run as root or in an elevated session.");

    private static async Task<(AgentSession? Session, ConnectionException? Failure)> ConnectAsync(
        Endpoint endpoint, SessionOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return (await AgentSession.ConnectAsync(endpoint, options, cancellationToken).ConfigureAwait(false), null);
        }
        catch (ConnectionException e)
        {
            return (null, e);
        }
    }

    /// <summary>The checks of a connection that could not be had: passed up to the one that failed, skipped behind it.</summary>
    private static IEnumerable<DiagnosisCheck> Explain(Endpoint endpoint, ConnectionException failure)
    {
        string failed = FailedCheck(failure);
        if (failed != DiagnosisNames.Administrator)
        {
            yield return CheckAdministrator(endpoint);
        }

        bool isOver = false;
        foreach (string name in (string[])[DiagnosisNames.Administrator, .. DiagnosisNames.OfConnection, DiagnosisNames.Policy])
        {
            if (name == failed)
            {
                isOver = true;
                yield return Fail(name, failure);
            }
            else if (isOver)
            {
                yield return Skip(name, failed);
            }
            else if (name != DiagnosisNames.Administrator)
            {
                yield return Pass(name, WhatWorks(name));
            }
        }
    }

    /// <summary>Which check a failure belongs to.</summary>
    private static string FailedCheck(ConnectionException failure) => failure.Failure switch
    {
        ConnectionFailure.NotAdministrator => DiagnosisNames.Administrator,
        ConnectionFailure.ResetAtOnce or ConnectionFailure.Lost => DiagnosisNames.StaysOpen,
        ConnectionFailure.Silent => failure.WasAccepted ? DiagnosisNames.Speaks : DiagnosisNames.Listener,
        ConnectionFailure.NotAnAgent => failure.WasAccepted ? DiagnosisNames.Speaks : DiagnosisNames.Listener,
        ConnectionFailure.ProtocolMismatch => DiagnosisNames.Version,
        ConnectionFailure.Refused => failure.InnerException is AgentException refusal && refusal.Kind.Equals(ErrorKind.PeerUnidentified)
            ? DiagnosisNames.Identity
            : DiagnosisNames.Policy,
        _ => DiagnosisNames.Listener,
    };

    private static string WhatWorks(string name) => name switch
    {
        DiagnosisNames.Listener => "The connection was taken.",
        DiagnosisNames.StaysOpen => "The connection was not closed.",
        DiagnosisNames.Speaks => "The handshake was answered.",
        DiagnosisNames.Version => "No other protocol version was asked for.",
        _ => "The host did not object.",
    };

    /// <summary>The checks of a connection that works, with what the agent said.</summary>
    private static IEnumerable<DiagnosisCheck> Describe(InitializeResult agent, Endpoint endpoint)
    {
        yield return Pass(DiagnosisNames.Listener, $"'{endpoint}' took the connection.");
        yield return Pass(DiagnosisNames.StaysOpen, "The connection stayed open.");
        yield return Pass(
            DiagnosisNames.Speaks, $"{agent.AgentInfo?.Name ?? "The agent"} {agent.AgentInfo?.Version} answered for host '{agent.Host?.HostName ?? "unknown"}'.");
        yield return Pass(DiagnosisNames.Version, FormattableString.Invariant($"Both sides speak version {agent.ProtocolVersion}."));
        yield return agent.Peer is PeerIdentity peer && (peer.Name ?? peer.BiosUuid ?? peer.InstanceUuid) is string name
            ? Pass(DiagnosisNames.Identity, $"The host knows this VM as '{name}'.")
            : new DiagnosisCheck(
                DiagnosisNames.Identity,
                DiagnosisOutcome.Failed,
                "The agent did not say which VM it sees.",
                "Look into the agent's log on the host; it says which step of the identification failed.");
    }

    /// <summary>Policy and capabilities, from the agent's own report.</summary>
    private static async Task<List<DiagnosisCheck>> CheckStatusAsync(AgentSession session, CancellationToken cancellationToken)
    {
        try
        {
            AgentStatus status = await session.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            return [CheckPolicy(session.Agent, status), .. status.Capabilities.Where(static c => !c.Available).Select(CheckCapability)];
        }
        catch (AgentException e)
        {
            string advice = e.RecommendedAction ?? "Ask the host's administrator for a policy that allows 'agent/status' to this VM.";
            return [new(DiagnosisNames.Policy, DiagnosisOutcome.Failed, e.Message, advice)];
        }
        catch (ConnectionException e)
        {
            return [Fail(DiagnosisNames.Policy, e)];
        }
    }

    private static DiagnosisCheck CheckPolicy(InitializeResult agent, AgentStatus status)
    {
        string offered = agent.Capabilities.Count > 0 ? string.Join(", ", agent.Capabilities) : "none";
        string group = agent.Peer?.Group is string name ? $" This VM is in the group '{name}'." : string.Empty;
        return status.Policy?.State switch
        {
            "invalid" => new(
                DiagnosisNames.Policy,
                DiagnosisOutcome.Failed,
                $"The host's policy cannot be read, so nothing is allowed: {status.Policy.Reason ?? "no reason was given"}",
                "Have the host's administrator correct the policy file; it is read again as soon as it changes."),
            "absent" => Pass(DiagnosisNames.Policy, $"The host has no policy: reading is allowed, changes are not. Capabilities: {offered}."),
            _ => Pass(DiagnosisNames.Policy, $"The host's policy was read.{group} Capabilities: {offered}."),
        };
    }

    private static DiagnosisCheck CheckCapability(CapabilityStatus capability) => new(
        DiagnosisNames.Capability + capability.Name,
        DiagnosisOutcome.Failed,
        capability.Reason ?? "The agent did not say why.",
        "Nothing needs to be done unless you want to use it; 'esxagent check' on the host tells more.");

    private static DiagnosisCheck Pass(string name, string detail) => new(name, DiagnosisOutcome.Passed, detail, null);

    private static DiagnosisCheck Fail(string name, ConnectionException failure) =>
        new(name, DiagnosisOutcome.Failed, failure.Message, failure.RecommendedAction);

    private static DiagnosisCheck Skip(string name, string failed) =>
        new(name, DiagnosisOutcome.Skipped, $"Not looked at, because '{failed}' failed.", null);

    private static IEnumerable<DiagnosisCheck> Skip(IEnumerable<string> names, string failed) => names.Select(name => Skip(name, failed));
}
