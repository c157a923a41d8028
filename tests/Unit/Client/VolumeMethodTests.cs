using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>What each method about volumes sends, and what it makes of the answer.</summary>
public sealed class VolumeMethodTests
{
    private const string Volume = """
        {"id":"db01@ssd1","uuid":"u","name":"db01","datastore":"ssd1","group":"g","path":"/vmfs/volumes/1/esxagent/g/db01/db01.vmdk","sizeBytes":1024,
         "allocatedBytes":512,"format":"thin","access":"readWrite","persistence":"persistent","created":"2026-01-02T03:04:05Z",
         "createdBy":{"name":"web01","uuid":"v"},"labels":{"owner":"ops"},"attachedTo":null,"attachedReason":null,"snapshots":0,"state":"ok","problem":null}
        """;

    private const string Report = """
        {"id":"db01@ssd1","isHealthy":false,"findings":[{"kind":"metadataDamaged","severity":"error","message":"its metadata is damaged","fileName":"f",
         "action":"rewriteMetadata","actionText":"writes new metadata","done":true}]}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Create_sends_what_the_volume_is_to_be() => Sends(
        Methods.VolumeCreate,
        """{"sizeBytes":1024,"format":"thin","labels":{"a":"b"},"name":"db01","datastore":"ssd1","operationId":"op"}""",
        Volume,
        async session => Assert.Equal("ops", (await session.CreateVolumeAsync(
            Named(new VolumeCreateParams { SizeBytes = 1024, Format = VolumeFormat.Thin, Labels = new Dictionary<string, string> { ["a"] = "b" } }),
            cancellationToken: Token)).Labels["owner"]));

    [Fact]
    public Task Copy_sends_the_source_and_the_place_of_the_copy() => Sends(
        Methods.VolumeCopy,
        """{"source":{"name":"db00","datastore":"nfs"},"name":"db01","datastore":"ssd1","operationId":"op"}""",
        Volume,
        async session => Assert.Equal("db01", (await session.CopyVolumeAsync(
            Named(new VolumeCopyParams { Source = new VolumeSource("db00", "nfs") }), cancellationToken: Token)).Name));

    [Fact]
    public Task Update_sends_only_what_changes() => Sends(
        Methods.VolumeUpdate,
        """{"access":"readOnly","name":"db01","datastore":"ssd1","operationId":"op"}""",
        Volume,
        async session => Assert.Equal("web01", (await session.UpdateVolumeAsync(
            Named(new VolumeUpdateParams { Access = VolumeAccess.ReadOnly }), cancellationToken: Token)).CreatedBy?.Name));

    [Fact]
    public Task Resize_sends_the_new_size() => Sends(
        Methods.VolumeResize,
        """{"sizeBytes":2048,"name":"db01","datastore":"ssd1","operationId":"op"}""",
        Volume,
        async session => Assert.Equal(1024, (await session.ResizeVolumeAsync(
            Named(new VolumeResizeParams { SizeBytes = 2048 }), cancellationToken: Token)).SizeBytes));

    [Fact]
    public Task Convert_sends_where_to() => Sends(
        Methods.VolumeConvert,
        """{"to":"thin","name":"db01","datastore":"ssd1","operationId":"op"}""",
        Volume,
        async session => Assert.Equal("thin", (await session.ConvertVolumeAsync(
            Named(new VolumeConvertParams { To = VolumeFormat.Thin }), cancellationToken: Token)).Format));

    [Fact]
    public Task Remove_sends_force_only_where_it_is_meant() => Sends(
        Methods.VolumeRemove,
        """{"name":"db01","datastore":"ssd1","operationId":"op"}""",
        """{"removed":true}""",
        async session => Assert.True((await session.RemoveVolumeAsync(Named(new VolumeRemoveParams()), cancellationToken: Token)).Removed));

    [Fact]
    public Task Repair_sends_the_actions() => Sends(
        Methods.VolumeRepair,
        """{"actions":["rewriteMetadata"],"name":"db01","datastore":"ssd1","operationId":"op"}""",
        Report,
        async session => Assert.True((await session.RepairVolumeAsync(
            Named(new VolumeRepairParams { Actions = ["rewriteMetadata"] }), cancellationToken: Token)).Findings[0].Done));

    [Fact]
    public Task Get_sends_name_and_datastore() => Sends(
        Methods.VolumeGet,
        """{"name":"db01","datastore":"ssd1","timeoutMs":30000}""",
        Volume,
        async session => Assert.Equal(512, (await session.GetVolumeAsync("db01", "ssd1", Token)).AllocatedBytes));

    [Fact]
    public Task Get_without_a_datastore_leaves_it_to_the_host() => Sends(
        Methods.VolumeGet,
        """{"name":"db01","timeoutMs":30000}""",
        Volume,
        async session => Assert.Equal("ssd1", (await session.GetVolumeAsync("db01", null, Token)).Datastore));

    [Fact]
    public Task Check_sends_name_and_datastore() => Sends(
        Methods.VolumeCheck,
        """{"name":"db01","datastore":"ssd1","timeoutMs":30000}""",
        Report,
        async session => Assert.False((await session.CheckVolumeAsync("db01", "ssd1", Token)).IsHealthy));

    [Fact]
    public async Task A_listing_sends_its_patterns_and_hands_out_batches_as_they_come()
    {
        var gate = new TaskCompletionSource();
        using FakeAgent agent = FakeAgent.Answering(async (connection, request) =>
        {
            await connection.SendAsync(FakeAnswers.Progress(request.Text("partialResultToken")!, Page("a", "b")));
            await gate.Task;
            await connection.AnswerAsync(request, Page("c"));
        });
        using AgentSession session = await agent.ConnectAsync();
        var names = new List<string?>();

        await foreach (Volume volume in session.GetVolumesAsync("ssd*", "db?", Token))
        {
            names.Add(volume.Name);
            if (names.Count == 2)
            {
                gate.SetResult();
            }
        }

        FakeRequest request = await agent.WaitForAsync(Methods.VolumeList);
        Assert.Equal("ssd*", request.Text("datastore"));
        Assert.Equal("db?", request.Text("namePattern"));
        Assert.Equal(["a", "b", "c"], names);
    }

    [Fact]
    public async Task A_listing_that_a_lost_connection_cut_off_brings_each_volume_once()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, async (self, request) =>
        {
            if (self.Number == 1)
            {
                await self.SendAsync(FakeAnswers.Progress(request.Text("partialResultToken")!, Page("a", "b")));
                self.Close();
            }
            else
            {
                await self.AnswerAsync(request, Page("c", "b", "a"));
            }
        }));
        using AgentSession session = await agent.ConnectAsync();

        string[] names = await session.GetVolumesAsync("*", null, Token).Select(static volume => volume.Name!).ToArrayAsync(Token);
        Assert.Equal(["a", "b", "c"], names);
    }

    [Fact]
    public async Task A_long_listing_has_its_time_from_batch_to_batch()
    {
        const int Batches = 6;
        TimeSpan time = TimeSpan.FromMilliseconds(400);
        using FakeAgent agent = FakeAgent.Answering(async (connection, request) =>
        {
            for (int i = 0; i < Batches; i++)
            {
                await connection.SendAsync(FakeAnswers.Progress(request.Text("partialResultToken")!, Page($"v{i}")));
                await Task.Delay(time);
            }

            await connection.AnswerAsync(request, Page());
        });
        using AgentSession session = await agent.ConnectAsync(new SessionOptions { RequestTimeout = time });

        // In all that is longer than the time and the second that the session waits for a late answer.
        Assert.Equal(Batches, await session.GetVolumesAsync("*", null, Token).CountAsync(Token));
        Assert.Equal(3_600_000, (await agent.WaitForAsync(Methods.VolumeList)).Number("timeoutMs"));
    }

    [Fact]
    public async Task A_long_listing_that_stands_still_is_given_up()
    {
        using FakeAgent agent = FakeAgent.Answering(static (connection, request) => request.Id is null ? Task.CompletedTask
            : connection.SendAsync(FakeAnswers.Progress(request.Text("partialResultToken")!, Page("a"))));
        using AgentSession session = await agent.ConnectAsync(new SessionOptions { RequestTimeout = TimeSpan.FromMilliseconds(100) });
        var names = new List<string?>();

        await Failing.With(ErrorKind.DeadlineExceeded, async () =>
        {
            await foreach (Volume volume in session.GetVolumesAsync("*", null, Token))
            {
                names.Add(volume.Name);
            }
        });

        Assert.Equal(["a"], names);
        await agent.WaitForAsync(Methods.CancelRequest);
    }

    private static T Named<T>(T parameters)
        where T : VolumeChangeParams => parameters with { Name = "db01", Datastore = "ssd1", OperationId = "op" };

    private static string Page(params string[] names) =>
        $$"""{"items":[{{string.Join(',', names.Select(static name => $$"""{"id":"{{name}}@ssd1","name":"{{name}}"}"""))}}],"nextCursor":null}""";

    private static async Task Sends(string method, string parameters, string answer, Func<AgentSession, Task> ask)
    {
        using FakeAgent agent = FakeAgent.Answering((connection, request) => connection.AnswerAsync(request, answer));
        using AgentSession session = await agent.ConnectAsync();

        await ask(session);

        FakeRequest request = await agent.WaitForAsync(method);
        Assert.True(
            JsonElement.DeepEquals(JsonElement.Parse(parameters), request.Params), $"Expected {parameters}, and {request.Params.GetRawText()} was sent.");
    }
}
