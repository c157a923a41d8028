namespace EsxAgent.Client;

/// <summary>What a write did.</summary>
/// <param name="Length">Bytes that were replaced, from the offset on.</param>
/// <param name="HashBefore">
/// SHA-256 of those bytes as they were, in lower-case hexadecimal; null where they went in several pieces and somebody else wrote between them.
/// </param>
/// <param name="HashAfter">SHA-256 of those bytes as they are now.</param>
public sealed record SidecarWrite(long Length, string? HashBefore, string HashAfter);
