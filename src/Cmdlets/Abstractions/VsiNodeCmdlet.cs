using System.Collections.Generic;

namespace EsxAgent.Abstractions;

/// <summary>A cmdlet that asks hosts for nodes of the vsish tree, each host for those that belong to it.</summary>
public abstract class VsiNodeCmdlet : SessionCmdlet
{
    /// <summary>The paths that the session is asked for which is asked now.</summary>
    private protected IReadOnlyList<string> Asked { get; private set; } = [];

    /// <summary>Asks for paths: those of a drive the drive's session, all others the sessions of the cmdlet.</summary>
    private protected void AskFor(VsiPaths paths)
    {
        foreach ((EsxAgentSession session, List<string> own) in paths.OfSession)
        {
            Asked = own;
            AskOne(session);
        }

        Asked = paths.OfAny;
        if (Asked.Count > 0)
        {
            AskEach();
        }
    }
}
