using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Demo;

/// <summary>The guest without PowerShell: the same calls through the client library.</summary>
public static class ClientGuest
{
    /// <summary>Connects, asks and prints.</summary>
    public static async Task RunAsync(string endpoint, CancellationToken cancellationToken)
    {
        Console.WriteLine("NOTE: pwsh was not found, so the cmdlets, their views and their help are not shown: these are the calls of the client library under them.");
        Console.WriteLine();
        await using AgentSession session = await AgentSession.ConnectAsync(Endpoint.Parse(endpoint), null, cancellationToken);
        Title($"connected to {endpoint}");
        Line("Host", $"{session.Agent.Host?.HostName}, {session.Agent.Host?.Product} {session.Agent.Host?.Version} build {session.Agent.Host?.Build}");
        Line("This VM", session.Agent.Peer?.Name);

        Title(Methods.HostInfo);
        HostInfo host = await session.GetHostInfoAsync(refresh: false, cancellationToken);
        Line("Release", host.Update);
        Line("Hardware", $"{host.Vendor} {host.Model}, serial number {host.SerialNumber}");
        Line("Processors", $"{host.CpuPackages} x {host.CpuModel}: {host.CpuCores} cores, {host.CpuThreads} threads");
        Line("Memory", $"{Gigabytes(host.MemoryBytes)}, {Gigabytes(host.MemoryFreeBytes)} free");
        Line("Power policy", host.PowerPolicy);
        Line("Up for", host.UptimeSeconds is long seconds ? TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture) : null);
        foreach (string warning in host.Warnings)
        {
            Line("Warning", warning);
        }

        Title(Methods.HostDatastores);
        await foreach (Datastore datastore in session.GetDatastoresAsync(cancellationToken))
        {
            Line(datastore.Name, $"{datastore.Type}, {Gigabytes(datastore.FreeBytes)} free of {Gigabytes(datastore.CapacityBytes)}");
        }

        Title(Methods.VmSelf);
        VirtualMachine vm = await session.GetVirtualMachineAsync(cancellationToken);
        Line("Name", vm.Name);
        Line("BIOS uuid", vm.BiosUuid);
        Line("Group", vm.Group);
        Line("May call", string.Join(", ", vm.Rights));

        Title("round trips");
        LatencyResult latency = await LatencyMeasurement.RunAsync(session, 200, 0, null, cancellationToken);
        Line("Median", $"{latency.Median.TotalMicroseconds:0} µs of {latency.Count}");
        await session.CloseAsync(cancellationToken);
    }

    private static void Title(string text)
    {
        Console.WriteLine();
        Console.WriteLine($"--- {text}");
    }

    private static void Line(string? name, string? value) => Console.WriteLine($"{name,-14}{value ?? "(not known)"}");

    private static string? Gigabytes(long? bytes) => bytes is long known ? (known / (double)(1L << 30)).ToString("0.0 GB", CultureInfo.InvariantCulture) : null;
}
