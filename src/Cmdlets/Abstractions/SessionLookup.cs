using System.Collections.Generic;
using System.Management.Automation;
using EsxAgent.Errors;

namespace EsxAgent.Abstractions;

/// <summary>Finds sessions of this runspace as a person names them.</summary>
internal static class SessionLookup
{
    /// <summary>Sessions by name. A literal name without a session is an error of its own; a wildcard that matches nothing is silence.</summary>
    public static IReadOnlyList<EsxAgentSession> SessionsNamed(this Cmdlet cmdlet, string[] names)
    {
        var found = new List<EsxAgentSession>();
        IReadOnlyList<EsxAgentSession> all = RunspaceSessions.Here?.All ?? [];
        foreach (string name in names)
        {
            var pattern = new NamePattern(name);
            bool matched = false;
            foreach (EsxAgentSession session in all)
            {
                if (pattern.Matches(session.Name))
                {
                    matched = true;
                    if (!found.Contains(session))
                    {
                        found.Add(session);
                    }
                }
            }

            if (!matched && pattern.IsLiteral)
            {
                cmdlet.WriteError(ErrorRecords.SessionNotFound(name));
            }
        }

        return found;
    }

    /// <summary>Sessions by number.</summary>
    public static IReadOnlyList<EsxAgentSession> SessionsNumbered(this Cmdlet cmdlet, int[] ids)
    {
        var found = new List<EsxAgentSession>();
        foreach (int id in ids)
        {
            if (RunspaceSessions.Here?.Numbered(id) is not EsxAgentSession session)
            {
                cmdlet.WriteError(ErrorRecords.SessionNotFound(id));
            }
            else if (!found.Contains(session))
            {
                found.Add(session);
            }
        }

        return found;
    }
}
