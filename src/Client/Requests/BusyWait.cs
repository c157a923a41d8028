using System;
using System.Threading;
using System.Threading.Tasks;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.Client;

/// <summary>Waits while an agent says that it is too busy: the first pauses are short, because a place often is free again at once.</summary>
/// <param name="patience">How long to go on asking.</param>
internal sealed class BusyWait(TimeSpan patience)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private TimeSpan _pause = FirstPause;
    private long? _refusedAt;

    /// <summary>True after a refusal that was waited for: the same has to be asked again.</summary>
    public bool IsToBeRepeated => _refusedAt is not null;

    /// <summary>The result of a request; null where it was refused and is to be sent again now.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mayWait">False where it must not be sent again.</param>
    /// <param name="cancellationToken">Ends the pause.</param>
    /// <exception cref="AgentException">The agent's error, <c>TooBusy</c> too where the patience is at its end.</exception>
    public async Task<T?> ResultOf<T>(Task<T> request, bool mayWait, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            T result = await request.ConfigureAwait(false);
            _refusedAt = null;
            _pause = FirstPause;
            return result;
        }
        catch (AgentException e) when (mayWait && e.Kind.Equals(ErrorKind.TooBusy) && MayGoOn())
        {
        }

        await Task.Delay(_pause, cancellationToken).ConfigureAwait(false);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        return null;
    }

    private bool MayGoOn()
    {
        long now = Environment.TickCount64;
        _refusedAt ??= now;
        return now - _refusedAt < patience.TotalMilliseconds;
    }
}
