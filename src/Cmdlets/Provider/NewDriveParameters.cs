using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Completion;

namespace EsxAgent.Provider;

/// <summary>What <c>New-PSDrive -PSProvider EsxVsi</c> takes besides.</summary>
public sealed class NewDriveParameters
{
    /// <summary>The session whose host the drive shows, or its name or number. Without it: the default session of the moment.</summary>
    [Parameter]
    [ValidateNotNull]
    [SessionTransformation]
    [ArgumentCompleter(typeof(SessionNameCompleter))]
    public EsxAgentSession? Session { get; set; }
}
