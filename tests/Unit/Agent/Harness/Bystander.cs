using System;
using System.Diagnostics;
using System.Threading;

namespace EsxAgent.Tests.Agent;

/// <summary>Another guest at the same agent that asks all the time: whatever a test does to the agent, this one must not notice.</summary>
internal sealed class Bystander : IDisposable
{
    /// <summary>No measurement: a bound that a busy machine keeps and an agent that stands still does not.</summary>
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(2);

    private readonly WireConnection _connection;
    private readonly Thread _thread;
    private volatile bool _isOver;
    private Exception? _failure;
    private TimeSpan _longest;
    private int _answers;

    /// <summary>Connects and begins to ask.</summary>
    public Bystander(World world, int vm)
    {
        _connection = world.Guest(vm);
        _thread = new Thread(AskAllTheTime) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends, and fails the test where an answer was wrong, missing or late.</summary>
    public void MustHaveNoticedNothing()
    {
        // A hostile act may be over in a millisecond; what it leaves behind shows in the answers after it.
        int before = Volatile.Read(ref _answers);
        Eventually.Holds("another guest is answered", () => Volatile.Read(ref _answers) >= before + 3 || _failure is not null);
        Dispose();
        if (_failure is not null)
        {
            throw new InvalidOperationException($"Another guest was disturbed: {_failure.Message}", _failure);
        }

        if (_longest > s_bound)
        {
            throw new InvalidOperationException($"Another guest waited {_longest.TotalSeconds} s for an answer that needs no tool.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isOver)
        {
            _isOver = true;
            _thread.Join();
            _connection.Dispose();
        }
    }

    private void AskAllTheTime()
    {
        const int PauseMs = 3;
        try
        {
            string? first = null;
            while (!_isOver)
            {
                long started = Stopwatch.GetTimestamp();
                string answer = _connection.Call("vm/self").Result!.ToJsonString();
                TimeSpan took = Stopwatch.GetElapsedTime(started);
                _longest = took > _longest ? took : _longest;
                first ??= answer;
                if (answer != first)
                {
                    throw new InvalidOperationException($"It got '{answer}' where it had got '{first}' before.");
                }

                Interlocked.Increment(ref _answers);
                Thread.Sleep(PauseMs);
            }
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }
}
