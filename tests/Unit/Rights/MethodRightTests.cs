using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using EsxAgent.HostAgent.Operations;
using EsxAgent.Protocol.Messages;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Rights;

/// <summary>Every method of the agent's table needs the right that it names, that one alone, and nothing gets past it.</summary>
public sealed class MethodRightTests
{
    private const string Node = "/hardware/cpu/cpuModelName";

    [Fact]
    public void The_table_holds_what_the_protocol_names_and_nothing_else()
    {
        IEnumerable<string> named =
            from field in typeof(Methods).GetFields(BindingFlags.Public | BindingFlags.Static)
            where field.IsLiteral
            select (string)field.GetRawConstantValue()!;

        Assert.Equal(Sorted(named.Except(KnownCalls.OfSession).Except(KnownCalls.Notifications)), Sorted(AgentTable.Rows.Select(row => row.Name)));
    }

    [Fact]
    public void Every_method_of_the_table_is_called_by_these_tests()
    {
        Assert.Equal(Sorted(AgentTable.Rows.Select(row => row.Name)), Sorted(KnownCalls.All.Select(call => call.Method).Distinct()));
    }

    [Fact]
    public void A_right_has_the_name_of_its_method_and_few_need_none()
    {
        Assert.All(AgentTable.Guarded, row => Assert.Equal(row.Name, row.Right));
        Assert.Equal(["$/ping", "agent/status", "initialize"], Sorted(AgentTable.Rows.Where(row => row.IsOpen).Select(row => row.Name)));
    }

    [Fact]
    public void What_takes_an_operation_id_is_a_change_and_nothing_else_is()
    {
        string[] changes = Sorted(AgentTable.Rows.Where(row => row.IsChange).Select(row => row.Name));

        Assert.Equal(15, changes.Length);
        Assert.Equal(Sorted(KnownCalls.Naming("{operation}").Select(call => call.Method).Distinct()), changes);
    }

    /// <summary>A VM for each method that has its right alone, and one for each that has every other: all of them ask one agent.</summary>
    [Fact]
    public void Each_method_is_refused_without_its_right_and_answered_with_nothing_but_it()
    {
        IReadOnlyList<Method> rows = AgentTable.Guarded;
        string[] machines = [.. rows.Select((_, i) => $"with{i}"), .. rows.Select((_, i) => $"without{i}")];
        using var world = World.Start(machines: machines, prepare: host => host.SetPolicy(Policy(rows)));
        for (int i = 0; i < rows.Count; i++)
        {
            using WireConnection with = world.Guest(i);
            using WireConnection without = world.Guest(rows.Count + i);
            foreach ((string method, string parameters) in KnownCalls.All.Where(call => call.Method == rows[i].Name))
            {
                MustBeRefused(without, method, rows[i].Right!, Fill(parameters));
                MustNotBeRefused(with, method, Fill(parameters));
            }

            // The right of one method is none to another.
            Method next = rows[(i + 1) % rows.Count];
            MustBeRefused(with, next.Name, next.Right!, Fill(KnownCalls.All.First(call => call.Method == next.Name).Parameters));
        }
    }

    [Fact]
    public void What_needs_no_right_is_answered_to_a_VM_without_any()
    {
        using var world = World.Start(prepare: static host => host.SetPolicy("""{"version":1,"groups":[]}"""));
        using WireConnection guest = world.Connect();
        Assert.NotNull(guest.Initialize().Result);
        foreach (Method row in AgentTable.Rows.Where(row => row.IsOpen && row.Name != Methods.Initialize))
        {
            Assert.NotNull(guest.Call(row.Name, KnownCalls.All.First(call => call.Method == row.Name).Parameters).Result);
        }

        foreach (Method row in AgentTable.Guarded)
        {
            MustBeRefused(guest, row.Name, row.Right!, Fill(KnownCalls.All.First(call => call.Method == row.Name).Parameters));
        }

        Assert.Null(guest.Call("shutdown").Result);
    }

    private static void MustBeRefused(WireConnection guest, string method, string right, string parameters)
    {
        WireMessage answer = guest.Call(method, parameters).MustFail("AccessDenied", -32010);
        Assert.Contains($"has no right '{right}' in the host's policy", answer.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(right, answer.Json["error"]!["data"]!["target"]!.GetValue<string>());
    }

    private static void MustNotBeRefused(WireConnection guest, string method, string parameters)
    {
        WireMessage answer = guest.Call(method, parameters);
        Assert.True(answer.ErrorKind is not ("AccessDenied" or "InvalidParams" or "InternalError"), $"'{method}' should do its work with its right, this came: {answer}");
    }

    private static string Fill(string parameters) => KnownCalls.Fill(
        parameters, ("{name}", "nothing"), ("{datastore}", "datastore1"), ("{disk}", "/vmfs/volumes/datastore1/nothing/nothing.vmdk"), ("{node}", Node));

    private static string Policy(IReadOnlyList<Method> rows)
    {
        IEnumerable<object> groups = rows.Select((row, i) => Group($"with{i}", [row.Right!]))
            .Concat(rows.Select((row, i) => Group($"without{i}", [.. rows.Select(other => other.Right!).Where(right => right != row.Right)])));
        return JsonSerializer.Serialize(new { version = 1, groups });
    }

    private static object Group(string name, string[] methods) => new
    {
        name,
        members = new[] { new { name } },
        methods,
        vsi = new[] { "/" },
        datastores = new[] { new { name = "*" } },
        vmdkPaths = new[] { "/vmfs/volumes/" },
        rates = new { requestsPerSecond = 1_000_000, changesPerMinute = 1_000_000 },
    };

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];
}
