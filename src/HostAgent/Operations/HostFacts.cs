using System;
using System.Collections.Generic;
using System.Threading;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>
/// Gathers the facts about the host from its sources and keeps them: what never changes for the life of the process, the rest for a second. A source that
/// fails costs its own members and one warning, never the whole answer.
/// </summary>
internal sealed class HostFacts(IReadOnlyList<HostFactSource> sources)
{
    private const int FreshMs = 1_000;

    /// <summary>What one source may take: the others have to get their turn within the request's time.</summary>
    private static readonly TimeSpan s_timeOfSource = TimeSpan.FromSeconds(5);

    private readonly Lock _gathering = new();
    private readonly HostFactSource.Reading?[] _readings = new HostFactSource.Reading?[sources.Count];
    private volatile Gathered? _last;

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
        const int LookMs = 50;
        while (!_gathering.TryEnter(LookMs))
        {
            cancel.ThrowIfRequested();
        }

        try
        {
            if (!refresh && LastIfFresh is Gathered fresh)
            {
                return fresh.Info;
            }

            long now = Environment.TickCount64;
            HostInfo info = WithUptime(Gather(now + ((deadline - now) * 4 / 5), cancel, refresh));
            _last = new Gathered(info, RenderedResult.Of(info), Environment.TickCount64);
            return info;
        }
        finally
        {
            _gathering.Exit();
        }
    }

    private HostInfo Gather(long budget, CancelSignal cancel, bool refresh)
    {
        var silentTools = new HashSet<string>();
        var info = new HostInfo();
        var warnings = new List<string>();
        for (int i = 0; i < sources.Count; i++)
        {
            HostFactSource source = sources[i];
            HostFactSource.Reading? kept = _readings[i];
            if (refresh || kept is null || !source.IsStatic || kept.Warning is not null)
            {
                kept = ReadSource(source, budget, silentTools, cancel);
                _readings[i] = kept;
            }

            info = kept.Apply(info);
            if (kept.Warning is not null)
            {
                warnings.Add(kept.Warning);
            }
        }

        return info with { Warnings = warnings };
    }

    private static HostFactSource.Reading ReadSource(HostFactSource source, long budget, HashSet<string> silentTools, CancelSignal cancel)
    {
        long left = budget - Environment.TickCount64;
        if (left <= 0 || silentTools.Contains(source.Tool))
        {
            return source.Failed(left <= 0 ? "the time of the request ran out" : $"'{source.Tool}' did not answer before");
        }

        try
        {
            TimeSpan time = TimeSpan.FromMilliseconds(Math.Min(left, s_timeOfSource.TotalMilliseconds));
            return source.Read(cancel, time);
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
