using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using EsxAgent.Tests.Agent;

namespace EsxAgent.Tests.Hostile;

/// <summary>Another VM that asks for <c>host/info</c> steadily, and how long each answer took.</summary>
internal sealed class NeighbourMeasurement : IDisposable
{
    private const int EveryMs = 5;

    private readonly WireConnection _connection;
    private readonly Thread _thread;
    private readonly List<double> _window = [];
    private volatile bool _isOver;
    private Exception? _failure;

    /// <summary>Connects and begins to ask.</summary>
    public NeighbourMeasurement(World world, int vm)
    {
        _connection = world.Guest(vm);
        _thread = new Thread(Ask) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Answers so far.</summary>
    public int Answers { get; private set; }

    /// <summary>The times of the window that ends now, in milliseconds; the next one begins.</summary>
    /// <exception cref="InvalidOperationException">An answer was an error, or did not come.</exception>
    public double[] EndWindow()
    {
        lock (_window)
        {
            double[] times = [.. _window];
            _window.Clear();
            return _failure is null ? times : throw new InvalidOperationException($"The other VM was disturbed: {_failure.Message}", _failure);
        }
    }

    /// <summary>The time that so much of all answers did not take longer than.</summary>
    public static double Percentile(double[] times, double percent)
    {
        double[] sorted = [.. times];
        Array.Sort(sorted);
        return sorted[Math.Clamp((int)Math.Ceiling(sorted.Length * percent / 100) - 1, 0, sorted.Length - 1)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
        _connection.Dispose();
    }

    private void Ask()
    {
        try
        {
            while (!_isOver)
            {
                long started = Stopwatch.GetTimestamp();
                _ = _connection.Call("host/info").Result;
                TimeSpan took = Stopwatch.GetElapsedTime(started);
                lock (_window)
                {
                    _window.Add(took.TotalMilliseconds);
                    Answers++;
                }

                Thread.Sleep(Math.Max(1, EveryMs - (int)took.TotalMilliseconds));
            }
        }
        catch (Exception e)
        {
            _failure = e;
        }
    }
}
