using System;
using System.Globalization;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>
/// <c>vm/list</c>: every VM that runs, identified as a caller is. One that ends meanwhile is left out; one that cannot be identified is listed by its ids
/// alone.
/// </summary>
internal sealed class VmListOperation(VsiReader reader, CallerResolver resolver, Authorizer authorizer, MethodTable methods, Workers workers, Watchdog watchdog)
{
    /// <summary>The row of the method table.</summary>
    public Method Method => new()
    {
        Name = Methods.VmList,
        Right = Methods.VmList,
        Kind = MethodKind.Read,
        Begin = (request, answer) => Turns.Begin(workers, watchdog, request.Cancel, new Machines(this, reader, request), answer),
    };

    /// <summary>Describes the VM of a cartel.</summary>
    /// <returns>Null where it is no VM, or has ended.</returns>
    private VirtualMachine? Describe(long cartel, Caller self, CancelSignal cancel)
    {
        long leader = 0;
        try
        {
            using (ToolOutput output = reader.Get(KnownNodes.VmmLeader(cartel), cancel, isOneOfMany: true))
            {
                leader = VsiNumber.TryParse(output.Output.Bytes.Trim(" \r\n\t"u8), out VsiNumber number) ? number.Value : 0;
            }

            return leader <= 0 ? null
                : VmSelfOperation.Describe(cartel == self.CartelId ? self : resolver.Identify(cartel, cancel), authorizer, methods);
        }
        catch (OperationException e) when (e.Error.Kind == ErrorKind.PeerUnidentified || VsiItems.IsOfNode(e.Error))
        {
            return leader <= 0 || e.Error.Kind == ErrorKind.VsiNodeNotFound ? null : new VirtualMachine { CartelId = cartel, WorldGroupLeader = leader };
        }
    }

    private sealed class Machines(VmListOperation operation, VsiReader reader, RequestContext request) : ChildListing(reader, KnownNodes.Cartels, request)
    {
        private readonly RequestContext _request = request;

        protected override IWireObject? ItemOf(string name, bool isDirectory) =>
            long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long cartel)
                ? operation.Describe(cartel, _request.Session.Caller!, _request.Cancel)
                : null;
    }
}
