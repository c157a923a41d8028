using System.Collections.Generic;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>
/// Samples that wait for a consumer, bounded: where too many wait, older samples of leaves that have newer ones go and are counted, so that the newest sample
/// of each leaf is always there. Safe for one producer and one consumer.
/// </summary>
/// <param name="capacity">How many may wait; more than there are leaves.</param>
internal sealed class SampleQueue(int capacity)
{
    private readonly object _gate = new();
    private readonly LinkedList<VsiSample> _samples = [];
    private readonly Dictionary<string, int> _waiting = new(System.StringComparer.Ordinal);
    private long _lost;

    /// <summary>Adds a sample.</summary>
    public void Add(VsiSample sample)
    {
        lock (_gate)
        {
            string path = PathOf(sample);
            _samples.AddLast(sample);
            _waiting[path] = _waiting.GetValueOrDefault(path) + 1;
            if (_samples.Count > capacity)
            {
                DropOldest();
            }
        }
    }

    /// <summary>Takes the oldest sample, if one waits; it tells what was lost before it.</summary>
    public bool TryTake(out VsiSample? sample)
    {
        lock (_gate)
        {
            sample = _samples.First?.Value;
            if (sample is null)
            {
                return false;
            }

            Remove(_samples.First!);
            if (_lost > 0)
            {
                sample = sample with { Lost = (sample.Lost ?? 0) + _lost };
                _lost = 0;
            }

            return true;
        }
    }

    private void DropOldest()
    {
        LinkedListNode<VsiSample>? node = _samples.First;
        while (node is not null && _waiting[PathOf(node.Value)] == 1)
        {
            node = node.Next;
        }

        // An agent that sends more leaves than were asked for loses the oldest one.
        node ??= _samples.First!;
        _lost += 1 + (node.Value.Lost ?? 0);
        Remove(node);
    }

    private void Remove(LinkedListNode<VsiSample> node)
    {
        string path = PathOf(node.Value);
        _samples.Remove(node);
        if (--_waiting[path] == 0)
        {
            _waiting.Remove(path);
        }
    }

    private static string PathOf(VsiSample sample) => sample.Path ?? string.Empty;
}
