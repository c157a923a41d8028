using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Asks for listings over the wire, in the ways that there are.</summary>
internal static class Listings
{
    /// <summary>Bytes that a batch may have.</summary>
    private const int BatchBytes = 64 << 10;

    /// <summary>Asks with a token and takes all batches.</summary>
    /// <param name="guest">The connection.</param>
    /// <param name="method">The method.</param>
    /// <param name="parameters">JSON text of its parameters, without the token.</param>
    /// <param name="nextCursor">Where the answer says to go on.</param>
    public static List<JsonNode> Stream(this WireConnection guest, string method, string parameters, out string? nextCursor)
    {
        guest.Notifications.Clear();
        JsonNode result = guest.Call(method, With(parameters, "partialResultToken", "t\u00e9"), TimeSpan.FromSeconds(60)).Result!;
        Assert.Empty(result["items"]!.AsArray());
        nextCursor = result["nextCursor"]?.GetValue<string>();
        var items = new List<JsonNode>();
        foreach (WireMessage notification in guest.Notifications)
        {
            int bytes = Encoding.UTF8.GetByteCount(notification.ToString());
            Assert.True(bytes <= BatchBytes, $"A batch of {bytes} bytes was sent.");
            items.AddRange(ItemsOf(notification));
        }

        return items;
    }

    /// <summary>Asks with a token and takes all batches, to the end.</summary>
    public static List<JsonNode> Stream(this WireConnection guest, string method, string parameters)
    {
        List<JsonNode> items = guest.Stream(method, parameters, out string? next);
        Assert.Null(next);
        return items;
    }

    /// <summary>Asks page by page, to the end.</summary>
    /// <param name="guest">The connection.</param>
    /// <param name="method">The method.</param>
    /// <param name="parameters">JSON text of its parameters.</param>
    /// <param name="pages">How many pages there were.</param>
    public static List<JsonNode> Pages(this WireConnection guest, string method, string parameters, out int pages)
    {
        var items = new List<JsonNode>();
        string? cursor = null;
        pages = 0;
        do
        {
            WireMessage answer = guest.Call(method, cursor is null ? parameters : With(parameters, "cursor", cursor), TimeSpan.FromSeconds(60));
            items.AddRange(answer.Result!["items"]!.AsArray()!);
            cursor = answer.Result["nextCursor"]?.GetValue<string>();
            pages++;
        }
        while (cursor is not null);

        Assert.Empty(guest.Notifications);
        return items;
    }

    /// <summary>Items of a batch.</summary>
    public static IEnumerable<JsonNode> ItemsOf(WireMessage notification)
    {
        Assert.True(notification.Method == "$/progress", $"A batch was expected, this came: {notification}");
        return notification.Json["params"]!["value"]!["items"]!.AsArray()!;
    }

    /// <summary>A member of each item.</summary>
    public static string[] Members(this IEnumerable<JsonNode> items, string name) => [.. items.Select(item => item[name]!.GetValue<string>())];

    /// <summary>Parameters with one more member.</summary>
    public static string With(string parameters, string name, string value)
    {
        JsonObject json = JsonNode.Parse(parameters)!.AsObject();
        json[name] = value;
        return json.ToJsonString();
    }
}
