using System;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>One source of facts about the host: a node or a command, and the members that it fills.</summary>
/// <param name="tool">The tool that is asked.</param>
/// <param name="question">What it is asked, for the warning.</param>
/// <param name="members">The members that stay empty without it, for the warning.</param>
/// <param name="isStatic">True where the answer does not change while the host runs.</param>
/// <param name="read">Asks, and says how to put the answer into the facts.</param>
internal sealed class HostFactSource(
    string tool, string question, string members, bool isStatic, Func<CancelSignal, TimeSpan, Func<HostInfo, HostInfo>> read)
{
    /// <summary>What was read: how to put it into the facts, and a warning where it was not all there.</summary>
    /// <param name="Apply">Puts it into the facts.</param>
    /// <param name="Warning">One line; null where all is well.</param>
    public sealed record Reading(Func<HostInfo, HostInfo> Apply, string? Warning);

    /// <summary>The tool that is asked.</summary>
    public string Tool => tool;

    /// <summary>What it is asked.</summary>
    public string Question => question;

    /// <summary>True where the answer does not change while the host runs.</summary>
    public bool IsStatic => isStatic;

    /// <summary>True where it fills a member of the summary that the handshake gives.</summary>
    public bool IsOfSummary { get; init; }

    /// <summary>Asks.</summary>
    /// <exception cref="OperationException">The tool's failure.</exception>
    public Reading Read(CancelSignal cancel, TimeSpan time)
    {
        Func<HostInfo, HostInfo> apply = read(cancel, time);
        bool isEmpty = apply(new HostInfo()) == new HostInfo();
        return new Reading(apply, isEmpty ? Warning("nothing in it was understood") : null);
    }

    /// <summary>What stands for a source that failed.</summary>
    public Reading Failed(string why) => new(info => info, Warning(why));

    /// <summary>What stands for a source that the request had no time for, or that another request waits for in vain.</summary>
    public Reading OutOfTime() => Failed("there was no time left for it");

    private string Warning(string why) => $"{tool} {question}: {why.TrimEnd('.')}. Without it: {members}.";
}
