using System;
using System.Collections.Generic;

namespace EsxAgent.Protocol.Messages;

/// <summary>Answer of a listing: a page, or what is left after the batches.</summary>
/// <typeparam name="T">The item.</typeparam>
public sealed record ListResult<T>
{
    /// <summary>The items of this page; empty where all went ahead in batches.</summary>
    public IReadOnlyList<T> Items { get; init; } = Array.Empty<T>();

    /// <summary>Ask again with it for the next page; null after the last.</summary>
    public string? NextCursor { get; init; }
}

/// <summary>Parameters of <c>$/progress</c> when it carries a batch of a listing.</summary>
/// <typeparam name="T">The item.</typeparam>
/// <param name="Token">The request's <c>partialResultToken</c>.</param>
/// <param name="Value">The batch.</param>
public sealed record ItemBatch<T>(string Token, ListResult<T> Value);
