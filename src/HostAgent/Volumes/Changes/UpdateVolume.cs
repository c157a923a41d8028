using System.Collections.Generic;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Changes what a volume carries with it.</summary>
/// <param name="access">Null leaves it.</param>
/// <param name="persistence">Null leaves it.</param>
/// <param name="labels">Null leaves them.</param>
internal sealed class UpdateVolume(string? access, string? persistence, IReadOnlyDictionary<string, string>? labels) : VolumeChange
{
    /// <inheritdoc/>
    public override string Arguments => $"{access}\n{persistence}\n{(labels is null ? "-" : CreateVolume.LabelText(labels))}";

    /// <inheritdoc/>
    public override IWireObject Do(ChangeContext context)
    {
        string name = context.FindVolume();
        using DirectoryHandle directory = context.OpenVolume(name);
        VolumeFiles files = VolumeFiles.Read(directory, name);
        VolumeMetadata before = context.MetadataOf(files);
        VolumeTools.WriteMetadata(directory, files.MetadataFile!, before with
        {
            Access = access ?? before.Access,
            Persistence = persistence ?? before.Persistence,
            Labels = labels ?? before.Labels,
            ChangedBy = context.Request.OperationId,
        });
        context.Remember(before.Uuid);
        return context.Describe(name);
    }
}
