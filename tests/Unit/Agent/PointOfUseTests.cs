using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using EsxAgent.Tests.Volumes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>Right before anything is destroyed the host is asked again who is calling: another VM in the place of the one that connected destroys nothing.</summary>
public sealed class PointOfUseTests : IDisposable
{
    private readonly World _world = World.Start(datastores: ["ds1=10GB"]);
    private readonly WireConnection _guest;

    public PointOfUseTests()
    {
        _guest = _world.Guest();
        _ = _guest.Create("v", 1 << 20).Result;
        _ = Ask("sidecar/create", ",\"key\":\"k\",\"sizeBytes\":8192").Result;
        File.WriteAllText(Path.Combine(Volume, "foreign.txt"), "not of the volume");
    }

    private string Volume => Path.Combine(_world.Host.GroupOn("ds1"), "v");

    public static TheoryData<string, string> Destructions => new()
    {
        { "volume/remove", ",\"force\":true" },
        { "volume/repair", ",\"actions\":[\"removeFile:foreign.txt\"]" },
        { "sidecar/remove", ",\"key\":\"k\"" },
        { "sidecar/clear", string.Empty },
        { "sidecar/resize", ",\"key\":\"k\",\"sizeBytes\":4096" },
    };

    [Theory]
    [MemberData(nameof(Destructions))]
    public void Another_VM_in_the_place_of_the_caller_destroys_nothing(string method, string parameters)
    {
        KeyValuePair<string, long>[] before = Files();
        _world.Host.EditNode(
            _world.Machine().GroupInfoNode,
            text => text.Replace(Printed(_world.Machine().BiosUuid), Printed(_world.Machine(1).BiosUuid), StringComparison.Ordinal));

        Ask(method, parameters).MustFail("PeerUnidentified", -32011);

        _guest.MustEnd();
        Assert.Equal(before, Files());
    }

    [Theory]
    [MemberData(nameof(Destructions))]
    public void The_VM_itself_destroys_what_it_asks_to(string method, string parameters)
    {
        KeyValuePair<string, long>[] before = Files();
        Assert.NotNull(Ask(method, parameters).Result);
        Assert.NotEqual(before, Files());
    }

    public void Dispose()
    {
        _guest.Dispose();
        _world.Dispose();
    }

    private WireMessage Ask(string method, string parameters) =>
        _guest.Call(method, $$"""{"operationId":"{{VolumeGuest.NewId()}}","name":"v"{{parameters}}}""");

    private KeyValuePair<string, long>[] Files() => !Directory.Exists(Volume) ? []
        : [.. new DirectoryInfo(Volume).GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => KeyValuePair.Create(file.Name, file.Length))];

    /// <summary>As the node prints it: pairs of digits with blanks and one dash.</summary>
    private static string Printed(string uuid)
    {
        string digits = uuid.Replace("-", string.Empty, StringComparison.Ordinal);
        string pairs = string.Join(' ', Enumerable.Range(0, 16).Select(i => digits.Substring(2 * i, 2)));
        return pairs[..23] + "-" + pairs[24..];
    }
}
