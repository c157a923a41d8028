using System.Text.Json;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>vsi/get</c>: a leaf as it was printed, and typed.</summary>
internal sealed class VsiGetOperation(VsiReader reader, Authorizer authorizer)
{
    private const VsiRight Needed = VsiRight.Read;

    /// <summary>The row of the method table.</summary>
    public Method Method => new() { Name = Methods.VsiGet, Right = Methods.VsiGet, Kind = MethodKind.Read, Vsi = Needed, Run = Answer };

    private Leaf Answer(RequestContext request)
    {
        string path = VsiPath.Demand(request.Parameters.Text("path"));
        authorizer.DemandVsi(request.Session.Caller!, path, Needed);
        return new Leaf(path, reader.Get(path, request.Cancel));
    }

    /// <summary>Lives until it is written, which happens once: the text is kept outside of the managed heap.</summary>
    private sealed class Leaf(string path, ToolOutput output) : IWireObject
    {
        public void WriteTo(Utf8JsonWriter writer)
        {
            using (output)
            {
                VsiItems.WriteLeaf(writer, path, output.Output.Bytes);
            }
        }
    }
}
