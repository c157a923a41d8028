namespace EsxAgent.HostAgent;

/// <summary>Version and commit of this build, from what the project file wrote: <c>0.1.0+3f2a…</c>.</summary>
internal static class AgentBuild
{
    /// <summary>The version.</summary>
    public static string Version { get; } = Part(0)!;

    /// <summary>The commit; null where the build did not know it.</summary>
    public static string? Commit { get; } = Part(1);

    private static string? Part(int index)
    {
        string[] parts = BuildIdentity.Full.Split('+');
        return index < parts.Length ? parts[index] : null;
    }
}
