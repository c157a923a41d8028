using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using EsxAgent.Protocol.Framing;

namespace EsxAgent.Tests.Client;

/// <summary>The agent's end of one connection, driven by a test's script.</summary>
internal sealed class FakeConnection(FakeAgent agent, Socket socket, int number)
{
    private readonly FrameDecoder _decoder = new(FrameLimits.BodyFromGuest);

    /// <summary>1 for the first connection that the agent accepted.</summary>
    public int Number { get; } = number;

    /// <summary>Waits for the next request or notification; null at the end of the stream.</summary>
    public async Task<FakeRequest?> ReadAsync()
    {
        string text = await ReadTextAsync().ConfigureAwait(false);
        if (text.Length == 0)
        {
            return null;
        }

        JsonElement message = JsonElement.Parse(text);
        string? id = message.TryGetProperty("id", out JsonElement given) ? given.GetRawText() : null;
        var request = new FakeRequest(id, message.GetProperty("method").GetString()!, message.GetProperty("params"));
        agent.Received.Enqueue(request);
        return request;
    }

    /// <summary>Waits for the next message's text; empty at the end of the stream.</summary>
    public async Task<string> ReadTextAsync()
    {
        while (true)
        {
            if (_decoder.TryTake(out ReadOnlyMemory<byte> body) == FrameStatus.Body)
            {
                return Encoding.UTF8.GetString(body.Span);
            }

            int count = await ReceiveAsync().ConfigureAwait(false);
            if (count == 0)
            {
                return string.Empty;
            }

            _decoder.Advance(count);
        }
    }

    /// <summary>Waits for one request and shakes hands.</summary>
    public async Task ShakeHandsAsync(string? hostUuid = FakeAnswers.HostUuid, int idleMs = 900_000)
    {
        FakeRequest? request = await ReadAsync().ConfigureAwait(false);
        if (request is not null)
        {
            await AnswerAsync(request, FakeAnswers.Initialize(hostUuid, idleMs)).ConfigureAwait(false);
        }
    }

    public Task AnswerAsync(FakeRequest request, string result) => SendAsync(FakeAnswers.Result(request, result));

    public Task SendAsync(string body) => SendBytesAsync(FakeAnswers.Frame(body));

    public async Task SendBytesAsync(byte[] bytes)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), SocketFlags.None).ConfigureAwait(false);
        }
    }

    /// <summary>Sends a byte at a time.</summary>
    public async Task DribbleAsync(string body)
    {
        foreach (byte one in FakeAnswers.Frame(body))
        {
            await socket.SendAsync(new[] { one }, SocketFlags.None).ConfigureAwait(false);
        }
    }

    public void Close() => socket.Dispose();

    private async Task<int> ReceiveAsync()
    {
        try
        {
            return await socket.ReceiveAsync(_decoder.GetFreeSpace(), SocketFlags.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            return 0;
        }
    }
}
