using System;

namespace EsxAgent.Protocol;

/// <summary>
/// Times as the wire and the logs have them: UTC in the form of ISO 8601. The library's own formatting, also that of its JSON writer, would link time zones, their
/// files and cultures into the agent: 150 KB.
/// </summary>
internal static class UtcTime
{
    private const string Layout = "0000-00-00T00:00:00.0000000Z";
    private const int FractionStart = 20;
    private const int FractionDigits = 7;

    /// <summary>With as much of a fraction as there is: <c>2026-03-01T09:30:00Z</c>, <c>2026-03-01T09:30:00.0625Z</c>.</summary>
    public static string Exact(DateTime utc)
    {
        int digits = FractionDigits;
        for (long fraction = utc.Ticks % TimeSpan.TicksPerSecond; digits > 0 && fraction % 10 == 0; fraction /= 10)
        {
            digits--;
        }

        return Text(utc, digits);
    }

    /// <summary>With milliseconds, so that lines stand in columns: <c>2026-03-01T09:30:00.062Z</c>.</summary>
    public static string Milliseconds(DateTime utc) => Text(utc, 3);

    private static string Text(DateTime utc, int digits)
    {
        Span<char> text = stackalloc char[Layout.Length];
        Layout.CopyTo(text);
        Put(text[..4], utc.Year);
        Put(text.Slice(5, 2), utc.Month);
        Put(text.Slice(8, 2), utc.Day);
        Put(text.Slice(11, 2), utc.Hour);
        Put(text.Slice(14, 2), utc.Minute);
        Put(text.Slice(17, 2), utc.Second);
        Put(text.Slice(FractionStart, FractionDigits), (int)(utc.Ticks % TimeSpan.TicksPerSecond));
        int end = digits == 0 ? FractionStart - 1 : FractionStart + digits;
        text[end] = 'Z';
        return new string(text[..(end + 1)]);
    }

    private static void Put(Span<char> place, int value)
    {
        for (int i = place.Length - 1; i >= 0; i--)
        {
            place[i] = (char)('0' + (value % 10));
            value /= 10;
        }
    }
}
