using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// Runs what may take long, so that a connection's own thread goes on reading: a cancellation must be heard while a tool runs. Threads are started
/// when they are needed and end when they have been idle. Work comes in lanes, one a VM: each lane has so many threads at most, the lanes take turns, and the last
/// threads are kept for lanes that have none, so that a VM whose work hangs holds up no other.
/// </summary>
/// <param name="limit">Threads in all.</param>
internal sealed class Workers(int limit)
{
    private const int IdleMs = 5_000;

    /// <summary>This part of the threads is for lanes that have none yet.</summary>
    private const int KeptPart = 4;

    private readonly object _lock = new();
    private readonly Dictionary<long, Lane> _lanes = [];

    /// <summary>Lanes where work waits, the one whose turn it is first.</summary>
    private readonly LinkedList<Lane> _turns = new();
    private int _threads;
    private int _idle;
    private int _running;
    private int _waiting;

    private sealed class Lane(WorkLane lane)
    {
        public long Id => lane.Id;

        public int Limit => lane.Limit;

        public LinkedList<Action> Waiting { get; } = new();

        public int Running { get; set; }
    }

    /// <summary>Hands a piece of work over; it must not throw.</summary>
    /// <param name="where">Its lane.</param>
    /// <param name="work">The work.</param>
    /// <returns>False where no thread runs and none can be started.</returns>
    public bool TryRun(WorkLane where, Action work)
    {
        lock (_lock)
        {
            if (_idle <= _waiting && _threads < limit)
            {
                if (AgentThread.TryStart(Serve))
                {
                    _threads++;
                }
                else if (_threads == 0)
                {
                    return false;
                }
            }

            if (!_lanes.TryGetValue(where.Id, out Lane? lane))
            {
                _lanes[where.Id] = lane = new Lane(where);
            }

            if (lane.Waiting.Count == 0)
            {
                _turns.AddLast(lane);
            }

            lane.Waiting.AddLast(work);
            _waiting++;
            Monitor.Pulse(_lock);
            return true;
        }
    }

    /// <summary>Runs a piece that waits for its turn at once, on a thread above the limit: it was cancelled, and has nothing to do but to say so.</summary>
    public void Hurry(WorkLane where, Action work)
    {
        lock (_lock)
        {
            LinkedListNode<Action>? node = _lanes.TryGetValue(where.Id, out Lane? lane) ? lane.Waiting.Find(work) : null;
            if (node is not null && AgentThread.TryStart(work))
            {
                lane!.Waiting.Remove(node);
                _waiting--;
                if (lane.Waiting.Count == 0)
                {
                    _turns.Remove(lane);
                    ForgetIfIdle(lane);
                }
            }
        }
    }

    private void Serve()
    {
        Lane? lane = null;
        while (true)
        {
            Action work;
            lock (_lock)
            {
                Leave(lane);
                while ((lane = NextLane()) is null)
                {
                    _idle++;
                    bool isPulsed = Monitor.Wait(_lock, IdleMs);
                    _idle--;
                    if (!isPulsed && NextLane() is null)
                    {
                        _threads--;
                        return;
                    }
                }

                work = Take(lane);
            }

            work();
        }
    }

    /// <summary>The lane whose turn it is, among those that may have one thread more.</summary>
    private Lane? NextLane()
    {
        foreach (Lane lane in _turns)
        {
            if (lane.Running == 0 || (lane.Running < lane.Limit && _running < limit - (limit / KeptPart)))
            {
                return lane;
            }
        }

        return null;
    }

    private Action Take(Lane lane)
    {
        Action work = lane.Waiting.First!.Value;
        lane.Waiting.RemoveFirst();
        _waiting--;
        _turns.Remove(lane);
        if (lane.Waiting.Count > 0)
        {
            _turns.AddLast(lane);
        }

        lane.Running++;
        _running++;
        return work;
    }

    private void Leave(Lane? lane)
    {
        if (lane is not null)
        {
            lane.Running--;
            _running--;
            ForgetIfIdle(lane);
        }
    }

    private void ForgetIfIdle(Lane lane)
    {
        if (lane.Running == 0 && lane.Waiting.Count == 0)
        {
            _lanes.Remove(lane.Id);
        }
    }
}
