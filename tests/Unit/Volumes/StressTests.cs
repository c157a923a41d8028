using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
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
/// Two hosts over one datastore, eight guests that make, copy, enlarge and remove the same twenty volumes, and agents that are killed and come back all the time.
/// <c>ESXAGENT_STRESS_SECONDS</c> says how long; without it 12 s.
/// </summary>
public sealed class StressTests(ITestOutputHelper output) : IDisposable
{
    private const int GuestsOfHost = 4;
    private const int Names = 20;
    private const long MiB = 1L << 20;
    private const string Place = "ds1";

    /// <summary>What a change may be refused with here; anything else is a defect.</summary>
    private static readonly string[] s_refusals = ["VolumeAlreadyExists", "VolumeNotFound", "SizeOutOfRange", "OperationConflict", "VolumeInUse", "TooBusy"];

    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(
        int.Parse(Environment.GetEnvironmentVariable("ESXAGENT_STRESS_SECONDS") ?? "12", CultureInfo.InvariantCulture));

    private readonly SimulatedHost[] _hosts = [SimulatedHost.Make(machines: ["web01"], datastores: ["ds1=900GB"]), SimulatedHost.Make(machines: ["web01"], datastores: ["ds1=900GB"])];
    private readonly AgentProcess?[] _agents = new AgentProcess?[2];
    private readonly NameHistory[] _histories = [.. Enumerable.Range(0, Names).Select(i => new NameHistory(NameOf(i)))];
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _defects = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _kills;

    [Fact]
    public async Task Whatever_is_acknowledged_was_true_and_nothing_is_left_half_done()
    {
        ShareDatastores();
        Start(0);
        Start(1);
        using var time = new CancellationTokenSource(s_duration);
        using var calm = new CancellationTokenSource();
        Task[] guests = [.. Enumerable.Range(0, 2 * GuestsOfHost).Select(i => Task.Run(() => BeGuestAsync(i, time.Token)))];
        Task observer = Task.Run(() => ObserveAsync(calm.Token));
        await Task.WhenAll(KillAsync(0, time.Token), KillAsync(1, time.Token));
        await Task.WhenAll(guests).WaitAsync(TimeSpan.FromMinutes(2), CancellationToken.None);
        await calm.CancelAsync();
        await observer;

        await LookAtTheEndAsync();

        foreach ((string what, int count) in _counts.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"{what}: {count}");
        }

        output.WriteLine($"agents killed: {_kills}, seconds: {s_duration.TotalSeconds}");
        string[] contradictions = [.. _histories.Select(one => one.Contradiction()).OfType<string>()];
        Assert.True(_defects.IsEmpty && contradictions.Length == 0, string.Join('\n', _defects.Take(10).Concat(contradictions.Take(3))));
        Assert.True(_kills >= 4, $"{_kills} kills are no stress");
        Assert.True(_counts.GetValueOrDefault("create: done") > 10 && _counts.GetValueOrDefault("remove: done") > 5, "too little was done to say anything");
    }

    public void Dispose()
    {
        foreach (AgentProcess? agent in _agents)
        {
            agent?.Dispose();
        }

        // The second one's datastores are the first one's.
        File.Delete(Path.Combine(_hosts[1].Root, "vmfs", "volumes"));
        _hosts[1].Dispose();
        _hosts[0].Dispose();
    }

    private static string NameOf(int i) => string.Create(CultureInfo.InvariantCulture, $"n{i:00}");

    private long Now => Stopwatch.GetElapsedTime(_start).Ticks;

    private string Socket(int host) => Path.Combine(_hosts[host].Directory, "s");

    /// <summary>Two hosts with uuids of their own: neither may ask the kernel whether the other's agent lives.</summary>
    private void ShareDatastores()
    {
        string volumes = Path.Combine(_hosts[1].Root, "vmfs", "volumes");
        Directory.Delete(volumes, recursive: true);
        Directory.CreateSymbolicLink(volumes, Path.Combine(_hosts[0].Root, "vmfs", "volumes"));
        _hosts[1].EditNode("/hardware/bios/dmiInfo", text => Regex.Replace(text, @"\[15\]: 0x\w+", "[15]: 0x77"));
    }

    private void Start(int host) => _agents[host] = AgentProcess.Serve(_hosts[host], [$"unix:{Socket(host)}"], "--log", Path.Combine(_hosts[host].Directory, "log"));

    private async Task KillAsync(int host, CancellationToken end)
    {
        var random = new Random(host);
        while (!end.IsCancellationRequested)
        {
            await Task.Delay(random.Next(300, 2_000), CancellationToken.None);
            // The agent alone: what it has started ends by itself.
            Signals.End(_agents[host]!.Id);
            _agents[host]!.Wait();
            _agents[host]!.Dispose();
            Interlocked.Increment(ref _kills);
            await Task.Delay(random.Next(0, 400), CancellationToken.None);
            Start(host);
        }
    }

    private Task<AgentSession> ConnectAsync(int host) => AgentSession.ConnectAsync(
        Endpoint.Parse($"unix:{Socket(host)}"), new SessionOptions { ConnectTimeout = TimeSpan.FromSeconds(30) }, CancellationToken.None);

    private async Task<AgentSession> ConnectPatientlyAsync(int host)
    {
        while (true)
        {
            try
            {
                return await ConnectAsync(host);
            }
            catch (ConnectionException)
            {
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    private async Task BeGuestAsync(int number, CancellationToken end)
    {
        var random = new Random(number);
        using AgentSession session = await ConnectPatientlyAsync(number % 2);
        while (!end.IsCancellationRequested)
        {
            int which = random.Next(Names);
            NameHistory history = _histories[which];
            string name = NameOf(which);
            long size = random.Next(1, 64) * MiB;
            switch (random.Next(20))
            {
                case < 6:
                    await AskAsync("create", $"{size}", history, Made(size), () => session.CreateVolumeAsync(new VolumeCreateParams { Name = name, Datastore = Place, SizeBytes = size }));
                    break;
                case < 10:
                    string source = NameOf(random.Next(Names));
                    var copy = new VolumeCopyParams { Name = name, Datastore = Place, Source = new VolumeSource(source, Place) };
                    await AskAsync("copy", source, history, Made(null), () => session.CopyVolumeAsync(copy), mayLackSource: true);
                    break;
                case < 13:
                    await AskAsync("resize", $"{size}", history, Enlarged(size), () => session.ResizeVolumeAsync(new VolumeResizeParams { Name = name, Datastore = Place, SizeBytes = size }));
                    break;
                case < 17:
                    await RemoveAsync(session, history, name);
                    break;
                default:
                    await GetAsync(session, history, name);
                    break;
            }
        }
    }

    /// <summary>What a name stands for after it was made; a size that is not known is that of the answer.</summary>
    private static Func<NameState, Volume?, NameState?> Made(long? size) => (state, volume) =>
        state.IsThere ? null : new NameState(volume?.Uuid ?? NameState.Unknown, size ?? volume?.SizeBytes ?? 0);

    /// <summary>A repeat is answered with the volume as it is then: the same one, and at least as large.</summary>
    private static Func<NameState, Volume?, NameState?> Enlarged(long size) => (state, volume) =>
        !state.MayBe(volume?.Uuid ?? NameState.Unknown) || state.SizeBytes > size || volume?.SizeBytes < size ? null : state with { SizeBytes = size };

    private async Task AskAsync(
        string verb, string argument, NameHistory history, Func<NameState, Volume?, NameState?> effect, Func<Task<Volume>> ask, bool mayLackSource = false)
    {
        NameHistory.Question question = history.Ask($"{verb} {argument}", Now);
        IEnumerable<NameState> Effect(NameState state, Volume? volume) => effect(state, volume) is NameState after ? [after] : [];
        try
        {
            Volume volume = await ask();
            Count($"{verb}: done");
            Note(volume.State == VolumeState.Ok, $"{verb} answered {volume.State}: {volume.Problem}");
            question.Answer($"{volume.Uuid} {volume.SizeBytes}", Now, state => Effect(state, volume));
        }
        catch (AgentException e) when (e.Kind.Equals(ErrorKind.VolumeAlreadyExists))
        {
            Count($"{verb}: {e.Kind.Name}");
            question.Answer($"exists {e.Error.Existing?.Uuid}", Now, state => state.MayBe(e.Error.Existing?.Uuid) ? [state] : []);
        }
        catch (AgentException e) when (e.Kind.Equals(ErrorKind.VolumeNotFound))
        {
            // It, or its source, was not there; or it was done, and somebody has removed the volume before the repeat.
            Count($"{verb}: {e.Kind.Name}");
            question.Answer("not found", Now, state => [.. Effect(state, null), .. mayLackSource || (!state.IsThere && verb == "resize") ? [state] : Array.Empty<NameState>()]);
        }
        catch (AgentException e) when (e.Kind.Equals(ErrorKind.SizeOutOfRange))
        {
            Count($"{verb}: {e.Kind.Name}");
            question.Answer("too small", Now, state => state.IsThere ? [state] : []);
        }
        catch (AgentException e)
        {
            Count($"{verb}: {e.Kind.Name}");
            Note(Array.IndexOf(s_refusals, e.Kind.Name) >= 0, $"{verb}: {e.Kind.Name}: {e.Message} {e.Error.ToolError}");
            question.Answer(e.Kind.Name, Now, state => [state]);
        }
        catch (ConnectionException e)
        {
            Count($"{verb}: no answer");
            question.NoAnswer(e.Message, state => Effect(state, null));
        }
    }

    private async Task RemoveAsync(AgentSession session, NameHistory history, string name)
    {
        NameHistory.Question question = history.Ask("remove", Now);
        try
        {
            VolumeRemoval removal = await session.RemoveVolumeAsync(new VolumeRemoveParams { Name = name, Datastore = Place });
            Count(removal.Removed ? "remove: done" : "remove: absent");
            question.Answer(removal.Removed ? "removed" : "absent", Now, state => state.IsThere == removal.Removed ? [NameState.Absent] : []);
        }
        catch (AgentException e)
        {
            Count($"remove: {e.Kind.Name}");
            Note(Array.IndexOf(s_refusals, e.Kind.Name) >= 0, $"remove: {e.Kind.Name}: {e.Message} {e.Error.ToolError}");
            question.Answer(e.Kind.Name, Now, state => [state]);
        }
        catch (ConnectionException e)
        {
            Count("remove: no answer");
            question.NoAnswer(e.Message, _ => [NameState.Absent]);
        }
    }

    private async Task GetAsync(AgentSession session, NameHistory history, string name)
    {
        NameHistory.Question question = history.Ask("get", Now);
        try
        {
            Volume volume = await session.GetVolumeAsync(name, Place);
            Count("get: there");
            Note(volume.State is VolumeState.Ok or VolumeState.Staging, $"get answered {volume.State}: {volume.Problem}");
            bool isSeen = volume.State == VolumeState.Ok;
            question.Answer(
                $"{volume.Uuid} {volume.SizeBytes} {volume.State}",
                Now,
                state => !isSeen || (state.MayBe(volume.Uuid) && (state.SizeBytes == volume.SizeBytes || state.Uuid == NameState.Unknown)) ? [state] : []);
        }
        catch (AgentException e)
        {
            Count($"get: {e.Kind.Name}");
            Note(e.Kind.Equals(ErrorKind.VolumeNotFound) || e.Kind.Equals(ErrorKind.TooBusy), $"get: {e.Message}");
            question.Answer(e.Kind.Name, Now, state => state.IsThere && e.Kind.Equals(ErrorKind.VolumeNotFound) ? [] : [state]);
        }
        catch (ConnectionException e)
        {
            question.Answer(e.Message, Now, state => [state]);
        }
    }

    /// <summary>Looks at everything again and again: there is no volume without metadata, none twice, none half made.</summary>
    private async Task ObserveAsync(CancellationToken end)
    {
        using AgentSession session = await ConnectPatientlyAsync(0);
        while (!end.IsCancellationRequested)
        {
            try
            {
                var uuids = new HashSet<string?>();
                foreach (Volume volume in await session.GetVolumesAsync(Place, null, CancellationToken.None).ToArrayAsync(CancellationToken.None))
                {
                    bool isWhole = volume.State == VolumeState.Ok && volume.Uuid is not null && volume.SizeBytes > 0 && uuids.Add(volume.Uuid);
                    Note(isWhole || volume.State == VolumeState.Staging, $"listed as {volume.State}: {volume.Id} {volume.Uuid} {volume.Problem}");
                }

                Count("list: done");
            }
            catch (Exception e) when (e is ConnectionException or AgentException { Kind.Retryable: true })
            {
                Count("list: no answer");
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>When it is calm again: both hosts see the same, all of it is whole, and nothing is left of what was interrupted.</summary>
    private async Task LookAtTheEndAsync()
    {
        var seen = new List<string>[2];
        for (int host = 0; host < 2; host++)
        {
            Signals.EndInOrder(_agents[host]!.Id);
            _agents[host]!.Wait();
            _agents[host]!.Dispose();
            Start(host);
        }

        try
        {
            Eventually.Holds("what was interrupted is ended", () => _hosts[0].StagedOn(Place).Count == 0, TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException)
        {
            // What is left, and what the agents said to it, is all that there is to find the reason by.
            output.WriteLine(string.Join('\n', _hosts[0].StagedOn(Place).SelectMany(claim => Directory.GetFileSystemEntries(claim, "*", SearchOption.AllDirectories))));
            output.WriteLine(string.Join('\n', _hosts.SelectMany(host => File.ReadLines(Path.Combine(host.Directory, "log")).Where(line => !line.Contains("session", StringComparison.Ordinal)).TakeLast(60))));
            throw;
        }

        for (int host = 0; host < 2; host++)
        {
            using AgentSession session = await ConnectAsync(host);
            seen[host] = [];
            foreach (Volume volume in await session.GetVolumesAsync(Place, null, CancellationToken.None).ToArrayAsync(CancellationToken.None))
            {
                seen[host].Add($"{volume.Name} {volume.Uuid} {volume.SizeBytes}");
                VolumeReport report = await session.CheckVolumeAsync(volume.Name!, Place, CancellationToken.None);
                Note(report.Findings.Count == 0, $"at the end {volume.Id} has {string.Join(", ", report.Findings.Select(one => one.Message))}");
            }

            for (int i = 0; i < Names; i++)
            {
                await GetAsync(session, _histories[i], NameOf(i));
            }
        }

        Assert.Equal(seen[0].Order(), seen[1].Order());
        foreach (SimulatedHost host in _hosts)
        {
            Assert.DoesNotContain("internal error", File.ReadAllText(Path.Combine(host.Directory, "log")), StringComparison.Ordinal);
        }
    }

    private void Count(string what) => _counts.AddOrUpdate(what, 1, static (_, count) => count + 1);

    private void Note(bool isRight, string defect)
    {
        if (!isRight)
        {
            _defects.Enqueue(defect);
        }
    }
}
