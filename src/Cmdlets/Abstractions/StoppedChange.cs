using System;
using System.Management.Automation.Host;
using System.Threading.Tasks;
using EsxAgent.Client;

namespace EsxAgent.Abstractions;

/// <summary>
/// Tells a person how a change ended that he has stopped, where that is not what a stop means: it was done before, or nobody knows. The pipeline takes nothing any
/// more then, so the words go to the host's own window.
/// </summary>
internal static class StoppedChange
{
    /// <summary>How long a stop may wait for the host's word; what comes later is told later.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(50);

    /// <summary>What is said of a change that was done before it could be stopped.</summary>
    public static string Done(string activity) => $"{activity}: it was done before the stop reached the host.";

    /// <summary>Tells, now or when it is known.</summary>
    /// <param name="host">The host whose window it is.</param>
    /// <param name="session">The session that was asked through.</param>
    /// <param name="activity">What was being done.</param>
    /// <param name="change">The change; it was cancelled.</param>
    public static void Tell(PSHost host, EsxAgentSession session, string activity, Task change)
    {
        bool isKnown = Task.WhenAny(change).Wait(s_patience);
        bool isLost = !isKnown && session.Live.State != SessionState.Open;
        if (isLost)
        {
            Say(host, $"{activity}: the connection to {session.Endpoint} is lost, so it is not known whether it was done before the stop. "
                + "The host is told to cancel it as soon as it can be reached; look with 'Get-VmdkVolume'.");
        }

        _ = TellEndAsync(host, activity, change, isLost);
    }

    private static async Task TellEndAsync(PSHost host, string activity, Task change, bool isUncertaintyTold)
    {
        await change.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (change.IsCompletedSuccessfully)
        {
            Say(host, Done(activity));
        }
        else if (change.Exception?.InnerException is Exception error && !(isUncertaintyTold && error is ConnectionException))
        {
            Say(host, $"{activity}: {error.Message}");
        }
    }

    private static void Say(PSHost host, string text)
    {
        try
        {
            host.UI?.WriteWarningLine(text);
        }
        catch (Exception)
        {
            // A window that is being closed, or one that takes nothing while it stops: there is nobody left to tell.
        }
    }
}
