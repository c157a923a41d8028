using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using EsxAgent.Simulator.Disks;
using EsxAgent.Simulator.Sidecars;

namespace EsxAgent.Simulator.Faults;

/// <summary>Runs a tool's call, or what <c>faults.json</c> wants in its place.</summary>
internal static class FaultRunner
{
    private const int Sigkill = 9;
    private const long DefaultGarbageBytes = 4096;
    private const long DefaultFloodBytes = 100L << 20;

    /// <summary>Runs a call under the first fault that hits it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="joinedArguments">The arguments that patterns are compared with.</param>
    /// <param name="body">The call itself; it may get other streams.</param>
    /// <returns>The exit status.</returns>
    public static int Run(ToolCall call, string joinedArguments, Func<ToolCall, int> body) =>
        Run(call, FaultFile.Read(call.Host), joinedArguments, body);

    /// <summary>
    /// Runs a call that only a fault with exactly this pattern hits. The start of a shell is one: else it would be counted by <c>*</c> and the
    /// numbers of calls would differ between the ways of asking.
    /// </summary>
    public static int RunExactly(ToolCall call, string joinedArguments, Func<ToolCall, int> body) =>
        Run(call, FaultFile.Read(call.Host).FindAll(fault => fault.Arguments == joinedArguments), joinedArguments, body);

    private static int Run(ToolCall call, List<Fault> faults, string joinedArguments, Func<ToolCall, int> body)
    {
        Fault? hit = null;
        foreach (Fault fault in faults)
        {
            if (fault.Matches(call.Tool, joinedArguments))
            {
                bool isHit = !fault.IsCounted || fault.IsHit(CallCounter.Next(call.Host, fault.Key));
                hit ??= isHit ? fault : null;
            }
        }

        return hit is null ? body(call) : Act(call, hit, joinedArguments, body);
    }

    private static int Act(ToolCall call, Fault fault, string joinedArguments, Func<ToolCall, int> body)
    {
        FaultSettings settings = fault.Settings;
        switch (fault.Kind)
        {
            case FaultKind.Fail:
                return Fail(call, settings, joinedArguments);
            case FaultKind.DieBySignal:
                return DieBySignal(call, settings, body);
            case FaultKind.Hang:
                return Hang(call, settings, body);
            case FaultKind.Garbage:
                Garbage(call.Output, settings);
                return settings.Status ?? ExitStatus.Success;
            case FaultKind.Flood:
                Flood(call.Output, settings.Bytes ?? DefaultFloodBytes);
                return settings.Status ?? ExitStatus.Success;
            case FaultKind.Slow:
                return Slow(call, settings, body);
            case FaultKind.PartialFile:
                LeavePartialFile(call, settings, joinedArguments);
                return Fail(call, settings, joinedArguments);
            default:
                if (settings.Text is { } text)
                {
                    call.Print(text + "\n");
                }

                return ExitStatus.Success;
        }
    }

    private static int Fail(ToolCall call, FaultSettings settings, string joinedArguments)
    {
        call.Output.Flush();
        call.Complain(FailureLine(call.Tool, settings, LastArgument(call, joinedArguments)));
        return settings.Status ?? ExitStatus.ToolFailed;
    }

    /// <summary>The line that a failed call prints: the given text, with the code at its end, or what the tool would say.</summary>
    private static string FailureLine(string tool, FaultSettings settings, string lastArgument)
    {
        if (settings.Text is { } text)
        {
            return settings.Code is not { } code || text.Contains($"({code})", StringComparison.Ordinal) ? text : $"{text} ({code}).";
        }

        return tool switch
        {
            "vsish" => "VSISHCmdGetInt():Get failed: Failure",
            "vmkfstools" => $"Failed to open '{lastArgument}' : {Reason(settings)} ({settings.Code ?? ToolErrorCode.InputOutput}).",
            "diskTool" => $"Failed to open disk '{lastArgument}' : {Reason(settings)} ({settings.Code ?? ToolErrorCode.InputOutput}).",
            "vmware" => "vmware: failure",
            _ => "Error: Failure",
        };
    }

    private static string Reason(FaultSettings settings) =>
        ToolErrorCode.Reason((int)Math.Min(settings.Code ?? ToolErrorCode.InputOutput, int.MaxValue));

    private static int DieBySignal(ToolCall call, FaultSettings settings, Func<ToolCall, int> body)
    {
        int signal = settings.Signal ?? Sigkill;
        void Die() => OwnProcess.DieBySignal(signal);
        int status;
        if (settings.AfterBytes is { } bytes)
        {
            status = body(call with { Output = new GateStream(call.Output, bytes, Die) });
        }
        else if (settings.AtPercent is { } percent)
        {
            status = body(call with { AtWork = AtPercent(percent, Die) });
        }
        else
        {
            // Half of an output is known only when all of it is; a tool that changes files dies in the middle of its work.
            var whole = new MemoryStream();
            void PrintAndDie(int length)
            {
                call.Output.Write(whole.GetBuffer().AsSpan(0, length));
                call.Output.Flush();
                Die();
            }

            status = body(call with { Output = whole, AtWork = AtPercent(50, () => PrintAndDie((int)whole.Length)) });
            PrintAndDie((int)whole.Length / 2);
        }

        Die();
        return status;
    }

    private static int Hang(ToolCall call, FaultSettings settings, Func<ToolCall, int> body)
    {
        void Wait() => Thread.Sleep(settings.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Timeout.InfiniteTimeSpan);
        if (settings.AfterBytes is > 0 and long bytes)
        {
            return body(call with { Output = new GateStream(call.Output, bytes, Wait) });
        }

        if (settings.AtPercent is { } percent)
        {
            return body(call with { AtWork = AtPercent(percent, Wait) });
        }

        Wait();
        return body(call);
    }

    /// <summary>Does something once, when so much of the work is done.</summary>
    private static Action<int> AtPercent(int percent, Action reached)
    {
        bool done = false;
        return worked =>
        {
            if (worked >= percent && !done)
            {
                done = true;
                reached();
            }
        };
    }

    private static int Slow(ToolCall call, FaultSettings settings, Func<ToolCall, int> body)
    {
        int delay = settings.DelayMs ?? 0;
        if (settings.ChunkBytes is { } chunk)
        {
            return body(call with { Output = new TrickleStream(call.Output, chunk, delay) });
        }

        Thread.Sleep(delay);
        return body(call);
    }

    private static void Garbage(Stream output, FaultSettings settings)
    {
        if (settings.Hex is { } hex)
        {
            output.Write(Convert.FromHexString(hex));
            return;
        }

        // The same bytes at every run. The first ones are no UTF-8: a lone continuation byte, an overlong form, a NUL, a surrogate.
        byte[] start = [0x80, 0xc0, 0xaf, 0x00, 0xed, 0xa0, 0x80, 0xff];
        long left = settings.Bytes ?? DefaultGarbageBytes;
        ulong state = 0x9e3779b97f4a7c15;
        byte[] block = new byte[8192];
        for (bool first = true; left > 0; first = false)
        {
            for (int i = 0; i < block.Length; i++)
            {
                // xorshift64
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                block[i] = (byte)state;
            }

            if (first)
            {
                start.CopyTo(block, 0);
            }

            int size = (int)Math.Min(left, block.Length);
            output.Write(block, 0, size);
            left -= size;
        }
    }

    private static void Flood(Stream output, long bytes)
    {
        byte[] line = Encoding.ASCII.GetBytes("   flood of output from the simulated host, line after line:0\n");
        byte[] block = new byte[line.Length * 1024];
        for (int i = 0; i < block.Length; i += line.Length)
        {
            line.CopyTo(block, i);
        }

        for (long left = bytes; left > 0; left -= block.Length)
        {
            output.Write(block, 0, (int)Math.Min(left, block.Length));
        }
    }

    private static void LeavePartialFile(ToolCall call, FaultSettings settings, string joinedArguments)
    {
        string given = settings.Path ?? (call.Tool == "diskTool" ? DiskTool.FileOf(call) : LastArgument(call, joinedArguments));
        string path = call.Host.Map(given);
        if (!call.Host.Contains(path))
        {
            throw SimulatorException.BrokenHost($"partialFile: '{path}' does not lie in the simulated host; give the fault a path below /vmfs/volumes");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using FileStream file = File.Create(path);
        file.SetLength(settings.Bytes ?? 0);
    }

    // A command of the vsish shell has no arguments of its own, and no blank in them either.
    private static string LastArgument(ToolCall call, string joinedArguments) => call.Arguments.Length > 0 && call.JoinedArguments == joinedArguments
        ? call.Arguments[^1]
        : joinedArguments[(joinedArguments.LastIndexOf(' ') + 1)..];
}
