using System;
using System.Threading;
using EsxAgent.HostAgent.Posix;
using EsxAgent.Protocol;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>The agent's log: one line an event, to standard error or a file. On ESXi the launcher pipes standard error to <c>logger -t esxagent</c>.</summary>
internal sealed class AgentLog : IDisposable
{
    private const int StandardError = 2;

    private readonly Lock _lock = new();
    private readonly int _descriptor;
    private readonly OftenLines _often = new(burst: 32, intervalMs: 1_000);

    private AgentLog(int descriptor) => _descriptor = descriptor;

    /// <summary>Opens a log.</summary>
    /// <param name="path">A file to append to; <c>-</c> or null for standard error.</param>
    /// <param name="error">Errno, where the answer is null.</param>
    public static AgentLog? Open(string? path, out int error)
    {
        error = 0;
        if (path is null or "-")
        {
            return new AgentLog(StandardError);
        }

        const int Flags = PosixConstants.OpenWriteOnly | PosixConstants.OpenCreate | PosixConstants.OpenAppend;
        int descriptor = FileDescriptor.Open(path, Flags, out error, PosixConstants.ModeOwnerReadWrite);
        return descriptor < 0 ? null : new AgentLog(descriptor);
    }

    /// <summary>Writes a line. A log that cannot be written stops nothing.</summary>
    public void Write(string message)
    {
        // What comes from a guest must not be able to look like a second line.
        string line = message.ReplaceLineEndings(" | ");
        string time = UtcTime.Milliseconds(DateTime.UtcNow);
        lock (_lock)
        {
            _ = StandardOutput.Write(_descriptor, $"{time} {line}\n");
        }
    }

    /// <summary>
    /// Writes a line that a VM can bring about as often as it likes: the first ones at once, then one in a while, which tells how many were left out. A guest must
    /// not be able to fill the log, nor to push out of it what others did.
    /// </summary>
    /// <param name="vm">The VM.</param>
    /// <param name="message">The line.</param>
    public void WriteOf(long vm, string message)
    {
        int leftOut;
        lock (_lock)
        {
            if (!_often.TryGet(vm, out leftOut))
            {
                return;
            }
        }

        Write(leftOut == 0 ? message : $"{message} (and {leftOut} lines of this VM before it)");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor != StandardError)
        {
            Libc.Close(_descriptor);
        }
    }
}
