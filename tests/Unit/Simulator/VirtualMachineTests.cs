using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using EsxAgent.Simulator;
using EsxAgent.Simulator.Commands;
using EsxAgent.Simulator.Host;
using EsxAgent.Simulator.Profiles;
using Xunit;

namespace EsxAgent.Tests.Simulator;

public sealed class VirtualMachineTests
{
    public static TheoryData<string> Profiles => [.. Profile.Names];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void A_cartel_leads_to_the_machine(string profile)
    {
        using var host = new SimulatedHost(profile);
        foreach (VirtualMachine machine in VirtualMachine.ReadAll(host.Host))
        {
            Assert.Equal($"{machine.WorldGroupLeader}\n", host.Get($"/userworld/cartel/{machine.CartelId}/vmmLeader"));
            Assert.Contains("-x " + machine.Vmx, host.Get($"/userworld/cartel/{machine.CartelId}/cmdline"), StringComparison.Ordinal);
            Assert.Equal($"{machine.CartelId}\n", host.Get($"/vm/{machine.WorldGroupLeader}/vmxCartelID"));
            Assert.Equal($"vmm0:{machine.Name}\n", host.Get($"/world/{machine.WorldGroupLeader}/name"));

            string info = host.Get($"/vm/{machine.WorldGroupLeader}/vmmGroupInfo");
            Assert.Contains($"display name:{machine.Name}\n", info, StringComparison.Ordinal);
            Assert.Contains($"path:{machine.Vmx}\n", info, StringComparison.Ordinal);
            Assert.Contains($"uuid:{VmwareUuid.Parse(machine.BiosUuid)!.Spaced}\n", info, StringComparison.Ordinal);
            Assert.Contains($"uuid:{VmwareUuid.Parse(machine.InstanceUuid)!.Spaced}\n", info, StringComparison.Ordinal);
            Assert.True(File.Exists(host.Host.Map(machine.Vmx)), "the configuration file is there");
        }
    }

    [Fact]
    public void The_first_machine_is_the_first_in_vsish()
    {
        using var host = new SimulatedHost();
        IEnumerable<string> leaders = VirtualMachine.ReadAll(host.Host).Select(one => one.WorldGroupLeader.ToString(CultureInfo.InvariantCulture) + "/");

        Assert.Equal(leaders, host.List("/vm"));
    }

    [Fact]
    public void A_machine_that_is_off_has_no_nodes_and_gets_them_back()
    {
        using var host = new SimulatedHost();
        string[] before = Nodes(host);
        VirtualMachine web = VirtualMachine.ReadAll(host.Host)[0];

        VmCommand.Run(["off", host.Host.Root, "web01"]);
        Assert.DoesNotContain(Nodes(host), node => node.Contains(web.CartelId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        Assert.DoesNotContain(Nodes(host), node => node.Contains(web.WorldGroupLeader.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        Assert.DoesNotContain("web01", host.Run("esxcli vm process list").Output, StringComparison.Ordinal);
        Assert.Contains("web01", VmCommand.Run(["list", host.Host.Root]), StringComparison.Ordinal);
        Assert.Equal(1, host.Run($"vsish -e get /userworld/cartel/{web.CartelId}/vmmLeader").Status);

        VmCommand.Run(["off", host.Host.Root, "web01"]);
        VmCommand.Run(["on", host.Host.Root, "web01"]);
        Assert.Equal(before, Nodes(host));
        Assert.Equal(web, VirtualMachine.ReadAll(host.Host)[0]);
    }

    [Fact]
    public void With_all_machines_off_the_directory_of_machines_is_empty()
    {
        using var host = new SimulatedHost();
        VmCommand.Run(["off", host.Host.Root, "web01"]);
        VmCommand.Run(["off", host.Host.Root, "db01"]);

        Assert.Equal((0, ""), (host.Run("vsish -e ls /vm").Status, host.Run("vsish -e ls /vm").Output));
    }

    [Fact]
    public void A_machine_is_added_with_the_ids_that_were_asked_for()
    {
        using var host = new SimulatedHost();
        VmCommand.Run(
        [
            "add", host.Host.Root, "new", "--cartel", "2200000", "--bios-uuid", "564db163-53a5-dde6-60d5-7a08dc4cc19a",
            "--instance-uuid=52 3b 00 00 00 00 00 00-00 00 00 00 00 00 00 01",
        ]);
        VirtualMachine machine = VirtualMachine.ReadAll(host.Host).Single(one => one.Name == "new");

        Assert.Equal((3, 2200000, "564db163-53a5-dde6-60d5-7a08dc4cc19a", "523b0000-0000-0000-0000-000000000001"),
            (machine.VmId, machine.CartelId, machine.BiosUuid, machine.InstanceUuid));
        Assert.Contains("display name:new\n", host.Get($"/vm/{machine.WorldGroupLeader}/vmmGroupInfo"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "list|on|off|add")]
    [InlineData("zap DIR", "list|on|off|add")]
    [InlineData("list", "vm list DIR")]
    [InlineData("list DIR more", "vm list DIR")]
    [InlineData("on DIR", "vm on DIR NAME")]
    [InlineData("off DIR nope", "no virtual machine 'nope'")]
    [InlineData("add DIR web01", "a virtual machine 'web01' already")]
    [InlineData("add DIR new --cartel x", "'x' is no cartel id")]
    [InlineData("add DIR new --cartel -5", "'-5' is no cartel id")]
    [InlineData("add DIR new --cartel 2098311", "taken by a process of the host")]
    [InlineData("add DIR new --bios-uuid 12", "'12' is no uuid")]
    [InlineData("list /nonexistent", "is not a simulated host")]
    public void A_wrong_call_of_vm_is_refused(string commandLine, string expected)
    {
        using var host = new SimulatedHost();
        string[] arguments = commandLine.Replace("DIR", host.Host.Root, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        SimulatorException problem = Assert.Throws<SimulatorException>(() => VmCommand.Run(arguments));

        Assert.Equal(2, problem.Status);
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Equal(2, VirtualMachine.ReadAll(host.Host).Count);
    }

    [Fact]
    public void Two_machines_cannot_share_worlds()
    {
        using var host = new SimulatedHost();
        int taken = VirtualMachine.ReadAll(host.Host)[0].CartelId;

        Assert.Contains(
            "too near",
            Assert.Throws<SimulatorException>(
                () => VmCommand.Run(["add", host.Host.Root, "new", "--cartel", (taken + 2).ToString(CultureInfo.InvariantCulture)])).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host.json", "{", "vmware -v", "host.json:1: not valid JSON")]
    [InlineData("host.json", "{}", "vmware -v", "'hardware' is missing")]
    [InlineData("datastores.json", "{}", "esxcli storage filesystem list", "not a list")]
    [InlineData("datastores.json", "[{\"name\":5}]", "esxcli storage filesystem list", "'name' is missing")]
    [InlineData("vms/1/vm.json", "[]", "esxcli vm process list", "vm.json: 'name' is missing")]
    public void A_broken_file_of_the_host_is_no_simulated_failure(string file, string text, string call, string expected)
    {
        using var host = new SimulatedHost();
        host.Write(file, text);
        ToolResult result = host.Run(call);

        Assert.Equal(70, result.Status);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(one => one == '\n'));
    }

    private static string[] Nodes(SimulatedHost host) =>
        [.. Directory.EnumerateFileSystemEntries(host.Host.Vsi, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
