using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Tests.VSock;

/// <summary>The module in a real PowerShell.</summary>
internal static class PwshCases
{
    public static IEnumerable<Case> All(SharedWorld shared)
    {
        yield return new Case("Connect-EsxAgent and Get-EsxHostInfo in PowerShell", async () =>
        {
            string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
            string pwsh = folders.Select(folder => Path.Combine(folder, "pwsh")).FirstOrDefault(File.Exists)
                ?? throw new SkippedException("there is no pwsh on PATH");
            string script = $$"""
                $ErrorActionPreference = 'Stop'
                Import-Module '{{Path.Combine(Built.Root, "out", "EsxAgent")}}'
                $null = Connect-EsxAgent -Endpoint '{{shared.World.EndpointOf()}}'
                $info = Get-EsxHostInfo
                '{0} {1} {2}' -f $info.Name, $info.Version, $info.Build
                """;
            using Process process = Process.Start(new ProcessStartInfo(pwsh, ["-NoProfile", "-NonInteractive", "-Command", script])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            await using AgentSession session = await shared.World.ConnectAsync();
            HostInfo expected = await session.GetHostInfoAsync();
            Expect.Equal(string.Empty, await errors, "standard error");
            Expect.Equal($"{expected.HostName} {expected.Version} {expected.Build}", output.Trim(), "standard output");
        });
    }
}
