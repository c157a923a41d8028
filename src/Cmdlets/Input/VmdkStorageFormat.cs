namespace EsxAgent;

/// <summary>How a volume is allocated.</summary>
public enum VmdkStorageFormat
{
    /// <summary>Blocks are taken when they are first written.</summary>
    Thin,

    /// <summary>Blocks are taken when the volume is made, and zeroed when they are first written.</summary>
    Thick,

    /// <summary>Blocks are taken and zeroed when the volume is made.</summary>
    EagerZeroedThick,
}
