using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace EsxAgent.Tests.Volumes;

/// <summary>What a name stands for: a volume, or nothing.</summary>
/// <param name="Uuid">Null where there is none; <see cref="Unknown"/> where a change made it whose answer did not tell.</param>
/// <param name="SizeBytes">Its size.</param>
internal readonly record struct NameState(string? Uuid, long SizeBytes)
{
    public const string Unknown = "?";

    public static readonly NameState Absent = new(null, 0);

    public bool IsThere => Uuid is not null;

    public bool MayBe(string? uuid) => IsThere && (Uuid == Unknown || uuid == Unknown || Uuid == uuid);
}

/// <summary>
/// What several clients have asked and heard about one name, and whether all of it can have been true: whether there is an order of the changes and looks, each
/// somewhere between its question and its answer, in which every answer was right.
/// </summary>
internal sealed class NameHistory(string name)
{
    private readonly List<Step> _steps = [];

    /// <summary>One question and its answer.</summary>
    private sealed class Step(string what, long asked)
    {
        public string What => what;

        public long Asked => asked;

        public long Answered { get; set; } = long.MaxValue;

        public string Heard { get; set; } = "nothing";

        /// <summary>What the name may stand for afterwards, for what it stood for before; empty where the answer would not have been right.</summary>
        public Func<NameState, IEnumerable<NameState>> Apply { get; set; } = state => [state];

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{asked,14} to {(Answered == long.MaxValue ? "the end" : Answered),14}: {what} -> {Heard}");
    }

    /// <summary>A question that is on its way.</summary>
    internal sealed class Question
    {
        private readonly NameHistory _history;
        private readonly Step _step;

        internal Question(NameHistory history, string what, long now)
        {
            _history = history;
            _step = new Step(what, now);
            lock (history._steps)
            {
                history._steps.Add(_step);
            }
        }

        /// <summary>Its answer.</summary>
        /// <param name="heard">In words.</param>
        /// <param name="now">When it came.</param>
        /// <param name="apply">What the name may stand for afterwards, for what it stood for before.</param>
        public void Answer(string heard, long now, Func<NameState, IEnumerable<NameState>> apply)
        {
            lock (_history._steps)
            {
                (_step.Heard, _step.Answered, _step.Apply) = (heard, now, apply);
            }
        }

        /// <summary>No answer came: what was asked for may be done, now or later, or not.</summary>
        public void NoAnswer(string why, Func<NameState, IEnumerable<NameState>> apply) => Answer(why, long.MaxValue, state => apply(state).Append(state));
    }

    /// <summary>Begins a question.</summary>
    public Question Ask(string what, long now) => new(this, what, now);

    /// <summary>Looks for an order in which every answer was right.</summary>
    /// <returns>Null where there is one; else what happened around the first answer that cannot have been right.</returns>
    public string? Contradiction()
    {
        var events = new List<(long Time, bool IsAnswer, int Step)>();
        for (int i = 0; i < _steps.Count; i++)
        {
            events.Add((_steps[i].Asked, false, i));
            if (_steps[i].Answered != long.MaxValue)
            {
                events.Add((_steps[i].Answered, true, i));
            }
        }

        events.Sort();
        var pending = new SortedSet<int>();
        var worlds = new Dictionary<string, World> { [string.Empty] = new World(NameState.Absent, []) };
        foreach ((_, bool isAnswer, int step) in events)
        {
            if (!isAnswer)
            {
                pending.Add(step);
                continue;
            }

            worlds = After(worlds.Values, pending, step);
            pending.Remove(step);
            if (worlds.Count == 0)
            {
                const int Around = 25;
                IEnumerable<Step> before = _steps.Where(one => one.Asked <= _steps[step].Answered).OrderBy(one => one.Asked).TakeLast(Around);
                return $"'{name}': this cannot have been true: {_steps[step]}\nIt came after:\n{string.Join('\n', before)}";
            }
        }

        return null;
    }

    /// <summary>A way in which it can have been: what the name stands for, and which pending steps have had their effect already.</summary>
    private sealed record World(NameState State, SortedSet<int> Done)
    {
        public string Key => $"{State}|{string.Join(',', Done)}";
    }

    private Dictionary<string, World> After(IEnumerable<World> worlds, SortedSet<int> pending, int step)
    {
        var after = new Dictionary<string, World>();
        var seen = new HashSet<string>();
        var open = new Stack<World>(worlds);
        while (open.TryPop(out World? world))
        {
            if (!seen.Add(world.Key))
            {
                continue;
            }

            if (world.Done.Contains(step))
            {
                var left = new World(world.State, [.. world.Done.Where(one => one != step)]);
                after[left.Key] = left;
                continue;
            }

            foreach (int next in pending.Where(one => !world.Done.Contains(one)))
            {
                foreach (NameState state in _steps[next].Apply(world.State))
                {
                    open.Push(new World(state, [.. world.Done, next]));
                }
            }
        }

        return after;
    }
}
