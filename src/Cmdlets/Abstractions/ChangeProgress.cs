using System;
using System.Management.Automation;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Abstractions;

/// <summary>Shows how far a change on the host is, and that a connection is being made anew where that is what the person waits for.</summary>
internal sealed class ChangeProgress : IProgress<WorkDoneValue>, IWaitSign, IDisposable
{
    private const int WholePercent = 100;

    private readonly ProgressPump _pump;
    private readonly EsxAgentSession _session;
    private volatile string? _message;

    /// <summary>Makes one.</summary>
    /// <param name="cmdlet">The cmdlet that shows it.</param>
    /// <param name="session">The session that is asked through.</param>
    /// <param name="activity">What is being done.</param>
    public ChangeProgress(Cmdlet cmdlet, EsxAgentSession session, string activity)
    {
        _session = session;
        _pump = new ProgressPump(cmdlet, activity, WholePercent, Say);
    }

    /// <summary>How far a change is, in words.</summary>
    /// <param name="percent">Percent.</param>
    /// <param name="message">What is being done just now; null where the host did not say.</param>
    public static string Say(int percent, string? message) => string.IsNullOrEmpty(message) ? $"{percent} % done" : $"{message}: {percent} % done";

    /// <summary>Called from any thread.</summary>
    public void Report(WorkDoneValue value)
    {
        _message = value.Message;
        if (value.Percentage is int percent)
        {
            _pump.Report(percent);
        }
    }

    /// <inheritdoc/>
    public void Show() => _pump.Show();

    /// <summary>Takes the bar away, called on the pipeline's thread.</summary>
    public void Dispose() => _pump.Dispose();

    private string Say(int percent) => ReconnectSign.Say(_session) ?? Say(percent, _message);
}
