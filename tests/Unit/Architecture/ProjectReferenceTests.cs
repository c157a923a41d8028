using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace EsxAgent.Tests.Architecture;

/// <summary>Keeps the arrows between the projects, and the version number in one place.</summary>
public sealed class ProjectReferenceTests
{
    /// <summary>Who may use whom; nothing else.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Protocol"] = [],
        ["Client"] = ["Protocol"],
        ["Cmdlets"] = ["Client"],
        ["HostAgent"] = ["Protocol"],
        ["Simulator"] = [],
        ["Demo"] = ["Client"],
    };

    public static TheoryData<string> Rooms => new(Allowed.Keys);

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_project_uses_only_the_projects_that_the_design_allows(string room)
    {
        IEnumerable<string> used = ProjectOf(room).Descendants("ProjectReference").Select(reference => RoomOf(reference.Attribute("Include")!.Value));

        Assert.Equal(Allowed[room].Order(), used.Order());
    }

    [Fact]
    public void Every_project_below_src_is_known_here()
    {
        string[] rooms = Directory.GetDirectories(Path.Combine(Built.Root, "src")).Select(path => Path.GetFileName(path)).Order().ToArray();

        Assert.Equal(Allowed.Keys.Order(), rooms);
    }

    [Fact]
    public void The_host_agent_takes_no_package()
    {
        Assert.Empty(ProjectOf("HostAgent").Descendants("PackageReference"));
    }

    [Fact]
    public void The_version_number_is_written_in_the_manifest_alone()
    {
        string manifest = File.ReadAllText(Path.Combine(Built.Root, "EsxAgent.psd1"));
        string version = Regex.Match(manifest, @"ModuleVersion\s*=\s*'([0-9.]+)'").Groups[1].Value;
        IEnumerable<string> others = Directory.EnumerateFiles(Built.Root, "*.*proj", SearchOption.AllDirectories)
            .Append(Path.Combine(Built.Root, "Directory.Build.props"))
            .Where(path => !path.Contains("/obj/", System.StringComparison.Ordinal) && Regex.IsMatch(File.ReadAllText(path), @"<(Assembly|File|Package|Informational)?Version>\s*[0-9]"));

        Assert.Matches(@"^\d+\.\d+\.\d+$", version);
        Assert.Equal(version, typeof(EsxAgent.Protocol.Messages.HostInfo).Assembly.GetName().Version!.ToString(3));
        Assert.Empty(others);
    }

    private static XDocument ProjectOf(string room) =>
        XDocument.Load(Assert.Single(Directory.GetFiles(Path.Combine(Built.Root, "src", room), "*.csproj")));

    private static string RoomOf(string include) => include.Replace('\\', '/').Split('/')[^2];
}
