using System;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.Client.Connections;

/// <summary>
/// A request that waits for its answer. Everything but <see cref="Write"/> is called on the connection's receiving thread: it must be quick and must
/// not throw.
/// </summary>
/// <param name="id">Its id on the wire.</param>
internal abstract class PendingRequest(long id)
{
    /// <summary>Its id on the wire.</summary>
    public long Id { get; } = id;

    /// <summary>Writes the whole request.</summary>
    public abstract void Write(RpcWriter writer);

    /// <summary>The agent answered a result.</summary>
    /// <param name="result">Its JSON text, valid during the call.</param>
    public abstract void OnResult(ReadOnlySpan<byte> result);

    /// <summary>The agent answered an error.</summary>
    public abstract void OnError(WireError error);

    /// <summary>The connection ended before an answer came.</summary>
    public abstract void OnConnectionEnded(ConnectionException reason);

    /// <summary>A <c>$/progress</c> notification came whose token is this request's id.</summary>
    /// <param name="value">Its value's JSON text, valid during the call.</param>
    /// <returns>False where the request is no longer wanted and is to be cancelled on the host.</returns>
    public virtual bool OnProgress(ReadOnlySpan<byte> value) => true;
}
