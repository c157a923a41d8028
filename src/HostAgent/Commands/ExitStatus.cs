namespace EsxAgent.HostAgent.Commands;

/// <summary>Exit statuses of the executable.</summary>
internal static class ExitStatus
{
    /// <summary>All went well; <c>serve</c> ended in order.</summary>
    public const int Success = 0;

    /// <summary><c>check</c> found something missing that the agent needs.</summary>
    public const int Missing = 1;

    /// <summary><c>policy check</c> read a file that is invalid; <c>policy explain</c> found that a request would be refused.</summary>
    public const int Refused = 1;

    /// <summary>The command line or what it names cannot be used; one line on standard error says why.</summary>
    public const int Usage = 2;
}
