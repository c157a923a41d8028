using System;
using System.Buffers.Binary;
using System.Numerics;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Diagnostics;

/// <summary>SHA-256 (FIPS 180-4). The framework's own would load OpenSSL, which a host need not have.</summary>
internal static class Sha256
{
    /// <summary>Bytes of a digest.</summary>
    public const int Size = 32;

    private const int Block = 64;

    /// <summary>What is read of a file at once: whole blocks.</summary>
    private const int ChunkBytes = 64 << 10;

    private static readonly uint[] s_constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
        0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
        0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
        0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
        0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
        0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    private static ReadOnlySpan<uint> Beginning => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>Digest of some bytes, in lower-case hexadecimal.</summary>
    public static string Hex(ReadOnlySpan<byte> data)
    {
        Span<uint> state = stackalloc uint[8];
        Beginning.CopyTo(state);
        int whole = MixBlocks(state, data);
        return End(state, data[whole..], data.Length);
    }

    /// <summary>Digest of a part of a file, in lower-case hexadecimal.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="length">Its bytes; what lies beyond the end of the file does not count.</param>
    /// <exception cref="PosixException">It cannot be read.</exception>
    public static string Hex(FileHandle file, long offset, long length)
    {
        Span<uint> state = stackalloc uint[8];
        Beginning.CopyTo(state);
        byte[] chunk = new byte[ChunkBytes];
        ReadOnlySpan<byte> rest = [];
        long read = 0;
        while (rest.IsEmpty && read < length)
        {
            int count = file.Read(chunk.AsSpan(0, (int)Math.Min(ChunkBytes, length - read)), offset + read);
            read += count;
            int whole = MixBlocks(state, chunk.AsSpan(0, count));
            rest = chunk.AsSpan(whole, count - whole);
            if (count == 0)
            {
                break;
            }
        }

        return End(state, rest, read);
    }

    /// <summary>Takes the whole blocks.</summary>
    /// <returns>Bytes of them.</returns>
    private static int MixBlocks(Span<uint> state, ReadOnlySpan<byte> data)
    {
        int at = 0;
        for (; data.Length - at >= Block; at += Block)
        {
            Mix(state, data.Slice(at, Block));
        }

        return at;
    }

    private static string End(Span<uint> state, ReadOnlySpan<byte> rest, long total)
    {

        // The end: one bit, zeros, and the length in bits; one block or two.
        Span<byte> end = stackalloc byte[Block * 2];
        end.Clear();
        rest.CopyTo(end);
        end[rest.Length] = 0x80;
        int length = rest.Length < Block - 8 ? Block : Block * 2;
        BinaryPrimitives.WriteUInt64BigEndian(end[(length - 8)..], (ulong)total * 8);
        for (int at = 0; at < length; at += Block)
        {
            Mix(state, end.Slice(at, Block));
        }

        Span<byte> digest = stackalloc byte[Size];
        for (int i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(digest[(i * 4)..], state[i]);
        }

        return Convert.ToHexStringLower(digest);
    }

    private static void Mix(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> words = stackalloc uint[64];
        for (int i = 0; i < 16; i++)
        {
            words[i] = BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        }

        for (int i = 16; i < 64; i++)
        {
            uint low = BitOperations.RotateRight(words[i - 15], 7) ^ BitOperations.RotateRight(words[i - 15], 18) ^ (words[i - 15] >> 3);
            uint high = BitOperations.RotateRight(words[i - 2], 17) ^ BitOperations.RotateRight(words[i - 2], 19) ^ (words[i - 2] >> 10);
            words[i] = words[i - 16] + low + words[i - 7] + high;
        }

        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
        for (int i = 0; i < 64; i++)
        {
            uint sumOfE = BitOperations.RotateRight(e, 6) ^ BitOperations.RotateRight(e, 11) ^ BitOperations.RotateRight(e, 25);
            uint first = h + sumOfE + ((e & f) ^ (~e & g)) + s_constants[i] + words[i];
            uint sumOfA = BitOperations.RotateRight(a, 2) ^ BitOperations.RotateRight(a, 13) ^ BitOperations.RotateRight(a, 22);
            uint second = sumOfA + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }
}
