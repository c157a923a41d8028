using System.Collections.Generic;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Volumes;
using EsxAgent.HostAgent.Volumes.Changes;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>The methods that change volumes and sidecars: each reads its parameters and hands the change over. They have no time of their own, they report progress.</summary>
/// <param name="parameters">Reads what the changes have in common.</param>
/// <param name="begin">Where a change goes that was read: <see cref="ChangeRuns.Begin"/>.</param>
/// <param name="resolver">Says again who is calling.</param>
internal sealed class VolumeChangeOperations(VolumeParameters parameters, ChangeStart begin, CallerResolver resolver)
{
    private const int MaxActions = 64;

    private delegate VolumeChange ChangeReader(RequestContext request);

    /// <summary>The rows of the method table.</summary>
    public IReadOnlyList<Method> Methods() =>
    [
        Row(Protocol.Messages.Methods.VolumeCreate, Create),
        Row(Protocol.Messages.Methods.VolumeCopy, Copy),
        Row(Protocol.Messages.Methods.VolumeUpdate, Update),
        Row(Protocol.Messages.Methods.VolumeResize, request => new ResizeVolume(VolumeParameters.Size(request.Parameters))),
        Row(Protocol.Messages.Methods.VolumeConvert, Convert),
        Row(Protocol.Messages.Methods.VolumeRemove, request => new RemoveVolume(request.Parameters.Flag("force"))),
        Row(Protocol.Messages.Methods.VolumeRepair, Repair),
        Row(Protocol.Messages.Methods.SidecarCreate, SidecarParameters.Create),
        Row(Protocol.Messages.Methods.SidecarResize, SidecarParameters.Resize),
        Row(Protocol.Messages.Methods.SidecarRemove, request => new RemoveSidecars(SidecarParameters.Key(request))),
        Row(Protocol.Messages.Methods.SidecarClear, _ => new RemoveSidecars(string.Empty)),
        Row(Protocol.Messages.Methods.SidecarWrite, SidecarParameters.Write),
        Row(Protocol.Messages.Methods.SidecarWriteString, SidecarParameters.WriteString),
        Row(Protocol.Messages.Methods.SidecarFill, SidecarParameters.Fill),
        Row(Protocol.Messages.Methods.SidecarUpdateDatabase, _ => new UpdateSidecarDatabase()),
    ];

    private Method Row(string name, ChangeReader read) => new()
    {
        Name = name,
        Right = name,
        Kind = MethodKind.Change,
        TimeoutMs = null,
        Begin = (request, answer) =>
        {
            _ = OperationIds.Check(request.Parameters.Text("operationId"));
            _ = request.Parameters.Token(ChangeRun.TokenName);
            _ = request.Parameters.Text("vmdkPath") ?? VolumeName.Check(request.Parameters.Text("name"));
            VolumeChange change = read(request);
            ChangeRequest what = parameters.Change(request, name, change);
            begin(request, what, change, () => Confirm(request), answer);
        },
    };

    /// <summary>Asks the host again who is calling: between the handshake and now the VM may have been replaced by another one.</summary>
    private void Confirm(RequestContext request)
    {
        Caller before = request.Session.Caller!;
        Caller now = resolver.Resolve(request.Session.Connection.Peer, new CancelSignal());
        if (now.BiosUuid != before.BiosUuid || now.InstanceUuid != before.InstanceUuid || now.ConfigPath != before.ConfigPath)
        {
            throw new OperationException(ErrorKind.PeerUnidentified, "The host does not see the same VM calling any more.");
        }
    }

    private static CreateVolume Create(RequestContext request) => new(
        VolumeParameters.Size(request.Parameters),
        VolumeParameters.Format(request.Parameters) ?? VolumeFormat.Thin,
        VolumeParameters.Access(request.Parameters) ?? VolumeAccess.ReadWrite,
        VolumeParameters.Persistence(request.Parameters) ?? VolumePersistence.IndependentPersistent,
        VolumeParameters.Labels(request.Parameters) ?? []);

    private CopyVolume Copy(RequestContext request)
    {
        RequestParameters source = request.Parameters.Object("source");
        string name = VolumeName.Check(source.Text("name"), "source.name");
        DatastoreName datastore = parameters.Place(request, source.Text("datastore")).Datastore;
        var copy = new CopyVolume(name, datastore, VolumeParameters.Format(request.Parameters));
        try
        {
            copy.Measure(parameters.Datastores, parameters.GroupOf(request));
        }
        catch (Posix.PosixException e)
        {
            throw ChangeRuns.Translate(e, datastore.Name);
        }

        return copy;
    }

    private static UpdateVolume Update(RequestContext request) => new(
        VolumeParameters.Access(request.Parameters), VolumeParameters.Persistence(request.Parameters), VolumeParameters.Labels(request.Parameters));

    private static ConvertVolume Convert(RequestContext request) =>
        VolumeParameters.Format(request.Parameters, "to") is string to and not VolumeFormat.ZeroedThick ? new ConvertVolume(to) : throw new OperationException(
            new WireError(ErrorKind.InvalidParams, $"The parameter 'to' must be '{VolumeFormat.EagerZeroedThick}' or '{VolumeFormat.Thin}'.") { Target = "to" });

    private static RepairVolume Repair(RequestContext request) => new(request.Parameters.Texts("actions", MaxActions) ?? throw new OperationException(
        new WireError(ErrorKind.InvalidParams, "The parameter 'actions' is missing.") { Target = "actions" }));
}

/// <summary>Begins a change, as <see cref="ChangeRuns.Begin"/> does.</summary>
internal delegate void ChangeStart(RequestContext request, ChangeRequest what, VolumeChange change, System.Action confirmCaller, Answer answer);
