using EsxAgent.Protocol.Messages;

namespace EsxAgent;

/// <summary>The wire's words for volumes, and those that PowerShell shows and takes. A word of a newer agent is shown as it is.</summary>
internal static class VolumeWords
{
    public static string? Format(string? word) => word == VolumeFormat.ZeroedThick ? nameof(VmdkStorageFormat.Thick) : Capitalized(word);

    /// <summary>Like PowerShell's own words, with a capital.</summary>
    public static string? Capitalized(string? word) => string.IsNullOrEmpty(word) ? word : char.ToUpperInvariant(word[0]) + word[1..];

    public static string? ToWire(VmdkStorageFormat? format) => format switch
    {
        VmdkStorageFormat.Thin => VolumeFormat.Thin,
        VmdkStorageFormat.Thick => VolumeFormat.ZeroedThick,
        VmdkStorageFormat.EagerZeroedThick => VolumeFormat.EagerZeroedThick,
        _ => null,
    };

    public static string? ToWire(VmdkAccess? access) => access switch
    {
        VmdkAccess.ReadWrite => VolumeAccess.ReadWrite,
        VmdkAccess.ReadOnly => VolumeAccess.ReadOnly,
        _ => null,
    };

    public static string? ToWire(VmdkPersistence? persistence) => persistence switch
    {
        VmdkPersistence.Persistent => VolumePersistence.Persistent,
        VmdkPersistence.IndependentPersistent => VolumePersistence.IndependentPersistent,
        VmdkPersistence.IndependentNonPersistent => VolumePersistence.IndependentNonPersistent,
        _ => null,
    };
}
