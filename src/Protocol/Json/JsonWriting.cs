using System;
using System.Collections.Generic;
using System.Text.Json;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Protocol;

/// <summary>
/// The few forms of a member that the wire knows. <c>WriteGiven</c> leaves a null out (parameters, error data); <c>WriteValue</c> writes it as
/// null (results, where an absent fact is a fact).
/// </summary>
internal static class JsonWriting
{
    public static void WriteGiven(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    public static void WriteGiven(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, int? value)
    {
        if (value is int number)
        {
            writer.WriteNumber(name, number);
        }
    }

    public static void WriteGiven(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, int[]? value)
    {
        if (value is null)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (int number in value)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    public static void WriteValue(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        // Utf8JsonWriter writes a null string as null; said here so that nobody has to know.
        writer.WriteString(name, value);
    }

    public static void WriteValue(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? value)
    {
        if (value is long number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    public static void WriteValue(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is bool flag)
        {
            writer.WriteBoolean(name, flag);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    /// <summary>A time as the wire has it: UTC, ISO 8601, whole seconds or with a fraction where there is one.</summary>
    public static void WriteValue(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTime? value)
    {
        if (value is DateTime time)
        {
            writer.WriteString(name, UtcTime.Exact(time));
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    public static void WriteValue(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        for (int i = 0; i < values.Count; i++)
        {
            writer.WriteStringValue(values[i]);
        }

        writer.WriteEndArray();
    }

    public static void WriteValue(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> values)
    {
        writer.WriteStartObject(name);
        foreach (KeyValuePair<string, string> value in values)
        {
            writer.WriteString(value.Key, value.Value);
        }

        writer.WriteEndObject();
    }

    public static void WriteObject(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IWireObject? value)
    {
        writer.WritePropertyName(name);
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    public static void WriteArray<T>(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<T> values)
        where T : IWireObject
    {
        writer.WriteStartArray(name);
        for (int i = 0; i < values.Count; i++)
        {
            values[i].WriteTo(writer);
        }

        writer.WriteEndArray();
    }
}
