using System;
using System.Collections.Generic;
using System.Globalization;
using EsxAgent.HostAgent.Sessions;
using EsxAgent.HostAgent.Tools;
using EsxAgent.HostAgent.Tools.EsxCli;
using EsxAgent.Protocol.Errors;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.HostAgent.Operations;

/// <summary><c>host/datastores</c>: what is mounted, with exact sizes.</summary>
internal sealed class DatastoresOperation(EsxcliTool esxcli, VmkfstoolsTool vmkfstools, Func<string, bool> hasTool)
{
    /// <summary>Items of a page; a thousand of them stay far below the limit of a body.</summary>
    private const int PageItems = 1_000;

    /// <summary>The row of the method table.</summary>
    public Method Method => new() { Name = Methods.HostDatastores, Run = Answer };

    private ListAnswer<Datastore> Answer(RequestContext request)
    {
        int start = Start(request.Parameters.Text("cursor"));
        byte[] token = request.Parameters.Token("partialResultToken").ToArray();
        List<EsxcliValue> mounts = esxcli.Ask(["storage", "filesystem", "list"], request.Cancel).Items;
        if (token.Length > 0)
        {
            foreach (EsxcliValue mount in mounts)
            {
                request.Session.Connection.SendBatch<Datastore>(token, [Describe(mount, request.Cancel)]);
            }

            return new ListAnswer<Datastore>([], null);
        }

        int end = Math.Min(mounts.Count, start + PageItems);
        var items = new List<Datastore>();
        for (int i = start; i < end; i++)
        {
            items.Add(Describe(mounts[i], request.Cancel));
        }

        return new ListAnswer<Datastore>([.. items], end < mounts.Count ? end.ToString(CultureInfo.InvariantCulture) : null);
    }

    private Datastore Describe(EsxcliValue mount, CancelSignal cancel)
    {
        bool isMounted = mount.FlagOf("Mounted") ?? false;
        string? path = mount.TextOf("MountPoint");
        string? type = mount.TextOf("Type");
        FilesystemSpace? space = isMounted && path is not null ? ExactSpace(path, cancel) : null;
        bool isVmfs = type?.StartsWith("VMFS", StringComparison.OrdinalIgnoreCase) == true;
        bool isNfs = type?.StartsWith("NFS", StringComparison.OrdinalIgnoreCase) == true;
        return new Datastore
        {
            Name = mount.TextOf("VolumeName"),
            Uuid = mount.TextOf("UUID"),
            Type = type,
            Path = path,
            CapacityBytes = isMounted ? space?.CapacityBytes ?? mount.NumberOf("Size") : null,
            FreeBytes = isMounted ? space?.FreeBytes ?? mount.NumberOf("Free") : null,
            Accessible = isMounted,
            State = isMounted ? "mounted" : "unmounted",
            Volumes = isMounted && (isVmfs || isNfs) && hasTool(ToolNames.Vmkfstools),
            Sidecars = !hasTool(ToolNames.DiskTool) ? false : isVmfs ? isMounted : null,
        };
    }

    /// <summary>The sizes of <c>vmkfstools -P</c>; null where the tool cannot say, and those of esxcli have to do.</summary>
    private FilesystemSpace? ExactSpace(string path, CancelSignal cancel)
    {
        try
        {
            return vmkfstools.Space(path, cancel);
        }
        catch (OperationException) when (cancel.Reason is null)
        {
            return null;
        }
    }

    private static int Start(string? cursor)
    {
        if (cursor is null)
        {
            return 0;
        }

        return int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out int start)
            ? start
            : throw new OperationException(new WireError(ErrorKind.InvalidParams, "The parameter 'cursor' must be one that the agent gave.") { Target = "cursor" });
    }
}
