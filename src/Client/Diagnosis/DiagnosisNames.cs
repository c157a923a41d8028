namespace EsxAgent.Client;

/// <summary>The names of the checks, in their order.</summary>
internal static class DiagnosisNames
{
    public const string VSockets = "vSockets supported";
    public const string Administrator = "Administrator";
    public const string Listener = "Something listens";
    public const string StaysOpen = "Connection stays open";
    public const string Speaks = "Agent speaks";
    public const string Version = "Protocol version";
    public const string Identity = "Identity established";
    public const string Policy = "Policy";

    /// <summary>Of a capability that the agent lacks.</summary>
    public const string Capability = "Capability ";

    /// <summary>Those that a connection attempt answers.</summary>
    public static readonly string[] OfConnection = [Listener, StaysOpen, Speaks, Version, Identity];
}
