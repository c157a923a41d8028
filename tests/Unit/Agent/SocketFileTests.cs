using System;
using System.IO;
using System.Linq;
using System.Threading;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>The file of a Unix socket: a dead agent's is replaced, a living one's is not, and what is no socket is not touched.</summary>
public sealed class SocketFileTests : IDisposable
{
    private readonly SimulatedHost _host = SimulatedHost.Make();

    private string Socket => Path.Combine(_host.Directory, "s");

    private string Endpoint => $"unix:{Socket}";

    /// <inheritdoc/>
    public void Dispose() => _host.Dispose();

    [Fact]
    public void A_socket_is_its_owners_alone_and_goes_with_its_agent()
    {
        using AgentProcess agent = AgentProcess.Serve(_host, [Endpoint]);
        Assert.Equal("600", Permissions.Of(Socket));
        Assert.Equal(0, agent.Stop());
        Assert.False(Path.Exists(Socket), "The socket is still there.");
    }

    [Fact]
    public void The_socket_of_a_dead_agent_is_replaced()
    {
        LeaveStaleSocket();
        using AgentProcess agent = AgentProcess.Serve(_host, [Endpoint]);
        using WireConnection guest = WireConnection.OpenSession(Socket);
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void The_socket_of_a_living_agent_is_not_replaced()
    {
        using AgentProcess agent = AgentProcess.Serve(_host, [Endpoint]);
        using WireConnection guest = WireConnection.OpenSession(Socket);
        MustNotStart("another agent listens there");
        using WireConnection other = WireConnection.OpenSession(Socket);
        Assert.Equal("{}", guest.Call("$/ping").Result!.ToJsonString());
        Assert.Equal(0, agent.Stop());
    }

    [Fact]
    public void The_socket_of_an_agent_that_is_on_its_way_down_is_free_at_once()
    {
        _host.SetFaults(HostFault.IsSlow("esxcli", 3_000, "*filesystem*"));
        using AgentProcess first = AgentProcess.Serve(_host, [Endpoint]);
        using WireConnection guest = WireConnection.OpenSession(Socket);
        string id = guest.StartCall("host/datastores");
        Eventually.Holds("the tool runs", () => ProcessFootprint.ChildrenOf(first.Id).Count == 1);
        first.Terminate();
        Eventually.Holds("the first agent stops listening", () => !Path.Exists(Socket));

        using AgentProcess second = AgentProcess.Serve(_host, [Endpoint]);
        Assert.NotEmpty(guest.ReceiveAnswer(id).Result!["items"]!.AsArray());
        Assert.Equal(0, first.Wait());

        // The first one's end must not have taken the second one's socket along.
        using WireConnection other = WireConnection.OpenSession(Socket);
        Assert.Equal(0, second.Stop());
    }

    [Fact]
    public void An_agent_that_ends_leaves_the_socket_that_another_one_has_put_there()
    {
        using AgentProcess first = AgentProcess.Serve(_host, [Endpoint]);
        File.Delete(Socket);
        using AgentProcess second = AgentProcess.Serve(_host, [Endpoint]);
        Assert.Equal(0, first.Stop());
        using WireConnection guest = WireConnection.OpenSession(Socket);
        Assert.Equal(0, second.Stop());
    }

    [Theory]
    [InlineData("")]
    [InlineData("something that somebody needs")]
    public void A_regular_file_is_not_touched(string content)
    {
        File.WriteAllText(Socket, content);
        DateTime written = File.GetLastWriteTimeUtc(Socket);
        MustNotStart("there is a file of that name which is no socket");
        Assert.Equal(content, File.ReadAllText(Socket));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Socket));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_directory_is_not_touched(bool isEmpty)
    {
        Directory.CreateDirectory(Socket);
        if (!isEmpty)
        {
            File.WriteAllText(Path.Combine(Socket, "file"), "content");
        }

        MustNotStart("there is a file of that name which is no socket");
        Assert.Equal(isEmpty ? 0 : 1, Directory.GetFileSystemEntries(Socket).Length);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("file")]
    [InlineData("stale")]
    [InlineData("living")]
    public void A_symbolic_link_is_not_touched_wherever_it_leads(string target)
    {
        string path = Path.Combine(_host.Directory, target);
        File.WriteAllText(Path.Combine(_host.Directory, "file"), "content");
        LeaveStaleSocket(Path.Combine(_host.Directory, "stale"));
        using AgentProcess living = AgentProcess.Serve(_host, [$"unix:{Path.Combine(_host.Directory, "living")}"]);
        File.CreateSymbolicLink(Socket, path);
        MustNotStart("there is a file of that name which is no socket");
        Assert.Equal(path, new FileInfo(Socket).LinkTarget);
        Assert.Equal(target != "none", Path.Exists(path));
        Assert.Equal(0, living.Stop());
    }

    [Fact]
    public void Of_two_agents_that_start_at_one_moment_at_a_stale_socket_one_wins()
    {
        const int Times = 50;
        LeaveStaleSocket();
        for (int i = 0; i < Times; i++)
        {
            using AgentProcess one = AgentProcess.Start(_host, [Endpoint]);
            using AgentProcess two = AgentProcess.Start(_host, [Endpoint]);
            AgentProcess[] both = [one, two];
            Eventually.Holds("one ends and one listens", () => both.Count(agent => agent.HasEnded) == 1 && both.Count(Listens) == 1);
            AgentProcess loser = both.Single(agent => agent.HasEnded);
            Assert.Equal(2, loser.Wait());
            Assert.Contains("another agent listens there", loser.Errors, StringComparison.Ordinal);
            WireConnection.OpenSession(Socket).Dispose();

            // What it leaves is stale for the next two.
            both.Single(agent => !agent.HasEnded).Kill();
            Assert.True(Path.Exists(Socket), "A killed agent cannot have taken its socket along.");
        }
    }

    [Fact]
    public void Agents_that_start_and_end_all_the_time_at_one_path_never_leave_it_without_its_owner()
    {
        // Whoever says that it listens can be reached until it is told to end, whatever the others do meanwhile.
        const int Agents = 3;
        const int Times = 12;
        Exception? failure = null;
        Thread[] threads = [.. Enumerable.Range(0, Agents).Select(number => new Thread(() =>
        {
            try
            {
                for (int i = 0; i < Times && Volatile.Read(ref failure) is null; i++)
                {
                    using AgentProcess agent = AgentProcess.Start(_host, [Endpoint]);
                    Eventually.Holds("it listens or ends", () => agent.HasEnded || Listens(agent));
                    if (!agent.HasEnded)
                    {
                        using WireConnection guest = WireConnection.OpenSession(Socket);
                        Assert.Equal(0, agent.Stop());
                    }
                }
            }
            catch (Exception e)
            {
                Volatile.Write(ref failure, e);
            }
        }))];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Assert.Null(failure);
        Assert.False(Path.Exists(Socket), "The last one's socket is still there.");
    }

    private static bool Listens(AgentProcess agent) => agent.Output.StartsWith("listening on ", StringComparison.Ordinal);

    private void LeaveStaleSocket(string? path = null)
    {
        using AgentProcess agent = AgentProcess.Serve(_host, [$"unix:{path ?? Socket}"]);
        agent.Kill();
        Assert.True(Path.Exists(path ?? Socket), "A killed agent cannot have taken its socket along.");
    }

    private void MustNotStart(string says)
    {
        (int status, string output, string errors) = AgentProcess.Run("serve", "--listen", Endpoint, "--host-root", _host.Root);
        Assert.Equal((2, string.Empty), (status, output));
        Assert.Contains($"cannot listen on '{Endpoint}': {says}", Assert.Single(errors.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
