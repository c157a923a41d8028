using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Tests.Client;

/// <summary>A host with one sidecar in memory, as the agent serves it.</summary>
internal sealed class FakeSidecar : IDisposable
{
    private readonly ConcurrentQueue<(FakeConnection Connection, FakeRequest Request)> _held = [];
    private readonly ConcurrentQueue<string> _methods = [];
    private AgentSession? _session;
    private int _answers;

    private FakeSidecar(int size)
    {
        Bytes = RandomNumberGenerator.GetBytes(size);
        Length = size;
        Agent = FakeAgent.Answering(ServeAsync);
    }

    public FakeAgent Agent { get; }

    public byte[] Bytes { get; }

    public int Length { get; set; }

    public SidecarContent Content { get; private set; } = null!;

    /// <summary>So many reads wait until there is another one, and all of them once there is nothing else.</summary>
    public int HoldAnswers { get; set; }

    public int MostAtATime { get; private set; }

    /// <summary>Is called with the number of the answer, before it.</summary>
    public Func<int, FakeRequest, int>? BeforeAnswer { get; set; }

    /// <summary>Is called with the number of the write, before it.</summary>
    public Action<int>? BeforeWrite { get; set; }

    public ConcurrentQueue<(long Offset, int Length)> Reads { get; } = [];

    public List<long> Writes { get; } = [];

    public IEnumerable<string> Asked => _methods;

    public static async Task<FakeSidecar> StartAsync(int size, SessionOptions? options = null)
    {
        var host = new FakeSidecar(size);
        host._session = await host.Agent.ConnectAsync(options);
        host.Content = new SidecarContent(host._session, DiskName.OfVolume("db01"), "k1");
        return host;
    }

    public void Kill() => Agent.Kill();

    public void Dispose()
    {
        _session?.Dispose();
        Agent.Dispose();
    }

    private async Task ServeAsync(FakeConnection connection, FakeRequest request)
    {
        if (request.Id is null)
        {
            return;
        }

        _methods.Enqueue(request.Method);
        if (request.Method != Methods.SidecarRead || HoldAnswers == 0)
        {
            await AnswerAsync(connection, request);
            return;
        }

        _held.Enqueue((connection, request));
        MostAtATime = Math.Max(MostAtATime, _held.Count);
        bool isFirst = request.Params.GetProperty("offset").GetInt64() == 0;
        bool isLast = request.Params.GetProperty("offset").GetInt64() + SidecarContent.MaxReadBytes >= Length;
        bool isTime = (isFirst || isLast || _held.Count >= HoldAnswers) && HoldAnswers < int.MaxValue;
        while (isTime && _held.TryDequeue(out (FakeConnection Connection, FakeRequest Request) one))
        {
            await AnswerAsync(one.Connection, one.Request);
        }
    }

    private async Task AnswerAsync(FakeConnection connection, FakeRequest request)
    {
        try
        {
            BeforeAnswer?.Invoke(_answers++, request);
            await connection.AnswerAsync(request, Answer(request));
        }
        catch (RefusalException e)
        {
            await connection.SendAsync(FakeAnswers.Error(request.Id, e.Kind.Code, e.Kind.Name, e.Message));
        }
    }

    private string Answer(FakeRequest request)
    {
        long offset = request.Params.GetProperty("offset").GetInt64();
        switch (request.Method)
        {
            case Methods.SidecarRead:
                int length = request.Number("length")!.Value;
                Reads.Enqueue((offset, length));
                int count = (int)Math.Clamp(Length - offset, 0, length);
                string content = Convert.ToBase64String(Bytes, (int)offset, count);
                return string.Create(CultureInfo.InvariantCulture, $$"""{"base64":"{{content}}","length":{{count}},"sizeBytes":{{Length}}}""");
            case Methods.SidecarWrite:
                return Replace(request, offset, Convert.FromBase64String(request.Text("base64")!));
            case Methods.SidecarFill:
                return Replace(request, offset, [.. Enumerable.Repeat((byte)request.Number("pattern")!.Value, request.Number("length")!.Value)]);
            case Methods.SidecarWriteString:
                byte[] text = Encoding.UTF8.GetBytes(request.Text("text")!);
                return Replace(request, offset, [.. text, .. new byte[Length - offset - text.Length]]);
            default:
                byte[] wanted = Encoding.UTF8.GetBytes(request.Text("text")!);
                return Bytes.AsSpan((int)offset, wanted.Length).SequenceEqual(wanted) ? """{"equal":true}""" : """{"equal":false}""";
        }
    }

    private string Replace(FakeRequest request, long offset, byte[] content)
    {
        BeforeWrite?.Invoke(Writes.Count);
        Span<byte> place = Bytes.AsSpan((int)offset, content.Length);
        string before = Hash(place);
        if (request.Text("ifHash") is string wanted && !wanted.Equals(before, StringComparison.OrdinalIgnoreCase))
        {
            throw Refusal(ErrorKind.OperationConflict, "Another one has written them.");
        }

        Writes.Add(offset);
        content.CopyTo(place);
        return $$"""{"length":{{content.Length}},"hashBefore":"{{before}}","hashAfter":"{{Hash(content)}}"}""";
    }

    /// <summary>Thrown before an answer, it is the answer.</summary>
    public static Exception Refusal(ErrorKind kind, string message) => new RefusalException(kind, message);

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed class RefusalException(ErrorKind kind, string message) : Exception(message)
    {
        public ErrorKind Kind => kind;
    }
}
