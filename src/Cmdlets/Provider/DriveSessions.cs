using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace EsxAgent.Provider;

/// <summary>
/// Keys by which paths of a drive name their session. A path goes its own way, as the PSPath of an object, into other runspaces and back: it must never lead to
/// another host than the one it came from. So a key is random, and no number that two runspaces or processes would both give.
/// </summary>
internal static class DriveSessions
{
    private static readonly ConditionalWeakTable<EsxAgentSession, string> Keys = new();
    private static readonly ConcurrentDictionary<string, WeakReference<EsxAgentSession>> Sessions = new(StringComparer.Ordinal);

    /// <summary>The key of a session, eight hexadecimal digits.</summary>
    public static string KeyOf(EsxAgentSession session) => Keys.GetValue(session, static one =>
    {
        string key;
        do
        {
            key = RandomNumberGenerator.GetInt32(int.MaxValue).ToString("x8", CultureInfo.InvariantCulture);
        }
        while (!Sessions.TryAdd(key, new WeakReference<EsxAgentSession>(one)));
        return key;
    });

    /// <summary>The session of a key; null where it is gone, or never was of this process.</summary>
    public static EsxAgentSession? Find(string key) =>
        Sessions.TryGetValue(key, out WeakReference<EsxAgentSession>? reference) && reference.TryGetTarget(out EsxAgentSession? session) ? session : null;
}
