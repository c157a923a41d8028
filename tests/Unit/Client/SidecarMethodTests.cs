using System;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>What each method about sidecars sends, and what it makes of the answer.</summary>
public sealed class SidecarMethodTests
{
    private const string Path = "/vmfs/volumes/ssd1/web01/web01.vmdk";
    private const string Sidecar = """{"disk":"db01@ssd1","key":"k1","sizeBytes":4096,"fileName":"db01-1.vmfd","confirmed":null,"problem":null}""";
    private const string Written = """{"length":3,"hashBefore":"aa","hashAfter":"bb"}""";

    private static readonly DiskName Volume = DiskName.OfVolume("db01", "ssd1");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task List_sends_the_disk_and_no_more() => Sends(
        Methods.SidecarList,
        """{"name":"db01","datastore":"ssd1"}""",
        $$"""{"items":[{{Sidecar}}],"nextCursor":null}""",
        async session => Assert.Equal("db01-1.vmfd", (await session.GetSidecarsAsync(Volume, false, Token).SingleAsync(Token)).FileName));

    [Fact]
    public Task List_of_a_path_asks_the_tool_where_it_is_wanted() => Sends(
        Methods.SidecarList,
        $$"""{"vmdkPath":"{{Path}}","confirm":true}""",
        """{"items":[],"nextCursor":null}""",
        async session => Assert.Empty(await session.GetSidecarsAsync(DiskName.OfPath(Path), true, Token).ToArrayAsync(Token)));

    [Fact]
    public Task Create_sends_the_size() => Sends(
        Methods.SidecarCreate,
        """{"sizeBytes":1,"key":"k1","name":"db01","datastore":"ssd1","operationId":"op"}""",
        Sidecar,
        async session => Assert.Equal(4096, (await session.CreateSidecarAsync(Named(new SidecarCreateParams { SizeBytes = 1 }), Token)).SizeBytes));

    [Fact]
    public Task Create_of_a_path_says_what_to_do_with_one_that_is_there() => Sends(
        Methods.SidecarCreate,
        $$"""{"sizeBytes":1,"ifExists":"open","key":"k1","vmdkPath":"{{Path}}","operationId":"op"}""",
        Sidecar,
        session => session.CreateSidecarAsync(
            DiskName.OfPath(Path).PutInto(new SidecarCreateParams { Key = "k1", SizeBytes = 1, IfExists = "open", OperationId = "op" }), Token));

    [Fact]
    public Task Read_sends_where_and_how_much() => Sends(
        Methods.SidecarRead,
        """{"name":"db01","key":"k1","offset":5,"length":7,"timeoutMs":30000}""",
        """{"base64":"AQID","length":3,"sizeBytes":8}""",
        async session =>
        {
            SidecarBytes bytes = await session.ReadSidecarAsync(new SidecarReadParams { Name = "db01", Key = "k1", Offset = 5, Length = 7 }, Token);
            Assert.Equal([1, 2, 3], bytes.Content);
            Assert.Equal(8, bytes.SizeBytes);
        });

    [Fact]
    public Task Compare_sends_a_pattern_or_a_text() => Sends(
        Methods.SidecarCompare,
        """{"name":"db01","key":"k1","offset":0,"pattern":0,"length":9,"timeoutMs":30000}""",
        """{"equal":true}""",
        async session => Assert.True((await session.CompareSidecarAsync(
            new SidecarCompareParams { Name = "db01", Key = "k1", Pattern = 0, Length = 9 }, Token)).Equal));

    [Fact]
    public Task Write_sends_bytes_and_the_hash_that_is_expected() => Sends(
        Methods.SidecarWrite,
        """{"base64":"AQID","offset":4,"ifHash":"aa","key":"k1","name":"db01","datastore":"ssd1","operationId":"op"}""",
        Written,
        async session => Assert.Equal("bb", (await session.WriteSidecarAsync(
            Named(new SidecarWriteParams { Content = [1, 2, 3], Offset = 4, IfHash = "aa" }), Token)).HashAfter));

    [Fact]
    public Task WriteString_sends_the_text() => Sends(
        Methods.SidecarWriteString,
        """{"text":"a,é","offset":0,"key":"k1","name":"db01","datastore":"ssd1","operationId":"op"}""",
        Written,
        async session => Assert.Equal(3, (await session.WriteSidecarTextAsync(Named(new SidecarWriteStringParams { Text = "a,é" }), Token)).Length));

    [Fact]
    public Task Fill_sends_the_byte_and_how_often() => Sends(
        Methods.SidecarFill,
        """{"pattern":255,"length":4096,"offset":0,"key":"k1","name":"db01","datastore":"ssd1","operationId":"op"}""",
        Written,
        async session => Assert.Equal("aa", (await session.FillSidecarAsync(Named(new SidecarFillParams { Pattern = 255, Length = 4096 }), Token)).HashBefore));

    [Fact]
    public Task Resize_sends_the_new_size() => Sends(
        Methods.SidecarResize,
        """{"sizeBytes":8192,"key":"k1","name":"db01","datastore":"ssd1","operationId":"op"}""",
        Sidecar,
        async session => Assert.Equal("k1", (await session.ResizeSidecarAsync(Named(new SidecarResizeParams { SizeBytes = 8192 }), Token)).Key));

    [Fact]
    public Task Remove_sends_the_key() => Sends(
        Methods.SidecarRemove,
        """{"key":"k1","name":"db01","datastore":"ssd1","operationId":"op"}""",
        """{"removed":1}""",
        async session => Assert.Equal(1, (await session.RemoveSidecarAsync(Named(new SidecarKeyParams()), Token)).Removed));

    [Fact]
    public Task Clear_sends_the_disk() => Sends(
        Methods.SidecarClear,
        """{"name":"db01","datastore":"ssd1","operationId":"op"}""",
        """{"removed":4}""",
        async session => Assert.Equal(4, (await session.ClearSidecarsAsync(Volume.PutInto(new SidecarChangeParams { OperationId = "op" }), Token)).Removed));

    [Fact]
    public Task Update_database_reads_what_is_left() => Sends(
        Methods.SidecarUpdateDatabase,
        """{"name":"db01","datastore":"ssd1","operationId":"op"}""",
        $$"""{"items":[{{Sidecar}}],"nextCursor":null}""",
        async session => Assert.Single(
            (await session.UpdateSidecarDatabaseAsync(Volume.PutInto(new SidecarChangeParams { OperationId = "op" }), Token)).Items));

    [Fact]
    public async Task A_change_is_asked_for_again_by_its_id_after_a_lost_connection()
    {
        using FakeAgent agent = FakeAgent.Start(static connection => FakeAgent.ServeAsync(connection, static (self, request) =>
        {
            if (self.Number == 1)
            {
                self.Close();
                return Task.CompletedTask;
            }

            return self.AnswerAsync(request, Written);
        }));
        using AgentSession session = await agent.ConnectAsync();

        await new SidecarContent(session, Volume, "k1").WriteAsync(0, new byte[] { 1 }, cancellationToken: Token);

        string? first = (await agent.WaitForAsync(Methods.SidecarWrite)).Text("operationId");
        string? second = (await agent.WaitForAsync(Methods.SidecarWrite, 2)).Text("operationId");
        Assert.NotNull(first);
        Assert.Equal(first, second);
    }

    private static T Named<T>(T parameters)
        where T : SidecarKeyParams => Volume.PutInto(parameters) with { Key = "k1", OperationId = "op" };

    private static async Task Sends(string method, string parameters, string answer, Func<AgentSession, Task> ask)
    {
        using FakeAgent agent = FakeAgent.Answering((connection, request) => connection.AnswerAsync(request, answer));
        using AgentSession session = await agent.ConnectAsync();

        await ask(session);

        FakeRequest request = await agent.WaitForAsync(method);
        JsonElement sent = method == Methods.SidecarList ? WithoutPaging(request.Params) : request.Params;
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(parameters), sent), $"Expected {parameters}, and {request.Params.GetRawText()} was sent.");
    }

    private static JsonElement WithoutPaging(JsonElement parameters) => JsonSerializer.SerializeToElement(parameters.EnumerateObject()
        .Where(static member => member.Name is not ("partialResultToken" or "timeoutMs" or "cursor"))
        .ToDictionary(static member => member.Name, static member => member.Value));
}
