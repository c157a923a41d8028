namespace EsxAgent.Abstractions;

/// <summary>A cmdlet about sidecars.</summary>
public abstract class SidecarCmdlet : SessionCmdlet
{
    private protected const string SidecarSet = "Sidecar";
    private protected const string VolumeSet = "Volume";
    private protected const string PathSet = "VmdkPath";

    /// <summary>Asks whether something is to be done.</summary>
    /// <param name="session">Where.</param>
    /// <param name="target">To what, as <c>sidecar 'db01@ssd1:config'</c>.</param>
    /// <param name="action">What is done, as <c>Resize to 8 KB</c>.</param>
    private protected bool IsWanted(EsxAgentSession session, string target, string action) => ShouldProcess($"{target} on {session.HostName}", action);
}
