namespace EsxAgent.Protocol.Framing;

/// <summary>What <see cref="FrameDecoder.TryTake"/> found in the bytes received so far.</summary>
public enum FrameStatus
{
    /// <summary>No frame is complete: receive more.</summary>
    Incomplete,

    /// <summary>One whole body was taken.</summary>
    Body,

    /// <summary>A body over the limit was announced. It is skipped as it arrives; answer with <c>FrameTooLarge</c> and go on.</summary>
    TooLarge,

    /// <summary>The stream cannot be understood any more: answer once and close.</summary>
    Broken,
}
