using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Host;
using Xunit;

namespace EsxAgent.Tests.Simulator.Disks;

/// <summary>A simulated host with small datastores of its own for disks: <c>ds</c> (VMFS-6, 10 GB) and <c>nas</c> (NFS, 10 GB).</summary>
internal sealed class DiskWorld : IDisposable
{
    /// <summary>One MiB.</summary>
    public const int Mebi = 1 << 20;

    /// <summary>Makes the host, and a thin disk <c>a.vmdk</c> of so many MiB where asked for.</summary>
    public DiskWorld(int thinMebi = 0)
    {
        Host = new SimulatedHost(more: builder =>
        {
            builder.AddDatastore("ds", 10L << 30);
            builder.AddDatastore("nas", 10L << 30, "NFS");
        });
        if (thinMebi > 0)
        {
            Succeed($"vmkfstools -c {thinMebi}m -d thin {At("a.vmdk")}");
        }
    }

    /// <summary>The host.</summary>
    public SimulatedHost Host { get; }

    /// <summary>The directory of <c>ds</c> on this machine.</summary>
    public string Directory => Host["vmfs/volumes/ds"];

    /// <summary>What is free on <c>ds</c>, in bytes.</summary>
    public long Free => Datastore.ReadAll(Host.Host).Single(one => one.Name == "ds").FreeBytes(Host.Host);

    /// <summary>The names in <c>ds</c>, sorted.</summary>
    public string[] Names => [.. System.IO.Directory.GetFileSystemEntries(Directory).Select(one => Path.GetFileName(one)!).Order(StringComparer.Ordinal)];

    /// <summary>The path of a file on <c>ds</c> as a host names it.</summary>
    public static string At(string name) => "/vmfs/volumes/ds/" + name;

    /// <summary>The path of a file on <c>ds</c> on this machine.</summary>
    public string this[string name] => Path.Combine(Directory, name);

    /// <summary>Calls a tool; <c>@name</c> stands for a file on <c>ds</c>.</summary>
    public ToolResult Run(string commandLine) =>
        Host.Run(string.Join(' ', commandLine.Split(' ').Select(word => word.StartsWith('@') ? At(word[1..]) : word)));

    /// <summary>Calls a tool that must succeed, and gives its output.</summary>
    public string Succeed(string commandLine)
    {
        ToolResult result = Run(commandLine);
        Assert.True(result.Status == 0 && result.Error.Length == 0, $"'{commandLine}' should succeed, but ended with {result.Status}: {result.Error}");
        return result.Output;
    }

    /// <summary>Calls a tool that must fail with a number at the end of its error line, and gives that line.</summary>
    public string Fail(string commandLine, int code)
    {
        ToolResult result = Run(commandLine);
        Assert.True(result.Status == 1, $"'{commandLine}' should fail, but ended with {result.Status}: {result.Output}{result.Error}");
        Assert.EndsWith($" ({code}).\n", result.Error);
        return result.Error;
    }

    /// <summary>Reads a descriptor.</summary>
    public DiskDescriptor Descriptor(string name)
    {
        DiskDescriptor? descriptor = DiskDescriptor.Parse(File.ReadAllBytes(this[name]));
        Assert.True(descriptor is not null, $"{name} should be a descriptor");
        return descriptor;
    }

    /// <summary>The sidecars that a descriptor names: key and file.</summary>
    public IEnumerable<(string Key, string FileName)> Sidecars(string name) => SidecarList.Read(Descriptor(name), name);

    /// <summary>Writes bytes into a file, without changing its length otherwise.</summary>
    public void Write(string name, long offset, ReadOnlySpan<byte> bytes)
    {
        using var file = new FileStream(this[name], FileMode.Open, FileAccess.Write);
        file.Position = offset;
        file.Write(bytes);
    }

    /// <summary>Bytes that look random and are the same on every run.</summary>
    public static byte[] Noise(int length, int seed = 1)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Changes a member of a JSON file of the host by replacing text.</summary>
    public void Edit(string relative, string from, string to)
    {
        string text = File.ReadAllText(Host[relative]);
        Assert.Contains(from, text, StringComparison.Ordinal);
        Host.Write(relative, text.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>What a tool's progress line showed, in percent.</summary>
    public static int[] Percents(string output, string name) =>
    [
        .. output.Split('\r', '\n').Where(one => one.StartsWith(name + ": ", StringComparison.Ordinal))
            .Select(one => int.Parse(one[(name.Length + 2)..one.IndexOf('%', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture)),
    ];

    /// <summary>Writes a descriptor by hand.</summary>
    public void WriteText(string name, string text) => File.WriteAllText(this[name], text, new UTF8Encoding(false));

    /// <summary>Gives a disk a file that tracks its changed blocks.</summary>
    public void Track(string baseName)
    {
        WriteText(baseName + "-ctk.vmdk", "tracking");
        DiskDescriptor descriptor = Descriptor(baseName + ".vmdk");
        descriptor.ChangeTrackPath = baseName + "-ctk.vmdk";
        WriteText(baseName + ".vmdk", descriptor.Text());
    }

    /// <summary>Makes the files of a snapshot of <c>a.vmdk</c> by hand.</summary>
    public void Snapshot(string baseName)
    {
        WriteText(baseName + "-delta.vmdk", "delta");
        WriteText(
            baseName + ".vmdk",
            File.ReadAllText(this["a.vmdk"]).Replace("\"vmfs\"", "\"vmfsSparse\"\nparentFileNameHint=\"a.vmdk\"", StringComparison.Ordinal)
                .Replace("VMFS \"a-flat", $"VMFSSPARSE \"{baseName}-delta", StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public void Dispose() => Host.Dispose();
}
