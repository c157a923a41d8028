#define _GNU_SOURCE
#include "vmkernel.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static void write_text(const char *path, const char *text)
{
    int file = open(path, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, text, strlen(text)) != (ssize_t)strlen(text))
    {
        fail("%s", path);
    }

    close(file);
}

/* Where the user is not root: root of a namespace with one user, itself. */
static void enter_user_namespace(void)
{
    char map[64];
    unsigned user = geteuid(), group = getegid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
    {
        fail("cannot make a namespace to hide /proc in");
    }

    write_text("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", user, user);
    write_text("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1", group, group);
    write_text("/proc/self/gid_map", map);
}

void world_hide_proc(void)
{
    if (unshare(CLONE_NEWNS) != 0)
    {
        enter_user_namespace();
    }

    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    {
        fail("cannot keep the mounts to ourselves");
    }

    static const char *const hidden[] = { "/sys", "/proc" };
    for (size_t i = 0; i < COUNT(hidden); i++)
    {
        if (mount("none", hidden[i], "tmpfs", MS_RDONLY, "size=4k,mode=0555") != 0)
        {
            fail("cannot hide %s", hidden[i]);
        }
    }
}

void world_limit_addresses(rlim_t size)
{
    struct rlimit limit = { size, size };
    if (setrlimit(RLIMIT_AS, &limit) != 0)
    {
        fail("cannot limit the address space");
    }
}
