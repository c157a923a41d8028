namespace EsxAgent.Simulator.Vsish;

/// <summary>What vsish says to one command.</summary>
/// <param name="Output">The bytes for standard output, exactly as they lie in the file.</param>
/// <param name="Error">The bytes for standard error; empty where nothing failed.</param>
/// <param name="Status">The exit status of a single command.</param>
internal readonly record struct VsiAnswer(byte[] Output, byte[] Error, int Status)
{
    /// <summary>An answer without any complaint.</summary>
    public static VsiAnswer Good(byte[] output) => new(output, [], ExitStatus.Success);

    /// <summary>A failure told in lines of the form <c>Function():message</c>.</summary>
    public static VsiAnswer Bad(params string[] lines) =>
        new([], System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), ExitStatus.ToolFailed);
}
