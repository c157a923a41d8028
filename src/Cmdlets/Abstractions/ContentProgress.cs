using System;
using System.Management.Automation;
using EsxAgent.Formatting;

namespace EsxAgent.Abstractions;

/// <summary>Shows how much content has been read or written, and that a connection is being made anew where that is what the person waits for.</summary>
internal sealed class ContentProgress : IProgress<long>, IWaitSign, IDisposable
{
    private const int BytesOfStep = 1024;

    private readonly ProgressPump _pump;

    /// <summary>Makes one.</summary>
    /// <param name="cmdlet">The cmdlet that shows it.</param>
    /// <param name="session">The session that is asked through.</param>
    /// <param name="activity">What is being done.</param>
    public ContentProgress(Cmdlet cmdlet, EsxAgentSession session, string activity) =>
        _pump = new ProgressPump(cmdlet, activity, 0, steps => ReconnectSign.Say(session) ?? DisplayText.Size((long)steps * BytesOfStep));

    /// <summary>Called from any thread.</summary>
    public void Report(long value) => _pump.Report((int)(value / BytesOfStep));

    /// <inheritdoc/>
    public void Show() => _pump.Show();

    /// <summary>Takes the bar away, called on the pipeline's thread.</summary>
    public void Dispose() => _pump.Dispose();
}
