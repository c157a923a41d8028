using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Volumes;

/// <summary>One sidecar that guests of two agents write at the same time: each write replaces what its writer has read, or is refused.</summary>
public sealed class SidecarSharingTests : IDisposable
{
    private const int Writers = 4;
    private const int Increments = 10;
    private const string Sidecar = "\"name\":\"v1\",\"key\":\"counter\"";

    private readonly SimulatedHost _host = SimulatedHost.Make(machines: ["web01"], datastores: ["ds1=100GB"]);

    [Fact]
    public async Task No_update_is_lost_where_two_agents_and_several_sessions_count_in_one_sidecar()
    {
        string[] sockets = [Path.Combine(_host.Directory, "s0"), Path.Combine(_host.Directory, "s1")];
        using AgentProcess one = AgentProcess.Serve(_host, [$"unix:{sockets[0]}"]);
        using AgentProcess other = AgentProcess.Serve(_host, [$"unix:{sockets[1]}"]);
        using WireConnection guest = WireConnection.OpenSession(sockets[0]);
        _ = guest.Create("v1", 1 << 20).Result;
        _ = guest.Call("sidecar/create", $$"""{{{Sidecar}},"sizeBytes":4096,"operationId":"{{Guid.NewGuid()}}"}""").Result;

        string[] refusals = [.. (await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => Count(sockets[i % 2]))))).SelectMany(kinds => kinds)];

        Assert.Equal(Writers * Increments, Read(guest));
        Assert.All(refusals, kind => Assert.Equal("OperationConflict", kind));
    }

    public void Dispose() => _host.Dispose();

    /// <summary>Adds one again and again; what is refused is read and tried once more.</summary>
    /// <returns>Kinds of the refusals.</returns>
    private static List<string> Count(string socket)
    {
        var refusals = new List<string>();
        using WireConnection guest = WireConnection.OpenSession(socket);
        for (int done = 0; done < Increments;)
        {
            int number = Read(guest);
            string hash = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));
            string next = Convert.ToBase64String(BitConverter.GetBytes(number + 1));
            WireMessage answer = guest.Call(
                "sidecar/write", $$"""{{{Sidecar}},"base64":"{{next}}","ifHash":"{{hash}}","operationId":"{{Guid.NewGuid()}}"}""");
            if (answer.ErrorKind is string kind)
            {
                refusals.Add(kind);
            }
            else
            {
                done++;
            }
        }

        return refusals;
    }

    private static int Read(WireConnection guest)
    {
        JsonNode read = guest.Call("sidecar/read", $$"""{{{Sidecar}},"length":4}""").Result!;
        return BitConverter.ToInt32(Convert.FromBase64String(read["base64"]!.GetValue<string>()));
    }
}
