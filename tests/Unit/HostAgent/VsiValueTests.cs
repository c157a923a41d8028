using System.Text;
using EsxAgent.HostAgent.Tools.Vsish;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class VsiValueTests
{
    [Theory]
    [InlineData("14", 14L, null, null)]
    [InlineData("-1", -1L, null, null)]
    [InlineData("4294967295", 4294967295L, null, null)]
    [InlineData("0x641400", 6558720L, null, null)]
    [InlineData("134045160 KB", 134045160L, "KB", null)]
    [InlineData("12345 usec ", 12345L, "usec", null)]
    [InlineData("2394 MHz", 2394L, "MHz", null)]
    [InlineData("29 %", 29L, "%", null)]
    [InlineData("-9223372036854775808", long.MinValue, null, null)]
    [InlineData("0x0 -> ", 0L, null, "")]
    [InlineData(": 0x1 -> WRONG_VNIC", 1L, null, "WRONG_VNIC")]
    [InlineData("0 -> Green", 0L, null, "Green")]
    [InlineData("Heap_PhysContigType: 1 -> Any Physical Contiguity", 1L, null, "Any Physical Contiguity")]
    [InlineData("0x200001a3 -> LRO Pair Dynamic RSS", 0x200001a3L, null, "LRO Pair Dynamic RSS")]
    public void A_number_is_read_with_its_unit_and_label(string text, long value, string? unit, string? label)
    {
        Assert.True(VsiNumber.TryParse(Encoding.UTF8.GetBytes(text), out VsiNumber number));
        Assert.Equal(new VsiNumber(value, false, unit, label), number);
    }

    [Theory]
    [InlineData("18446744073709551615")]
    [InlineData("0xffffffffffffffff")]
    public void The_largest_number_keeps_all_its_bits(string text)
    {
        Assert.True(VsiNumber.TryParse(Encoding.ASCII.GetBytes(text), out VsiNumber number));
        Assert.Equal((ulong.MaxValue, true), ((ulong)number.Value, number.IsUnsigned));
    }

    [Theory]
    [InlineData("")]
    [InlineData("disabled")]
    [InlineData("1.5")]
    [InlineData("00:50:56")]
    [InlineData("6:85:7")]
    [InlineData("12 of 34")]
    [InlineData("-> Green")]
    [InlineData("18446744073709551616")]
    [InlineData("0x")]
    [InlineData("0x12345678901234567")]
    [InlineData("0123456789")]
    [InlineData("-0")]
    [InlineData("-")]
    [InlineData("+5")]
    [InlineData("-9223372036854775809")]
    [InlineData("7KB")]
    [InlineData("0x10 KB")]
    [InlineData("5 KB\nand more")]
    [InlineData("1 -> one\ntwo")]
    [InlineData("a type: 1 -> one")]
    [InlineData("5 -> 6 -> \n")]
    public void What_is_no_number_stays_text(string text)
    {
        Assert.False(VsiNumber.TryParse(Encoding.ASCII.GetBytes(text), out _));
    }

    [Theory]
    [InlineData("5 KB", 5120L)]
    [InlineData("5 MB", 5242880L)]
    [InlineData("5", 5L)]
    [InlineData("5 MHz", null)]
    public void A_quantity_of_memory_is_told_in_bytes(string text, long? bytes)
    {
        Assert.True(VsiNumber.TryParse(Encoding.ASCII.GetBytes(text), out VsiNumber number));

        Assert.Equal(bytes, number.Bytes);
    }

    [Theory]
    [InlineData("56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a", "564db163-53a5-dde6-60d5-7a08dc4cc19a")]
    [InlineData(" 56 4D B1 63 53 A5 DD E6 60 D5 7A 08 DC 4C C1 9A ", "564db163-53a5-dde6-60d5-7a08dc4cc19a")]
    [InlineData("564db163-53a5-dde6-60d5-7a08dc4cc19a", "564db163-53a5-dde6-60d5-7a08dc4cc19a")]
    [InlineData("56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1", null)]
    [InlineData("56 4d b1 63 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a 00", null)]
    [InlineData("5 64 db163 53 a5 dd e6-60 d5 7a 08 dc 4c c1 9a", null)]
    [InlineData("zz", null)]
    [InlineData("", null)]
    public void A_uuid_keeps_the_order_in_which_its_bytes_are_printed(string text, string? uuid)
    {
        Assert.Equal(uuid, VsiUuid.FromText(Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    public void A_uuid_may_be_an_array_of_sixteen_numbers()
    {
        var node = new StringBuilder("T {\n   UUID:");
        for (int i = 0; i < 16; i++)
        {
            node.Append($"[{i}]: 0x{(i * 16) + 1:x2}\n");
        }

        VsiText text = VsiText.Parse(Encoding.ASCII.GetBytes(node + "}\n"));

        Assert.Equal("01112131-4151-6171-8191-a1b1c1d1e1f1", VsiUuid.FromArray(text, text.Find(["UUID"])));
    }
}
