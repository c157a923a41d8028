using System;
using System.Reflection;

namespace EsxAgent.HostAgent;

/// <summary>Version and commit of this build, as the build wrote them into the assembly: <c>0.1.0+3f2a…</c>.</summary>
internal static class AgentBuild
{
    private static readonly string s_full =
        typeof(AgentBuild).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>The version.</summary>
    public static string Version => s_full.Split('+')[0];

    /// <summary>The commit; null where the build did not know it.</summary>
    public static string? Commit => s_full.Contains('+', StringComparison.Ordinal) ? s_full.Split('+')[1] : null;
}
