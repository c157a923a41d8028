using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using EsxAgent.HostAgent.Diagnostics;
using EsxAgent.HostAgent.Tools;
using EsxAgent.Protocol.Endpoints;

namespace EsxAgent.HostAgent.Commands;

/// <summary>The options of <c>serve</c>.</summary>
internal sealed class ServeOptions
{
    /// <summary>Where to listen.</summary>
    public required IReadOnlyList<Endpoint> Endpoints { get; init; }

    /// <summary>ESXi's own places, or a simulated host's.</summary>
    public required HostPaths Paths { get; init; }

    /// <summary>The policy file.</summary>
    public required string Policy { get; init; }

    /// <summary>The directory for what outlives the agent; null where it keeps nothing.</summary>
    public required string? State { get; init; }

    /// <summary>The audit file; null where none is kept.</summary>
    public required string? Audit { get; init; }

    /// <summary>Bytes that the audit file and those put aside may have together.</summary>
    public required long AuditBytes { get; init; }

    /// <summary>The log file; null for standard error.</summary>
    public required string? Log { get; init; }

    /// <summary>Reads them.</summary>
    /// <exception cref="UsageException">One line says what is wrong.</exception>
    public static ServeOptions Parse(ReadOnlySpan<string> arguments)
    {
        CommandLine line = CommandLine.Parse(arguments, ["--listen", HostRootOption.Name, "--policy", "--state", "--audit", "--audit-bytes", "--log"], []);
        HostPaths paths = HostRootOption.Read(line);
        var endpoints = new List<Endpoint>();
        foreach (string text in line.All("--listen"))
        {
            if (!Endpoint.TryParse(text, out Endpoint? endpoint, out string? problem))
            {
                throw new UsageException(problem!.TrimEnd('.'));
            }

            Check(endpoint!, endpoints, paths);
            endpoints.Add(endpoint!);
        }

        if (endpoints.Count == 0)
        {
            endpoints.Add(Endpoint.Parse("vsock:any:1019"));
        }

        if (line.One("--audit") is string audit && line.One("--log") is string log && Path.GetFullPath(audit) == Path.GetFullPath(log))
        {
            throw new UsageException($"the audit file and the log cannot both be '{audit}'");
        }

        return new ServeOptions
        {
            Endpoints = endpoints,
            Paths = paths,
            Policy = line.One("--policy") ?? paths.Policy,
            State = line.One("--state"),
            Audit = line.One("--audit"),
            AuditBytes = line.One("--audit-bytes") is string bytes ? Budget(bytes) : AuditFile.UsualBudget,
            Log = line.One("--log"),
        };
    }

    private static long Budget(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) && bytes >= AuditFile.LeastBudget
            ? bytes
            : throw new UsageException($"the option '--audit-bytes' needs a whole number, {AuditFile.LeastBudget} at least");

    private static void Check(Endpoint endpoint, List<Endpoint> before, HostPaths paths)
    {
        if (paths.Root is null && (endpoint.Kind == EndpointKind.Unix || endpoint.CartelId is not null))
        {
            throw new UsageException($"the endpoint '{endpoint.ToString()}' does not tell which VM calls, so it needs --host-root, a simulated host");
        }

        foreach (Endpoint other in before)
        {
            bool isSame = other.Kind == endpoint.Kind && FullPath(other) == FullPath(endpoint) && other.Port == endpoint.Port
                && (other.ContextId == endpoint.ContextId || other.ContextId == VSockAddress.AnyContextId || endpoint.ContextId == VSockAddress.AnyContextId);
            if (isSame)
            {
                throw new UsageException($"the endpoints '{other.ToString()}' and '{endpoint.ToString()}' are the same place");
            }
        }
    }

    private static string? FullPath(Endpoint endpoint) => endpoint.Path is string path ? Path.GetFullPath(path) : null;
}
