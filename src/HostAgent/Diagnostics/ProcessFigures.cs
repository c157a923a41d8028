using System.Globalization;
using System.Text;
using EsxAgent.HostAgent.Posix;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>What this process uses at the moment.</summary>
internal static class ProcessFigures
{
    private const int PageBytes = 4096;

    /// <summary>Reads the figures. Resident memory needs <c>/proc</c>, which VMkernel lacks: null there.</summary>
    public static ProcessUsage Read() => new(ResidentBytes(), AgentThread.Count, DescriptorGate.CountOpen());

    private static long? ResidentBytes()
    {
        byte[] statm = FileContent.Read("/proc/self/statm", 256, out _) ?? [];
        string[] figures = Encoding.ASCII.GetString(statm).Split(' ');
        return figures.Length > 1 && long.TryParse(figures[1], NumberStyles.None, CultureInfo.InvariantCulture, out long pages) ? pages * PageBytes : null;
    }
}
