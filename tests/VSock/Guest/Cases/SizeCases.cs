using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using EsxAgent.Client;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Framing;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Tests.VSock;

/// <summary>Messages larger than a packet (64 KiB) and than the kernel's buffer (256 KiB), both ways.</summary>
internal static class SizeCases
{
    /// <summary>What a request has around the payload of a ping is less than this.</summary>
    private const int Envelope = 256;

    public static IEnumerable<Case> All(SharedWorld shared, SharedWorld large)
    {
        yield return new Case("requests around the packet, the buffer and the limit of 1 MiB arrive whole", () => SendAsync(shared.World));
        yield return new Case("a request beyond 1 MiB is refused, and the session goes on", async () =>
        {
            await using AgentSession session = await shared.World.ConnectAsync();
            await Expect.ErrorAsync(ErrorKind.FrameTooLarge, () => session.PingAsync(FrameLimits.BodyFromGuest));
            await session.PingAsync();
        });
        yield return new Case("an answer of more than 1 MiB in one frame arrives whole", () => ReceiveAsync(large.World));
        yield return new Case("a streamed list of more than 1 MiB arrives whole and in order", async () =>
        {
            await using AgentSession session = await large.World.ConnectAsync();
            List<string?> names = await session.GetDatastoresAsync().Select(datastore => datastore.Name).ToListAsync();
            MustBeTheSame(LargeListing.Names, names);
        });
        yield return new Case("large requests and large answers cross each other on one connection", () => CrossAsync(large.World));
    }

    private static async Task<string?> SendAsync(World world)
    {
        const int Packet = 64 << 10;
        const int Buffer = 256 << 10;
        int[] sizes = [1, Packet - Envelope, Packet - 1, Packet, Packet + 1, Buffer - Envelope, Buffer, Buffer + 1, FrameLimits.BodyFromGuest - Envelope];
        await using AgentSession session = await world.ConnectAsync();
        long before = (await session.GetStatusAsync()).Counters!.BytesReceived;
        foreach (int size in sizes)
        {
            await session.PingAsync(size);
        }

        long received = (await session.GetStatusAsync()).Counters!.BytesReceived - before;
        Expect.That(received - sizes.Sum() is > 0 and < 4096, $"the agent has received {sizes.Sum()} bytes of payloads and little more; it has {received}");
        return $"{received} bytes";
    }

    private static async Task<string?> ReceiveAsync(World world)
    {
        await using AgentSession session = await world.ConnectAsync();
        long before = (await session.GetStatusAsync()).Counters!.BytesSent;
        ListResult<Datastore> all = await session.SendAsync(RpcMethods.HostDatastores, new ListParams());
        long sent = (await session.GetStatusAsync()).Counters!.BytesSent - before;
        Expect.That(sent > 1 << 20, $"the frame is larger than 1 MiB; the agent has sent {sent} bytes");
        MustBeTheSame(LargeListing.Names, [.. all.Items.Select(datastore => datastore.Name)]);
        return $"{sent} bytes";
    }

    private static async Task CrossAsync(World world)
    {
        const int Rounds = 2;
        const int Pings = 4;
        await using AgentSession session = await world.ConnectAsync();
        async Task Ping()
        {
            for (int i = 0; i < Rounds * Pings; i++)
            {
                await session.PingAsync(FrameLimits.BodyFromGuest - Envelope);
            }
        }

        Task[] pings = [.. Enumerable.Range(0, Pings).Select(_ => Ping())];
        for (int i = 0; i < Rounds; i++)
        {
            ListResult<Datastore> page = await session.SendAsync(RpcMethods.HostDatastores, new ListParams());
            MustBeTheSame(LargeListing.Names, [.. page.Items.Select(datastore => datastore.Name)]);
        }

        await Task.WhenAll(pings);
    }

    private static void MustBeTheSame(string[] expected, List<string?> actual)
    {
        Expect.Equal(expected.Length, actual.Count, "the number of datastores");
        for (int i = 0; i < expected.Length; i++)
        {
            Expect.Equal(expected[i], actual[i], $"the name at {i}");
        }
    }
}
