using System;
using System.Text;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>
/// One <c>vsish</c> process that answers many commands, fed through its prompt. Where an answer ends must be told exactly, since a node's text may hold
/// anything, also something like a prompt. So each command is followed by two more:
/// <code>
/// get /net/pNics/vmnic0/stats
/// cd /memory                      the prompt changes
/// get /esxagent~5f1e0c…           fails, and says the name on standard error
/// </code>
/// When the name has come on standard error, the answer has been printed whole. From then on standard output is complete as soon as it ends in the old prompt
/// and twice the new one: the two are of the same length and differ, so that no text before them can make a shorter end look like this one. What came on
/// standard error before the sentinel's own complaint belongs to the command.
/// </summary>
/// <remarks>Not safe for several threads. After anything unexpected it must not be asked again.</remarks>
internal sealed unsafe class VsishShell : IDisposable
{
    /// <summary>Longest path that is asked here: all that is written for one command fits into any pipe.</summary>
    public const int MaxNode = 512;

    private const int MaxError = 64 << 10;

    /// <summary>How long the rest of an answer may take once the sentinel was heard: it is printed already.</summary>
    private const int RestMs = 2_000;

    /// <summary>Time for the start and the first prompt.</summary>
    private const int ProbeMs = 2_000;

    /// <summary>Two directories that every release has, with names of the same length; the current one is the first.</summary>
    private readonly string[] _directories = ["/system", "/memory"];
    private readonly ChildProcess _child;
    private readonly ShellSentinel _sentinel = new();

    /// <summary>What is said of a sentinel on standard error, before and behind its name.</summary>
    private byte[] _complaintStart = [];
    private byte[] _complaintEnd = [];

    private VsishShell(ChildProcess child) => _child = child;

    /// <summary>Starts a shell and looks whether it behaves as described.</summary>
    /// <param name="path">Absolute path of vsish.</param>
    /// <param name="problem">Why there is none.</param>
    public static VsishShell? TryStart(string path, out string? problem)
    {
        problem = null;
        ChildProcess? child = ChildProcess.Start(path, [], null, out int error, hasInput: true);
        if (child is null)
        {
            problem = $"it cannot be started ({Errno.Describe(error)})";
            return null;
        }

        var shell = new VsishShell(child);
        if (shell.TryLearn())
        {
            return shell;
        }

        problem = "its prompt or its errors are others than expected";
        shell.Dispose();
        return null;
    }

    /// <summary>Asks.</summary>
    /// <param name="command">The command.</param>
    /// <param name="node">Its node: a valid path of at most <see cref="MaxNode"/> characters.</param>
    /// <param name="cancel">Ends the shell when the request is cancelled.</param>
    /// <param name="deadline">When to give up, in milliseconds of <see cref="Environment.TickCount64"/>.</param>
    /// <returns>The answer; null where the shell did not behave, and must not be asked again.</returns>
    public ToolOutput? TryAsk(VsishCommand command, string node, CancelSignal cancel, long deadline)
    {
        string name = _sentinel.Next();
        byte[] complaint = [.. _complaintStart, .. Encoding.ASCII.GetBytes(name), .. _complaintEnd];
        byte[] end = Encoding.ASCII.GetBytes(Prompt(_directories[0]) + Prompt(_directories[1]) + Prompt(_directories[1]));
        int most = (command == VsishCommand.Get ? VsishAnswer.MaxText : VsishAnswer.MaxListing) + end.Length;
        var output = new NativeBuffer();
        var errors = new NativeBuffer();
        cancel.SetWake(_child.Kill);
        bool isWhole = TryWrite($"{command.Word} {node}\ncd {_directories[1]}\nget /{name}\n")
            && TryReadUntil(errors, complaint, output, end, most, deadline);
        cancel.ClearWake();
        if (!isWhole)
        {
            output.Dispose();
            errors.Dispose();
            return null;
        }

        (_directories[0], _directories[1]) = (_directories[1], _directories[0]);
        output.Clear(from: output.Length - end.Length);
        errors.Clear(from: errors.Length - complaint.Length);
        return new ToolOutput { ExitStatus = 0, Output = output, Error = errors };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _child.Kill();
        _child.Release();
        if (!_child.TryWait(out _))
        {
            Reaper.Take(_child);
        }
    }

    private static string Prompt(string directory) => directory + "/> ";

    /// <summary>
    /// Goes to both directories and asks for a sentinel in each: the prompts must be exactly these, and the complaints alike but for the name.
    /// </summary>
    private bool TryLearn()
    {
        string first = _sentinel.Next();
        string second = _sentinel.Next();
        string expected = "/> " + Prompt(_directories[1]) + Prompt(_directories[1]) + Prompt(_directories[0]) + Prompt(_directories[0]);
        using var output = new NativeBuffer();
        using var errors = new NativeBuffer();
        byte[] end = Encoding.ASCII.GetBytes(expected);
        bool isSaid = TryWrite($"cd {_directories[1]}\nget /{first}\ncd {_directories[0]}\nget /{second}\n")
            && TryReadUntil(errors, Encoding.ASCII.GetBytes(second), output, end, end.Length, Environment.TickCount64 + ProbeMs, isExact: false);
        if (!isSaid || output.Length != expected.Length || errors.Length % 2 != 0)
        {
            return false;
        }

        ReadOnlySpan<byte> complaint = errors.Bytes[(errors.Length / 2)..];
        int at = complaint.IndexOf(Encoding.ASCII.GetBytes(second));
        _complaintStart = complaint[..Math.Max(at, 0)].ToArray();
        _complaintEnd = at < 0 ? [] : complaint[(at + second.Length)..].ToArray();
        return at >= 0 && errors.Bytes[..(errors.Length / 2)].SequenceEqual([.. _complaintStart, .. Encoding.ASCII.GetBytes(first), .. _complaintEnd]);
    }

    private bool TryWrite(string commands)
    {
        ReadOnlySpan<byte> bytes = Encoding.ASCII.GetBytes(commands);
        fixed (byte* start = bytes)
        {
            // It takes all or nothing, because the shell has read everything before it.
            return Libc.Write(_child.InputDescriptor, start, bytes.Length) == bytes.Length;
        }
    }

    /// <summary>Reads both streams until each ends as expected.</summary>
    /// <param name="errors">Standard error.</param>
    /// <param name="complaint">Its end; while the complaint is not yet known in full, a part of it.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="end">Its end.</param>
    /// <param name="most">Bytes that standard output may have.</param>
    /// <param name="deadline">When to give up.</param>
    /// <param name="isExact">False where the complaint is not yet known in full.</param>
    private bool TryReadUntil(
        NativeBuffer errors, ReadOnlySpan<byte> complaint, NativeBuffer output, ReadOnlySpan<byte> end, int most, long deadline, bool isExact = true)
    {
        PollEntry* entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = _child.OutputDescriptor, Events = PosixConstants.PollIn };
        entries[1] = new PollEntry { Descriptor = _child.ErrorDescriptor, Events = PosixConstants.PollIn };
        bool isHeard = false;
        while (true)
        {
            bool isComplaintThere = isExact ? errors.Bytes.EndsWith(complaint) : errors.Bytes.IndexOf(complaint) >= 0;
            if (isComplaintThere && !isHeard)
            {
                isHeard = true;
                deadline = Math.Min(deadline, Environment.TickCount64 + RestMs);
            }

            bool isWhole = isHeard && output.Bytes.EndsWith(end);
            long left = isWhole ? 0 : deadline - Environment.TickCount64;
            if (left < 0 || output.Length > most || errors.Length > MaxError)
            {
                return false;
            }

            int ready = Libc.Poll(entries, 2, (int)Math.Min(left, int.MaxValue));
            if (ready == 0)
            {
                // Whole, and nothing more came: where something did, the shell says more than it was asked.
                return isWhole;
            }

            if (ready > 0 && !(TryRead(entries[0], output) && TryRead(entries[1], errors)))
            {
                return false;
            }
        }
    }

    /// <summary>Reads what is there.</summary>
    /// <returns>False at the end of the stream.</returns>
    private static bool TryRead(PollEntry entry, NativeBuffer buffer)
    {
        if (entry.Returned == 0)
        {
            return true;
        }

        Span<byte> space = buffer.GetFreeSpace();
        fixed (byte* start = space)
        {
            nint count = Libc.Read(entry.Descriptor, start, space.Length);
            buffer.Advance((int)Math.Max(count, 0));
            return count > 0 || (count < 0 && Errno.Last == Errno.Interrupted);
        }
    }
}
