using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json.Nodes;
using Xunit;

namespace EsxAgent.Tests.Agent;

/// <summary>A way in which the tool behind <c>host/datastores</c> goes wrong, and what the guest must be told of it.</summary>
/// <param name="Script">What the tool does; null where there is none.</param>
/// <param name="Kind">Kind of the error; null where the answer is right all the same.</param>
/// <param name="Code">Its code.</param>
internal sealed record ToolMisbehaviour(string? Script, string? Kind, int Code)
{
    /// <summary>Long enough to be noticed where it was left over; it ends by itself so that no mistake of the tests stays for ever.</summary>
    private const int HangSeconds = 100;

    /// <summary>Whether the tool's file may be run.</summary>
    public bool CanRun { get; init; } = true;

    /// <summary>What <c>toolExitCode</c> must be; null for none.</summary>
    public int? ExitCode { get; init; }

    /// <summary>What <c>toolError</c> must be; null for none.</summary>
    public string? ToolError { get; init; }

    /// <summary>A part of the sentence.</summary>
    public string Says { get; init; } = string.Empty;

    /// <summary>
    /// Time of the request. Only what never ends needs a short one: enough for the tool to be started, also on a busy machine.
    /// </summary>
    public int TimeoutMs { get; init; } = 30_000;

    /// <summary>All of them by name.</summary>
    public static IReadOnlyDictionary<string, ToolMisbehaviour> All { get; } = new Dictionary<string, ToolMisbehaviour>
    {
        ["hangs"] = NeverEnds($"exec sleep {HangSeconds}"),
        ["closes its streams and lives on"] = NeverEnds($"exec >&- 2>&-; exec sleep {HangSeconds}"),
        ["leaves a grandchild that holds the streams"] = NeverEnds($"sleep {HangSeconds} & exit 0"),
        ["complains at length and hangs"] = NeverEnds($"head -c 1000000 /dev/zero >&2; exec sleep {HangSeconds}"),
        ["prints without end"] = new("exec cat /dev/zero", "ToolFailed", -32030) { Says = "printed more than 8 MiB" },
        ["dies by signal"] = new("echo half; kill -11 $$", "ToolFailed", -32030) { Says = "was ended by signal 11" },
        ["prints garbage"] = new("""printf '\200\300\257\000\377<<root>'""", "ToolFailed", -32030) { Says = "cannot be read" },
        ["prints nothing"] = new("exit 0", "ToolFailed", -32030) { Says = "cannot be read" },
        ["fails with status and text"] = new("echo 'first line' >&2; echo 'Error: no way' >&2; exit 3", "ToolFailed", -32030)
        {
            ExitCode = 3,
            ToolError = "first line\nError: no way",
            Says = "failed with status 3",
        },
        ["prints an error only"] = new("echo 'Connect to localhost failed' >&2", "ToolFailed", -32030)
        {
            ToolError = "Connect to localhost failed",
            Says = "cannot be read",
        },
        ["is missing"] = new(null, "CapabilityMissing", -32026) { Says = "no tool 'esxcli'" },
        ["is not executable"] = new("exit 0", "CapabilityMissing", -32026) { CanRun = false, Says = "no tool 'esxcli'" },
        ["leaves a grandchild that holds nothing"] = new($"sleep {HangSeconds} >/dev/null 2>&1 & cat answer", null, 0),
    };

    /// <summary>Lets the tool of a host behave so; there is no other one to ask in its place.</summary>
    public void Impose(SimulatedHost host)
    {
        string answer = host.Ask("esxcli", "--formatter=xml", "storage", "filesystem", "list");
        File.WriteAllText(Path.Combine(host.Directory, "answer"), answer);
        host.RemoveTool("vmkfstools");
        host.ScriptDatastores(Script ?? string.Empty, CanRun);
        if (Script is null)
        {
            host.RemoveTool("esxcli");
        }
    }

    /// <summary>Asks for the datastores, and fails where the answer is not what it must be.</summary>
    public void MustShow(WireConnection guest)
    {
        string parameters = $$"""{"timeoutMs":{{TimeoutMs}}}""";
        WireMessage answer = guest.Call("host/datastores", parameters);
        if (Kind is null)
        {
            Assert.NotEmpty(answer.Result!["items"]!.AsArray());
            return;
        }

        JsonNode data = answer.MustFail(Kind, Code).Json["error"]!["data"]!;
        Assert.Contains(Says, answer.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(ExitCode, data["toolExitCode"]?.GetValue<int>());
        Assert.Equal(ToolError, data["toolError"]?.GetValue<string>());
    }

    private static ToolMisbehaviour NeverEnds(string script) =>
        new(script, "DeadlineExceeded", -32001) { Says = "'host/datastores' did not end within", TimeoutMs = 150 };
}
