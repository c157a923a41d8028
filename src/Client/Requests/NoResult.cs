using System.Text.Json.Serialization;

namespace EsxAgent.Client;

/// <summary>The result of a method whose answer says no more than that it was done; whatever came is read over.</summary>
[JsonConverter(typeof(NoResultConverter))]
public readonly record struct NoResult;
