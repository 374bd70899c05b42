#include "load_options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: load --port N [options]\n"
    "  --mode counter|echo|open|idle  what to do (default counter)\n"
    "  --server app|echo     open and idle: what is at the other end (default app)\n"
    "  --host ADDRESS        IPv4 address (default 127.0.0.1)\n"
    "  --path PATH           WebSocket endpoint (default /ws)\n"
    "  --connections N       (default 100)\n"
    "  --in-flight K         closed loop: unanswered events per connection (default 1)\n"
    "  --rate R              open loop: R events per second over all connections\n"
    "  --seconds S           measured time (default 3)\n"
    "  --warmup S            time before it (default 1)\n"
    "  --request-bytes N     echo: payload of a request (default 35)\n"
    "  --reply-bytes N       echo: payload of the reply to one request (default 35)\n"
    "  --concurrency N       sessions being opened at once (default 64)\n"
    "  --reopen              open: close each session at once and go on for --seconds\n"
    "  --spin                never sleep; for latencies, on a CPU of its own\n"
    "  --server-pid PID      count this process's CPU time (repeatable)\n"
    "  --json                one line of JSON on stdout\n"
    "exit status: 0 good, 1 the run failed (wrong count, lost connection), 2 wrong usage\n";

enum option_id {
    OPTION_MODE = 256,
    OPTION_SERVER,
    OPTION_HOST,
    OPTION_PORT,
    OPTION_PATH,
    OPTION_CONNECTIONS,
    OPTION_IN_FLIGHT,
    OPTION_RATE,
    OPTION_SECONDS,
    OPTION_WARMUP,
    OPTION_REQUEST_BYTES,
    OPTION_REPLY_BYTES,
    OPTION_CONCURRENCY,
    OPTION_REOPEN,
    OPTION_SPIN,
    OPTION_SERVER_PID,
    OPTION_JSON,
    OPTION_HELP,
};

static const struct option long_options[] = {
    {"mode", required_argument, NULL, OPTION_MODE},
    {"server", required_argument, NULL, OPTION_SERVER},
    {"host", required_argument, NULL, OPTION_HOST},
    {"port", required_argument, NULL, OPTION_PORT},
    {"path", required_argument, NULL, OPTION_PATH},
    {"connections", required_argument, NULL, OPTION_CONNECTIONS},
    {"in-flight", required_argument, NULL, OPTION_IN_FLIGHT},
    {"rate", required_argument, NULL, OPTION_RATE},
    {"seconds", required_argument, NULL, OPTION_SECONDS},
    {"warmup", required_argument, NULL, OPTION_WARMUP},
    {"request-bytes", required_argument, NULL, OPTION_REQUEST_BYTES},
    {"reply-bytes", required_argument, NULL, OPTION_REPLY_BYTES},
    {"concurrency", required_argument, NULL, OPTION_CONCURRENCY},
    {"reopen", no_argument, NULL, OPTION_REOPEN},
    {"spin", no_argument, NULL, OPTION_SPIN},
    {"server-pid", required_argument, NULL, OPTION_SERVER_PID},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static int refuse(const char *option, const char *value)
{
    fprintf(stderr, "load: --%s cannot take \"%s\"\n", option, value);
    return -1;
}

// A number between `min` and `max`; whole unless `is_fraction`.
static int parse_number(const char *text, double min, double max, bool is_fraction, double *out)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || !(value >= min && value <= max))
        return -1;
    if (!is_fraction && floor(value) != value)
        return -1;
    *out = value;
    return 0;
}

static int parse_mode(const char *text, enum load_mode *out)
{
    static const char *const names[] = {"counter", "echo", "open", "idle"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = (enum load_mode)i;
            return 0;
        }
    }
    return -1;
}

static int take_number(struct load_options *self, int option, const char *text)
{
    double value = 0;
    bool is_time = option == OPTION_SECONDS || option == OPTION_WARMUP || option == OPTION_RATE;
    double max = option == OPTION_PORT          ? 65535
                 : option == OPTION_IN_FLIGHT   ? 1024
                 : option == OPTION_CONNECTIONS ? 100000
                                                : 1e7;
    double min = is_time ? 0 : 1;
    if (parse_number(text, min, max, is_time, &value) != 0)
        return -1;
    switch (option) {
    case OPTION_PORT:
        self->port = (int)value;
        return 0;
    case OPTION_CONNECTIONS:
        self->connections = (unsigned)value;
        return 0;
    case OPTION_IN_FLIGHT:
        self->in_flight = (unsigned)value;
        return 0;
    case OPTION_CONCURRENCY:
        self->concurrency = (unsigned)value;
        return 0;
    case OPTION_RATE:
        self->rate = value;
        return 0;
    case OPTION_SECONDS:
        self->seconds = value;
        return 0;
    case OPTION_WARMUP:
        self->warmup = value;
        return 0;
    case OPTION_REQUEST_BYTES:
        self->request_bytes = (size_t)value;
        return 0;
    case OPTION_REPLY_BYTES:
        self->reply_bytes = (size_t)value;
        return 0;
    case OPTION_SERVER_PID:
        if (self->server_pid_count == LOAD_SERVER_PIDS_MAX)
            return -1;
        self->server_pids[self->server_pid_count++] = (pid_t)value;
        return 0;
    default:
        return -1;
    }
}

static int take_option(struct load_options *self, int option, const char *text)
{
    switch (option) {
    case OPTION_MODE:
        return parse_mode(text, &self->mode);
    case OPTION_SERVER:
        self->is_echo = strcmp(text, "echo") == 0;
        return self->is_echo || strcmp(text, "app") == 0 ? 0 : -1;
    case OPTION_HOST: {
        struct in_addr ignored;
        self->host = text;
        return inet_pton(AF_INET, text, &ignored) == 1 ? 0 : -1;
    }
    case OPTION_PATH:
        self->path = text;
        return text[0] == '/' ? 0 : -1;
    case OPTION_REOPEN:
        self->is_reopening = true;
        return 0;
    case OPTION_SPIN:
        self->is_spinning = true;
        return 0;
    case OPTION_JSON:
        self->is_json = true;
        return 0;
    default:
        return take_number(self, option, text);
    }
}

int load_options_parse(struct load_options *out, int argc, char **argv)
{
    *out = (struct load_options){
        .mode = LOAD_COUNTER,
        .host = "127.0.0.1",
        .path = "/ws",
        .connections = 100,
        .in_flight = 1,
        .concurrency = 64,
        .seconds = 3,
        .warmup = 1,
        .request_bytes = 35,
        .reply_bytes = 35,
    };
    int option;
    int index = 0;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", long_options, &index)) != -1) {
        if (option == '?') {
            fprintf(stderr, "load: unknown or incomplete option \"%s\", see --help\n",
                    argv[optind - 1]);
            return -1;
        }
        if (option == OPTION_HELP) {
            fputs(help, stdout);
            return 1;
        }
        if (take_option(out, option, optarg) != 0)
            return refuse(long_options[index].name, optarg);
    }
    if (optind < argc) {
        fprintf(stderr, "load: unexpected argument \"%s\"\n", argv[optind]);
        return -1;
    }
    if (out->port == 0) {
        fputs("load: --port is missing\n", stderr);
        return -1;
    }
    if (out->mode == LOAD_ECHO)
        out->is_echo = true;
    return 0;
}
