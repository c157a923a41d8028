using System;
using System.Collections.Generic;
using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Completion;
using EsxAgent.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Watches leaves of the host's vsish tree: what they hold from time to time, and how far they move.</summary>
[Cmdlet(VerbsCommon.Watch, "EsxVsiNode")]
[OutputType(typeof(EsxVsiSample))]
public sealed class WatchEsxVsiNodeCommand : VsiNodeCmdlet
{
    /// <summary>Leaves that the agent watches at a time.</summary>
    private const int MostLeaves = 64;

    private readonly VsiPaths _paths = new();
    private readonly List<(AgentSession Session, IReadOnlyList<string> Paths)> _sources = [];
    private readonly List<EsxAgentSession> _sessions = [];

    /// <summary>Paths of leaves.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VsiPathCompleter))]
    public string[] Path { get; set; } = [];

    /// <summary>Time between two looks.</summary>
    [Parameter(Position = 1)]
    [DurationTransformation]
    [DurationRange(0.1, 3600)]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often to look; without it until it is stopped.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long Count { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _paths.Add(this, Path, isSessionGiven: Session is not null);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        AskFor(_paths);
        if (_sources.Count > 0)
        {
            Watch();
        }
    }

    /// <summary>Finds what the paths mean on a host.</summary>
    private protected override void Ask(EsxAgentSession session)
    {
        List<string> leaves = LeavesOf(session);
        if (leaves.Count > MostLeaves)
        {
            WriteError(ErrorRecords.TooManyVsiLeaves(leaves.Count, MostLeaves, session.HostName));
        }
        else if (leaves.Count > 0)
        {
            _sources.Add((session.Live, leaves));
            _sessions.Add(session);
        }
    }

    private List<string> LeavesOf(EsxAgentSession session)
    {
        var question = new VsiQuestion(session.Live, Stop, WaitSign, WriteError);
        var leaves = new List<string>();
        foreach (string path in Asked)
        {
            try
            {
                foreach (VsiTreeNode node in question.Nodes(path))
                {
                    bool isWild = WildcardPattern.ContainsWildcardCharacters(path);
                    if (node.IsDirectory && !isWild)
                    {
                        WriteError(ErrorRecords.VsiNodeIsDirectory(path));
                    }
                    else if (!node.IsDirectory && !leaves.Contains(node.Path!))
                    {
                        leaves.Add(node.Path!);
                    }
                }
            }
            catch (AgentException error)
            {
                WriteError(ErrorRecords.OfAgent(error, path));
            }
        }

        return leaves;
    }

    private void Watch()
    {
        // By host, too: after a move of this virtual machine the numbers are those of another one.
        var before = new Dictionary<(int Source, string Path, string? HostName), VsiSample>();
        bool toldOfLoss = false;
        long? looks = Count > 0 ? Count : null;
        using var signs = new ReconnectSigns(_sessions.ConvertAll(session => new ReconnectSign(WriteProgress, session)));
        foreach ((int source, VsiSample? sample, Exception? error) in Each(VsiWatcher.WatchAsync(_sources, Interval, looks, StopToken), signs))
        {
            EsxAgentSession session = _sessions[source];
            if (sample is null)
            {
                WriteError(ErrorRecords.Of(error!, session, null) ?? throw error!);
                continue;
            }

            if (session.TakeHostChange() is string change)
            {
                WriteWarning(change);
            }

            if (sample.Lost > 0 && !toldOfLoss)
            {
                toldOfLoss = true;
                WriteWarning(
                    "Samples come faster than they are taken, and some are lost; the property Lost counts them. "
                    + "A longer -Interval, or less work behind it, keeps all.");
            }

            var key = (source, sample.Path ?? string.Empty, session.HostName);
            if (sample.Error is VsiError reason)
            {
                // What comes after it has no sample before: between them the leaf may have been another one.
                before.Remove(key);
                WriteError(ErrorRecords.OfVsiNode(reason, key.Item2));
                continue;
            }

            WriteObject(new EsxVsiSample(sample, before.GetValueOrDefault(key), session.HostName));
            before[key] = sample;
        }
    }

    /// <summary>The signs of all sessions that are watched.</summary>
    private sealed class ReconnectSigns(List<ReconnectSign> signs) : IWaitSign, IDisposable
    {
        public void Show() => signs.ForEach(static sign => sign.Show());

        public void Dispose() => signs.ForEach(static sign => sign.Dispose());
    }
}
