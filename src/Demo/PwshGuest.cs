using System;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace EsxAgent.Demo;

/// <summary>The guest as a person at a PowerShell prompt sees it: runs <c>Show-Guest.ps1</c> with the built module.</summary>
public static class PwshGuest
{
    /// <summary>Finds pwsh on PATH; null where there is none.</summary>
    public static string? Find()
    {
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.Combine(folder, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    /// <summary>Runs the script; its output goes where the demo's own goes.</summary>
    /// <returns>The script's exit status.</returns>
    public static async Task<int> RunAsync(string pwsh, string endpoint, CancellationToken cancellationToken)
    {
        string module = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "EsxAgent"));
        string script = Path.Combine(AppContext.BaseDirectory, "Show-Guest.ps1");
        using Process process = Process.Start(pwsh, ["-NoProfile", "-NoLogo", "-File", script, "-ModulePath", module, "-Endpoint", endpoint]);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }
}
