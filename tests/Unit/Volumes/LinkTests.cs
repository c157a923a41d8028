using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Volumes;

/// <summary>
/// Symbolic links that are planted while volumes change, at each level of their path: a name and a link to a place outside are exchanged thousands of times, so that
/// each check of the agent and its use of what it has checked see now the one and now the other. Nothing outside may ever be touched.
/// </summary>
public sealed partial class LinkTests : IDisposable
{
    private const long MiB = 1L << 20;
    private const int MinSwaps = 300;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(3);

    private readonly World _world = World.Start(machines: ["web01"], datastores: ["ds1=100GB"]);
    private readonly ITestOutputHelper _output;
    private readonly string _outside;

    public LinkTests(ITestOutputHelper output)
    {
        _output = output;
        _outside = Path.Combine(_world.Host.Directory, "outside");
        using WireConnection guest = _world.Guest();
        foreach (string name in (string[])["v1", "v2"])
        {
            _ = guest.Create(name, 4 * MiB).Result;
        }

        // What lies outside has the same names: whoever follows a link finds just what he looks for.
        CopyTree(Datastore, _outside);
        foreach (string file in Directory.GetFiles(_outside, "*", SearchOption.AllDirectories).Where(file => file.EndsWith("-flat.vmdk", StringComparison.Ordinal)))
        {
            File.WriteAllText(file, "a secret of somebody else");
        }
    }

    private string Datastore => Path.Combine(_world.Host.Root, "vmfs", "volumes", "ds1");

    [Theory]
    [InlineData("esxagent")]
    [InlineData("esxagent/.owners")]
    [InlineData("esxagent/all")]
    [InlineData("esxagent/all/.staging")]
    [InlineData("esxagent/all/.operations")]
    [InlineData("esxagent/all/v1")]
    [InlineData("esxagent/all/v1/v1.vmdk")]
    [InlineData("esxagent/all/v1/v1-flat.vmdk")]
    [InlineData("esxagent/all/v1/*.vmfd")]
    public async Task A_link_that_comes_and_goes_leads_nowhere(string level)
    {
        string place = level.Contains('*', StringComparison.Ordinal) ? Directory.GetFiles(Path.Combine(Datastore, "esxagent", "all", "v1"), "*.vmfd").Single() : Path.Combine(Datastore, level);
        string link = Path.Combine(_world.Host.Directory, "link");
        File.CreateSymbolicLink(link, Path.Combine(_outside, Path.GetRelativePath(Datastore, place)));
        string before = Digest(_outside);
        using var end = new CancellationTokenSource(s_time);
        Task<int> swapping = Task.Run(() => Swap(place, link, end.Token));
        Task<List<string>>[] guests = [.. Enumerable.Range(0, 3).Select(i => Task.Run(() => Ask(i, end.Token)))];

        List<string> kinds = [.. (await Task.WhenAll(guests)).SelectMany(one => one)];
        int swaps = await swapping;

        _output.WriteLine($"{level}: {swaps} exchanges, {kinds.Count} answers: {string.Join(", ", kinds.CountBy(kind => kind).Select(one => $"{one.Key} {one.Value}"))}");
        Assert.True(swaps > MinSwaps, $"{swaps} exchanges are no race");
        Assert.Equal(before, Digest(_outside));
        Assert.DoesNotContain("InternalError", kinds);
        foreach (string extent in Directory.GetFiles(Datastore, "*-flat.vmdk", SearchOption.AllDirectories))
        {
            using FileStream file = File.OpenRead(extent);
            Assert.True(file.Length == 0 || file.ReadByte() == 0, $"{extent} holds what was read outside");
        }

        // When it is over, the place is as good as before.
        using WireConnection guest = _world.Guest();
        Assert.Equal("ok", guest.Create("after", MiB).Result!.Text("state"));
    }

    public void Dispose() => _world.Dispose();

    /// <summary>Asks for one change after the other.</summary>
    private List<string> Ask(int number, CancellationToken end)
    {
        var random = new Random(number);
        var kinds = new List<string>();
        using WireConnection guest = _world.Guest();
        while (!end.IsCancellationRequested)
        {
            string other = $"n{number}";
            WireMessage answer = random.Next(9) switch
            {
                0 => guest.Create("v1", 4 * MiB),
                1 => guest.Change("resize", "v1", $",\"sizeBytes\":{random.Next(4, 64) * MiB}"),
                2 => guest.Change("update", "v1", ",\"access\":\"readOnly\""),
                3 => guest.Change("copy", other, ",\"source\":{\"name\":\"v1\"}"),
                4 => guest.Change("convert", "v1", ",\"to\":\"thin\""),
                5 => guest.Change("remove", "v1"),
                6 => guest.Change("remove", other),
                7 => guest.Call("volume/check", """{"name":"v1"}"""),
                _ => guest.Create(other, MiB),
            };
            kinds.Add(answer.ErrorKind ?? "done");
        }

        return kinds;
    }

    /// <summary>Exchanges a name and a link again and again; in the end the name is what it was.</summary>
    private static int Swap(string place, string link, CancellationToken end)
    {
        const int Here = -100; // AT_FDCWD
        const uint Exchange = 2; // RENAME_EXCHANGE
        int swaps = 0;
        bool isOut = false;
        var pause = new Random(1);
        while (!end.IsCancellationRequested || isOut)
        {
            if (RenameAt2(Here, place, Here, link, Exchange) == 0)
            {
                isOut = !isOut;
                swaps++;
            }
            else if (end.IsCancellationRequested)
            {
                // The agent has removed one of the two; what is left outside of the place is only the test's.
                break;
            }

            Thread.SpinWait(pause.Next(20_000));
        }

        return swaps;
    }

    /// <summary>One text for everything below a directory: names, links, lengths and contents.</summary>
    private static string Digest(string directory) => string.Join('\n', Directory.GetFileSystemEntries(directory, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(entry => $"{entry} {(File.Exists(entry) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(entry))) : "directory")}"));

    private static void CopyTree(string from, string to)
    {
        using Process copy = Process.Start("cp", ["-a", from + "/.", to]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int oldDirectory, string oldPath, int newDirectory, string newPath, uint flags);
}
