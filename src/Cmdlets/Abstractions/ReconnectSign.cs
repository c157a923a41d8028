using System;
using System.Management.Automation;

namespace EsxAgent.Abstractions;

/// <summary>Tells a person who waits that the connection was lost and is being made again: otherwise the cmdlet would seem to hang.</summary>
internal sealed class ReconnectSign(Cmdlet cmdlet, EsxAgentSession session) : IWaitSign, IDisposable
{
    private ProgressRecord? _record;

    /// <inheritdoc/>
    public void Show()
    {
        if (session.Live.State != Client.SessionState.Reconnecting)
        {
            Dispose();
            return;
        }

        _record ??= new ProgressRecord(ProgressPump.NextActivity(), $"Connecting anew to {session.HostName}", $"The connection to {session.Endpoint} was lost");
        cmdlet.WriteProgress(_record);
    }

    /// <summary>Takes it away, called on the pipeline's thread.</summary>
    public void Dispose()
    {
        if (_record is ProgressRecord shown)
        {
            _record = null;
            shown.RecordType = ProgressRecordType.Completed;
            cmdlet.WriteProgress(shown);
        }
    }
}
