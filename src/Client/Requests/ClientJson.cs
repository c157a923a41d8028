using System.Text.Json.Serialization;

namespace EsxAgent.Client;

/// <summary>Reads what only this side of the wire has a type for.</summary>
[JsonSerializable(typeof(NoResult))]
internal sealed partial class ClientJson : JsonSerializerContext;
