using System;
using System.Diagnostics;
using System.Text;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.EsxCli;
using Xunit;

namespace EsxAgent.Tests.HostAgent;

public sealed class ToolAnswerTests
{
    [Theory]
    [InlineData("VMware ESXi 7.0.3 build-24784741\nVMware ESXi 7.0 Update 3\n", "VMware ESXi", "7.0.3", "24784741", "VMware ESXi 7.0 Update 3")]
    [InlineData("VMware ESXi 8.0.0 build-1\n", "VMware ESXi", "8.0.0", "1", null)]
    [InlineData("Something else\n", "Something else", null, null, null)]
    [InlineData("build-7", null, null, "7", null)]
    [InlineData("", null, null, null, null)]
    public void The_release_is_read_from_two_lines(string text, string? product, string? version, string? build, string? update)
    {
        Assert.Equal(new VmwareRelease(product, version, build, update), VmwareRelease.Parse(text));
    }

    [Fact]
    public void Exact_sizes_are_read_from_the_line_of_the_capacity()
    {
        const string Text = """
            VMFS-6.81 (Raw Major Version: 24) file system spanning 1 partitions.
            File system label (if any): x
            Mode: public ATS-only
            Capacity 4293591040 (65515 file blocks * 65536), 4120444928 (62873 blocks) avail, max supported file size 70368744177664
            UUID: 3a621e6e-1f3492e8-29a5-6cc2172acba0
            """;

        Assert.Equal(new FilesystemSpace(4293591040, 4120444928), FilesystemSpace.Parse(Text));
        Assert.Null(FilesystemSpace.Parse("Capacity 4 GB, 2 GB available\n"));
        Assert.Null(FilesystemSpace.Parse(""));
    }

    [Fact]
    public void A_list_of_structures_is_read()
    {
        EsxcliValue value = Parse("""
            <list type="structure">
              <structure typeName="FilesystemMount"><field name="Mount Point"><string>/vmfs/volumes/a</string></field><field name="Mounted"><boolean>true</boolean></field>
              <field name="Size"><integer>42</integer></field><field name="VolumeName"><string></string></field></structure>
              <structure typeName="FilesystemMount"/>
            </list>
            """);

        Assert.Equal(2, value.Items.Count);
        Assert.Equal("/vmfs/volumes/a", value.Items[0].TextOf("MountPoint"));
        Assert.True(value.Items[0].FlagOf("mounted"));
        Assert.Equal(42, value.Items[0].NumberOf("Size"));
        Assert.Null(value.Items[0].TextOf("VolumeName"));
        Assert.Empty(value.Items[1].Fields);
    }

    [Theory]
    [InlineData("<integer>7</integer>", "7")]
    [InlineData("<string>a &amp; b &lt;c&gt; &quot;d&quot; &#233; &#xe9;</string>", "a & b <c> \"d\" é é")]
    [InlineData("<string>&unknown; &</string>", "&unknown; &")]
    [InlineData("<!-- > --><string>x</string>", "x")]
    public void A_single_value_is_read(string xml, string text)
    {
        Assert.Equal(text, Parse(xml).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Error: hostd is not running")]
    [InlineData("<output><root><string>x")]
    [InlineData("<output><root><string")]
    [InlineData("<output></output>")]
    public void What_is_no_answer_is_told(string text)
    {
        Assert.Throws<FormatException>(() => EsxcliXml.Parse(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void An_answer_that_nests_without_end_is_refused()
    {
        byte[] xml = Encoding.ASCII.GetBytes("<root>" + new string('x', 10).Replace("x", "<a>"));
        byte[] deep = Encoding.ASCII.GetBytes("<root>" + string.Concat(System.Linq.Enumerable.Repeat("<a>", 100_000)));

        Assert.Contains("ends", Assert.Throws<FormatException>(() => EsxcliXml.Parse(xml)).Message, StringComparison.Ordinal);
        Assert.Contains("deep", Assert.Throws<FormatException>(() => EsxcliXml.Parse(deep)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_of_ampersands_takes_no_longer_than_another()
    {
        string ampersands = new('&', 2 << 20);
        long started = Stopwatch.GetTimestamp();

        Assert.Equal(ampersands, EsxcliXml.Parse(Encoding.ASCII.GetBytes($"<root><string>{ampersands}</string></root>")).Text);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static EsxcliValue Parse(string inner) => EsxcliXml.Parse(Encoding.UTF8.GetBytes(
        $"""<?xml version="1.0" encoding="utf-8"?><output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli"><root>{inner}</root></output>"""));
}
