using System;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using EsxAgent.Client;

namespace EsxAgent.Abstractions;

/// <summary>
/// The sessions of one runspace. The newest one that may be the default is it. They are closed when the module is removed from the runspace and when the
/// runspace is closed. Sessions are used from other runspaces too, so everything here is thread-safe.
/// </summary>
internal sealed class RunspaceSessions
{
    private static readonly ConditionalWeakTable<Runspace, RunspaceSessions> Stores = new();

    private readonly object _gate = new();
    private EsxAgentSession[] _sessions = [];
    private int _lastId;
    private bool _isClosed;

    /// <summary>The sessions of the runspace that runs on this thread; null on a thread without one.</summary>
    public static RunspaceSessions? Here => Runspace.DefaultRunspace is Runspace runspace ? Stores.GetValue(runspace, Watch) : null;

    /// <summary>The sessions that were not disconnected, oldest first.</summary>
    public IReadOnlyList<EsxAgentSession> All => Array.FindAll(_sessions, static session => session.Live.State != SessionState.Closed);

    /// <summary>The newest session that may be the default.</summary>
    public EsxAgentSession? Default =>
        Array.FindLast(_sessions, static session => session.CanBeDefault && session.Live.State != SessionState.Closed);

    /// <summary>Finds a session by its name, without regard to case.</summary>
    public EsxAgentSession? Named(string name)
    {
        foreach (EsxAgentSession session in All)
        {
            if (session.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return session;
            }
        }

        return null;
    }

    /// <summary>Finds a session by its number.</summary>
    public EsxAgentSession? Numbered(int id)
    {
        foreach (EsxAgentSession session in All)
        {
            if (session.Id == id)
            {
                return session;
            }
        }

        return null;
    }

    /// <summary>Takes a connected session in.</summary>
    /// <param name="live">The connection.</param>
    /// <param name="name">Its name; null for one made of its number.</param>
    /// <param name="canBeDefault">False for one that never becomes the default.</param>
    public EsxAgentSession Add(AgentSession live, string? name, bool canBeDefault)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                live.Dispose();
            }

            int id = ++_lastId;
            var session = new EsxAgentSession(id, name ?? NameOf(id), live, this, canBeDefault);
            // Those that were disconnected go now: the array is replaced, so that readers need no lock.
            _sessions = [.. All, session];
            return session;
        }
    }

    /// <summary>Drops a session that was disconnected.</summary>
    public void Remove(EsxAgentSession session)
    {
        lock (_gate)
        {
            _sessions = Array.FindAll(_sessions, other => !ReferenceEquals(other, session));
        }
    }

    /// <summary>Closes every session. No waiting: the agent ends a session whose connection is gone.</summary>
    public void CloseAll()
    {
        EsxAgentSession[] sessions;
        lock (_gate)
        {
            sessions = _sessions;
            _sessions = [];
        }

        foreach (EsxAgentSession session in sessions)
        {
            session.Live.Dispose();
        }
    }

    private static RunspaceSessions Watch(Runspace runspace)
    {
        var sessions = new RunspaceSessions();
        runspace.StateChanged += (_, change) =>
        {
            if (change.RunspaceStateInfo.State is RunspaceState.Closing or RunspaceState.Closed or RunspaceState.Broken)
            {
                sessions.CloseForGood();
            }
        };
        return sessions;
    }

    private void CloseForGood()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        CloseAll();
    }

    private string NameOf(int id)
    {
        // A person may have taken the name that the number would give.
        string name = "Session" + id.ToString(CultureInfo.InvariantCulture);
        for (int i = 2; Named(name) is not null; i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"Session{id}-{i}");
        }

        return name;
    }
}
