using System.Text;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Volumes.Changes;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Operations;

/// <summary>Reads the parameters of methods about sidecars, and checks them before anything is touched.</summary>
internal static class SidecarParameters
{
    /// <summary>Bytes that one request reads: all workers together must fit into the heap with their answers.</summary>
    public const int MaxReadBytes = 128 << 10;

    /// <summary>Bytes that one request writes: a frame of a guest has at most 1 MiB.</summary>
    private const int MaxBytes = 512 << 10;

    private const int MaxTextBytes = 256 << 10;
    private const int HashLength = 64;

    /// <summary>The key.</summary>
    public static string Key(RequestContext request) => SidecarKey.Check(request.Parameters.Text("key"));

    /// <summary>Where something begins; the beginning of the sidecar where it is absent.</summary>
    public static long Offset(RequestContext request) => request.Parameters.Integer("offset", 0, SidecarKey.MaxBytes) ?? 0;

    /// <summary>How many bytes.</summary>
    public static long Length(RequestContext request, long most) => request.Parameters.Integer("length", 1, most) ?? throw Missing("length");

    /// <summary>The value of a byte; null where it is absent.</summary>
    public static byte? Pattern(RequestContext request) => (byte?)request.Parameters.Integer("pattern", 0, byte.MaxValue);

    /// <summary>A text; null where it is absent.</summary>
    public static string? Text(RequestContext request)
    {
        string? text = request.Parameters.Text("text");
        return text is null || Encoding.UTF8.GetByteCount(text) <= MaxTextBytes ? text : throw new OperationException(
            new WireError(ErrorKind.InvalidParams, $"The parameter 'text' must take at most {MaxTextBytes} bytes; longer ones are written as bytes.") { Target = "text" });
    }

    /// <summary>Reads <c>sidecar/create</c>.</summary>
    public static CreateSidecar Create(RequestContext request)
    {
        string? ifExists = request.Parameters.Text("ifExists");
        return ifExists is null or "fail" or "open"
            ? new CreateSidecar(Key(request), Size(request), ifExists == "open")
            : throw new OperationException(new WireError(ErrorKind.InvalidParams, "The parameter 'ifExists' must be 'fail' or 'open'.") { Target = "ifExists" });
    }

    /// <summary>Reads <c>sidecar/resize</c>.</summary>
    public static ResizeSidecar Resize(RequestContext request) => new(Key(request), Size(request));

    /// <summary>Reads <c>sidecar/write</c>.</summary>
    public static WriteSidecar Write(RequestContext request)
    {
        byte[] content = request.Parameters.Bytes("base64", MaxBytes) ?? throw Missing("base64");
        return new WriteSidecar(Key(request), Offset(request), new SidecarPayload(content, 0, content.Length, null), IfHash(request));
    }

    /// <summary>Reads <c>sidecar/writeString</c>.</summary>
    public static WriteSidecar WriteString(RequestContext request)
    {
        string text = Text(request) ?? throw Missing("text");
        return new WriteSidecar(Key(request), Offset(request), new SidecarPayload(Encoding.UTF8.GetBytes(text), 0, null, text), IfHash(request));
    }

    /// <summary>Reads <c>sidecar/fill</c>.</summary>
    public static WriteSidecar Fill(RequestContext request) => new(
        Key(request),
        Offset(request),
        new SidecarPayload([], Pattern(request) ?? throw Missing("pattern"), Length(request, SidecarKey.MaxBytes), null),
        IfHash(request));

    /// <summary>A parameter that is needed is absent.</summary>
    public static OperationException Missing(string name) => new(new WireError(ErrorKind.InvalidParams, $"The parameter '{name}' is missing.") { Target = name });

    private static long Size(RequestContext request) =>
        SidecarKey.CheckSize(request.Parameters.Integer("sizeBytes", long.MinValue, long.MaxValue) ?? throw Missing("sizeBytes"));

    private static string? IfHash(RequestContext request)
    {
        string? hash = request.Parameters.Text("ifHash");
        bool isGood = hash is null or { Length: HashLength };
        foreach (char one in hash ?? string.Empty)
        {
            isGood &= char.IsAsciiHexDigit(one);
        }

        return isGood ? hash : throw new OperationException(
            new WireError(ErrorKind.InvalidParams, $"The parameter 'ifHash' must be a SHA-256 of {HashLength} hexadecimal digits.") { Target = "ifHash" });
    }
}
