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
    public Method Method => new() { Name = Methods.HostDatastores, Right = Methods.HostDatastores, Kind = MethodKind.Read, Run = Answer };

    private ListAnswer<Datastore> Answer(RequestContext request)
    {
        int start = Start(request.Parameters.Text("cursor"));
        byte[] token = request.Parameters.Token("partialResultToken").ToArray();
        var space = new SpaceReader(vmkfstools, request);
        List<EsxcliValue> mounts = esxcli.Ask(["storage", "filesystem", "list"], request.Cancel).Items;
        if (token.Length > 0)
        {
            foreach (EsxcliValue mount in mounts)
            {
                request.Session.Connection.SendBatch<Datastore>(token, [Describe(mount, space)]);
            }

            return new ListAnswer<Datastore>([], null);
        }

        int end = Math.Min(mounts.Count, start + PageItems);
        var items = new List<Datastore>();
        for (int i = start; i < end; i++)
        {
            items.Add(Describe(mounts[i], space));
        }

        return new ListAnswer<Datastore>([.. items], end < mounts.Count ? end.ToString(CultureInfo.InvariantCulture) : null);
    }

    private Datastore Describe(EsxcliValue mount, SpaceReader reader)
    {
        bool isMounted = mount.FlagOf("Mounted") ?? false;
        string? path = mount.TextOf("MountPoint");
        string? type = mount.TextOf("Type");
        FilesystemSpace? space = isMounted && path is not null ? reader.Read(path) : null;
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

    /// <summary>
    /// Reads the sizes of <c>vmkfstools -P</c>, where those of esxcli have to do otherwise: a filesystem that lost its storage lets the tool hang, and must
    /// not cost the whole answer.
    /// </summary>
    private sealed class SpaceReader(VmkfstoolsTool vmkfstools, RequestContext request)
    {
        private const int FirstMs = 5_000;
        private const int NextMs = 500;

        private long _most = FirstMs;

        /// <summary>Reads; null where the tool cannot say.</summary>
        public FilesystemSpace? Read(string path)
        {
            long time = Math.Min(_most, (request.Deadline - Environment.TickCount64) / 2);
            try
            {
                return time <= 0 ? null : vmkfstools.Space(path, request.Cancel, TimeSpan.FromMilliseconds(time));
            }
            catch (OperationException e) when (request.Cancel.Reason is null)
            {
                _most = e.Error.Kind == ErrorKind.ToolTimeout ? NextMs : _most;
                return null;
            }
        }
    }
}
