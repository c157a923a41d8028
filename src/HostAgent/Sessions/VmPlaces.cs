using System.Collections.Generic;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>Limits how much of one kind of work each VM has running.</summary>
/// <param name="most">Pieces of work of one VM.</param>
/// <param name="what">What they are called, for the error.</param>
internal sealed class VmPlaces(int most, string what)
{
    private readonly Dictionary<long, Count> _taken = [];

    /// <summary>Places that one VM has taken.</summary>
    private sealed class Count
    {
        public int Places;
    }

    /// <summary>Takes a place.</summary>
    /// <exception cref="OperationException"><c>TooBusy</c>.</exception>
    public void Enter(long cartelId)
    {
        lock (_taken)
        {
            if (!_taken.TryGetValue(cartelId, out Count? count))
            {
                _taken[cartelId] = count = new Count();
            }

            if (count.Places >= most)
            {
                throw new OperationException(new WireError(ErrorKind.TooBusy, $"This VM has {most} {what} running already.")
                {
                    RecommendedAction = "End one of them, or wait until one has ended.",
                    RetryAfterMs = 1_000,
                });
            }

            count.Places++;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(long cartelId)
    {
        lock (_taken)
        {
            if (--_taken[cartelId].Places == 0)
            {
                _taken.Remove(cartelId);
            }
        }
    }
}
