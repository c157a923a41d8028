/*
 * Makes one step of a program its last, or lets one fail: preloaded into it, it counts the calls by which the program changes the world.
 *
 *     LASTSTEP_ARM    a file: counting begins when it exists
 *     LASTSTEP_AT     the call at which it happens, from 1
 *     LASTSTEP_HOW    kill: SIGKILL before the call; full: the call, if it is one that takes space, fails with ENOSPC, and so do all behind it;
 *                     cut: SIGKILL after LASTSTEP_AT bytes of what is sent
 *     LASTSTEP_COUNT  a file that gets a byte for each call that was counted
 *
 * Children are not affected: the agent gives them an empty environment.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

static long s_count;
static int s_armed;

static void *real(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

static int is(const char *how)
{
    const char *given = getenv("LASTSTEP_HOW");
    return given != NULL && strcmp(given, how) == 0;
}

static int is_armed(void)
{
    if (!__atomic_load_n(&s_armed, __ATOMIC_ACQUIRE))
    {
        int error = errno;
        const char *file = getenv("LASTSTEP_ARM");
        if (file == NULL || access(file, F_OK) != 0)
        {
            errno = error;
            return 0;
        }

        __atomic_store_n(&s_armed, 1, __ATOMIC_RELEASE);
    }

    return 1;
}

static void note(void)
{
    const char *file = getenv("LASTSTEP_COUNT");
    int (*real_open)(const char *, int, ...) = real("open");
    ssize_t (*real_write)(int, const void *, size_t) = real("write");
    int descriptor = file == NULL ? -1 : real_open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor >= 0)
    {
        if (real_write(descriptor, "x", 1) < 0)
        {
            abort();
        }

        close(descriptor);
    }
}

/* True where a call that takes space has to fail. */
static int step(int takes_space)
{
    if (!is_armed() || is("cut"))
    {
        return 0;
    }

    long at = atol(getenv("LASTSTEP_AT"));
    if (is("full"))
    {
        if (!takes_space)
        {
            return 0;
        }

        int fails = __atomic_add_fetch(&s_count, 1, __ATOMIC_ACQ_REL) >= at;
        note();
        if (fails)
        {
            errno = ENOSPC;
        }

        return fails;
    }

    if (__atomic_add_fetch(&s_count, 1, __ATOMIC_ACQ_REL) == at)
    {
        raise(SIGKILL);
    }

    note();
    return 0;
}

#define CALL(result, name, takes_space, parameters, ...)        \
    result name parameters                                      \
    {                                                           \
        if (step(takes_space))                                  \
        {                                                       \
            return -1;                                          \
        }                                                       \
                                                                \
        result (*call) parameters = real(#name);                \
        return call(__VA_ARGS__);                               \
    }

CALL(int, mkdirat, 1, (int directory, const char *path, mode_t mode), directory, path, mode)
CALL(int, renameat, 0, (int old_directory, const char *old_path, int directory, const char *path), old_directory, old_path, directory, path)
CALL(int, unlinkat, 0, (int directory, const char *path, int flags), directory, path, flags)
CALL(int, fsync, 0, (int descriptor), descriptor)
CALL(int, ftruncate, 1, (int descriptor, off_t length), descriptor, length)
CALL(ssize_t, pwrite, 1, (int descriptor, const void *buffer, size_t count, off_t offset), descriptor, buffer, count, offset)
CALL(pid_t, waitpid, 0, (pid_t process, int *status, int options), process, status, options)

int openat(int directory, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    if ((flags & O_CREAT) != 0 && step(1))
    {
        return -1;
    }

    int (*call)(int, const char *, int, ...) = real("openat");
    return call(directory, path, flags, mode);
}

int posix_spawn(pid_t *process, const char *path, const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
                char *const arguments[], char *const environment[])
{
    step(0);
    int (*call)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *, char *const[], char *const[]) = real("posix_spawn");
    return call(process, path, actions, attributes, arguments, environment);
}

ssize_t send(int descriptor, const void *buffer, size_t count, int flags)
{
    step(0);
    ssize_t (*call)(int, const void *, size_t, int) = real("send");
    if (is_armed() && is("cut"))
    {
        long left = atol(getenv("LASTSTEP_AT")) - 1 - __atomic_load_n(&s_count, __ATOMIC_ACQUIRE);
        if (left < (long)count)
        {
            if (left > 0)
            {
                call(descriptor, buffer, (size_t)left, flags);
            }

            raise(SIGKILL);
        }

        __atomic_add_fetch(&s_count, (long)count, __ATOMIC_ACQ_REL);
        for (size_t i = 0; i < count; i++)
        {
            note();
        }
    }

    return call(descriptor, buffer, count, flags);
}
