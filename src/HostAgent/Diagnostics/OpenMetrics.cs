using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>Writes counters and latencies as OpenMetrics text (openmetrics.io, version 1.0.0).</summary>
internal static class OpenMetrics
{
    /// <summary>Writes the text.</summary>
    /// <param name="status">Version and process figures.</param>
    /// <param name="totals">The counters.</param>
    /// <param name="latencies">Latencies by method.</param>
    public static string Write(AgentStatus status, AgentCounters totals, IEnumerable<KeyValuePair<string, LatencyHistogram>> latencies)
    {
        var text = new StringBuilder();
        text.Append("# TYPE esxagent_build info\n").Append("esxagent_build_info{version=\"").Append(status.Version).Append("\"} 1\n");
        Gauge(text, "esxagent_uptime_seconds", "seconds", status.UptimeSeconds);
        Counter(text, "esxagent_connections", null, totals.Connections);
        Gauge(text, "esxagent_open_connections", null, totals.OpenConnections);
        Counter(text, "esxagent_requests", null, totals.Requests);
        Gauge(text, "esxagent_running_requests", null, totals.RunningRequests);
        Counter(text, "esxagent_received_bytes", "bytes", totals.BytesReceived);
        Counter(text, "esxagent_sent_bytes", "bytes", totals.BytesSent);
        Counter(text, "esxagent_tools_started", null, totals.ToolsStarted);
        Gauge(text, "esxagent_resident_memory_bytes", "bytes", status.Process?.ResidentBytes);
        Gauge(text, "esxagent_threads", null, status.Process?.Threads);
        Gauge(text, "esxagent_open_descriptors", null, status.Process?.OpenDescriptors);
        text.Append("# TYPE esxagent_errors counter\n");
        foreach (ErrorCount error in totals.Errors)
        {
            text.Append(CultureInfo.InvariantCulture, $"esxagent_errors_total{{kind=\"{error.Kind}\"}} {error.Count}\n");
        }

        text.Append("# TYPE esxagent_request_duration_seconds histogram\n# UNIT esxagent_request_duration_seconds seconds\n");
        foreach ((string method, LatencyHistogram latency) in latencies)
        {
            Histogram(text, method.Length == 0 ? "unknown" : method, latency);
        }

        return text.Append("# EOF\n").ToString();
    }

    private static void Histogram(StringBuilder text, string method, LatencyHistogram latency)
    {
        ReadOnlySpan<long> bounds = LatencyHistogram.BoundsInMicroseconds;
        long total = 0;
        for (int i = 0; i <= bounds.Length; i++)
        {
            total += latency.CountOf(i);
            string bound = i == bounds.Length ? "+Inf" : Seconds(bounds[i]);
            text.Append(CultureInfo.InvariantCulture, $"esxagent_request_duration_seconds_bucket{{method=\"{method}\",le=\"{bound}\"}} {total}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"esxagent_request_duration_seconds_sum{{method=\"{method}\"}} {Seconds(latency.SumInMicroseconds)}\n");
        text.Append(CultureInfo.InvariantCulture, $"esxagent_request_duration_seconds_count{{method=\"{method}\"}} {total}\n");
    }

    /// <summary>Microseconds as seconds, without an exponent.</summary>
    private static string Seconds(long microseconds) => (microseconds / 1e6m).ToString("0.######", CultureInfo.InvariantCulture);

    private static void Counter(StringBuilder text, string name, string? unit, long value)
    {
        Describe(text, name, "counter", unit);
        text.Append(CultureInfo.InvariantCulture, $"{name}_total {value}\n");
    }

    private static void Gauge(StringBuilder text, string name, string? unit, long? value)
    {
        if (value is long known)
        {
            Describe(text, name, "gauge", unit);
            text.Append(CultureInfo.InvariantCulture, $"{name} {known}\n");
        }
    }

    private static void Describe(StringBuilder text, string name, string type, string? unit)
    {
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        if (unit is not null)
        {
            text.Append("# UNIT ").Append(name).Append(' ').Append(unit).Append('\n');
        }
    }
}
