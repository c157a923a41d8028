using System;
using System.Globalization;
using System.Text;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>What the log says of the agent's own mistakes.</summary>
internal static class Fault
{
    /// <summary>
    /// Code, message and addresses of an exception and of those inside it. An exception's own ToString asks for the names of types, which the executable does not
    /// have; the code tells as much, and <c>addr2line -f -e esxagent.dbg</c> turns the addresses into lines.
    /// </summary>
    public static string Describe(Exception exception)
    {
        var text = new StringBuilder();
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            text.Append(text.Length > 0 ? "\nbecause of " : string.Empty);
            text.Append(CultureInfo.InvariantCulture, $"0x{e.HResult:x8}: {e.Message}\n{e.StackTrace}");
        }

        return text.ToString();
    }
}
