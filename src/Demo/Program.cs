using System;
using System.ComponentModel;
using System.Threading;
using EsxAgent.Demo;

const string Usage = """
    esxdemo: a simulated host, the agent on it, and what a guest sees

      esxdemo [--profile 6.7|7.0|8.0] [--without-pwsh]

    With pwsh on PATH the module's cmdlets are shown, else the same calls through the client library.
    """;

string profile = "8.0";
bool mayUsePwsh = true;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--profile" when i + 1 < args.Length:
            profile = args[++i];
            break;
        case "--without-pwsh":
            mayUsePwsh = false;
            break;
        case "--help" or "-h":
            Console.WriteLine(Usage);
            return 0;
        default:
            Console.Error.WriteLine($"esxdemo: unknown option '{args[i]}'; 'esxdemo --help' lists them");
            return 2;
    }
}

using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

try
{
    using var host = await RunningHost.StartAsync(profile, stop.Token);
    string? pwsh = mayUsePwsh ? PwshGuest.Find() : null;
    if (pwsh is not null)
    {
        return await PwshGuest.RunAsync(pwsh, host.Endpoint, stop.Token);
    }

    await ClientGuest.RunAsync(host.Endpoint, stop.Token);
    return 0;
}
catch (Exception e) when (e is DemoException or Win32Exception or EsxAgent.Client.ConnectionException or EsxAgent.Client.AgentException or OperationCanceledException)
{
    Console.Error.WriteLine($"esxdemo: {e.Message}");
    return 1;
}
