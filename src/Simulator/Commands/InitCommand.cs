using System;
using System.Collections.Generic;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Recording;

namespace EsxAgent.Simulator.Commands;

/// <summary><c>esxsim init</c>.</summary>
internal static class InitCommand
{
    private const string DefaultProfile = "8.0";
    private static readonly string[] DefaultDatastores = ["datastore1=500GB", "ssd1=200GB"];
    private static readonly string[] DefaultVms = ["web01", "db01"];

    /// <summary>Makes a host and gives the line that says so.</summary>
    /// <param name="arguments">The arguments after <c>init</c>.</param>
    /// <param name="executable">The executable to copy into the host.</param>
    /// <exception cref="SimulatorException">An argument is wrong, or the host cannot be made.</exception>
    public static string Run(string[] arguments, string? executable)
    {
        var given = new CommandArguments("init", arguments, "--profile", "--datastore", "--vm", "--snapshot", "--traffic!");
        if (given.Words.Count != 1 || given.Words[0].Length == 0)
        {
            throw SimulatorException.Usage("init needs one directory: 'esxsim init DIR'");
        }

        if (given.One("--snapshot") is { } snapshot)
        {
            return FromSnapshot(given, snapshot, executable);
        }

        var builder = new HostBuilder(given.One("--profile") ?? DefaultProfile) { HasTraffic = given.Has("--traffic") };
        IReadOnlyList<string> datastores = given.All("--datastore");
        foreach (string one in datastores.Count > 0 ? datastores : DefaultDatastores)
        {
            AddDatastore(builder, one);
        }

        IReadOnlyList<string> machines = given.All("--vm");
        foreach (string name in machines.Count > 0 ? machines : DefaultVms)
        {
            builder.AddVirtualMachine(name);
        }

        string host = builder.Build(given.Words[0], executable);
        return $"made a simulated ESXi {builder.ProfileName} host in {host}\n";
    }

    private static string FromSnapshot(CommandArguments given, string snapshot, string? executable)
    {
        if (given.One("--profile") is not null || given.All("--datastore").Count > 0 || given.All("--vm").Count > 0 || given.Has("--traffic"))
        {
            throw SimulatorException.Usage("'--snapshot' says all of the host; leave the other options out, and edit the files afterwards");
        }

        string host = HostPlace.Make(given.Words[0], executable, made =>
        {
            Snapshot.Unpack(snapshot, made);
            RecordedHost.Complete(made);
        });
        return $"made a simulated host of the snapshot in {host}\n";
    }

    private static void AddDatastore(HostBuilder builder, string text)
    {
        // The last equals sign: a label may hold one.
        int equals = text.LastIndexOf('=');
        if (equals < 1)
        {
            throw SimulatorException.Usage($"'{text}' is no datastore; write NAME=SIZE, such as datastore1=500GB");
        }

        string size = text[(equals + 1)..];
        string? type = null;
        int colon = size.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            type = size[(colon + 1)..];
            size = size[..colon];
        }

        if (!ByteSize.TryParse(size, out long bytes))
        {
            throw SimulatorException.Usage($"'{size}' is no size; write a number and a unit, such as 40GB, 512MB or 1.5TB");
        }

        builder.AddDatastore(text[..equals], bytes, type);
    }
}
