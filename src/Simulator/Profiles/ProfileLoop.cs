namespace EsxAgent.Simulator.Profiles;

/// <summary>One loop of a section: <c>i=0..$(threads-1)</c>.</summary>
/// <param name="Variable">The name that counts.</param>
/// <param name="First">The first number, an expression.</param>
/// <param name="Last">The last number, an expression.</param>
internal sealed record ProfileLoop(string Variable, string First, string Last);
