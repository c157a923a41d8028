using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Tools;

/// <summary>
/// Ends what a tool has left over, also when the agent itself is killed and can end nothing any more: a pipe of which the child holds one end and the agent
/// the other. When the agent's end is gone and the child's is not, the kernel sends SIGKILL to the child's process group. What has left that group is not
/// reached. Where the system cannot do that, a tool of a killed agent ends when it next prints, because its streams are broken.
/// </summary>
internal readonly unsafe struct Lifeline
{
    private readonly int _childEnd;
    private readonly int _agentEnd;

    private Lifeline(int childEnd, int agentEnd)
    {
        _childEnd = childEnd;
        _agentEnd = agentEnd;
    }

    /// <summary>
    /// Makes a lifeline; call with <see cref="DescriptorGate.Gate"/> held until <see cref="Tie"/>. Without descriptors to be had it is none and does nothing.
    /// </summary>
    public static Lifeline Make()
    {
        int* ends = stackalloc int[2];
        return DescriptorGate.TryPipe(ends, out _) ? new Lifeline(ends[0], ends[1]) : new Lifeline(-1, -1);
    }

    /// <summary>Lets the child that is about to be started hold its end, as a descriptor behind its three streams.</summary>
    /// <param name="actions">The file actions of the start; those for the streams come before.</param>
    /// <returns>0, or an error number.</returns>
    public int HandTo(byte* actions)
    {
        // A descriptor that is copied onto itself would stay closed for the child.
        const int First = 3;
        return _childEnd < 0 ? 0 : Libc.SpawnFileActionsAddDup2(actions, _childEnd, _childEnd == First ? First + 1 : First);
    }

    /// <summary>Ties the started child to the lifeline and gives up the agent's copy of the child's end.</summary>
    /// <param name="child">Its id, which is that of its process group; 0 or less where it was not started.</param>
    public void Tie(int child)
    {
        if (_childEnd < 0)
        {
            return;
        }

        if (child > 0)
        {
            // What the calls set belongs to the end itself, whoever holds it. Without F_SETSIG the signal is SIGIO, which ends a tool too unless it minds.
            _ = Libc.Fcntl(_childEnd, PosixConstants.SetOwner, -child);
            _ = Libc.Fcntl(_childEnd, PosixConstants.SetSignal, PosixConstants.SignalKill);
            _ = Libc.Fcntl(_childEnd, PosixConstants.SetStatusFlags, PosixConstants.OpenAsync);
        }

        Libc.Close(_childEnd);
    }

    /// <summary>Lets go: whatever of the child's process group still runs is ended.</summary>
    public void Release()
    {
        if (_agentEnd >= 0)
        {
            Libc.Close(_agentEnd);
        }
    }
}
