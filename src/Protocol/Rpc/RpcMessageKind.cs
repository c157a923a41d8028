namespace EsxAgent.Protocol.Rpc;

/// <summary>What a JSON-RPC object is.</summary>
public enum RpcMessageKind
{
    /// <summary>Nothing that could be recognised.</summary>
    None,

    /// <summary>Has a method and an id: wants an answer.</summary>
    Request,

    /// <summary>Has a method and no id.</summary>
    Notification,

    /// <summary>Answers a request with a result.</summary>
    Result,

    /// <summary>Answers a request with an error.</summary>
    Error,
}
