namespace EsxAgent;

/// <summary>How a volume takes part in snapshots of the virtual machine that it is attached to.</summary>
public enum VmdkPersistence
{
    /// <summary>Part of the snapshots.</summary>
    Persistent,

    /// <summary>Never part of a snapshot; writes stay.</summary>
    IndependentPersistent,

    /// <summary>Never part of a snapshot; writes are lost when the virtual machine is powered off.</summary>
    IndependentNonPersistent,
}
