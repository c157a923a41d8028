using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using EsxAgent.Simulator.EsxCli;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Recording;

/// <summary>
/// Records what the tools of a host say into a simulated one. An answer that the simulated tools would give by themselves, from the facts that are recorded
/// with it, is not kept a second time.
/// </summary>
/// <param name="tools">The tools to ask.</param>
/// <param name="host">The simulated host.</param>
internal sealed class HostRecorder(HostTools tools, HostDirectory host)
{
    private const string Release = "-vl";

    /// <summary>Commands whose answers stay as they are while a host runs. The others are answered from the facts.</summary>
    private static readonly string[] Commands =
    [
        "system version get", "system hostname get", "system uuid get", "hardware platform get", "hardware memory get", "hardware cpu global get",
    ];

    private readonly Dictionary<string, (byte[] Xml, CliAnswer Answer)> _answers = new(StringComparer.Ordinal);

    /// <summary>What the record lacks, a sentence each.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Records facts, datastores and virtual machines; the tree is recorded before, see <see cref="TreeRecorder"/>.</summary>
    public void Record()
    {
        foreach (string command in Commands)
        {
            Ask(command);
        }

        byte[] release = ReadRelease();
        Facts(Encoding.UTF8.GetString(release)).Write(host);
        Datastore.WriteAll(host, Datastores());
        Machines();
        KeepAnswers(release);
    }

    private byte[] ReadRelease()
    {
        if (!tools.Has("vmware"))
        {
            Warnings.Add("there is no tool 'vmware': product and version come from esxcli alone");
            return [];
        }

        ToolRun run = tools.Run("vmware", Release);
        return run.Succeeded ? run.Output : [];
    }

    private HostFacts Facts(string release)
    {
        string[] lines = release.Split('\n', StringSplitOptions.TrimEntries);
        string version = Text("system version get", "Version");
        string releaseName = lines.Length > 1 ? lines[1] : "";
        return new HostFacts
        {
            Profile = ProfileOf(version),
            HostName = Text("system hostname get", "HostName"),
            Domain = Text("system hostname get", "DomainName"),
            Uuid = _answers.TryGetValue("system uuid get", out (byte[] Xml, CliAnswer Answer) uuid) ? uuid.Answer.Value?.Text ?? "" : "",
            Product = Text("system version get", "Product"),
            Version = version,
            ReleaseName = releaseName,
            Update = (int)Number("system version get", "Update"),
            Patch = (int)Number("system version get", "Patch"),
            Build = BuildOf(lines[0]) ?? Text("system version get", "Build").Replace("Releasebuild-", "", StringComparison.Ordinal),
            ReleaseDate = "",
            BootTime = BootTime(),
            MaintenanceMode = Ask("system maintenanceMode get")?.Value?.Text == "Enabled",
            Hardware = new HardwareFacts
            {
                Vendor = Text("hardware platform get", "VendorName"),
                Model = Text("hardware platform get", "ProductName"),
                SerialNumber = Text("hardware platform get", "SerialNumber"),
                AssetTag = Text("hardware platform get", "BIOSAssetTag"),
                Uuid = VmwareUuid.ParseBytes(Text("hardware platform get", "UUID"))?.Hyphenated ?? "",
                CpuPackages = (int)Number("hardware cpu global get", "CPUPackages"),
                CpuCores = (int)Number("hardware cpu global get", "CPUCores"),
                CpuThreads = (int)Number("hardware cpu global get", "CPUThreads"),
                MemoryBytes = Number("hardware memory get", "PhysicalMemory"),
                NumaNodes = (int)Number("hardware memory get", "NUMANodeCount"),
            },
        };
    }

    private DateTime BootTime()
    {
        DateTime now = DateTime.UtcNow;
        string? uptime = Ask("system stats uptime get")?.Value?.Text;
        DateTime boot = now - TimeSpan.FromMicroseconds(ToNumber(uptime));
        return boot.AddTicks(-(boot.Ticks % TimeSpan.TicksPerSecond));
    }

    private List<Datastore> Datastores()
    {
        var datastores = new List<Datastore>();
        foreach (CliStructure mount in Ask("storage filesystem list")?.List ?? [])
        {
            string type = mount.Find("Type")?.Text ?? "";
            bool isMounted = mount.Find("Mounted")?.Text == "true";
            VolumeSize size = isMounted ? SizeOf(mount) : default;
            datastores.Add(new Datastore
            {
                Name = mount.Find("VolumeName")?.Text ?? "",
                Uuid = mount.Find("UUID")?.Text ?? "",
                Type = type,
                CapacityBytes = size.Capacity,
                ReservedBytes = Math.Max(0, size.Capacity - size.Free),
                OwnBlockBytes = size.Block,
                Accessible = isMounted,
            });
        }

        return datastores;
    }

    /// <summary>The exact sizes; where the tool has none, those of the list.</summary>
    private VolumeSize SizeOf(CliStructure mount)
    {
        ToolRun report = tools.Has("vmkfstools") ? tools.Run("vmkfstools", "-P", mount.Find("MountPoint")?.Text ?? "") : default;
        return (report.Succeeded ? VolumeSize.Parse(report.Text) : null)
            ?? new VolumeSize(ToNumber(mount.Find("Size")?.Text), ToNumber(mount.Find("Free")?.Text), 1);
    }

    private void Machines()
    {
        int number = 0;
        foreach (CliStructure process in Ask("vm process list")?.List ?? [])
        {
            number++;
            int cartel = (int)ToNumber(process.Find("VMXCartelID")?.Text);
            string leader = ReadNode($"/userworld/cartel/{cartel}/vmmLeader") ?? process.Find("WorldID")?.Text ?? "";
            new VirtualMachine
            {
                Name = process.Find("DisplayName")?.Text ?? "",
                VmId = number,
                CartelId = cartel,
                WorldGroupLeader = (int)ToNumber(leader.Trim()),
                ContextId = 0,
                BiosUuid = VmwareUuid.Parse(process.Find("UUID")?.Text ?? "")?.Hyphenated ?? "",
                InstanceUuid = InstanceUuid(leader.Trim()),
                Vmx = process.Find("ConfigFile")?.Text ?? "",
                PoweredOn = true,
            }.Write(host);
        }
    }

    private string InstanceUuid(string leader)
    {
        const string Label = "vc uuid:";
        foreach (string line in (ReadNode($"/vm/{leader}/vmmGroupInfo") ?? "").Split('\n', StringSplitOptions.TrimEntries))
        {
            // Releases write it in capitals or not.
            if (line.StartsWith(Label, StringComparison.OrdinalIgnoreCase))
            {
                return VmwareUuid.Parse(line[Label.Length..])?.Hyphenated ?? "";
            }
        }

        return "";
    }

    private string? ReadNode(string node)
    {
        ToolRun run = tools.Run("vsish", "-e", "get", node);
        return run.Succeeded ? run.Text : null;
    }

    private void KeepAnswers(byte[] release)
    {
        HostFacts facts = HostFacts.Read(host);
        bool isOwn = Encoding.UTF8.GetString(release) == facts.Release;
        if (release.Length > 0 && !isOwn)
        {
            Keep("vmware", $"{Release}.txt", release);
        }

        foreach (string command in Commands)
        {
            bool isGiven = _answers.TryGetValue(command, out (byte[] Xml, CliAnswer Answer) answer);
            if (isGiven && CliCommands.Answer(host, command) is { } own && XmlForm.Render(own) != Encoding.UTF8.GetString(answer.Xml))
            {
                Keep("esxcli", command + ".xml", answer.Xml);
            }
        }
    }

    private void Keep(string tool, string name, byte[] answer)
    {
        string folder = Path.Combine(host.Answers, tool);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, name), answer);
    }

    private CliAnswer? Ask(string command)
    {
        string[] arguments = ["--formatter=xml", .. command.Split(' ')];
        foreach (string tool in (string[])["esxcli", "localcli"])
        {
            ToolRun run = tools.Has(tool) ? tools.Run(tool, arguments) : default;
            if (run.Succeeded && run.Output is { Length: > 0 } && TryParse(run.Output) is { } answer)
            {
                _answers[command] = (run.Output, answer);
                return answer;
            }
        }

        Warnings.Add($"neither esxcli nor localcli answers '{command}'");
        return null;
    }

    private static CliAnswer? TryParse(byte[] xml)
    {
        try
        {
            return RecordedAnswer.Parse(xml, null);
        }
        catch (SimulatorException)
        {
            return null;
        }
    }

    private string Text(string command, string field) =>
        _answers.TryGetValue(command, out (byte[] Xml, CliAnswer Answer) answer) ? answer.Answer.Structure?.Find(field)?.Text ?? "" : "";

    private long Number(string command, string field) => ToNumber(Text(command, field));

    private static long ToNumber(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;

    private static string ProfileOf(string version) => version.Split('.')[0] switch
    {
        "5" or "6" => "6.7",
        "7" => "7.0",
        _ => "8.0",
    };

    private static string? BuildOf(string line)
    {
        const string Mark = "build-";
        int start = line.IndexOf(Mark, StringComparison.Ordinal);
        return start < 0 ? null : line[(start + Mark.Length)..].Split(' ')[0];
    }
}
