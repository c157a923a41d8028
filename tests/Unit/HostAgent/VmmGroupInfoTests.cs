using System;
using System.Text;
using EsxAgent.HostAgent.Sessions;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class VmmGroupInfoTests
{
    private const string Bios = "56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a";
    private const string BiosUuid = "564db163-53a5-dde6-60d5-7a08dc4cc19a";
    private const string Instance = "52 3b 00 00 00 00 00 00-00 00 00 00 00 00 00 28";
    private const string InstanceUuid = "523b0000-0000-0000-0000-000000000028";

    [Theory]
    [InlineData("web01")]
    [InlineData("a: b {")]
    [InlineData("}")]
    [InlineData("Übung [1] %2f \"x\"")]
    [InlineData("blanks at the end  ")]
    [InlineData("uuid:00 00")]
    [InlineData("config file path:/vmfs/volumes/x/y.vmx")]
    [InlineData("")]
    public void A_name_is_taken_as_it_is(string name)
    {
        var info = Read(Node(name));

        Assert.Equal(new VmmGroupInfo(name, BiosUuid, InstanceUuid, "/vmfs/volumes/ds:1/x/x.vmx"), info);
    }

    [Fact]
    public void Without_vCenter_there_is_no_instance_uuid()
    {
        Assert.Null(Read(Node("x").Replace(Instance, string.Empty))!.InstanceUuid);
    }

    [Fact]
    public void Other_releases_write_the_labels_differently()
    {
        Assert.Equal(InstanceUuid, Read(Node("x").Replace("VC uuid", "vc uuid").Replace("config file path", "cfg path"))!.InstanceUuid);
    }

    [Theory]
    [InlineData("\n   uuid:00 00 00 00 00 00 00 00-00 00 00 00 00 00 00 00")]
    [InlineData("\n   config file path:/vmfs/volumes/other/other.vmx")]
    [InlineData("\n   display name:somebody else")]
    [InlineData("\n   VC uuid:52 3b 00 00 00 00 00 00-00 00 00 00 00 00 00 29")]
    public void A_name_that_brings_a_second_line_of_a_kind_is_nobody(string suffix)
    {
        Assert.Contains("twice", Problem(Node("x" + suffix)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\nsecond line")]
    [InlineData("\n   other:member")]
    [InlineData("\n")]
    public void A_name_that_does_not_end_with_its_line_is_nobody(string suffix)
    {
        Assert.Contains("behind the name", Problem(Node("x" + suffix)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_may_put_a_blank_behind_each_colon()
    {
        Assert.Equal("web01 ", Read(Node("web01 ").Replace(":", ": "))!.Name);
        Assert.Equal(" web01", Read(Node(" web01"))!.Name);
    }

    [Fact]
    public void Members_that_are_not_known_do_no_harm_where_they_cannot_be_part_of_the_name()
    {
        Assert.Equal("x", Read(Node("x").Replace("\n}\n", "\n   numVCPUs:2\n   group flags: 0x21 -> USER_WORLD\n}\n"))!.Name);
    }

    [Theory]
    [InlineData("display name")]
    [InlineData("uuid")]
    [InlineData("VC uuid")]
    [InlineData("config file path")]
    public void A_missing_line_is_nobody(string label)
    {
        Assert.Contains("lacks", Problem(Node("x").Replace("   " + label + ":", "   other:")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Bios, "56 4d")]
    [InlineData(Bios, "")]
    [InlineData(Instance, "nonsense")]
    [InlineData("/vmfs/volumes/ds:1/x/x.vmx", " ")]
    public void A_uuid_or_path_that_cannot_be_read_is_nobody(string old, string replacement)
    {
        Assert.Contains("cannot be read", Problem(Node("x").Replace(old, replacement)), StringComparison.Ordinal);
    }

    private static string Node(string name) =>
        $"group info {{\n   process id:-1\n   uuid:{Bios}\n   VC uuid:{Instance}\n   display name:{name}\n   config file path:/vmfs/volumes/ds:1/x/x.vmx\n}}\n";

    private static VmmGroupInfo? Read(string text) => VmmGroupInfo.TryRead(Encoding.UTF8.GetBytes(text), out _);

    private static string? Problem(string text)
    {
        Assert.Null(VmmGroupInfo.TryRead(Encoding.UTF8.GetBytes(text), out string? problem));
        return problem;
    }
}
