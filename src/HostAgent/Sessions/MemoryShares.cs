using EsxAgent.Protocol.Framing;

namespace EsxAgent.HostAgent.Sessions;

/// <summary>
/// The memory of the agent that guests can make it use, beyond the little that every connection has: large requests and large answers. The whole agent has 64 MB, and
/// what runs out of them ends it for every VM.
/// </summary>
internal sealed class MemoryShares
{
    /// <summary>What a request may have without being counted, in bytes.</summary>
    public const int SmallBody = 16 << 10;

    /// <summary>The same for an answer: a batch of a listing is smaller.</summary>
    public const int SmallAnswer = 128 << 10;

    private const int Bodies = 8 << 20;
    private const int BodiesOfVm = 2 << 20;
    private const int Answers = 12 << 20;
    private const int AnswersOfVm = 4 << 20;

    /// <summary>What a large answer counts for: how large it becomes shows only when it is written.</summary>
    private const int LargeAnswer = 2 << 20;

    private readonly SharedPlaces _bodies = new(Bodies, BodiesOfVm);
    private readonly SharedPlaces _answers = new(Answers, AnswersOfVm);

    /// <summary>Takes the memory of a large request: while it is received, and until its change or its answer is done.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="bytes">Its length, at most <see cref="FrameLimits.BodyFromGuest"/>.</param>
    /// <returns>To be disposed of at its end; null where there was no room for so long that it has to be refused.</returns>
    public MemoryShare? TakeBody(long vm, int bytes) => Take(_bodies, vm, bytes, SessionLimitsInForce.SendMs);

    /// <summary>Takes the memory of a large answer, until it is sent: who does not read one gets no other.</summary>
    /// <param name="vm">The VM.</param>
    /// <param name="waitMs">How long to wait for it.</param>
    /// <returns>As <see cref="TakeBody"/>.</returns>
    public MemoryShare? TakeAnswer(long vm, int waitMs) => Take(_answers, vm, LargeAnswer, waitMs);

    private static MemoryShare? Take(SharedPlaces places, long vm, int amount, int waitMs) =>
        places.TryEnter(vm, amount, waitMs, null) ? new MemoryShare(places, vm, amount) : null;
}
