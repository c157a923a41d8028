using System.IO;
using System.Runtime.InteropServices;
using EsxAgent.Simulator.Host;

namespace EsxAgent.Simulator.Faults;

/// <summary>
/// Numbers calls across processes. A call appends one byte to a file; where its byte came to lie is its number. The kernel places appended bytes
/// one after another, so no two calls get the same number and none waits for a lock.
/// </summary>
internal static partial class CallCounter
{
    private const int WriteAppendCreate = 0x1 | 0x400 | 0x40; // O_WRONLY | O_APPEND | O_CREAT
    private const int FromCurrent = 1; // SEEK_CUR

    /// <summary>Counts a call.</summary>
    /// <param name="host">The host that keeps the counters.</param>
    /// <param name="key">The counter's name.</param>
    /// <returns>The number of the call, from 1.</returns>
    public static long Next(HostDirectory host, string key)
    {
        Directory.CreateDirectory(host.FaultCounters);
        string path = Path.Combine(host.FaultCounters, key);
        int file = Open(path, WriteAppendCreate, 0b110_110_110);
        if (file < 0)
        {
            throw SimulatorException.BrokenHost($"{path} cannot be written; the calls that a fault counts are kept there");
        }

        try
        {
            byte one = (byte)'.';
            return Write(file, in one, 1) == 1
                ? Seek(file, 0, FromCurrent)
                : throw SimulatorException.BrokenHost($"{path} cannot be written; is the disk full?");
        }
        finally
        {
            _ = Close(file);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int file, in byte data, nint count);

    [LibraryImport("libc", EntryPoint = "lseek")]
    private static partial long Seek(int file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
