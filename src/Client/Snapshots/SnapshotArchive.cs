using System;
using System.IO;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EsxAgent.Client.Snapshots;

/// <summary>
/// The file of a snapshot: a zip archive, because names of the vsish tree hold colons and differ by case alone, which not every guest's file system can keep.
/// </summary>
/// <param name="file">Where it is written to; left open.</param>
internal sealed class SnapshotArchive(Stream file) : IDisposable
{
    private static readonly JsonWriterOptions WriterOptions = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ZipArchive _archive = new(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8);

    /// <summary>Adds a file.</summary>
    /// <param name="name">Path in the archive, with slashes.</param>
    /// <param name="text">What it holds.</param>
    public void AddText(string name, string text)
    {
        using Stream entry = _archive.CreateEntry(name, CompressionLevel.Fastest).Open();
        entry.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Adds a file of JSON.</summary>
    /// <param name="name">Path in the archive, with slashes.</param>
    /// <param name="write">Writes it.</param>
    public void AddJson(string name, Action<Utf8JsonWriter> write)
    {
        using Stream entry = _archive.CreateEntry(name, CompressionLevel.Fastest).Open();
        using var json = new Utf8JsonWriter(entry, WriterOptions);
        write(json);
    }

    /// <summary>Adds a directory, which may stay empty.</summary>
    /// <param name="name">Path in the archive, with slashes, without one at the end.</param>
    public void AddDirectory(string name) => _archive.CreateEntry(name + "/");

    /// <summary>Ends the archive.</summary>
    public void Dispose() => _archive.Dispose();
}
