using System;
using System.Text.Json.Serialization.Metadata;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>A method that answers a listing, in batches or page by page.</summary>
/// <typeparam name="TParams">Parameters.</typeparam>
/// <typeparam name="TItem">Item.</typeparam>
public sealed class ListMethod<TParams, TItem> : RpcMethod<TParams, ListResult<TItem>>
    where TParams : ListParams
{
    /// <summary>Describes a method.</summary>
    /// <param name="name">Its name on the wire.</param>
    /// <param name="parameters">Writes the parameters.</param>
    /// <param name="result">Reads a page, and a batch, which looks the same.</param>
    public ListMethod(string name, JsonTypeInfo<TParams> parameters, JsonTypeInfo<ListResult<TItem>> result)
        : base(name, parameters, result)
    {
    }

    /// <summary>
    /// What an item is recognised by. With it a listing that a lost connection cut off is asked again, and items that the caller has already are left out;
    /// without it, such a listing ends with <see cref="ConnectionFailure.Lost"/> once an item was handed out.
    /// </summary>
    public Func<TItem, string?>? KeyOf { get; init; }

    /// <summary>
    /// True where there may be so many items that no time is enough for all of them. The caller's time is then the time from one batch to the next, and
    /// the agent is given an hour for the whole.
    /// </summary>
    public bool IsLong { get; init; }
}
