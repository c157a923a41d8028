using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace EsxAgent.Demo;

/// <summary>A simulated host in a temporary directory with the agent running on it; both are gone when it is disposed of.</summary>
public sealed class RunningHost : IDisposable
{
    private readonly string _directory;
    private readonly Process _agent;

    private RunningHost(string directory, Process agent)
    {
        _directory = directory;
        _agent = agent;
    }

    /// <summary>Where the agent listens.</summary>
    public string Endpoint => $"unix:{_directory}/agent.sock";

    /// <summary>Makes the host and starts the agent.</summary>
    /// <param name="profile">Release of the simulated host: 6.7, 7.0 or 8.0.</param>
    /// <param name="cancellationToken">Ends the wait for the agent.</param>
    /// <exception cref="DemoException">Something is not built, or does not start.</exception>
    public static async Task<RunningHost> StartAsync(string profile, CancellationToken cancellationToken)
    {
        string directory = Directory.CreateTempSubdirectory("esxdemo-").FullName;
        string root = Path.Combine(directory, "host");
        Process? agent = null;
        try
        {
            using (Process init = Start(Artefact("sim", "esxsim"), "init", root, "--profile", profile))
            {
                string error = await init.StandardError.ReadToEndAsync(cancellationToken);
                await init.WaitForExitAsync(cancellationToken);
                if (init.ExitCode != 0)
                {
                    throw new DemoException(error.Trim());
                }
            }

            agent = Start(Artefact("agent", "esxagent"), "serve", "--listen", $"unix:{directory}/agent.sock", "--host-root", root, "--log", Path.Combine(directory, "agent.log"));
            string? line = await agent.StandardOutput.ReadLineAsync(cancellationToken);
            if (line is null)
            {
                throw new DemoException((await agent.StandardError.ReadToEndAsync(cancellationToken)).Trim());
            }

            return new RunningHost(directory, agent);
        }
        catch
        {
            agent?.Kill();
            agent?.Dispose();
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _agent.Kill();
        _agent.WaitForExit();
        _agent.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>An executable of the build: the demo lies beside it in <c>out</c>.</summary>
    private static string Artefact(string folder, string name)
    {
        string path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", folder, name));
        return File.Exists(path) ? path : throw new DemoException($"'{path}' is not built yet; './build.sh Build' makes it.");
    }

    private static Process Start(string path, params string[] arguments)
    {
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start) ?? throw new DemoException($"'{path}' does not start.");
    }
}
