using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using EsxAgent.HostAgent.Tools.Vsish;

namespace EsxAgent.Bench.Parsing;

/// <summary>How fast texts of vsish are read, and what that allocates.</summary>
/// <param name="Texts">How many.</param>
/// <param name="Bytes">Their length in all.</param>
/// <param name="BytesPerSecond">Median of several runs, on one thread.</param>
/// <param name="AllocatedPerByte">Bytes allocated for each byte of text.</param>
internal sealed record Measurement(int Texts, long Bytes, double BytesPerSecond, double AllocatedPerByte)
{
    private const int Runs = 7;
    private static readonly TimeSpan s_run = TimeSpan.FromMilliseconds(300);

    /// <summary>Measures.</summary>
    public static Measurement Of(List<byte[]> texts)
    {
        long bytes = 0;
        foreach (byte[] text in texts)
        {
            bytes += text.Length;
        }

        Read(texts);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(texts);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        double[] speeds = new double[Runs];
        for (int run = 0; run < Runs; run++)
        {
            long turns = 0;
            long start = Stopwatch.GetTimestamp();
            TimeSpan elapsed;
            do
            {
                Read(texts);
                turns++;
                elapsed = Stopwatch.GetElapsedTime(start);
            }
            while (elapsed < s_run);

            speeds[run] = bytes * turns / elapsed.TotalSeconds;
        }

        Array.Sort(speeds);
        return new Measurement(texts.Count, bytes, speeds[Runs / 2], (double)allocated / bytes);
    }

    /// <summary>One line for a script.</summary>
    public string Describe(string name) => string.Create(
        CultureInfo.InvariantCulture,
        $"host={name} texts={Texts} bytes={Bytes} mb_per_second={BytesPerSecond / 1e6:0.0} allocated_per_byte={AllocatedPerByte:0.00}");

    /// <summary>Reads each text once, as the agent does. The number of entries is used, so that nothing is optimised away.</summary>
    private static long Read(List<byte[]> texts)
    {
        long entries = 0;
        foreach (byte[] text in texts)
        {
            entries += VsiText.Parse(text).Count;
        }

        return entries;
    }
}
