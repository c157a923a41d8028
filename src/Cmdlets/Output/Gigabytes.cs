namespace EsxAgent;

/// <summary>The <c>…GB</c> companions of byte counts: PowerShell's GB (1024³), exact, so that <c>$x.CapacityGB * 1GB</c> gives the bytes back.</summary>
internal static class Gigabytes
{
    private const decimal Size = 1024m * 1024m * 1024m;

    public static decimal? Of(long? bytes) => bytes / Size;
}
