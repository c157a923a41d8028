using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using EsxAgent.Simulator.Posix;

namespace EsxAgent.Simulator.Host;

/// <summary>
/// Space of a datastore that a running tool is about to fill, so that two tools cannot be promised the same. It is a file in <c>run/space</c> that the
/// tool holds locked: when the tool dies, the lock goes with it and the promise counts no longer.
/// </summary>
internal sealed class SpaceReservation : IDisposable
{
    private const int LongestNumber = 20;
    private const long Small = 1 << 20;
    private const long Plenty = 4L << 30;
    private static readonly TimeSpan LongWalk = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(1);
    private static int s_count;
    private readonly PosixFile _file;

    private SpaceReservation(PosixFile file) => _file = file;

    /// <summary>Reserves space.</summary>
    /// <param name="host">The host.</param>
    /// <param name="datastore">The datastore.</param>
    /// <param name="bytes">How much.</param>
    /// <returns>Null where so much is not free.</returns>
    public static SpaceReservation? Take(HostDirectory host, Datastore datastore, long bytes)
    {
        Directory.CreateDirectory(host.Space);
        using var turn = PosixFile.OpenOrCreate(Path.Combine(host.Space, datastore.Uuid + ".lock"));
        turn.Lock();
        long promised = PromisedBytes(host, datastore);
        if (!HadPlenty(turn, datastore, promised, bytes) && FreeBytes(host, datastore, turn, bytes) - promised < bytes)
        {
            return null;
        }

        var file = PosixFile.Create(Path.Combine(host.Space, string.Create(
            CultureInfo.InvariantCulture, $"{datastore.Uuid}.{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}")));
        file.TryLock(exclusive: true);
        file.Write(Encoding.ASCII.GetBytes(bytes.ToString(CultureInfo.InvariantCulture)), 0);
        return new SpaceReservation(file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Under the lock it is always whole: whoever finds it without one may remove it.
        if (File.Exists(_file.Path))
        {
            PosixFile.Delete(_file.Path);
        }

        _file.Dispose();
    }

    // To look through ten thousand volumes takes a tenth of a second. Who wants no more than a small file does not do it again where gigabytes were free
    // less than a second ago; a datastore that is looked through quickly is looked through every time. The file that is locked keeps the last result.
    private static bool HadPlenty(PosixFile turn, Datastore datastore, long promised, long bytes)
    {
        Span<byte> buffer = stackalloc byte[2 * LongestNumber];
        string[] words = Encoding.ASCII.GetString(buffer[..turn.Read(buffer, 0)]).Split(' ');
        return bytes <= Small && words.Length == 2
            && long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out long used)
            && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long ticks)
            && DateTime.UtcNow.Ticks - ticks is >= 0 and var age && age < Recent.Ticks
            && datastore.FreeBytes(used) - promised > Plenty;
    }

    private static long FreeBytes(HostDirectory host, Datastore datastore, PosixFile turn, long bytes)
    {
        long start = Stopwatch.GetTimestamp();
        long used = datastore.UsedBytes(host);
        turn.SetLength(0);
        if (Stopwatch.GetElapsedTime(start) > LongWalk && bytes <= Small)
        {
            turn.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{used} {DateTime.UtcNow.Ticks}")), 0);
        }

        return datastore.FreeBytes(used);
    }

    private static long PromisedBytes(HostDirectory host, Datastore datastore)
    {
        long sum = 0;
        Span<byte> buffer = stackalloc byte[LongestNumber];
        foreach (string path in Reservations(host, datastore))
        {
            using PosixFile? file = OpenOrNull(path);
            if (file is null)
            {
                continue;
            }

            if (file.TryLock(exclusive: false))
            {
                // Its tool was killed.
                File.Delete(path);
                continue;
            }

            sum += Utf8Parser.TryParse(buffer[..file.Read(buffer, 0)], out long bytes, out _) ? bytes : 0;
        }

        return sum;
    }

    private static IEnumerable<string> Reservations(HostDirectory host, Datastore datastore)
    {
        foreach (string path in Directory.GetFiles(host.Space, datastore.Uuid + ".*"))
        {
            if (!path.EndsWith(".lock", StringComparison.Ordinal))
            {
                yield return path;
            }
        }
    }

    private static PosixFile? OpenOrNull(string path)
    {
        try
        {
            return PosixFile.Open(path);
        }
        catch (PosixException problem) when (problem.Error == Errno.NoEntry)
        {
            return null;
        }
    }
}
