using System;

namespace EsxAgent.Tests.Agent;

/// <summary>Runs a command as a user who owns nothing, because nothing is forbidden to root.</summary>
internal static class Nobody
{
    private static readonly Lazy<string?> s_obstacle = new(Look);

    /// <summary>Why no command can be run so here; null where it can.</summary>
    public static string? Obstacle => s_obstacle.Value;

    /// <summary>What stands before a command to run it as nobody; empty where the tests themselves are not run by root.</summary>
    public static string[] Launcher { get; } = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] : [];

    private static string? Look()
    {
        try
        {
            (int status, _, string errors) = AgentProcess.Run(null, [.. Launcher, Built.Esxagent, "version"]);
            return status == 0 ? null : $"esxagent cannot be run as another user than root here: {errors.Trim()}";
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return $"setpriv cannot be run: {e.Message}";
        }
    }
}
