using System;
using System.Threading.Tasks;

namespace EsxAgent.Tests.VSock;

/// <summary>One thing that must hold.</summary>
/// <param name="Name">What holds, as a sentence.</param>
/// <param name="Run">Fails by throwing; what it gives stands behind the name, for example a figure.</param>
internal sealed record Case(string Name, Func<Task<string?>> Run)
{
    /// <summary>A case without a figure.</summary>
    public Case(string name, Func<Task> run)
        : this(name, async () =>
        {
            await run();
            return null;
        })
    {
    }
}

/// <summary>A case that cannot be looked at here; the message says why.</summary>
internal sealed class SkippedException(string message) : Exception(message);
