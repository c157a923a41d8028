using System;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace EsxAgent.HostAgent.Tools.Vsish;

/// <summary>64 bits that tell whether a text is the same as before. Nobody gains by making two texts alike, so speed is all that it needs.</summary>
internal static class Fingerprint
{
    private const ulong Prime = 0x9e3779b97f4a7c15;

    /// <summary>The fingerprint of bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong state = (ulong)bytes.Length * Prime;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            state = Mix(state ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        ulong last = 0;
        foreach (byte b in bytes)
        {
            last = (last << 8) | b;
        }

        return Mix(Mix(state ^ last));
    }

    /// <summary>The fingerprint of a text.</summary>
    public static ulong Of(string text) => Of(MemoryMarshal.AsBytes(text.AsSpan()));

    private static ulong Mix(ulong value)
    {
        value *= Prime;
        return BitOperations.RotateLeft(value ^ (value >> 32), 27) * Prime;
    }
}
