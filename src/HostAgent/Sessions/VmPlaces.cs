using System.Collections.Generic;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>Limits how much of one kind of work each VM has running.</summary>
/// <param name="most">Pieces of work of one VM.</param>
/// <param name="what">What they are called, for the error.</param>
internal sealed class VmPlaces(int most, string what)
{
    private readonly Dictionary<long, int> _taken = [];

    /// <summary>Takes a place.</summary>
    /// <exception cref="OperationException"><c>TooBusy</c>.</exception>
    public void Enter(long cartelId)
    {
        lock (_taken)
        {
            int now = _taken.GetValueOrDefault(cartelId);
            if (now >= most)
            {
                throw new OperationException(new WireError(ErrorKind.TooBusy, $"This VM has {most} {what} running already.")
                {
                    RecommendedAction = "End one of them, or wait until one has ended.",
                    RetryAfterMs = 1_000,
                });
            }

            _taken[cartelId] = now + 1;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Leave(long cartelId)
    {
        lock (_taken)
        {
            int now = _taken[cartelId] - 1;
            if (now == 0)
            {
                _taken.Remove(cartelId);
            }
            else
            {
                _taken[cartelId] = now;
            }
        }
    }
}
