namespace EsxAgent.HostAgent.Posix;

/// <summary>Numbers of the Linux x86-64 interface, which VMkernel shares (asm-generic headers).</summary>
internal static class PosixConstants
{
    public const int OpenReadOnly = 0;
    public const int OpenWriteOnly = 1;
    public const int OpenReadWrite = 2;
    public const int OpenCreate = 0x40;
    public const int OpenExclusive = 0x80;
    public const int OpenAppend = 0x400;
    public const int OpenNonBlocking = 0x800;
    public const int OpenAsync = 0x2000;
    public const int OpenDirectory = 0x10000;
    public const int OpenNoFollow = 0x20000;
    public const int OpenCloseOnExec = 0x80000;

    /// <summary>0600.</summary>
    public const int ModeOwnerReadWrite = 0x180;

    /// <summary>0700.</summary>
    public const int ModeOwnerOnly = 0x1c0;

    public const int GetDescriptorFlags = 1;
    public const int SetDescriptorFlags = 2;
    public const int GetStatusFlags = 3;
    public const int SetStatusFlags = 4;
    public const int SetLock = 6;
    public const int SetOwner = 8;
    public const int SetSignal = 10;
    public const int CloseOnExec = 1;

    public const int AccessExecute = 1;
    public const int AccessRead = 4;

    public const int LockShared = 1;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;
    public const short WriteLock = 1;

    public const int SeekStart = 0;
    public const int SeekEnd = 2;

    /// <summary>In place of the descriptor of a directory: the working directory.</summary>
    public const int WorkingDirectory = -100;

    /// <summary>For <c>unlinkat</c>: the name is a directory's.</summary>
    public const int RemoveDirectory = 0x200;

    /// <summary>For <c>fstatat</c>: of a symbolic link itself.</summary>
    public const int StatNoFollow = 0x100;

    /// <summary>Version of <c>struct stat</c> on x86-64.</summary>
    public const int StatVersion = 1;

    public const short PollIn = 1;
    public const short PollOut = 4;
    public const short PollError = 8;
    public const short PollHangUp = 16;

    public const int FamilyUnix = 1;
    public const int SocketStream = 1;
    public const int LevelSocket = 1;
    public const int PeerCredentials = 17;
    public const int NoSignal = 0x4000;
    public const int DontWait = 0x40;
    public const int ShutdownBoth = 2;

    public const int SignalHangUp = 1;
    public const int SignalInterrupt = 2;
    public const int SignalKill = 9;
    public const int SignalPipe = 13;
    public const int SignalTerminate = 15;
    public const nint IgnoreSignal = 1;

    public const int WaitNoHang = 1;

    public const short SpawnSetProcessGroup = 0x02;
    public const short SpawnSetSignalDefault = 0x04;
    public const short SpawnSetSignalMask = 0x08;

    /// <summary>An old C library copies the whole address space without it.</summary>
    public const short SpawnUseVfork = 0x40;

    /// <summary>Room for <c>sigset_t</c>: 128 bytes.</summary>
    public const int SignalSetSize = 128;

    /// <summary>Room for <c>posix_spawnattr_t</c> (336 bytes) and <c>posix_spawn_file_actions_t</c> (80), with some to spare.</summary>
    public const int SpawnStructureSize = 512;
}
