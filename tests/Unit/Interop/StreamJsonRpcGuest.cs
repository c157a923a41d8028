using System;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Tests.Agent;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;
using Xunit;

namespace EsxAgent.Tests.Interop;

/// <summary>A guest made of StreamJsonRpc alone, as it comes: the agent is all that it knows of EsxAgent.</summary>
internal sealed class StreamJsonRpcGuest : IDisposable
{
    private readonly JsonLibrary _library;
    private readonly RpcWithErrorData _rpc;

    private StreamJsonRpcGuest(string socketPath, JsonLibrary library)
    {
        _library = library;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(socketPath));
        var stream = new NetworkStream(socket, ownsSocket: true);
        IJsonRpcMessageFormatter formatter = library == JsonLibrary.Newtonsoft ? new JsonMessageFormatter() : new SystemTextJsonFormatter();
        _rpc = new RpcWithErrorData(new HeaderDelimitedMessageHandler(stream, stream, formatter));
        _rpc.StartListening();
    }

    /// <summary>Both libraries, for the theories.</summary>
    public static TheoryData<JsonLibrary> Libraries => [JsonLibrary.SystemTextJson, JsonLibrary.Newtonsoft];

    /// <summary>Ends when the connection does.</summary>
    public Task Completion => _rpc.Completion.WaitAsync(Eventually.Patience);

    /// <summary>What the agent said at the handshake.</summary>
    public JsonNode Session { get; private set; } = new JsonObject();

    /// <summary>Connects and makes the handshake.</summary>
    public static async Task<StreamJsonRpcGuest> ConnectAsync(string socketPath, JsonLibrary library)
    {
        var guest = new StreamJsonRpcGuest(socketPath, library);
        var parameters = new { protocolVersions = new[] { 1 }, clientInfo = new { name = "StreamJsonRpc", version = "2" }, capabilities = new { } };
        guest.Session = (await guest.AskAsync("initialize", parameters))!;
        return guest;
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="method">Name of the method.</param>
    /// <param name="parameters">An object with the parameters by name.</param>
    /// <param name="cancellation">Makes StreamJsonRpc send <c>$/cancelRequest</c>.</param>
    public async Task<JsonNode?> AskAsync(string method, object? parameters = null, CancellationToken cancellation = default)
    {
        if (_library == JsonLibrary.SystemTextJson)
        {
            return await Patiently(_rpc.InvokeWithParameterObjectAsync<JsonNode?>(method, parameters, cancellation));
        }

        JToken? answer = await Patiently(_rpc.InvokeWithParameterObjectAsync<JToken?>(method, parameters, cancellation));
        return answer is null ? null : JsonNode.Parse(answer.ToString(Formatting.None));
    }

    /// <summary>Sends a notification.</summary>
    public Task NotifyAsync(string method) => _rpc.NotifyAsync(method);

    /// <inheritdoc/>
    public void Dispose() => _rpc.Dispose();

    /// <summary>A cancelled request has to be ended by the agent's answer, not by this wait.</summary>
    private static Task<T> Patiently<T>(Task<T> request) => request.WaitAsync(Eventually.Patience);

    /// <summary>StreamJsonRpc takes an error's data for that of .NET exceptions until it is told otherwise; this is the place that it has for that.</summary>
    private sealed class RpcWithErrorData(HeaderDelimitedMessageHandler handler) : JsonRpc(handler)
    {
        protected override Type? GetErrorDetailsDataType(JsonRpcError error) => typeof(AgentErrorData);
    }
}
