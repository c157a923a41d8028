using System;

namespace EsxAgent.Tests.Agent;

/// <summary>One world for all tests of a class that leave it as they found it.</summary>
public sealed class SharedWorld : IDisposable
{
    /// <summary>The world.</summary>
    internal World World { get; } = World.Start();

    /// <inheritdoc/>
    public void Dispose() => World.Dispose();
}
