using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Operations;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>Counts what the agent does. Fixed in size: a row a method and a row an error kind, whatever guests send.</summary>
internal sealed class Counters
{
    private readonly Dictionary<string, LatencyHistogram> _latencies = [];
    private readonly LatencyHistogram _unknownMethod = new();
    private readonly long[] _errors = new long[ErrorKind.All.Count];
    private long _connections;
    private long _openConnections;
    private long _requests;
    private long _running;
    private long _received;
    private long _sent;

    /// <summary>Makes a row for each method; called once, before the first request.</summary>
    public void CountLatenciesOf(IEnumerable<Method> methods)
    {
        foreach (Method method in methods)
        {
            _latencies[method.Name] = new LatencyHistogram();
        }
    }

    /// <summary>Latencies by method; what asked for an unknown method stands under an empty name.</summary>
    public IEnumerable<KeyValuePair<string, LatencyHistogram>> Latencies
    {
        get
        {
            foreach (KeyValuePair<string, LatencyHistogram> latency in _latencies)
            {
                yield return latency;
            }

            yield return new KeyValuePair<string, LatencyHistogram>(string.Empty, _unknownMethod);
        }
    }

    /// <summary>Connections open at the moment.</summary>
    public long OpenConnections => Interlocked.Read(ref _openConnections);

    /// <summary>Requests running on workers at the moment.</summary>
    public long RunningRequests => Interlocked.Read(ref _running);

    public void ConnectionOpened()
    {
        Interlocked.Increment(ref _connections);
        Interlocked.Increment(ref _openConnections);
    }

    public void ConnectionClosed() => Interlocked.Decrement(ref _openConnections);

    public void RequestStarted() => Interlocked.Increment(ref _running);

    public void RequestEnded() => Interlocked.Decrement(ref _running);

    public void CountReceived(long bytes) => Interlocked.Add(ref _received, bytes);

    public void CountSent(long bytes) => Interlocked.Add(ref _sent, bytes);

    /// <summary>Counts an answered request.</summary>
    /// <param name="method">Its method; null where there is no such method.</param>
    /// <param name="time">From the frame to the answer.</param>
    public void CountRequest(string? method, TimeSpan time)
    {
        Interlocked.Increment(ref _requests);
        (method is not null && _latencies.TryGetValue(method, out LatencyHistogram? latency) ? latency : _unknownMethod).Count(time);
    }

    /// <summary>Counts an answered error.</summary>
    public void CountError(ErrorKind kind)
    {
        for (int i = 0; i < _errors.Length; i++)
        {
            if (ErrorKind.All[i].Equals(kind))
            {
                Interlocked.Increment(ref _errors[i]);
                return;
            }
        }
    }

    /// <summary>The counters as the wire has them.</summary>
    /// <param name="toolsStarted">What the tool runner counted.</param>
    public AgentCounters Snapshot(long toolsStarted)
    {
        var errors = new List<ErrorCount>();
        for (int i = 0; i < _errors.Length; i++)
        {
            long count = Interlocked.Read(ref _errors[i]);
            if (count > 0)
            {
                errors.Add(new ErrorCount(ErrorKind.All[i].Name, count));
            }
        }

        return new AgentCounters
        {
            Connections = Interlocked.Read(ref _connections),
            OpenConnections = OpenConnections,
            Requests = Interlocked.Read(ref _requests),
            RunningRequests = RunningRequests,
            BytesReceived = Interlocked.Read(ref _received),
            BytesSent = Interlocked.Read(ref _sent),
            ToolsStarted = toolsStarted,
            Errors = errors,
        };
    }
}
