using System;
using System.Management.Automation;

namespace EsxAgent.Abstractions;

/// <summary>Tells a person who waits that the connection was lost and is being made again: otherwise the cmdlet would seem to hang.</summary>
/// <param name="write">Shows a record.</param>
/// <param name="session">The session that is waited for.</param>
internal sealed class ReconnectSign(Action<ProgressRecord> write, EsxAgentSession session) : IWaitSign, IDisposable
{
    private readonly int _number = ProgressPump.NextActivity();
    private bool _isShown;

    /// <summary>What is said of a connection that was lost; null where there is one.</summary>
    /// <param name="session">The session that is waited for.</param>
    public static string? Say(EsxAgentSession session) =>
        session.Live.State == Client.SessionState.Reconnecting ? $"The connection to {session.Endpoint} was lost; connecting anew" : null;

    /// <inheritdoc/>
    public void Show()
    {
        if (session.Live.State == Client.SessionState.Reconnecting)
        {
            _isShown = true;
            write(Record(ProgressRecordType.Processing));
        }
        else
        {
            Dispose();
        }
    }

    /// <summary>Takes it away, called on the pipeline's thread.</summary>
    public void Dispose()
    {
        if (_isShown)
        {
            _isShown = false;
            write(Record(ProgressRecordType.Completed));
        }
    }

    private ProgressRecord Record(ProgressRecordType type) =>
        new(_number, $"Connecting anew to {session.HostName}", $"The connection to {session.Endpoint} was lost") { RecordType = type };
}
