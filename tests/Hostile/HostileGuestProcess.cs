using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;

namespace EsxAgent.Tests.Hostile;

/// <summary>
/// A guest that means harm as a process of its own, so that neither its memory nor its threads are those that measure; and at the lowest priority, because the
/// processors that a guest burns are its own, not the host's: what is left to be seen is what it makes the agent do.
/// </summary>
internal sealed class HostileGuestProcess : IDisposable
{
    private const string Seed = "20260101";

    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="socket">Where it connects.</param>
    /// <param name="connections">Connections that it misuses at the same time.</param>
    /// <param name="acts">What it does with them; everything that it can where nothing is given.</param>
    public HostileGuestProcess(string socket, int connections, params string[] acts)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "EsxAgent.HostileGuest.dll");
        var start = new ProcessStartInfo("nice", ["-n", "19", "dotnet", program, socket, connections.ToString(CultureInfo.InvariantCulture), Seed, .. acts])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start)!;
    }

    /// <summary>Lets it misuse so many connections more; the answer comes when that is done.</summary>
    /// <returns>What it says then.</returns>
    public string Misuse(int connections)
    {
        _process.StandardInput.WriteLine(connections.ToString(CultureInfo.InvariantCulture));
        return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The hostile guest has ended.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
