using System.Text.Json.Nodes;

namespace EsxAgent.Tests.Agent;

/// <summary>One entry of a simulated host's <c>faults.json</c>.</summary>
internal sealed class HostFault
{
    /// <summary>A tool that hangs must not outlive its test for ever, whatever goes wrong.</summary>
    private const int HangSeconds = 120;

    private readonly JsonObject _entry;

    private HostFault(string tool, string arguments, string action, JsonObject settings) =>
        _entry = new JsonObject { ["tool"] = tool, ["arguments"] = arguments, [action] = settings };

    /// <summary>The entry's JSON; a new one at each call.</summary>
    public JsonNode Json => _entry.DeepClone();

    /// <summary>The tool stands still.</summary>
    public static HostFault Hangs(string tool, string arguments = "*") => new(tool, arguments, "hang", new JsonObject { ["seconds"] = HangSeconds });

    /// <summary>The tool answers late.</summary>
    public static HostFault IsSlow(string tool, int milliseconds, string arguments = "*") =>
        new(tool, arguments, "slow", new JsonObject { ["delayMs"] = milliseconds });

    /// <summary>The tool prints a few bytes at a time.</summary>
    public static HostFault Trickles(string tool, int milliseconds, int bytes, string arguments = "*") =>
        new(tool, arguments, "slow", new JsonObject { ["delayMs"] = milliseconds, ["chunkBytes"] = bytes });

    /// <summary>The tool prints without end, compared with what it should.</summary>
    public static HostFault Floods(string tool, long bytes, string arguments = "*") => new(tool, arguments, "flood", new JsonObject { ["bytes"] = bytes });

    /// <summary>The tool dies by a signal half-way.</summary>
    public static HostFault DiesBySignal(string tool, int signal, string arguments = "*") =>
        new(tool, arguments, "dieBySignal", new JsonObject { ["signal"] = signal });

    /// <summary>The tool is killed with so much of its work done: 0 before its first step, 100 after its last one.</summary>
    public static HostFault DiesAtPercent(string tool, int percent, string arguments = "*") =>
        new(tool, arguments, "dieBySignal", new JsonObject { ["atPercent"] = percent });

    /// <summary>The tool prints bytes that make no sense, and succeeds.</summary>
    public static HostFault PrintsGarbage(string tool, string arguments = "*") => new(tool, arguments, "garbage", []);

    /// <summary>The tool prints exactly these bytes, and succeeds.</summary>
    public static HostFault Prints(string tool, byte[] bytes, string arguments = "*") =>
        new(tool, arguments, "garbage", new JsonObject { ["hex"] = System.Convert.ToHexStringLower(bytes) });

    /// <summary>The tool says why it cannot, and fails.</summary>
    public static HostFault Fails(string tool, int status, string text, string arguments = "*") =>
        new(tool, arguments, "fail", new JsonObject { ["status"] = status, ["text"] = text });

    /// <summary>The same for the n-th call that matches alone.</summary>
    public HostFault AtCall(int number)
    {
        _entry["nth"] = number;
        return this;
    }
}
