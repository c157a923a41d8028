using System;
using System.Buffers.Text;
using System.Collections.Generic;
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
        if (datastore.FreeBytes(host) - PromisedBytes(host, datastore) < bytes)
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
