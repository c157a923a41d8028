using System.Management.Automation;

namespace EsxAgent.Provider;

/// <summary>What <c>Get-Content</c> takes besides on a drive of vsish.</summary>
public sealed class ContentParameters
{
    /// <summary>The whole text at once, in place of its lines.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }
}
