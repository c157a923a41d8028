namespace EsxAgent.Tests.Interop;

/// <summary>The <c>data</c> of an error, as a client would describe it to StreamJsonRpc.</summary>
/// <remarks>Named as on the wire: the two JSON libraries have no attribute for that in common.</remarks>
#pragma warning disable IDE1006
public sealed record AgentErrorData(string kind, string status, bool retryable, string? target, int? toolExitCode, string? toolError);
#pragma warning restore IDE1006
