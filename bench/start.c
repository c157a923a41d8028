/*
 * Measures the time from the start of a program to its line `listening on …`, many times:
 *
 *     start TIMES COMMAND...
 *
 * Prints the median and the least and largest time in milliseconds.
 */
#define _GNU_SOURCE
#include "wire.h"
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static double start_once(char **command)
{
    int ends[2];
    if (pipe(ends) != 0)
    {
        fail("pipe");
    }

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);

    pid_t process;
    double began = milliseconds();
    int error = posix_spawn(&process, command[0], &actions, NULL, command, environ);
    if (error != 0)
    {
        fprintf(stderr, "start: %s: %s\n", command[0], strerror(error));
        exit(1);
    }

    close(ends[1]);
    char output[1024];
    size_t count = 0;
    while (memmem(output, count, "listening on ", 13) == NULL)
    {
        ssize_t got = count < sizeof output ? read(ends[0], output + count, sizeof output - count) : 0;
        if (got <= 0)
        {
            fprintf(stderr, "start: %s does not say that it listens\n", command[0]);
            exit(1);
        }

        count += (size_t)got;
    }

    double took = milliseconds() - began;
    kill(process, SIGTERM);
    waitpid(process, NULL, 0);
    close(ends[0]);
    posix_spawn_file_actions_destroy(&actions);
    return took;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
    static double times[1000];
    size_t count = argc < 3 ? 0 : strtoul(argv[1], NULL, 10);
    if (count == 0 || count > sizeof times / sizeof *times)
    {
        fprintf(stderr, "usage: start TIMES COMMAND..., at most 1000 times\n");
        return 2;
    }

    for (size_t i = 0; i < count; i++)
    {
        times[i] = start_once(argv + 2);
    }

    qsort(times, count, sizeof *times, compare);
    printf("times=%zu p50=%.2f min=%.2f max=%.2f\n", count, times[count / 2], times[0], times[count - 1]);
    return 0;
}
