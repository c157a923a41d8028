using System;
using System.Globalization;
using System.Text;

namespace EsxAgent.Simulator.Host;

/// <summary>
/// Ids that look random and are the same on every run, made from names. No cryptographic hash: nothing here guards anything, and the platform's
/// would load a library at every start.
/// </summary>
internal static class StableId
{
    /// <summary>A 64-bit hash of the texts: FNV-1a with a final mix, so that names that differ in one letter differ everywhere.</summary>
    public static ulong Hash(params ReadOnlySpan<string> texts)
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (string text in texts)
        {
            foreach (byte one in Encoding.UTF8.GetBytes(text))
            {
                hash = (hash ^ one) * 0x100000001b3;
            }

            // A separator that no UTF-8 text holds keeps ("a", "bc") apart from ("ab", "c").
            hash = (hash ^ 0xff) * 0x100000001b3;
        }

        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
        return hash ^ (hash >> 31);
    }

    /// <summary>Sixteen bytes from the texts.</summary>
    public static byte[] Bytes(params ReadOnlySpan<string> texts)
    {
        ulong seed = Hash(texts);
        string more = seed.ToString("x16", CultureInfo.InvariantCulture);
        byte[] bytes = new byte[16];
        BitConverter.TryWriteBytes(bytes.AsSpan(0, 8), seed);
        BitConverter.TryWriteBytes(bytes.AsSpan(8, 8), Hash(more));
        return bytes;
    }
}
