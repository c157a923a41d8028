using System.Runtime.InteropServices;

namespace EsxAgent.HostAgent.Posix;

/// <summary>
/// The C library's calls that the agent makes, each as small as the header has it. Only what VMkernel is known to serve: no epoll, no accept4,
/// no pipe2. What can fail in a way that matters sets errno, read by <see cref="Errno.Last"/>; calls whose failure leaves nothing to decide are void here.
/// </summary>
internal static unsafe class Libc
{
    private const string Library = "libc";

    [DllImport(Library, EntryPoint = "read", SetLastError = true)]
    public static extern nint Read(int descriptor, byte* buffer, nint count);

    [DllImport(Library, EntryPoint = "write", SetLastError = true)]
    public static extern nint Write(int descriptor, byte* buffer, nint count);

    [DllImport(Library, EntryPoint = "open", SetLastError = true)]
    public static extern int Open(byte* path, int flags, int mode);

    [DllImport(Library, EntryPoint = "close", SetLastError = true)]
    public static extern void Close(int descriptor);

    [DllImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static extern int Fcntl(int descriptor, int command, nint argument);

    [DllImport(Library, EntryPoint = "pipe", SetLastError = true)]
    public static extern int Pipe(int* ends);

    [DllImport(Library, EntryPoint = "poll", SetLastError = true)]
    public static extern int Poll(PollEntry* entries, nuint count, int timeoutMs);

    [DllImport(Library, EntryPoint = "openat", SetLastError = true)]
    public static extern int OpenAt(int directory, byte* path, int flags, int mode);

    [DllImport(Library, EntryPoint = "mkdirat", SetLastError = true)]
    public static extern int MakeDirectoryAt(int directory, byte* path, uint mode);

    [DllImport(Library, EntryPoint = "renameat", SetLastError = true)]
    public static extern int RenameAt(int oldDirectory, byte* oldPath, int newDirectory, byte* newPath);

    [DllImport(Library, EntryPoint = "unlinkat", SetLastError = true)]
    public static extern int UnlinkAt(int directory, byte* path, int flags);

    [DllImport(Library, EntryPoint = "readlinkat", SetLastError = true)]
    public static extern nint ReadLinkAt(int directory, byte* path, byte* buffer, nuint size);

    // A C library before 2.33 has no fstat and fstatat of its own, only these two with the version of the structure in front.
    [DllImport(Library, EntryPoint = "__fxstat", SetLastError = true)]
    public static extern int StatDescriptor(int version, int descriptor, FileStatus* status);

    [DllImport(Library, EntryPoint = "__fxstatat", SetLastError = true)]
    public static extern int StatAt(int version, int directory, byte* path, FileStatus* status, int flags);

    [DllImport(Library, EntryPoint = "fdopendir", SetLastError = true)]
    public static extern nint OpenDirectoryStream(int descriptor);

    [DllImport(Library, EntryPoint = "readdir", SetLastError = true)]
    public static extern DirectoryEntry* ReadDirectory(nint stream);

    [DllImport(Library, EntryPoint = "closedir", SetLastError = true)]
    public static extern int CloseDirectoryStream(nint stream);

    [DllImport(Library, EntryPoint = "fchdir", SetLastError = true)]
    public static extern int ChangeDirectory(int descriptor);

    [DllImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static extern int Sync(int descriptor);

    [DllImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    public static extern int Truncate(int descriptor, long length);

    [DllImport(Library, EntryPoint = "pread", SetLastError = true)]
    public static extern nint ReadAt(int descriptor, byte* buffer, nint count, long offset);

    [DllImport(Library, EntryPoint = "pwrite", SetLastError = true)]
    public static extern nint WriteAt(int descriptor, byte* buffer, nint count, long offset);

    [DllImport(Library, EntryPoint = "flock", SetLastError = true)]
    public static extern int Flock(int descriptor, int operation);

    [DllImport(Library, EntryPoint = "access", SetLastError = true)]
    public static extern int Access(byte* path, int mode);

    [DllImport(Library, EntryPoint = "mkdir", SetLastError = true)]
    public static extern int MakeDirectory(byte* path, int mode);

    [DllImport(Library, EntryPoint = "lseek", SetLastError = true)]
    public static extern nint Seek(int descriptor, nint offset, int origin);

    [DllImport(Library, EntryPoint = "chmod", SetLastError = true)]
    public static extern int Chmod(byte* path, uint mode);

    [DllImport(Library, EntryPoint = "unlink", SetLastError = true)]
    public static extern int Unlink(byte* path);

    [DllImport(Library, EntryPoint = "umask")]
    public static extern uint Umask(uint mask);

    [DllImport(Library, EntryPoint = "geteuid")]
    public static extern uint Geteuid();

    [DllImport(Library, EntryPoint = "abort")]
    public static extern void Abort();

    [DllImport(Library, EntryPoint = "getpid")]
    public static extern int Getpid();

    [DllImport(Library, EntryPoint = "socket", SetLastError = true)]
    public static extern int Socket(int family, int type, int protocol);

    [DllImport(Library, EntryPoint = "bind", SetLastError = true)]
    public static extern int Bind(int descriptor, byte* address, uint length);

    [DllImport(Library, EntryPoint = "listen", SetLastError = true)]
    public static extern int Listen(int descriptor, int backlog);

    [DllImport(Library, EntryPoint = "connect", SetLastError = true)]
    public static extern int Connect(int descriptor, byte* address, uint length);

    [DllImport(Library, EntryPoint = "accept", SetLastError = true)]
    public static extern int Accept(int descriptor, byte* address, uint* length);

    [DllImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static extern nint Receive(int descriptor, byte* buffer, nint count, int flags);

    [DllImport(Library, EntryPoint = "send", SetLastError = true)]
    public static extern nint Send(int descriptor, byte* buffer, nint count, int flags);

    [DllImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    public static extern void Shutdown(int descriptor, int how);

    [DllImport(Library, EntryPoint = "getsockopt", SetLastError = true)]
    public static extern int GetSocketOption(int descriptor, int level, int name, void* value, uint* length);

    [DllImport(Library, EntryPoint = "getpeername", SetLastError = true)]
    public static extern int GetPeerName(int descriptor, byte* address, uint* length);

    [DllImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    public static extern int Ioctl(int descriptor, nuint request, void* argument);

    [DllImport(Library, EntryPoint = "kill", SetLastError = true)]
    public static extern int Kill(int process, int signal);

    [DllImport(Library, EntryPoint = "waitpid", SetLastError = true)]
    public static extern int WaitPid(int process, int* status, int options);

    [DllImport(Library, EntryPoint = "signal")]
    public static extern nint Signal(int signal, nint handler);

    [DllImport(Library, EntryPoint = "sigemptyset")]
    public static extern void SigEmptySet(byte* set);

    [DllImport(Library, EntryPoint = "sigaddset")]
    public static extern void SigAddSet(byte* set, int signal);

    [DllImport(Library, EntryPoint = "sigwait")]
    public static extern int SigWait(byte* set, int* signal);

    [DllImport(Library, EntryPoint = "posix_spawn")]
    public static extern int PosixSpawn(int* process, byte* path, byte* fileActions, byte* attributes, byte** arguments, byte** environment);

    [DllImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    public static extern int SpawnFileActionsInit(byte* actions);

    [DllImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    public static extern void SpawnFileActionsDestroy(byte* actions);

    [DllImport(Library, EntryPoint = "posix_spawn_file_actions_addopen")]
    public static extern int SpawnFileActionsAddOpen(byte* actions, int descriptor, byte* path, int flags, uint mode);

    [DllImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static extern int SpawnFileActionsAddDup2(byte* actions, int descriptor, int newDescriptor);

    [DllImport(Library, EntryPoint = "posix_spawnattr_init")]
    public static extern int SpawnAttributesInit(byte* attributes);

    [DllImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    public static extern void SpawnAttributesDestroy(byte* attributes);

    [DllImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    public static extern int SpawnAttributesSetFlags(byte* attributes, short flags);

    [DllImport(Library, EntryPoint = "posix_spawnattr_setpgroup")]
    public static extern int SpawnAttributesSetProcessGroup(byte* attributes, int group);

    [DllImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    public static extern int SpawnAttributesSetSignalDefault(byte* attributes, byte* set);

    [DllImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    public static extern int SpawnAttributesSetSignalMask(byte* attributes, byte* set);
}

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public short Events;
    public short Returned;
}

/// <summary><c>struct flock</c>: a lock on a part of a file, or on all of it where nothing else is said.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RecordLock
{
    public short Type;
    public short Whence;
    public long Start;
    public long Length;
    public int Process;
}
