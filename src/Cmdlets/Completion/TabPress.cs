using System;
using System.Diagnostics;
using System.Management.Automation;

namespace EsxAgent.Completion;

/// <summary>
/// Tells whether a person has pressed Tab. PowerShell completes a path of a drive by the very calls that a command makes, and does not say so to the provider;
/// the difference is only who has called. It matters: a command may connect, wait and read, a completion must do none of these.
/// </summary>
internal static class TabPress
{
    private static readonly string Completers = typeof(CommandCompletion).FullName!;

    /// <summary>True on the thread that completes. It looks through the whole stack: ask once for several questions.</summary>
    public static bool IsCause()
    {
        foreach (StackFrame frame in new StackTrace(fNeedFileInfo: false).GetFrames())
        {
            if (frame.GetMethod()?.DeclaringType is Type type && type.FullName == Completers)
            {
                return true;
            }
        }

        return false;
    }
}
