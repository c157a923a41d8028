using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Endpoints;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Tests.VSock;

/// <summary>What this program does as another guest process.</summary>
internal static partial class Roles
{
    /// <summary>Connects, asks for the datastores, which never come, and waits.</summary>
    public const string Wait = "wait";

    /// <summary>Connects and asks for large pages without end.</summary>
    public const string AskWithoutEnd = "ask-without-end";

    /// <summary>Gives up its privileges, then connects and runs the diagnosis.</summary>
    public const string Unprivileged = "unprivileged";

    /// <summary>Gives up its privileges, then starts an agent and prints what that says.</summary>
    public const string UnprivilegedAgent = "unprivileged-agent";

    /// <summary>What a role prints when it has come to where it can be disturbed.</summary>
    public const string Asked = "asked";

    /// <summary>How many pages <see cref="AskWithoutEnd"/> has under way.</summary>
    public const int AtOnce = 2;

    private const uint Nobody = 65534;

    /// <summary>Plays a role to its end. What goes wrong is printed where its lines are expected.</summary>
    public static async Task<int> RunAsync(string role, string[] arguments)
    {
        try
        {
            return await PlayAsync(role, arguments);
        }
        catch (Exception e)
        {
            Console.WriteLine($"the role '{role}' failed: {e.ToString().ReplaceLineEndings(" | ")}");
            return 1;
        }
    }

    private static Task<int> PlayAsync(string role, string[] arguments) => (role, arguments) switch
    {
        (Wait, [string endpoint]) => WaitAsync(endpoint),
        (AskWithoutEnd, [string endpoint]) => AskWithoutEndAsync(endpoint),
        (Unprivileged, [string endpoint, string warmUp]) => ConnectUnprivilegedAsync(endpoint, warmUp),
        (UnprivilegedAgent, [string agent, string listener]) => ListenUnprivilegedAsync(agent, listener),
        _ => throw new ArgumentException($"There is no role '{role}' with {arguments.Length.ToString(CultureInfo.InvariantCulture)} arguments."),
    };

    private static async Task<int> WaitAsync(string endpoint)
    {
        await using AgentSession session = await AgentSession.ConnectAsync(Endpoint.Parse(endpoint), World.Patient);
        Task<ListResult<Datastore>> page = session.SendAsync(RpcMethods.HostDatastores, new ListParams());
        Console.WriteLine(Asked);
        await page;
        return 0;
    }

    private static async Task<int> AskWithoutEndAsync(string endpoint)
    {
        await using AgentSession session = await AgentSession.ConnectAsync(Endpoint.Parse(endpoint), World.Patient);
        await session.SendAsync(RpcMethods.HostDatastores, new ListParams());
        Console.WriteLine(Asked);
        async Task Ask()
        {
            while (true)
            {
                await session.SendAsync(RpcMethods.HostDatastores, new ListParams());
            }
        }

        var all = new Task[AtOnce];
        for (int i = 0; i < AtOnce; i++)
        {
            all[i] = Ask();
        }

        await Task.WhenAll(all);
        return 0;
    }

    /// <summary>Prints how the connection failed, then what the diagnosis says, a line each.</summary>
    private static async Task<int> ConnectUnprivilegedAsync(string endpoint, string warmUp)
    {
        // What is needed is loaded while it can still be read: the repository may lie where nobody else may look.
        await using (AgentSession session = await AgentSession.ConnectAsync(Endpoint.Parse(warmUp), World.Patient))
        {
            await session.PingAsync();
        }

        GiveUpPrivileges();

        try
        {
            await using AgentSession session = await AgentSession.ConnectAsync(Endpoint.Parse(endpoint), World.Patient);
            Console.WriteLine("connected");
        }
        catch (ConnectionException e)
        {
            Console.WriteLine($"{e.Failure} {(e.InnerException as AgentException)?.Kind.Name}");
            Console.WriteLine(e.Message);
            Console.WriteLine(e.RecommendedAction);
        }

        await foreach (DiagnosisCheck check in AgentDiagnosis.RunAsync(Endpoint.Parse(endpoint), World.Patient, CancellationToken.None))
        {
            Console.WriteLine($"{check.Name}: {check.Outcome}");
        }

        return 0;
    }

    private static async Task<int> ListenUnprivilegedAsync(string agent, string listener)
    {
        // The repository may lie where nobody else may look.
        string copy = Path.Combine(Directory.CreateTempSubdirectory("esx-").FullName, "esxagent");
        File.Copy(agent, copy);
        const UnixFileMode Everybody = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(Path.GetDirectoryName(copy)!, Everybody);
        File.SetUnixFileMode(copy, Everybody);
        using var process = new Process { StartInfo = new ProcessStartInfo(copy, ["serve", "--listen", listener]) { RedirectStandardError = true } };
        GiveUpPrivileges();
        process.Start();
        Console.Write(await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Console.WriteLine(FormattableString.Invariant($"status {process.ExitCode}"));
        return 0;
    }

    private static void GiveUpPrivileges()
    {
        if (SetGroup(Nobody) != 0 || SetUser(Nobody) != 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc", EntryPoint = "setgid", SetLastError = true)]
    private static partial int SetGroup(uint group);

    [LibraryImport("libc", EntryPoint = "setuid", SetLastError = true)]
    private static partial int SetUser(uint user);
}
