using System.Text.Json.Serialization.Metadata;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>
/// A method that changes a volume, exactly once: its operation id makes a repeat join what still runs, or gives the answer of the first time. It has no
/// time of its own and tells how far it is.
/// </summary>
/// <typeparam name="TParams">Parameters.</typeparam>
/// <typeparam name="TResult">Result.</typeparam>
public sealed class ChangeMethod<TParams, TResult> : RpcMethod<TParams, TResult>
    where TParams : VolumeChangeParams
{
    /// <summary>Describes a method.</summary>
    /// <param name="name">Its name on the wire.</param>
    /// <param name="parameters">Writes the parameters.</param>
    /// <param name="result">Reads the result.</param>
    public ChangeMethod(string name, JsonTypeInfo<TParams> parameters, JsonTypeInfo<TResult> result)
        : base(name, parameters, result)
    {
        Changes = true;
        OperationId = static change => change.OperationId;
    }
}
