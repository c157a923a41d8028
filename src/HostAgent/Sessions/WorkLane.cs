namespace EsxAgent.HostAgent.Sessions;

/// <summary>Work of one kind for one VM: never more than so much of it runs at the same time.</summary>
internal readonly struct WorkLane
{
    private WorkLane(long id, int limit) => (Id, Limit) = (id, limit);

    /// <summary>Tells it from every other lane.</summary>
    public long Id { get; }

    /// <summary>Threads that it may have.</summary>
    public int Limit { get; }

    /// <summary>The requests of a VM.</summary>
    public static WorkLane OfRequests(long vm) => new(vm * 2, SessionLimitsInForce.WorkersOfVm);

    /// <summary>
    /// The handshakes of a VM. Each asks the host's tools who is calling, before anything is known that could refuse it: a VM that connects again and again must
    /// not have more than a small part of the host's time for it.
    /// </summary>
    public static WorkLane OfHandshakes(long vm) => new((vm * 2) + 1, SessionLimitsInForce.HandshakesOfVm);
}
