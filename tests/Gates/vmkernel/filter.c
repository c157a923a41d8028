#define _GNU_SOURCE
#include "vmkernel.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if !defined(__x86_64__)
#error "the profile is one of x86-64: its numbers and ESXi's processors"
#endif

static struct sock_filter statement(uint16_t code, uint32_t operand)
{
    return (struct sock_filter){ code, 0, 0, operand };
}

static struct sock_filter give(uint32_t answer)
{
    return statement(BPF_RET | BPF_K, answer);
}

static struct sock_filter load(size_t offset)
{
    return statement(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

/* Goes on `when_true` or `when_false` instructions behind the next one. */
static struct sock_filter if_equal(uint32_t operand, uint8_t when_true, uint8_t when_false)
{
    return (struct sock_filter){ BPF_JMP | BPF_JEQ | BPF_K, when_true, when_false, operand };
}

int filter_install(const struct profile *profile, int listen)
{
    const uint32_t refused = listen ? SECCOMP_RET_USER_NOTIF : SECCOMP_RET_ERRNO | ENOSYS;
    const size_t first_argument = offsetof(struct seccomp_data, args[0]);
    const size_t second_argument = offsetof(struct seccomp_data, args[1]);
    struct sock_filter program[COUNT(profile->calls) * 2 + 32];
    size_t length = 0;

    /* Calls of 32-bit programs have other numbers, and ESXi 8 runs no such program. */
    program[length++] = load(offsetof(struct seccomp_data, arch));
    program[length++] = if_equal(AUDIT_ARCH_X86_64, 1, 0);
    program[length++] = give(SECCOMP_RET_ERRNO | ENOSYS);

    program[length++] = load(offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < profile->count; i++)
    {
        program[length++] = if_equal((uint32_t)profile->calls[i].number, 0, 1);
        program[length++] = give(refused);
    }

    /* Without flags this is how a C library newer than any of ESXi's does pipe(). */
    program[length++] = if_equal(SYS_pipe2, 0, 4);
    program[length++] = load(second_argument);
    program[length++] = if_equal(0, 0, 1);
    program[length++] = give(SECCOMP_RET_ALLOW);
    program[length++] = give(refused);

    /* The vSockets of the machine below are not a host's: nobody there shall meet a program under test. */
    program[length++] = if_equal(SYS_socket, 0, 4);
    program[length++] = load(first_argument);
    program[length++] = if_equal(AF_VSOCK, 0, 1);
    program[length++] = give(SECCOMP_RET_ERRNO | EAFNOSUPPORT);
    program[length++] = load(offsetof(struct seccomp_data, nr));

    program[length++] = if_equal(SYS_socket, 1, 0);
    program[length++] = if_equal(SYS_socketpair, 0, 4);
    program[length++] = load(second_argument);
    program[length++] = statement(BPF_ALU | BPF_AND | BPF_K, 0xf);
    program[length++] = if_equal(SOCK_SEQPACKET, 0, 1);
    program[length++] = give(SECCOMP_RET_ERRNO | EINVAL);
    program[length++] = give(SECCOMP_RET_ALLOW);

    struct sock_fprog filter = { (unsigned short)length, program };

    /* Where the user is not root the kernel takes a filter only from who cannot become root by running a program. */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    {
        fail("cannot give up new privileges");
    }

    long result = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, listen ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0, &filter);
    if (result < 0)
    {
        fail("cannot install the filter");
    }

    return (int)result;
}
