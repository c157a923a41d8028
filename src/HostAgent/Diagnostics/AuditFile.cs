using System;
using System.Buffers;
using System.Text.Json;
using EsxAgent.HostAgent.Posix;
using EsxAgent.Protocol;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>
/// The file of the audit: every line carries the digest of the line before, so that none can be changed or taken out unnoticed. The chain goes on over restarts, and
/// over the files that take turns: a full one is put aside as <c>FILE.1</c>, the one before it as <c>FILE.2</c> and so on, and the oldest goes. One agent at a
/// time writes to it.
/// </summary>
internal sealed class AuditFile : IDisposable
{
    /// <summary>No line is nearly that long: what has one is another file.</summary>
    private const int MaxLine = 1 << 20;

    /// <summary>Files that share the budget: the one that is written and those put aside.</summary>
    public const int Files = 4;

    /// <summary>Bytes of all files where nothing else is said.</summary>
    public const long UsualBudget = 64 << 20;

    /// <summary>The smallest budget: each file must be able to hold the longest line many times.</summary>
    public const long LeastBudget = 64 << 10;

    /// <summary>What the first line of all carries: the digest of no line.</summary>
    public static readonly string NoLine = new('0', Sha256.Size * 2);

    private readonly string _path;
    private readonly long _budget;
    private readonly ArrayBufferWriter<byte> _text = new();
    private int _descriptor;
    private LastLine? _last;
    private long _size;

    private AuditFile(int descriptor, string path, long budget, LastLine last)
    {
        _descriptor = descriptor;
        _path = path;
        _budget = budget;
        _last = last;
    }

    /// <summary>Its path.</summary>
    public string Path => _path;

    /// <summary>The last line that was made, whether it could be written or not, without its line break.</summary>
    public ReadOnlySpan<byte> LastText => _text.WrittenSpan.Trim((byte)'\n');

    /// <summary>The path of a file that was put aside.</summary>
    /// <param name="path">Path of the one that is written.</param>
    /// <param name="age">1 for the youngest.</param>
    public static string Aside(string path, int age) => age == 0 ? path : $"{path}.{(char)('0' + age)}";

    /// <summary>The end of the file.</summary>
    /// <param name="Digest">Digest of the last line, without its line break.</param>
    /// <param name="IsTorn">True where the line has no line break: it was not written to its end.</param>
    private sealed record LastLine(string Digest, bool IsTorn);

    /// <summary>Opens a file to go on with its chain; one that is missing is made, for its owner alone.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="budget">Bytes that it and those put aside may have together.</param>
    /// <param name="problem">One line for a person, where the answer is null.</param>
    public static AuditFile? TryOpen(string path, long budget, out string? problem)
    {
        int descriptor = OpenToAppend(path, out int error);
        bool isTaken = descriptor >= 0 && !TryLock(descriptor);
        LastLine? last = descriptor >= 0 && !isTaken ? ReadLastLine(descriptor, out error) : null;
        if (last is { Digest: var digest } && digest == NoLine && TryReadAside(path) is LastLine aside)
        {
            // It ended just when it had put a full one aside.
            last = aside;
        }

        if (last is not null)
        {
            problem = null;
            return new AuditFile(descriptor, path, budget, last) { _size = Libc.Seek(descriptor, 0, PosixConstants.SeekEnd) };
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

    /// <inheritdoc/>
    public void Dispose() => Libc.Close(_descriptor);

    /// <summary>Writes a line.</summary>
    /// <param name="writeMembers">Writes its members; time and the digest of the line before are added.</param>
    /// <returns>0, or the number of the error: the line is not there, or not whole.</returns>
    public int Append(Action<Utf8JsonWriter> writeMembers)
    {
        int error = 0;
        _text.ResetWrittenCount();
        if (_last is null)
        {
            _last = ReadLastLine(_descriptor, out error);
            _size = Libc.Seek(_descriptor, 0, PosixConstants.SeekEnd);
        }

        return _last is LastLine last ? Write(last, writeMembers) : error;
    }

    private int Write(LastLine before, Action<Utf8JsonWriter> writeMembers)
    {
        // In one write, so that whoever reads the file meanwhile sees whole lines.
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
        int error = _size > 0 && !before.IsTorn && _size + _text.WrittenCount > _budget / Files ? PutAside() : 0;
        error = error == 0 ? FileDescriptor.Write(_descriptor, _text.WrittenSpan) : error;
        _size += _text.WrittenCount;

        // After a failure part of the line may be there: the next one looks at what is.
        _last = error == 0 ? new LastLine(digest, IsTorn: false) : null;
        return error;
    }

    /// <summary>
    /// Puts the file aside and begins another one. At any point of it an agent may end: the next one finds either the full file or a chain put aside.
    /// </summary>
    private int PutAside()
    {
        // The next file first: where there is no room for it nothing is moved, or each attempt would push the oldest lines out.
        string next = $"{_path}.new";
        int descriptor = OpenToAppend(next, out int error);
        bool isLocked = descriptor >= 0 && TryLock(descriptor);
        for (int age = Files - 2; isLocked && age >= 0 && error is 0 or Errno.NoEntry; age--)
        {
            error = Rename(Aside(_path, age), Aside(_path, age + 1));
        }

        error = isLocked && error is 0 or Errno.NoEntry ? Rename(next, _path) : error;
        if (isLocked && error == 0)
        {
            Libc.Close(_descriptor);
            (_descriptor, _size) = (descriptor, 0);
            return 0;
        }

        if (descriptor >= 0)
        {
            Libc.Close(descriptor);
        }

        return error == 0 ? Errno.Busy : error;
    }

    private static unsafe int Rename(string from, string to)
    {
        fixed (byte* old = PathBytes.Of(from), now = PathBytes.Of(to))
        {
            return Libc.RenameAt(PosixConstants.WorkingDirectory, old, PosixConstants.WorkingDirectory, now) < 0 ? Errno.Last : 0;
        }
    }

    private static int OpenToAppend(string path, out int error)
    {
        const int Flags = PosixConstants.OpenReadWrite | PosixConstants.OpenCreate | PosixConstants.OpenAppend | PosixConstants.OpenNonBlocking;
        return FileDescriptor.Open(path, Flags, out error, PosixConstants.ModeOwnerReadWrite);
    }

    private static LastLine? TryReadAside(string path)
    {
        int descriptor = FileDescriptor.Open(Aside(path, 1), PosixConstants.OpenReadOnly | PosixConstants.OpenNonBlocking, out _);
        if (descriptor < 0)
        {
            return null;
        }

        LastLine? last = ReadLastLine(descriptor, out _);
        Libc.Close(descriptor);
        return last is null ? null : last with { IsTorn = false };
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
            return error == 0 ? new LastLine(NoLine, IsTorn: false) : null;
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
