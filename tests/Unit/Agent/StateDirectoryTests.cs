using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary><c>--state</c>: a directory that belongs to one agent as long as it runs.</summary>
public sealed class StateDirectoryTests : IDisposable
{
    private readonly SimulatedHost _host = SimulatedHost.Make();

    private string State => Path.Combine(_host.Directory, "state");

    private string Lock => Path.Combine(State, "lock");

    /// <inheritdoc/>
    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_missing_directory_is_made_for_its_owner_alone_and_names_its_agent()
    {
        using AgentProcess agent = Serve("s");
        Assert.Equal("700", Permissions.Of(State));
        Assert.Equal("600", Permissions.Of(Lock));
        Assert.Equal(agent.Id.ToString(CultureInfo.InvariantCulture), ReadLock().Trim());
        Assert.Equal(["lock"], Directory.GetFileSystemEntries(State).Select(entry => Path.GetFileName(entry)));
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void A_directory_that_is_there_is_used_as_it_is()
    {
        Directory.CreateDirectory(State);
        Permissions.Set(State, "750");
        File.WriteAllText(Path.Combine(State, "kept"), "content");
        File.WriteAllText(Lock, "99999999 and more than one line\nof an agent of another time\n");
        using AgentProcess agent = AgentProcess.Serve(_host, [$"unix:{_host.Directory}/s"], "--state", State + "/");
        Assert.Equal("750", Permissions.Of(State));
        Assert.Equal("content", File.ReadAllText(Path.Combine(State, "kept")));
        Assert.Equal($"{agent.Id}\n", ReadLock());
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void Two_agents_never_share_a_directory_and_the_second_names_the_first()
    {
        using AgentProcess agent = Serve("s");
        (int status, string output, string errors) = TryServe("t");
        Assert.Equal((2, string.Empty), (status, output));
        Assert.Equal($"esxagent: the state directory '{State}' is used by another agent, process {agent.Id}\n", errors);
        Assert.False(Path.Exists(Path.Combine(_host.Directory, "t")), "The agent that was refused has left a socket.");
        Assert.Equal($"{agent.Id}\n", ReadLock());
        Assert.Equal(0, agent.Stop());

        using AgentProcess next = Serve("t");
        Assert.Equal(0, next.Stop());
    }

    [Fact]
    public void The_directory_of_a_killed_agent_is_free_though_a_tool_of_it_lives_on()
    {
        _host.RemoveTool("localcli");
        _host.ReplaceTool("esxcli", "#!/bin/sh\nexec setsid sleep 5\n", canRun: true);
        using AgentProcess agent = Serve("s");
        using (WireConnection guest = WireConnection.Open(Path.Combine(_host.Directory, "s")))
        {
            guest.StartCall("initialize", """{"protocolVersions":[1]}""");
            Eventually.Holds("the tool has left its group", () => ProcessFootprint.RunningIn(_host.Directory).Any(
                id => ProcessFootprint.CommandOf(id).StartsWith("sleep", StringComparison.Ordinal)));
            Signals.End(agent.Id);
        }

        _ = agent.Wait();
        using AgentProcess next = Serve("s");
        Assert.Equal(0, next.Stop());
    }

    [Fact]
    public void A_lock_that_is_a_symbolic_link_is_not_followed()
    {
        string target = Path.Combine(_host.Directory, "target");
        File.WriteAllText(target, "content");
        Directory.CreateDirectory(State);
        File.CreateSymbolicLink(Lock, target);
        (int status, _, string errors) = TryServe("s");
        Assert.Equal(2, status);
        Assert.Contains("its file 'lock' cannot be written (it is a symbolic link", errors, StringComparison.Ordinal);
        Assert.Equal("content", File.ReadAllText(target));
    }

    [Fact]
    public void Without_the_option_several_agents_serve_one_host()
    {
        using AgentProcess first = AgentProcess.Serve(_host, [$"unix:{_host.Directory}/s"]);
        using AgentProcess second = AgentProcess.Serve(_host, [$"unix:{_host.Directory}/t"]);
        Assert.Equal(0, first.Stop());
        Assert.Equal(0, second.Stop());
    }

    /// <summary>Without asking for a lock, which the agent holds.</summary>
    private string ReadLock() => AgentProcess.Run(null, ["/bin/cat", Lock]).Output;

    private AgentProcess Serve(string socket) => AgentProcess.Serve(_host, [$"unix:{_host.Directory}/{socket}"], "--state", State);

    private (int Status, string Output, string Errors) TryServe(string socket) =>
        AgentProcess.Run("serve", "--listen", $"unix:{_host.Directory}/{socket}", "--host-root", _host.Root, "--state", State);
}
