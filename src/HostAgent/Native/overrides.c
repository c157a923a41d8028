/*
 * C library calls of the .NET runtime whose failure on VMkernel would end or mislead it.
 *
 * The linker's --wrap sends every call of NAME in the program to __wrap_NAME; __real_NAME is the C library's own. The two functions at the end
 * do not exist in a C library of 2010 at all and are defined outright.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Set by start.c. */
extern const long *initial_stack __attribute__((visibility("hidden")));

int __real_sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);
int __real_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);
int __real_pthread_kill(pthread_t thread, int signal);
int __real_mlock(const void *address, size_t length);
int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __real_clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *rest);
long __real_sysconf(int name);

int __wrap_sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);
int __wrap_sched_getcpu(void);
int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);
int __wrap_pthread_kill(pthread_t thread, int signal);
int __wrap_mlock(const void *address, size_t length);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *rest);
long __wrap_sysconf(int name);
unsigned long getauxval(unsigned long type);

static pthread_t s_main_thread;

/* Priority 101 is the first that a program may use: no other constructor has allocated or asked for its stack before. */
__attribute__((constructor(101))) static void prepare(void)
{
    s_main_thread = pthread_self();

    /* Each further arena of malloc reserves 64 MB of addresses, and the agent's native allocations are few and small. */
    mallopt(M_ARENA_MAX, 1);
}

/* The runtime does not look at the result: on failure it counts the bits of an uninitialised set. */
int __wrap_sched_getaffinity(pid_t process, size_t size, cpu_set_t *set)
{
    if (__real_sched_getaffinity(process, size, set) == 0)
    {
        return 0;
    }

    memset(set, 0, size);
    CPU_SET_S(0, size, set);
    return 0;
}

/*
 * Never asked for: where the kernel maps no vDSO, glibc 2.12 calls a fixed address of the vsyscall page, and VMkernel maps none of that either.
 * The number only spreads threads over caches.
 */
int __wrap_sched_getcpu(void)
{
    return 0;
}

/* The highest byte that the kernel wrote for the program: the strings of arguments and environment lie above everything else on the stack. */
static uintptr_t stack_top(void)
{
    uintptr_t top = (uintptr_t)initial_stack;
    const long *word = initial_stack + 1;
    for (int ended = 0; ended < 2; word++)
    {
        if (*word == 0)
        {
            ended++;
        }
        else if ((uintptr_t)*word > top)
        {
            top = (uintptr_t)*word + strlen((const char *)*word);
        }
    }

    uintptr_t page = (uintptr_t)__real_sysconf(_SC_PAGESIZE);
    return (top + page) & ~(page - 1);
}

/*
 * The runtime needs to know where each thread's stack lies, and ends itself when it is not told. For threads that it made the C library knows; for
 * the first one the C library reads /proc/self/maps.
 */
int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
    const size_t usual = 8u << 20, least = 256u << 10;

    int error = __real_pthread_getattr_np(thread, attributes);
    if (error == 0 || thread != s_main_thread)
    {
        return error;
    }

    struct rlimit limit;
    size_t size = usual;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur >= least && limit.rlim_cur < usual)
    {
        size = limit.rlim_cur & ~(rlim_t)0xffff;
    }

    error = pthread_attr_init(attributes);
    return error != 0 ? error : pthread_attr_setstack(attributes, (void *)(stack_top() - size), size);
}

/*
 * The collector asks a running thread by a signal to stop. It takes "no such thread" and "try again" as reasons to look again later, and aborts
 * on every other answer.
 */
int __wrap_pthread_kill(pthread_t thread, int signal)
{
    int error = __real_pthread_kill(thread, signal);
    return error == 0 || error == EAGAIN ? error : ESRCH;
}

/*
 * Without membarrier the collector forces a barrier on all processors by taking access from a page that it has locked and just written. The lock
 * only spares it from being paged out in between; that it cannot be had (a limit of zero, no such call) must not keep the agent from starting.
 */
int __wrap_mlock(const void *address, size_t length)
{
    int error = errno;
    if (__real_mlock(address, length) != 0)
    {
        errno = error;
    }

    return 0;
}

/*
 * The runtime takes its coarse time stamps and Environment.TickCount64 from clocks that Linux has had since 2.6.32 only, and uses an uninitialised
 * time where there is none.
 */
static clockid_t older_clock(clockid_t clock)
{
    switch (clock)
    {
        case CLOCK_REALTIME_COARSE:
            return CLOCK_REALTIME;
        case CLOCK_MONOTONIC_COARSE:
        case CLOCK_MONOTONIC_RAW:
        case CLOCK_BOOTTIME:
            return CLOCK_MONOTONIC;
        default:
            return clock;
    }
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = __real_clock_gettime(clock, time);
    clockid_t older = older_clock(clock);
    return result == 0 || older == clock ? result : __real_clock_gettime(older, time);
}

/* The runtime's sleep goes on until this says anything but EINTR: where the call is missing, it would not sleep at all. */
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *rest)
{
    int error = __real_clock_nanosleep(clock, flags, request, rest);
    if (error == 0 || error == EINTR)
    {
        return error;
    }

    struct timespec length = *request;
    if (flags & TIMER_ABSTIME)
    {
        struct timespec now;
        if (__wrap_clock_gettime(clock, &now) != 0)
        {
            return error;
        }

        length.tv_sec -= now.tv_sec;
        length.tv_nsec -= now.tv_nsec;
        if (length.tv_nsec < 0)
        {
            length.tv_sec--;
            length.tv_nsec += 1000000000;
        }

        if (length.tv_sec < 0)
        {
            return 0;
        }
    }

    return nanosleep(&length, rest) == 0 ? 0 : errno;
}

/*
 * The C library counts processors and memory from /proc and /sys. The runtime gives up without a number of processors, and without a size of
 * memory. The heap has a limit of its own, so the size need only be plausible, and the same for "in all" and "free": then the collector sees
 * no memory pressure.
 */
long __wrap_sysconf(int name)
{
    const long plausible = 1l << 30;

    long value = __real_sysconf(name);
    if (value > 0)
    {
        return value;
    }

    switch (name)
    {
        case _SC_NPROCESSORS_CONF:
        case _SC_NPROCESSORS_ONLN:
            return 1;
        case _SC_PHYS_PAGES:
        case _SC_AVPHYS_PAGES:
            return plausible / __real_sysconf(_SC_PAGESIZE);
        default:
            return value;
    }
}

/* Since glibc 2.16. */
unsigned long getauxval(unsigned long type)
{
    const long *word = initial_stack + 1;
    for (int ended = 0; ended < 2; word++)
    {
        ended += *word == 0;
    }

    for (const Elf64_auxv_t *entry = (const Elf64_auxv_t *)word; entry->a_type != AT_NULL; entry++)
    {
        if (entry->a_type == type)
        {
            return entry->a_un.a_val;
        }
    }

    errno = ENOENT;
    return 0;
}

/* Since glibc 2.16. */
void *aligned_alloc(size_t alignment, size_t size)
{
    void *block;
    int error = posix_memalign(&block, alignment < sizeof(void *) ? sizeof(void *) : alignment, size);
    if (error != 0)
    {
        errno = error;
        return NULL;
    }

    return block;
}
