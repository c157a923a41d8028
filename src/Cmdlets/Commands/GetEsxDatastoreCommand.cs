using System;
using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Completion;
using EsxAgent.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Lists the host's datastores.</summary>
[Cmdlet(VerbsCommon.Get, "EsxDatastore")]
[OutputType(typeof(EsxDatastore))]
public sealed class GetEsxDatastoreCommand : SessionCmdlet
{
    private NamePattern[] _patterns = [];

    /// <summary>Names or uuids of datastores.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(DatastoreNameCompleter))]
    public string[]? Name { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => _patterns = Name is null ? [] : Array.ConvertAll(Name, static name => new NamePattern(name));

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        var found = new bool[_patterns.Length];
        foreach (Datastore datastore in Each(session.Live.GetDatastoresAsync(StopToken)))
        {
            if (IsMeant(datastore, found))
            {
                WriteObject(new EsxDatastore(datastore, session.HostName));
            }
        }

        for (int i = 0; i < found.Length; i++)
        {
            if (!found[i] && _patterns[i].IsLiteral)
            {
                WriteError(ErrorRecords.DatastoreNotFound(_patterns[i].Text, session.HostName));
            }
        }
    }

    private bool IsMeant(Datastore datastore, bool[] found)
    {
        bool isMeant = _patterns.Length == 0;
        for (int i = 0; i < found.Length; i++)
        {
            if (_patterns[i].Matches(datastore.Name ?? string.Empty) || _patterns[i].Is(datastore.Uuid))
            {
                found[i] = true;
                isMeant = true;
            }
        }

        return isMeant;
    }
}
