using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace EsxAgent.Tests.Transcripts;

/// <summary>One golden transcript: a conversation of a guest with the agent, in a file that a person can read. README.md says how it is written.</summary>
internal sealed class Transcript
{
    private Transcript(string text, IReadOnlyList<TranscriptLine> lines)
    {
        Text = text;
        Lines = lines;
    }

    /// <summary>Where the transcripts lie.</summary>
    public static string Directory { get; } = Path.Combine(Built.Root, "tests", "Unit", "Transcripts");

    /// <summary>The names of all transcripts, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. System.IO.Directory.GetFiles(Directory, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>The whole file.</summary>
    public string Text { get; }

    /// <summary>Its lines in order.</summary>
    public IReadOnlyList<TranscriptLine> Lines { get; }

    /// <summary>The file of a transcript.</summary>
    public static string PathOf(string name) => Path.Combine(Directory, name + ".txt");

    /// <summary>Reads a transcript.</summary>
    public static Transcript Read(string name) => Parse(File.ReadAllText(PathOf(name)));

    /// <summary>Reads the text of a transcript.</summary>
    /// <exception cref="FormatException">A line is none of those that a transcript has.</exception>
    public static Transcript Parse(string text)
    {
        var lines = new List<TranscriptLine>();
        foreach (string line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith(' ') && lines is [.., { Kind: TranscriptLineKind.Receive } answer])
            {
                lines[^1] = answer with { Text = answer.Text + line.TrimStart(' ') };
            }
            else
            {
                lines.Add(ParseLine(line, hasBegun: lines.Any(before => before.Kind > TranscriptLineKind.Setting)));
            }
        }

        return new Transcript(text, lines);
    }

    /// <summary>The values of a setting, in order.</summary>
    public IEnumerable<string> Settings(string name) => Lines
        .Where(line => line.Kind == TranscriptLineKind.Setting && line.Text.StartsWith(name + ": ", StringComparison.Ordinal))
        .Select(line => line.Text[(name.Length + 2)..]);

    private static TranscriptLine ParseLine(string line, bool hasBegun)
    {
        if (line.Length == 0 || line.StartsWith('#'))
        {
            return new TranscriptLine(TranscriptLineKind.Note, line);
        }

        TranscriptLineKind? kind = line.Split(' ')[0] switch
        {
            "-->" => TranscriptLineKind.Send,
            "<--" => TranscriptLineKind.Receive,
            "---" => TranscriptLineKind.Direction,
            [.., ':'] when !hasBegun => TranscriptLineKind.Setting,
            _ => null,
        };
        return kind switch
        {
            null => throw new FormatException($"A transcript has no such line: {line}"),
            TranscriptLineKind.Setting => new TranscriptLine(TranscriptLineKind.Setting, line),
            _ => new TranscriptLine(kind.Value, line[3..].TrimStart(' ')),
        };
    }
}
