using System;
using System.Threading;
using EsxAgent.HostAgent.Sessions;

namespace EsxAgent.HostAgent.Operations;

/// <summary>A source of facts with what was last read from it. Whoever comes while it is being read waits for that reading and shares it.</summary>
internal sealed class KeptReading(HostFactSource source)
{
    private readonly Lock _reading = new();
    private HostFactSource.Reading? _last;
    private long _readAt;

    /// <summary>The source.</summary>
    public HostFactSource Source => source;

    /// <summary>The last reading where it is young enough or will never change; else a new one.</summary>
    /// <param name="oldest">After what time a reading must have begun to be young enough, in milliseconds of <see cref="Environment.TickCount64"/>.</param>
    /// <param name="isAgain">True where what never changes has to be young enough too.</param>
    /// <param name="until">How long to wait for another request that reads, likewise.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="read">Asks the source.</param>
    /// <exception cref="OperationException">The request was cancelled.</exception>
    public HostFactSource.Reading Get(long oldest, bool isAgain, long until, CancelSignal cancel, Func<HostFactSource, HostFactSource.Reading> read)
    {
        const int LookMs = 50;
        while (!_reading.TryEnter(LookMs))
        {
            cancel.ThrowIfRequested();
            if (Environment.TickCount64 >= until)
            {
                return source.OutOfTime();
            }
        }

        try
        {
            bool isForGood = source.IsStatic && !isAgain && _last?.Warning is null;
            if (_last is null || (!isForGood && _readAt <= oldest))
            {
                long now = Environment.TickCount64;
                _last = read(source);
                _readAt = now;
            }

            return _last;
        }
        finally
        {
            _reading.Exit();
        }
    }
}
