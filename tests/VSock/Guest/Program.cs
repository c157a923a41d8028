using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.Versioning;
using System.Threading.Tasks;
using EsxAgent.Tests.VSock;

[assembly: SupportedOSPlatform("linux")]

// The machine's own vSockets lead to the hypervisor under it, and nothing here may touch them: it runs in a kernel that the scripts beside it have booted,
// or not at all.
const string Mark = "esxagent.vsock";
if (!File.ReadAllText("/proc/cmdline").Contains(Mark, StringComparison.Ordinal))
{
    Console.Error.WriteLine("These cases run inside a guest kernel only: start them with tests/VSock/run.sh or tests/VSock/qemu.sh.");
    return 2;
}

return args switch
{
    ["without-vsockets", .. string[] only] => await Run(WithoutVSocketsCases.All(), only),
    ["with-vsockets", .. string[] only] => await RunAll(only),
    [string role, .. string[] more] => await Roles.RunAsync(role, more),
    _ => throw new ArgumentException("Say what to do: without-vsockets or with-vsockets, and the beginning of a case's name to run no other."),
};

static Task<int> Run(IEnumerable<Case> cases, string[] only) => CaseRun.RunAsync(cases, only is [string name] ? name : string.Empty);

static async Task<int> RunAll(string[] only)
{
    using var world = new SharedWorld(() => World.Start(firstPort: 1019, machines: 2));
    using var large = new SharedWorld(() => World.Start(firstPort: 2019, machines: 2, host =>
    {
        QuickVsish.Install(host);
        LargeListing.Make(host);
    }));
    using var wide = new SharedWorld(() => World.Start(firstPort: 2119, ManyConnectionsCases.Machines, QuickVsish.Install));
    return await Run(
        [
            .. HandshakeCases.All(world),
            .. PortCases.All(world),
            .. AbsenceCases.All(world),
            .. OptionCases.All(world),
            .. DiagnosisCases.All(world),
            .. PwshCases.All(world),
            .. SizeCases.All(world, large),
            .. ManyConnectionsCases.All(wide),
            .. DisappearanceCases.All(large),
            .. ReconnectCases.All(),
        ],
        only);
}
