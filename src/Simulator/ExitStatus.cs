namespace EsxAgent.Simulator;

/// <summary>Exit statuses of the executable under all of its names.</summary>
internal static class ExitStatus
{
    /// <summary>The call did what it was asked.</summary>
    public const int Success = 0;

    /// <summary>A simulated tool failed, as the tools of a host do.</summary>
    public const int ToolFailed = 1;

    /// <summary><c>esxsim</c> itself was called wrongly, or cannot do what was asked.</summary>
    public const int Usage = 2;

    /// <summary>
    /// The simulated host is unusable: a file of it is missing or broken. It is far from the statuses of real tools, so that a test never takes
    /// a broken world for a simulated failure (70 is EX_SOFTWARE of sysexits.h).
    /// </summary>
    public const int BrokenHost = 70;
}
