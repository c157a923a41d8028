using EsxAgent.Simulator.Host;
using Xunit;

namespace EsxAgent.Tests.Simulator;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("40GB", 42949672960)]
    [InlineData("512MB", 536870912)]
    [InlineData("1.5TB", 1649267441664)]
    [InlineData("1.5tb", 1649267441664)]
    [InlineData("10 GB", 10737418240)]
    [InlineData("10GiB", 10737418240)]
    [InlineData("64k", 65536)]
    [InlineData("7", 7)]
    [InlineData("7B", 7)]
    public void A_size_is_read_with_binary_units(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out long parsed), $"'{text}' is a size");
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("1XB")]
    [InlineData("1GBs")]
    [InlineData("1.2.3GB")]
    [InlineData("99999999999PB")]
    [InlineData("1e3GB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _), $"'{text}' is no size");

    [Theory]
    [InlineData(512, "512 bytes")]
    [InlineData(1048576, "1 MB")]
    [InlineData(128580583424, "119.8 GB")]
    [InlineData(70368744177664, "64 TB")]
    public void A_size_is_rounded_for_people(long bytes, string text) => Assert.Equal(text, ByteSize.Human(bytes));
}
