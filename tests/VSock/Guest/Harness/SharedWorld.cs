using System;

namespace EsxAgent.Tests.VSock;

/// <summary>A world for cases that leave it as they found it, made by the first that needs it: in a guest kernel one costs most of a second.</summary>
internal sealed class SharedWorld(Func<World> make) : IDisposable
{
    private readonly Lazy<World> _world = new(make);

    /// <summary>The world.</summary>
    public World World => _world.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_world.IsValueCreated)
        {
            _world.Value.Dispose();
        }
    }
}
