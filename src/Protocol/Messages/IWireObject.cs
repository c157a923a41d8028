using System.Text.Json;

namespace EsxAgent.Protocol.Messages;

/// <summary>
/// An object of a result. The host writes it by <see cref="WriteTo"/>, without the JSON serializer, which alone would double the listener's size;
/// the guest reads it by <see cref="ProtocolJson"/>. A test keeps both forms equal, member by member.
/// </summary>
public interface IWireObject
{
    /// <summary>Writes the object as one JSON value.</summary>
    void WriteTo(Utf8JsonWriter writer);
}
