#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>

/* What one receive takes at most; a frame must fit. */
#define BUFFER (64 << 10)

/* Prints the reason, with errno's, and ends the program. */
__attribute__((noreturn)) static inline void fail(const char *what)
{
    perror(what);
    exit(1);
}

static inline struct sockaddr_un unix_address(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof address.sun_path)
    {
        fprintf(stderr, "the path of the socket is too long: %s\n", path);
        exit(2);
    }

    strcpy(address.sun_path, path);
    return address;
}

/*
 * Looks for a whole frame at the beginning of `bytes`. Returns its length and where its body begins; 0 where more has to be received, -1 where it
 * is no frame or too large for the buffer.
 */
static inline long frame_length(const char *bytes, size_t count, size_t *body)
{
    static const char name[] = "content-length:";

    const char *end = memmem(bytes, count, "\r\n\r\n", 4);
    if (end == NULL)
    {
        return count > 256 ? -1 : 0;
    }

    *body = (size_t)(end - bytes) + 4;
    for (const char *line = bytes; line <= end; line = (const char *)memchr(line, '\n', (size_t)(end + 2 - line)) + 1)
    {
        if (strncasecmp(line, name, sizeof name - 1) == 0)
        {
            long length = strtol(line + sizeof name - 1, NULL, 10);
            long frame = (long)*body + length;
            return length < 0 || frame > BUFFER ? -1 : frame <= (long)count ? frame : 0;
        }
    }

    return -1;
}

#endif
