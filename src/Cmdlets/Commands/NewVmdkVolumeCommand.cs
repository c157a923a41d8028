using System.Collections;
using System.Management.Automation;
using EsxAgent.Abstractions;
using EsxAgent.Client;
using EsxAgent.Completion;
using EsxAgent.Formatting;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Commands;

/// <summary>Makes volumes.</summary>
[Cmdlet(VerbsCommon.New, "VmdkVolume", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(VmdkVolume), typeof(Job))]
public sealed class NewVmdkVolumeCommand : VolumeCmdlet
{
    /// <summary>Names of the volumes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Size that a guest sees, in bytes.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("CapacityBytes")]
    [SizeTransformation]
    public long Size { get; set; }

    /// <summary>The datastore: its name or uuid. Without it, the one where this virtual machine lies.</summary>
    [Parameter(Position = 2, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DatastoreNameCompleter))]
    public string? Datastore { get; set; }

    /// <summary>How it is allocated.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public VmdkStorageFormat StorageFormat { get; set; } = VmdkStorageFormat.Thin;

    /// <summary>Who may write.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public VmdkAccess Access { get; set; } = VmdkAccess.ReadWrite;

    /// <summary>How it takes part in snapshots.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public VmdkPersistence Persistence { get; set; } = VmdkPersistence.IndependentPersistent;

    /// <summary>Labels to keep with it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public IDictionary? Label { get; set; }

    /// <summary>A job makes it, one for each volume; the jobs are written.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc/>
    private protected override void Ask(EsxAgentSession session)
    {
        foreach (string name in Name)
        {
            string id = Datastore is null ? name : $"{name}@{Datastore}";
            Attempt(session, id, () => Make(session, id, name));
        }
    }

    private void Make(EsxAgentSession session, string id, string name)
    {
        var parameters = new VolumeCreateParams
        {
            Name = name,
            Datastore = Datastore,
            SizeBytes = DiskSize.ToWholeSectors(Size),
            Format = VolumeWords.ToWire(StorageFormat),
            Access = VolumeWords.ToWire(Access),
            Persistence = VolumeWords.ToWire(Persistence),
            Labels = VolumeLabels.ToWire(Label),
        };
        if (IsWanted(session, id, $"Create with {DisplayText.Size(parameters.SizeBytes)}, {StorageFormat}"))
        {
            Run(session, id, "Creating", AsJob, true, (progress, stop) => session.Live.CreateVolumeAsync(parameters, progress, stop));
        }
    }
}
