using System;
using System.IO;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.VSock;

/// <summary>
/// The vsish of vsish.c, for cases that are about connections: in a guest kernel the start of a simulated tool costs more than the connection for which it
/// is asked who is calling.
/// </summary>
internal static class QuickVsish
{
    /// <summary>Puts it in the place of a host's own, which it asks for whatever is more than getting a leaf.</summary>
    public static void Install(SimulatedHost host)
    {
        string program = Environment.GetEnvironmentVariable("quick_vsish")
            ?? throw new InvalidOperationException("inside.sh has not said where vsish.c was built.");
        host.RemoveTool("vsish");
        File.Copy(program, host.ToolPath("vsish"));
    }
}
