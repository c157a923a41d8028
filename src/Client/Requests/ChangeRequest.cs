using System;
using System.Globalization;
using System.Text.Json;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Client;

/// <summary>A change whose caller is told how far it is.</summary>
internal sealed class ChangeRequest<TParams, TResult> : SessionRequest<TParams, TResult>
    where TParams : VolumeChangeParams
{
    private readonly IProgress<WorkDoneValue> _progress;

    public ChangeRequest(
        AgentSession session, long id, ChangeMethod<TParams, TResult> method, TParams parameters, IProgress<WorkDoneValue> progress, TimeSpan timeout)
        : base(session, id, method, parameters, timeout)
    {
        _progress = progress;
        Parameters = Parameters with { WorkDoneToken = id.ToString(CultureInfo.InvariantCulture) };
    }

    /// <inheritdoc/>
    public override bool OnProgress(ReadOnlySpan<byte> value)
    {
        if (IsFinished)
        {
            return false;
        }

        if (IsCancelling)
        {
            return true;
        }

        try
        {
            if (JsonSerializer.Deserialize(value, ProtocolJson.Default.WorkDoneValue) is WorkDoneValue done)
            {
                _progress.Report(done);
            }
        }
        catch (Exception)
        {
            // Neither what an agent says in a form that this client does not know nor a listener's own mistake may end the change.
        }

        return true;
    }
}
