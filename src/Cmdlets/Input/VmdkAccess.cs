namespace EsxAgent;

/// <summary>Who may write to a volume.</summary>
public enum VmdkAccess
{
    /// <summary>Guests may read and write.</summary>
    ReadWrite,

    /// <summary>Guests may only read.</summary>
    ReadOnly,
}
