using System;
using System.Threading;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Tools;

/// <summary>
/// Runs a tool of the host to its end: within a time, with its output held to a size, and with nothing left over whatever happens. Knows nothing of any
/// single tool.
/// </summary>
internal sealed unsafe class ToolRunner
{
    /// <summary>Bytes of output that a tool may print.</summary>
    public const int MaxOutput = 8 << 20;

    /// <summary>Bytes of standard error that are kept: the last ones, which say why the tool failed. What came before is dropped.</summary>
    private const int MaxError = 64 << 10;

    private const string TookTooLong = "time";
    private const string PrintedTooMuch = "output";

    /// <summary>After the kill, how long the end of the child and of its streams is waited for.</summary>
    private const int AfterKillMs = 2_000;

    /// <summary>While a stream is silent, how often a cancelled request is looked for: what a killed tool had started may hold the streams open.</summary>
    private const int LookMs = 100;

    /// <summary>Time without a sign of life after which a tool that may take long is taken to hang.</summary>
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromSeconds(120);

    private readonly TimeSpan _time;
    private long _started;

    private readonly SharedPlaces _places;

    /// <summary>Tools that may run for hours: some of a VM's tools, and of all, must be left for what is read meanwhile.</summary>
    private readonly SharedPlaces _long = new(SessionLimitsInForce.Tools / 4 * 3, SessionLimitsInForce.ToolsOfVm / 4 * 3);
    private readonly bool _isOfAgent;

    /// <summary>Makes a runner.</summary>
    /// <param name="time">How long a tool may take where nothing else is said; 30 s where nothing is given.</param>
    public ToolRunner(TimeSpan? time = null)
        : this(new SharedPlaces(SessionLimitsInForce.Tools, SessionLimitsInForce.ToolsOfVm), isOfAgent: false, time)
    {
    }

    /// <summary>Makes a runner that shares its places with another one.</summary>
    /// <param name="places">The places.</param>
    /// <param name="isOfAgent">True where the agent asks for itself, whoever gave the reason: who is calling, and what host this is.</param>
    /// <param name="time">How long a tool may take where nothing else is said; 30 s where nothing is given.</param>
    public ToolRunner(SharedPlaces places, bool isOfAgent, TimeSpan? time = null)
    {
        _places = places;
        _isOfAgent = isOfAgent;
        _time = time ?? TimeSpan.FromSeconds(30);
    }

    /// <summary>Tools started so far.</summary>
    public long Started => Interlocked.Read(ref _started);

    /// <summary>Runs a tool.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancel">Ends the tool when the request is cancelled.</param>
    /// <param name="time">How long it may take, where that is less than usual.</param>
    /// <returns>Status and output; a status other than 0 is the caller's to judge.</returns>
    /// <exception cref="OperationException">The tool is missing (<c>CapabilityMissing</c>), took too long (<c>ToolTimeout</c>), printed too much
    /// (<c>ToolFailed</c>), or the request was cancelled.</exception>
    public ToolOutput Run(string path, ReadOnlySpan<string> arguments, CancelSignal cancel, TimeSpan? time = null) =>
        RunInPlace(path, arguments, cancel, null, null, time is TimeSpan given && given < _time ? given : _time, isLong: false);

    /// <summary>Runs a tool that may take as long as its work does, as long as it goes on telling how far it is.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancel">Ends the tool when the operation is cancelled.</param>
    /// <param name="directory">Where it starts.</param>
    /// <param name="watch">Is shown the output so far, each time there is more.</param>
    /// <returns>Status and output; a status other than 0 is the caller's to judge.</returns>
    /// <exception cref="OperationException">As <see cref="Run"/>.</exception>
    public ToolOutput RunLong(string path, ReadOnlySpan<string> arguments, CancelSignal cancel, DirectoryHandle directory, OutputWatcher? watch) =>
        RunInPlace(path, arguments, cancel, directory, watch, s_longestSilence, isLong: true);

    /// <summary>Runs a tool when there is a place for it; its time begins then.</summary>
    private ToolOutput RunInPlace(
        string path, ReadOnlySpan<string> arguments, CancelSignal cancel, DirectoryHandle? directory, OutputWatcher? watch, TimeSpan time, bool isLong)
    {
        long vm = _isOfAgent ? CancelSignal.OfAgent : cancel.Vm;
        SharedPlaces? first = isLong ? _long : null;
        _ = first?.TryEnter(vm, 1, int.MaxValue, cancel);
        try
        {
            _ = _places.TryEnter(vm, 1, int.MaxValue, cancel);
            try
            {
                return RunToEnd(path, arguments, cancel, directory, watch, new ToolPatience(time, isLong));
            }
            finally
            {
                _places.Leave(vm, 1);
            }
        }
        finally
        {
            first?.Leave(vm, 1);
        }
    }

    private ToolOutput RunToEnd(
        string path, ReadOnlySpan<string> arguments, CancelSignal cancel, DirectoryHandle? directory, OutputWatcher? watch, ToolPatience patience)
    {
        cancel.ThrowIfRequested();
        ChildProcess child = ChildProcess.Start(path, arguments, directory, out int error) ?? throw NotStarted(path, error);
        Interlocked.Increment(ref _started);
        var output = new NativeBuffer();
        var errors = new NativeBuffer();
        bool kept = false;
        try
        {
            cancel.SetWake(child.Kill);
            string? stopped = Drain(child, output, errors, patience, watch, cancel);
            if (stopped is not null)
            {
                child.Kill();
            }

            int status = WaitForEnd(child, stopped is null ? patience.Deadline : Environment.TickCount64 + AfterKillMs, ref stopped);
            cancel.ClearWake();
            cancel.ThrowIfRequested();
            if (stopped is not null)
            {
                throw Stopped(path, stopped, patience);
            }

            kept = true;
            int signal = status & 0x7f;
            return new ToolOutput
            {
                ExitStatus = signal == 0 ? (status >> 8) & 0xff : null,
                Signal = signal == 0 ? null : signal,
                Output = output,
                Error = errors,
            };
        }
        finally
        {
            cancel.ClearWake();
            child.Release();
            if (!kept)
            {
                output.Dispose();
                errors.Dispose();
            }
        }
    }

    /// <summary>Reads both streams until both have ended.</summary>
    /// <returns>Null, or why the tool has to be stopped: <see cref="TookTooLong"/> or <see cref="PrintedTooMuch"/>.</returns>
    private static string? Drain(
        ChildProcess child, NativeBuffer output, NativeBuffer errors, ToolPatience patience, OutputWatcher? watch, CancelSignal cancel)
    {
        const short Wanted = PosixConstants.PollIn;
        PollEntry* entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = child.OutputDescriptor, Events = Wanted };
        entries[1] = new PollEntry { Descriptor = child.ErrorDescriptor, Events = Wanted };
        while (entries[0].Descriptor >= 0 || entries[1].Descriptor >= 0)
        {
            long left = patience.Deadline - Environment.TickCount64;
            if (left <= 0 || cancel.Reason is not null)
            {
                return TookTooLong;
            }

            if (Libc.Poll(entries, 2, (int)Math.Min(left, LookMs)) <= 0)
            {
                continue;
            }

            patience.Heard();
            int before = output.Length;
            if (entries[0].Returned != 0 && !Read(entries[0], output))
            {
                entries[0].Descriptor = -1;
            }

            if (errors.Length >= MaxError)
            {
                errors.DropFirst(MaxError / 2);
            }

            if (entries[1].Returned != 0 && !Read(entries[1], errors))
            {
                entries[1].Descriptor = -1;
            }

            if (output.Length > before)
            {
                watch?.Invoke(output.Bytes);
            }

            if (output.Length > MaxOutput)
            {
                return PrintedTooMuch;
            }
        }

        return null;
    }

    /// <summary>Reads what is there; the poll said that there is something, or the end.</summary>
    /// <returns>False at the end of the stream.</returns>
    private static bool Read(PollEntry entry, NativeBuffer buffer)
    {
        Span<byte> space = buffer.GetFreeSpace();
        fixed (byte* start = space)
        {
            nint count = Libc.Read(entry.Descriptor, start, space.Length);
            buffer.Advance((int)Math.Max(count, 0));
            return count > 0 || (count < 0 && Errno.Last is Errno.Interrupted or Errno.Again);
        }
    }

    /// <summary>Waits for the child itself, which may live on after closing its streams.</summary>
    private static int WaitForEnd(ChildProcess child, long deadline, ref string? stopped)
    {
        int status;
        for (int pause = 0; !child.TryWait(out status); pause = Math.Min(pause + 1, 20))
        {
            if (Environment.TickCount64 >= deadline)
            {
                if (stopped is not null)
                {
                    // Killed and still there: it hangs inside the kernel. Its end is taken when it comes, and the request goes on without it.
                    Reaper.Take(child);
                    return status;
                }

                stopped = TookTooLong;
                child.Kill();
                deadline = Environment.TickCount64 + AfterKillMs;
            }

            // A child that has closed its streams is nearly always gone at the next look.
            Thread.Sleep(pause);
        }

        return status;
    }

    private static OperationException Stopped(string path, string why, ToolPatience patience) => why == TookTooLong
        ? new OperationException(ErrorKind.ToolTimeout, $"The host's tool '{NameOf(path)}' {patience.Broken} and was stopped.")
        : new OperationException(ErrorKind.ToolFailed, $"The host's tool '{NameOf(path)}' printed more than {MaxOutput >> 20} MiB and was stopped.");

    private static OperationException NotStarted(string path, int error) => error is Errno.NoEntry or Errno.AccessDenied or Errno.NotDirectory
        ? new OperationException(ErrorKind.CapabilityMissing, $"The host has no tool '{NameOf(path)}' that can be run ({Errno.Describe(error)}).")
        : new OperationException(ErrorKind.ToolFailed, $"The host's tool '{NameOf(path)}' could not be started ({Errno.Describe(error)}).");

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];
}
