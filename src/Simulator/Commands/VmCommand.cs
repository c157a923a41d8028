using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Commands;

/// <summary><c>esxsim vm list|on|off|add|attach|detach</c>.</summary>
internal static class VmCommand
{
    /// <summary>Runs one call and gives what is printed.</summary>
    /// <param name="arguments">The arguments after <c>vm</c>.</param>
    /// <exception cref="SimulatorException">An argument is wrong.</exception>
    public static string Run(string[] arguments)
    {
        string action = arguments.Length == 0 ? "" : arguments[0];
        var given = new CommandArguments($"vm {action}", arguments.Length == 0 ? [] : arguments[1..], OptionsOf(action));
        string[] wanted = action switch
        {
            "list" => ["DIR"],
            "attach" or "detach" => ["DIR", "NAME", "VMDK"],
            _ => ["DIR", "NAME"],
        };
        if (given.Words.Count != wanted.Length)
        {
            throw SimulatorException.Usage($"write 'esxsim vm {action} {string.Join(' ', wanted)}'");
        }

        HostDirectory host = HostDirectory.Open(given.Words[0]);
        if (action == "list")
        {
            return Table(VirtualMachine.ReadAll(host));
        }

        if (action is "attach" or "detach")
        {
            return action == "attach"
                ? DiskAttachment.Attach(host, given.Words[1], given.Words[2], given.Has("--read-only"))
                : DiskAttachment.Detach(host, given.Words[1], given.Words[2]);
        }

        var inventory = new Inventory(host, HostFacts.Read(host).Profile);
        VirtualMachine machine = action == "add" ? Add(inventory, given) : inventory.SetPower(given.Words[1], action == "on");
        return Table([machine]);
    }

    private static string[] OptionsOf(string action) => action switch
    {
        "add" => ["--cartel", "--bios-uuid", "--instance-uuid"],
        "attach" => ["--read-only!"],
        "list" or "on" or "off" or "detach" => [],
        _ => throw SimulatorException.Usage("write 'esxsim vm list|on|off|add|attach|detach DIR [NAME [VMDK]]'"),
    };

    private static VirtualMachine Add(Inventory inventory, CommandArguments given)
    {
        int? cartel = null;
        if (given.One("--cartel") is { } text)
        {
            cartel = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
                ? number
                : throw SimulatorException.Usage($"'{text}' is no cartel id; give a whole number from 1, such as 2100123");
        }

        return inventory.Add(given.Words[1], cartel, Uuid(given, "--bios-uuid"), Uuid(given, "--instance-uuid"));
    }

    private static VmwareUuid? Uuid(CommandArguments given, string option) => given.One(option) is not { } text
        ? null
        : VmwareUuid.Parse(text) ?? throw SimulatorException.Usage(
            $"'{text}' is no uuid; write 32 hexadecimal digits, such as 564db163-53a5-dde6-60d5-7a08dc4cc19a");

    private static string Table(List<VirtualMachine> machines)
    {
        int width = "Name".Length;
        foreach (VirtualMachine one in machines)
        {
            width = Math.Max(width, one.Name.Length);
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{"Vmid",-4}  {"Name".PadRight(width)}  {"Power",-5}  {"Cartel",-7}  {"Leader",-7}  {"ContextId",-10}  BiosUuid\n");
        foreach (VirtualMachine one in machines)
        {
            string power = one.PoweredOn ? "on" : "off";
            text.Append(
                CultureInfo.InvariantCulture,
                $"{one.VmId,-4}  {one.Name.PadRight(width)}  {power,-5}  {one.CartelId,-7}  {one.WorldGroupLeader,-7}  {one.ContextId,-10}  {one.BiosUuid}\n");
        }

        return text.ToString();
    }
}
