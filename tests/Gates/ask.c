/*
 * Sends requests to an agent on a Unix socket, one after the other, and prints each answer:
 *
 *     ask SOCKET BODY...
 *
 * Skips notifications. Fails when an answer is an error, or when the connection breaks.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

__attribute__((noreturn)) static void fail(const char *what)
{
    fprintf(stderr, "ask: %s: %s\n", what, errno != 0 ? strerror(errno) : "the agent closed the connection");
    exit(1);
}

static void send_all(int socket, const char *bytes, size_t count)
{
    while (count > 0)
    {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent < 0)
        {
            fail("send");
        }

        bytes += sent;
        count -= (size_t)sent;
    }
}

static void receive_all(int socket, char *bytes, size_t count)
{
    while (count > 0)
    {
        ssize_t got = recv(socket, bytes, count, 0);
        if (got <= 0)
        {
            errno = got == 0 ? 0 : errno;
            fail("receive");
        }

        bytes += got;
        count -= (size_t)got;
    }
}

/* The body of the next frame, ended by a zero; to be freed. */
static char *receive_frame(int socket)
{
    char header[256];
    size_t length = 0, body = 0;
    while (length < 4 || memcmp(header + length - 4, "\r\n\r\n", 4) != 0)
    {
        if (length == sizeof header - 1)
        {
            errno = EPROTO;
            fail("header");
        }

        receive_all(socket, header + length++, 1);
    }

    header[length] = '\0';
    if (sscanf(header, "Content-Length: %zu", &body) != 1 || body > 4u << 20)
    {
        errno = EPROTO;
        fail("header");
    }

    char *text = malloc(body + 1);
    if (text == NULL)
    {
        fail("memory");
    }

    receive_all(socket, text, body);
    text[body] = '\0';
    return text;
}

int main(int argc, char **argv)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (argc < 3 || strlen(argv[1]) >= sizeof address.sun_path)
    {
        fprintf(stderr, "usage: ask SOCKET BODY...\n");
        return 2;
    }

    strcpy(address.sun_path, argv[1]);
    int agent = socket(AF_UNIX, SOCK_STREAM, 0);
    if (agent < 0 || connect(agent, (const struct sockaddr *)&address, sizeof address) != 0)
    {
        fail(argv[1]);
    }

    int errors = 0;
    for (int i = 2; i < argc; i++)
    {
        char header[64];
        int length = snprintf(header, sizeof header, "Content-Length: %zu\r\n\r\n", strlen(argv[i]));
        send_all(agent, header, (size_t)length);
        send_all(agent, argv[i], strlen(argv[i]));
        char *answer = receive_frame(agent);
        while (strstr(answer, "\"id\":") == NULL)
        {
            free(answer);
            answer = receive_frame(agent);
        }

        printf("%s\n", answer);
        errors += strstr(answer, "\"error\":{") != NULL;
        free(answer);
    }

    close(agent);
    return errors != 0;
}
