using System;
using System.Globalization;
using System.Text;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// Finds out which VM is calling: cartel → leader of its worlds → group info, each asked of the VMkernel. Fails closed: anything missing, zero or contradictory
/// means that the caller is not known, and an earlier answer is never used instead.
/// </summary>
internal sealed class CallerResolver(VsishTool vsish, bool isSimulated)
{
    /// <summary>Resolves a caller.</summary>
    /// <param name="peer">What the transport knows of it.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="OperationException"><c>PeerUnidentified</c>.</exception>
    public Caller Resolve(TransportPeer peer, CancelSignal cancel)
    {
        if (peer.Refusal is string refusal)
        {
            throw Unidentified(refusal, "Run PowerShell as the administrator of the guest.");
        }

        try
        {
            long cartel = peer.CartelId ?? FirstOfSimulatedHost(cancel);
            return Identify(cartel, cancel) with { IsFromHypervisor = peer.IsFromHypervisor, ContextId = peer.ContextId };
        }
        catch (OperationException e) when (IsOfTool(e.Error.Kind))
        {
            throw new OperationException(new WireError(ErrorKind.PeerUnidentified, $"The host could not tell which VM is calling: {e.Error.Message}")
            {
                ToolError = e.Error.ToolError,
                RecommendedAction = "Look at 'esxagent check' on the host: identity needs vsish and the VM must be running.",
            });
        }
    }

    /// <summary>Says which VM a cartel is.</summary>
    /// <param name="cartel">Id of the VM's process.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="OperationException"><c>PeerUnidentified</c>, or what vsish says of a node that is missing.</exception>
    public Caller Identify(long cartel, CancelSignal cancel)
    {
        long leader = NumberOf(KnownNodes.VmmLeader(cartel), cancel);
        using ToolOutput output = vsish.Get(KnownNodes.VmmGroupInfo(leader), cancel);
        VmmGroupInfo info = VmmGroupInfo.TryRead(output.Within(ToolOutput.MaxFact, ToolNames.Vsish), out string? problem) ?? throw Unidentified(problem!);
        CheckBack(cartel, leader, cancel);
        return new Caller
        {
            IsFromHypervisor = false,
            CartelId = cartel,
            WorldGroupLeader = leader,
            Name = info.Name,
            BiosUuid = info.BiosUuid,
            InstanceUuid = info.InstanceUuid,
            ConfigPath = info.ConfigPath,
        };
    }

    /// <summary>
    /// Between two questions a VM may end and another one begin under the same id: afterwards the leader must still be this cartel's. Where a release does
    /// not say it of the leader, the cartel is asked again.
    /// </summary>
    private void CheckBack(long cartel, long leader, CancelSignal cancel)
    {
        bool isSame;
        try
        {
            isSame = NumberOf(KnownNodes.VmxCartelId(leader), cancel) == cartel;
        }
        catch (OperationException e) when (e.Error.Kind == ErrorKind.VsiNodeNotFound)
        {
            isSame = NumberOf(KnownNodes.VmmLeader(cartel), cancel) == leader;
        }

        if (!isSame)
        {
            throw Unidentified($"the leader {leader} of the cartel {cartel} belongs to another one");
        }
    }

    private static bool IsOfTool(ErrorKind kind) =>
        kind == ErrorKind.VsiNodeNotFound || kind == ErrorKind.ToolFailed || kind == ErrorKind.ToolTimeout || kind == ErrorKind.CapabilityMissing
        || kind == ErrorKind.SizeOutOfRange;

    /// <summary>The VM with the lowest cartel id: who a simulated host means where nobody named one.</summary>
    private long FirstOfSimulatedHost(CancelSignal cancel)
    {
        if (!isSimulated)
        {
            throw Unidentified("the hypervisor did not name the VM");
        }

        using VsiListing cartels = vsish.List(KnownNodes.Cartels, cancel);
        for (int i = 0; i < cartels.Count; i++)
        {
            // Other user worlds have a cartel too; only that of a VM has a leader.
            try
            {
                if (long.TryParse(cartels.NameAt(i), NumberStyles.None, CultureInfo.InvariantCulture, out long cartel)
                    && NumberOf(KnownNodes.VmmLeader(cartel), cancel) > 0)
                {
                    return cartel;
                }
            }
            catch (OperationException e) when (e.Error.Kind == ErrorKind.VsiNodeNotFound || e.Error.Kind == ErrorKind.PeerUnidentified)
            {
            }
        }

        throw Unidentified("no VM is running on the simulated host");
    }

    private long NumberOf(string node, CancelSignal cancel)
    {
        using ToolOutput output = vsish.Get(node, cancel);
        ReadOnlySpan<byte> text = output.Within(ToolOutput.MaxFact, ToolNames.Vsish).Trim(" \r\n\t"u8);
        bool isNumber = VsiNumber.TryParse(text, out VsiNumber number);
        return isNumber && number.Value > 0 ? number.Value : throw Unidentified($"the node '{node}' holds no id ('{Encoding.UTF8.GetString(text)}')");
    }

    private static OperationException Unidentified(string why, string? action = null) =>
        new(new WireError(ErrorKind.PeerUnidentified, $"The host could not tell which VM is calling: {why}.") { RecommendedAction = action });
}
