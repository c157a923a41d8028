using System;
using System.Buffers;
using System.IO;
using System.Linq;
using System.Text.Json;
using EsxAgent.HostAgent.Tools.Vsish;
using EsxAgent.Protocol.Messages;

namespace EsxAgent.Tests.Fuzz;

/// <summary>
/// Any bytes are vsish text: every entry lies within it, there are not more than its lines could be, its JSON can be read by a guest, and means the same when
/// the guest writes it again.
/// </summary>
internal static class VsiTarget
{
    private static readonly JsonWriterOptions Options = new() { SkipValidation = true };

    public static void Read(byte[] bytes)
    {
        VsiText text = VsiText.Parse(bytes);
        for (int i = 0; i < text.Count; i++)
        {
            VsiEntry entry = text[i];
            bool isInside = entry.NameStart >= 0 && entry.NameLength >= 0 && entry.NameStart + entry.NameLength <= bytes.Length
                && entry.ValueStart >= 0 && entry.ValueLength >= 0 && entry.ValueStart + entry.ValueLength <= bytes.Length
                && entry.Next > i && entry.Next <= text.Count;
            FuzzTarget.Holds(isInside, "an entry lies outside of the text");
        }

        FuzzTarget.Holds(text.Count <= (2 * bytes.Count(b => b == '\n')) + 2, "there are more entries than lines");
        var host = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(host, Options))
        {
            VsiJson.WriteValue(writer, text);
        }

        VsiValue value = JsonSerializer.Deserialize(host.WrittenSpan, ProtocolJson.Default.VsiValue) ?? throw new InvalidDataException("the value is null");
        var guest = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(guest, Options))
        {
            JsonSerializer.Serialize(writer, value, ProtocolJson.Default.VsiValue);
        }

        FuzzTarget.Holds(host.WrittenSpan.SequenceEqual(guest.WrittenSpan), "the guest does not read what the host has written");
    }
}
