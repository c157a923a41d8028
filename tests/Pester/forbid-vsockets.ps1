<#
    Forbids vSockets to this process, as the system call filter of a container does: from here on socket(AF_VSOCK, ...) fails with EPERM, in every thread. So a
    test can show what a person meets there, and cannot reach a real vSocket. Where the filter cannot be set, it says so by an error and nothing may go on.
#>
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

Add-Type -TypeDefinition @'
using System;
using System.Runtime.InteropServices;

public static class VSocketFilter
{
    private const int PR_SET_NO_NEW_PRIVS = 38;
    private const int SECCOMP_SET_MODE_FILTER = 1;
    private const int SECCOMP_FILTER_FLAG_TSYNC = 1;
    private const uint SECCOMP_RET_ALLOW = 0x7fff0000;
    private const uint SECCOMP_RET_ERRNO = 0x00050000;
    private const uint EPERM = 1;
    private const uint AF_VSOCK = 40;
    private const ushort LoadWord = 0x20, JumpIfEqual = 0x15, Return = 0x06;

    [StructLayout(LayoutKind.Sequential)]
    private struct Instruction { public ushort Code; public byte True; public byte False; public uint K; }

    [StructLayout(LayoutKind.Sequential)]
    private struct Program { public ushort Length; public IntPtr Instructions; }

    [DllImport("libc", SetLastError = true)]
    private static extern int prctl(int option, nuint a2, nuint a3, nuint a4, nuint a5);

    [DllImport("libc", SetLastError = true)]
    private static extern long syscall(long number, long operation, long flags, ref Program program);

    public static void Set()
    {
        bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        if (!isArm && RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new PlatformNotSupportedException("The numbers of the system calls are known for x64 and arm64.");
        }

        uint architecture = isArm ? 0xC00000B7u : 0xC000003Eu, socket = isArm ? 198u : 41u;
        long seccomp = isArm ? 277 : 317;
        // struct seccomp_data: number at 0, architecture at 4, low half of the first argument at 16.
        Instruction[] filter =
        {
            new Instruction { Code = LoadWord, K = 4 },
            new Instruction { Code = JumpIfEqual, K = architecture, True = 0, False = 4 },
            new Instruction { Code = LoadWord, K = 0 },
            new Instruction { Code = JumpIfEqual, K = socket, True = 0, False = 2 },
            new Instruction { Code = LoadWord, K = 16 },
            new Instruction { Code = JumpIfEqual, K = AF_VSOCK, True = 1, False = 0 },
            new Instruction { Code = Return, K = SECCOMP_RET_ALLOW },
            new Instruction { Code = Return, K = SECCOMP_RET_ERRNO | EPERM },
        };
        GCHandle pinned = GCHandle.Alloc(filter, GCHandleType.Pinned);
        try
        {
            var program = new Program { Length = (ushort)filter.Length, Instructions = pinned.AddrOfPinnedObject() };
            if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, ref program) != 0)
            {
                throw new InvalidOperationException("The filter was not set: error " + Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            pinned.Free();
        }
    }
}
'@

[VSocketFilter]::Set()
