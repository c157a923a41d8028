using System;
using System.Globalization;
using System.IO;

namespace EsxAgent.Simulator.Host;

/// <summary>
/// Makes the directory of a simulated host. It is built beside its place and moved there when it is whole: a failure leaves nothing behind.
/// </summary>
internal static class HostPlace
{
    private const string OpenPolicy = """
        {
          "version": 1,
          "groups": [
            {
              "name": "all",
              "members": [
                { "name": "*" }
              ],
              "methods": ["*"],
              "vsi": ["/"],
              "datastores": [
                { "name": "*" }
              ],
              "vmdkPaths": ["/vmfs/volumes/"],
              "rates": { "requestsPerSecond": 1000000, "changesPerMinute": 1000000 }
            }
          ]
        }

        """;

    /// <summary>Makes a host: what all have, its tools and an open policy among them, and what the caller fills in.</summary>
    /// <param name="directory">The directory: it must not exist, or be empty.</param>
    /// <param name="executable">The executable to copy into it; null where it cannot be told.</param>
    /// <param name="fill">Writes host.json, datastores.json and the rest.</param>
    /// <returns>The absolute path.</returns>
    /// <exception cref="SimulatorException">The place is taken or cannot be written.</exception>
    public static string Make(string directory, string? executable, Action<HostDirectory> fill)
    {
        string place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        RefuseTakenPlace(place);
        if (executable is null || File.Exists(Path.ChangeExtension(executable, ".dll")) || File.Exists(executable + ".dll"))
        {
            throw SimulatorException.Usage("a host gets a copy of this executable, and this one does not run alone; publish it and call it by its path");
        }

        string building = Path.Combine(
            Path.GetDirectoryName(place) ?? "/",
            string.Create(CultureInfo.InvariantCulture, $".{Path.GetFileName(place)}.esxsim-{Environment.ProcessId}"));
        try
        {
            Directory.CreateDirectory(building);
            if (Directory.Exists(place) && !OperatingSystem.IsWindows())
            {
                // Who made the empty directory chose who may enter it.
                File.SetUnixFileMode(building, File.GetUnixFileMode(place));
            }

            var host = new HostDirectory(building);
            WriteFrame(host, executable);
            fill(host);
            if (Directory.Exists(place))
            {
                Directory.Delete(place);
            }

            Directory.Move(building, place);
            return place;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            Discard(building);
            throw SimulatorException.Usage($"the host cannot be made in '{directory}': {problem.Message}");
        }
        catch
        {
            Discard(building);
            throw;
        }
    }

    private static void WriteFrame(HostDirectory host, string executable)
    {
        Directory.CreateDirectory(host.Bin);
        File.Copy(executable, Path.Combine(host.Bin, "esxsim"));
        foreach (string tool in ToolSwitch.Tools)
        {
            File.CreateSymbolicLink(Path.Combine(host.Bin, tool), "esxsim");
        }

        Directory.CreateDirectory(host.Answers);
        Directory.CreateDirectory(host.FaultCounters);
        Directory.CreateDirectory(host.Vsi);
        Directory.CreateDirectory(host.Vms);
        Directory.CreateDirectory(host.Volumes);
        File.WriteAllText(host.Faults, "[]\n");
        Directory.CreateDirectory(Path.GetDirectoryName(host.Policy)!);
        File.WriteAllText(host.Policy, OpenPolicy);
    }

    private static void RefuseTakenPlace(string place)
    {
        if (File.Exists(place))
        {
            throw SimulatorException.Usage($"'{place}' is a file; choose a directory that does not exist or is empty");
        }

        if (Directory.Exists(place) && Directory.GetFileSystemEntries(place).Length > 0)
        {
            throw SimulatorException.Usage($"'{place}' is not empty; choose a directory that does not exist or is empty");
        }
    }

    private static void Discard(string building)
    {
        if (Directory.Exists(building))
        {
            Directory.Delete(building, recursive: true);
        }
    }
}
