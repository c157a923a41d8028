using System.Globalization;
using System.Linq;
using System.Text;

namespace EsxAgent.Tests.Client;

/// <summary>What a fake agent says.</summary>
internal static class FakeAnswers
{
    public const string HostUuid = "564db163-53a5-dde6-60d5-7a08dc4cc19a";
    public const string OtherHostUuid = "11111111-53a5-dde6-60d5-7a08dc4cc19a";

    public const string HostInfo = """{"hostName":"esx1","version":"8.0.3","cpuCores":16,"memoryBytes":137438953472,"bootTime":"2024-05-01T10:00:00Z","warnings":[]}""";

    /// <summary>A frame around a body.</summary>
    public static byte[] Frame(string body)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        return [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {bytes.Length}\r\n\r\n")), .. bytes];
    }

    public static string Result(FakeRequest request, string result) => $$"""{"jsonrpc":"2.0","id":{{request.Id}},"result":{{result}}}""";

    public static string Error(string? id, int code, string kind, string message, string more = "") =>
        $$$$"""{"jsonrpc":"2.0","id":{{{{id ?? "null"}}}},"error":{"code":{{{{code}}}},"message":"{{{{message}}}}","data":{"kind":"{{{{kind}}}}"{{{{more}}}}}}}""";

    public static string Initialize(string? hostUuid = HostUuid, int idleMs = 900_000, int version = 1, string hostName = "esx1")
    {
        string uuid = hostUuid is null ? "null" : $"\"{hostUuid}\"";
        string name = hostUuid == OtherHostUuid ? "esx2" : hostName;
        return $$"""
            {"protocolVersion":{{version}},"agentInfo":{"name":"esxagent","version":"9.9.9","commit":null},
             "host":{"uuid":{{uuid}},"hostName":"{{name}}","product":"VMware ESXi","version":"8.0.3","build":"24674464"},
             "peer":{"kind":"local","name":"web01","group":"default"},"capabilities":["hostInfo","datastores"],
             "limits":{"headerBytes":256,"requestBytes":1048576,"responseBytes":4194304,"runningRequests":32,"connections":16,"idleMs":{{idleMs}}},
             "sessionId":"s1"}
            """;
    }

    public static string Progress(string token, string value) =>
        $$$"""{"jsonrpc":"2.0","method":"$/progress","params":{"token":"{{{token}}}","value":{{{value}}}}}""";

    /// <summary>A batch or page of datastores named after their numbers.</summary>
    public static string Datastores(int first, int count, string? nextCursor = null)
    {
        string items = string.Join(',', Enumerable.Range(first, count).Select(static i => $$"""{"name":"ds{{i}}","uuid":"u{{i}}","accessible":true}"""));
        return $$"""{"items":[{{items}}],"nextCursor":{{(nextCursor is null ? "null" : $"\"{nextCursor}\"")}}}""";
    }
}
