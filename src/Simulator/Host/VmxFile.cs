using System.Globalization;
using System.Text;
using EsxAgent.Simulator.Profiles;

namespace EsxAgent.Simulator.Host;

/// <summary>The configuration file of a virtual machine: lines <c>key = "value"</c>.</summary>
internal static class VmxFile
{
    /// <summary>The text of a new machine's file, with the keys that a host writes for a small Linux guest without disks.</summary>
    public static string Text(VirtualMachine machine, Profile profile)
    {
        string bios = VmwareUuid.Parse(machine.BiosUuid)?.Spaced ?? "";
        string instance = VmwareUuid.Parse(machine.InstanceUuid)?.Spaced ?? "";
        ulong mac = StableId.Hash("mac", machine.BiosUuid);
        string address = string.Create(CultureInfo.InvariantCulture, $"00:0c:29:{mac & 0xff:x2}:{(mac >> 8) & 0xff:x2}:{(mac >> 16) & 0xff:x2}");

        var text = new StringBuilder();
        Line(text, ".encoding", "UTF-8");
        Line(text, "config.version", "8");
        Line(text, "virtualHW.version", profile.Value("hardwareVersion"));
        Line(text, "displayName", machine.Name);
        Line(text, "nvram", machine.Name + ".nvram");
        Line(text, "extendedConfigFile", machine.Name + ".vmxf");
        Line(text, "guestOS", profile.Value("guestOs"));
        Line(text, "numvcpus", "2");
        Line(text, "memSize", "4096");
        Line(text, "uuid.bios", bios);
        Line(text, "uuid.location", bios);
        if (instance.Length > 0)
        {
            Line(text, "vc.uuid", instance);
        }

        Line(text, "vmci0.present", "TRUE");
        Line(text, "vmci0.id", machine.ContextId.ToString(CultureInfo.InvariantCulture));
        Line(text, "scsi0.present", "TRUE");
        Line(text, "scsi0.virtualDev", "pvscsi");
        Line(text, "ethernet0.present", "TRUE");
        Line(text, "ethernet0.virtualDev", "vmxnet3");
        Line(text, "ethernet0.networkName", "VM Network");
        Line(text, "ethernet0.addressType", "generated");
        Line(text, "ethernet0.generatedAddress", address);
        Line(text, "pciBridge0.present", "TRUE");
        Line(text, "floppy0.present", "FALSE");
        Line(text, "tools.syncTime", "FALSE");
        return text.ToString();
    }

    /// <summary>A value as it is written between the quotes: what would end or break it becomes a bar and two hexadecimal digits.</summary>
    public static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (char one in value)
        {
            if (one is '|' or '"' or < ' ')
            {
                text.Append(CultureInfo.InvariantCulture, $"|{(int)one:X2}");
            }
            else
            {
                text.Append(one);
            }
        }

        return text.ToString();
    }

    /// <summary>Adds a line.</summary>
    public static void Line(StringBuilder text, string key, string value) =>
        text.Append(key).Append(" = \"").Append(Escape(value)).Append("\"\n");
}
