using EsxAgent.Client;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>Sizes as people write them.</summary>
public sealed class DiskSizeTests
{
    [Theory]
    [InlineData("10GB", 10L << 30)]
    [InlineData("10 GB", 10L << 30)]
    [InlineData("10GiB", 10L << 30)]
    [InlineData(" 10 gib ", 10L << 30)]
    [InlineData("10g", 10L << 30)]
    [InlineData("1.5tb", 3L << 39)]
    [InlineData("0.5 KB", 512)]
    [InlineData("1048576", 1_048_576)]
    [InlineData("1048576 B", 1_048_576)]
    [InlineData("2PB", 2L << 50)]
    [InlineData("0", 0)]
    [InlineData("-1GB", -1L << 30)]
    [InlineData("0.0000001KB", 1)]
    [InlineData("7.9EB", 9_108_079_886_394_091_111)]
    public void A_size_is_read(string text, long expected)
    {
        Assert.True(DiskSize.TryParse(text, out long bytes), $"'{text}' is a size.");
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GB")]
    [InlineData("ten GB")]
    [InlineData("10 GBs")]
    [InlineData("10 bananas")]
    [InlineData("1,5 TB")]
    [InlineData("1.5.2 TB")]
    [InlineData("1e3")]
    [InlineData("10 20 GB")]
    [InlineData("99 EB")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("79228162514264337593543950335 EB")]
    public void What_is_no_size_is_refused(string text) => Assert.False(DiskSize.TryParse(text, out _), $"'{text}' is no size.");

    [Theory]
    [InlineData(1, 512)]
    [InlineData(512, 512)]
    [InlineData(513, 1_024)]
    [InlineData((10L << 30) + 1, (10L << 30) + 512)]
    [InlineData(0, 0)]
    [InlineData(-1, -1)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void A_disk_has_whole_sectors(long bytes, long expected) => Assert.Equal(expected, DiskSize.ToWholeSectors(bytes));
}
