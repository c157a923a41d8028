using System;
using System.Collections.Generic;
using System.Linq;
using EsxAgent.HostAgent.Commands;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Operations;
using EsxAgent.HostAgent.Tools;

namespace EsxAgent.Tests.Rights;

/// <summary>The table of an agent that is put together as the real one is, and not started.</summary>
internal static class AgentTable
{
    private static readonly Lazy<IReadOnlyList<Method>> s_rows = new(() =>
    {
        using AgentLog log = AgentLog.Open(null, out _)!;
        using EsxAgent.HostAgent.Agent agent = PolicyCommand.Assemble(new HostPaths(null), "/nonexistent/policy.json", mustExist: false, log);
        return [.. agent.Methods.All];
    });

    /// <summary>Its rows.</summary>
    public static IReadOnlyList<Method> Rows => s_rows.Value;

    /// <summary>The rows that need a right, sorted by name.</summary>
    public static IReadOnlyList<Method> Guarded => [.. Rows.Where(row => row.Right is not null).OrderBy(row => row.Name, StringComparer.Ordinal)];
}
