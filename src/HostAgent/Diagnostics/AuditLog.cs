using System;
using System.Buffers;
using System.Text.Json;
using System.Threading;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.Protocol;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>
/// What the agent refused, one line of JSON each, for whoever has to prove it later: every line carries the digest of the line before, so that none can be
/// changed or taken out unnoticed. The chain goes on over restarts. One agent at a time writes to a file.
/// </summary>
internal sealed class AuditLog : IDisposable
{
    /// <summary>No line is nearly that long: what has one is another file.</summary>
    private const int MaxLine = 1 << 20;

    /// <summary>What the first line carries: the digest of no line.</summary>
    private static readonly string s_noLine = new('0', Sha256.Size * 2);

    private readonly Lock _lock = new();
    private readonly int _descriptor;
    private readonly string _path;
    private readonly AgentLog _log;
    private readonly ArrayBufferWriter<byte> _text = new();
    private LastLine? _last;
    private bool _hasFailed;

    private AuditLog(int descriptor, string path, AgentLog log, LastLine last)
    {
        _descriptor = descriptor;
        _path = path;
        _log = log;
        _last = last;
    }

    /// <summary>The end of the file.</summary>
    /// <param name="Digest">Digest of the last line, without its line break.</param>
    /// <param name="IsTorn">True where the line has no line break: it was not written to its end.</param>
    private sealed record LastLine(string Digest, bool IsTorn);

    /// <summary>Opens a file to go on with its chain; one that is missing is made, for its owner alone.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="log">Where a later failure to write is told.</param>
    /// <param name="problem">One line for a person, where the answer is null.</param>
    public static AuditLog? TryOpen(string path, AgentLog log, out string? problem)
    {
        const int Flags = PosixConstants.OpenReadWrite | PosixConstants.OpenCreate | PosixConstants.OpenAppend | PosixConstants.OpenNonBlocking;
        int descriptor = FileDescriptor.Open(path, Flags, out int error, PosixConstants.ModeOwnerReadWrite);
        bool isTaken = descriptor >= 0 && !TryLock(descriptor);
        LastLine? last = descriptor >= 0 && !isTaken ? ReadLastLine(descriptor, out error) : null;
        if (last is not null)
        {
            problem = null;
            return new AuditLog(descriptor, path, log, last);
        }

        if (descriptor >= 0)
        {
            Libc.Close(descriptor);
        }

        problem = error switch
        {
            0 when isTaken => $"the audit file '{path}' is used by another agent",
            Errno.FileTooLarge => $"the audit file '{path}' is none: its last line is longer than 1 MiB",
            _ => $"the audit file '{path}' cannot be written ({Errno.Describe(error)})",
        };
        return null;
    }

    /// <summary>Writes that a request was refused.</summary>
    /// <param name="session">Id of the session.</param>
    /// <param name="caller">The VM; null where it is not known.</param>
    /// <param name="peer">What the transport knew of it.</param>
    /// <param name="method">What it asked for.</param>
    /// <param name="kind">Why it was refused.</param>
    public void Refused(string session, Caller? caller, TransportPeer peer, string method, ErrorKind kind) => Append(writer =>
    {
        writer.WriteString("event"u8, "refused"u8);
        writer.WriteString("session"u8, session);
        writer.WriteStartObject("vm"u8);
        writer.WriteValue("name"u8, caller?.Name);
        writer.WriteValue("biosUuid"u8, caller?.BiosUuid);
        writer.WriteValue("cartelId"u8, caller?.CartelId ?? peer.CartelId);
        writer.WriteValue("contextId"u8, peer.ContextId);
        writer.WriteEndObject();
        writer.WriteString("method"u8, method);
        writer.WriteString("kind"u8, kind.Name);
    });

    /// <inheritdoc/>
    public void Dispose() => Libc.Close(_descriptor);

    /// <summary>Writes a line. One that cannot be written stops nothing; it is told in the log, once until it works again.</summary>
    private void Append(Action<Utf8JsonWriter> writeMembers)
    {
        lock (_lock)
        {
            int error = 0;
            _last ??= ReadLastLine(_descriptor, out error);
            if (_last is LastLine last)
            {
                error = Write(last, writeMembers);
            }

            if (error != 0 && !_hasFailed)
            {
                _log.Write($"the audit file '{_path}' cannot be written ({Errno.Describe(error)}): refusals are not in it until it can");
            }

            _hasFailed = error != 0;
        }
    }

    private int Write(LastLine before, Action<Utf8JsonWriter> writeMembers)
    {
        // In one write, so that whoever reads the file meanwhile sees whole lines.
        _text.ResetWrittenCount();
        int start = before.IsTorn ? 1 : 0;
        if (before.IsTorn)
        {
            _text.Write("\n"u8);
        }

        using (var writer = new Utf8JsonWriter(_text))
        {
            writer.WriteStartObject();
            writer.WriteString("time"u8, UtcTime.Milliseconds(DateTime.UtcNow));
            writeMembers(writer);
            writer.WriteString("previous"u8, before.Digest);
            writer.WriteEndObject();
        }

        string digest = Sha256.Hex(_text.WrittenSpan[start..]);
        _text.Write("\n"u8);
        int error = FileDescriptor.Write(_descriptor, _text.WrittenSpan);

        // After a failure part of the line may be there: the next one looks at what is.
        _last = error == 0 ? new LastLine(digest, IsTorn: false) : null;
        return error;
    }

    /// <summary>Locks the whole file, with the kind of lock that keeps no reader away: many programs ask for a lock by <c>flock</c> to read.</summary>
    private static unsafe bool TryLock(int descriptor)
    {
        var all = new RecordLock { Type = PosixConstants.WriteLock };
        return Libc.Fcntl(descriptor, PosixConstants.SetLock, (nint)(&all)) >= 0;
    }

    /// <summary>Reads the last line from the end of the file, in pieces that grow.</summary>
    /// <returns>Null where it cannot be read.</returns>
    private static LastLine? ReadLastLine(int descriptor, out int error)
    {
        nint size = Libc.Seek(descriptor, 0, PosixConstants.SeekEnd);
        error = size < 0 ? Errno.Last : 0;
        if (size <= 0)
        {
            return error == 0 ? new LastLine(s_noLine, IsTorn: false) : null;
        }

        for (nint window = 4096; ; window *= 4)
        {
            byte[] tail = new byte[Math.Min(window, size)];
            if (!TryReadAt(descriptor, size - tail.Length, tail, out error))
            {
                return null;
            }

            bool isTorn = tail[^1] != (byte)'\n';
            ReadOnlySpan<byte> lines = isTorn ? tail : tail.AsSpan(0, tail.Length - 1);
            int start = lines.LastIndexOf((byte)'\n') + 1;
            if (start > 0 || tail.Length == size)
            {
                return new LastLine(Sha256.Hex(lines[start..]), isTorn);
            }

            if (window > MaxLine)
            {
                error = Errno.FileTooLarge;
                return null;
            }
        }
    }

    private static bool TryReadAt(int descriptor, nint offset, Span<byte> space, out int error)
    {
        error = Libc.Seek(descriptor, offset, PosixConstants.SeekStart) < 0 ? Errno.Last : 0;
        while (error == 0 && !space.IsEmpty)
        {
            int count = FileDescriptor.Read(descriptor, space, out error);
            if (count == 0)
            {
                error = error == 0 ? Errno.InputOutput : error;
                return false;
            }

            space = space[count..];
        }

        return error == 0;
    }
}
