using System;

namespace EsxAgent.Protocol.Framing;

/// <summary>The first bytes of a connection choose its dialect: a letter begins a header block, everything else is reserved.</summary>
public static class DialectMark
{
    /// <summary>0x0badbeef, little-endian: the old vSphere Docker volume client. Recognised so that it can be refused by name.</summary>
    public static ReadOnlySpan<byte> VolumeClient => [0xEF, 0xBE, 0xAD, 0x0B];
}
