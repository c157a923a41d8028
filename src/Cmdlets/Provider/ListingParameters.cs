using System.Management.Automation;

namespace EsxAgent.Provider;

/// <summary>What <c>Get-ChildItem</c> takes besides on a drive of vsish.</summary>
public sealed class ListingParameters
{
    /// <summary>Directories alone.</summary>
    [Parameter]
    public SwitchParameter Directory { get; set; }

    /// <summary>Leaves alone.</summary>
    [Parameter]
    public SwitchParameter File { get; set; }

    /// <summary>Whether a node is wanted. Both together mean nothing, as with files.</summary>
    internal bool Take(bool isDirectory) => isDirectory ? !File : !Directory;
}
