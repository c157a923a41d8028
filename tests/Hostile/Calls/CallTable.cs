using System;
using System.Collections.Generic;
using System.Linq;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Tests.Hostile;

/// <summary>A method, as random calls ask for it.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Parameters">The record of its parameters.</param>
/// <param name="Weight">How often it is asked for: what starts tools takes a hundred times as long as what does not.</param>
/// <param name="Kinds">Kinds of errors that it may answer with, besides those that any may.</param>
internal sealed record RandomCall(string Method, Type Parameters, int Weight, string[] Kinds);

/// <summary>Every method with the errors that are expected of it; any other is a mistake of the agent.</summary>
internal static class CallTable
{
    /// <summary>What is no request of its own, or ends the session.</summary>
    public static readonly string[] NotAsked = [Methods.Shutdown, Methods.Exit, Methods.CancelRequest, Methods.Progress];

    private const int Cheap = 300;
    private const int Reading = 60;
    private const int Changing = 20;
    private const int Removing = 6;

    /// <summary>Parameters of another type or out of bounds, half of a character, a text that nests too deep; a time that is too short.</summary>
    private static readonly string[] s_ofAny = ["InvalidParams", "ParseError", "DeadlineExceeded"];

    private static readonly string[] s_ofVsi = ["VsiNodeNotFound"];
    private static readonly string[] s_ofVolume = ["VolumeNotFound", "DatastoreNotFound"];

    /// <summary>Of changes eight may run at once; one may be cancelled, hold the volume, or have been there before.</summary>
    private static readonly string[] s_ofChange =
        [.. s_ofVolume, "OperationConflict", "VolumeInUse", "TooBusy", "RequestCancelled", "MetadataDamaged", "DatastoreFull", "AccessDenied"];

    /// <summary>A volume that is removed or enlarged in the very moment in which it is read looks damaged.</summary>
    private static readonly string[] s_ofDisk = [.. s_ofVolume, "AccessDenied", "SidecarNotFound", "SizeOutOfRange", "VolumeInUse", "MetadataDamaged"];

    /// <summary>A tool that is asked to read a disk which is removed at this moment finds no file of it.</summary>
    private static readonly string[] s_ofToolOnDisk = [.. s_ofDisk, "ToolFailed"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RandomCall> All { get; } =
    [
        new(Methods.Ping, typeof(PingParams), Cheap, []),
        new(Methods.Initialize, typeof(InitializeParams), Cheap, ["InvalidRequest"]),
        new(Methods.AgentStatus, typeof(RequestParams), Reading, []),
        new(Methods.AgentMetrics, typeof(RequestParams), Reading, []),
        new(Methods.HostInfo, typeof(HostInfoParams), Cheap, []),
        new(Methods.HostDatastores, typeof(ListParams), 1, []),
        new(Methods.VmSelf, typeof(RequestParams), Cheap, []),
        new(Methods.VmList, typeof(ListParams), 2, []),
        new(Methods.VsiList, typeof(VsiListParams), Reading, s_ofVsi),
        new(Methods.VsiGet, typeof(VsiGetParams), Reading, s_ofVsi),
        new(Methods.VsiWalk, typeof(VsiWalkParams), 10, [.. s_ofVsi, "TooBusy"]),
        new(Methods.VsiWatch, typeof(VsiWatchParams), 10, ["RequestCancelled", "TooBusy"]),
        new(Methods.VolumeGet, typeof(VolumeParams), Cheap, s_ofVolume),
        new(Methods.VolumeCheck, typeof(VolumeParams), Cheap, s_ofVolume),
        new(Methods.VolumeList, typeof(VolumeListParams), Reading, ["DatastoreNotFound"]),
        new(Methods.VolumeCreate, typeof(VolumeCreateParams), Changing, [.. s_ofChange, "VolumeAlreadyExists", "SizeOutOfRange", "QuotaExceeded"]),
        new(Methods.VolumeCopy, typeof(VolumeCopyParams), Changing, [.. s_ofChange, "VolumeAlreadyExists", "QuotaExceeded"]),
        new(Methods.VolumeUpdate, typeof(VolumeUpdateParams), Changing, s_ofChange),
        new(Methods.VolumeResize, typeof(VolumeResizeParams), Changing, [.. s_ofChange, "SizeOutOfRange", "QuotaExceeded"]),
        new(Methods.VolumeConvert, typeof(VolumeConvertParams), Changing, s_ofChange),
        new(Methods.VolumeRemove, typeof(VolumeRemoveParams), Removing, s_ofChange),
        new(Methods.VolumeRepair, typeof(VolumeRepairParams), Changing, s_ofChange),
        new(Methods.SidecarList, typeof(SidecarListParams), Reading, s_ofToolOnDisk),
        new(Methods.SidecarRead, typeof(SidecarReadParams), Cheap, s_ofDisk),
        new(Methods.SidecarCompare, typeof(SidecarCompareParams), 2, s_ofToolOnDisk),
        new(Methods.SidecarCreate, typeof(SidecarCreateParams), Changing, [.. s_ofChange, .. s_ofDisk, "SidecarAlreadyExists", "QuotaExceeded"]),
        new(Methods.SidecarResize, typeof(SidecarResizeParams), Changing, [.. s_ofChange, .. s_ofDisk, "QuotaExceeded"]),
        new(Methods.SidecarWrite, typeof(SidecarWriteParams), Changing, [.. s_ofChange, .. s_ofDisk]),
        new(Methods.SidecarWriteString, typeof(SidecarWriteStringParams), Changing, [.. s_ofChange, .. s_ofDisk]),
        new(Methods.SidecarFill, typeof(SidecarFillParams), Changing, [.. s_ofChange, .. s_ofDisk]),
        new(Methods.SidecarRemove, typeof(SidecarKeyParams), Removing, [.. s_ofChange, .. s_ofDisk]),
        new(Methods.SidecarClear, typeof(SidecarChangeParams), 2, [.. s_ofChange, .. s_ofDisk]),
        new(Methods.SidecarUpdateDatabase, typeof(SidecarChangeParams), Changing, [.. s_ofChange, .. s_ofDisk]),
    ];

    /// <summary>The names of all methods and notifications, as the protocol has them.</summary>
    public static IEnumerable<string> Names => typeof(Methods).GetFields().Select(constant => (string)constant.GetRawConstantValue()!);

    /// <summary>Whether an error is expected.</summary>
    public static bool Expects(RandomCall call, string kind) => s_ofAny.Contains(kind) || call.Kinds.Contains(kind);
}
