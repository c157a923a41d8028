namespace EsxAgent.Tests.Simulator;

/// <summary>What a call of a tool left behind.</summary>
/// <param name="Status">The exit status; 128 and the signal's number where it died by one.</param>
/// <param name="Output">Standard output, as UTF-8.</param>
/// <param name="Error">Standard error, as UTF-8.</param>
/// <param name="Bytes">Standard output as it came.</param>
internal sealed record ToolResult(int Status, string Output, string Error, byte[] Bytes);
