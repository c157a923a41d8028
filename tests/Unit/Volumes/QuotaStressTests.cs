using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Volumes;

/// <summary>
/// Thirty-two clients that fill a quota, with agents that are killed and come back in between: it is never exceeded by a byte, and it can be filled. Then they remove
/// and make again, and the audit of it all tells which volumes there are.
/// </summary>
public sealed class QuotaStressTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 32;
    private const int VmCount = 4;
    private const long MiB = 1L << 20;
    private const long Quota = 200 * MiB;

    private const string Policy = """
        {"version":1,"groups":[{"name":"all","members":[{"name":"*"}],"methods":["*"],"datastores":[{"name":"*","totalBytes":209715200}],
        "rates":{"requestsPerSecond":1000000,"changesPerMinute":1000000}}]}
        """;

    private readonly SimulatedHost _host = SimulatedHost.Make(machines: [.. Enumerable.Range(0, VmCount).Select(i => $"vm{i}")], datastores: ["ds1=900GB"]);
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _defects = new();
    private AgentProcess? _agent;
    private long _most;
    private int _kills;

    private string Audit => Path.Combine(_host.Directory, "audit");

    [Fact]
    public async Task The_quota_holds_whatever_is_killed_and_the_audit_tells_what_there_is()
    {
        _host.SetPolicy(Policy);
        Start();
        using var calm = new CancellationTokenSource();
        Task killer = Task.Run(() => KillAsync(calm.Token));
        Task observer = Task.Run(() => ObserveAsync(calm.Token));
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(() => FillAsync(i)))).WaitAsync(TimeSpan.FromMinutes(3));
        await calm.CancelAsync();
        await Task.WhenAll(killer, observer);
        long full = BytesOnDisk();
        Assert.InRange(Math.Max(_most, full), Quota - (3 * MiB), Quota);

        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(6));
        killer = Task.Run(() => KillAsync(end.Token));
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(() => ChangeAsync(i, end.Token)))).WaitAsync(TimeSpan.FromMinutes(3));
        await killer;

        // One more change, so that whatever was begun in the group is ended before it.
        using (AgentSession last = await ConnectAsync(0))
        {
            await last.RemoveVolumeAsync(new VolumeRemoveParams { Name = "nothing", Datastore = "ds1" });
        }

        Assert.Equal(0, _agent!.Stop());
        output.WriteLine($"{_kills} kills, at most {_most} of {Quota} bytes; {string.Join(", ", _counts.OrderBy(one => one.Key).Select(one => $"{one.Key} {one.Value}"))}");
        Assert.True(_defects.IsEmpty, string.Join('\n', _defects.Take(10)));
        Assert.True(_kills >= 4, $"{_kills} kills are no stress");
        Assert.Equal(NamesOnDisk(), Replayed(AuditFile.Read(Audit)));
        Assert.Contains("the audit is whole", AgentProcess.Run("audit", "verify", Audit).Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _agent?.Dispose();
        _host.Dispose();
    }

    /// <summary>The volumes that there must be after all that the audit tells.</summary>
    private static string[] Replayed(IReadOnlyList<JsonNode> lines)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (JsonNode line in lines.Where(line => line.Text("outcome") == "done" && line["again"] is null))
        {
            string name = line.Text("target").Split('@')[0];
            _ = line.Text("method") switch
            {
                "volume/create" or "volume/copy" => names.Add(name),
                "volume/remove" => names.Remove(name),
                _ => false,
            };
        }

        return [.. names];
    }

    private string[] NamesOnDisk() =>
        [.. Directory.GetDirectories(_host.GroupOn("ds1")).Select(path => Path.GetFileName(path)!).Where(name => name[0] != '.').Order(StringComparer.Ordinal)];

    /// <summary>What the volumes take, as the quota counts them: the disks' sizes.</summary>
    private long BytesOnDisk() => NamesOnDisk().Sum(name =>
    {
        var extent = new FileInfo(Path.Combine(_host.GroupOn("ds1"), name, $"{name}-flat.vmdk"));
        return extent.Exists ? extent.Length : 0;
    });

    private string Socket(int vm) => Path.Combine(_host.Directory, $"s{vm}");

    private void Start() => _agent = AgentProcess.Serve(
        _host, [.. _host.Machines.Select((vm, i) => $"unix:{Socket(i)}?as={vm.CartelId}")], "--audit", Audit, "--log", Path.Combine(_host.Directory, "log"));

    private async Task<AgentSession> ConnectAsync(int client)
    {
        while (true)
        {
            try
            {
                return await AgentSession.ConnectAsync(Endpoint.Parse($"unix:{Socket(client % VmCount)}"), new SessionOptions { ConnectTimeout = TimeSpan.FromSeconds(30) }, default);
            }
            catch (ConnectionException)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Makes volumes until the quota is full.</summary>
    private async Task FillAsync(int client)
    {
        var random = new Random(client);
        using AgentSession session = await ConnectAsync(client);
        for (int refused = 0, i = 0; refused < 4; i++)
        {
            long size = random.Next(1, 4) * MiB;
            bool isMade = await DoAsync("create", () => session.CreateVolumeAsync(new VolumeCreateParams { Name = $"c{client:00}-{i}", Datastore = "ds1", SizeBytes = size }));
            refused += isMade ? 0 : 1;
        }
    }

    /// <summary>Makes, copies and removes volumes, its own and others'.</summary>
    private async Task ChangeAsync(int client, CancellationToken end)
    {
        var random = new Random(client + 1_000);
        using AgentSession session = await ConnectAsync(client);
        while (!end.IsCancellationRequested)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"c{random.Next(Clients):00}-{random.Next(3)}");
            await (random.Next(4) switch
            {
                0 => DoAsync("create", () => session.CreateVolumeAsync(new VolumeCreateParams { Name = name, Datastore = "ds1", SizeBytes = MiB })),
                1 => DoAsync("copy", () => session.CopyVolumeAsync(
                    new VolumeCopyParams { Name = name + "c", Datastore = "ds1", Source = new VolumeSource(name, "ds1") })),
                _ => DoAsync("remove", () => session.RemoveVolumeAsync(new VolumeRemoveParams { Name = name + (random.Next(2) == 0 ? "c" : ""), Datastore = "ds1" })),
            });
        }
    }

    private async Task<bool> DoAsync<T>(string what, Func<Task<T>> change)
    {
        string[] refusals = ["QuotaExceeded", "VolumeAlreadyExists", "VolumeNotFound", "OperationConflict", "TooBusy", "VolumeInUse"];
        try
        {
            await change();
            _counts.AddOrUpdate($"{what} done", 1, (_, count) => count + 1);
            return true;
        }
        catch (AgentException e)
        {
            _counts.AddOrUpdate($"{what} {e.Kind.Name}", 1, (_, count) => count + 1);
            if (Array.IndexOf(refusals, e.Kind.Name) < 0)
            {
                _defects.Enqueue($"{what}: {e.Kind.Name}: {e.Message}");
            }

            return !e.Kind.Equals(ErrorKind.QuotaExceeded);
        }
        catch (ConnectionException)
        {
            _counts.AddOrUpdate($"{what} without an answer", 1, (_, count) => count + 1);
            return true;
        }
    }

    private async Task ObserveAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            long bytes = Directory.Exists(_host.GroupOn("ds1")) ? BytesOnDisk() : 0;
            _most = Math.Max(_most, bytes);
            if (bytes > Quota)
            {
                _defects.Enqueue($"the volumes take {bytes} bytes of {Quota}");
            }

            await Task.Delay(10, CancellationToken.None);
        }
    }

    private async Task KillAsync(CancellationToken end)
    {
        var random = new Random(1);
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(random.Next(400, 1_200), CancellationToken.None);
            _agent!.Kill();
            _agent.Dispose();
            _kills++;
            await Task.Delay(random.Next(0, 200), CancellationToken.None);
            Start();
        }
    }
}
