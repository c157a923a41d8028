/*
 * Runs a program with the part of Linux that VMkernel gives it:
 *
 *     vmkernel [--address-space SIZE] [--no-proc] [--strict] [--deny CALL]... [--log] PROGRAM [ARGUMENT]...
 *
 * System calls that ESXi lacks or may lack answer ENOSYS to the program and all that it starts; sockets of packets in sequence cannot be had, nor
 * the vSockets of this machine.
 *
 *     --address-space SIZE   limit the addresses of each process (512M, 1G)
 *     --no-proc              empty /proc and /sys; needs root, or a kernel that lets a user make a namespace
 *     --strict               refuse also what a release is likely to have, but the program should do without
 *     --deny CALL            refuse this call too, by a name of --strict or by number
 *     --log                  stay, and say at the end on standard error who made which refused call how often
 *
 * The exit status is the program's; 128 + signal when it was killed (with --log), 125 when it could not be run.
 */
#include "vmkernel.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct
{
    struct profile profile;
    rlim_t addresses;
    int no_proc, log;
} s_options;

void fail(const char *format, ...)
{
    int error = errno;
    va_list arguments;
    va_start(arguments, format);
    fputs("vmkernel: ", stderr);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fprintf(stderr, error != 0 ? ": %s\n" : "\n", strerror(error));
    exit(EXIT_NOT_STARTED);
}

__attribute__((noreturn)) static void usage(void)
{
    fputs("usage: vmkernel [--address-space SIZE] [--no-proc] [--strict] [--deny CALL]... [--log] PROGRAM [ARGUMENT]...\n", stderr);
    exit(EXIT_NOT_STARTED);
}

static rlim_t parse_size(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long size = strtoull(text, &end, 10);
    int shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (errno != 0 || size == 0 || end[shift != 0] != '\0')
    {
        errno = 0;
        fail("not a size: %s", text);
    }

    return (rlim_t)(size << shift);
}

/* Gives the program and its arguments. */
static char **parse(int argc, char **argv)
{
    profile_add_missing(&s_options.profile);
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++)
    {
        if (strcmp(argv[i], "--no-proc") == 0)
        {
            s_options.no_proc = 1;
        }
        else if (strcmp(argv[i], "--log") == 0)
        {
            s_options.log = 1;
        }
        else if (strcmp(argv[i], "--strict") == 0)
        {
            profile_add_doubtful(&s_options.profile);
        }
        else if (strcmp(argv[i], "--address-space") == 0 && i + 1 < argc)
        {
            s_options.addresses = parse_size(argv[++i]);
        }
        else if (strcmp(argv[i], "--deny") == 0 && i + 1 < argc)
        {
            profile_add(&s_options.profile, argv[++i]);
        }
        else
        {
            usage();
        }
    }

    if (i >= argc)
    {
        usage();
    }

    return argv + i;
}

/* Before the filter is in force: it refuses what this needs. */
static void enter_world(void)
{
    if (s_options.no_proc)
    {
        world_hide_proc();
    }

    if (s_options.addresses != 0)
    {
        world_limit_addresses(s_options.addresses);
    }
}

int main(int argc, char **argv)
{
    char **command = parse(argc, argv);
    if (s_options.log)
    {
        return supervise(&s_options.profile, enter_world, command);
    }

    enter_world();
    filter_install(&s_options.profile, 0);
    execvp(command[0], command);
    fail("%s", command[0]);
}
