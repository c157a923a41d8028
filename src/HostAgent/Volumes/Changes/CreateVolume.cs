using System.Collections.Generic;
using System.Globalization;
using System.Text;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Volumes.Disk;

namespace EsxAgent.HostAgent.Volumes.Changes;

/// <summary>Makes an empty volume.</summary>
internal sealed class CreateVolume(long sizeBytes, string format, string access, string persistence, IReadOnlyDictionary<string, string> labels) : NewVolume
{
    /// <inheritdoc/>
    public override string Arguments => string.Create(CultureInfo.InvariantCulture, $"{sizeBytes}\n{format}\n{access}\n{persistence}\n{LabelText(labels)}");

    /// <inheritdoc/>
    public override long SizeBytes => sizeBytes;

    /// <summary>Labels in one text whatever the order in which they were given.</summary>
    public static string LabelText(IReadOnlyDictionary<string, string> labels)
    {
        var text = new StringBuilder();
        foreach (KeyValuePair<string, string> label in new SortedList<string, string>(new Dictionary<string, string>(labels), System.StringComparer.Ordinal))
        {
            text.Append(label.Key.Length).Append(':').Append(label.Key).Append(label.Value.Length).Append(':').Append(label.Value);
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    protected override VolumeMetadata Build(ChangeContext context, DirectoryHandle directory)
    {
        Quota.Book(context.Group, context.Request, sizeBytes, sizeBytes);
        context.Tools.Vmkfstools.Create(directory, VolumeFiles.DescriptorOf(context.Request.Name), sizeBytes, format, context.Work("create"));
        return NewMetadata(context, format) with { Access = access, Persistence = persistence, Labels = labels };
    }
}
