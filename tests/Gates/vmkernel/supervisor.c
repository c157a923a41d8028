#define _GNU_SOURCE
#include "vmkernel.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct
{
    int number;
    char program[32];
    unsigned long count;
} s_seen[256];

static volatile sig_atomic_t s_child;

static void pass_on(int signal)
{
    kill((pid_t)s_child, signal);
}

/* Only who installed the filter gets the listener; it goes to the parent over a socket. */
static void send_descriptor(int socket, int descriptor)
{
    char byte = 0, space[CMSG_SPACE(sizeof(int))];
    memset(space, 0, sizeof space);
    struct iovec data = { &byte, 1 };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
    if (sendmsg(socket, &message, 0) != 1)
    {
        fail("cannot pass the listener on");
    }
}

static int receive_descriptor(int socket)
{
    char byte, space[CMSG_SPACE(sizeof(int))];
    struct iovec data = { &byte, 1 };
    struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space };
    int descriptor = -1;
    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) == 1 && CMSG_FIRSTHDR(&message) != NULL)
    {
        memcpy(&descriptor, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
    }

    return descriptor;
}

static void remember(int number, int process)
{
    char path[64], program[32] = "?";
    snprintf(path, sizeof path, "/proc/%d/comm", process);
    FILE *file = fopen(path, "re");
    if (file != NULL)
    {
        if (fgets(program, sizeof program, file) != NULL)
        {
            program[strcspn(program, "\n")] = '\0';
        }

        fclose(file);
    }

    for (size_t i = 0; i < COUNT(s_seen); i++)
    {
        if (s_seen[i].count == 0)
        {
            s_seen[i].number = number;
            strcpy(s_seen[i].program, program);
        }

        if (s_seen[i].number == number && strcmp(s_seen[i].program, program) == 0)
        {
            s_seen[i].count++;
            return;
        }
    }
}

static void report(const struct profile *profile)
{
    for (size_t i = 0; i < COUNT(s_seen) && s_seen[i].count != 0; i++)
    {
        fprintf(stderr, "vmkernel: %s refused %lu times to %s\n", profile_name(profile, s_seen[i].number), s_seen[i].count, s_seen[i].program);
    }
}

static void answer_one(int listener)
{
    struct seccomp_notif request;
    memset(&request, 0, sizeof request);
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) != 0)
    {
        return;
    }

    remember(request.data.nr, (int)request.pid);
    struct seccomp_notif_resp answer;
    memset(&answer, 0, sizeof answer);
    answer.id = request.id;
    answer.error = -ENOSYS;

    /* This fails when the caller was killed meanwhile; then nobody waits for it. */
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

/* Until the program is gone and nothing is left to answer; what it left running meets a closed listener, which answers ENOSYS as well. */
static int answer_until_end(int listener)
{
    for (;;)
    {
        struct pollfd entry = { listener, POLLIN, 0 };
        int status;
        if (poll(&entry, 1, 20) > 0 && (entry.revents & POLLIN) != 0)
        {
            answer_one(listener);
        }
        else if (waitpid((pid_t)s_child, &status, WNOHANG) == (pid_t)s_child)
        {
            return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        }
    }
}

int supervise(const struct profile *profile, void (*enter_world)(void), char **command)
{
    /* Who ends the launcher means the program. */
    static const int passed_on[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 };

    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
        fail("cannot make a socket");
    }

    sigset_t held, before;
    sigemptyset(&held);
    for (size_t i = 0; i < COUNT(passed_on); i++)
    {
        sigaddset(&held, passed_on[i]);
    }

    sigprocmask(SIG_BLOCK, &held, &before);
    pid_t child = fork();
    if (child < 0)
    {
        fail("cannot fork");
    }

    if (child == 0)
    {
        enter_world();
        int listener = filter_install(profile, 1);
        send_descriptor(pair[1], listener);
        close(listener);
        sigprocmask(SIG_SETMASK, &before, NULL);
        execvp(command[0], command);
        fail("%s", command[0]);
    }

    s_child = child;
    for (size_t i = 0; i < COUNT(passed_on); i++)
    {
        struct sigaction action = { .sa_handler = pass_on, .sa_flags = SA_RESTART };
        sigaction(passed_on[i], &action, NULL);
    }

    sigprocmask(SIG_SETMASK, &before, NULL);
    close(pair[1]);
    int listener = receive_descriptor(pair[0]);
    if (listener < 0)
    {
        waitpid(child, NULL, 0);
        return EXIT_NOT_STARTED;
    }

    int status = answer_until_end(listener);
    report(profile);
    return status;
}
