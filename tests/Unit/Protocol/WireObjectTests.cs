using System;
using System.Buffers;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EsxAgent.Protocol.Messages;
using Xunit;

namespace EsxAgent.Tests.Protocol;

/// <summary>The host writes results by hand and the guest reads them by generated code: both must mean the same members.</summary>
public sealed class WireObjectTests
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static TheoryData<Type> Objects => new(typeof(IWireObject).Assembly.GetTypes().Where(type => type.IsClass && typeof(IWireObject).IsAssignableFrom(type)));

    [Theory]
    [MemberData(nameof(Objects))]
    public void An_object_full_of_values_is_written_like_the_serializer_does(Type type)
    {
        object filled = Fill(type);

        Assert.Equal(Serialized(filled, type), Written((IWireObject)filled));
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void An_object_without_values_is_written_like_the_serializer_does(Type type)
    {
        object empty = Empty(type);

        Assert.Equal(Serialized(empty, type), Written((IWireObject)empty));
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void What_the_host_writes_the_guest_reads(Type type)
    {
        string written = Written((IWireObject)Fill(type));

        object? read = JsonSerializer.Deserialize(written, ProtocolJson.Default.GetTypeInfo(type)!);

        Assert.Equal(written, Written((IWireObject)read!));
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void A_guest_reads_over_members_that_it_does_not_know(Type type)
    {
        string written = Written((IWireObject)Fill(type));

        object? read = JsonSerializer.Deserialize("{\"fromTheFuture\":{\"a\":[1]}," + written[1..], ProtocolJson.Default.GetTypeInfo(type)!);

        Assert.Equal(written, Written((IWireObject)read!));
    }

    [Fact]
    public void There_are_objects_to_test()
    {
        Assert.True(Objects.Count >= 14, $"only {Objects.Count} types implement IWireObject");
    }

    private static string Written(IWireObject value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string Serialized(object value, Type type)
    {
        JsonTypeInfo typeInfo = ProtocolJson.Default.GetTypeInfo(type)
            ?? throw new InvalidOperationException($"{type.Name} is not reachable from ProtocolJson.");
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            JsonSerializer.Serialize(writer, value, typeInfo);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>An object whose every member differs from its default, nested ones included.</summary>
    private static object Fill(Type type)
    {
        object target = RuntimeHelpers.GetUninitializedObject(type);
        int number = 1;
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite))
        {
            property.SetValue(target, ValueFor(property.PropertyType, property.Name, ref number));
        }

        return target;
    }

    private static object ValueFor(Type type, string name, ref int number)
    {
        number++;
        Type plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(string) => $"{name} \"é\" <{number}>",
            _ when plain == typeof(int) => number,
            _ when plain == typeof(long) => (1L << 40) + number,
            _ when plain == typeof(bool) => true,
            _ when plain == typeof(byte[]) => new byte[] { 0, 255, (byte)number },
            _ when plain == typeof(DateTime) => new DateTime(2026, 3, 4, 5, 6, 7, DateTimeKind.Utc).AddSeconds(number),
            _ when plain == typeof(VsiValue) => new VsiStructValue(name, [new VsiMember("é", new VsiLabelValue(number, "a b", "T"))]),
            _ when plain == typeof(IReadOnlyDictionary<string, string>) => new Dictionary<string, string> { [$"{name} \"é\""] = $"<{number}>", ["other"] = string.Empty },
            _ when plain.IsGenericType && typeof(IEnumerable).IsAssignableFrom(plain) => ListOf(plain.GetGenericArguments()[0], name, ref number),
            _ => Fill(plain),
        };
    }

    private static Array ListOf(Type item, string name, ref int number)
    {
        var list = Array.CreateInstance(item, 2);
        list.SetValue(ValueFor(item, name, ref number), 0);
        list.SetValue(ValueFor(item, name, ref number), 1);
        return list;
    }

    private static object Empty(Type type)
    {
        ConstructorInfo constructor = type.GetConstructors().OrderBy(c => c.GetParameters().Length).First();
        object?[] defaults = constructor.GetParameters().Select(p => p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null).ToArray();
        return constructor.Invoke(defaults);
    }
}
