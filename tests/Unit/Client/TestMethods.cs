using EsxAgent.Client;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Tests.Client;

/// <summary>Methods that no agent has, for rules that hold for a whole class of them.</summary>
internal static class TestMethods
{
    public const string ChangeName = "test/change";
    public const string ListName = "test/list";

    /// <summary>A change that can be asked again; its operation id travels as the cursor.</summary>
    public static readonly RpcMethod<ListParams, NoResult> Change = new(ChangeName, ProtocolJson.Default.ListParams, ClientJson.Default.NoResult)
    {
        Changes = true,
        OperationId = static parameters => parameters.Cursor,
    };

    /// <summary>A listing whose items cannot be told apart.</summary>
    public static readonly ListMethod<ListParams, Datastore> KeylessList = new(ListName, ProtocolJson.Default.ListParams, ProtocolJson.Default.ListResultDatastore);

    public static ListParams WithOperation(string id) => new() { Cursor = id };
}
