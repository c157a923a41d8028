using System;
using EsxAgent.HostAgent.Volumes.Disk;
using EsxAgent.Protocol.Errors;

namespace EsxAgent.HostAgent.Volumes.Sidecars;

/// <summary>The rule for keys of sidecars, and for their sizes.</summary>
internal static class SidecarKey
{
    /// <summary>Sizes are multiples of it; with others snapshots of the disk fail.</summary>
    public const int Alignment = 4096;

    /// <summary>Largest sidecar that is made.</summary>
    public const long MaxBytes = 1L << 30;

    private const int MaxLength = 64;

    /// <summary>Refuses what cannot be the key of a guest's sidecar.</summary>
    /// <exception cref="OperationException"><c>InvalidParams</c> or <c>AccessDenied</c>.</exception>
    public static string Check(string? key)
    {
        bool isGood = key?.Length is > 0 and <= MaxLength;
        foreach (char one in key ?? string.Empty)
        {
            isGood &= char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-';
        }

        if (!isGood)
        {
            throw new OperationException(new WireError(
                ErrorKind.InvalidParams, $"The parameter 'key' must be 1 to {MaxLength} letters, digits, dots, hyphens or underscores.") { Target = "key" });
        }

        return !IsOwn(key!) ? key! : throw new OperationException(
            new WireError(ErrorKind.AccessDenied, $"The sidecar '{VolumeFiles.MetadataKey}' is the agent's own.") { Target = key, RecommendedAction = "Take another key." });
    }

    /// <summary>Whether a key is that of the agent's metadata.</summary>
    public static bool IsOwn(string key) => string.Equals(key, VolumeFiles.MetadataKey, StringComparison.OrdinalIgnoreCase);

    /// <summary>The size that a sidecar gets which is asked to have some.</summary>
    /// <exception cref="OperationException"><c>SizeOutOfRange</c>.</exception>
    public static long CheckSize(long? sizeBytes) => sizeBytes is >= 1 and <= MaxBytes
        ? (sizeBytes.Value + Alignment - 1) / Alignment * Alignment
        : throw new OperationException(new WireError(ErrorKind.SizeOutOfRange, "The parameter 'sizeBytes' must be a number of bytes from 1 to 1 GiB.")
        {
            Target = "sizeBytes",
            RecommendedAction = "Give another size.",
        });
}
