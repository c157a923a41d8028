using System;
using System.Collections.Generic;
using System.Text;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Volumes;
using EsxAgent.HostAgent.Volumes.Changes;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>sidecar/list</c>, <c>sidecar/read</c> and <c>sidecar/compare</c>: read from the datastore at the time of the call.</summary>
internal sealed class SidecarReadOperations(VolumeParameters parameters, VolumeTools tools)
{
    private delegate IWireObject SidecarAnswer(RequestContext request, SidecarDisk disk);

    /// <summary>The rows of the method table.</summary>
    public IReadOnlyList<Method> Methods() =>
    [
        Row(Protocol.Messages.Methods.SidecarList, List),
        Row(Protocol.Messages.Methods.SidecarRead, Read),
        Row(Protocol.Messages.Methods.SidecarCompare, Compare),
    ];

    private Method Row(string name, SidecarAnswer answer) =>
        new() { Name = name, Right = name, Kind = MethodKind.Read, Run = request => OnDisk(request, answer) };

    private IWireObject OnDisk(RequestContext request, SidecarAnswer answer)
    {
        VmdkPath? path = parameters.Path(request);
        string name = path is null ? VolumeName.Check(request.Parameters.Text("name")) : string.Empty;
        DatastoreName datastore = path?.Datastore ?? parameters.Place(request, request.Parameters.Text("datastore")).Datastore;
        try
        {
            using GroupDirectory? group = path is null ? GroupDirectory.TryOpen(parameters.Datastores, datastore, parameters.GroupOf(request)) : null;
            using SidecarDisk disk = path?.Open(parameters.Datastores)
                ?? SidecarDisk.Open(group ?? throw SidecarDisk.NotFound($"{name}@{datastore.Name}"), name);
            return answer(request, disk);
        }
        catch (PosixException e)
        {
            throw ChangeRuns.Translate(e, datastore.Name);
        }
    }

    private ListAnswer<Sidecar> List(RequestContext request, SidecarDisk disk)
    {
        string? toolSays = null;
        if (request.Parameters.Flag("confirm"))
        {
            var work = new DiskWork(request.Cancel, null);
            disk.Patiently(request.Cancel, () => toolSays = tools.DiskTool.ListSidecars(disk.Directory, disk.FileName, work));
        }

        return new ListAnswer<Sidecar>(disk.All(toolSays), null);
    }

    private SidecarBytes Read(RequestContext request, SidecarDisk disk)
    {
        string key = SidecarParameters.Key(request);
        long offset = SidecarParameters.Offset(request);
        int length = (int)SidecarParameters.Length(request, SidecarParameters.MaxReadBytes);
        using FileHandle file = disk.OpenContent(key, forWriting: false, request.Cancel);
        long size = file.Status.Size;
        if (offset > size)
        {
            throw new OperationException(new WireError(ErrorKind.SizeOutOfRange, $"The sidecar '{key}' has {size} bytes, none from {offset} on.")
            {
                Target = key,
                RecommendedAction = "Begin at a smaller offset.",
            });
        }

        byte[] content = new byte[(int)Math.Min(length, size - offset)];
        int read = file.Read(content, offset);
        return new SidecarBytes { Content = read == content.Length ? content : content.AsSpan(0, read).ToArray(), Length = read, SizeBytes = size };
    }

    /// <summary>The tool compares; it has no word for "no", so the file is asked where it does not say yes.</summary>
    private SidecarComparison Compare(RequestContext request, SidecarDisk disk)
    {
        string key = SidecarParameters.Key(request);
        long offset = SidecarParameters.Offset(request);
        string? text = SidecarParameters.Text(request);
        byte? pattern = SidecarParameters.Pattern(request);
        if (text is null == pattern is null)
        {
            throw new OperationException(new WireError(ErrorKind.InvalidParams, "One of the parameters 'text' and 'pattern' is needed.") { Target = "text" });
        }

        byte[] bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        long length = text is null ? SidecarParameters.Length(request, SidecarKey.MaxBytes) : bytes.Length;
        var payload = new SidecarPayload(bytes, pattern ?? 0, length, text);
        using (FileHandle file = disk.OpenContent(key, forWriting: false, request.Cancel))
        {
            _ = payload.LengthAt(offset, file.Status.Size, key);
        }

        var work = new DiskWork(request.Cancel, null);
        bool isEqual = payload.TextForTool is string line
            ? tools.DiskTool.SidecarHoldsText(disk.Directory, disk.FileName, key, offset, line, work)
            : payload.IsFill && tools.DiskTool.SidecarHolds(disk.Directory, disk.FileName, key, offset, payload.Pattern, length, work);
        if (!isEqual)
        {
            using FileHandle file = disk.OpenContent(key, forWriting: false, request.Cancel);
            isEqual = payload.IsHeldBy(file, offset, length);
        }

        return new SidecarComparison(isEqual);
    }
}
