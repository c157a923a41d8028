using System.Management.Automation;

namespace EsxAgent.Abstractions;

/// <summary>Closes a runspace's sessions when the module is removed from it.</summary>
public sealed class ModuleLifetime : IModuleAssemblyCleanup
{
    /// <summary>Called by PowerShell in the runspace that removes the module.</summary>
    public void OnRemove(PSModuleInfo psModuleInfo) => RunspaceSessions.Here?.CloseAll();
}
