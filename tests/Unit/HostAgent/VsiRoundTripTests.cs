using System;
using System.Linq;
using System.Text.Json;
using EsxAgent.Protocol.Messages;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

/// <summary>Any value that vsish can print comes back the same, whatever habits of printing a release has.</summary>
public sealed class VsiRoundTripTests
{
    private static readonly Gen<string> Words = Gen.Elements(
        "Free", "Total", "Driver Name", "# queues supported", "Monitor wait supported?", "Family/Model", "Total (pages)", "2MB pages", "a.b", "é", "x", "[x]",
        "{y}", "%2f", "-1");

    private static readonly Gen<string> Texts = Gen.Elements(
        "", "text", "00:50:56:aa:bb:cc", "vmm0:NAME", "0000:18:00.0", "/vmfs/volumes/ds:1/x y.vmx", "a { b", "}x", "-> y", "1.5", "007", "1 2 3",
        "Übung [1] %2f", "x]: y");

    private static readonly Gen<string> FurtherLines = Gen.Elements(
        "", "\nsecond line", "\n   indented", "\n\nafter a blank line", "\n-- x", "\n[x]", "\n1 KB");

    private static readonly Gen<Int128> Numbers = Gen.Elements<Int128>(0, 1, -1, 14, 4294967295, long.MaxValue, long.MinValue, ulong.MaxValue);

    private static readonly Gen<string> Labels = Gen.Elements("", "Green", "LRO Pair Dynamic RSS", "a: b", "a -> b", "{x}");

    private static readonly Gen<string?> Types = Gen.Elements(null, "Heap_PhysContigType");

    private static readonly Gen<VsiPrintStyle> Styles =
        from keepsIndent in ArbMap.Default.GeneratorFor<bool>()
        from pads in ArbMap.Default.GeneratorFor<bool>()
        from blank in ArbMap.Default.GeneratorFor<bool>()
        from trailing in Gen.Choose(0, 3)
        from end in Gen.Elements("\n", "\r\n")
        select new VsiPrintStyle(keepsIndent, pads, blank, trailing, end);

    [Fact]
    public void What_is_printed_is_read_back()
    {
        Gen<(VsiValue Value, VsiPrintStyle Style)> cases = Values(3).SelectMany(value => Styles.Select(style => (value, style)));

        Prop.ForAll(cases.ToArbitrary(), one =>
        {
            string printed = VsiPrinter.Print(one.Value, one.Style);
            string expected = JsonSerializer.Serialize(one.Value, ProtocolJson.Default.VsiValue);
            VsiValue value = JsonSerializer.Deserialize(VsiJsonTests.Written(printed), ProtocolJson.Default.VsiValue)!;
            string read = JsonSerializer.Serialize(value, ProtocolJson.Default.VsiValue);

            // Line ends inside of a text are kept as they were printed.
            return (expected == read.Replace("\\r\\n", "\\n", StringComparison.Ordinal)).Label($"{one.Style}\n{printed}\nwas read as {read}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));
    }

    private static Gen<VsiValue> Values(int depth)
    {
        Gen<VsiValue> lists = Elements(depth).NonEmptyListOf().Select(VsiValue (items) => new VsiArrayValue([.. items]));
        return Gen.Frequency((1, Scalars()), (2, Structs(depth)), (1, lists));
    }

    private static Gen<VsiValue> Structs(int depth) =>
        from title in Gen.Elements("Comprehensive", "System Information (type1)", "latency part", "a: b", "x:y")
        from members in Members(depth).ListOf()
        select (VsiValue)new VsiStructValue(title, [.. members]);

    private static Gen<VsiMember> Members(int depth)
    {
        Gen<VsiMember> scalars = Words.SelectMany(name => Scalars().Select(value => new VsiMember(name, value)));
        Gen<VsiMember> uuids = Uuids().Select(value => new VsiMember("UUID", value));
        if (depth == 0)
        {
            return Gen.Frequency((8, scalars), (1, uuids));
        }

        Gen<VsiMember> nested = Words.SelectMany(name => Structs(depth - 1).Select(value => new VsiMember(name, value)));
        Gen<VsiArrayValue> arrays = Elements(depth - 1).NonEmptyListOf().Select(items => new VsiArrayValue([.. items]));
        Gen<VsiMember> lists = Words.SelectMany(name => arrays.Select(array => new VsiMember(name, array)));
        return Gen.Frequency((8, scalars), (1, uuids), (2, nested), (2, lists));
    }

    private static Gen<VsiValue> Elements(int depth) => depth == 0 ? Scalars() : Gen.Frequency((4, Scalars()), (1, Structs(depth - 1)));

    private static Gen<VsiValue> Scalars() => Gen.OneOf(
        Texts.SelectMany(text => FurtherLines.Select(VsiValue (more) => new VsiTextValue(text.Length == 0 ? text : text + more))),
        Numbers.Select(VsiValue (number) => new VsiIntegerValue(number)),
        Gen.Elements("0x0", "0x641400", "0x00001042", "0xFFFFFFFFFFFFFFFF").Select(VsiValue (hex) => new VsiHexValue(Convert.ToUInt64(hex, 16), hex)),
        Numbers.SelectMany(number => Gen.Elements("KB", "usec", "%", "Mbps").Select(VsiValue (unit) => new VsiQuantityValue(number, unit))),
        Numbers.SelectMany(number => Labels.SelectMany(label => Types.Select(VsiValue (type) => new VsiLabelValue(number, label, type)))),
        Uuids());

    private static Gen<VsiValue> Uuids() => ArbMap.Default.GeneratorFor<Guid>().Select(VsiValue (uuid) => new VsiUuidValue(uuid));
}
