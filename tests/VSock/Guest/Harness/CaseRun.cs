using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;

namespace EsxAgent.Tests.VSock;

/// <summary>Runs cases one after the other and prints a line for each, which the scripts count.</summary>
internal static class CaseRun
{
    /// <summary>No case waits that long where all is well, not even on an emulated processor or a machine that is busy with other things.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs them.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="beginning">Only cases whose names begin with it.</param>
    /// <returns>1 where one failed, else 0.</returns>
    public static async Task<int> RunAsync(IEnumerable<Case> cases, string beginning)
    {
        int status = 0;
        foreach (Case one in cases.Where(one => one.Name.StartsWith(beginning, StringComparison.Ordinal)))
        {
            long started = Stopwatch.GetTimestamp();
            (string outcome, string? note) = await RunAsync(one);
            string time = FormattableString.Invariant($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s");
            Console.WriteLine($"{outcome,-8}{one.Name} ({time}){(note is null ? string.Empty : ": " + note)}");
            status = outcome == "FAILED" ? 1 : status;
        }

        return status;
    }

    private static async Task<(string Outcome, string? Note)> RunAsync(Case one)
    {
        try
        {
            return ("ok", await Task.Run(one.Run).WaitAsync(s_patience));
        }
        catch (SkippedException e)
        {
            return ("skipped", e.Message);
        }
        catch (ExpectationException e)
        {
            return ("FAILED", OneLine(e.Message));
        }
        catch (Exception e)
        {
            return ("FAILED", OneLine(e.ToString()));
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" | ");
}
