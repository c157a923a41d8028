using System;
using System.IO;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EsxAgent.Simulator.Host;

/// <summary>Reads and writes the JSON files of a simulated host.</summary>
internal static class JsonFile
{
    // People edit these files: names stay readable, not escaped. Nothing of it is ever put into HTML.
    private static readonly JsonWriterOptions WriterOptions = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonDocumentOptions ReaderOptions = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="SimulatorException">The file is missing or no JSON; the message names file and line.</exception>
    public static JsonDocument Read(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllBytes(path), ReaderOptions);
        }
        catch (JsonException problem)
        {
            throw SimulatorException.BrokenHost($"{path}:{problem.LineNumber + 1}: not valid JSON; correct it or make a new host with 'esxsim init'");
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw SimulatorException.BrokenHost($"{path} is missing; make a new host with 'esxsim init'");
        }
    }

    /// <summary>Writes a file by way of a neighbour and a rename: a tool that reads meanwhile sees the old or the new text, never a part.</summary>
    public static void Write(string path, Action<Utf8JsonWriter> write)
    {
        string neighbour = path + ".new";
        using (FileStream file = File.Create(neighbour))
        {
            using (var json = new Utf8JsonWriter(file, WriterOptions))
            {
                write(json);
            }

            file.WriteByte((byte)'\n');
        }

        File.Move(neighbour, path, overwrite: true);
    }
}
