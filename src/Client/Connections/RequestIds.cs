using System.Threading;

namespace EsxAgent.Client.Connections;

/// <summary>
/// Counts the requests of one session, over all of its connections: a request that is repeated keeps its id, and an answer that comes late can never
/// be taken for another one's.
/// </summary>
internal sealed class RequestIds
{
    private long _last;

    /// <summary>The newest id that was handed out.</summary>
    public long Last => Volatile.Read(ref _last);

    /// <summary>An id that was never used before, 1 or more.</summary>
    public long Next() => Interlocked.Increment(ref _last);
}
