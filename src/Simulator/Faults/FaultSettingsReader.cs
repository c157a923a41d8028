using System;
using System.Buffers;
using System.Text.Json;

namespace EsxAgent.Simulator.Faults;

/// <summary>Reads the settings object of a fault. A setting that the kind does not take is an error: it would silently do nothing.</summary>
internal static class FaultSettingsReader
{
    private const double LongestHang = 1_000_000;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>Reads the object that the reader stands on.</summary>
    /// <param name="json">The whole text, to tell lines.</param>
    /// <param name="reader">The reader, on the value of the action's member.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="kindName">The kind as it is written.</param>
    /// <exception cref="FaultFileException">A setting is unknown, of the wrong type, or missing.</exception>
    public static FaultSettings Read(ReadOnlySpan<byte> json, ref Utf8JsonReader reader, FaultKind kind, string kindName)
    {
        long line = FaultFile.LineAt(json, (int)reader.TokenStartIndex);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FaultFileException(line, $"'{kindName}' is not an object; without settings write {{}}");
        }

        var settings = new FaultSettings();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            long nameLine = FaultFile.LineAt(json, (int)reader.TokenStartIndex);
            reader.Read();
            if (Array.IndexOf(NamesOf(kind), name) < 0)
            {
                throw new FaultFileException(nameLine, $"'{kindName}' has no setting '{name}'; it has {Names(kind)}");
            }

            settings = With(settings, name, ref reader, nameLine);
        }

        if (settings is { AfterBytes: not null, AtPercent: not null })
        {
            throw new FaultFileException(line, $"'{kindName}' has both afterBytes and atPercent; give it one");
        }

        if (kind == FaultKind.Slow && settings.DelayMs is null)
        {
            throw new FaultFileException(line, "'slow' needs delayMs");
        }

        return settings;
    }

    private static string[] NamesOf(FaultKind kind) => kind switch
    {
        FaultKind.Fail => ["code", "text", "status"],
        FaultKind.DieBySignal => ["signal", "afterBytes", "atPercent"],
        FaultKind.Hang => ["seconds", "afterBytes", "atPercent"],
        FaultKind.Garbage => ["bytes", "hex", "status"],
        FaultKind.Flood => ["bytes", "status"],
        FaultKind.Slow => ["delayMs", "chunkBytes"],
        FaultKind.PartialFile => ["path", "bytes", "code", "text", "status"],
        _ => ["text"],
    };

    private static string Names(FaultKind kind) => string.Join(", ", NamesOf(kind));

    private static FaultSettings With(FaultSettings settings, string name, ref Utf8JsonReader reader, long line) => name switch
    {
        "code" => settings with { Code = Whole(ref reader, name, line, 0, long.MaxValue) },
        "text" => settings with { Text = Text(ref reader, name, line) },
        "status" => settings with { Status = (int)Whole(ref reader, name, line, 0, 255) },
        "signal" => settings with { Signal = (int)Whole(ref reader, name, line, 1, 64) },
        "afterBytes" => settings with { AfterBytes = Whole(ref reader, name, line, 0, long.MaxValue) },
        "atPercent" => settings with { AtPercent = (int)Whole(ref reader, name, line, 0, 100) },
        "seconds" => settings with { Seconds = Seconds(ref reader, line) },
        "bytes" => settings with { Bytes = Whole(ref reader, name, line, 0, long.MaxValue) },
        "hex" => settings with { Hex = Hex(ref reader, line) },
        "delayMs" => settings with { DelayMs = (int)Whole(ref reader, name, line, 0, int.MaxValue) },
        "chunkBytes" => settings with { ChunkBytes = (int)Whole(ref reader, name, line, 1, int.MaxValue) },
        _ => settings with { Path = Text(ref reader, name, line) },
    };

    private static long Whole(ref Utf8JsonReader reader, string name, long line, long least, long most) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) && value >= least && value <= most
            ? value
            : throw new FaultFileException(line, $"'{name}' is not a whole number from {least} to {most}");

    private static double? Seconds(ref Utf8JsonReader reader, long line)
    {
        if (reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("forever")))
        {
            return null;
        }

        return reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out double value) && value is >= 0 and <= LongestHang
            ? value
            : throw new FaultFileException(line, $"'seconds' is neither a number up to {LongestHang} nor \"forever\"");
    }

    private static string Hex(ref Utf8JsonReader reader, long line)
    {
        string text = Text(ref reader, "hex", line);
        return text.Length % 2 == 0 && text.AsSpan().IndexOfAnyExcept(HexDigits) < 0
            ? text
            : throw new FaultFileException(line, "'hex' is not an even number of hexadecimal digits");
    }

    private static string Text(ref Utf8JsonReader reader, string name, long line) => reader.TokenType == JsonTokenType.String
        ? reader.GetString()!
        : throw new FaultFileException(line, $"'{name}' is not a text");
}
