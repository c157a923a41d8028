using System;
using System.Management.Automation;
using System.Threading;

namespace EsxAgent.Abstractions;

/// <summary>
/// Carries progress from the thread that does the work to the pipeline's thread, which alone may show it: at most every 200 ms, and always with a last
/// record that takes the bar away. Work that is done sooner shows nothing.
/// </summary>
internal sealed class ProgressPump : IProgress<int>, IWaitSign, IDisposable
{
    /// <summary>Milliseconds between two records.</summary>
    public const int IntervalMilliseconds = 200;

    private static int _lastActivity;

    private readonly Cmdlet _cmdlet;
    private readonly string _activity;
    private readonly int _number = NextActivity();
    private readonly Func<int, string> _say;
    private readonly int _total;
    private long _lastShown = Environment.TickCount64;
    private volatile int _done;
    private bool _isShown;

    /// <summary>Makes a pump.</summary>
    /// <param name="cmdlet">The cmdlet that shows it.</param>
    /// <param name="activity">What is being done.</param>
    /// <param name="total">How much there is to do.</param>
    /// <param name="say">Says for an amount how far it is.</param>
    public ProgressPump(Cmdlet cmdlet, string activity, int total, Func<int, string> say)
    {
        _cmdlet = cmdlet;
        _total = total;
        _say = say;
        _activity = activity;
    }

    /// <summary>A number that no other bar of this process has.</summary>
    public static int NextActivity() => Interlocked.Increment(ref _lastActivity) & int.MaxValue;

    /// <summary>Called from any thread.</summary>
    public void Report(int value) => _done = value;

    /// <summary>Called on the pipeline's thread, as often as one likes.</summary>
    public void Show()
    {
        long now = Environment.TickCount64;
        if (now - _lastShown < IntervalMilliseconds)
        {
            return;
        }

        int done = _done;
        _lastShown = now;
        _isShown = true;
        // A record of its own each time: whoever takes them in keeps them.
        _cmdlet.WriteProgress(new ProgressRecord(_number, _activity, _say(done))
        {
            PercentComplete = _total > 0 ? (int)Math.Clamp(100L * done / _total, 0, 100) : -1,
        });
    }

    /// <summary>Takes the bar away, called on the pipeline's thread.</summary>
    public void Dispose()
    {
        if (_isShown)
        {
            _isShown = false;
            _cmdlet.WriteProgress(new ProgressRecord(_number, _activity, _say(_done)) { RecordType = ProgressRecordType.Completed });
        }
    }
}
