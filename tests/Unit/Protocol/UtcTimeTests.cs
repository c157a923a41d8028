using System;
using System.Text.Json;
using EsxAgent.Protocol;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EsxAgent.Tests.Protocol;

/// <summary>Times as they stand on the wire and in the logs.</summary>
public sealed class UtcTimeTests
{
    [Theory]
    [InlineData(0, "2026-03-01T09:30:05Z")]
    [InlineData(1, "2026-03-01T09:30:05.0000001Z")]
    [InlineData(625_000, "2026-03-01T09:30:05.0625Z")]
    [InlineData(9_999_999, "2026-03-01T09:30:05.9999999Z")]
    public void A_time_on_the_wire_has_as_much_of_a_fraction_as_there_is(long ticks, string expected) =>
        Assert.Equal(expected, UtcTime.Exact(new DateTime(2026, 3, 1, 9, 30, 5, DateTimeKind.Utc).AddTicks(ticks)));

    [Theory]
    [InlineData(0, "2026-03-01T09:30:05.000Z")]
    [InlineData(625_000, "2026-03-01T09:30:05.062Z")]
    [InlineData(9_999_999, "2026-03-01T09:30:05.999Z")]
    public void A_time_in_a_log_has_milliseconds_and_is_never_rounded_up(long ticks, string expected) =>
        Assert.Equal(expected, UtcTime.Milliseconds(new DateTime(2026, 3, 1, 9, 30, 5, DateTimeKind.Utc).AddTicks(ticks)));

    [Fact]
    public void Every_time_is_written_as_the_library_writes_it() =>
        Prop.ForAll(ArbMap.Default.GeneratorFor<long>().Select(any => new DateTime(Math.Abs(any % DateTime.MaxValue.Ticks), DateTimeKind.Utc)).ToArbitrary(), time =>
            JsonSerializer.Serialize(time) == $"\"{UtcTime.Exact(time)}\"").QuickCheckThrowOnFailure();

    [Fact]
    public void The_first_and_the_last_time_are_written_too()
    {
        Assert.Equal("0001-01-01T00:00:00Z", UtcTime.Exact(DateTime.MinValue));
        Assert.Equal("9999-12-31T23:59:59.9999999Z", UtcTime.Exact(DateTime.MaxValue));
    }
}
