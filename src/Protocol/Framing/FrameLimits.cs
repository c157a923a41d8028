namespace EsxAgent.Protocol.Framing;

/// <summary>How large a frame may be. The host announces these in the handshake; both sides keep them.</summary>
public static class FrameLimits
{
    /// <summary>Bytes of a header block, with the empty line that ends it.</summary>
    public const int Header = 256;

    /// <summary>Bytes of a body that a guest may send: 1 MiB.</summary>
    public const int BodyFromGuest = 1 << 20;

    /// <summary>Bytes of a body that a guest may send before it has said who it is: 64 KiB.</summary>
    public const int BodyBeforeInitialize = 64 << 10;

    /// <summary>Bytes of a body that the host may send: 4 MiB.</summary>
    public const int BodyFromHost = 4 << 20;

    /// <summary>A body announced larger than allowed is still read and thrown away up to this many bytes (16 MiB); beyond, the connection ends.</summary>
    public const int Discarded = 16 << 20;

    /// <summary>Bytes that one batch of a streamed listing aims at: 64 KiB.</summary>
    public const int Batch = 64 << 10;
}
