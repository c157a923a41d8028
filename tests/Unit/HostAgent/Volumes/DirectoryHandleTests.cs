using System;
using System.IO;
using System.Linq;
using EsxAgent.HostAgent.Posix;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class DirectoryHandleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dir-").FullName;
    private readonly string _outside = Directory.CreateTempSubdirectory("out-").FullName;

    [Fact]
    public void A_link_in_the_place_of_a_directory_is_not_followed()
    {
        Directory.CreateSymbolicLink(Path.Combine(_folder, "link"), _outside);
        using DirectoryHandle folder = Open();
        Assert.ThrowsAny<Exception>(() => folder.TryOpenDirectory("link"));
        Assert.Equal(_outside, folder.TryReadLink("link"));
    }

    [Fact]
    public void A_link_in_the_place_of_a_file_is_not_followed()
    {
        File.WriteAllText(Path.Combine(_outside, "secret"), "secret");
        File.CreateSymbolicLink(Path.Combine(_folder, "link"), Path.Combine(_outside, "secret"));
        using DirectoryHandle folder = Open();
        Assert.Throws<PosixException>(() => folder.TryOpenFile("link"));
        Assert.Throws<PosixException>(() => folder.TryReadFile("link", 100));
        Assert.Null(folder.TryMakeFile("link"));
        Assert.False(folder.TryStat("link")!.Value.IsRegular);
    }

    [Fact]
    public void What_was_opened_is_meant_whatever_its_name_means_by_then()
    {
        using DirectoryHandle folder = Open();
        using DirectoryHandle inner = folder.OpenOrMakeDirectory("inner");
        Directory.Move(Path.Combine(_folder, "inner"), Path.Combine(_folder, "moved"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "inner"), _outside);
        inner.TryMakeFile("file")!.Dispose();
        Assert.True(File.Exists(Path.Combine(_folder, "moved", "file")));
        Assert.Empty(Directory.GetFileSystemEntries(_outside));
    }

    [Fact]
    public void A_tree_is_removed_with_its_links_but_not_what_they_lead_to()
    {
        File.WriteAllText(Path.Combine(_outside, "kept"), "kept");
        string tree = Path.Combine(_folder, "tree", "deep");
        Directory.CreateDirectory(tree);
        File.WriteAllText(Path.Combine(tree, "file"), string.Empty);
        Directory.CreateSymbolicLink(Path.Combine(tree, "link"), _outside);
        using DirectoryHandle folder = Open();
        folder.RemoveTree("tree");
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
        Assert.True(File.Exists(Path.Combine(_outside, "kept")));
    }

    [Fact]
    public void Removing_what_is_not_there_is_success()
    {
        using DirectoryHandle folder = Open();
        folder.RemoveTree("nothing");
        folder.RemoveFile("nothing");
        folder.RemoveDirectory("nothing");
    }

    [Theory]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("/etc/passwd")]
    [InlineData("a\0b")]
    public void A_name_that_leads_elsewhere_is_a_mistake_of_the_caller(string name)
    {
        using DirectoryHandle folder = Open();
        Assert.Throws<ArgumentException>(() => folder.TryOpenFile(name));
        Assert.Throws<ArgumentException>(() => folder.TryOpenDirectory(name));
        Assert.Throws<ArgumentException>(() => folder.RemoveTree(name));
        Assert.Throws<ArgumentException>(() => folder.Rename("a", folder, name));
    }

    [Fact]
    public void Names_are_all_that_is_there_and_may_be_asked_for_again()
    {
        using DirectoryHandle folder = Open();
        string[] wanted = [.. Enumerable.Range(0, 3_000).Select(i => $"file {i} é")];
        foreach (string name in wanted)
        {
            folder.TryMakeFile(name)!.Dispose();
        }

        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(wanted.Order(StringComparer.Ordinal), folder.Names().Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_file_is_made_for_its_owner_alone_and_only_once()
    {
        using DirectoryHandle folder = Open();
        folder.TryMakeFile("file")!.Dispose();
        Assert.Null(folder.TryMakeFile("file"));
        Assert.Equal(0x8180u, folder.TryStat("file")!.Value.Mode);
    }

    [Fact]
    public void A_pipe_in_the_place_of_a_file_holds_nobody_up()
    {
        System.Diagnostics.Process.Start("mkfifo", Path.Combine(_folder, "pipe")).WaitForExit();
        using DirectoryHandle folder = Open();
        Assert.Throws<PosixException>(() => folder.TryOpenFile("pipe"));
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Directory.Delete(_outside, recursive: true);
    }

    private DirectoryHandle Open() => DirectoryHandle.TryOpen(_folder)!;
}
