namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>A command of vsish. There are two: what would change something does not exist in the agent.</summary>
/// <param name="Word">As it is typed.</param>
/// <param name="Target">What it is about, for a message.</param>
internal sealed record VsishCommand(string Word, string Target)
{
    /// <summary>Prints a leaf.</summary>
    public static readonly VsishCommand Get = new("get", "node");

    /// <summary>Lists a directory.</summary>
    public static readonly VsishCommand List = new("ls", "directory");
}
