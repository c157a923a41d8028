using EsxAgent.Simulator.Host;
using Xunit;

namespace EsxAgent.Tests.Simulator;

public sealed class IdTests
{
    [Fact]
    public void A_uuid_keeps_its_bytes_in_printed_order()
    {
        VmwareUuid uuid = VmwareUuid.Parse("56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a")!;

        Assert.Equal("564db163-53a5-dde6-60d5-7a08dc4cc19a", uuid.Hyphenated);
        Assert.Equal("56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a", uuid.Spaced);
        Assert.StartsWith("[0]: 0x56\n[1]: 0x4d\n", uuid.ArrayLines);
        Assert.EndsWith("[15]: 0x9a", uuid.ArrayLines);
        Assert.StartsWith("0x56 0x4d 0xb1", uuid.PrefixedBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("564db163-53a5-dde6-60d5-7a08dc4cc1")]
    [InlineData("564db163-53a5-dde6-60d5-7a08dc4cc19z")]
    public void What_is_no_uuid_is_refused(string text) => Assert.Null(VmwareUuid.Parse(text));

    [Fact]
    public void Ids_are_the_same_on_every_run_and_differ_by_name()
    {
        Assert.Equal(1551237091177761554UL, StableId.Hash("web01"));
        Assert.NotEqual(StableId.Hash("web01"), StableId.Hash("web02"));
        Assert.NotEqual(StableId.Hash("a", "bc"), StableId.Hash("ab", "c"));
    }
}
