using System;
using System.Text.Json;
using EsxAgent.Protocol.Messages;
using EsxAgent.Protocol.Rpc;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>A result that is kept as the text that goes over the wire, because it is sent many times before it changes.</summary>
internal sealed class RenderedResult : IWireObject
{
    private readonly byte[] _json;

    /// <summary>Takes over a text.</summary>
    public RenderedResult(byte[] json) => _json = json;

    /// <summary>Renders a result.</summary>
    public static RenderedResult Of(IWireObject result) => new(RpcWriter.Render(result));

    /// <summary>The result as JSON text.</summary>
    public ReadOnlySpan<byte> Json => _json;

    /// <inheritdoc/>
    public void WriteTo(Utf8JsonWriter writer) => writer.WriteRawValue(_json, skipInputValidation: true);
}
