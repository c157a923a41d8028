namespace EsxAgent.Protocol.Messages;

/// <summary>The versions of this protocol. A change that breaks a golden transcript is a new one; an agent serves the newest and the one before.</summary>
public static class ProtocolVersion
{
    /// <summary>The version written here.</summary>
    public const int Current = 1;

    /// <summary>Every version that this code speaks, newest first.</summary>
    public static int[] Supported => [Current];
}
