namespace EsxAgent.HostAgent.Diagnostics.Probes;

/// <summary>A system call, and arguments with which it changes nothing.</summary>
/// <param name="name">Its name.</param>
/// <param name="number">Its number on x86-64.</param>
/// <param name="arguments">What it is called with: numbers, and the places of <see cref="SystemCallRoom"/>.</param>
/// <param name="refusal">Errno with which a kernel that has the call refuses such arguments; 0 where it takes them.</param>
internal sealed class SystemCall(string name, int number, nint[] arguments, int refusal = 0)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Its number on x86-64.</summary>
    public int Number => number;

    /// <summary>What it is called with.</summary>
    public nint[] Arguments => arguments;

    /// <summary>Errno with which a kernel that has the call refuses the arguments; 0 where it takes them.</summary>
    public int Refusal => refusal;

    /// <summary>True where the agent cannot do without it.</summary>
    public bool IsNeeded { get; init; }
}
