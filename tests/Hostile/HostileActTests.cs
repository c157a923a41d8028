using EsxAgent.HostileGuest;
using EsxAgent.Tests.Agent;
using Xunit;

namespace EsxAgent.Tests.Hostile;

/// <summary>Each thing that a guest can do to harm, done by itself: nobody else notices, and no connection of it is left.</summary>
public sealed class HostileActTests(HostileActTests.BusyWorld busy) : IClassFixture<HostileActTests.BusyWorld>
{
    private const int Connections = 32;
    private const int AtOnce = 16;

    /// <summary>The pipes of the shell of vsish, which is started when there is much to read and ended when nobody asks.</summary>
    private const int Shell = 4;

    public static TheoryData<string> Acts => [.. HostileActs.All.Keys];

    [Theory]
    [MemberData(nameof(Acts))]
    public void One_VM_does_it_and_another_one_notices_nothing(string act)
    {
        World world = busy.World;
        int before = world.Agent.Footprint.Descriptors;
        using (Bystander other = world.WatchFromAside())
        {
            using var hostile = new HostileGuestProcess(world.Socket(), AtOnce, act);
            hostile.Misuse(Connections);
            other.MustHaveNoticedNothing();
        }

        Eventually.Holds("there are no more descriptors than before", () => world.Agent.Footprint.Descriptors <= before + Shell);
    }

    /// <summary>A world whose agent has what it keeps once it has changed something: a heartbeat on the datastore.</summary>
    public sealed class BusyWorld : System.IDisposable
    {
        /// <summary>Makes it.</summary>
        public BusyWorld()
        {
            using WireConnection guest = World.Guest();
            Assert.NotNull(guest.Call("volume/create", """{"operationId":"first","name":"first","sizeBytes":1048576}""").Result);
        }

        /// <summary>The world.</summary>
        internal World World { get; } = World.Start();

        /// <inheritdoc/>
        public void Dispose() => World.Dispose();
    }
}
