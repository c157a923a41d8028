using System;
using System.Collections.Generic;
using System.Globalization;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;

namespace EsxAgent.HostAgent.Diagnostics.Probes;

/// <summary>
/// What the kernel makes of system calls and of large reservations. Each is tried in a process of its own, because a kernel that does not know a call may also end who
/// makes it, or never come back.
/// </summary>
internal sealed class KernelCheck(ToolRunner runner, CancelSignal cancel)
{
    /// <summary>Option of <c>check</c> that makes one probe and prints its answer.</summary>
    public const string Option = "--probe";

    private const string Addresses = "addresses";

    /// <summary>What the heap is given at the start; who reads this has it already.</summary>
    private const long HeapMebibytes = 64;

    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(5);

    /// <summary>Makes a probe in this process.</summary>
    /// <param name="name">Name of a system call of the table, or <c>addresses</c>.</param>
    /// <returns>Errno of the call, or MiB; null where there is no such probe.</returns>
    public static long? Probe(string name) =>
        name == Addresses ? AddressSpace.LargestReservation() : SystemCalls.Find(name) is SystemCall call ? SystemCallRoom.Make(call) : null;

    /// <summary>One line for reservations, and one for each system call of the table.</summary>
    public IEnumerable<HostCheckLine> Lines()
    {
        string? self = Kernel.OwnPath;
        string? problem = null;
        long? mebibytes = self is null ? null : Ask(self, Addresses, out problem);
        yield return Reservation(mebibytes, self is null ? "the kernel does not tell where this executable lies, so it cannot start itself to try" : problem);
        foreach (SystemCall call in SystemCalls.All)
        {
            long? error = self is null ? null : Ask(self, call.Name, out problem);
            yield return Line(call, error, problem ?? "not tried");
        }
    }

    private static HostCheckLine Reservation(long? mebibytes, string? problem)
    {
        const string Name = "largest reservation of addresses";
        string more = mebibytes == AddressSpace.MostMebibytes ? " or more" : string.Empty;
        return mebibytes is not long granted
            ? HostCheckLine.Note(Name, problem!)
            : granted >= HeapMebibytes ? HostCheckLine.Ok(Name, $"{granted} MiB{more}") : HostCheckLine.Note(Name, $"{granted} MiB: little is left beside the heap");
    }

    private static HostCheckLine Line(SystemCall call, long? error, string problem)
    {
        string name = $"call {call.Name}";
        if (error is null)
        {
            return HostCheckLine.Note(name, problem);
        }

        if (error == 0 || error == call.Refusal)
        {
            return HostCheckLine.Ok(name, error == 0 ? "works" : $"works: it refuses a wrong argument with {ErrnoName.Of(call.Refusal)}");
        }

        string what = error == Errno.NotImplemented ? "ENOSYS" : $"other: {ErrnoName.Of((int)error)}";
        return HostCheckLine.Absent(name, call.IsNeeded, call.IsNeeded ? $"{what}; the agent needs it" : $"{what}; the agent does without it");
    }

    private long? Ask(string self, string probe, out string? problem)
    {
        problem = null;
        try
        {
            using ToolOutput output = runner.Run(self, ["check", Option, probe], cancel, s_time);
            if (long.TryParse(output.Output.Bytes.Trim((byte)'\n'), NumberStyles.None, CultureInfo.InvariantCulture, out long answer))
            {
                return answer;
            }

            problem = output.Signal is int signal ? $"ends who makes it with signal {signal}" : $"the probe ended with status {output.ExitStatus} and said nothing";
        }
        catch (OperationException e)
        {
            problem = e.Error.Message;
        }

        return null;
    }
}
