using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Posix;
using Xunit;

namespace EsxAgent.Tests.Simulator.Disks;

public sealed class SidecarTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Theory]
    [InlineData("--sidecar create,esxagent,16384 @a.vmdk")]
    [InlineData("--sidecar=create,esxagent,16384 @a.vmdk")]
    [InlineData("@a.vmdk --sidecar create,esxagent,16384")]
    [InlineData("--sidecar forcecreate,esxagent,0x4000 @a.vmdk")]
    public void A_sidecar_is_a_file_of_zeros_and_an_entry_of_the_descriptor(string arguments)
    {
        using var world = new DiskWorld(thinMebi: 1);
        string output = world.Succeed("diskTool " + arguments);
        (string key, string file) = world.Sidecars("a.vmdk").Single();

        Assert.Equal($"Sidecar:\n     key            : esxagent\n     file           : {file}\n     size           : 16384\n", output);
        Assert.Equal("esxagent", key);
        Assert.Matches("^a-[0-9a-f]{16}\\.vmfd$", file);
        Assert.Contains($"\nddb.sidecars = \"esxagent,{file}\"\n", File.ReadAllText(world["a.vmdk"]), StringComparison.Ordinal);
        Assert.Equal(new byte[16384], File.ReadAllBytes(world[file]));
        Assert.Equal(OwnerOnly, new FileInfo(world[file]).UnixFileMode);
    }

    [Theory]
    [InlineData("separated", "k1,FILE1;k2,FILE2")]
    [InlineData("terminated", "k1,FILE1;k2,FILE2;")]
    public void The_list_is_written_in_the_form_of_the_host_and_read_in_both(string form, string expected)
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k1,4096 @a.vmdk");
        world.Edit("host.json", "\"separated\"", $"\"{form}\"");
        world.Succeed("diskTool --sidecar create,k2,4096 @a.vmdk");
        string[] files = [.. world.Sidecars("a.vmdk").Select(one => one.FileName)];

        Assert.NotEqual(files[0], files[1]);
        Assert.Equal(
            expected.Replace("FILE1", files[0], StringComparison.Ordinal).Replace("FILE2", files[1], StringComparison.Ordinal),
            world.Descriptor("a.vmdk")["ddb.sidecars"]);
        Assert.Equal(
            string.Concat(files.Select((file, i) => $"Sidecar:\n     key            : k{i + 1}\n     file           : {file}\n     size           : 4096\n")),
            world.Succeed("diskTool --sidecar enum @a.vmdk"));
    }

    [Fact]
    public void The_file_of_a_key_differs_from_that_of_another_one()
    {
        IEnumerable<string> names = Enumerable.Range(0, 1000).Select(i => SidecarList.FileName("v1", $"key{i}"));

        Assert.Equal(1000, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^v1-[0-9a-f]{16}\\.vmfd$", name));
    }

    [Fact]
    public void A_sidecar_of_a_snapshot_is_named_after_the_snapshot()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Snapshot("v1-000002");
        world.Succeed("diskTool --sidecar create,k,4096 @v1-000002.vmdk");

        Assert.Matches("^v1-000002-[0-9a-f]{16}\\.vmfd$", world.Sidecars("v1-000002.vmdk").Single().FileName);
    }

    [Fact]
    public void Creating_again_fails_and_forcing_keeps_what_is_there()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,8192 @a.vmdk");
        world.Succeed("diskTool --sidecar writeString,k,0,hello @a.vmdk");

        Assert.Equal("Failed to create sidecar 'k': The file already exists (39).\n", world.Fail("diskTool --sidecar create,k,4096 @a.vmdk", 39));
        Assert.Contains("size           : 8192\n", world.Succeed("diskTool --sidecar forcecreate,k,4096 @a.vmdk"), StringComparison.Ordinal);
        world.Succeed("diskTool --sidecar readString,k,0,hello @a.vmdk");
    }

    [Fact]
    public void A_pattern_is_written_where_it_was_asked_for_and_compared()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,8192 @a.vmdk");
        world.Succeed("diskTool --sidecar write,k,100,171:5001 @a.vmdk");
        byte[] expected = new byte[8192];
        expected.AsSpan(100, 5001).Fill(171);

        Assert.Equal(expected, File.ReadAllBytes(world[world.Sidecars("a.vmdk").Single().FileName]));
        Assert.Equal("The content of sidecar 'k' is the same.\n", world.Succeed("diskTool --sidecar read,k,100,0xab:5001 @a.vmdk"));
        foreach (string other in new[] { "read,k,100,171:5002", "read,k,99,171:2", "read,k,5100,171:2", "read,k,0,171:1" })
        {
            ToolResult result = world.Run($"diskTool --sidecar {other} @a.vmdk");
            Assert.Equal((1, "", "The content of sidecar 'k' differs.\n"), (result.Status, result.Output, result.Error));
        }
    }

    [Fact]
    public void A_text_is_followed_by_zeros_up_to_the_end()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,4096 @a.vmdk");
        world.Succeed("diskTool --sidecar write,k,0,255:4096 @a.vmdk");
        world.Host.Run("diskTool", ["--sidecar", "writeString,k,10,größe: \"x\" {y}", DiskWorld.At("a.vmdk")]);
        byte[] content = File.ReadAllBytes(world[world.Sidecars("a.vmdk").Single().FileName]);
        byte[] text = Encoding.UTF8.GetBytes("größe: \"x\" {y}");

        Assert.All(content[..10], one => Assert.Equal(255, one));
        Assert.Equal(text, content[10..(10 + text.Length)]);
        Assert.All(content[(10 + text.Length)..], one => Assert.Equal(0, one));
        Assert.Equal(0, world.Host.Run("diskTool", ["--sidecar", "readString,k,10,größe: \"x\" {y}", DiskWorld.At("a.vmdk")]).Status);
        Assert.Equal("The content of sidecar 'k' differs.\n", world.Run("diskTool --sidecar readString,k,10,grosse @a.vmdk").Error);
    }

    [Fact]
    public void Sixteen_mebibytes_go_in_and_are_compared()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,16777216 @a.vmdk");
        string file = world.Sidecars("a.vmdk").Single().FileName;
        byte[] noise = DiskWorld.Noise(16 << 20);
        world.Write(file, 0, noise);
        world.Succeed("vmkfstools -i @a.vmdk @b.vmdk");

        Assert.True(noise.AsSpan().SequenceEqual(File.ReadAllBytes(world[world.Sidecars("b.vmdk").Single().FileName])), "every byte is the same");
        world.Succeed("diskTool --sidecar write,k,0,7:16777216 @a.vmdk");
        world.Succeed("diskTool --sidecar read,k,0,7:16777216 @a.vmdk");
    }

    [Fact]
    public void Resizing_keeps_what_fits_and_adds_zeros()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,8192 @a.vmdk");
        world.Succeed("diskTool --sidecar write,k,0,1:8192 @a.vmdk");
        string file = world.Sidecars("a.vmdk").Single().FileName;
        world.Succeed("diskTool --sidecar resize,k,4096 @a.vmdk");
        Assert.Equal(4096, new FileInfo(world[file]).Length);

        world.Succeed("diskTool --sidecar resize,k,12288 @a.vmdk");
        world.Succeed("diskTool --sidecar read,k,0,1:4096 @a.vmdk");
        world.Succeed("diskTool --sidecar read,k,4096,0:8192 @a.vmdk");
    }

    [Fact]
    public void Deleting_one_leaves_the_others_and_deleting_all_leaves_none()
    {
        using var world = new DiskWorld(thinMebi: 1);
        foreach (string key in new[] { "k1", "k2", "k3" })
        {
            world.Succeed($"diskTool --sidecar create,{key},4096 @a.vmdk");
        }

        Assert.Equal("", world.Succeed("diskTool --sidecar delete,k2 @a.vmdk"));
        Assert.Equal(["k1", "k3"], world.Sidecars("a.vmdk").Select(one => one.Key));
        Assert.Equal(4, world.Names.Length);

        Assert.Equal("", world.Succeed("diskTool --sidecar deleteall @a.vmdk"));
        Assert.Equal(["a-flat.vmdk", "a.vmdk"], world.Names);
        Assert.DoesNotContain("sidecars", File.ReadAllText(world["a.vmdk"]), StringComparison.Ordinal);
        Assert.Equal("", world.Succeed("diskTool --sidecar deleteall @a.vmdk"));
        Assert.Equal("", world.Succeed("diskTool --sidecar enum @a.vmdk"));
    }

    [Fact]
    public void The_entries_can_be_made_to_agree_with_the_files()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,4096 @a.vmdk");
        string file = world.Sidecars("a.vmdk").Single().FileName;
        string moved = $"old{file[1..]}";
        string text = File.ReadAllText(world["a.vmdk"]);
        world.WriteText("a.vmdk", text.Replace($"k,{file}", $"k,{moved}; k,{file};gone,a-0123456789abcdef.vmfd;", StringComparison.Ordinal));

        Assert.Contains($"file           : {file}\n", world.Succeed("diskTool --sidecar updateDDB @a.vmdk"), StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(world["a.vmdk"]));
    }

    [Fact]
    public void Of_two_entries_with_one_key_both_are_listed_and_the_first_is_meant()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,4096 @a.vmdk");
        string file = world.Sidecars("a.vmdk").Single().FileName;
        world.WriteText("a.vmdk", File.ReadAllText(world["a.vmdk"]).Replace($"k,{file}", $"k,{file};k,a-0123456789abcdef.vmfd", StringComparison.Ordinal));

        Assert.Equal(
            $"Sidecar:\n     key            : k\n     file           : {file}\n     size           : 4096\n"
                + "Sidecar:\n     key            : k\n     file           : a-0123456789abcdef.vmfd\n     size           : \n",
            world.Succeed("diskTool --sidecar enum @a.vmdk"));
        world.Succeed("diskTool --sidecar read,k,0,0:4096 @a.vmdk");
    }

    [Theory]
    [InlineData("create,k,4097", 1441794, "Failed to create sidecar 'k': ")]
    [InlineData("create,k,0", 1441794, "Failed to create sidecar 'k': ")]
    [InlineData("create,,4096", 1441794, "Failed to create sidecar '': ")]
    [InlineData("create,a/b,4096", 1441794, "Failed to create sidecar 'a/b': ")]
    [InlineData("create,k,much", 1441794, "Failed to ")]
    [InlineData("resize,have,4097", 1441794, "Failed to resize sidecar 'have': ")]
    [InlineData("resize,k,4096", 63, "Failed to resize sidecar 'k': ")]
    [InlineData("delete,k", 63, "Failed to delete sidecar 'k': ")]
    [InlineData("delete,lost", 25, "Failed to delete sidecar 'lost': ")]
    [InlineData("write,k,0,1:1", 63, "Failed to write sidecar 'k': ")]
    [InlineData("write,have,4096,1:1", 1441794, "Failed to write sidecar 'have': ")]
    [InlineData("write,have,0,256:1", 1441794, "Failed to ")]
    [InlineData("write,have,0,1", 1441794, "Failed to ")]
    [InlineData("write,have,-1,1:1", 1441794, "Failed to ")]
    [InlineData("writeString,k,0,x", 63, "Failed to write sidecar 'k': ")]
    [InlineData("writeString,have,4095,xy", 1441794, "Failed to write sidecar 'have': ")]
    [InlineData("read,k,0,1:1", 63, "Failed to read sidecar 'k': ")]
    [InlineData("read,have,1,1:4096", 1441794, "Failed to read sidecar 'have': ")]
    [InlineData("read,lost,0,1:1", 25, "Failed to read sidecar 'lost': ")]
    [InlineData("readString,have,9223372036854775807,x", 1441794, "Failed to read sidecar 'have': ")]
    public void What_an_operation_cannot_do_is_refused_with_a_number(string operation, int code, string line)
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,have,4096 @a.vmdk");
        world.Succeed("diskTool --sidecar create,lost,4096 @a.vmdk");
        File.Delete(world[world.Sidecars("a.vmdk").Last().FileName]);
        string[] before = world.Names;
        string descriptor = File.ReadAllText(world["a.vmdk"]);

        Assert.StartsWith(line, world.Fail($"diskTool --sidecar {operation} @a.vmdk", code));
        Assert.Equal(before, world.Names);
        Assert.Equal(descriptor, File.ReadAllText(world["a.vmdk"]));
        world.Succeed("diskTool --sidecar read,have,0,0:4096 @a.vmdk");
    }

    [Theory]
    [InlineData("@nope.vmdk", 25)]
    [InlineData("@text.vmdk", 15)]
    [InlineData("@damaged.vmdk", 15)]
    [InlineData("/vmfs/volumes/nope/a.vmdk", 25)]
    public void A_disk_that_cannot_be_opened_is_named(string disk, int code)
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.WriteText("text.vmdk", "no descriptor");
        world.WriteText("damaged.vmdk", File.ReadAllText(world["a.vmdk"]) + "ddb.sidecars = \"no comma\"\n");

        Assert.StartsWith("Failed to open disk '/vmfs/volumes/", world.Fail($"diskTool --sidecar enum {disk}", code));
    }

    [Theory]
    [InlineData("write,k,0,1:1")]
    [InlineData("writeString,k,0,x")]
    [InlineData("read,k,0,0:1")]
    [InlineData("readString,k,0,x")]
    [InlineData("resize,k,8192")]
    [InlineData("delete,k")]
    [InlineData("deleteall")]
    [InlineData("forcecreate,k,4096")]
    public void A_sidecar_that_is_open_is_busy(string operation)
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,4096 @a.vmdk");
        string[] before = world.Names;
        using (var held = PosixFile.Open(world[world.Sidecars("a.vmdk").Single().FileName]))
        {
            Assert.True(held.TryLock(exclusive: true), "the sidecar is free");
            Assert.Contains("Device or resource busy", world.Fail($"diskTool --sidecar {operation} @a.vmdk", 1048585), StringComparison.Ordinal);
            world.Fail("vmkfstools -U @a.vmdk", 1048585);
        }

        Assert.Equal(before, world.Names);
        world.Succeed("diskTool --sidecar read,k,0,0:4096 @a.vmdk");
    }

    [Fact]
    public void On_a_full_datastore_a_sidecar_leaves_nothing()
    {
        using var world = new DiskWorld(thinMebi: 1);
        world.Succeed("diskTool --sidecar create,k,4096 @a.vmdk");
        world.Succeed($"vmkfstools -c {world.Free} @filler.vmdk");
        string[] before = world.Names;

        Assert.StartsWith("Failed to create sidecar 'new': ", world.Fail("diskTool --sidecar create,new,4096 @a.vmdk", 13));
        Assert.StartsWith("Failed to resize sidecar 'k': ", world.Fail("diskTool --sidecar resize,k,8192 @a.vmdk", 13));
        Assert.Equal(before, world.Names);
        world.Succeed("diskTool --sidecar writeString,k,0,still @a.vmdk");
    }

    [Fact]
    public void NFS_has_no_sidecars()
    {
        using var world = new DiskWorld();
        world.Succeed("vmkfstools -c 1m -d thin /vmfs/volumes/nas/x.vmdk");

        Assert.Contains("Operation not supported", world.Fail("diskTool --sidecar create,k,4096 /vmfs/volumes/nas/x.vmdk", 6225929), StringComparison.Ordinal);
        Assert.Equal(2, System.IO.Directory.GetFiles(world.Host["vmfs/volumes/nas"]).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@a.vmdk")]
    [InlineData("--sidecar enum")]
    [InlineData("--sidecar nope @a.vmdk")]
    [InlineData("--sidecar create,k @a.vmdk")]
    [InlineData("--sidecar enum,k @a.vmdk")]
    [InlineData("--sidecar writeString,k,0,one,two @a.vmdk")]
    [InlineData("--sidecar enum @a.vmdk @b.vmdk")]
    [InlineData("--sidecar enum --force @a.vmdk")]
    public void Arguments_that_make_no_sense_get_the_usage(string arguments)
    {
        using var world = new DiskWorld(thinMebi: 1);
        ToolResult result = world.Run(("diskTool " + arguments).Trim());

        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains("usage: diskTool --sidecar", result.Error, StringComparison.Ordinal);
    }
}
