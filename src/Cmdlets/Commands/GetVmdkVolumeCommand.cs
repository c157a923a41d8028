using System;
using System.Collections.Generic;
using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Completion;
using EsxAgent.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Lists volumes.</summary>
[Cmdlet(VerbsCommon.Get, "VmdkVolume", DefaultParameterSetName = NameSet)]
[OutputType(typeof(VmdkVolume))]
public sealed class GetVmdkVolumeCommand : SessionCmdlet
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";

    private readonly HashSet<string> _unreadable = [];
    private NamePattern?[] _names = [null];
    private NamePattern?[] _datastores = [null];

    /// <summary>Names of volumes.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(VolumeNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Names or uuids of datastores. Without it, every datastore that the host's policy allows.</summary>
    [Parameter(ParameterSetName = NameSet, Position = 1)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(DatastoreNameCompleter))]
    public string[]? Datastore { get; set; }

    /// <summary>Ids of volumes, <c>name@datastore</c>, or volumes that are to be looked at again.</summary>
    [Parameter(ParameterSetName = IdSet, Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [VolumeTransformation]
    [ArgumentCompleter(typeof(VolumeIdCompleter))]
    public VmdkVolumeReference[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _names = Patterns(Name);
        _datastores = Patterns(Datastore);
    }

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        if (ParameterSetName == IdSet)
        {
            foreach (VmdkVolumeReference volume in Id)
            {
                Attempt(session, volume.Id, () => Get(session, volume.Name, volume.Place));
            }

            return;
        }

        // Patterns may overlap; each volume is written once.
        HashSet<string>? written = _names.Length * _datastores.Length > 1 ? new HashSet<string>(StringComparer.Ordinal) : null;
        foreach (NamePattern? name in _names)
        {
            Find(session, name, written);
        }
    }

    /// <summary>What a parameter means; one null, which means everything, where it was not given.</summary>
    private static NamePattern?[] Patterns(string[]? texts) =>
        texts is null ? [null] : Array.ConvertAll<string, NamePattern?>(texts, static text => new NamePattern(text));

    private void Find(EsxAgentSession session, NamePattern? name, HashSet<string>? written)
    {
        // A literal name is somewhere on the datastores that a wildcard means, or it is an error; on a datastore that is named it must be there.
        bool isSearched = false;
        bool isFound = false;
        foreach (NamePattern? datastore in _datastores)
        {
            if (name is { IsLiteral: true } && datastore is { IsLiteral: true })
            {
                Attempt(session, $"{name.Literal}@{datastore.Literal}", () => Get(session, name.Literal, datastore.Literal, written));
            }
            else
            {
                isSearched |= Attempt(session, null, () => isFound |= List(session, name, datastore, written));
            }
        }

        if (name is { IsLiteral: true } && isSearched && !isFound)
        {
            WriteError(ErrorRecords.VolumeNotFound(name.Literal, session.HostName));
        }
    }

    private void Get(EsxAgentSession session, string name, string? datastore, HashSet<string>? written = null)
    {
        Volume volume = WaitFor(session.Live.GetVolumeAsync(name, datastore, StopToken));
        Write(session, volume, written);
    }

    private bool List(EsxAgentSession session, NamePattern? name, NamePattern? datastore, HashSet<string>? written)
    {
        bool isFound = false;
        string place = datastore is null ? HostPattern.All : datastore.IsLiteral ? datastore.Literal : HostPattern.OfDatastore(datastore.Text);
        string? pattern = name is null ? null : HostPattern.OfName(name.Text);
        foreach (Volume volume in Each(session.Live.GetVolumesAsync(place, pattern, StopToken)))
        {
            if (volume.State == VolumeState.Unreadable)
            {
                if (_unreadable.Add($"{session.Id} {volume.Datastore}"))
                {
                    WriteError(ErrorRecords.DatastoreUnreadable(volume, session.HostName));
                }
            }
            else if (IsMeant(volume, name, datastore))
            {
                isFound = true;
                Write(session, volume, written);
            }
        }

        return isFound;
    }

    private static bool IsMeant(Volume volume, NamePattern? name, NamePattern? datastore) =>
        (name is null || name.Matches(volume.Name ?? string.Empty))
        && (datastore is null || datastore.Matches(volume.Datastore ?? string.Empty) || datastore.Is(DatastorePath.UuidIn(volume.Path)));

    private void Write(EsxAgentSession session, Volume volume, HashSet<string>? written)
    {
        if (written is null || written.Add(volume.Id ?? string.Empty))
        {
            WriteObject(new VmdkVolume(volume, session.HostName));
        }
    }
}
