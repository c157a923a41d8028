using System;
using System.Text.Json.Serialization.Metadata;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>One method of the agent: its name, how its parameters are written and its result is read, and whether it may be repeated.</summary>
/// <typeparam name="TParams">Parameters.</typeparam>
/// <typeparam name="TResult">Result.</typeparam>
public class RpcMethod<TParams, TResult>
    where TParams : RequestParams
{
    /// <summary>Describes a method.</summary>
    /// <param name="name">Its name on the wire.</param>
    /// <param name="parameters">Writes the parameters.</param>
    /// <param name="result">Reads the result.</param>
    public RpcMethod(string name, JsonTypeInfo<TParams> parameters, JsonTypeInfo<TResult> result)
    {
        Name = name;
        Parameters = parameters;
        Result = result;
    }

    /// <summary>Its name on the wire, for example <c>host/info</c>.</summary>
    public string Name { get; }

    /// <summary>Writes the parameters.</summary>
    public JsonTypeInfo<TParams> Parameters { get; }

    /// <summary>Reads the result.</summary>
    public JsonTypeInfo<TResult> Result { get; }

    /// <summary>
    /// True where it changes something on the host. Reads are repeated freely after a lost connection; a change only with its operation id (see
    /// <see cref="OperationId"/>), and never on another host than the one the session began with.
    /// </summary>
    public bool Changes { get; init; }

    /// <summary>
    /// Finds the operation id in the parameters of a change: with it the agent gives the answer of the first time, or joins what is still running.
    /// Null where the method has none.
    /// </summary>
    public Func<TParams, string?>? OperationId { get; init; }
}
