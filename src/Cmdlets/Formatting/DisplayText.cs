using System;
using System.Collections;
using System.Globalization;
using System.Text;

namespace EsxAgent.Formatting;

/// <summary>
/// Turns values into what the views show. The format file holds no logic of its own: every computed column calls a method of this class.
/// An unknown value is shown as nothing.
/// </summary>
public static partial class DisplayText
{
    private static readonly string[] Units = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>
    /// A size in the largest unit that keeps it at 1 or more, with one decimal under 100: <c>512 B</c>, <c>1.5 GB</c>, <c>931 GB</c>. Units are
    /// PowerShell's: 1 KB is 1024 bytes.
    /// </summary>
    /// <param name="bytes">Bytes; null where they are not known.</param>
    public static string Size(long? bytes)
    {
        if (bytes is not long count)
        {
            return string.Empty;
        }

        decimal amount = count;
        int unit = 0;
        // What rounds to 1024 is one of the next unit: never '1024 MB'.
        while (unit < Units.Length - 1 && Math.Abs(Rounded(amount, unit)) >= 1024)
        {
            amount /= 1024;
            unit++;
        }

        decimal shown = Rounded(amount, unit);
        return string.Create(CultureInfo.CurrentCulture, $"{shown:0.#} {Units[unit]}");
    }

    /// <summary>How much of something is used: <c>63 %</c>.</summary>
    /// <param name="part">The part in use.</param>
    /// <param name="whole">The whole.</param>
    public static string Percentage(long? part, long? whole) =>
        part is long used && whole is long all and > 0
            ? string.Create(CultureInfo.CurrentCulture, $"{Math.Round(100m * used / all, MidpointRounding.AwayFromZero):0} %")
            : string.Empty;

    /// <summary>A long time in days, hours, minutes and seconds: <c>41d 03:27:09</c>, <c>03:27:09</c>.</summary>
    /// <param name="time">The time; null where it is not known.</param>
    public static string Duration(TimeSpan? time)
    {
        if (time is not TimeSpan given)
        {
            return string.Empty;
        }

        string sign = given < TimeSpan.Zero ? "-" : string.Empty;
        // Truncated, so that a clock never shows a second that has not passed.
        TimeSpan whole = TimeSpan.FromTicks(Math.Abs(given.Ticks / TimeSpan.TicksPerSecond) * TimeSpan.TicksPerSecond);
        return whole.Days > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{whole.Days}d {whole:hh\\:mm\\:ss}")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{whole:hh\\:mm\\:ss}");
    }

    /// <summary>A short time in its own unit with three digits: <c>85.1 µs</c>, <c>1.2 ms</c>, <c>3.25 s</c>.</summary>
    /// <param name="time">The time; null where it is not known.</param>
    public static string Latency(TimeSpan? time)
    {
        if (time is not TimeSpan given)
        {
            return string.Empty;
        }

        double microseconds = given.Ticks / (double)TimeSpan.TicksPerMicrosecond;
        (double amount, string unit) = Math.Abs(microseconds) switch
        {
            < 999.5 => (microseconds, "µs"),
            < 999_500 => (microseconds / 1_000, "ms"),
            _ => (microseconds / 1_000_000, "s"),
        };
        int decimals = Math.Abs(amount) switch { >= 100 => 0, >= 10 => 1, _ => 2 };
        return string.Create(CultureInfo.CurrentCulture, $"{Math.Round(amount, decimals, MidpointRounding.AwayFromZero):0.##} {unit}");
    }

    /// <summary>Several words in one cell: <c>hostInfo, vsi</c>.</summary>
    /// <param name="words">The words; null or empty shows nothing. Any collection, because what came back through <c>Import-Clixml</c> is a list.</param>
    public static string Words(IEnumerable? words)
    {
        if (words is null or string)
        {
            return words as string ?? string.Empty;
        }

        var text = new StringBuilder();
        foreach (object? word in words)
        {
            text.Append(text.Length == 0 ? string.Empty : ", ").Append(word);
        }

        return text.ToString();
    }

    /// <summary>An amount with its share of the whole: <c>96.4 GB (75 %)</c>.</summary>
    /// <param name="part">Bytes; null where they are not known.</param>
    /// <param name="whole">Bytes of the whole; null where they are not known.</param>
    public static string Usage(long? part, long? whole) =>
        Percentage(part, whole) is { Length: > 0 } share ? $"{Size(part)} ({share})" : Size(part);

    /// <summary>How often a second: <c>11,420</c>, <c>8.5</c>.</summary>
    /// <param name="perSecond">The rate; null where it is not known.</param>
    public static string Rate(double? perSecond) =>
        perSecond is double rate ? rate.ToString(rate < 100 ? "0.#" : "N0", CultureInfo.CurrentCulture) : string.Empty;

    /// <summary>Marks the one of many that has something: <c>*</c>.</summary>
    /// <param name="isSet">True where it has it.</param>
    public static string Mark(bool? isSet) => isSet is true ? "*" : string.Empty;

    /// <summary>What a check found, and on a line of its own what to do about it.</summary>
    /// <param name="detail">What was found.</param>
    /// <param name="recommendedAction">What to do; null or empty where nothing is to be done.</param>
    public static string Finding(string? detail, string? recommendedAction) =>
        string.IsNullOrEmpty(recommendedAction) ? detail ?? string.Empty : $"{detail}{Environment.NewLine}=> {recommendedAction}";

    /// <summary>What was found in a volume, and on a line of its own what repair can do about it, or that it did.</summary>
    /// <param name="message">What was found.</param>
    /// <param name="actionText">What repair does; null or empty where it can do nothing.</param>
    /// <param name="done">True where it was done.</param>
    public static string Remedy(string? message, string? actionText, bool? done) =>
        Finding(message, string.IsNullOrEmpty(actionText) ? null : done is true ? $"done: {actionText}" : $"repair {actionText}");

    /// <summary>
    /// The disk that a sidecar belongs to: a volume's id, or the end of a path, which is what tells one from another: <c>web01/web01.vmdk</c>.
    /// </summary>
    /// <param name="volumeId">Id of the volume; null for another disk.</param>
    /// <param name="vmdkPath">Path of another disk; null for a volume.</param>
    public static string Disk(string? volumeId, string? vmdkPath)
    {
        string disk = volumeId ?? vmdkPath ?? string.Empty;
        string[] parts = disk.Split('/');
        return volumeId is null && parts.Length > 1 ? string.Join('/', parts[^2..]) : disk;
    }

    /// <summary>Labels with their values: <c>owner=ops, tier=gold</c>.</summary>
    /// <param name="labels">Names and values; null where they are not known.</param>
    public static string Labels(IDictionary? labels) => Pairs(labels, "=");

    /// <summary>How often each of several things occurred: <c>AccessDenied: 3, TooBusy: 1</c>.</summary>
    /// <param name="counts">Names and counts; null where they are not known.</param>
    public static string Counts(IDictionary? counts) => Pairs(counts, ": ");

    private static string Pairs(IDictionary? entries, string separator)
    {
        if (entries is null)
        {
            return string.Empty;
        }

        var text = new StringBuilder();
        foreach (DictionaryEntry entry in entries)
        {
            text.Append(text.Length == 0 ? string.Empty : ", ").Append(CultureInfo.CurrentCulture, $"{entry.Key}{separator}{entry.Value}");
        }

        return text.ToString();
    }

    private static decimal Rounded(decimal amount, int unit) =>
        Math.Round(amount, unit == 0 || Math.Abs(amount) >= 100 ? 0 : 1, MidpointRounding.AwayFromZero);
}
