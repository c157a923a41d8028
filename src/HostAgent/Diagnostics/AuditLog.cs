using System;
using System.Text;
using System.Text.Json;
using System.Threading;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Volumes.Changes;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>
/// What the agent changed and refused, for whoever has to prove it later: a line of JSON before and one after each change, one for each refusal, one for each change
/// that recovery ended. To the audit file, if there is one, and to the log, which on a host is its syslog.
/// </summary>
internal sealed class AuditLog(AuditFile? file, AgentLog log) : IDisposable
{
    /// <summary>Refusals of one VM that are written at once; then one a second, which tells how many were left out.</summary>
    private const int Refusals = 200;

    private readonly Lock _lock = new();
    private readonly OftenLines _refusals = new(Refusals, 1_000);
    private bool _hasFailed;

    /// <summary>Writes that a change is about to be made. Without that line it must not be.</summary>
    /// <exception cref="OperationException"><c>CapabilityMissing</c>: the line cannot be written.</exception>
    public void Begin(ChangeRequest change)
    {
        int error = Append(writer => WriteChange(writer, "begin"u8, change));
        if (error != 0)
        {
            throw new OperationException(new WireError(
                ErrorKind.CapabilityMissing, $"The agent cannot write its audit file ({Errno.Describe(error)}), and makes no change that is not in it.")
            {
                OperationId = change.OperationId,
                RecommendedAction = "Ask the administrator of the host to make room for the audit file of esxagent.",
            });
        }
    }

    /// <summary>Writes how a change ended.</summary>
    /// <param name="change">The change.</param>
    /// <param name="error">Null where it was made.</param>
    /// <param name="isAgain">True where it was a repeat of one that was made before, and nothing was done.</param>
    /// <param name="duration">How long it took.</param>
    public void End(ChangeRequest change, Exception? error, bool isAgain, TimeSpan duration) => Append(writer =>
    {
        WriteChange(writer, "end"u8, change);
        writer.WriteString("outcome"u8, error is null ? "done" : (error as OperationException)?.Error.Kind.Name ?? ErrorKind.InternalError.Name);
        if (isAgain)
        {
            writer.WriteBoolean("again"u8, true);
        }

        writer.WriteNumber("durationMs"u8, (long)duration.TotalMilliseconds);
    });

    /// <summary>Writes how recovery ended a change whose agent is gone.</summary>
    /// <param name="group">The group.</param>
    /// <param name="intent">What was to be done.</param>
    /// <param name="isDone">True where it counts as done, false where it was taken back.</param>
    public void Recovered(GroupDirectory group, Intent intent, bool isDone) => Append(writer =>
    {
        writer.WriteString("event"u8, "recovered"u8);
        writer.WriteString("method"u8, intent.Method);
        writer.WriteString("operationId"u8, intent.OperationId);
        writer.WriteString("group"u8, group.Group);
        writer.WriteString("target"u8, intent.VmdkPath ?? group.IdOf(intent.Name));
        writer.WriteString("outcome"u8, isDone ? "done"u8 : "undone"u8);
    });

    /// <summary>Writes that a request was refused.</summary>
    /// <param name="session">The session.</param>
    /// <param name="method">What it asked for.</param>
    /// <param name="kind">Why it was refused.</param>
    public void Refused(Session session, string method, ErrorKind kind)
    {
        int leftOut;
        lock (_lock)
        {
            if (!_refusals.TryGet(session.Vm, out leftOut))
            {
                return;
            }
        }

        Append(writer =>
        {
            writer.WriteString("event"u8, "refused"u8);
            WriteVm(writer, session.Id, session.Caller, session.Connection.Peer);
            writer.WriteString("method"u8, method);
            writer.WriteString("kind"u8, kind.Name);
            if (leftOut > 0)
            {
                writer.WriteNumber("leftOut"u8, leftOut);
            }
        });
    }

    /// <inheritdoc/>
    public void Dispose() => file?.Dispose();

    private static void WriteChange(Utf8JsonWriter writer, ReadOnlySpan<byte> what, ChangeRequest change)
    {
        writer.WriteString("event"u8, what);
        WriteVm(writer, change.Session.Id, change.Caller, change.Session.Connection.Peer);
        writer.WriteString("method"u8, change.Method);
        writer.WriteString("operationId"u8, change.OperationId);
        writer.WriteString("group"u8, change.Group);
        writer.WriteString("target"u8, change.VmdkPath?.Canonical ?? $"{change.Name}@{change.Datastore.Name}");
        writer.WritePropertyName("arguments"u8);
        writer.WriteRawValue(change.Shown, skipInputValidation: true);
    }

    private static void WriteVm(Utf8JsonWriter writer, string session, Caller? caller, TransportPeer peer)
    {
        writer.WriteString("session"u8, session);
        writer.WriteStartObject("vm"u8);
        writer.WriteValue("name"u8, caller?.Name);
        writer.WriteValue("biosUuid"u8, caller?.BiosUuid);
        writer.WriteValue("instanceUuid"u8, caller?.InstanceUuid);
        writer.WriteValue("cartelId"u8, caller?.CartelId ?? peer.CartelId);
        writer.WriteValue("contextId"u8, peer.ContextId);
        writer.WriteEndObject();
    }

    /// <summary>Writes a line. That it cannot be written is told in the log, once until it works again.</summary>
    /// <returns>0, or the number of the error.</returns>
    private int Append(Action<Utf8JsonWriter> writeMembers)
    {
        lock (_lock)
        {
            if (file is null)
            {
                var text = new System.Buffers.ArrayBufferWriter<byte>();
                using (var writer = new Utf8JsonWriter(text))
                {
                    writer.WriteStartObject();
                    writeMembers(writer);
                    writer.WriteEndObject();
                }

                log.Write($"audit {Encoding.UTF8.GetString(text.WrittenSpan)}");
                return 0;
            }

            int error = file.Append(writeMembers);
            if (error != 0 && !_hasFailed)
            {
                log.Write($"the audit file '{file.Path}' cannot be written ({Errno.Describe(error)}): changes are refused, and refusals are not in it, until it can");
            }

            _hasFailed = error != 0;
            log.Write($"audit {Encoding.UTF8.GetString(file.LastText)}");
            return error;
        }
    }
}
