using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Diagnostics.Probes;

/// <summary>How much of addresses the kernel lets a process reserve at once.</summary>
internal static class AddressSpace
{
    /// <summary>More than anything asks for; the runtime would reserve 256 GiB if it were not told otherwise.</summary>
    public const long MostMebibytes = 1L << 20;

    private const int MapMemory = 9;
    private const int UnmapMemory = 11;
    private const nint PrivateAnonymousUnreserved = 0x2 | 0x20 | 0x4000;

    /// <summary>The largest reservation in MiB, found by trying; each is given back at once. No memory is taken, only addresses.</summary>
    public static long LargestReservation()
    {
        if (CanReserve(MostMebibytes))
        {
            return MostMebibytes;
        }

        long granted = 0;
        long refused = MostMebibytes;
        while (refused - granted > 1)
        {
            long tried = granted + ((refused - granted) / 2);
            (granted, refused) = CanReserve(tried) ? (tried, refused) : (granted, tried);
        }

        return granted;
    }

    private static bool CanReserve(long mebibytes)
    {
        nint bytes = (nint)(mebibytes << 20);
        nint address = Kernel.Call(MapMemory, [0, bytes, 0, PrivateAnonymousUnreserved, -1, 0], out int error);
        if (error == 0)
        {
            _ = Kernel.Call(UnmapMemory, [address, bytes], out _);
        }

        return error == 0;
    }
}
