using System;
using System.Collections.Generic;
using EsxAgent.HostAgent.Posix;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Volumes;
using EsxAgent.HostAgent.Volumes.Changes;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.HostAgent.Volumes.Store;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>volume/get</c>, <c>volume/list</c> and <c>volume/check</c>: read from the datastore at the time of the call, without a tool.</summary>
internal sealed class VolumeReadOperations(VolumeParameters parameters)
{
    /// <summary>Volumes of a batch, about 600 bytes each: 64 KiB hold them. The first ones go out alone, so that a listing begins at once.</summary>
    private const int BatchItems = 64;

    /// <summary>Volumes of a page, which is put together in memory: about 120 KiB.</summary>
    private const int PageItems = 200;

    /// <summary>The rows of the method table.</summary>
    public IReadOnlyList<Method> Methods() =>
    [
        Row(Protocol.Messages.Methods.VolumeGet, request => OnVolume(request, (group, name) => Get(request, group, name))),
        Row(Protocol.Messages.Methods.VolumeCheck, request => OnVolume(request, Check)),
        Row(Protocol.Messages.Methods.VolumeList, List),
    ];

    private static Method Row(string name, Func<RequestContext, IWireObject> run) => new() { Name = name, Right = name, Kind = MethodKind.Read, Run = run };

    private delegate IWireObject VolumeAnswer(GroupDirectory group, string name);

    private IWireObject OnVolume(RequestContext request, VolumeAnswer answer)
    {
        string name = VolumeName.Check(request.Parameters.Text("name"));
        DatastoreName datastore = parameters.Place(request, request.Parameters.Text("datastore")).Datastore;
        try
        {
            using GroupDirectory? group = GroupDirectory.TryOpen(parameters.Datastores, datastore, parameters.GroupOf(request));
            return group?.FindName(name) is string found ? answer(group, found) : throw ChangeContext.NotFound($"{name}@{datastore.Name}");
        }
        catch (PosixException e)
        {
            throw ChangeRuns.Translate(e, datastore.Name);
        }
    }

    private Volume Get(RequestContext request, GroupDirectory group, string name) =>
        VolumeReader.TryRead(group, name, Attachments.Read(parameters.Datastores, parameters.Machines(request))) ?? throw ChangeContext.NotFound(group, name);

    private static VolumeReport Check(GroupDirectory group, string name)
    {
        using DirectoryHandle directory = group.Volumes.TryOpenDirectory(name) ?? throw ChangeContext.NotFound(group, name);
        return VolumeCheck.Report(group, name, VolumeCheck.Findings(directory, VolumeFiles.Read(directory, name)));
    }

    private ListAnswer<Volume> List(RequestContext request)
    {
        string? pattern = request.Parameters.Text("namePattern")?.ToLowerInvariant();
        List<DatastoreName> places = parameters.Places(request, request.Parameters.Text("datastore"));
        byte[] token = request.Parameters.Token("partialResultToken").ToArray();
        string cursor = request.Parameters.Text("cursor") ?? string.Empty;
        Attachments attachments = Attachments.Read(parameters.Datastores, parameters.Machines(request));
        return token.Length > 0
            ? Stream(request, token, places, pattern, attachments)
            : Page(request, cursor, places, pattern, attachments);
    }

    /// <summary>Sends volumes as they are found, in the order of the directories: nothing is kept, however many there are.</summary>
    private ListAnswer<Volume> Stream(RequestContext request, byte[] token, List<DatastoreName> places, string? pattern, Attachments attachments)
    {
        var batch = new List<Volume>(BatchItems);
        int room = 1;
        foreach (DatastoreName place in places)
        {
            try
            {
                foreach (Volume volume in Read(request, place, pattern, attachments))
                {
                    request.Cancel.ThrowIfRequested();
                    batch.Add(volume);
                    if (batch.Count >= room)
                    {
                        request.Session.Connection.SendBatch<Volume>(token, batch.ToArray());
                        batch.Clear();
                        room = Math.Min(room * 2, BatchItems);
                    }
                }
            }
            catch (Exception e) when (Problem(e, place) is string problem)
            {
                batch.Add(Unreadable(place, problem));
            }
        }

        return new ListAnswer<Volume>([.. batch], null);
    }

    /// <summary>A page: the volumes behind the cursor in the order of datastores and names. A cursor is <c>uuid/name</c> of the last one before.</summary>
    private ListAnswer<Volume> Page(RequestContext request, string cursor, List<DatastoreName> places, string? pattern, Attachments attachments)
    {
        int slash = cursor.IndexOf('/', StringComparison.Ordinal);
        int first = slash < 0 ? 0 : places.FindIndex(place => place.Uuid == cursor[..slash]);
        if (cursor.Length > 0 && (slash < 0 || first < 0))
        {
            throw new OperationException(new WireError(ErrorKind.InvalidParams, "The parameter 'cursor' must be one that the agent gave.") { Target = "cursor" });
        }

        var page = new List<Volume>();
        string after = slash < 0 ? string.Empty : cursor[(slash + 1)..];
        for (int i = first; i < places.Count; i++, after = string.Empty)
        {
            try
            {
                List<string> names = NamesAfter(request, places[i], pattern, after);
                int count = Math.Min(names.Count, PageItems - page.Count);
                Read(request, places[i], names.GetRange(0, count), attachments, page);
                if (count < names.Count)
                {
                    return new ListAnswer<Volume>([.. page], $"{places[i].Uuid}/{names[count - 1]}");
                }
            }
            catch (Exception e) when (Problem(e, places[i]) is string problem)
            {
                page.Add(Unreadable(places[i], problem));
            }
        }

        return new ListAnswer<Volume>([.. page], null);
    }

    private IEnumerable<Volume> Read(RequestContext request, DatastoreName place, string? pattern, Attachments attachments)
    {
        using GroupDirectory? group = Open(request, place);
        foreach (string name in group?.Volumes.Names() ?? [])
        {
            if (IsVolume(name, pattern) && VolumeReader.TryRead(group!, name, attachments) is Volume volume)
            {
                yield return volume;
            }
        }
    }

    private void Read(RequestContext request, DatastoreName place, List<string> names, Attachments attachments, List<Volume> page)
    {
        using GroupDirectory? group = names.Count == 0 ? null : Open(request, place);
        foreach (string name in group is null ? [] : names)
        {
            request.Cancel.ThrowIfRequested();
            if (VolumeReader.TryRead(group!, name, attachments) is Volume volume)
            {
                page.Add(volume);
            }
        }
    }

    /// <summary>The next names behind one, sorted, one more than a page has: whether something follows shows in it.</summary>
    private List<string> NamesAfter(RequestContext request, DatastoreName place, string? pattern, string after)
    {
        using GroupDirectory? group = Open(request, place);
        var names = new List<string>();
        foreach (string name in group?.Volumes.Names() ?? [])
        {
            if (IsVolume(name, pattern) && string.CompareOrdinal(name, after) > 0)
            {
                names.Add(name);
                if (names.Count > PageItems * 4)
                {
                    Cut(names);
                }
            }
        }

        Cut(names);
        return names;
    }

    private static void Cut(List<string> names)
    {
        names.Sort(StringComparer.Ordinal);
        if (names.Count > PageItems + 1)
        {
            names.RemoveRange(PageItems + 1, names.Count - PageItems - 1);
        }
    }

    private GroupDirectory? Open(RequestContext request, DatastoreName place) =>
        GroupDirectory.TryOpen(parameters.Datastores, place, parameters.GroupOf(request));

    /// <summary>Why a datastore cannot be looked through; null where the error is not the datastore's.</summary>
    private static string? Problem(Exception e, DatastoreName place) => e switch
    {
        PosixException posix => ChangeRuns.Translate(posix, place.Name).Message,
        OperationException { Error.Kind: var kind } when kind == ErrorKind.DatastoreNotFound => e.Message,
        _ => null,
    };

    /// <summary>What stands in a listing for the volumes of a datastore that cannot be looked through: an item without a name.</summary>
    private static Volume Unreadable(DatastoreName place, string problem) => new() { Datastore = place.Name, State = VolumeState.Unreadable, Problem = problem };

    private static bool IsVolume(string name, string? pattern) => name[0] != '.' && VolumeName.Fits(name, pattern);
}
