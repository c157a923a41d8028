using System;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>initialize</c>: agrees on a version, finds out who is calling, and says what the host is and can.</summary>
internal sealed class InitializeOperation(CallerResolver resolver, HostFacts facts, Authorizer authorizer, CapabilityList capabilities, AgentLog log)
{
    private const int MaxClientName = 64;

    /// <summary>The row of the method table.</summary>
    public Method Method => new() { Name = Methods.Initialize, Right = Method.OpenToAll, Kind = MethodKind.Read, Run = Answer };

    private InitializeResult Answer(RequestContext request)
    {
        int version = Agree(request.Parameters.Integers("protocolVersions"));
        string? client = request.Parameters.Object("clientInfo").Text("name");
        Session session = request.Session;
        Caller caller = resolver.Resolve(session.Connection.Peer, request.Cancel);
        HostSummary host = facts.ReadSummary(request.Deadline, request.Cancel);
        session.ClientName = client is null ? session.ClientName : client[..Math.Min(client.Length, MaxClientName)];
        session.Initialize(caller);
        log.WriteOf(caller.CartelId, $"session {session.Id} of VM '{caller.Name}' (cartel {caller.CartelId}, bios {caller.BiosUuid}), client '{session.ClientName}'");
        return new InitializeResult
        {
            ProtocolVersion = version,
            AgentInfo = new AgentInfo("esxagent", AgentBuild.Version, AgentBuild.Commit),
            Host = host,
            Peer = new PeerIdentity
            {
                Kind = caller.IsFromHypervisor ? "vm" : "local",
                Name = caller.Name,
                BiosUuid = caller.BiosUuid,
                InstanceUuid = caller.InstanceUuid,
                ConfigPath = caller.ConfigPath,
                ContextId = caller.ContextId,
                Group = authorizer.GroupNameOf(caller),
            },
            Capabilities = capabilities.Available(),
            Limits = SessionLimitsInForce.Announced,
            SessionId = session.Id,
        };
    }

    /// <summary>The newest version that both sides speak.</summary>
    private static int Agree(int[]? offered)
    {
        if (offered is null)
        {
            throw new OperationException(new WireError(ErrorKind.InvalidParams, "The parameter 'protocolVersions' is missing.") { Target = "protocolVersions" });
        }

        foreach (int version in ProtocolVersion.Supported)
        {
            if (Array.IndexOf(offered, version) >= 0)
            {
                return version;
            }
        }

        throw new OperationException(new WireError(ErrorKind.ProtocolMismatch, "No protocol version is common to the guest's module and the host's agent.")
        {
            AgentVersions = ProtocolVersion.Supported,
            ClientVersions = offered,
            RecommendedAction = "Update the older of the two: the module in the guest, or esxagent on the host.",
        });
    }
}
