using System;
using System.Runtime.InteropServices;
using System.Text;

namespace EsxAgent.HostAgent.Posix;

/// <summary>
/// The kernel and the C library as <c>esxagent check</c> asks them: system calls by number, also those for which an old C library has no function, and what the
/// process was told at its start. The agent's own work goes through <see cref="Libc"/>.
/// </summary>
internal static unsafe class Kernel
{
    /// <summary>Where the file lies that this process was started from (AT_EXECFN of the auxiliary vector).</summary>
    private const nuint AuxiliaryExecutable = 31;

    /// <summary>The C library's version, for example <c>2.12.2</c>.</summary>
    public static string LibraryVersion => Text(GetLibraryVersion()) ?? "unknown";

    /// <summary>Path of this process's own executable; null where the kernel does not tell. Without <c>/proc</c> there is no other way to learn it.</summary>
    public static string? OwnPath => Text((byte*)GetAuxiliaryValue(AuxiliaryExecutable));

    /// <summary>Makes a system call.</summary>
    /// <param name="number">Its number on x86-64.</param>
    /// <param name="arguments">At most six.</param>
    /// <param name="error">Errno; 0 where the call succeeded.</param>
    /// <returns>What the call answers; -1 where it failed.</returns>
    public static nint Call(int number, ReadOnlySpan<nint> arguments, out int error)
    {
        Span<nint> all = stackalloc nint[6];
        all.Clear();
        arguments.CopyTo(all);
        nint answer = Syscall(number, all[0], all[1], all[2], all[3], all[4], all[5]);
        error = answer == -1 ? Errno.Last : 0;
        return answer;
    }

    private static string? Text(byte* text) => text is null ? null : Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Syscall(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);

    [DllImport("libc", EntryPoint = "gnu_get_libc_version")]
    private static extern byte* GetLibraryVersion();

    [DllImport("libc", EntryPoint = "getauxval")]
    private static extern nuint GetAuxiliaryValue(nuint type);
}
