using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.Volumes;

/// <summary>What a guest asks about volumes, over the wire.</summary>
internal static class VolumeGuest
{
    /// <summary>A name for a change.</summary>
    public static string NewId() => Guid.NewGuid().ToString();

    /// <summary>Parameters of a change.</summary>
    /// <param name="name">The volume.</param>
    /// <param name="more">Further members, each with a comma in front.</param>
    /// <param name="id">The operation id; a new one where nothing is given.</param>
    public static string Parameters(string name, string more = "", string? id = null) =>
        $$"""{"name":"{{name}}","operationId":"{{id ?? NewId()}}"{{more}}}""";

    /// <summary>Asks for a change and waits for the answer.</summary>
    public static WireMessage Change(this WireConnection guest, string verb, string name, string more = "", string? id = null) =>
        guest.Call($"volume/{verb}", Parameters(name, more, id), TimeSpan.FromSeconds(30));

    /// <summary>Makes a volume.</summary>
    public static WireMessage Create(this WireConnection guest, string name, long size, string more = "", string? id = null) =>
        guest.Change("create", name, $",\"sizeBytes\":{size}{more}", id);

    /// <summary>The volumes of a datastore by name.</summary>
    /// <param name="guest">Who asks.</param>
    /// <param name="parameters">JSON text; without it the guest's own datastore.</param>
    public static JsonNode[] Volumes(this WireConnection guest, string parameters = "{}") =>
        [.. guest.Call("volume/list", parameters).Result!["items"]!.AsArray().Select(item => item!).OrderBy(item => item.Text("name"), StringComparer.Ordinal)];

    /// <summary>A member that is text; empty where it is absent or null.</summary>
    public static string Text(this JsonNode node, string member) => node[member]?.GetValue<string>() ?? string.Empty;

    /// <summary>Directory of the volumes of the group that every VM is in.</summary>
    public static string GroupOn(this SimulatedHost host, string datastore) => Path.Combine(host.Root, "vmfs", "volumes", datastore, "esxagent", "all");

    /// <summary>What changes have begun and not ended.</summary>
    public static IReadOnlyList<string> StagedOn(this SimulatedHost host, string datastore)
    {
        string staging = Path.Combine(host.GroupOn(datastore), ".staging");
        return Directory.Exists(staging) ? Directory.GetFileSystemEntries(staging) : [];
    }

    /// <summary>Whether <c>vmkfstools</c> works for the agent at the moment.</summary>
    public static bool HasDiskToolRunning(this AgentProcess agent) =>
        ProcessFootprint.ChildrenOf(agent.Id).Any(child => ProcessFootprint.CommandOf(child).Contains("/vmkfstools", StringComparison.Ordinal));

    /// <summary>Lets disks be zeroed and cloned at so many bytes a second.</summary>
    public static void SetDiskSpeed(this SimulatedHost host, long bytesPerSecond) =>
        host.SetFact("disks", new JsonObject { ["zeroBytesPerSecond"] = bytesPerSecond, ["cloneBytesPerSecond"] = bytesPerSecond });
}
