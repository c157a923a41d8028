#define _GNU_SOURCE
#include "vmkernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/*
 * Known to be missing in some release, or unknown. By number, because the headers of the machine that builds this may be older than a name.
 * pipe2 is not among them: the filter tells its two uses apart.
 */
static const struct call s_missing[] = {
    { "epoll_create", 213 }, { "epoll_create1", 291 }, { "epoll_ctl", 233 }, { "epoll_wait", 232 }, { "epoll_pwait", 281 }, { "epoll_pwait2", 441 },
    { "eventfd", 284 }, { "eventfd2", 290 },
    { "signalfd", 282 }, { "signalfd4", 289 },
    { "timerfd_create", 283 }, { "timerfd_settime", 286 }, { "timerfd_gettime", 287 },
    { "inotify_init", 253 }, { "inotify_init1", 294 }, { "inotify_add_watch", 254 }, { "inotify_rm_watch", 255 },
    { "io_uring_setup", 425 }, { "io_uring_enter", 426 }, { "io_uring_register", 427 },
    { "clone3", 435 }, { "membarrier", 324 }, { "rseq", 334 }, { "getrandom", 318 }, { "statx", 332 }, { "memfd_create", 319 },
    { "pidfd_open", 434 }, { "pidfd_getfd", 438 }, { "pidfd_send_signal", 424 },
    { "prlimit64", 302 }, { "getcpu", 309 }, { "userfaultfd", 323 }, { "openat2", 437 }, { "close_range", 436 }, { "copy_file_range", 326 },
    { "faccessat2", 439 }, { "accept4", 288 }, { "dup3", 292 }, { "preadv2", 327 }, { "pwritev2", 328 },
    { "madvise", 28 }, { "mincore", 27 },
};

/* Likely to be there, or there in an old form; a program that does without them has nothing to fear from a release that differs. */
static const struct call s_doubtful[] = {
    { "mlock", 149 }, { "mlock2", 325 }, { "mlockall", 151 }, { "munlock", 150 },
    { "sched_getaffinity", 204 }, { "sched_setaffinity", 203 }, { "sysinfo", 99 }, { "clock_nanosleep", 230 },
    { "get_mempolicy", 239 }, { "set_mempolicy", 238 }, { "mbind", 237 },
    { "prctl", 157 }, { "waitid", 247 }, { "sendfile", 40 }, { "fallocate", 285 }, { "fadvise64", 221 }, { "renameat2", 316 },
    { "futex_waitv", 449 }, { "mremap", 25 }, { "sigaltstack", 131 }, { "getrusage", 98 }, { "fchmodat2", 452 },
};

static void add(struct profile *profile, struct call call)
{
    for (size_t i = 0; i < profile->count; i++)
    {
        if (profile->calls[i].number == call.number)
        {
            return;
        }
    }

    if (profile->count == COUNT(profile->calls))
    {
        errno = 0;
        fail("more than %zu calls to refuse", COUNT(profile->calls));
    }

    profile->calls[profile->count++] = call;
}

void profile_add_missing(struct profile *profile)
{
    for (size_t i = 0; i < COUNT(s_missing); i++)
    {
        add(profile, s_missing[i]);
    }
}

void profile_add_doubtful(struct profile *profile)
{
    for (size_t i = 0; i < COUNT(s_doubtful); i++)
    {
        add(profile, s_doubtful[i]);
    }
}

void profile_add(struct profile *profile, const char *name_or_number)
{
    for (size_t i = 0; i < COUNT(s_doubtful); i++)
    {
        if (strcmp(s_doubtful[i].name, name_or_number) == 0)
        {
            add(profile, s_doubtful[i]);
            return;
        }
    }

    char *end;
    long number = strtol(name_or_number, &end, 10);
    if (*name_or_number == '\0' || *end != '\0' || number < 0 || number > 0xffff)
    {
        errno = 0;
        fail("unknown call %s: give its number", name_or_number);
    }

    add(profile, (struct call){ name_or_number, (int)number });
}

const char *profile_name(const struct profile *profile, int number)
{
    for (size_t i = 0; i < profile->count; i++)
    {
        if (profile->calls[i].number == number)
        {
            return profile->calls[i].name;
        }
    }

    return number == SYS_pipe2 ? "pipe2" : "?";
}
