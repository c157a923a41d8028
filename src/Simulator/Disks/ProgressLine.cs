using System;
using System.Diagnostics;
using System.Threading;

namespace EsxAgent.Simulator.Disks;

/// <summary>
/// The line that a tool rewrites while it works, <c>Clone: 42% done.</c>, and the time that the work takes. It is also told to the fault of the call,
/// which may end the tool in the middle.
/// </summary>
internal sealed class ProgressLine
{
    private readonly ToolCall _call;
    private readonly string _name;
    private readonly long _total;
    private readonly long _bytesPerSecond;
    private readonly long _start = Stopwatch.GetTimestamp();
    private int _shown = -1;

    /// <summary>Starts at 0 percent.</summary>
    /// <param name="call">The call.</param>
    /// <param name="name">What the tool does, such as <c>Clone</c>.</param>
    /// <param name="totalBytes">How much there is to do.</param>
    /// <param name="bytesPerSecond">How much is done in a second; 0: no time is spent.</param>
    public ProgressLine(ToolCall call, string name, long totalBytes, long bytesPerSecond)
    {
        _call = call;
        _name = name;
        _total = Math.Max(1, totalBytes);
        _bytesPerSecond = bytesPerSecond;
        Show(0);
    }

    /// <summary>Tells that so many bytes are done, once their time has passed.</summary>
    public void Reach(long doneBytes)
    {
        if (_bytesPerSecond > 0)
        {
            double due = (double)doneBytes / _bytesPerSecond;
            TimeSpan left = TimeSpan.FromSeconds(due) - Stopwatch.GetElapsedTime(_start);
            if (left > TimeSpan.Zero)
            {
                Thread.Sleep(left);
            }
        }

        // The last percent is the end of the work, not of the bytes: what follows may still fail.
        Show((int)Math.Min(99, 100.0 * doneBytes / _total));
    }

    /// <summary>Ends the line at 100 percent.</summary>
    public void End()
    {
        Show(100);
        _call.Print("\n");
    }

    /// <summary>How much more is done until the next percent, at least: a work in pieces of this size shows each one.</summary>
    public long BytesPerPercent => Math.Max(1, _total / 100);

    private void Show(int percent)
    {
        if (percent > _shown)
        {
            _call.Worked(percent);
            _call.Print($"{(_shown < 0 ? "" : "\r")}{_name}: {percent}% done.");
            _shown = percent;
        }
    }
}
