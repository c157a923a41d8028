using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>
/// Gathers the facts about the host from its sources and keeps them: what never changes for the life of the process, the rest for a second. A source that
/// fails costs its own members and one warning, never the whole answer, and who does not need it does not wait for it.
/// </summary>
internal sealed class HostFacts
{
    private const int FreshMs = 1_000;

    /// <summary>What one source may take: the others have to get their turn within the request's time.</summary>
    private const int SourceMs = 5_000;

    /// <summary>The same in the handshake, for which a guest waits 10 s: all sources of the summary together stay below that.</summary>
    private const int SummarySourceMs = 2_000;

    /// <summary>The same for a source whose tool was silent before in this request: it is most likely the tool and not the question.</summary>
    private const int SilentToolMs = 500;

    private readonly KeptReading[] _all;
    private readonly KeptReading[] _summary;
    private volatile Gathered? _last;

    /// <summary>Keeps the facts of some sources.</summary>
    public HostFacts(IReadOnlyList<HostFactSource> sources)
    {
        _all = new KeptReading[sources.Count];
        for (int i = 0; i < _all.Length; i++)
        {
            _all[i] = new KeptReading(sources[i]);
        }

        _summary = Array.FindAll(_all, kept => kept.Source.IsOfSummary);
    }

    /// <summary>All facts together, and when they were gathered.</summary>
    private sealed record Gathered(HostInfo Info, RenderedResult Rendered, long At);

    /// <summary>The facts, if they are fresh; null where tools would have to be asked.</summary>
    public RenderedResult? Fresh => LastIfFresh?.Rendered;

    private Gathered? LastIfFresh => _last is Gathered last && Environment.TickCount64 - last.At < FreshMs ? last : null;

    /// <summary>The facts, asked of the host where they are not fresh.</summary>
    /// <param name="deadline">When the request has to be answered; a fifth of the time until then is left for the answer.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="refresh">True to ask again for what never changes, too.</param>
    /// <exception cref="OperationException">The request was cancelled.</exception>
    public HostInfo Read(long deadline, CancelSignal cancel, bool refresh = false)
    {
        HostInfo info = WithUptime(Gather(_all, SourceMs, deadline, cancel, refresh));
        _last = new Gathered(info, RenderedResult.Of(info), Environment.TickCount64);
        return info;
    }

    /// <summary>The facts by which a guest knows its host again: uuid, name, product, version and build. No other source is asked or waited for.</summary>
    /// <inheritdoc cref="Read"/>
    public HostSummary ReadSummary(long deadline, CancelSignal cancel)
    {
        HostInfo info = Gather(_summary, SummarySourceMs, deadline, cancel, refresh: false);
        return new HostSummary(info.Uuid, info.HostName, info.Product, info.Version, info.Build);
    }

    private static HostInfo Gather(KeptReading[] sources, int sourceMs, long deadline, CancelSignal cancel, bool refresh)
    {
        long now = Environment.TickCount64;
        long budget = now + ((deadline - now) / 5 * 4);
        var silentTools = new HashSet<string>();
        var info = new HostInfo();
        var warnings = new List<string>();
        foreach (KeptReading kept in sources)
        {
            long until = Math.Min(budget, Environment.TickCount64 + sourceMs);
            HostFactSource.Reading reading =
                kept.Get(refresh ? now : now - FreshMs, refresh, until, cancel, source => ReadSource(source, sourceMs, budget, silentTools, cancel));
            info = reading.Apply(info);
            if (reading.Warning is not null)
            {
                warnings.Add(reading.Warning);
            }
        }

        return info with { Warnings = warnings };
    }

    private static HostFactSource.Reading ReadSource(HostFactSource source, int most, long budget, HashSet<string> silentTools, CancelSignal cancel)
    {
        long left = budget - Environment.TickCount64;
        if (left <= 0)
        {
            return source.OutOfTime();
        }

        try
        {
            // Half of what is left at most, so that in a short time too one source leaves something to those behind it.
            long time = Math.Min((left + 1) / 2, silentTools.Contains(source.Tool) ? SilentToolMs : most);
            return source.Read(cancel, TimeSpan.FromMilliseconds(time));
        }
        catch (OperationException e) when (cancel.Reason is null)
        {
            if (e.Error.Kind == ErrorKind.ToolTimeout)
            {
                silentTools.Add(source.Tool);
            }

            return source.Failed(e.Error.ToolError is string tool ? $"{e.Error.Message} {tool}" : e.Error.Message);
        }
    }

    private static HostInfo WithUptime(HostInfo info) =>
        info.BootTime is DateTime boot ? info with { UptimeSeconds = (long)(DateTime.UtcNow - boot).TotalSeconds } : info;
}
