using System;
using System.Text;
using EsxAgent.HostAgent.Posix;

namespace EsxAgent.HostAgent.Diagnostics.Probes;

/// <summary>Places that stand in a call's arguments for what only the running process knows.</summary>
internal static unsafe class SystemCallRoom
{
    /// <summary>A page of zeros, to read from and to write to.</summary>
    public const nint Page = -1001;

    /// <summary>The page behind it, for a second answer.</summary>
    public const nint NextPage = -1002;

    /// <summary>The path <c>/</c>.</summary>
    public const nint RootPath = -1003;

    /// <summary>The id of this process.</summary>
    public const nint OwnProcess = -1004;

    private const int PageBytes = 4096;
    private const int Pages = 3;

    /// <summary>Makes a call in this process. What it opens stays open: call it in a process that ends at once.</summary>
    /// <returns>Errno; 0 where the call succeeded.</returns>
    public static int Make(SystemCall call)
    {
        byte* room = stackalloc byte[(Pages + 1) * PageBytes];
        byte* page = (byte*)(((nint)room + PageBytes - 1) & -PageBytes);
        new Span<byte>(page, Pages * PageBytes).Clear();
        byte* path = page + (2 * PageBytes);
        Encoding.UTF8.GetBytes("/", new Span<byte>(path, 1));

        Span<nint> arguments = stackalloc nint[call.Arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            arguments[i] = call.Arguments[i] switch
            {
                Page => (nint)page,
                NextPage => (nint)page + PageBytes,
                RootPath => (nint)path,
                OwnProcess => Libc.Getpid(),
                nint number => number,
            };
        }

        _ = Kernel.Call(call.Number, arguments, out int error);
        return error;
    }
}
