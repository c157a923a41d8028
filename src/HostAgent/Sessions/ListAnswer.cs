using System;
using System.Text.Json;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>Writes a <see cref="ListResult{T}"/>: a page, or what is left after the batches.</summary>
/// <typeparam name="T">The item.</typeparam>
/// <param name="items">The items.</param>
/// <param name="nextCursor">Where the next page begins; null after the last.</param>
internal sealed class ListAnswer<T>(T[] items, string? nextCursor) : IWireObject
    where T : IWireObject
{
    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        ListAnswer.WriteMembers<T>(writer, items, nextCursor);
        writer.WriteEndObject();
    }
}

/// <summary>The members that a page and a batch have in common.</summary>
internal static class ListAnswer
{
    /// <summary>Writes <c>items</c> and <c>nextCursor</c>.</summary>
    public static void WriteMembers<T>(Utf8JsonWriter writer, ReadOnlySpan<T> items, string? nextCursor)
        where T : IWireObject
    {
        writer.WriteStartArray("items"u8);
        foreach (T item in items)
        {
            item.WriteTo(writer);
        }

        writer.WriteEndArray();
        writer.WriteString("nextCursor"u8, nextCursor);
    }
}
