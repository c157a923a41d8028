#ifndef VMKERNEL_H
#define VMKERNEL_H

#include <stddef.h>
#include <sys/resource.h>

#define COUNT(array) (sizeof(array) / sizeof(array[0]))

/* What a launcher answers when it could not start the program at all. */
#define EXIT_NOT_STARTED 125

struct call
{
    const char *name;
    int number;
};

/* The calls to refuse, without repetition. */
struct profile
{
    struct call calls[128];
    size_t count;
};

/* Prints the reason, with errno's if that is not zero, and ends the process. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

/* profile.c: which calls. */
void profile_add_missing(struct profile *profile);
void profile_add_doubtful(struct profile *profile);
void profile_add(struct profile *profile, const char *name_or_number);
const char *profile_name(const struct profile *profile, int number);

/* filter.c: has the kernel refuse them to this process and all that it starts. With `listen`, gives the descriptor on which they are told. */
int filter_install(const struct profile *profile, int listen);

/* world.c: what else a process on VMkernel does not find. */
void world_hide_proc(void);
void world_limit_addresses(rlim_t size);

/* supervisor.c: runs the command below a filter that tells, answers each refused call, reports, and gives the exit status. */
int supervise(const struct profile *profile, void (*enter_world)(void), char **command);

#endif
