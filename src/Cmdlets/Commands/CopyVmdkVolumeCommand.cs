using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Completion;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Makes volumes with the content of others.</summary>
[Cmdlet(VerbsCommon.Copy, "VmdkVolume", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VmdkVolume), typeof(Job))]
public sealed class CopyVmdkVolumeCommand : ExistingVolumeCmdlet
{
    /// <summary>Name of the copy.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string DestinationName { get; set; } = string.Empty;

    /// <summary>Datastore of the copy: its name or uuid. Without it, that of the volume that is copied.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DatastoreNameCompleter))]
    public string? DestinationDatastore { get; set; }

    /// <summary>How the copy is allocated. Without it, as the volume that is copied.</summary>
    [Parameter]
    public VmdkStorageFormat? StorageFormat { get; set; }

    /// <summary>A job does it, one for each copy; the jobs are written.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc/>
    private protected override void Process(EsxAgentSession session, VmdkVolumeReference volume)
    {
        string? datastore = DestinationDatastore ?? volume.Datastore;
        string copy = datastore is null ? DestinationName : $"{DestinationName}@{datastore}";
        var parameters = new VolumeCopyParams
        {
            Source = new VolumeSource(volume.Name, volume.Place),
            Name = DestinationName,
            Datastore = DestinationDatastore ?? volume.Place,
            Format = VolumeWords.ToWire(StorageFormat),
        };
        if (IsWanted(session, volume.Id, $"Copy to '{copy}'"))
        {
            Run(session, volume.Id, "Copying", AsJob, true, (progress, stop) => session.Live.CopyVolumeAsync(parameters, progress, stop));
        }
    }
}
