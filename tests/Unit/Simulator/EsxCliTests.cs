using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using EsxAgent.Simulator.EsxCli;
using EsxAgent.Simulator.Host;
using Xunit;

namespace EsxAgent.Tests.Simulator;

public sealed class EsxCliTests
{
    private static readonly XNamespace Esx = XmlForm.Namespace;

    public static TheoryData<string> Commands =>
    [
        "system version get", "system hostname get", "system uuid get", "system stats uptime get", "system maintenanceMode get",
        "hardware platform get", "hardware memory get", "hardware cpu global get", "storage filesystem list", "vm process list",
    ];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_answers_in_every_form(string command)
    {
        using var host = new SimulatedHost();
        XElement root = XDocument.Parse(host.Run("esxcli --formatter=xml " + command).Output).Root!;

        Assert.Equal(Esx + "output", root.Name);
        Assert.Equal(Esx + "root", Assert.Single(root.Elements()).Name);
        Assert.All(root.Descendants(Esx + "field"), field => Assert.DoesNotContain(' ', field.Attribute("name")!.Value));
        Assert.NotEmpty(host.Run("esxcli " + command).Output);
        Assert.Contains('=', host.Run("esxcli --formatter keyvalue " + command).Output);
        Assert.EndsWith(",\n", host.Run("esxcli --formatter=csv " + command).Output);
        Assert.Equal(0, host.Run("localcli " + command).Status);
    }

    [Fact]
    public void The_titles_of_the_text_form_come_from_the_field_names()
    {
        static string Title(string name) => new CliField(name, CliValue.Of("")).Title;

        Assert.Equal("Volume Name", Title("VolumeName"));
        Assert.Equal("UUID", Title("UUID"));
        Assert.Equal("VMX Cartel ID", Title("VMXCartelID"));
        Assert.Equal("Fully Qualified Domain Name", Title("FullyQualifiedDomainName"));
        Assert.Equal("BIOS Asset Tag", Title("BIOSAssetTag"));
        Assert.Equal("NUMA Node Count", Title("NUMANodeCount"));
        Assert.Equal("Already Apart", Title("Already Apart"));
    }

    [Fact]
    public void A_table_is_cut_by_its_ruler_even_with_empty_cells()
    {
        CliAnswer answer = CliAnswer.Of(
        [
            new CliStructure("T", [new("Name", CliValue.Of("")), new("Size", CliValue.Of(5)), new("Free", CliValue.Of(12345))]),
            new CliStructure("T", [new("Name", CliValue.Of("a b")), new("Size", CliValue.Of(123456)), new("Free", CliValue.Of(0))]),
        ]);

        Assert.Equal(
            """
            Name    Size   Free
            ----  ------  -----
                       5  12345
            a b   123456      0

            """,
            TextForm.Render(answer));
    }

    [Fact]
    public void A_list_with_heads_is_printed_in_blocks()
    {
        using var host = new SimulatedHost();

        Assert.StartsWith("web01\n   World ID: ", host.Run("esxcli vm process list").Output);
        Assert.Contains("\n\ndb01\n   World ID: ", host.Run("esxcli vm process list").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Special_characters_are_escaped_in_xml_and_csv()
    {
        CliAnswer answer = CliAnswer.Of(new CliStructure("T", [new("Name", CliValue.Of("a<b>&\"c\",\u0001"))]));

        Assert.Contains("<string>a&lt;b&gt;&amp;&quot;c&quot;,?</string>", XmlForm.Render(answer), StringComparison.Ordinal);
        Assert.Equal("Name,\n\"a<b>&\"\"c\"\",\u0001\",\n", CsvForm.Render(answer));
    }

    [Fact]
    public void The_uptime_is_counted_in_microseconds_from_the_boot_time()
    {
        using var host = new SimulatedHost();
        long expected = (long)(DateTime.UtcNow - HostFacts.Read(host.Host).BootTime).TotalMicroseconds;
        long uptime = long.Parse(host.Run("esxcli system stats uptime get").Output, CultureInfo.InvariantCulture);

        Assert.InRange(uptime, expected - 60_000_000, expected + 60_000_000);
    }

    [Fact]
    public void Free_space_is_the_capacity_less_what_files_really_take()
    {
        using var host = new SimulatedHost();
        Datastore datastore = Datastore.ReadAll(host.Host)[0];
        long before = datastore.FreeBytes(host.Host);
        string file = Path.Combine(host.Host.Volumes, datastore.Uuid, "file");
        using (FileStream sparse = File.Create(file))
        {
            sparse.SetLength(10L << 30);
        }

        Assert.Equal(before, datastore.FreeBytes(host.Host));
        File.WriteAllBytes(file, [.. Enumerable.Repeat((byte)1, 5 << 20)]);
        Assert.InRange(before - datastore.FreeBytes(host.Host), 5 << 20, 6 << 20);
        Assert.Contains(
            datastore.FreeBytes(host.Host).ToString(CultureInfo.InvariantCulture),
            host.Run("esxcli storage filesystem list").Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_datastore_that_is_not_accessible_is_listed_without_sizes()
    {
        using var host = new SimulatedHost();
        Datastore datastore = Datastore.ReadAll(host.Host)[0] with { Accessible = false, Name = "" };
        Datastore.WriteAll(host.Host, [datastore]);
        XElement volume = XDocument.Parse(host.Run("esxcli --formatter=xml storage filesystem list").Output).Descendants(Esx + "structure").Single();
        string Field(string name) => volume.Elements().Single(field => field.Attribute("name")!.Value == name).Value;

        Assert.Equal(("false", "0", "0", "", datastore.Uuid), (Field("Mounted"), Field("Size"), Field("Free"), Field("VolumeName"), Field("UUID")));
    }

    [Fact]
    public void Maintenance_mode_follows_host_json()
    {
        using var host = new SimulatedHost();
        Assert.Equal("Disabled\n", host.Run("esxcli system maintenanceMode get").Output);

        (HostFacts.Read(host.Host) with { MaintenanceMode = true }).Write(host.Host);
        Assert.Equal("Enabled\n", host.Run("esxcli system maintenanceMode get").Output);
    }

    [Theory]
    [InlineData("system foo get", "Unknown command or namespace system foo get")]
    [InlineData("system version get extra", "Unknown command or namespace")]
    [InlineData("", "Usage")]
    [InlineData("--formatter=xls system uuid get", "Invalid formatter xls")]
    [InlineData("--nope", "Invalid option --nope")]
    public void A_wrong_call_fails_with_a_word_on_standard_error(string arguments, string expected)
    {
        using var host = new SimulatedHost();
        ToolResult result = host.Run("esxcli " + arguments);

        Assert.Equal((1, ""), (result.Status, result.Output));
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_recorded_answer_goes_before_a_computed_one_in_every_form()
    {
        using var host = new SimulatedHost();
        const string Xml = """
            <?xml version="1.0"?><output xmlns="http://www.vmware.com/Products/ESX/5.0/esxcli"><root>
            <structure typeName="FullyQualifiedHostName"><field name="HostName"><string>recorded &amp; kept</string></field></structure>
            </root></output>
            """;
        host.Write("answers/esxcli/system hostname get.xml", Xml);
        host.Write("answers/vmware/-vl.txt", "VMware ESXi 9\n");
        host.Write("answers/esxcli/network x_y list.xml", Xml);

        Assert.Equal(Xml, host.Run("esxcli --formatter=xml system hostname get").Output);
        Assert.Equal("   Host Name: recorded & kept\n", host.Run("esxcli system hostname get").Output);
        Assert.Equal("   Host Name: recorded & kept\n", host.Run("localcli system hostname get").Output);
        Assert.Equal(0, host.Run("esxcli network x/y list").Status);
        Assert.Equal("VMware ESXi 9\n", host.Run("vmware -vl").Output);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void What_was_rendered_as_xml_reads_back_the_same(string command)
    {
        using var host = new SimulatedHost();
        CliAnswer computed = CliCommands.Answer(host.Host, command)!;
        CliAnswer read = RecordedAnswer.Parse(System.Text.Encoding.UTF8.GetBytes(XmlForm.Render(computed)), CliCommands.BlockHead(command));

        Assert.Equal(XmlForm.Render(computed), XmlForm.Render(read));
        Assert.Equal(CsvForm.Render(computed), CsvForm.Render(read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html/>")]
    [InlineData("<output><root><structure><field>")]
    [InlineData("<output><root><structure><field><string>x</string></field></structure></root></output>")]
    [InlineData("<output><root><string>&nope;</string></root></output>")]
    [InlineData("<output><root><string a=b>x</string></root></output>")]
    public void A_broken_recorded_answer_is_no_simulated_failure(string xml)
    {
        using var host = new SimulatedHost();
        host.Write("answers/esxcli/system hostname get.xml", xml);

        Assert.Equal(70, host.Run("esxcli system hostname get").Status);
    }
}
