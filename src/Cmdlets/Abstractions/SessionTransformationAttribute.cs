using System;
using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace EsxAgent.Abstractions;

/// <summary>
/// Lets <c>-Session</c> take the name or the number of a session instead of the object, and tells a person who hands over a copy that was
/// deserialized what to do: such a copy has no connection.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class SessionTransformationAttribute : ArgumentTransformationAttribute
{
    private const string CopyMark = "Deserialized.";

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object data = Unwrapped(inputData);
        if (data is not IList list)
        {
            return One(data);
        }

        var sessions = new object[list.Count];
        for (int i = 0; i < sessions.Length; i++)
        {
            sessions[i] = One(Unwrapped(list[i]!));
        }

        return sessions;
    }

    /// <summary>The first session that a value means, for completing a command line.</summary>
    internal static EsxAgentSession First(object given)
    {
        object result = Unwrapped(given);
        if (result is IList { Count: > 0 } list)
        {
            result = Unwrapped(list[0]!);
        }

        return One(result);
    }

    private static object Unwrapped(object data) => data is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : data;

    private static EsxAgentSession One(object? data)
    {
        return data switch
        {
            EsxAgentSession session => session,
            string name => Named(name),
            int id => Numbered(id),
            long id => Numbered((int)Math.Clamp(id, int.MinValue, int.MaxValue)),
            PSObject copy when IsCopy(copy) => throw new ArgumentTransformationMetadataException(
                $"This is a copy of the session '{copy.Properties["Name"]?.Value}' that was serialized; a copy has no connection. "
                + $"Connect here with 'Connect-EsxAgent -Endpoint {copy.Properties["Endpoint"]?.Value}' and use that session."),
            null => throw Unexpected("nothing"),
            _ => throw Unexpected(data.GetType().Name),
        };
    }

    private static EsxAgentSession Named(string name)
    {
        RunspaceSessions? here = RunspaceSessions.Here;
        return here?.Named(name)
            ?? (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? here?.Numbered(id) : null)
            ?? throw Missing($"named '{name}'");
    }

    private static EsxAgentSession Numbered(int id) =>
        RunspaceSessions.Here?.Numbered(id) ?? throw Missing(string.Create(CultureInfo.InvariantCulture, $"with the id {id}"));

    private static ArgumentTransformationMetadataException Missing(string which) =>
        new($"There is no session {which} in this runspace. 'Get-EsxAgentSession' lists those that exist; "
            + "a session of another runspace is handed over as an object, as in '-Session $using:session'.");

    private static ArgumentTransformationMetadataException Unexpected(string what) =>
        new($"A session is expected, and {what} was given. 'Connect-EsxAgent' makes a session, 'Get-EsxAgentSession' lists those that exist.");

    private static bool IsCopy(PSObject copy)
    {
        foreach (string name in copy.TypeNames)
        {
            if (name == CopyMark + typeof(EsxAgentSession).FullName)
            {
                return true;
            }
        }

        return false;
    }
}
