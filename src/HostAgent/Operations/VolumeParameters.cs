using System;
using System.Collections.Generic;
using System.Text.Json;
using EsxAgent.HostAgent.Policy;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Volumes;
using EsxAgent.HostAgent.Volumes.Changes;
using EsxAgent.HostAgent.Volumes.Sidecars;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary>Reads the parameters that methods about volumes have in common, and checks them before anything is touched.</summary>
internal sealed class VolumeParameters(DatastoreDirectories datastores, Authorizer authorizer)
{
    /// <summary>Smallest disk that ESXi makes: 1 MiB.</summary>
    private const long MinBytes = 1 << 20;

    /// <summary>Largest disk of ESXi: 62 TiB.</summary>
    private const long MaxBytes = 62L << 40;

    private const int SectorBytes = 512;
    private const int MaxLabelBytes = 4096;

    private static readonly string[] s_formats = [VolumeFormat.Thin, VolumeFormat.ZeroedThick, VolumeFormat.EagerZeroedThick];
    private static readonly string[] s_accesses = [VolumeAccess.ReadWrite, VolumeAccess.ReadOnly];
    private static readonly string[] s_persistences =
        [VolumePersistence.IndependentPersistent, VolumePersistence.Persistent, VolumePersistence.IndependentNonPersistent];

    /// <summary>The datastores.</summary>
    public DatastoreDirectories Datastores => datastores;

    /// <summary>The caller's group.</summary>
    public string GroupOf(RequestContext request) => authorizer.GroupNameOf(request.Session.Caller!) ?? throw new OperationException(
        ErrorKind.AccessDenied, "The VM belongs to two groups of the host's policy.");

    /// <summary>The datastore that is meant, and what the policy allows the caller there.</summary>
    /// <param name="request">The request.</param>
    /// <param name="nameOrUuid">What the guest gave; null for the caller's own.</param>
    /// <exception cref="OperationException"><c>DatastoreNotFound</c> or <c>AccessDenied</c>.</exception>
    public (DatastoreName Datastore, PolicyDatastore Allowance) Place(RequestContext request, string? nameOrUuid)
    {
        Caller caller = request.Session.Caller!;
        string asked = nameOrUuid ?? caller.Datastore ?? throw new OperationException(
            new WireError(ErrorKind.InvalidParams, "The parameter 'datastore' is missing, and the host does not know where the VM itself lies.") { Target = "datastore" });
        DatastoreName? found = datastores.TryFind(asked);
        PolicyDatastore allowance = authorizer.DemandDatastore(caller, asked, found?.Name, found?.Uuid);
        return (found ?? throw DatastoreDirectories.NotFound(asked), allowance);
    }

    /// <summary>Whose VMs' names the caller may be told.</summary>
    public KnownMachines Machines(RequestContext request) => new(authorizer, request.Session.Caller!);

    /// <summary>The datastores that a pattern means and the policy allows; without a pattern the caller's own.</summary>
    public List<DatastoreName> Places(RequestContext request, string? pattern)
    {
        bool isPattern = pattern is not null && pattern.AsSpan().ContainsAny('*', '?');
        return isPattern
            ? datastores.Matching(pattern!).FindAll(datastore => authorizer.AllowsDatastore(request.Session.Caller!, datastore.Name, datastore.Uuid))
            : [Place(request, pattern).Datastore];
    }

    /// <summary>What is asked to be changed.</summary>
    /// <exception cref="OperationException">A parameter breaks its rule, or the policy does not allow the datastore.</exception>
    public ChangeRequest Change(RequestContext request, string method, VolumeChange change)
    {
        string operationId = OperationIds.Check(request.Parameters.Text("operationId"));
        VmdkPath? path = change is SidecarChange ? Path(request) : null;
        string name = path?.LockName ?? VolumeName.Check(request.Parameters.Text("name"));
        (DatastoreName datastore, PolicyDatastore allowance) = path is null
            ? Place(request, request.Parameters.Text("datastore"))
            : (path.Datastore, new PolicyDatastore(path.Datastore.Name, null, null));
        return new ChangeRequest
        {
            Method = method,
            OperationId = operationId,
            Name = name,
            VmdkPath = path,
            Datastore = datastore,
            Group = GroupOf(request),
            Allowance = allowance,
            Session = request.Session,
            Shown = request.Parameters.Shown(),
            Caller = request.Session.Caller!,
            Machines = Machines(request),
            Arguments = change.Arguments,
            IsCancel = request.Parameters.Flag("cancel"),
        };
    }

    /// <summary>The disk that is named by its path; null where it is named as a volume.</summary>
    /// <exception cref="OperationException"><c>InvalidParams</c>, <c>DatastoreNotFound</c> or <c>AccessDenied</c>.</exception>
    public VmdkPath? Path(RequestContext request)
    {
        string? text = request.Parameters.Text("vmdkPath");
        if (text is not null && request.Parameters.Text("name") is not null)
        {
            throw new OperationException(new WireError(ErrorKind.InvalidParams, "The parameters 'name' and 'vmdkPath' exclude each other.") { Target = "vmdkPath" });
        }

        if (text is null)
        {
            return null;
        }

        VmdkPath path = VmdkPath.Parse(text, datastores.TryFind, out bool isThere);
        authorizer.DemandVmdk(request.Session.Caller!, text, isThere ? [path.Text, path.Canonical] : []);
        return isThere ? path : throw DatastoreDirectories.NotFound(path.Datastore.Name);
    }

    /// <summary>The size.</summary>
    public static long Size(RequestParameters parameters)
    {
        long size = parameters.Integer("sizeBytes", long.MinValue, long.MaxValue)
            ?? throw new OperationException(new WireError(ErrorKind.InvalidParams, "The parameter 'sizeBytes' is missing.") { Target = "sizeBytes" });
        return size is >= MinBytes and <= MaxBytes && size % SectorBytes == 0 ? size : throw new OperationException(
            new WireError(ErrorKind.SizeOutOfRange, $"A volume cannot have {size} bytes: from 1 MiB to 62 TiB, a multiple of {SectorBytes}.") { Target = "sizeBytes" });
    }

    /// <summary>The format; null where it is absent.</summary>
    public static string? Format(RequestParameters parameters, string name = "format") => OneOf(parameters, name, s_formats);

    /// <summary>The access; null where it is absent.</summary>
    public static string? Access(RequestParameters parameters) => OneOf(parameters, "access", s_accesses);

    /// <summary>The persistence; null where it is absent.</summary>
    public static string? Persistence(RequestParameters parameters) => OneOf(parameters, "persistence", s_persistences);

    /// <summary>The labels; null where they are absent.</summary>
    public static Dictionary<string, string>? Labels(RequestParameters parameters)
    {
        Dictionary<string, string>? labels = parameters.TextMap("labels");
        int bytes = 2;
        foreach (KeyValuePair<string, string> label in labels ?? [])
        {
            // Names and values as JSON has them, with quotes, colon and comma.
            bytes += JsonEncodedText.Encode(label.Key).EncodedUtf8Bytes.Length + JsonEncodedText.Encode(label.Value).EncodedUtf8Bytes.Length + 6;
        }

        return bytes <= MaxLabelBytes ? labels : throw new OperationException(
            new WireError(ErrorKind.InvalidParams, $"The parameter 'labels' must take at most {MaxLabelBytes} bytes as JSON.") { Target = "labels" });
    }

    private static string? OneOf(RequestParameters parameters, string name, string[] words)
    {
        string? word = parameters.Text(name);
        return word is null || Array.IndexOf(words, word) >= 0 ? word : throw new OperationException(
            new WireError(ErrorKind.InvalidParams, $"The parameter '{name}' must be one of '{string.Join("', '", words)}'.") { Target = name });
    }
}
