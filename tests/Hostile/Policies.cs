using System.Globalization;

namespace EsxAgent.Tests.Hostile;

/// <summary>Texts of policies.</summary>
internal static class Policies
{
    /// <summary>Every VM may do everything; one of them at the usual rates, all others at others.</summary>
    /// <param name="hostile">Name of the VM with the usual rates; null where all have the others.</param>
    /// <param name="rates">Requests a second, and changes a minute.</param>
    public static string AllowEverything(string? hostile, int rates)
    {
        const string Everything = """
            "methods":["*"],"vsi":["/"],"datastores":[{"name":"*"}],"vmdkPaths":["/vmfs/volumes/"]
            """;
        string all = rates.ToString(CultureInfo.InvariantCulture);
        string first = hostile is null ? string.Empty : $$"""{"name":"hostile","members":[{"name":"{{hostile}}"}],{{Everything}}},""";
        return $$"""{"version":1,"groups":[{{first}}{"name":"default","rates":{"requestsPerSecond":{{all}},"changesPerMinute":{{all}}},{{Everything}}}]}""";
    }
}
