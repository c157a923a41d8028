using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>The lines of an audit file, read by whoever does not trust the agent.</summary>
internal static class AuditFile
{
    /// <summary>Reads the file; fails where the chain is broken: each line carries the digest of the bytes of the line before, whatever that was.</summary>
    /// <returns>The lines that the agent wrote to their ends.</returns>
    public static IReadOnlyList<JsonNode> Read(string path)
    {
        var lines = new List<JsonNode>();
        byte[] bytes = File.ReadAllBytes(path);
        string previous = new('0', 64);
        foreach (Range range in bytes.AsSpan().Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = bytes.AsSpan(range);
            if (line.IsEmpty && range.Start.Value == bytes.Length)
            {
                break;
            }

            if (Parse(line) is JsonNode entry)
            {
                Assert.Equal(previous, entry["previous"]!.GetValue<string>());
                lines.Add(entry);
            }

            previous = Convert.ToHexStringLower(SHA256.HashData(line));
        }

        return lines;
    }

    /// <summary>A line that was not written to its end is no JSON.</summary>
    private static JsonNode? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
