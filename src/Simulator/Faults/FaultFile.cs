using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Text.Json;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Faults;

/// <summary>Reads <c>faults.json</c>. It is read at every call: a test may change it between two calls.</summary>
internal static class FaultFile
{
    private static readonly Dictionary<string, FaultKind> Kinds = new()
    {
        ["fail"] = FaultKind.Fail,
        ["dieBySignal"] = FaultKind.DieBySignal,
        ["hang"] = FaultKind.Hang,
        ["garbage"] = FaultKind.Garbage,
        ["flood"] = FaultKind.Flood,
        ["slow"] = FaultKind.Slow,
        ["partialFile"] = FaultKind.PartialFile,
        ["successWithoutEffect"] = FaultKind.SuccessWithoutEffect,
    };

    /// <summary>Reads the faults of a host; none where there is no file.</summary>
    /// <exception cref="SimulatorException">The file is broken; the message names file, line and reason.</exception>
    public static List<Fault> Read(HostDirectory host)
    {
        byte[] json;
        try
        {
            json = File.ReadAllBytes(host.Faults);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }

        // What init writes: the usual case costs no parser.
        if (json.AsSpan().TrimEnd("\r\n "u8).SequenceEqual("[]"u8))
        {
            return [];
        }

        try
        {
            return Parse(json);
        }
        catch (FaultFileException problem)
        {
            throw SimulatorException.BrokenHost($"{host.Faults}:{problem.Line}: {problem.Message}");
        }
    }

    /// <summary>Parses the text of the file.</summary>
    /// <exception cref="FaultFileException">It is no list of faults.</exception>
    public static List<Fault> Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(
            json,
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            var faults = new List<Fault>();
            reader.Read();
            Expect(json, ref reader, JsonTokenType.StartArray, "the file is not a list of faults");
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Expect(json, ref reader, JsonTokenType.StartObject, "a fault is not an object");
                faults.Add(ParseFault(json, ref reader, faults.Count));
            }

            // Throws where anything follows the list.
            reader.Read();
            return faults;
        }
        catch (JsonException problem)
        {
            throw new FaultFileException((problem.LineNumber ?? 0) + 1, "not valid JSON: a comma, a bracket or a quote is missing or too many");
        }
    }

    private static Fault ParseFault(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, int index)
    {
        int start = (int)reader.TokenStartIndex;
        long line = LineAt(json, start);
        string tool = "*";
        string arguments = "*";
        long? nth = null;
        long? count = null;
        FaultKind? kind = null;
        FaultSettings settings = new();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            long nameLine = LineAt(json, (int)reader.TokenStartIndex);
            reader.Read();
            switch (name)
            {
                case "tool":
                    tool = Text(json, ref reader, name);
                    RefuseUnknownTool(tool, nameLine);
                    break;
                case "arguments":
                    arguments = Text(json, ref reader, name);
                    break;
                case "nth":
                    nth = CountOrNull(json, ref reader, name);
                    break;
                case "count":
                    count = CountOrNull(json, ref reader, name);
                    break;
                default:
                    if (!Kinds.TryGetValue(name, out FaultKind named))
                    {
                        throw new FaultFileException(nameLine, $"unknown member '{name}'; a fault has tool, arguments, nth, count and one of "
                            + string.Join(", ", Kinds.Keys));
                    }

                    if (kind is not null)
                    {
                        throw new FaultFileException(nameLine, $"'{name}' is a second action; a fault has one");
                    }

                    kind = named;
                    settings = FaultSettingsReader.Read(json, ref reader, named, name);
                    break;
            }
        }

        ReadOnlySpan<byte> text = json[start..(int)reader.BytesConsumed];
        return new Fault
        {
            Tool = tool,
            Arguments = arguments,
            Nth = nth,
            Count = count,
            Kind = kind ?? throw new FaultFileException(line, "the fault has no action; give it one of " + string.Join(", ", Kinds.Keys)),
            Settings = settings,
            // The place is part of the name: two entries with the same text count apart.
            Key = string.Create(CultureInfo.InvariantCulture, $"{index}-{StableId.Hash(Encoding.UTF8.GetString(text)):x16}"),
        };
    }

    private static void RefuseUnknownTool(string tool, long line)
    {
        if (tool != "*" && Array.IndexOf(ToolSwitch.Tools, tool) < 0)
        {
            throw new FaultFileException(line, $"unknown tool '{tool}'; tools are {string.Join(", ", ToolSwitch.Tools)} and *");
        }
    }

    private static long? CountOrNull(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) && value > 0
            ? value
            : throw new FaultFileException(LineAt(json, (int)reader.TokenStartIndex), $"'{name}' is not a whole number from 1, nor null");
    }

    private static string Text(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, string name)
    {
        Expect(json, ref reader, JsonTokenType.String, $"'{name}' is not a text");
        return reader.GetString()!;
    }

    private static void Expect(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, JsonTokenType type, string otherwise)
    {
        if (reader.TokenType != type)
        {
            throw new FaultFileException(LineAt(json, (int)reader.TokenStartIndex), otherwise);
        }
    }

    /// <summary>The line that a byte of the text lies on, from 1.</summary>
    internal static long LineAt(ReadOnlySpan<byte> json, int index) => json[..index].Count((byte)'\n') + 1;
}
