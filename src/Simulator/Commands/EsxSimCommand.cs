using System.IO;
using System.Reflection;
using System.Text;

namespace EsxAgent.Simulator.Commands;

/// <summary><c>esxsim</c> itself: makes a simulated host and changes it.</summary>
internal static class EsxSimCommand
{
    private const string Help = """
        esxsim: a simulated ESXi host in a directory

        esxsim init DIR [--profile 6.7|7.0|8.0] [--datastore NAME=SIZE[:TYPE]]… [--vm NAME]… [--traffic]
            Makes a host in DIR, which must not exist or be empty. SIZE is such as 40GB or 1.5TB (1 GB = 1024 MB), TYPE is VMFS-6, VMFS-5 or NFS.
            Default: --profile 8.0 --datastore datastore1=500GB --datastore ssd1=200GB --vm web01 --vm db01
            With --traffic, counters of network cards and processors grow while the host runs.
        esxsim init DIR --snapshot PATH
            Makes a host that says what a real one said: PATH is a file of Export-EsxHostSnapshot, or a directory with such files.
        esxsim record DIR [--root NODE]… [--tools DIR]
            Run on a host: asks its tools and makes a simulated host in DIR that says the same. NODE is a part of the vsish tree, such as
            /hardware; without it all of it is recorded. --tools names the folder of the tools, /bin where it is not given.
        esxsim vm list DIR
            Shows the virtual machines of the host.
        esxsim vm on DIR NAME
        esxsim vm off DIR NAME
            Starts or stops a virtual machine.
        esxsim vm add DIR NAME [--cartel N] [--bios-uuid UUID] [--instance-uuid UUID]
            Adds a running virtual machine.
        esxsim vm attach DIR NAME VMDK [--read-only]
        esxsim vm detach DIR NAME VMDK
            Attaches a disk, such as /vmfs/volumes/ssd1/data.vmdk, to a virtual machine or detaches it.
        esxsim version
            Prints the version.

        The host's tools are in DIR/bin. Faults to simulate are written in DIR/faults.json.

        """;

    /// <summary>Runs one call.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="executable">The path of this executable; null where it cannot be told.</param>
    /// <param name="output">Standard output.</param>
    /// <returns>The exit status.</returns>
    public static int Run(string[] arguments, string? executable, Stream output)
    {
        if (arguments.Length == 0)
        {
            throw SimulatorException.Usage("nothing to do; 'esxsim --help' tells what can be done");
        }

        string text = arguments[0] switch
        {
            "init" => InitCommand.Run(arguments[1..], executable),
            "record" => RecordCommand.Run(arguments[1..], executable),
            "vm" => VmCommand.Run(arguments[1..]),
            "version" or "--version" => $"esxsim {Version}\n",
            "help" or "--help" or "-h" => Help,
            var other => throw SimulatorException.Usage($"unknown command '{other}'; 'esxsim --help' tells what can be done"),
        };
        output.Write(Encoding.UTF8.GetBytes(text));
        return ExitStatus.Success;
    }

    // The build puts a commit behind a plus sign; the version itself is the one of the module.
    private static string Version =>
        (typeof(EsxSimCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown").Split('+')[0];
}
