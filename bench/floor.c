/*
 * The floor under the agent's figures: answers with the same bytes over the same socket, one thread a connection, in blocking calls, and does
 * nothing else. It reads frames as the agent does, however they are split, but knows nothing of JSON beyond where an id and a method stand.
 *
 *     floor SOCKET FOLDER
 *
 * FOLDER holds the text of each result in a file that is named as its method, with '_' for every '/'. `$/ping` needs none.
 * Prints one line when it listens.
 */
#define _GNU_SOURCE
#include "wire.h"
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

struct result
{
    char method[64];
    size_t length;
    char *text;
};

static struct result s_results[16] = { { .method = "$/ping", .length = 2, .text = "{}" } };
static size_t s_result_count = 1;

static void load_results(const char *folder)
{
    DIR *directory = opendir(folder);
    if (directory == NULL || chdir(folder) != 0)
    {
        fail(folder);
    }

    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory))
    {
        if (entry->d_name[0] == '.')
        {
            continue;
        }

        FILE *file = fopen(entry->d_name, "r");
        struct result *result = &s_results[s_result_count++];
        if (file == NULL || s_result_count > sizeof s_results / sizeof *s_results || strlen(entry->d_name) >= sizeof result->method)
        {
            fail(entry->d_name);
        }

        result->text = malloc(BUFFER / 2);
        result->length = fread(result->text, 1, BUFFER / 2, file);
        strcpy(result->method, entry->d_name);
        for (char *at = strchr(result->method, '_'); at != NULL; at = strchr(at, '_'))
        {
            *at = '/';
        }

        fclose(file);
    }

    closedir(directory);
}

static const struct result *find_result(const char *method, size_t length)
{
    for (size_t i = 0; i < s_result_count; i++)
    {
        if (strlen(s_results[i].method) == length && memcmp(s_results[i].method, method, length) == 0)
        {
            return &s_results[i];
        }
    }

    return NULL;
}

static char *put(char *at, const char *bytes, size_t count)
{
    memcpy(at, bytes, count);
    return at + count;
}

static char *put_number(char *at, size_t number)
{
    char digits[20];
    size_t count = 0;
    do
    {
        digits[sizeof digits - ++count] = (char)('0' + number % 10);
        number /= 10;
    }
    while (number > 0);

    return put(at, digits + sizeof digits - count, count);
}

/* Writes the answer to a body; returns its length, 0 where it wants none. */
static size_t answer(const char *body, size_t length, char *to)
{
    static const char head[] = "Content-Length: ", begin[] = "{\"jsonrpc\":\"2.0\",\"id\":", middle[] = ",\"result\":";
    static const char error[] = ",\"error\":{\"code\":-32601,\"message\":\"There is no such method.\"}}";

    const char *end = body + length;
    const char *id = memmem(body, length, "\"id\":", 5);
    const char *method = memmem(body, length, "\"method\":\"", 10);
    if (id == NULL || method == NULL)
    {
        return 0;
    }

    id += 5;
    const char *id_end = id;
    while (id_end < end && *id_end != ',' && *id_end != '}')
    {
        id_end++;
    }

    method += 10;
    const char *method_end = memchr(method, '"', (size_t)(end - method));
    const struct result *result = method_end == NULL ? NULL : find_result(method, (size_t)(method_end - method));
    size_t id_length = (size_t)(id_end - id);
    size_t tail = result == NULL ? sizeof error - 1 : sizeof middle - 1 + result->length + 1;

    char *at = put(to, head, sizeof head - 1);
    at = put_number(at, sizeof begin - 1 + id_length + tail);
    at = put(at, "\r\n\r\n", 4);
    at = put(at, begin, sizeof begin - 1);
    at = put(at, id, id_length);
    if (result == NULL)
    {
        at = put(at, error, sizeof error - 1);
    }
    else
    {
        at = put(at, middle, sizeof middle - 1);
        at = put(at, result->text, result->length);
        *at++ = '}';
    }

    return (size_t)(at - to);
}

static int send_all(int connection, const char *bytes, size_t count)
{
    while (count > 0)
    {
        ssize_t sent = send(connection, bytes, count, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
        {
            return -1;
        }

        bytes += sent > 0 ? sent : 0;
        count -= sent > 0 ? (size_t)sent : 0;
    }

    return 0;
}

static void *serve(void *argument)
{
    int connection = (int)(intptr_t)argument;
    char *received = malloc(BUFFER), *sent = malloc(BUFFER);
    size_t count = 0;
    while (received != NULL && sent != NULL)
    {
        ssize_t got = recv(connection, received + count, BUFFER - count, 0);
        if (got < 0 && errno == EINTR)
        {
            continue;
        }

        if (got <= 0)
        {
            break;
        }

        count += (size_t)got;
        size_t start = 0, body;
        long length;
        while ((length = frame_length(received + start, count - start, &body)) > 0)
        {
            size_t reply = answer(received + start + body, (size_t)length - body, sent);
            if (reply > 0 && send_all(connection, sent, reply) < 0)
            {
                length = -1;
                break;
            }

            start += (size_t)length;
        }

        if (length < 0)
        {
            break;
        }

        memmove(received, received + start, count - start);
        count -= start;
    }

    free(received);
    free(sent);
    close(connection);
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc != 3)
    {
        fprintf(stderr, "usage: floor SOCKET FOLDER\n");
        return 2;
    }

    struct sockaddr_un address = unix_address(argv[1]);
    unlink(argv[1]);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    if (listener < 0 || bind(listener, (const struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 128) != 0)
    {
        fail(argv[1]);
    }

    load_results(argv[2]);
    printf("listening on unix:%s\n", argv[1]);
    fflush(stdout);

    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 128 << 10);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    for (;;)
    {
        int connection = accept(listener, NULL, NULL);
        pthread_t thread;
        if (connection >= 0 && pthread_create(&thread, &small, serve, (void *)(intptr_t)connection) != 0)
        {
            close(connection);
        }
    }
}
