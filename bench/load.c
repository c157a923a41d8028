/*
 * Asks an agent, or what speaks like one, as fast as it answers, and measures:
 *
 *     load [--connections N] [--requests N] [--fresh] [--server PID [--memory-at N]] METHOD SOCKET...
 *
 * Each connection has a thread that sends a request and waits for its answer, in blocking calls; connections are spread over the sockets in turn.
 * Every answer is checked to be the result of its request. With --fresh, requests are sent for 0.8 s at a time after one that has the host's facts
 * gathered anew, so that all that are measured find facts that are kept. Prints one line:
 *
 *     requests=N per_second=N p50=US p99=US max=US cpu=US
 *
 * Times in microseconds from before the request is sent to after its answer is read. `cpu` is what the process PID used a request, on all its threads.
 * With --memory-at, requests rest after the first N of them, and a second line tells what memory PID holds then and at the end, connections open, in KB:
 *
 *     resident_before=KB private_before=KB resident_after=KB private_after=KB
 */
#define _GNU_SOURCE
#include "wire.h"
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WINDOW_NS 800000000ull

/* Ids have as many digits from the first to the last, so that a request differs from the one before in its digits alone. */
#define FIRST_ID "1000000000"
#define ID_DIGITS (sizeof FIRST_ID - 1)

static const char s_id_member[] = "{\"jsonrpc\":\"2.0\",\"id\":";
static const char s_result_member[] = ",\"result\":";

struct link
{
    int socket;
    size_t received;
    char buffer[BUFFER];
};

struct worker
{
    pthread_t thread;
    struct link link;
    char request[512];
    size_t request_length;
    char *id;
    uint32_t *samples;
    size_t wanted; /* as yet */
    size_t done;
};

static const char *s_method;
static bool s_ended;
static uint64_t s_deadline;
static pthread_barrier_t s_begin, s_end;

static uint64_t now(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void send_all(const struct link *link, const char *bytes, size_t count)
{
    for (size_t at = 0; at < count;)
    {
        ssize_t sent = send(link->socket, bytes + at, count - at, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
        {
            fail("send");
        }

        at += sent > 0 ? (size_t)sent : 0;
    }
}

/* Receives one frame; there is never more than one on its way. */
static const char *receive_body(struct link *link, size_t *length)
{
    size_t body = 0;
    long frame = 0;
    link->received = 0;
    while (frame == 0)
    {
        ssize_t got = recv(link->socket, link->buffer + link->received, BUFFER - link->received, 0);
        if (got == 0)
        {
            fprintf(stderr, "load: the server closed the connection\n");
            exit(1);
        }

        if (got < 0 && errno != EINTR)
        {
            fail("recv");
        }

        link->received += got > 0 ? (size_t)got : 0;
        frame = frame_length(link->buffer, link->received, &body);
    }

    if (frame < 0 || (size_t)frame != link->received)
    {
        fprintf(stderr, "load: what came is not one frame: %.*s\n", (int)link->received, link->buffer);
        exit(1);
    }

    *length = (size_t)frame - body;
    return link->buffer + body;
}

static void expect_result(struct link *link, const char *id)
{
    size_t length;
    const char *body = receive_body(link, &length);
    const size_t id_at = sizeof s_id_member - 1, result_at = id_at + ID_DIGITS;
    bool is_result = length > result_at + sizeof s_result_member
        && memcmp(body, s_id_member, id_at) == 0
        && memcmp(body + id_at, id, ID_DIGITS) == 0
        && memcmp(body + result_at, s_result_member, sizeof s_result_member - 1) == 0;
    if (!is_result)
    {
        fprintf(stderr, "load: the answer is not the result of request %.10s: %.*s\n", id, (int)length, body);
        exit(1);
    }
}

/* Writes a request; returns its length and where its id stands. */
static size_t make_request(char *to, size_t size, const char *method, const char *parameters, char **id)
{
    char body[384];
    int length = snprintf(body, sizeof body, "%s" FIRST_ID ",\"method\":\"%s\",\"params\":%s}", s_id_member, method, parameters);
    int written = snprintf(to, size, "Content-Length: %d\r\n\r\n%s", length, body);
    if (length >= (int)sizeof body || written >= (int)size)
    {
        fprintf(stderr, "load: the request is too long\n");
        exit(2);
    }

    *id = to + written - length + sizeof s_id_member - 1;
    return (size_t)written;
}

static void ask_once(struct link *link, const char *method, const char *parameters)
{
    char request[512], *id;
    size_t length = make_request(request, sizeof request, method, parameters, &id);
    send_all(link, request, length);
    expect_result(link, id);
}

static void open_link(struct link *link, const char *path)
{
    struct sockaddr_un address = unix_address(path);
    link->socket = socket(AF_UNIX, SOCK_STREAM, 0);
    if (link->socket < 0 || connect(link->socket, (const struct sockaddr *)&address, sizeof address) != 0)
    {
        fail(path);
    }

    ask_once(link, "initialize", "{\"protocolVersions\":[1],\"clientInfo\":{\"name\":\"load\",\"version\":\"1\"},\"capabilities\":{}}");
}

struct memory
{
    long resident, private;
};

/* Private is what no file stands behind. */
static struct memory memory_of(pid_t process)
{
    char path[64], line[256];
    struct memory memory = { 0, 0 };
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)process);
    FILE *file = fopen(path, "r");
    if (file == NULL)
    {
        fail(path);
    }

    while (fgets(line, sizeof line, file) != NULL)
    {
        sscanf(line, "Rss: %ld", &memory.resident);
        sscanf(line, "Anonymous: %ld", &memory.private);
    }

    fclose(file);
    return memory;
}

static void next_id(char *id)
{
    size_t at = ID_DIGITS;
    do
    {
        at--;
        id[at] = id[at] == '9' ? '0' : (char)(id[at] + 1);
    }
    while (id[at] == '0' && at > 0);
}

static void *drive(void *argument)
{
    struct worker *worker = argument;
    for (;;)
    {
        pthread_barrier_wait(&s_begin);
        if (s_ended)
        {
            return NULL;
        }

        uint64_t before = 0;
        while (worker->done < worker->wanted && (before = now(CLOCK_MONOTONIC)) < s_deadline)
        {
            send_all(&worker->link, worker->request, worker->request_length);
            expect_result(&worker->link, worker->id);
            uint64_t took = now(CLOCK_MONOTONIC) - before;
            worker->samples[worker->done++] = took < UINT32_MAX ? (uint32_t)took : UINT32_MAX;
            next_id(worker->id);
        }

        pthread_barrier_wait(&s_end);
    }
}

static int compare(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static size_t number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*end != '\0' || value == 0 || value > 100000000)
    {
        fprintf(stderr, "load: '%s' is not a number from 1 to 100000000\n", text);
        exit(2);
    }

    return value;
}

int main(int argc, char **argv)
{
    size_t connections = 1, requests = 100000, memory_at = 0;
    pid_t server = 0;
    bool fresh = false;
    int at = 1;
    for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++)
    {
        if (strcmp(argv[at], "--fresh") == 0)
        {
            fresh = true;
        }
        else if (at + 1 < argc && strcmp(argv[at], "--connections") == 0)
        {
            connections = number(argv[++at]);
        }
        else if (at + 1 < argc && strcmp(argv[at], "--requests") == 0)
        {
            requests = number(argv[++at]);
        }
        else if (at + 1 < argc && strcmp(argv[at], "--memory-at") == 0)
        {
            memory_at = number(argv[++at]);
        }
        else if (at + 1 < argc && strcmp(argv[at], "--server") == 0)
        {
            server = (pid_t)number(argv[++at]);
        }
        else
        {
            fprintf(stderr, "load: unknown option '%s'\n", argv[at]);
            return 2;
        }
    }

    if (argc - at < 2 || (memory_at != 0 && server == 0))
    {
        fprintf(stderr, "usage: load [--connections N] [--requests N] [--fresh] [--server PID [--memory-at N]] METHOD SOCKET...\n");
        return 2;
    }

    s_method = argv[at++];
    size_t per_connection = (requests + connections - 1) / connections;
    requests = per_connection * connections;
    struct worker *workers = calloc(connections, sizeof *workers);
    uint32_t *samples = calloc(requests, sizeof *samples);
    if (workers == NULL || samples == NULL)
    {
        fail("memory");
    }

    pthread_barrier_init(&s_begin, NULL, (unsigned)connections + 1);
    pthread_barrier_init(&s_end, NULL, (unsigned)connections + 1);
    for (size_t i = 0; i < connections; i++)
    {
        struct worker *worker = &workers[i];
        open_link(&worker->link, argv[at + (int)(i % (size_t)(argc - at))]);
        worker->request_length = make_request(worker->request, sizeof worker->request, s_method, "{}", &worker->id);
        worker->samples = samples + i * per_connection;
        if (pthread_create(&worker->thread, NULL, drive, worker) != 0)
        {
            fail("thread");
        }
    }

    clockid_t server_clock = CLOCK_PROCESS_CPUTIME_ID;
    if (server != 0 && (errno = clock_getcpuclockid(server, &server_clock)) != 0)
    {
        fail("the server's clock");
    }

    struct memory before = { 0, 0 };
    uint64_t elapsed = 0, used = 0;
    for (size_t done = 0, goal = memory_at != 0 ? memory_at / connections : per_connection; done < requests;)
    {
        if (fresh)
        {
            ask_once(&workers[0].link, s_method, "{\"refresh\":true}");
        }

        for (size_t i = 0; i < connections; i++)
        {
            workers[i].wanted = goal;
        }

        uint64_t used_before = now(server_clock), began = now(CLOCK_MONOTONIC);
        s_deadline = fresh ? began + WINDOW_NS : UINT64_MAX;
        pthread_barrier_wait(&s_begin);
        pthread_barrier_wait(&s_end);
        elapsed += now(CLOCK_MONOTONIC) - began;
        used += now(server_clock) - used_before;
        done = 0;
        for (size_t i = 0; i < connections; i++)
        {
            done += workers[i].done;
        }

        if (done == goal * connections && goal < per_connection)
        {
            sleep(1);
            before = memory_of(server);
            goal = per_connection;
        }
    }

    s_ended = true;
    pthread_barrier_wait(&s_begin);
    qsort(samples, requests, sizeof *samples, compare);
    printf("requests=%zu per_second=%.0f p50=%.2f p99=%.2f max=%.2f cpu=%.2f\n", requests, (double)requests * 1e9 / (double)elapsed,
           samples[requests / 2] / 1e3, samples[requests * 99 / 100] / 1e3, samples[requests - 1] / 1e3,
           server != 0 ? (double)used / 1e3 / (double)requests : 0.0);
    if (memory_at != 0)
    {
        sleep(1);
        struct memory after = memory_of(server);
        printf("resident_before=%ld private_before=%ld resident_after=%ld private_after=%ld\n", before.resident, before.private, after.resident, after.private);
    }

    return 0;
}
