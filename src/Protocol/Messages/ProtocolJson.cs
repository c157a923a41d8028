using System.Text.Json.Serialization;

namespace EsxAgent.Protocol.Messages;

/// <summary>
/// Reads and writes the wire's objects on the guest's side, by code made at build time. Unknown members are ignored, so that an older guest
/// understands a newer agent.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InitializeParams))]
[JsonSerializable(typeof(InitializeResult))]
[JsonSerializable(typeof(RequestParams))]
[JsonSerializable(typeof(CancelParams))]
[JsonSerializable(typeof(PingParams))]
[JsonSerializable(typeof(AgentStatus))]
[JsonSerializable(typeof(AgentMetrics))]
[JsonSerializable(typeof(HostInfoParams))]
[JsonSerializable(typeof(HostInfo))]
[JsonSerializable(typeof(ListParams))]
[JsonSerializable(typeof(ListResult<Datastore>))]
[JsonSerializable(typeof(ItemBatch<Datastore>))]
[JsonSerializable(typeof(VirtualMachine))]
[JsonSerializable(typeof(Volume))]
[JsonSerializable(typeof(VolumeReport))]
[JsonSerializable(typeof(VolumeRemoval))]
[JsonSerializable(typeof(VolumeParams))]
[JsonSerializable(typeof(VolumeCreateParams))]
[JsonSerializable(typeof(VolumeCopyParams))]
[JsonSerializable(typeof(VolumeListParams))]
[JsonSerializable(typeof(VolumeUpdateParams))]
[JsonSerializable(typeof(VolumeResizeParams))]
[JsonSerializable(typeof(VolumeConvertParams))]
[JsonSerializable(typeof(VolumeRemoveParams))]
[JsonSerializable(typeof(VolumeRepairParams))]
[JsonSerializable(typeof(ListResult<Volume>))]
[JsonSerializable(typeof(ItemBatch<Volume>))]
[JsonSerializable(typeof(WorkDone))]
[JsonSerializable(typeof(ListResult<VirtualMachine>))]
[JsonSerializable(typeof(VsiGetParams))]
[JsonSerializable(typeof(VsiListParams))]
[JsonSerializable(typeof(VsiWalkParams))]
[JsonSerializable(typeof(VsiWatchParams))]
[JsonSerializable(typeof(VsiLeaf))]
[JsonSerializable(typeof(VsiValue))]
[JsonSerializable(typeof(ListResult<VsiChild>))]
[JsonSerializable(typeof(ListResult<VsiTreeNode>))]
[JsonSerializable(typeof(ListResult<VsiSample>))]
public sealed partial class ProtocolJson : JsonSerializerContext;
