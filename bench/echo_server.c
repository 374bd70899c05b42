// The yardstick: a bare libwebsockets server on a libev loop that answers every message with
// `--reply-bytes` bytes. A message costs here as much as a socket and libwebsockets cost; an app
// server is compared with it in the same run.
//
// Replies that are pending together leave as one WebSocket message, because libwebsockets permits
// one write per writable callback: the strongest honest yardstick when several are in flight.
#include <ev.h>
#include <getopt.h>
#include <libwebsockets.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
    WRITE_MAX = 64 << 10,
    // Allocated for each connection; longer messages come in pieces. Small, to be a lean yardstick.
    READ_BUFFER_BYTES = 256,
};

struct browser {
    uint32_t pending; // messages not yet answered
};

struct options {
    const char *host;
    int port;
    size_t reply_bytes;
};

static struct options options = {.host = "127.0.0.1", .reply_bytes = 35};
static uint8_t *reply; // LWS_PRE bytes of room, then as many replies as one write may hold
static uint32_t replies_per_write_max;

static int write_replies(struct lws *wsi, struct browser *browser)
{
    uint32_t count =
        browser->pending < replies_per_write_max ? browser->pending : replies_per_write_max;
    if (count == 0)
        return 0;
    size_t len = count * options.reply_bytes;
    browser->pending -= count;
    if (lws_write(wsi, reply + LWS_PRE, len, LWS_WRITE_BINARY) < (int)len)
        return -1;
    if (browser->pending > 0)
        lws_callback_on_writable(wsi);
    return 0;
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t len)
{
    struct browser *browser = user;
    (void)in;
    (void)len;
    switch (reason) {
    case LWS_CALLBACK_RECEIVE:
        if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi) > 0)
            return 0;
        browser->pending++;
        lws_callback_on_writable(wsi);
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return write_replies(wsi, browser);
    default:
        return 0;
    }
}

static void on_terminate(struct ev_loop *loop, ev_signal *watcher, int events)
{
    (void)watcher;
    (void)events;
    ev_break(loop, EVBREAK_ALL);
}

// libwebsockets' own timers do not fire on time on a foreign libev loop; an idle kick lets it look.
static void on_kick(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    lws_cancel_service(watcher->data);
}

static int refuse(const char *what, const char *value)
{
    fprintf(stderr, "echo_server: %s \"%s\"\n", what, value);
    return -1;
}

static int parse_options(int argc, char **argv)
{
    static const struct option long_options[] = {
        {"port", required_argument, NULL, 'p'},
        {"host", required_argument, NULL, 'h'},
        {"reply-bytes", required_argument, NULL, 'r'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        if (option == '?')
            return -1;
        if (option == 'h') {
            options.host = optarg;
            continue;
        }
        char *end = NULL;
        long value = strtol(optarg, &end, 10);
        bool is_port = option == 'p';
        if (*end != '\0' || value < (is_port ? 0 : 1) || value > (is_port ? 65535 : WRITE_MAX))
            return refuse(is_port ? "not a port:" : "not a reply size:", optarg);
        if (is_port)
            options.port = (int)value;
        else
            options.reply_bytes = (size_t)value;
    }
    return optind == argc ? 0 : refuse("no plain argument is expected:", argv[optind]);
}

static void raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static struct lws_context *listen_on(struct ev_loop *loop)
{
    static const struct lws_protocols protocols[] = {
        {.name = "echo",
         .callback = on_event,
         .per_session_data_size = sizeof(struct browser),
         .rx_buffer_size = READ_BUFFER_BYTES},
        {0},
    };
    void *loops[] = {loop};
    struct lws_context_creation_info info = {
        .port = options.port,
        .iface = options.host,
        .protocols = protocols,
        .options = LWS_SERVER_OPTION_LIBEV | LWS_SERVER_OPTION_DISABLE_IPV6,
        .foreign_loops = loops,
        .vhost_name = "echo",
    };
    return lws_create_context(&info);
}

int main(int argc, char **argv)
{
    if (parse_options(argc, argv) != 0)
        return 2;
    replies_per_write_max = (uint32_t)(WRITE_MAX / options.reply_bytes);
    reply = malloc(LWS_PRE + WRITE_MAX);
    if (reply == NULL)
        return 1;
    memset(reply, 'e', LWS_PRE + WRITE_MAX);
    raise_file_limit();
    lws_set_log_level(LLL_ERR, NULL);

    struct ev_loop *loop = ev_default_loop(0);
    struct lws_context *context = listen_on(loop);
    if (context == NULL) {
        fputs("echo_server: cannot listen\n", stderr);
        return 1;
    }
    int port = lws_get_vhost_listen_port(lws_get_vhost_by_name(context, "echo"));
    printf("listening on http://%s:%d\n", options.host, port);
    fflush(stdout);

    ev_signal on_term;
    ev_signal_init(&on_term, on_terminate, SIGTERM);
    ev_signal_start(loop, &on_term);
    ev_timer kick;
    ev_timer_init(&kick, on_kick, 0.05, 0.05);
    kick.data = context;
    ev_timer_start(loop, &kick);
    ev_run(loop, 0);

    ev_timer_stop(loop, &kick);
    ev_signal_stop(loop, &on_term);
    lws_context_destroy(context);
    free(reply);
    return 0;
}
