using System;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Tasks;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.VSock;

/// <summary>This program once more, in a role: a guest that can be stopped and killed.</summary>
internal sealed class GuestProcess : IDisposable
{
    private readonly Process _process;

    private GuestProcess(Process process) => _process = process;

    /// <summary>Starts it.</summary>
    /// <param name="role">One of <see cref="Roles"/>.</param>
    /// <param name="arguments">The role's arguments.</param>
    public static GuestProcess Start(string role, params string[] arguments)
    {
        // Run as 'dotnet <assembly>'.
        string program = typeof(GuestProcess).Assembly.Location;
        var start = new ProcessStartInfo(Environment.ProcessPath!, [program, role, .. arguments]) { RedirectStandardOutput = true };
        return new GuestProcess(Process.Start(start)!);
    }

    /// <summary>Waits for the next line that it prints; null at the end.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync();

    /// <summary>Waits until it says that it has come so far.</summary>
    public async Task MustSayAsync(string line) => Expect.Equal(line, await ReadLineAsync(), "what the other guest says");

    /// <summary>Makes it stand still, as a suspended VM does: its sockets stay open and nobody reads them.</summary>
    public void Suspend() => Signals.Suspend(_process.Id);

    /// <summary>Sends SIGKILL and waits for the end.</summary>
    public void Kill()
    {
        Signals.End(_process.Id);
        _process.WaitForExit();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    /// <inheritdoc/>
    public override string ToString() => _process.Id.ToString(CultureInfo.InvariantCulture);
}
