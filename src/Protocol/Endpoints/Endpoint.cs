using System;
using System.Globalization;

namespace EsxAgent.Protocol.Endpoints;

/// <summary>
/// Where an agent listens or a guest connects, as one string: <c>vsock:2:1019</c> (context id and port), <c>vsock:any:1019</c> to listen for every VM,
/// <c>unix:/path</c>. Behind <c>?as=</c> a listener on a simulated host names the cartel id of the VM that calls through it.
/// </summary>
public sealed class Endpoint : IEquatable<Endpoint>
{
    /// <summary>The port that the agent is known for.</summary>
    public const uint DefaultPort = 1019;

    /// <summary>The host under a VM, at the agent's own port.</summary>
    public static readonly Endpoint Host = new(EndpointKind.VSock, VSockAddress.HostContextId, DefaultPort, null, null);

    /// <summary>Longest path of a Unix socket in bytes of UTF-8: <c>sun_path</c> less its final zero.</summary>
    public const int MaxPathBytes = 107;

    private Endpoint(EndpointKind kind, uint contextId, uint port, string? path, long? cartelId)
    {
        Kind = kind;
        ContextId = contextId;
        Port = port;
        Path = path;
        CartelId = cartelId;
    }

    /// <summary>vSocket or Unix socket.</summary>
    public EndpointKind Kind { get; }

    /// <summary>Context id of a vSocket; <see cref="VSockAddress.AnyContextId"/> for <c>any</c>. 0 on a Unix socket.</summary>
    public uint ContextId { get; }

    /// <summary>Port of a vSocket. 0 on a Unix socket.</summary>
    public uint Port { get; }

    /// <summary>Path of a Unix socket, else null.</summary>
    public string? Path { get; }

    /// <summary>The cartel id given by <c>?as=</c>; null where none was.</summary>
    public long? CartelId { get; }

    /// <summary>Reads an endpoint.</summary>
    /// <param name="text">As given by a person.</param>
    /// <param name="endpoint">The endpoint, where the answer is true.</param>
    /// <param name="problem">One sentence that says what is wrong and what is expected, where the answer is false.</param>
    public static bool TryParse(string? text, out Endpoint? endpoint, out string? problem)
    {
        endpoint = null;
        problem = null;
        text ??= string.Empty;
        int question = text.LastIndexOf('?');
        long? cartelId = null;
        string address = text;
        if (question >= 0)
        {
            address = text[..question];
            if (!TryParseOption(text.AsSpan(question + 1), out cartelId))
            {
                problem = $"The endpoint '{text}' has an option that is not known; the only one is '?as=<cartel id>'.";
                return false;
            }
        }

        if (address.StartsWith("unix:", StringComparison.OrdinalIgnoreCase))
        {
            string path = address["unix:".Length..];
            problem = PathProblem(path);
            endpoint = problem is null ? new Endpoint(EndpointKind.Unix, 0, 0, path, cartelId) : null;
        }
        else if (address.StartsWith("vsock:", StringComparison.OrdinalIgnoreCase))
        {
            endpoint = ParseVSock(address["vsock:".Length..], cartelId);
        }

        problem ??= endpoint is null ? $"The endpoint '{text}' cannot be read; expected 'vsock:<context id>:<port>' such as 'vsock:2:1019', or 'unix:/path'." : null;
        return endpoint is not null;
    }

    /// <summary>Reads an endpoint.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says what is expected.</exception>
    public static Endpoint Parse(string? text) =>
        TryParse(text, out Endpoint? endpoint, out string? problem) ? endpoint! : throw new FormatException(problem);

    /// <inheritdoc/>
    public bool Equals(Endpoint? other) =>
        other is not null && Kind == other.Kind && ContextId == other.ContextId && Port == other.Port && Path == other.Path && CartelId == other.CartelId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Endpoint);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, ContextId, Port, Path, CartelId);

    /// <summary>The endpoint in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        string option = CartelId is long id ? string.Create(CultureInfo.InvariantCulture, $"?as={id}") : string.Empty;
        if (Kind == EndpointKind.Unix)
        {
            return "unix:" + Path + option;
        }

        string context = ContextId == VSockAddress.AnyContextId ? "any" : ContextId.ToString(CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"vsock:{context}:{Port}{option}");
    }

    private static Endpoint? ParseVSock(string address, long? cartelId)
    {
        int colon = address.IndexOf(':', StringComparison.Ordinal);
        string context = colon < 0 ? address : address[..colon];
        uint port = DefaultPort;
        if (colon >= 0 && (!uint.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or uint.MaxValue))
        {
            return null;
        }

        uint contextId = VSockAddress.AnyContextId;
        bool isAny = context.Equals("any", StringComparison.OrdinalIgnoreCase);
        if (!isAny && (!uint.TryParse(context, NumberStyles.None, CultureInfo.InvariantCulture, out contextId) || contextId == VSockAddress.AnyContextId))
        {
            return null;
        }

        return new Endpoint(EndpointKind.VSock, contextId, port, null, cartelId);
    }

    private static bool TryParseOption(ReadOnlySpan<char> option, out long? cartelId)
    {
        cartelId = null;
        if (!option.StartsWith("as=", StringComparison.Ordinal)
            || !long.TryParse(option["as=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long id) || id == 0)
        {
            return false;
        }

        cartelId = id;
        return true;
    }

    private static string? PathProblem(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            return "The endpoint 'unix:' needs the path of a socket, such as 'unix:/run/esxagent.sock'.";
        }

        int bytes = System.Text.Encoding.UTF8.GetByteCount(path);
        return bytes > MaxPathBytes
            ? string.Create(CultureInfo.InvariantCulture, $"The path of a Unix socket may have {MaxPathBytes} bytes; '{path}' has {bytes}. Choose a shorter directory.")
            : null;
    }
}
