/*
 * The overrides of the agent against a C library that fails as VMkernel's may. Linked with overrides.c; what the linker's --wrap would give that
 * file as __real_NAME is given here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

int __wrap_sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);
int __wrap_sched_getcpu(void);
int __wrap_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);
int __wrap_pthread_kill(pthread_t thread, int signal);
int __wrap_mlock(const void *address, size_t length);
int __wrap_clock_gettime(clockid_t clock, struct timespec *time);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *rest);
long __wrap_sysconf(int name);

int __real_sched_getaffinity(pid_t process, size_t size, cpu_set_t *set);
int __real_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes);
int __real_pthread_kill(pthread_t thread, int signal);
int __real_mlock(const void *address, size_t length);
int __real_clock_gettime(clockid_t clock, struct timespec *time);
int __real_clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *rest);
long __real_sysconf(int name);

const long *initial_stack __attribute__((visibility("hidden")));

static int s_kill_answer, s_passed, s_failed;

int __real_sched_getaffinity(pid_t process, size_t size, cpu_set_t *set)
{
    (void)process;
    (void)size;
    (void)set;
    errno = ENOSYS;
    return -1;
}

int __real_pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes)
{
    (void)thread;
    (void)attributes;
    return ENOENT;
}

int __real_pthread_kill(pthread_t thread, int signal)
{
    (void)thread;
    (void)signal;
    return s_kill_answer;
}

int __real_mlock(const void *address, size_t length)
{
    (void)address;
    (void)length;
    errno = ENOSYS;
    return -1;
}

/* Linux before 2.6.32. */
int __real_clock_gettime(clockid_t clock, struct timespec *time)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
    {
        errno = EINVAL;
        return -1;
    }

    return clock_gettime(clock, time);
}

int __real_clock_nanosleep(clockid_t clock, int flags, const struct timespec *request, struct timespec *rest)
{
    (void)clock;
    (void)flags;
    (void)request;
    (void)rest;
    return ENOSYS;
}

long __real_sysconf(int name)
{
    return name == _SC_PAGESIZE ? sysconf(name) : -1;
}

static void expect(int holds, const char *what)
{
    if (holds)
    {
        s_passed++;
    }
    else
    {
        s_failed++;
        printf("FAILED %s\n", what);
    }
}

static int64_t milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void *ask_in_thread(void *attributes)
{
    return (void *)(intptr_t)__wrap_pthread_getattr_np(pthread_self(), attributes);
}

static void test_stack(char **argv)
{
    pthread_attr_t attributes;
    void *low = NULL;
    size_t size = 0;
    expect(__wrap_pthread_getattr_np(pthread_self(), &attributes) == 0, "the first thread's stack is told");
    expect(pthread_attr_getstack(&attributes, &low, &size) == 0, "its bounds are told");
    char *local = (char *)&low;
    expect(local > (char *)low && local < (char *)low + size, "a local variable lies in them");
    expect(argv[0] < (char *)low + size, "so do the arguments");
    expect(((uintptr_t)low + size) % 4096 == 0, "they end at a page");

    pthread_t thread;
    void *answer = NULL;
    expect(pthread_create(&thread, NULL, ask_in_thread, &attributes) == 0 && pthread_join(thread, &answer) == 0, "a thread runs");
    expect((intptr_t)answer == ENOENT, "another thread is not given the first one's stack");
}

static void test_processors(void)
{
    cpu_set_t set;
    memset(&set, 0xff, sizeof set);
    expect(__wrap_sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) == 1, "one processor where none can be counted");
    expect(__wrap_sched_getcpu() == 0, "always the first processor");
    expect(__wrap_sysconf(_SC_NPROCESSORS_ONLN) == 1 && __wrap_sysconf(_SC_NPROCESSORS_CONF) == 1, "one processor in the machine");
}

static void test_memory(void)
{
    expect(__wrap_sysconf(_SC_PHYS_PAGES) > 0 && __wrap_sysconf(_SC_PHYS_PAGES) == __wrap_sysconf(_SC_AVPHYS_PAGES), "some memory, and all of it free");
    expect(__wrap_sysconf(_SC_OPEN_MAX) == -1, "what is not replaced stays unknown");

    char page[16];
    errno = 0;
    expect(__wrap_mlock(page, sizeof page) == 0 && errno == 0, "memory that cannot be locked is no failure");

    void *block = aligned_alloc(64, 128);
    expect(block != NULL && (uintptr_t)block % 64 == 0, "aligned memory");
    free(block);
    block = aligned_alloc(1, 1);
    expect(block != NULL, "memory of the least alignment");
    free(block);
    expect(getauxval(AT_PAGESZ) == 4096, "a value of the auxiliary vector");
    errno = 0;
    expect(getauxval(987654) == 0 && errno == ENOENT, "one that it does not hold");
}

static void test_signals(void)
{
    static const int answers[][2] = { { 0, 0 }, { EAGAIN, EAGAIN }, { ESRCH, ESRCH }, { ENOSYS, ESRCH }, { EINVAL, ESRCH } };
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
    {
        s_kill_answer = answers[i][0];
        expect(__wrap_pthread_kill(pthread_self(), SIGUSR1) == answers[i][1], "only answers that the collector lives with");
    }
}

static void test_time(void)
{
    static const clockid_t younger[] = { CLOCK_MONOTONIC_COARSE, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME, CLOCK_REALTIME_COARSE };
    for (size_t i = 0; i < sizeof younger / sizeof younger[0]; i++)
    {
        struct timespec time = { -1, -1 };
        expect(__wrap_clock_gettime(younger[i], &time) == 0 && time.tv_sec >= 0 && time.tv_nsec >= 0, "a younger clock is replaced by an older one");
    }

    struct timespec none;
    expect(__wrap_clock_gettime(12345, &none) == -1 && errno == EINVAL, "no clock is made up");

    int64_t before = milliseconds();
    struct timespec length = { 0, 30000000 };
    expect(__wrap_clock_nanosleep(CLOCK_MONOTONIC, 0, &length, NULL) == 0 && milliseconds() - before >= 29, "a sleep of 30 ms sleeps");

    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += 990000000;
    if (until.tv_nsec >= 1000000000)
    {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }

    before = milliseconds();
    expect(__wrap_clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0 && milliseconds() - before >= 900, "a sleep until a time sleeps until then");
    before = milliseconds();
    expect(__wrap_clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0 && milliseconds() - before < 500, "a time that is past is not waited for");
}

int main(int argc, char **argv)
{
    (void)argc;

    /* The argument count lies in front of the arguments, as the kernel wrote them. */
    initial_stack = (const long *)argv - 1;
    test_stack(argv);
    test_processors();
    test_memory();
    test_signals();
    test_time();
    printf("%d as expected, %d not\n", s_passed, s_failed);
    return s_failed != 0;
}
