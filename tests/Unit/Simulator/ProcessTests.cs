using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace EsxAgent.Tests.Simulator;

/// <summary>What only a process can show: how it is started, how it dies, and that processes do not disturb each other.</summary>
public sealed class ProcessTests
{
    [Fact]
    public void The_tools_work_without_any_environment()
    {
        using var host = new HostProcesses("--profile", "7.0");

        Assert.Equal("VMware ESXi 7.0.3 build-24784741\nVMware ESXi 7.0 Update 3\n", host.Run("vmware -vl").Output);
        Assert.Contains("Free:", host.Run("vsish -e get /memory/comprehensive").Output, StringComparison.Ordinal);
        Assert.Contains("<root>", host.Run("esxcli --formatter=xml system uuid get").Output, StringComparison.Ordinal);
        Assert.Contains("UUID: ", host.Run("vmkfstools -P /vmfs/volumes/ssd1").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_can_be_moved_and_makes_another_one()
    {
        using var host = new HostProcesses();
        string moved = host.Root + "-moved";
        Directory.Move(host.Root, moved);
        string second = Path.Combine(moved, "second");

        Assert.Equal(0, HostProcesses.Execute(Path.Combine(moved, "bin/vmware"), ["-v"]).Status);
        Assert.Equal(0, HostProcesses.Execute(Path.Combine(moved, "bin/esxsim"), ["init", second]).Status);
        Assert.Equal(0, HostProcesses.Execute(Path.Combine(second, "bin/vmware"), ["-v"]).Status);
    }

    [Fact]
    public void A_link_to_a_tool_leads_to_its_host()
    {
        using var host = new HostProcesses();
        string link = Path.Combine(Path.GetDirectoryName(host.Root)!, "vmware");
        File.CreateSymbolicLink(link, Path.Combine(host.Root, "bin/vmware"));

        Assert.Equal(0, HostProcesses.Execute(link, ["-v"]).Status);
    }

    [Fact]
    public void A_tool_outside_of_a_host_says_so()
    {
        using var host = new HostProcesses();
        string lost = Path.Combine(Path.GetDirectoryName(host.Root)!, "vsish");
        File.Copy(Built.Esxsim, lost);
        ToolResult result = HostProcesses.Execute(lost, ["-e", "ls", "/"]);

        Assert.Equal(70, result.Status);
        Assert.Contains("esxsim init DIR", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_shell_answers_each_line_before_the_next_is_sent()
    {
        using var host = new HostProcesses();
        using Process shell = host.Start("vsish");
        Assert.Equal("/> ", ReadUntilPrompt(shell));
        for (int i = 0; i < 3; i++)
        {
            shell.StandardInput.Write("get /hardware/cpu/threadCount\n");
            shell.StandardInput.Flush();
            Assert.Equal("32\n/> ", ReadUntilPrompt(shell));
        }

        shell.StandardInput.Close();
        Assert.True(shell.WaitForExit(TimeSpan.FromSeconds(10)), "the end of input ends the shell");
        Assert.Equal(0, shell.ExitCode);
    }

    [Theory]
    [InlineData("{}", 9, "VMware ESXi 8.0.3 build-24674")]
    [InlineData("""{"signal": 11, "afterBytes": 6}""", 11, "VMware")]
    [InlineData("""{"signal": 13, "afterBytes": 0}""", 13, "")]
    [InlineData("""{"signal": 15, "afterBytes": 1000}""", 15, "VMware ESXi 8.0.3 build-24674464\nVMware ESXi 8.0 Update 3\n")]
    public void A_tool_dies_by_a_signal_after_a_part_of_its_output(string settings, int signal, string output)
    {
        using var host = new HostProcesses();
        host.Faults($"[{{\"dieBySignal\": {settings}}}]");
        ToolResult result = host.Run("vmware -vl");

        Assert.Equal((128 + signal, output, ""), (result.Status, result.Output, result.Error));
    }

    [Fact]
    public async Task A_tool_that_hangs_keeps_its_pipes_open()
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        using var host = new HostProcesses();
        host.Faults("""[{"hang": {"afterBytes": 6}}]""");
        using Process process = host.Start("vmware", "-vl");
        byte[] buffer = new byte[100];
        int read = await process.StandardOutput.BaseStream.ReadAtLeastAsync(buffer, 6, true, cancelled);
        Task<int> more = process.StandardOutput.BaseStream.ReadAsync(buffer, 0, 1, cancelled);
        Task first = await Task.WhenAny(more, Task.Delay(300, cancelled));

        Assert.Equal(6, read);
        Assert.False(first == more, "neither more output nor its end comes");
        Assert.False(process.HasExited, "it stands still");
        process.Kill();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)), "it can be killed");
    }

    [Fact]
    public void Parallel_calls_are_counted_once_each()
    {
        using var host = new HostProcesses();
        host.Faults("""[{"nth": 20, "fail": {"status": 9}}, {"nth": 41, "fail": {"status": 9}}]""");
        int[] statuses = new int[40];
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => statuses[i] = host.Run("vmware -v").Status);

        Assert.Equal(39, statuses.Count(status => status == 0));
        Assert.Equal(9, host.Run("vmware -v").Status);
    }

    [Fact]
    public void A_tool_whose_reader_went_away_dies_of_it()
    {
        using var host = new HostProcesses();
        host.Faults("""[{"flood": {"bytes": 50000000}}]""");
        using Process process = host.Start("vmware", "-v");
        process.StandardOutput.BaseStream.ReadExactly(new byte[10]);
        process.StandardOutput.Close();

        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(10)), "it ends");
        Assert.Equal(128 + 13, process.ExitCode);
    }

    private static string ReadUntilPrompt(Process shell)
    {
        string text = "";
        while (!text.EndsWith("> ", StringComparison.Ordinal))
        {
            int one = shell.StandardOutput.Read();
            Assert.True(one >= 0, $"the output ended after '{text}'");
            text += (char)one;
        }

        return text;
    }
}
