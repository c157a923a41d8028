using System.Collections.Generic;
using System.Management.Automation;
using EsxAgent.Errors;
using EsxAgent.Provider;

namespace EsxAgent.Abstractions;

/// <summary>
/// Paths of the vsish tree that a cmdlet is to ask for, each of the host that it belongs to: a path of a drive that was made for a session is one of that
/// session's host, whatever the default is.
/// </summary>
internal sealed class VsiPaths
{
    private readonly Dictionary<EsxAgentSession, List<string>> _ofSession = [];

    /// <summary>Those that are meant for the sessions of the cmdlet.</summary>
    public List<string> OfAny { get; } = [];

    /// <summary>Those that name their session by their drive.</summary>
    public IReadOnlyDictionary<EsxAgentSession, List<string>> OfSession => _ofSession;

    /// <summary>Takes paths in.</summary>
    /// <param name="cmdlet">The cmdlet, for its drives and errors.</param>
    /// <param name="paths">The paths, with or without a drive.</param>
    /// <param name="isSessionGiven">True where the person named the sessions: those are asked then, whatever the path says.</param>
    public void Add(PSCmdlet cmdlet, IEnumerable<string> paths, bool isSessionGiven)
    {
        foreach (string path in paths)
        {
            DrivePath given = DrivePath.ParseQualified(path, cmdlet.SessionState.Drive);
            if (given.SessionKey is null || isSessionGiven)
            {
                OfAny.Add(given.Node);
            }
            else if (DriveSessions.Find(given.SessionKey) is EsxAgentSession session)
            {
                _ofSession.TryAdd(session, []);
                _ofSession[session].Add(given.Node);
            }
            else
            {
                cmdlet.WriteError(ErrorRecords.VsiDriveSessionNotFound(path));
            }
        }
    }
}
