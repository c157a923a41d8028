using System;
using System.Collections.Generic;
using System.Linq;

namespace EsxAgent.Tests.Rights;

/// <summary>
/// How each method of the agent is called. Tests that walk the agent's table take their requests from here, and fail where a method is in the one and not in the
/// other: who adds a method tells them how to call it, and they look after it.
/// </summary>
internal static class KnownCalls
{
    private const string OfVolume = "\"name\":\"{name}\",\"datastore\":\"{datastore}\"";
    private const string OfDisk = "\"vmdkPath\":\"{disk}\"";
    private const string OfChange = ",\"operationId\":\"{operation}\"";

    /// <summary>Requests that the session itself answers, without a row of the table.</summary>
    public static IReadOnlyList<string> OfSession { get; } = ["shutdown"];

    /// <summary>What is no request.</summary>
    public static IReadOnlyList<string> Notifications { get; } = ["exit", "$/cancelRequest", "$/progress"];

    /// <summary>Every method with its parameters. What stands in braces is given by the test.</summary>
    public static IReadOnlyList<(string Method, string Parameters)> All { get; } =
    [
        ("initialize", """{"protocolVersions":[1]}"""),
        ("$/ping", "{}"),
        ("agent/status", "{}"),
        ("agent/metrics", "{}"),
        ("host/info", "{}"),
        ("host/datastores", "{}"),
        ("vm/self", "{}"),
        ("vm/list", "{}"),
        ("vsi/list", """{"path":"{node}"}"""),
        ("vsi/get", """{"path":"{node}"}"""),
        ("vsi/walk", """{"path":"{node}"}"""),
        ("vsi/watch", """{"paths":["{node}"],"intervalMs":100,"partialResultToken":"w","timeoutMs":300}"""),
        ("volume/get", Of(OfVolume)),
        ("volume/check", Of(OfVolume)),
        ("volume/list", """{"datastore":"{datastore}","namePattern":"{name}"}"""),
        ("volume/update", Of(OfVolume + OfChange + ",\"access\":\"readOnly\"")),
        ("volume/resize", Of(OfVolume + OfChange + ",\"sizeBytes\":2097152")),
        ("volume/convert", Of(OfVolume + OfChange + ",\"to\":\"thin\"")),
        ("volume/repair", Of(OfVolume + OfChange + ",\"actions\":[]")),
        ("volume/copy", Of("\"name\":\"a-copy\",\"datastore\":\"{datastore}\",\"source\":" + Of(OfVolume) + OfChange)),
        ("volume/copy", Of(OfVolume + OfChange + ",\"source\":{\"name\":\"no-source\",\"datastore\":\"{datastore}\"}")),
        .. OfSidecars(OfVolume),
        .. OfSidecars(OfDisk),
        ("volume/remove", Of(OfVolume + OfChange)),
        ("volume/create", Of(OfVolume + OfChange + ",\"sizeBytes\":1048576")),
    ];

    /// <summary>The requests that name something: each once for each place where it is named.</summary>
    /// <param name="placeholder">What a test replaces, in braces.</param>
    public static IEnumerable<(string Method, string Parameters)> Naming(string placeholder) =>
        All.Where(call => call.Parameters.Contains(placeholder, StringComparison.Ordinal));

    /// <summary>Parameters with everything in them that a request needs.</summary>
    /// <param name="parameters">As above.</param>
    /// <param name="given">What stands in the place of which braces; a new operation id where none is given.</param>
    public static string Fill(string parameters, params (string Placeholder, string Text)[] given)
    {
        foreach ((string placeholder, string text) in given)
        {
            parameters = parameters.Replace(placeholder, text, StringComparison.Ordinal);
        }

        return parameters.Replace("{operation}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
    }

    private static IEnumerable<(string Method, string Parameters)> OfSidecars(string disk) =>
    [
        ("sidecar/list", Of(disk)),
        ("sidecar/read", Of(disk + ",\"key\":\"k\",\"length\":1")),
        ("sidecar/compare", Of(disk + ",\"key\":\"k\",\"text\":\"x\"")),
        ("sidecar/create", Of(disk + OfChange + ",\"key\":\"k\",\"sizeBytes\":4096")),
        ("sidecar/write", Of(disk + OfChange + ",\"key\":\"k\",\"base64\":\"AA==\"")),
        ("sidecar/writeString", Of(disk + OfChange + ",\"key\":\"k\",\"text\":\"x\"")),
        ("sidecar/fill", Of(disk + OfChange + ",\"key\":\"k\",\"pattern\":0,\"length\":1")),
        ("sidecar/resize", Of(disk + OfChange + ",\"key\":\"k\",\"sizeBytes\":4096")),
        ("sidecar/remove", Of(disk + OfChange + ",\"key\":\"k\"")),
        ("sidecar/clear", Of(disk + OfChange)),
        ("sidecar/updateDatabase", Of(disk + OfChange)),
    ];

    private static string Of(string members) => "{" + members + "}";
}
