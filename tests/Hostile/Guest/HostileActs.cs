using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;

namespace EsxAgent.HostileGuest;

/// <summary>What a guest that means harm does with a connection.</summary>
/// <param name="connection">A new connection.</param>
/// <param name="path">Where further ones can be had.</param>
/// <param name="random">Chooses.</param>
internal delegate void HostileAct(HostileConnection connection, string path, Random random);

/// <summary>The acts by name.</summary>
internal static class HostileActs
{
    private const int MiB = 1 << 20;
    private const int HoldMs = 250;

    /// <summary>Requests that the agent lets run at the same time.</summary>
    private const int Running = 32;

    private static readonly string[] s_oversizes =
    [
        "1048577", "16777216", "16777217", "17825792", "2147483648", "9223372036854775807", "9223372036854775808", "18446744073709551617", "-1", "0x10", "1e3",
    ];

    /// <summary>Each method with parameters that cost the host something.</summary>
    private static readonly (string Method, string Parameters)[] s_requests =
    [
        ("$/ping", "{}"), ("agent/status", "{}"), ("agent/metrics", "{}"), ("host/info", """{"refresh":true}"""), ("host/datastores", "{}"), ("vm/self", "{}"),
        ("vm/list", "{}"), ("vsi/list", """{"path":"/"}"""), ("vsi/get", """{"path":"/hardware/cpu/cpuInfo"}"""),
        ("vsi/walk", """{"path":"/","leaves":true}"""),
        ("vsi/watch", """{"paths":["/memory/memInfo"],"intervalMs":100,"partialResultToken":"t"}"""), ("volume/list", """{"datastore":"*"}"""),
        ("volume/get", """{"name":"none"}"""), ("volume/check", """{"name":"none"}"""),
        ("volume/create", """{"operationId":"@","name":"h","sizeBytes":1048576}"""),
        ("volume/copy", """{"operationId":"@","name":"i","source":{"name":"h"}}"""), ("volume/update", """{"operationId":"@","name":"h","labels":{"a":"b"}}"""),
        ("volume/resize", """{"operationId":"@","name":"h","sizeBytes":2097152}"""), ("volume/convert", """{"operationId":"@","name":"h","to":"thin"}"""),
        ("volume/repair", """{"operationId":"@","name":"h","actions":["metadata"]}"""), ("volume/remove", """{"operationId":"@","name":"h"}"""),
        ("sidecar/list", """{"name":"h","confirm":true}"""), ("sidecar/create", """{"operationId":"@","name":"h","key":"k","sizeBytes":4096}"""),
        ("sidecar/read", """{"name":"h","key":"k","length":131072}"""), ("sidecar/compare", """{"name":"h","key":"k","pattern":0,"length":4096}"""),
        ("sidecar/write", """{"operationId":"@","name":"h","key":"k","base64":"AAAA"}"""),
        ("sidecar/writeString", """{"operationId":"@","name":"h","key":"k","text":"x"}"""),
        ("sidecar/fill", """{"operationId":"@","name":"h","key":"k","pattern":1,"length":4096}"""),
        ("sidecar/resize", """{"operationId":"@","name":"h","key":"k","sizeBytes":8192}"""),
        ("sidecar/remove", """{"operationId":"@","name":"h","key":"k"}"""), ("sidecar/clear", """{"operationId":"@","name":"h"}"""),
        ("sidecar/updateDatabase", """{"operationId":"@","name":"h"}"""), ("no/such", "{}"),
    ];

    private static readonly string[] s_brokenTexts =
    [
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\u202e\"", "\"../../etc/passwd\"", "\"%s%n\"", "\"\\uffff\"",
        "\"a\\nContent-Length: 5\\r\\n\\r\\n\"",
    ];

    /// <summary>All of them.</summary>
    public static IReadOnlyDictionary<string, HostileAct> All { get; } = new Dictionary<string, HostileAct>
    {
        ["silent"] = (connection, _, _) => connection.Drain(2 * HoldMs),
        ["dribbling"] = Dribble,
        ["oversize"] = Oversize,
        ["garbage"] = (connection, _, random) => connection.Send(Bytes(random, random.Next(1, 64 << 10))).Drain(HoldMs),
        ["half-closed"] = HalfClose,
        ["resetting in a header"] = (connection, _, random) => connection.Send(HostileConnection.Header("100").AsSpan(0, random.Next(1, 20))),
        ["resetting in a body"] = (connection, _, random) => connection.Send([.. HostileConnection.Header("100000"), .. Bytes(random, random.Next(99_999))]),
        ["resetting in an answer"] = ResetInAnswer,
        ["asking for everything"] = AskForEverything,
        ["initializing again and again"] = InitializeAgain,
        ["cancelling"] = Cancel,
        ["repeating an id"] = RepeatId,
        ["nesting"] = Nest,
        ["huge numbers and texts"] = BeHuge,
        ["broken texts"] = BreakTexts,
        ["notifying"] = Notify,
        ["holding back the last byte"] = HoldBack,
        ["not reading a list"] = (connection, _, _) => WithoutReading(connection, "vsi/walk", """{"path":"/","leaves":true,"partialResultToken":1}""", 2),
        ["not reading a watch"] = (connection, _, _) => WithoutReading(connection, "vsi/watch", Watch(), 4),
        ["flooding"] = Flood,
    };

    private static byte[] Bytes(Random random, int count)
    {
        byte[] bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Dribble(HostileConnection connection, string path, Random random)
    {
        const int EveryMs = 1_000;
        byte[] frame = HostileConnection.Request("1", "$/ping");
        for (int i = 0; i < 2 && !connection.IsOver; i++)
        {
            connection.Send(frame.AsSpan(i, 1)).Drain(i == 0 ? EveryMs : 1);
        }
    }

    private static void Oversize(HostileConnection connection, string path, Random random)
    {
        if (random.Next(2) == 0 && !connection.TryInitialize())
        {
            return;
        }

        byte[] piece = new byte[64 << 10];
        connection.Send(HostileConnection.Header(s_oversizes[random.Next(s_oversizes.Length)]));
        for (int i = random.Next(20); i > 0 && !connection.IsOver; i--)
        {
            connection.Send(piece);
        }

        connection.Drain(HoldMs);
    }

    private static void HalfClose(HostileConnection connection, string path, Random random)
    {
        if (random.Next(3) > 0 && connection.TryInitialize())
        {
            for (int i = 0; i < Running; i++)
            {
                connection.Send(Choose(random, i));
            }
        }

        connection.EndSending();
        connection.Drain(2 * HoldMs);
    }

    private static void ResetInAnswer(HostileConnection connection, string path, Random random)
    {
        if (connection.TryInitialize())
        {
            // Closing a socket with unread bytes in it resets it.
            connection.SendAll(HostileConnection.Request("1", "agent/metrics"), HostileConnection.Request("2", "agent/status")).Receive(random.Next(5));
        }
    }

    /// <summary>Every method as often as requests may run, and no answer is read.</summary>
    private static void AskForEverything(HostileConnection connection, string path, Random random)
    {
        if (connection.TryInitialize())
        {
            for (int i = 0; i < Running * s_requests.Length && !connection.IsOver; i++)
            {
                connection.Send(Request(s_requests[i / Running], i, random));
            }

            Thread.Sleep(HoldMs);
        }
    }

    private static void InitializeAgain(HostileConnection connection, string path, Random random)
    {
        for (int i = 0; i < 20 && !connection.IsOver; i++)
        {
            connection.TryInitialize();
        }
    }

    private static void Cancel(HostileConnection connection, string path, Random random)
    {
        if (connection.TryInitialize())
        {
            for (int i = 0; i < 100 && !connection.IsOver; i++)
            {
                int any = random.Next(i + 2);
                connection.SendAll(Choose(random, i), HostileConnection.Frame($$$"""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":{{{any}}}}}"""));
            }

            connection.Drain(HoldMs);
        }
    }

    private static void RepeatId(HostileConnection connection, string path, Random random)
    {
        if (connection.TryInitialize())
        {
            for (int i = 0; i < 2 * Running && !connection.IsOver; i++)
            {
                connection.Send(Choose(random, 1));
            }

            connection.Drain(HoldMs);
        }
    }

    private static void Nest(HostileConnection connection, string path, Random random)
    {
        string open = random.Next(2) == 0 ? "[" : "{\"a\":";
        int depth = random.Next(1, 100_000);
        if (random.Next(2) == 0 || connection.TryInitialize())
        {
            string nested = string.Concat(Enumerable.Repeat(open, depth));
            connection.Send(HostileConnection.Request("1", "volume/create", $"{{\"labels\":{nested}")).Send(HostileConnection.Frame(nested)).Drain(HoldMs);
        }
    }

    private static void BeHuge(HostileConnection connection, string path, Random random)
    {
        if (connection.TryInitialize())
        {
            string digits = new('9', random.Next(1, 200_000));
            string letters = new('x', random.Next(1, 500_000));
            connection.SendAll(
                HostileConnection.Request(digits, "$/ping"),
                HostileConnection.Request("1", "vsi/walk", $$"""{"path":"/","depth":{{digits}}}"""),
                HostileConnection.Request("1", "vsi/get", $$"""{"path":"/{{letters}}"}"""),
                HostileConnection.Request($"\"{letters}\"", "no/such"),
                HostileConnection.Request("1", letters),
                HostileConnection.Request("1", "host/info", $$"""{"refresh":1e{{digits}}}""")).Drain(HoldMs);
        }
    }

    private static void BreakTexts(HostileConnection connection, string path, Random random)
    {
        if (connection.TryInitialize())
        {
            foreach (string text in s_brokenTexts)
            {
                connection.SendAll(
                    HostileConnection.Request(text, "$/ping"),
                    HostileConnection.Request("1", "volume/get", $$"""{"name":{{text}},{{text}}:1}"""),
                    HostileConnection.Frame($$"""{"jsonrpc":"2.0","id":1,"method":{{text}}}"""));
            }

            byte[] body = Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"method":"vsi/get","params":{"path":"/xxxx"}}""");
            body[random.Next(body.Length)] = (byte)random.Next(128, 256);
            connection.Send(HostileConnection.Frame(body)).Drain(HoldMs);
        }
    }

    private static void Notify(HostileConnection connection, string path, Random random)
    {
        byte[] one = HostileConnection.Frame("""{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":"none"}}""");
        byte[] hundred = [.. Enumerable.Repeat(one, 100).SelectMany(bytes => bytes)];
        for (int i = 0; i < 30 && !connection.IsOver; i++)
        {
            connection.Send(hundred);
        }
    }

    private static void HoldBack(HostileConnection connection, string path, Random random)
    {
        if (random.Next(4) == 0 || connection.TryInitialize())
        {
            connection.Send(HostileConnection.Header(MiB.ToString(CultureInfo.InvariantCulture))).Send(new byte[MiB - 1]).Drain(2 * HoldMs);
        }
    }

    private static void Flood(HostileConnection connection, string path, Random random)
    {
        var more = new List<HostileConnection>();
        while (more.Count < 24 && HostileConnection.TryOpen(path) is HostileConnection one)
        {
            more.Add(one);
        }

        connection.Drain(HoldMs);
        more.ForEach(one => one.Dispose());
    }

    private static void WithoutReading(HostileConnection connection, string method, string parameters, int times)
    {
        if (connection.TryInitialize())
        {
            for (int i = 0; i < times; i++)
            {
                connection.Send(HostileConnection.Request(i.ToString(CultureInfo.InvariantCulture), method, parameters));
            }

            Thread.Sleep(2 * HoldMs);
        }
    }

    private static string Watch() =>
        $$"""{"paths":[{{string.Join(',', Enumerable.Repeat("\"/hardware/cpu/cpuInfo\"", 64))}}],"intervalMs":100,"partialResultToken":"t"}""";

    private static byte[] Choose(Random random, int id) => Request(s_requests[random.Next(s_requests.Length)], id, random);

    private static byte[] Request((string Method, string Parameters) request, int id, Random random) => HostileConnection.Request(
        id.ToString(CultureInfo.InvariantCulture), request.Method, request.Parameters.Replace("@", $"op-{random.NextInt64():x}", StringComparison.Ordinal));
}
