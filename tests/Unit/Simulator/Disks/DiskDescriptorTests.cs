using System;
using System.Text;
using EsxAgent.Simulator.Disks;
using Xunit;

namespace EsxAgent.Tests.Simulator.Disks;

public sealed class DiskDescriptorTests
{
    private const string Snapshot = """
        # Disk DescriptorFile
        version=3
        encoding="UTF-8"
        CID=0123abcd
        parentCID=fffffffe
        createType="vmfsSparse"
        parentFileNameHint="a = b.vmdk"
        isNativeSnapshot="no"

        # Extent description
        RW 2097152 VMFSSPARSE "a = b-000001-delta.vmdk"

        # Change Tracking File
        changeTrackPath="a = b-000001-ctk.vmdk"

        # The Disk Data Base 
        #DDB

        ddb.longContentID = "00000000000000000000000000000001"
        ddb.sidecars = "k1,a = b-000001-5a1e51e15e77f035.vmfd"
        ddb.zzz = "kept"

        """;

    [Fact]
    public void A_new_disk_is_described_in_the_order_and_with_the_blanks_of_a_host()
    {
        string text = DiskDescriptor.New(1L << 30, "x-flat.vmdk", "lsilogic", "21").Text();

        Assert.Matches(
            """
            ^# Disk DescriptorFile
            version=1
            encoding="UTF-8"
            CID=[0-9a-f]{8}
            parentCID=ffffffff
            createType="vmfs"

            # Extent description
            RW 2097152 VMFS "x-flat\.vmdk"

            # The Disk Data Base 
            #DDB

            ddb\.adapterType = "lsilogic"
            ddb\.geometry\.cylinders = "130"
            ddb\.geometry\.heads = "255"
            ddb\.geometry\.sectors = "63"
            ddb\.longContentID = "[0-9a-f]{32}"
            ddb\.uuid = "60 00 C2 9[0-9A-F]( [0-9a-f]{2}){4}-[0-9a-f]{2}( [0-9a-f]{2}){7}"
            ddb\.virtualHWVersion = "21"
            $
            """.ReplaceLineEndings("\n"),
            text);
    }

    [Fact]
    public void The_content_id_is_the_end_of_the_long_one_and_no_two_disks_share_it()
    {
        DiskDescriptor one = DiskDescriptor.New(1 << 20, "x", "lsilogic", "21");
        DiskDescriptor other = DiskDescriptor.New(1 << 20, "x", "lsilogic", "21");

        Assert.Contains($"\nCID={one["ddb.longContentID"]![24..]}\n", one.Text(), StringComparison.Ordinal);
        Assert.NotEqual(one["ddb.longContentID"], other["ddb.longContentID"]);
        Assert.NotEqual(one["ddb.uuid"], other["ddb.uuid"]);
    }

    [Fact]
    public void What_is_not_known_is_kept()
    {
        DiskDescriptor descriptor = DiskDescriptor.Parse(Encoding.UTF8.GetBytes(Snapshot))!;

        Assert.Equal(Snapshot.ReplaceLineEndings("\n"), descriptor.Text());
        Assert.Equal(("vmfsSparse", "a = b.vmdk", "a = b-000001-ctk.vmdk"), (descriptor.CreateType, descriptor.Parent, descriptor.ChangeTrackPath));
        Assert.Equal(new DiskExtent("RW", 2097152, "VMFSSPARSE", "a = b-000001-delta.vmdk"), Assert.Single(descriptor.Extents));
    }

    [Theory]
    [InlineData("")]
    [InlineData("version=1")]
    [InlineData("# Disk DescriptorFile\nversion=1\n")]
    [InlineData("# Disk DescriptorFile\nCID=1\nRW x VMFS \"a\"\n")]
    [InlineData("# Disk DescriptorFile\nCID=1\nRW 1 VMFS \"\"\n")]
    [InlineData("# Disk DescriptorFile\nCID=1\nRW 1 \"a\"\n")]
    [InlineData("# Disk DescriptorFile\nCID=1\nRW 99999999999999999 VMFS \"a\"\n")]
    [InlineData("# Disk DescriptorFile\nRW 1 VMFS \"a\"\n")]
    [InlineData("# Disk DescriptorFile\nCID=1\nRW 1 VMFS \"a\"\nwhat is this\n")]
    public void A_damaged_one_is_none(string text) => Assert.Null(DiskDescriptor.Parse(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData(1L << 20, "lsilogic", 1, 255)]
    [InlineData(1L << 30, "lsilogic", 130, 255)]
    [InlineData(40L << 30, "pvscsi", 5221, 255)]
    [InlineData(1L << 30, "ide", 2080, 16)]
    [InlineData(100L << 30, "ide", 16383, 16)]
    public void The_geometry_follows_size_and_adapter(long size, string adapter, long cylinders, int heads) =>
        Assert.Equal(new DiskGeometry(cylinders, heads, 63), DiskGeometry.Of(size / 512, adapter));
}
