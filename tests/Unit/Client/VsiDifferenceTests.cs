using System;
using EsxAgent.Client;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Client;

/// <summary>How far values of vsish move.</summary>
public sealed class VsiDifferenceTests
{
    [Fact]
    public void Numbers_have_the_difference_that_leads_from_one_to_the_other()
    {
        Assert.Equal(new VsiIntegerValue(-3), VsiDifference.Between(new VsiIntegerValue(10), new VsiIntegerValue(7)));
        Assert.Equal(new VsiIntegerValue(2), VsiDifference.Between(new VsiHexValue(0xfe, "0xfe"), new VsiHexValue(0x100, "0x100")));
        Assert.Equal(new VsiQuantityValue(5, "KB"), VsiDifference.Between(new VsiQuantityValue(1, "KB"), new VsiQuantityValue(6, "KB")));
    }

    [Fact]
    public void Differences_of_the_largest_and_smallest_numbers_are_exact()
    {
        Int128 whole = (Int128)ulong.MaxValue - long.MinValue;

        Assert.Equal(new VsiIntegerValue(whole), VsiDifference.Between(new VsiIntegerValue(long.MinValue), new VsiIntegerValue(ulong.MaxValue)));
    }

    [Fact]
    public void What_is_no_amount_or_became_another_kind_has_none()
    {
        VsiValue[] values =
        [
            new VsiTextValue("a"), new VsiLabelValue(1, "on", null), new VsiUuidValue(Guid.NewGuid()), new VsiIntegerValue(1), new VsiQuantityValue(1, "KB"),
            new VsiQuantityValue(1, "MB"),
        ];

        foreach (VsiValue before in values)
        {
            Assert.Null(VsiDifference.Between(before, null));
            Assert.Null(VsiDifference.Between(null, before));
            foreach (VsiValue after in values)
            {
                bool isAmount = before == after && after is VsiIntegerValue or VsiQuantityValue;
                Assert.Equal(isAmount && before == after, VsiDifference.Between(before, after) is not null);
            }
        }
    }

    [Fact]
    public void A_struct_has_those_members_that_have_a_difference_also_where_a_name_comes_twice_or_the_order_changed()
    {
        VsiStructValue before = Struct(("Rx", 1), ("Name", null), ("Rx", 10), ("Gone", 5));
        VsiStructValue after = Struct(("Name", null), ("Rx", 4), ("Rx", 30), ("New", 5), ("Rx", 7));

        VsiStructValue difference = Assert.IsType<VsiStructValue>(VsiDifference.Between(before, after));

        Assert.Equal("device", difference.Title);
        Assert.Equal([new VsiMember("Rx", new VsiIntegerValue(3)), new VsiMember("Rx", new VsiIntegerValue(20))], difference.Members);
        Assert.Null(VsiDifference.Between(Struct(("Name", null)), Struct(("Name", null))));
    }

    [Fact]
    public void A_list_has_a_difference_only_where_each_of_its_elements_has()
    {
        var one = new VsiArrayValue([new VsiIntegerValue(1), new VsiIntegerValue(2)]);
        var two = new VsiArrayValue([new VsiIntegerValue(5), new VsiIntegerValue(2)]);

        Assert.Equal([new VsiIntegerValue(4), new VsiIntegerValue(0)], Assert.IsType<VsiArrayValue>(VsiDifference.Between(one, two)).Items);
        Assert.Null(VsiDifference.Between(one, new VsiArrayValue([new VsiIntegerValue(1)])));
        Assert.Null(VsiDifference.Between(one, new VsiArrayValue([new VsiIntegerValue(1), new VsiTextValue("x")])));
        Assert.Null(VsiDifference.Between(new VsiArrayValue([]), new VsiArrayValue([])));
    }

    private static VsiStructValue Struct(params (string Name, int? Number)[] members) => new("device", Array.ConvertAll(members, static member =>
        new VsiMember(member.Name, member.Number is int number ? new VsiIntegerValue(number) : new VsiTextValue("x"))));
}
