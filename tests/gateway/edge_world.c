#include "edge_world.h"

#include <check.h>
#include <ev.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "base/client_limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "gateway/tls.h"
#include "raw_browser.h"
#include "raw_tls.h"
#include "tests/support/scratch.h"
#include "uploads/upload_url.h"
#include "wire/flet.h"
#include "wire/rows.h"
#include "wire/writer.h"

enum { QUIET_MS = 200 };

unsigned char edge_big_file[100000];
tr_asset edge_assets[] = {
    {"index.html", BYTES("<!doctype html>hello"), BYTES("GZ"), "\"i1\""},
    {"assets/big-1a2b.bin", edge_big_file, sizeof edge_big_file, NULL, 0, "\"b1\""},
    {"assets/worker-1a2b.js", BYTES("let b;"), NULL, 0, "\"k1\""},
};

struct world edge_world;

void edge_changed(void)
{
    pthread_cond_broadcast(&edge_world.changed);
    pthread_mutex_unlock(&edge_world.lock);
}

static void copy_text(tr_slice text, char *out, size_t cap)
{
    ck_assert_uint_lt(text.size, cap);
    if (text.size != 0)
        memcpy(out, text.data, text.size);
    out[text.size] = '\0';
}

static tr_packet *packet_of(size_t size)
{
    tr_packet *packet = tr_packet_new(size);
    memset(tr_packet_data(packet), 'x', size);
    packet->size = (uint32_t)size;
    return packet;
}

static void send_packet(tr_actor *self, tr_address to, tr_packet *packet)
{
    if (tr_send(tr_actor_core(self), tr_actor_address(self), to, browser_packet, .packet = packet) <
        0)
        tr_packet_unref(packet);
}

// Fills its own mailbox until it is told to stop: nobody else has room in it.
static void spin(tr_actor *self)
{
    pthread_mutex_lock(&edge_world.lock);
    bool is_jammed = edge_world.is_jammed;
    pthread_mutex_unlock(&edge_world.lock);
    tr_address own = tr_actor_address(self);
    // Of both classes: what overtakes, and what does not.
    while (is_jammed && tr_send(tr_actor_core(self), own, own, browser_credit, .packets = 1) == 0)
        ;
    while (is_jammed && tr_send(tr_actor_core(self), own, own, browser_event,
                                .name = TR_SLICE("spin"), .data = TR_SLICE("\xc0")) == 0)
        ;
}

void edge_jam(bool is_jammed)
{
    pthread_mutex_lock(&edge_world.lock);
    edge_world.is_jammed = is_jammed;
    pthread_mutex_unlock(&edge_world.lock);
}

static void on_open(tr_actor *self, const tr_message *message)
{
    const tr_msg_session_open *open = TR_BODY(message, session_open);
    pthread_mutex_lock(&edge_world.lock);
    edge_world.opens++;
    edge_world.newest_wins = open->newest_wins;
    copy_text(open->client_ip, edge_world.ip, sizeof edge_world.ip);
    copy_text(open->user_agent, edge_world.agent, sizeof edge_world.agent);
    edge_changed();
    edge_world.asker = message->from;
    if (tr_slice_is(open->page_name, "mute"))
        return;
    // As somebody on the bus may say it.
    tr_packet *answer = tr_slice_is(open->page_name, "blank") ? NULL : tr_packet_of("answer", 6);
    if (tr_send(tr_actor_core(self), tr_actor_address(self), message->from, session_attached,
                .answer = answer) < 0)
        tr_packet_unref(answer);
}

static void on_event(tr_actor *self, const tr_message *message)
{
    const tr_msg_browser_event *event = TR_BODY(message, browser_event);
    tr_core *core = tr_actor_core(self);
    tr_address me = tr_actor_address(self);
    if (tr_slice_is(event->name, "spin")) {
        spin(self);
        return;
    }
    pthread_mutex_lock(&edge_world.lock);
    edge_world.events++;
    edge_changed();
    if (tr_slice_is(event->name, "hold"))
        return;
    (void)tr_send(core, me, message->from, browser_credit, .packets = 1);
    if (tr_slice_is(event->name, "echo"))
        send_packet(self, message->from, tr_packet_of(event->data.data, event->data.size));
    else if (tr_slice_is(event->name, "empty"))
        send_packet(self, message->from, NULL);
    else if (tr_slice_is(event->name, "credit"))
        (void)tr_send(core, me, message->from, browser_credit, .packets = TR_CONNECTION_WINDOW);
    else if (tr_slice_is(event->name, "jam")) {
        send_packet(self, message->from, tr_packet_of("jammed", 6));
        edge_jam(true);
        spin(self);
    } else if (tr_slice_is(event->name, "big"))
        send_packet(self, message->from, packet_of(BIG_PACKET_BYTES));
    else if (tr_slice_is(event->name, "bye")) {
        send_packet(self, message->from, tr_packet_of("last words", 10));
        (void)tr_send(core, me, message->from, browser_close, .code = 4001,
                      .reason = TR_SLICE("bye"));
    } else if (tr_slice_is(event->name, "gone")) {
        (void)tr_send(core, me, message->from, receiver_gone, .type = TR_MSG_browser_event);
    } else if (tr_slice_is(event->name, "die")) {
        (void)tr_send(core, me, tr_address_of(tr_core_node(core), 0, TR_SLOT_GATEWAY), node_down,
                      .node = tr_core_node(core));
    }
}

static void on_told(const tr_message *message)
{
    if (message->shape->type != TR_MSG_download_step ||
        TR_BODY(message, download_step)->step != TR_DOWNLOAD_STEP_BROKEN)
        return;
    pthread_mutex_lock(&edge_world.lock);
    edge_world.broken++;
    edge_changed();
}

static void on_message(tr_actor *self, tr_message *message)
{
    switch (message->shape->type) {
    case TR_MSG_session_open:
        on_open(self, message);
        break;
    case TR_MSG_browser_event:
        on_event(self, message);
        break;
    case TR_MSG_browser_credit:
        spin(self);
        break;
    case TR_MSG_session_detach:
        pthread_mutex_lock(&edge_world.lock);
        edge_world.detaches++;
        edge_world.detach_code = TR_BODY(message, session_detach)->code;
        edge_changed();
        break;
    case TR_MSG_browser_packet_written:
        pthread_mutex_lock(&edge_world.lock);
        edge_world.written += TR_BODY(message, browser_packet_written)->packets;
        edge_changed();
        break;
    default:
        if ((message->flags & TR_FLAG_ASK) == 0)
            on_told(message);
        else if (edge_world.on_question != NULL)
            edge_world.on_question(message);
        break;
    }
}

static const tr_behaviour sessions = {.name = "sessions", .on_message = on_message};

void edge_announce_worker(tr_core *core)
{
    tr_buf members = {0};
    tr_write_array(&members, 1);
    tr_buf shards = {0};
    tr_write_array(&shards, 1);
    tr_row_write(&shards, shard, .shard = 0, .epoch = 1, .core = 0); // sessions can be made here
    tr_row_write(&members, member, .node = tr_core_node(core), .name = TR_SLICE("here"),
                 .roles = TR_ROLE_ALL, .cores = 1, .shards = tr_buf_slice(&shards));
    tr_buf_done(&shards);
    int result =
        tr_send(core, TR_NOWHERE, tr_address_of(tr_core_node(core), 0, TR_SLOT_CORE),
                routes_changed, .members = {(const char *)members.data, (uint32_t)members.size});
    tr_must(result == 0);
    tr_buf_done(&members);
}

static int set_up_core(tr_core *core, void *arg)
{
    (void)arg;
    int result = tr_spawn(core, &sessions, NULL, TR_SLOT_SESSIONS, NULL);
    if (result < 0)
        return result;
    if (!edge_world.without_worker)
        edge_announce_worker(core);
    return tr_gateway_start(core, &edge_world.options, &edge_world.port);
}

void edge_tear_down_core(tr_core *core, void *arg)
{
    (void)arg;
    tr_gateway_stop(core);
}

// The news of workers travels over the transport under test.
static void wait_for_worker(void)
{
    time_t until = time(NULL) + WAIT_S;
    for (unsigned status = 0; status != 200;) {
        ck_assert(time(NULL) < until);
        int peer = raw_dial();
        static const char request[] = "HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n";
        raw_put(peer, request, sizeof request - 1);
        status = raw_status_of(raw_take_head(peer));
        close(peer);
    }
}

void edge_world_up(void)
{
    pthread_mutex_init(&edge_world.lock, NULL);
    pthread_cond_init(&edge_world.changed, NULL);
    tr_log_level_set(TR_LOG_ERROR);
    edge_world.options.site.files[0] =
        (tr_http_files){edge_assets, sizeof edge_assets / sizeof *edge_assets, true};
    tr_system_options options = {.core_count = 1,
                                 .transport = edge_world.transport,
                                 .held_clock = edge_world.held_clock,
                                 .setup = set_up_core,
                                 .teardown = edge_tear_down_core};
    ck_assert_int_eq(tr_system_start(&options, &edge_world.system), 0);
    ck_assert(edge_world.is_portless == (edge_world.port == 0));
    raw_port = edge_world.port;
    if (!edge_world.without_worker)
        wait_for_worker();
}

static char tls_folder[64];

void edge_encrypt(void)
{
    char certificate[128];
    char key[128];
    char why[256];
    scratch_make(tls_folder, sizeof tls_folder, "tls");
    raw_tls_make_certificate(tls_folder);
    snprintf(certificate, sizeof certificate, "%s/tls.pem", tls_folder);
    snprintf(key, sizeof key, "%s/tls.key", tls_folder);
    ck_assert_int_eq(tr_tls_open(certificate, key, why, sizeof why, &edge_world.options.tls), 0);
    raw_tls_begin();
}

static void forget_tls(void)
{
    tr_tls_close(&edge_world.options.tls);
    raw_tls_end();
    scratch_remove(tls_folder);
}

void edge_world_down(void)
{
    tr_system_stop(&edge_world.system);
    if (edge_world.options.tls != NULL)
        forget_tls();
    pthread_cond_destroy(&edge_world.changed);
    pthread_mutex_destroy(&edge_world.lock);
    memset(&edge_world, 0, sizeof edge_world);
}

bool edge_wait_on(unsigned *value, unsigned wanted)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_S;
    pthread_mutex_lock(&edge_world.lock);
    int result = 0;
    while (*value < wanted && result == 0)
        result = pthread_cond_timedwait(&edge_world.changed, &edge_world.lock, &until);
    bool is_there = *value >= wanted;
    pthread_mutex_unlock(&edge_world.lock);
    return is_there;
}

static void fetch_stats(tr_core *core, void *arg)
{
    (void)arg;
    pthread_mutex_lock(&edge_world.lock);
    edge_world.stats = tr_gateway_stats_get(core);
    edge_world.turns = ev_iteration(tr_core_loop(core));
    edge_world.has_stats = true;
    edge_changed();
}

tr_gateway_stats edge_stats(void)
{
    edge_world.has_stats = false;
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, fetch_stats, NULL), 0);
    pthread_mutex_lock(&edge_world.lock);
    while (!edge_world.has_stats)
        pthread_cond_wait(&edge_world.changed, &edge_world.lock);
    tr_gateway_stats copy = edge_world.stats;
    pthread_mutex_unlock(&edge_world.lock);
    return copy;
}

unsigned edge_turns(void)
{
    (void)edge_stats();
    return edge_world.turns;
}

static uint64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

// The loop turns for timers and for our own questions, which is less than once in a millisecond; a thread
// that spins has dozens of turns in each.
void edge_costs_nothing(void)
{
    for (unsigned i = 0; i < 4; i++) // what is due at once may be done
        (void)edge_turns();
    uint64_t begun_ms = now_ms();
    unsigned before = edge_turns();
    (void)poll(NULL, 0, QUIET_MS); // what is measured is how little happens in it
    unsigned turns = edge_turns() - before;
    uint64_t took_ms = now_ms() - begun_ms;
    ck_assert_msg(turns < took_ms, "%u turns in %u ms", turns, (unsigned)took_ms);
}

int edge_browser(void)
{
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    ck_assert_uint_eq(raw_handshake(peer, "/ws", ""), 101);
    return peer;
}

void edge_put_register(int peer, const char *page_name, const char *page)
{
    tr_buf packet = {0};
    tr_flet_write_client_register(&packet, (tr_slice){0}, tr_slice_of(page_name),
                                  tr_slice_of(page));
    raw_put_buf(peer, &packet);
}

int edge_attached_browser(void)
{
    int peer = edge_browser();
    edge_put_register(peer, "", "\x80");
    raw_expect_message(peer, "answer", 6);
    return peer;
}

void edge_put_event(int peer, const char *name, const char *data)
{
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, 1, tr_slice_of(name), tr_slice_of(data));
    raw_put_buf(peer, &packet);
}

void edge_set_up(void)
{
    memset(edge_big_file, 'b', sizeof edge_big_file);
    edge_world_up();
}

void edge_tear_down(void)
{
    edge_world_down();
}

response edge_ask(int peer, const char *request, bool has_body)
{
    raw_put(peer, request, strlen(request));
    response got = {0};
    strcpy(got.head, raw_take_head(peer));
    got.status = raw_status_of(got.head);
    const char *length = strstr(got.head, "content-length: ");
    if (length != NULL && has_body) {
        got.size = strtoull(length + 16, NULL, 10);
        got.body = tr_alloc(got.size + 1);
        raw_take(peer, got.body, got.size);
        got.body[got.size] = '\0';
    }
    return got;
}

int edge_server_side_of(int peer)
{
    struct sockaddr_in own;
    struct sockaddr_in other;
    socklen_t size = sizeof own;
    ck_assert_int_eq(getsockname(peer, (struct sockaddr *)&own, &size), 0);
    for (int fd = 3; fd < 1024; fd++) {
        size = sizeof other;
        if (fd != peer && getpeername(fd, (struct sockaddr *)&other, &size) == 0 &&
            other.sin_family == AF_INET && other.sin_port == own.sin_port)
            return fd;
    }
    ck_abort_msg("the server has not accepted it");
}

static tr_client_limits *limits;

void edge_set_up_limited(unsigned connections, const char *trusted_proxies)
{
    tr_log_level_set(TR_LOG_ERROR);
    limits = tr_client_limits_new(&(tr_client_caps){.connections = connections});
    edge_world.options.clients = limits;
    edge_world.options.trusted_proxies = trusted_proxies;
    edge_set_up();
}

void edge_tear_down_limited(void)
{
    edge_tear_down();
    ck_assert_uint_eq(tr_client_limits_count(limits), 0);
    tr_client_limits_free(&limits);
}
