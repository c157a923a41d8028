using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.Protocol.Messages;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class DescriptorTests
{
    private const string Plain = """
        # Disk DescriptorFile
        version=1
        encoding="UTF-8"
        CID=fffffffe
        parentCID=ffffffff
        createType="vmfs"

        # Extent description
        RW 2097152 VMFS "x-flat.vmdk"

        # The Disk Data Base 
        #DDB

        ddb.adapterType = "lsilogic"
        ddb.geometry.cylinders = "130"
        ddb.thinProvisioned = "1"
        ddb.uuid = "60 00 C2 9f"

        """;

    [Fact]
    public void A_disk_of_the_host_is_read()
    {
        Descriptor descriptor = Read(Plain);
        Assert.Equal("vmfs", descriptor.CreateType);
        Assert.Equal("ffffffff", descriptor.ParentContentId);
        Assert.Equal(1L << 30, descriptor.SizeBytes);
        Assert.True(descriptor.IsThin);
        Assert.Equal(new Extent("RW", 2097152, "VMFS", "x-flat.vmdk"), Assert.Single(descriptor.Extents));
        Assert.Empty(descriptor.Sidecars);
    }

    [Fact]
    public void What_is_written_again_unchanged_is_the_same_text() => Assert.Equal(Plain, Encoding.UTF8.GetString(Read(Plain).ToBytes()));

    [Theory]
    [InlineData("a,x-1.vmfd")]
    [InlineData("a,x-1.vmfd;")]
    [InlineData(" a , x-1.vmfd ; ")]
    [InlineData("a,x-1.vmfd;;")]
    [InlineData("a,x-1.vmfd;broken;,none;lone,")]
    public void The_list_of_sidecars_is_read_in_every_form_that_a_host_may_write(string list)
    {
        KeyValuePair<string, string> sidecar = Assert.Single(Read(With($"ddb.sidecars = \"{list}\"")).Sidecars);
        Assert.Equal(new KeyValuePair<string, string>("a", "x-1.vmfd"), sidecar);
    }

    [Fact]
    public void Several_sidecars_keep_their_order()
    {
        List<KeyValuePair<string, string>> sidecars = Read(With("ddb.sidecars = \"b,x-2.vmfd;a,x-1.vmfd\"")).Sidecars;
        Assert.Equal(["b", "a"], sidecars.ConvertAll(sidecar => sidecar.Key));
    }

    [Fact]
    public void A_changed_list_of_sidecars_changes_its_line_alone()
    {
        Descriptor descriptor = Read(Plain);
        descriptor.SetSidecars([new("key", "x-5a1e51e15e77f035.vmfd")]);
        string written = Encoding.UTF8.GetString(descriptor.ToBytes());
        Assert.Contains("cylinders = \"130\"\nddb.sidecars = \"key,x-5a1e51e15e77f035.vmfd;\"\nddb.thinProvisioned", written, StringComparison.Ordinal);
        descriptor = Read(written);
        descriptor.SetSidecars([]);
        Assert.Equal(Plain, Encoding.UTF8.GetString(descriptor.ToBytes()));
    }

    [Fact]
    public void Lines_may_end_as_on_Windows_and_names_differ_in_case()
    {
        Descriptor descriptor = Read(Plain.Replace("\n", "\r\n", StringComparison.Ordinal).Replace("createType", "CREATETYPE", StringComparison.Ordinal));
        Assert.Equal("vmfs", descriptor.CreateType);
        Assert.Equal(1L << 30, descriptor.SizeBytes);
    }

    [Fact]
    public void Several_extents_add_up() => Assert.Equal(
        3L << 20, Read(Plain.Replace("RW 2097152 VMFS \"x-flat.vmdk\"", "RW 2048 VMFS \"x-s001.vmdk\"\nRW 4096 ZERO", StringComparison.Ordinal)).SizeBytes);

    [Theory]
    [InlineData("DDB.Sidecars = \"a,x-1.vmfd\"")]
    [InlineData("ddb.sidecars = \"a,x-1.vmfd\"\nddb.SIDECARS = \"b,x-2.vmfd\"")]
    [InlineData("ddb.sidecars = \";\"a,x\";c,\"d\"")]
    public void A_list_of_sidecars_is_read_as_it_was_written_in_whatever_form_it_was_before(string line)
    {
        Descriptor descriptor = Read(With(line));
        KeyValuePair<string, string>[] sidecars = [.. descriptor.Sidecars, new("key", "x-3.vmfd")];
        descriptor.SetSidecars(sidecars);
        Assert.Equal(sidecars, Read(Encoding.UTF8.GetString(descriptor.ToBytes())).Sidecars);
    }

    [Fact]
    public void Extents_that_are_larger_together_than_a_disk_can_be_are_refused()
    {
        string text = "# Disk DescriptorFile\n" + string.Concat(Enumerable.Repeat("RW 17592186044416 X\n", 1_100));
        Assert.Null(Descriptor.TryParse(Encoding.UTF8.GetBytes(text), out string? problem));
        Assert.Contains("that a disk can have", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_that_could_not_be_written_again_as_it_is_is_refused()
    {
        Assert.Null(Descriptor.TryParse(Encoding.Latin1.GetBytes(Plain.Replace("x-flat", "größe-flat", StringComparison.Ordinal)), out string? problem));
        Assert.Contains("not UTF-8", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "does not begin")]
    [InlineData("KDMV", "does not begin")]
    [InlineData("# Disk DescriptorFile\nversion=1\n", "no extent")]
    [InlineData("# Disk DescriptorFile\nRW x VMFS \"a\"\n", "no number of sectors")]
    [InlineData("# Disk DescriptorFile\nRW 99999999999999999999 VMFS \"a\"\n", "no number of sectors")]
    public void What_is_no_descriptor_is_told_why(string text, string reason)
    {
        Assert.Null(Descriptor.TryParse(Encoding.UTF8.GetBytes(text), out string? problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, VolumeFormat.ZeroedThick)]
    [InlineData(VolumeFormat.EagerZeroedThick, VolumeFormat.EagerZeroedThick)]
    [InlineData(VolumeFormat.ZeroedThick, VolumeFormat.ZeroedThick)]
    [InlineData(VolumeFormat.Thin, VolumeFormat.ZeroedThick)]
    public void A_thick_disk_is_what_its_metadata_says_and_never_thin(string? metadata, string format) =>
        Assert.Equal(format, Read(Plain.Replace("ddb.thinProvisioned = \"1\"\n", string.Empty, StringComparison.Ordinal)).FormatWith(metadata));

    [Fact]
    public void No_text_is_an_error() => Prop.ForAll(
        ArbMap.Default.ArbFor<string>(),
        text =>
        {
            Descriptor? descriptor = Descriptor.TryParse(Encoding.UTF8.GetBytes($"# Disk DescriptorFile\n{text}"), out string? problem);
            return (descriptor is null) == (problem is not null);
        }).QuickCheckThrowOnFailure();

    private static string With(string line) => Plain.Replace("ddb.thinProvisioned", line + "\nddb.thinProvisioned", StringComparison.Ordinal);

    private static Descriptor Read(string text)
    {
        Descriptor? descriptor = Descriptor.TryParse(Encoding.UTF8.GetBytes(text), out string? problem);
        Assert.True(descriptor is not null, problem);
        return descriptor;
    }
}
