using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.Client;

/// <summary>A request with its parameters and the task that its caller waits for.</summary>
/// <typeparam name="TParams">Parameters.</typeparam>
/// <typeparam name="TResult">Result.</typeparam>
internal class SessionRequest<TParams, TResult> : SessionRequest
    where TParams : RequestParams
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly RpcMethod<TParams, TResult> _method;

    public SessionRequest(AgentSession session, long id, RpcMethod<TParams, TResult> method, TParams parameters, TimeSpan timeout)
        : base(session, id, method.Name, timeout)
    {
        _method = method;
        Changes = method.Changes;
        HasOperationId = !string.IsNullOrEmpty(method.OperationId?.Invoke(parameters));
        Parameters = parameters.TimeoutMs is null && timeout != System.Threading.Timeout.InfiniteTimeSpan
            ? parameters with { TimeoutMs = Milliseconds(timeout) }
            : parameters;
    }

    /// <summary>What the caller waits for.</summary>
    public Task<TResult> Task => _completion.Task;

    /// <summary>What is sent.</summary>
    protected TParams Parameters { get; init; }

    /// <inheritdoc/>
    public override void Write(RpcWriter writer)
    {
        TParams parameters = IsCancelling && Parameters is VolumeChangeParams change ? (TParams)(RequestParams)(change with { Cancel = true }) : Parameters;
        JsonSerializer.Serialize(writer.BeginRequest(Id, Method), parameters, _method.Parameters);
    }

    /// <inheritdoc/>
    public override void OnResult(ReadOnlySpan<byte> result)
    {
        if (!TryRead(result, out TResult? value))
        {
            return;
        }

        OnResult(value!);
    }

    /// <summary>The result was read.</summary>
    protected virtual void OnResult(TResult result)
    {
        if (TryFinish())
        {
            _completion.TrySetResult(result);
        }
    }

    /// <summary>Reads JSON text as the method's result; where it is none, the request fails.</summary>
    protected bool TryRead(ReadOnlySpan<byte> text, out TResult? value)
    {
        value = default;
        Exception? cause = null;
        try
        {
            value = JsonSerializer.Deserialize(text, _method.Result);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException or FormatException)
        {
            cause = e;
        }

        if (value is null)
        {
            Fail(ConnectionFailures.NotAnAgent(Session.Endpoint, $"its answer to '{Method}' is not what the protocol says", cause));
        }

        return value is not null;
    }

    /// <inheritdoc/>
    protected override void SetException(Exception exception) => _completion.TrySetException(exception);

    /// <inheritdoc/>
    protected override void SetCanceled(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    private static int Milliseconds(TimeSpan timeout) => (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), 1, int.MaxValue);
}
