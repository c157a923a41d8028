using System;
using static EsxAgent.HostAgent.Diagnostics.Probes.SystemCallRoom;

namespace EsxAgent.HostAgent.Diagnostics.Probes;

/// <summary>
/// The system calls that <c>esxagent check</c> tries: first those that the agent needs, then those that VMkernel lacks or may lack and that the agent does without.
/// </summary>
internal static class SystemCalls
{
    private const nint NoDescriptor = -1;
    private const nint CloseOnExec = 0x80000;
    private const nint CurrentDirectory = -100;

    private const int TryAgain = 11;
    private const int BadDescriptor = 9;
    private const int NoChild = 10;
    private const int InvalidArgument = 22;

    /// <summary>The table.</summary>
    public static SystemCall[] All { get; } =
    [
        new("poll", 7, [0, 0, 0]) { IsNeeded = true },
        new("pipe", 22, [Page]) { IsNeeded = true },
        new("fcntl", 72, [0, 1]) { IsNeeded = true },
        new("flock", 73, [NoDescriptor, 8], BadDescriptor) { IsNeeded = true },
        new("accept", 43, [NoDescriptor, 0, 0], BadDescriptor) { IsNeeded = true },
        new("wait4", 61, [-1, 0, 1, 0], NoChild) { IsNeeded = true },
        new("rt_sigtimedwait", 128, [Page, 0, NextPage, 8], TryAgain) { IsNeeded = true },

        new("epoll_create", 213, [1]),
        new("epoll_create1", 291, [CloseOnExec]),
        new("epoll_ctl", 233, [NoDescriptor, 2, 0, Page], BadDescriptor),
        new("epoll_wait", 232, [NoDescriptor, Page, 1, 0], BadDescriptor),
        new("epoll_pwait", 281, [NoDescriptor, Page, 1, 0, 0, 8], BadDescriptor),
        new("epoll_pwait2", 441, [NoDescriptor, Page, 1, NextPage, 0, 8], BadDescriptor),
        new("eventfd", 284, [0]),
        new("eventfd2", 290, [0, CloseOnExec]),
        new("signalfd", 282, [NoDescriptor, Page, 8]),
        new("signalfd4", 289, [NoDescriptor, Page, 8, CloseOnExec]),
        new("timerfd_create", 283, [1, CloseOnExec]),
        new("timerfd_settime", 286, [NoDescriptor, 0, Page, 0], BadDescriptor),
        new("timerfd_gettime", 287, [NoDescriptor, Page], BadDescriptor),
        new("inotify_init", 253, []),
        new("inotify_init1", 294, [CloseOnExec]),
        new("inotify_add_watch", 254, [NoDescriptor, RootPath, 1], BadDescriptor),
        new("inotify_rm_watch", 255, [NoDescriptor, 0], BadDescriptor),
        new("io_uring_setup", 425, [0, Page], InvalidArgument),
        new("io_uring_enter", 426, [NoDescriptor, 0, 0, 0, 0, 0], BadDescriptor),
        new("io_uring_register", 427, [-2, 1, 0, 0], BadDescriptor),
        new("clone3", 435, [Page, 0], InvalidArgument),
        new("membarrier", 324, [0, 0, 0]),
        new("rseq", 334, [0, 0, 0, 0], InvalidArgument),
        new("getrandom", 318, [Page, 1, 1]),
        new("statx", 332, [CurrentDirectory, RootPath, 0, 0x7ff, Page]),
        new("memfd_create", 319, [Page, 1]),
        new("pidfd_open", 434, [OwnProcess, 0]),
        new("pidfd_getfd", 438, [NoDescriptor, 0, 0], BadDescriptor),
        new("pidfd_send_signal", 424, [NoDescriptor, 0, 0, 0], BadDescriptor),
        new("prlimit64", 302, [0, 7, 0, Page]),
        new("getcpu", 309, [Page, 0, 0]),
        new("userfaultfd", 323, [-1], InvalidArgument),
        new("openat2", 437, [CurrentDirectory, RootPath, Page, 0], InvalidArgument),
        new("close_range", 436, [1, 0, 0], InvalidArgument),
        new("copy_file_range", 326, [NoDescriptor, 0, NoDescriptor, 0, 1, 0], BadDescriptor),
        new("faccessat2", 439, [CurrentDirectory, RootPath, 0, 0]),
        new("accept4", 288, [NoDescriptor, 0, 0, CloseOnExec], BadDescriptor),
        new("pipe2", 293, [Page, CloseOnExec]),
        new("dup3", 292, [NoDescriptor, 9, CloseOnExec], BadDescriptor),
        new("preadv2", 327, [NoDescriptor, Page, 0, 0, 0, 0], BadDescriptor),
        new("pwritev2", 328, [NoDescriptor, Page, 0, 0, 0, 0], BadDescriptor),
        new("madvise", 28, [Page, 4096, 0]),
        new("mincore", 27, [Page, 4096, NextPage]),
        new("socketpair of SOCK_SEQPACKET", 53, [1, 5, 0, Page]),
    ];

    /// <summary>A call of the table; null where there is none of that name.</summary>
    public static SystemCall? Find(string name) => Array.Find(All, call => call.Name == name);
}
