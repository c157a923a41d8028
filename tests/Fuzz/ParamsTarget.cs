using System;
using System.Text;
using System.Text.Json;
using System.Threading;
using EsxAgent.HostAgent;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.Tests.Fuzz;

/// <summary>
/// Any bytes are a request: whatever its parameters are, every method that reads some takes them or refuses them with an error that a guest can read. The
/// request is cancelled before it begins, so that no tool is started.
/// </summary>
internal static class ParamsTarget
{
    private const int PatienceMs = 10_000;

    public static void Read(byte[] bytes)
    {
        if (!RpcMessage.TryParse(bytes, out RpcMessage message, out _))
        {
            return;
        }

        byte[] parameters = message.Payload is [(byte)'{', ..] ? message.Payload.ToArray() : [];
        Accepts(() => new RequestParameters(parameters).Token("id"));
        Accepts(() => _ = new RequestParameters(parameters).Integer("timeoutMs", 1, int.MaxValue));
        foreach (Method method in ToolLessHost.Only.Methods)
        {
            Accepts(() => Ask(method, parameters));
        }
    }

    private static void Ask(Method method, byte[] parameters)
    {
        Session session = ToolLessHost.Only.Session;
        var request = new RequestContext(session, [(byte)'1'], parameters);
        request.Cancel.Request(Session.CancelledByGuest);
        IWireObject? result = method.AtOnce?.Invoke(session.Caller!, request.Parameters);
        if (method.Begin is not null)
        {
            using var answered = new ManualResetEventSlim();
            Exception? failure = null;
            method.Begin(request, (_, error) =>
            {
                failure = error;
                answered.Set();
            });
            FuzzTarget.Holds(answered.Wait(PatienceMs), $"'{method.Name}' is not answered");
            throw failure ?? new BrokenPromiseException($"'{method.Name}' has a result though it was cancelled");
        }

        result ??= method.AtOnce is null ? method.Run!(request) : null;
        if (result is not null)
        {
            using JsonDocument _ = JsonDocument.Parse(RpcWriter.Render(result));
        }
    }

    /// <summary>Runs something that may refuse what it reads, and in one way only.</summary>
    private static void Accepts(Action read)
    {
        try
        {
            read();
        }
        catch (OperationException e)
        {
            FuzzTarget.Holds(e.Error.Kind != ErrorKind.InternalError && e.Error.Message.Length > 0, "a refusal has no reason");
            using var writer = new RpcWriter();
            string frame = Encoding.UTF8.GetString(writer.Error("1"u8, e.Error).Span);
            using JsonDocument answer = JsonDocument.Parse(frame[frame.IndexOf('{', StringComparison.Ordinal)..]);
            string? kind = answer.RootElement.GetProperty("error").GetProperty("data").GetProperty("kind").GetString();
            FuzzTarget.Holds(kind == e.Error.Kind.Name, "a refusal cannot be read");
        }
    }
}
