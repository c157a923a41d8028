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
    private readonly IReadOnlyList<Method> _methods;
    private readonly LatencyHistogram _unknownMethod = new();
    private readonly long[] _errors = new long[ErrorKind.All.Count];
    private long _connections;
    private long _openConnections;
    private long _running;
    private long _received;
    private long _sent;

    /// <summary>Makes the counters.</summary>
    /// <param name="methods">The methods whose latencies are shown; may still grow.</param>
    public Counters(IReadOnlyList<Method> methods) => _methods = methods;

    /// <summary>Latencies by method; what asked for an unknown method stands under an empty name.</summary>
    public IEnumerable<KeyValuePair<string, LatencyHistogram>> Latencies
    {
        get
        {
            foreach (Method method in _methods)
            {
                yield return new KeyValuePair<string, LatencyHistogram>(method.Name, method.Latency);
            }

            yield return new KeyValuePair<string, LatencyHistogram>(string.Empty, _unknownMethod);
        }
    }

    /// <summary>Connections open at the moment.</summary>
    public long OpenConnections => Interlocked.Read(ref _openConnections);

    /// <summary>Requests running on workers at the moment.</summary>
    public long RunningRequests => Interlocked.Read(ref _running);

    /// <summary>Bytes received and sent so far, and connections: as long as it stays the same, nobody has asked or was told anything.</summary>
    public long Traffic => Interlocked.Read(ref _received) + Interlocked.Read(ref _sent) + Interlocked.Read(ref _connections) - OpenConnections;

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
    public void CountRequest(Method? method, TimeSpan time) => (method?.Latency ?? _unknownMethod).Add(time);

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

        long requests = 0;
        foreach ((_, LatencyHistogram latency) in Latencies)
        {
            requests += latency.Count;
        }

        return new AgentCounters
        {
            Connections = Interlocked.Read(ref _connections),
            OpenConnections = OpenConnections,
            Requests = requests,
            RunningRequests = RunningRequests,
            BytesReceived = Interlocked.Read(ref _received),
            BytesSent = Interlocked.Read(ref _sent),
            ToolsStarted = toolsStarted,
            Errors = errors,
        };
    }
}
