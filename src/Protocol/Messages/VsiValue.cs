using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EsxAgent.Protocol.Messages;

/// <summary>
/// A value of a vsish node as it was printed: text, number, number with unit, enumeration or flags, uuid, list, or a struct of these. What the host could not
/// recognise is <see cref="VsiTextValue"/>.
/// </summary>
[JsonConverter(typeof(VsiValueConverter))]
public abstract record VsiValue
{
    /// <summary>Writes the value as the host does.</summary>
    internal abstract void WriteTo(Utf8JsonWriter writer);
}

/// <summary>A text, of one line or several; blanks around it are not part of it.</summary>
/// <param name="Text">The text.</param>
public sealed record VsiTextValue(string Text) : VsiValue
{
    internal override void WriteTo(Utf8JsonWriter writer) => writer.WriteStringValue(Text);
}

/// <summary>A decimal number. A unit that stands in the member's name, as in <c>Total (pages)</c>, stays there.</summary>
/// <param name="Value">From -2^63 to 2^64 - 1.</param>
public sealed record VsiIntegerValue(Int128 Value) : VsiValue
{
    internal override void WriteTo(Utf8JsonWriter writer) => VsiValueConverter.WriteNumber(writer, Value);
}

/// <summary>A hexadecimal number.</summary>
/// <param name="Value">The number.</param>
/// <param name="Hex">As it was printed, with all of its digits: <c>0x000016c8</c>.</param>
public sealed record VsiHexValue(ulong Value, string Hex) : VsiValue
{
    internal override void WriteTo(Utf8JsonWriter writer) => VsiValueConverter.WriteObject(writer, Value, "hex", Hex);
}

/// <summary>A number with a unit.</summary>
/// <param name="Value">From -2^63 to 2^64 - 1.</param>
/// <param name="Unit">As it was printed: <c>KB</c>, <c>usec</c>, <c>MHz</c>.</param>
public sealed record VsiQuantityValue(Int128 Value, string Unit) : VsiValue
{
    internal override void WriteTo(Utf8JsonWriter writer) => VsiValueConverter.WriteObject(writer, Value, "unit", Unit);
}

/// <summary>An enumeration, or flags whose names stand behind each other in the label.</summary>
/// <param name="Value">From -2^63 to 2^64 - 1.</param>
/// <param name="Label">What the number means; may hold blanks, may be empty.</param>
/// <param name="Type">Name of the enumeration's type; null where the host does not print it.</param>
public sealed record VsiLabelValue(Int128 Value, string Label, string? Type) : VsiValue
{
    internal override void WriteTo(Utf8JsonWriter writer) => VsiValueConverter.WriteObject(writer, Value, "label", Label, Type);
}

/// <summary>Sixteen bytes, in the order in which they were printed.</summary>
/// <param name="Uuid">The uuid; its usual text has the same order.</param>
public sealed record VsiUuidValue(Guid Uuid) : VsiValue
{
    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("uuid"u8, Uuid);
        writer.WriteEndObject();
    }
}

/// <summary>A list, in the order of its indexes.</summary>
/// <param name="Items">The elements.</param>
public sealed record VsiArrayValue(IReadOnlyList<VsiValue> Items) : VsiValue
{
    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (VsiValue item in Items)
        {
            item.WriteTo(writer);
        }

        writer.WriteEndArray();
    }
}

/// <summary>A struct.</summary>
/// <param name="Title">Describes the type, not the node: <c>Comprehensive</c>, <c>System Information (type1)</c>.</param>
/// <param name="Members">In the order in which they were printed; a name may be empty, or be there twice.</param>
public sealed record VsiStructValue(string Title, IReadOnlyList<VsiMember> Members) : VsiValue
{
    internal override void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("title"u8, Title);
        writer.WriteStartArray("members"u8);
        foreach (VsiMember member in Members)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, member.Name);
            writer.WritePropertyName("value"u8);
            member.Value.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}

/// <summary>A member of a struct.</summary>
/// <param name="Name">As it was printed, without the blanks around it.</param>
/// <param name="Value">Its value.</param>
public readonly record struct VsiMember(string Name, VsiValue Value);
