// The whole gateway on a real socket: one core thread with the gateway and a sessions actor that
// does what an event's name says; the test is the browser, byte by byte.

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "actors/bus/routes.h"
#include "actors/core/actor.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "gateway/gateway.h"
#include "raw_browser.h"
#include "troupe/actors/system.h"
#include "troupe/err.h"
#include "wire/close_code.h"
#include "wire/flet.h"
#include "wire/limits.h"
#include "wire/rows.h"
#include "wire/writer.h"

Suite *gateway_edge_suite(void);

// No socket buffers between us and the gateway hold a big packet.
enum { WAIT_S = 10, BIG_PACKET_BYTES = 12 * 1024 * 1024 };

#define BYTES(text) (const unsigned char *)(text), sizeof(text) - 1

static unsigned char big_file[100000];
static tr_asset assets[] = {
    {"index.html", BYTES("<!doctype html>hello"), BYTES("GZ"), "\"i1\""},
    {"assets/big-1a2b.bin", big_file, sizeof big_file, NULL, 0, "\"b1\""},
};

// The world.

static struct world {
    tr_system *system;
    unsigned port;
    bool without_worker;
    enum tr_transport transport;
    tr_gateway_options options;
    pthread_mutex_t lock; // guards what follows
    pthread_cond_t changed;
    unsigned opens;
    unsigned events;
    unsigned detaches;
    unsigned detach_code;
    unsigned written;
    bool newest_wins;
    bool is_jammed;
    tr_address asker; // the core thread's
    char ip[64];
    char agent[1024];
    tr_gateway_stats stats;
    bool has_stats;
} world;

static void changed(void)
{
    pthread_cond_broadcast(&world.changed);
    pthread_mutex_unlock(&world.lock);
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
    pthread_mutex_lock(&world.lock);
    bool is_jammed = world.is_jammed;
    pthread_mutex_unlock(&world.lock);
    tr_address own = tr_actor_address(self);
    // Of both classes: what overtakes, and what does not.
    while (is_jammed && tr_send(tr_actor_core(self), own, own, browser_credit, .packets = 1) == 0)
        ;
    while (is_jammed && tr_send(tr_actor_core(self), own, own, browser_event,
                                .name = TR_SLICE("spin"), .data = TR_SLICE("\xc0")) == 0)
        ;
}

static void jam(bool is_jammed)
{
    pthread_mutex_lock(&world.lock);
    world.is_jammed = is_jammed;
    pthread_mutex_unlock(&world.lock);
}

static void on_open(tr_actor *self, const tr_message *message)
{
    const tr_msg_session_open *open = TR_BODY(message, session_open);
    pthread_mutex_lock(&world.lock);
    world.opens++;
    world.newest_wins = open->newest_wins;
    copy_text(open->client_ip, world.ip, sizeof world.ip);
    copy_text(open->user_agent, world.agent, sizeof world.agent);
    changed();
    world.asker = message->from;
    if (tr_slice_is(open->page_name, "mute"))
        return;
    tr_packet *answer = tr_packet_of("answer", 6);
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
    pthread_mutex_lock(&world.lock);
    world.events++;
    changed();
    if (tr_slice_is(event->name, "hold"))
        return;
    (void)tr_send(core, me, message->from, browser_credit, .packets = 1);
    if (tr_slice_is(event->name, "echo"))
        send_packet(self, message->from, tr_packet_of(event->data.data, event->data.size));
    else if (tr_slice_is(event->name, "credit"))
        (void)tr_send(core, me, message->from, browser_credit, .packets = TR_CONNECTION_WINDOW);
    else if (tr_slice_is(event->name, "jam")) {
        send_packet(self, message->from, tr_packet_of("jammed", 6));
        jam(true);
        spin(self);
    } else if (tr_slice_is(event->name, "big"))
        send_packet(self, message->from, packet_of(BIG_PACKET_BYTES));
    else if (tr_slice_is(event->name, "bye")) {
        send_packet(self, message->from, tr_packet_of("last words", 10));
        (void)tr_send(core, me, message->from, browser_close, .code = 4001,
                      .reason = TR_SLICE("bye"));
    } else if (tr_slice_is(event->name, "die")) {
        (void)tr_send(core, me, tr_address_of(tr_core_node(core), 0, TR_SLOT_GATEWAY), node_down,
                      .node = tr_core_node(core));
    }
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
        pthread_mutex_lock(&world.lock);
        world.detaches++;
        world.detach_code = TR_BODY(message, session_detach)->code;
        changed();
        break;
    case TR_MSG_browser_packet_written:
        pthread_mutex_lock(&world.lock);
        world.written += TR_BODY(message, browser_packet_written)->packets;
        changed();
        break;
    default:
        break;
    }
}

static const tr_behaviour sessions = {.name = "sessions", .on_message = on_message};

static void announce_worker(tr_core *core)
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

static void announce(tr_core *core, void *arg)
{
    (void)arg;
    announce_worker(core);
}

static int set_up_core(tr_core *core, void *arg)
{
    (void)arg;
    int result = tr_spawn(core, &sessions, NULL, TR_SLOT_SESSIONS, NULL);
    if (result < 0)
        return result;
    if (!world.without_worker)
        announce_worker(core);
    return tr_gateway_start(core, &world.options, &world.port);
}

static void tear_down_core(tr_core *core, void *arg)
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

static void world_up(void)
{
    pthread_mutex_init(&world.lock, NULL);
    pthread_cond_init(&world.changed, NULL);
    tr_log_level_set(TR_LOG_ERROR);
    world.options.site.files[0] = (tr_http_files){assets, sizeof assets / sizeof *assets, true};
    tr_system_options options = {.core_count = 1,
                                 .transport = world.transport,
                                 .setup = set_up_core,
                                 .teardown = tear_down_core};
    ck_assert_int_eq(tr_system_start(&options, &world.system), 0);
    ck_assert_uint_ne(world.port, 0);
    raw_port = world.port;
    if (!world.without_worker)
        wait_for_worker();
}

static void world_down(void)
{
    tr_system_stop(&world.system);
    pthread_cond_destroy(&world.changed);
    pthread_mutex_destroy(&world.lock);
    memset(&world, 0, sizeof world);
}

static bool wait_on(unsigned *value, unsigned wanted)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_S;
    pthread_mutex_lock(&world.lock);
    int result = 0;
    while (*value < wanted && result == 0)
        result = pthread_cond_timedwait(&world.changed, &world.lock, &until);
    bool is_there = *value >= wanted;
    pthread_mutex_unlock(&world.lock);
    return is_there;
}

static void fetch_stats(tr_core *core, void *arg)
{
    (void)arg;
    pthread_mutex_lock(&world.lock);
    world.stats = tr_gateway_stats_get(core);
    world.has_stats = true;
    changed();
}

static tr_gateway_stats stats(void)
{
    world.has_stats = false;
    ck_assert_int_eq(tr_system_post(world.system, 0, fetch_stats, NULL), 0);
    pthread_mutex_lock(&world.lock);
    while (!world.has_stats)
        pthread_cond_wait(&world.changed, &world.lock);
    tr_gateway_stats copy = world.stats;
    pthread_mutex_unlock(&world.lock);
    return copy;
}

// Something that ends by itself: looked at again and again, without sleeping between (each look is
// a round trip to the core thread).
#define eventually(condition)                                                                      \
    do {                                                                                           \
        time_t until_ = time(NULL) + WAIT_S;                                                       \
        while (!(condition))                                                                       \
            ck_assert_msg(time(NULL) < until_, "never: %s", #condition);                           \
    } while (0)

static void drain(tr_core *core, void *arg)
{
    (void)arg;
    tr_gateway_drain(core);
}

// Browsers.

static int browser(void)
{
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    ck_assert_uint_eq(raw_handshake(peer, "/ws", ""), 101);
    return peer;
}

static void put_register(int peer, const char *page_name, const char *page)
{
    tr_buf packet = {0};
    tr_flet_write_client_register(&packet, (tr_slice){0}, tr_slice_of(page_name),
                                  tr_slice_of(page));
    raw_put_buf(peer, &packet);
}

static int attached_browser(void)
{
    int peer = browser();
    put_register(peer, "", "\x80");
    raw_expect_message(peer, "answer", 6);
    return peer;
}

static void put_event(int peer, const char *name, const char *data)
{
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, 1, tr_slice_of(name), tr_slice_of(data));
    raw_put_buf(peer, &packet);
}

static void set_up(void)
{
    memset(big_file, 'b', sizeof big_file);
    world_up();
}

static void tear_down(void)
{
    world_down();
}

// HTTP.

typedef struct response {
    unsigned status;
    char head[8192];
    char *body;
    size_t size;
} response;

static response ask(int peer, const char *request, bool has_body)
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

START_TEST(edge_serves_files_on_one_kept_connection)
{
    int peer = raw_dial();
    response page = ask(peer, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(page.status, 200);
    ck_assert_str_eq(page.body, "<!doctype html>hello");
    ck_assert_ptr_nonnull(strstr(page.head, "content-security-policy: default-src 'self'"));
    ck_assert_ptr_nonnull(strstr(page.head, "x-content-type-options: nosniff"));
    ck_assert_ptr_null(strstr(page.head, "cross-origin-"));
    ck_assert_ptr_nonnull(strstr(page.head, "cache-control: no-cache"));
    ck_assert_ptr_nonnull(strstr(page.head, "etag: \"i1\""));
    tr_free(page.body);

    response zipped =
        ask(peer, "GET /a/route?q=1 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n", true);
    ck_assert_str_eq(zipped.body, "GZ");
    ck_assert_ptr_nonnull(strstr(zipped.head, "content-encoding: gzip"));
    tr_free(zipped.body);

    response same =
        ask(peer, "GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: W/\"i1\"\r\n\r\n", false);
    ck_assert_uint_eq(same.status, 304);

    response head = ask(peer, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", false);
    ck_assert_uint_eq(head.status, 200);
    ck_assert_ptr_nonnull(strstr(head.head, "content-length: 20"));

    response big = ask(peer, "GET /assets/big-1a2b.bin HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(big.size, sizeof big_file);
    ck_assert_mem_eq(big.body, big_file, sizeof big_file);
    ck_assert_ptr_nonnull(strstr(big.head, "immutable"));
    tr_free(big.body);

    response gone = ask(peer, "GET /../secret.txt HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(gone.status, 404);
    tr_free(gone.body);

    response health = ask(peer, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(health.status, 200);
    ck_assert_str_eq(health.body,
                     "{\"status\":\"ok\",\"connections\":0,\"attached\":0,\"core\":0}\n");
    tr_free(health.body);
    close(peer);
}
END_TEST

static const struct {
    const char *request;
    unsigned status;
} requests[] = {
    {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody", 405},
    {"DELETE / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"GET /ws HTTP/1.1\r\nHost: x\r\n\r\n", 426},
    {"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 400},
    {"CONNECT a.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"PUT /x HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"BREW / HTTP/1.1\r\nHost: x\r\n\r\n", 405},
    {"\x16\x03\x01 a TLS hello", 400},
    {"hello\r\n\r\n", 400},
    {"GET /gone.png HTTP/1.1\r\nHost: x\r\n\r\n", 404},
    // One host, and one that is one.
    {"GET / HTTP/1.1\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    // Requests that a proxy in front could read in another way.
    {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: "
     "chunked\r\n\r\n0\r\n\r\n",
     400},
    {"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400},
    {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello", 400},
    // Handshakes that are none (RFC 6455 section 4.2.1).
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
     426},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
     426},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Version: 13\r\n\r\n",
     400},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: abc\r\n\r\n",
     400},
    {"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
     "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZ!==\r\n\r\n",
     400},
};

START_TEST(edge_refuses_requests)
{
    int peer = raw_dial();
    raw_put(peer, requests[_i].request, strlen(requests[_i].request));
    const char *head = raw_take_head(peer);
    ck_assert_uint_eq(raw_status_of(head), requests[_i].status);
    ck_assert_ptr_nonnull(strstr(head, "text/plain"));
    if (requests[_i].status == 405)
        ck_assert_ptr_nonnull(strstr(head, "allow: GET, HEAD"));
    if (requests[_i].status == 426)
        ck_assert_ptr_nonnull(strstr(head, "upgrade: websocket"));
    close(peer);
    eventually(stats().sockets == 0);
}
END_TEST

// A body that nobody asked for is not read as the next request.
START_TEST(edge_believes_nothing_behind_a_body)
{
    static const char request[] = "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 39\r\n\r\n"
                                  "GET /smuggled.png HTTP/1.1\r\nHost: x\r\n\r\n";
    uint64_t before = stats().requests;
    int peer = raw_dial();
    response first = ask(peer, request, true);
    ck_assert_uint_eq(first.status, 200);
    ck_assert_ptr_nonnull(strstr(first.head, "connection: close"));
    tr_free(first.body);
    raw_expect_end(peer);
    eventually(stats().sockets == 0);
    ck_assert_uint_eq(stats().requests, before + 1);
}
END_TEST

static const struct {
    size_t size;
    unsigned status;
} heads[] = {{15000, 200}, {16200, 200}, {16500, 431}, {100000, 431}};

START_TEST(edge_takes_sixteen_kibibytes_of_headers_and_says_so)
{
    static const char begin[] = "GET / HTTP/1.1\r\nHost: x\r\nCookie: ";
    tr_buf request = {0};
    tr_buf_append(&request, begin, sizeof begin - 1);
    memset(tr_buf_reserve(&request, heads[_i].size), 'x', heads[_i].size);
    request.size += heads[_i].size;
    tr_buf_append(&request, "\r\n\r\n", 4);
    int peer = raw_dial();
    raw_may_be_closed = true;
    raw_put(peer, request.data, request.size);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), heads[_i].status);
    close(peer);
    tr_buf_done(&request);
}
END_TEST

START_TEST(edge_sends_parts_of_files)
{
    int peer = raw_dial();
    response part = ask(
        peer, "GET /assets/big-1a2b.bin HTTP/1.1\r\nHost: x\r\nRange: bytes=99990-\r\n\r\n", true);
    ck_assert_uint_eq(part.status, 206);
    ck_assert_ptr_nonnull(strstr(part.head, "content-range: bytes 99990-99999/100000"));
    ck_assert_uint_eq(part.size, 10);
    tr_free(part.body);
    part = ask(peer, "GET /assets/big-1a2b.bin HTTP/1.1\r\nHost: x\r\nRange: bytes=100000-\r\n\r\n",
               true);
    ck_assert_uint_eq(part.status, 416);
    ck_assert_ptr_nonnull(strstr(part.head, "content-range: bytes */100000"));
    tr_free(part.body);
    part = ask(peer, "HEAD /assets/big-1a2b.bin HTTP/1.1\r\nHost: x\r\n\r\n", false);
    ck_assert_uint_eq(part.status, 200);
    ck_assert_ptr_nonnull(strstr(part.head, "accept-ranges: bytes"));
    close(peer);
}
END_TEST

// More than are held, none of which says a whole request: the oldest make room, and a browser gets
// its page.
START_TEST(edge_serves_while_hundreds_of_connections_are_silent)
{
    enum { SILENT = 400 };
    static int peers[SILENT];
    for (unsigned i = 0; i < SILENT; i++) {
        ck_assert_int_ge(peers[i] = raw_dial(), 0);
        if (i % 2 == 0)
            raw_put(peers[i], "GET / HTTP/1.1\r\nHost: x\r\nY: ", 28);
    }
    eventually(stats().sockets == SILENT);
    time_t begin = time(NULL);
    int peer = attached_browser();
    ck_assert_int_le(time(NULL) - begin, 2);
    close(peer);
    // One that goes on is served.
    raw_put(peers[SILENT - 2], "y\r\n\r\n", 5);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peers[SILENT - 2])), 200);
    for (unsigned i = 0; i < SILENT; i++)
        close(peers[i]);
    eventually(stats().sockets == 0);
}
END_TEST

// Longer than any time-out of libwebsockets, and less than a socket's buffers hold at a time.
START_TEST(edge_never_cuts_a_slow_download)
{
    enum { FILE_BYTES = 24 * 1024 * 1024, SECONDS = 12 };
    static tr_asset huge[] = {{"huge.bin", NULL, FILE_BYTES, NULL, 0, "\"h\""}};
    unsigned char *bytes = tr_calloc(1, FILE_BYTES);
    world_down();
    huge[0].data = bytes;
    world.options.site.files[1] = (tr_http_files){huge, 1, false};
    world_up();
    int peer = raw_dial();
    static const char request[] = "GET /huge.bin HTTP/1.1\r\nHost: x\r\n\r\n";
    raw_put(peer, request, sizeof request - 1);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), 200);
    static char piece[4096];
    size_t left = FILE_BYTES;
    for (unsigned i = 0; i < 10 * SECONDS; i++) {
        raw_take(peer, piece, sizeof piece);
        left -= sizeof piece;
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL); // the slowness itself
    }
    for (; left >= sizeof piece; left -= sizeof piece)
        raw_take(peer, piece, sizeof piece);
    close(peer);
    world_down();
    world_up();
    tr_free(bytes);
}
END_TEST

START_TEST(edge_refuses_a_client_that_does_not_mask)
{
    static const char *const packets[] = {"\x82\x02hi", "\x89\x02hi", "\x88\x02\x03\xe8"};
    int peer = browser();
    raw_put(peer, packets[_i], 4);
    raw_expect_close(peer, 1002);
    eventually(stats().connections == 0);
    close(attached_browser());
}
END_TEST

static const struct {
    const char *bytes;
    size_t size;
    unsigned answer;
} farewells[] = {
    {"\x03\xe8", 2, 1000},
    {"\x0b\xb8", 2, 3000},
    {"\x13\x87", 2, 4999},
    {"\x13\x88", 2, 1002}, // 5000
    {"\xff\xff", 2, 1002},
    {"\x03\xec", 2, 1002}, // 1004
    {"\x03\xee", 2, 1002},
    {"\x00\x00", 2, 1002},
    {"\x04\x4c", 2, 1002},
    {"\x03", 1, 1002},
    {"\x03\xe8hello", 7, 1000},
    {"\x03\xe8\xed\xa0\x80", 5, 1007},
    {"\x13\x88\xed\xa0\x80", 5, 1002},
};

START_TEST(edge_answers_a_farewell_as_the_standard_says)
{
    int peer = browser();
    raw_put_frame(peer, RAW_FIN | RAW_CLOSE, farewells[_i].bytes, farewells[_i].size);
    raw_message message = raw_take_message(peer);
    ck_assert_uint_eq(message.opcode, RAW_CLOSE);
    ck_assert_uint_ge(message.size, 2);
    ck_assert_uint_eq((unsigned)message.bytes[0] << 8 | message.bytes[1], farewells[_i].answer);
    tr_free(message.bytes);
    close(peer);
    eventually(stats().connections == 0);
}
END_TEST

START_TEST(edge_is_unwell_without_a_worker)
{
    world_down();
    world.without_worker = true;
    world_up();
    int peer = raw_dial();
    response health = ask(peer, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(health.status, 503);
    tr_free(health.body);
    close(peer);
    // A browser that comes is not sent away, but waits.
    peer = browser();
    put_register(peer, "", "\x80");
    ck_assert_uint_eq(stats().attached, 0);
    ck_assert_int_eq(tr_system_post(world.system, 0, announce, NULL), 0);
    raw_expect_message(peer, "answer", 6);
    close(peer);
}
END_TEST

// Waiting costs memory, so it is for so many, and for so many bytes.
START_TEST(edge_lets_no_more_wait_than_there_is_room_for)
{
    world_down();
    world.without_worker = true;
    world_up();
    tr_buf page = {0};
    tr_write_map(&page, 1);
    tr_write_literal(&page, "x");
    enum { PAGE_BYTES = 240 * 1024, ROOM = TR_PLACING_CAP_BYTES / PAGE_BYTES };
    tr_buf text = {0};
    memset(tr_buf_reserve(&text, PAGE_BYTES), 'x', PAGE_BYTES);
    tr_write_text(&page, (tr_slice){(const char *)text.data, PAGE_BYTES});
    int peers[ROOM + 1];
    for (unsigned i = 0; i <= ROOM; i++) {
        peers[i] = browser();
        tr_buf packet = {0};
        tr_flet_write_client_register(&packet, (tr_slice){0}, TR_SLICE(""), tr_buf_slice(&page));
        raw_put_buf(peers[i], &packet);
        uint64_t wanted = 16 * (uint64_t)(i + 1); // pieces
        eventually(stats().packets_in > wanted);
    }
    raw_expect_close(peers[ROOM], 1013);
    ck_assert_uint_eq(stats().connections, ROOM);
    ck_assert_int_eq(tr_system_post(world.system, 0, announce, NULL), 0);
    for (unsigned i = 0; i < ROOM; i++) {
        raw_expect_message(peers[i], "answer", 6);
        close(peers[i]);
    }
    tr_buf_done(&text);
    tr_buf_done(&page);
}
END_TEST

// Handshakes.

static const struct {
    const char *path;
    const char *more; // %u is the port
    const char *allowed;
    unsigned status;
} handshakes[] = {
    {"/ws", "", NULL, 101},
    {"/ws?x=1", "", NULL, 101},
    {"/ws", "Origin: http://127.0.0.1:%u\r\n", NULL, 101},
    {"/ws", "Origin: https://app.example\r\n", "https://app.example", 101},
    {"/ws", "Sec-WebSocket-Extensions: permessage-deflate\r\n", NULL, 101},
    {"/", "", NULL, 404},
    {"/wsx", "", NULL, 404},
    {"/ws/", "", NULL, 404},
};

START_TEST(edge_decides_handshakes)
{
    world_down();
    world.options.allowed_origins = handshakes[_i].allowed;
    world_up();
    char more[256];
    const char *mark = strstr(handshakes[_i].more, "%u");
    if (mark != NULL)
        snprintf(more, sizeof more, "%.*s%u%s", (int)(mark - handshakes[_i].more),
                 handshakes[_i].more, world.port, mark + 2);
    else
        snprintf(more, sizeof more, "%s", handshakes[_i].more);
    int peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, handshakes[_i].path, more), handshakes[_i].status);
    ck_assert_uint_eq(stats().refused, handshakes[_i].status != 101);
    close(peer);
    eventually(stats().sockets == 0);
}
END_TEST

static const char *const foreign[] = {"https://evil.example", "null", "http://127.0.0.1:1"};

// A script would see a refused handshake as a connection that failed, and try again for ever.
START_TEST(edge_tells_a_foreign_page_that_it_may_not_connect)
{
    char header[128];
    snprintf(header, sizeof header, "Origin: %s\r\n", foreign[_i]);
    int peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/ws", header), 101);
    raw_expect_close(peer, 4403);
    // Not a word of it is heard.
    peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/ws", header), 101);
    put_register(peer, "", "\x80");
    close(peer);
    eventually(stats().sockets == 0);
    ck_assert_uint_eq(world.opens, 0);
    ck_assert_uint_eq(stats().opened, 0);
    ck_assert_uint_eq(stats().refused, 2);
}
END_TEST

START_TEST(edge_serves_a_site_below_its_mount)
{
    world_down();
    world.options.site.mount = "/app";
    world.options.site.socket_path = "/app/ws";
    world.options.site.content_security_policy = "default-src 'none'";
    world.options.site.is_isolated = true;
    world_up();
    int peer = raw_dial();
    response page = ask(peer, "GET /app/route HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(page.status, 200);
    ck_assert_ptr_nonnull(strstr(page.head, "content-security-policy: default-src 'none'\r\n"));
    ck_assert_ptr_nonnull(strstr(page.head, "cross-origin-opener-policy: same-origin\r\n"));
    ck_assert_ptr_nonnull(strstr(page.head, "cross-origin-embedder-policy: require-corp\r\n"));
    tr_free(page.body);
    // Without its slash the page would look for everything one level up.
    page = ask(peer, "GET /app HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(page.status, 307);
    ck_assert_ptr_nonnull(strstr(page.head, "location: /app/\r\n"));
    tr_free(page.body);
    page = ask(peer, "GET /app?a=1&b=x HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_ptr_nonnull(strstr(page.head, "location: /app/?a=1&b=x\r\n"));
    tr_free(page.body);
    page = ask(peer, "GET /app?a=1%22%20set-cookie HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_ptr_null(strstr(page.head, "set-cookie"));
    tr_free(page.body);
    page = ask(peer, "GET /app/ HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(page.status, 200);
    tr_free(page.body);
    close(peer);
    peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/ws", ""), 404);
    close(peer);
    peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/app/ws", ""), 101);
    close(peer);
}
END_TEST

START_TEST(edge_refuses_connections_over_its_cap)
{
    world_down();
    world.options.connections_cap = 2;
    world_up();
    int first = browser();
    int second = browser();
    int third = raw_dial();
    ck_assert_uint_eq(raw_handshake(third, "/ws", ""), 503);
    close(third);
    close(first);
    eventually(stats().connections == 1);
    third = browser();
    close(second);
    close(third);
}
END_TEST

START_TEST(edge_tells_the_session_who_comes)
{
    world_down();
    world.options.trusted_proxies = "127.0.0.0/8";
    world_up();
    int peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/ws",
                                    "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\n"
                                    "User-Agent: Brow\xffser/1\r\n"),
                      101);
    put_register(peer, "", "\x81\xa6troupe\x01");
    raw_expect_message(peer, "answer", 6);
    ck_assert_str_eq(world.ip, "192.0.2.7");
    ck_assert_str_eq(world.agent, "Brow?ser/1");
    ck_assert(world.newest_wins);
    close(peer);
}
END_TEST

// Packets.

START_TEST(edge_echoes_events_of_any_shape)
{
    int peer = attached_browser();
    put_event(peer, "echo", "\xa2hi");
    raw_expect_message(peer, "\xa2hi", 3);
    ck_assert(wait_on(&world.written, 1));

    // In fragments, a ping between them, one byte at a time.
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, 1, TR_SLICE("echo"), TR_SLICE("\xc3"));
    raw_put_frame(peer, RAW_BINARY, packet.data, 1);
    raw_put_frame(peer, RAW_FIN | RAW_PING, "abc", 3);
    for (size_t i = 1; i < packet.size; i++)
        raw_put_frame(peer, (i + 1 == packet.size ? RAW_FIN : 0) | RAW_CONTINUATION,
                      packet.data + i, 1);
    tr_buf_done(&packet);
    // The pong and the echo may come in any order.
    for (unsigned i = 0; i < 2; i++) {
        raw_message message = raw_take_message(peer);
        ck_assert(message.opcode == RAW_PONG || message.opcode == RAW_BINARY);
        ck_assert_uint_eq(message.size, message.opcode == RAW_PONG ? 3 : 1);
        tr_free(message.bytes);
    }

    // Bigger than any buffer of the edge.
    tr_buf data = {0};
    static char text[200000];
    memset(text, 't', sizeof text);
    tr_write_text(&data, (tr_slice){text, sizeof text});
    tr_flet_write_client_event(&packet, 1, TR_SLICE("echo"),
                               (tr_slice){(const char *)data.data, (uint32_t)data.size});
    raw_put_buf(peer, &packet);
    raw_expect_message(peer, data.data, data.size);
    tr_buf_done(&data);

    // Nothing at all, data channels and unknown types are ignored.
    raw_put_frame(peer, RAW_FIN | RAW_BINARY, "", 0);
    raw_put_frame(peer, RAW_FIN | RAW_BINARY, "\x01\x01\x00\x00\x00xyz", 8);
    raw_put_frame(peer, RAW_FIN | RAW_BINARY, "\x7f", 1);
    put_event(peer, "echo", "\xc0");
    raw_expect_message(peer, "\xc0", 1);
    close(peer);
    ck_assert(wait_on(&world.detaches, 1));
}
END_TEST

START_TEST(edge_speaks_with_sessions_by_pointer_and_over_the_bus)
{
    world_down();
    world.transport = (enum tr_transport)_i;
    world_up();
    int peer = attached_browser();
    for (unsigned i = 0; i < 3 * TR_CONNECTION_WINDOW; i++)
        put_event(peer, "count", "\xc0");
    put_event(peer, "bye", "\xc0");
    raw_expect_message(peer, "last words", 10);
    raw_expect_close(peer, 4001);
    ck_assert(wait_on(&world.detaches, 1));
    ck_assert_uint_eq(world.events, 3 * TR_CONNECTION_WINDOW + 1);
    ck_assert_uint_eq(world.written, 1);
}
END_TEST

START_TEST(edge_handles_many_events_in_one_read)
{
    int peer = attached_browser();
    enum { EVENTS = 1000 };
    for (unsigned i = 0; i < EVENTS; i++)
        put_event(peer, "count", "\xc0");
    put_event(peer, "echo", "\xc2");
    raw_expect_message(peer, "\xc2", 1);
    ck_assert_uint_eq(world.events, EVENTS + 1);
    close(peer);
}
END_TEST

static const struct {
    unsigned head;
    const char *bytes;
    size_t size;
    unsigned code;
} violations[] = {
    {RAW_FIN | RAW_TEXT, "hello", 5, 1003},
    {RAW_FIN | RAW_BINARY, "\x00\xc1", 2, 1007},
    {RAW_FIN | RAW_BINARY, "\x00\x92\x03\x83\xa6target", 11, 1007},
    {RAW_FIN | RAW_BINARY, "\x00\x92\x09\x80", 4, 1002},
    {RAW_FIN | RAW_BINARY, "\x00\x92\x01\x80", 4, 1002},
    {RAW_FIN | RAW_BINARY, "\x92\x03\x80", 3, 1002},
    {RAW_FIN | RAW_CONTINUATION, "x", 1, 1002},
    {RAW_FIN | 0x70 | RAW_BINARY, "x", 1, 1002},
    {RAW_FIN | 3, "x", 1, 1002},
};

START_TEST(edge_closes_violators_and_disturbs_nobody_else)
{
    int other = attached_browser();
    int peer = attached_browser();
    raw_put_frame(peer, violations[_i].head, violations[_i].bytes, violations[_i].size);
    raw_expect_close(peer, violations[_i].code);
    ck_assert(wait_on(&world.detaches, 1));
    put_event(other, "echo", "\xc0");
    raw_expect_message(other, "\xc0", 1);
    eventually(stats().connections == 1);
    close(other);
}
END_TEST

START_TEST(edge_closes_who_sends_before_registering)
{
    int peer = browser();
    put_event(peer, "echo", "\xc0");
    raw_expect_close(peer, 4400);
    peer = attached_browser();
    put_register(peer, "", "\x80");
    raw_expect_close(peer, 4400);
    ck_assert_uint_eq(world.opens, 1);
    ck_assert_uint_eq(stats().violations, 2);
}
END_TEST

START_TEST(edge_refuses_oversize_from_its_head_alone)
{
    int peer = attached_browser();
    // 16 MiB announced, one byte sent.
    const unsigned char head[] = {
        RAW_FIN | RAW_BINARY, 0xff, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4, 'x'};
    raw_put(peer, head, sizeof head);
    raw_message message = raw_take_message(peer);
    ck_assert_uint_eq(message.opcode, RAW_CLOSE);
    ck_assert_uint_eq((unsigned)message.bytes[0] << 8 | message.bytes[1], 1009);
    tr_free(message.bytes);
    close(peer);
    ck_assert(wait_on(&world.detaches, 1));
    ck_assert_uint_eq(world.detach_code, 1009);
    eventually(stats().sockets == 0);
}
END_TEST

START_TEST(edge_keeps_early_packets_until_the_session_is_there)
{
    int peer = browser();
    put_register(peer, "", "\x80");
    for (unsigned i = 0; i < 3 * TR_CONNECTION_BACKLOG; i++)
        put_event(peer, "count", "\xc0");
    put_event(peer, "echo", "\xc3");
    raw_expect_message(peer, "answer", 6);
    raw_expect_message(peer, "\xc3", 1);
    ck_assert_uint_eq(world.events, 3 * TR_CONNECTION_BACKLOG + 1);
    close(peer);
}
END_TEST

START_TEST(edge_stops_reading_at_the_window)
{
    int peer = attached_browser();
    for (unsigned i = 0; i < TR_CONNECTION_WINDOW; i++)
        put_event(peer, "hold", "\xc0");
    ck_assert(wait_on(&world.events, TR_CONNECTION_WINDOW));
    eventually(stats().pauses == 1);
    // Nobody reads these, so nobody answers; another browser is served all the same.
    put_event(peer, "echo", "\xc0");
    int other = attached_browser();
    put_event(other, "echo", "\xc3");
    raw_expect_message(other, "\xc3", 1);
    ck_assert_uint_eq(world.events, TR_CONNECTION_WINDOW + 1);
    close(other);
    close(peer);
}
END_TEST

START_TEST(edge_goes_on_reading_after_credit)
{
    int peer = attached_browser();
    // The credit comes from the session while reading is paused, not from anything the socket does.
    for (unsigned i = 0; i < TR_CONNECTION_WINDOW - 1; i++)
        put_event(peer, "hold", "\xc0");
    put_event(peer, "credit", "\xc0");
    for (unsigned i = 0; i < 3; i++) {
        put_event(peer, "echo", "\xc3");
        raw_expect_message(peer, "\xc3", 1);
    }
    ck_assert_uint_ge(stats().pauses, 1);
    close(peer);
}
END_TEST

START_TEST(edge_sends_big_packets_to_slow_readers)
{
    int peer = attached_browser();
    put_event(peer, "big", "\xc0");
    put_event(peer, "big", "\xc0");
    put_event(peer, "echo", "\xc3");
    ck_assert(wait_on(&world.events, 3));
    ck_assert_uint_eq(world.written, 0);
    int other = attached_browser();
    put_event(other, "echo", "\xc2");
    raw_expect_message(other, "\xc2", 1);
    for (unsigned i = 0; i < 2; i++) {
        raw_message message = raw_take_message(peer);
        ck_assert_uint_eq(message.opcode, RAW_BINARY);
        ck_assert_uint_eq(message.size, BIG_PACKET_BYTES);
        for (size_t k = 0; k < message.size; k++)
            if (message.bytes[k] != 'x')
                ck_abort_msg("byte %zu is %02x", k, message.bytes[k]);
        tr_free(message.bytes);
    }
    raw_expect_message(peer, "\xc3", 1);
    ck_assert(wait_on(&world.written, 4));
    close(peer);
    close(other);
}
END_TEST

START_TEST(edge_lets_a_browser_go_that_reads_nothing)
{
    int peer = attached_browser();
    for (unsigned i = 0; i < TR_PACKET_WINDOW; i++)
        put_event(peer, "big", "\xc0");
    ck_assert(wait_on(&world.events, TR_PACKET_WINDOW));
    close(peer);
    ck_assert(wait_on(&world.detaches, 1));
    eventually(stats().sockets == 0);
}
END_TEST

START_TEST(edge_closes_a_session_that_overruns_its_window)
{
    int peer = attached_browser();
    for (unsigned i = 0; i < TR_PACKET_WINDOW + 1; i++)
        put_event(peer, "big", "\xc0");
    ck_assert(wait_on(&world.detaches, 1));
    ck_assert_uint_eq(world.detach_code, 1011);
    close(peer);
}
END_TEST

// Ends.

START_TEST(edge_flushes_before_it_closes_for_the_session)
{
    int peer = attached_browser();
    put_event(peer, "bye", "\xc0");
    raw_expect_message(peer, "last words", 10);
    raw_expect_close(peer, 4001);
    ck_assert(wait_on(&world.detaches, 1));
    eventually(stats().sockets == 0);
}
END_TEST

// News that a session must hear is sent when there is room again.
START_TEST(edge_tells_of_written_packets_when_the_way_was_full)
{
    int peer = attached_browser();
    put_event(peer, "jam", "\xc0");
    raw_expect_message(peer, "jammed", 6);
    ck_assert_uint_eq(world.written, 0);
    jam(false);
    ck_assert(wait_on(&world.written, 1));
    close(peer);
}
END_TEST

START_TEST(edge_tells_of_a_gone_browser_when_the_way_was_full)
{
    int peer = attached_browser();
    put_event(peer, "jam", "\xc0");
    raw_expect_message(peer, "jammed", 6);
    close(peer);
    eventually(stats().connections == 0);
    ck_assert_uint_eq(world.detaches, 0);
    jam(false);
    ck_assert(wait_on(&world.detaches, 1));
    ck_assert_uint_eq(world.detach_code, 1006);
}
END_TEST

static void answer_late(tr_core *core, void *arg)
{
    (void)arg;
    tr_packet *answer = tr_packet_of("answer", 6);
    if (tr_send(core, tr_address_of(tr_core_node(core), 0, TR_SLOT_SESSIONS), world.asker,
                session_attached, .answer = answer) < 0)
        tr_packet_unref(answer);
}

// Or the session would believe for ever that its browser is there.
START_TEST(edge_tells_a_session_whose_browser_left_before_its_answer)
{
    int peer = browser();
    put_register(peer, "mute", "\x80");
    ck_assert(wait_on(&world.opens, 1));
    close(peer);
    eventually(stats().connections == 0);
    ck_assert_uint_eq(world.detaches, 0);
    ck_assert_int_eq(tr_system_post(world.system, 0, answer_late, NULL), 0);
    ck_assert(wait_on(&world.detaches, 1));
    ck_assert_uint_eq(world.detach_code, TR_CLOSE_NEVER_THERE);
}
END_TEST

static void fail_an_allocation(tr_core *core, void *arg)
{
    (void)core;
    tr_mem_fail_after(*(unsigned *)arg);
}

// Any failed allocation for a browser costs that browser's connection at most.
START_TEST(edge_lives_through_a_failed_allocation)
{
    static unsigned char text[TR_BROWSER_PACKET_CAP_BYTES / 2];
    unsigned nth = (unsigned)_i + 1;
    memset(text, 'x', sizeof text);
    ck_assert_int_eq(tr_system_post(world.system, 0, fail_an_allocation, &nth), 0);
    int peer = raw_dial();
    raw_may_be_closed = true;
    static const char handshake[] =
        "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "User-Agent: somebody\r\n\r\n";
    raw_put(peer, handshake, sizeof handshake - 1);
    put_register(peer, "", "\x80");
    tr_buf packet = {0};
    tr_buf data = {0};
    tr_write_text(&data, (tr_slice){(const char *)text, sizeof text});
    tr_flet_write_client_event(&packet, 1, TR_SLICE("echo"), tr_buf_slice(&data));
    raw_put_buf(peer, &packet);
    tr_buf_done(&data);
    put_event(peer, "bye", "\xc0");
    // It is served, or closed.
    char bytes[4096];
    for (bool is_closed = false; !is_closed;) {
        ssize_t got = recv(peer, bytes, sizeof bytes, 0);
        is_closed =
            got <= 0 || memmem(bytes, (size_t)got, "bye", 3) != NULL || bytes[0] == (char)0x88;
    }
    close(peer);
    raw_may_be_closed = false;
    static unsigned none; // the thread may still look at the other one
    ck_assert_int_eq(tr_system_post(world.system, 0, fail_an_allocation, &none), 0);
    close(attached_browser());
    eventually(stats().connections == 0);
}
END_TEST

START_TEST(edge_answers_a_browsers_close)
{
    int peer = attached_browser();
    raw_put_frame(peer, RAW_FIN | RAW_CLOSE, "\x03\xe9", 2); // 1001, going away
    raw_message message = raw_take_message(peer);
    ck_assert_uint_eq(message.opcode, RAW_CLOSE);
    tr_free(message.bytes);
    raw_expect_end(peer);
    ck_assert(wait_on(&world.detaches, 1));
    ck_assert_uint_eq(world.detach_code, 1001);
    eventually(stats().sockets == 0);
}
END_TEST

START_TEST(edge_closes_when_the_sessions_node_dies)
{
    int peer = attached_browser();
    put_event(peer, "die", "\xc0");
    raw_expect_close(peer, 1012);
}
END_TEST

START_TEST(edge_drains)
{
    int kept = raw_dial();
    response page = ask(kept, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
    tr_free(page.body);
    int peers[20];
    for (unsigned i = 0; i < 20; i++)
        peers[i] = attached_browser();
    ck_assert_int_eq(tr_system_post(world.system, 0, drain, NULL), 0);
    for (unsigned i = 0; i < 20; i++)
        raw_expect_close(peers[i], 1012);
    ck_assert_int_lt(raw_dial(), 0); // nobody listens
    response health = ask(kept, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n", true);
    ck_assert_uint_eq(health.status, 503);
    tr_free(health.body);
    ck_assert_uint_eq(raw_handshake(kept, "/ws", ""), 503);
    close(kept);
    eventually(stats().connections == 0);
    ck_assert_uint_eq(stats().attached, 0);
    ck_assert(wait_on(&world.detaches, 20));
}
END_TEST

// Owned by its core thread: nobody else may touch it.
static void remember_core(tr_core *core, void *arg)
{
    pthread_mutex_lock(&world.lock);
    *(tr_core **)arg = core;
    world.has_stats = true;
    changed();
}

START_TEST(edge_dies_when_another_thread_touches_it)
{
    tr_core *core = NULL;
    ck_assert_int_eq(tr_system_post(world.system, 0, remember_core, &core), 0);
    pthread_mutex_lock(&world.lock);
    while (!world.has_stats)
        pthread_cond_wait(&world.changed, &world.lock);
    pthread_mutex_unlock(&world.lock);
    tr_gateway_drain(core);
}
END_TEST

// Several core threads on one port.
static unsigned shared_port;

static int set_up_sharing_core(tr_core *core, void *arg)
{
    (void)arg;
    // The host does it in turns; here the lock keeps the order.
    pthread_mutex_lock(&world.lock);
    tr_gateway_options options = {.port = shared_port,
                                  .share_listen = true,
                                  .join_listen = shared_port != 0,
                                  .site = {.files = {{assets, 1, true}}}};
    int result = tr_gateway_start(core, &options, &shared_port);
    pthread_mutex_unlock(&world.lock);
    return result;
}

START_TEST(edge_shares_a_port_between_core_threads)
{
    world_down();
    pthread_mutex_init(&world.lock, NULL);
    pthread_cond_init(&world.changed, NULL);
    tr_system_options options = {
        .core_count = 3, .setup = set_up_sharing_core, .teardown = tear_down_core};
    ck_assert_int_eq(tr_system_start(&options, &world.system), 0);
    raw_port = shared_port;
    for (unsigned i = 0; i < 50; i++) {
        int peer = raw_dial();
        ck_assert_int_ge(peer, 0);
        response page = ask(peer, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
        ck_assert_uint_eq(page.status, 200);
        tr_free(page.body);
        close(peer);
    }
    ck_assert_uint_le(stats().requests, 49); // the kernel spreads them
}
END_TEST

START_TEST(edge_stops_with_everything_open)
{
    // In every state; the fixture's teardown stops the gateway under them, ASan looks for what is
    // left.
    (void)raw_dial();
    int half = raw_dial();
    raw_put(half, "GET / HT", 8);
    (void)browser();
    put_register(browser(), "mute", "\x80");
    int peer = attached_browser();
    put_event(peer, "big", "\xc0");
    ck_assert(wait_on(&world.opens, 2));
    ck_assert(wait_on(&world.events, 1));
}
END_TEST

Suite *gateway_edge_suite(void)
{
    Suite *suite = suite_create("gateway/edge");
    TCase *cases = tcase_create("edge");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, edge_serves_files_on_one_kept_connection);
    tcase_add_loop_test(cases, edge_refuses_requests, 0, (int)(sizeof requests / sizeof *requests));
    tcase_add_test(cases, edge_believes_nothing_behind_a_body);
    tcase_add_loop_test(cases, edge_takes_sixteen_kibibytes_of_headers_and_says_so, 0,
                        (int)(sizeof heads / sizeof *heads));
    tcase_add_test(cases, edge_sends_parts_of_files);
    tcase_add_test(cases, edge_serves_while_hundreds_of_connections_are_silent);
    tcase_add_test(cases, edge_never_cuts_a_slow_download);
    tcase_add_loop_test(cases, edge_refuses_a_client_that_does_not_mask, 0, 3);
    tcase_add_loop_test(cases, edge_answers_a_farewell_as_the_standard_says, 0,
                        (int)(sizeof farewells / sizeof *farewells));
    tcase_add_test(cases, edge_is_unwell_without_a_worker);
    tcase_add_test(cases, edge_lets_no_more_wait_than_there_is_room_for);
    tcase_add_loop_test(cases, edge_decides_handshakes, 0,
                        (int)(sizeof handshakes / sizeof *handshakes));
    tcase_add_loop_test(cases, edge_tells_a_foreign_page_that_it_may_not_connect, 0, 3);
    tcase_add_test(cases, edge_serves_a_site_below_its_mount);
    tcase_add_test(cases, edge_refuses_connections_over_its_cap);
    tcase_add_test(cases, edge_tells_the_session_who_comes);
    tcase_add_test(cases, edge_echoes_events_of_any_shape);
    tcase_add_loop_test(cases, edge_speaks_with_sessions_by_pointer_and_over_the_bus,
                        TR_TRANSPORT_LOCAL, TR_TRANSPORT_INPROC + 1);
    tcase_add_test(cases, edge_handles_many_events_in_one_read);
    tcase_add_loop_test(cases, edge_closes_violators_and_disturbs_nobody_else, 0,
                        (int)(sizeof violations / sizeof *violations));
    tcase_add_test(cases, edge_closes_who_sends_before_registering);
    tcase_add_test(cases, edge_refuses_oversize_from_its_head_alone);
    tcase_add_test(cases, edge_keeps_early_packets_until_the_session_is_there);
    tcase_add_test(cases, edge_stops_reading_at_the_window);
    tcase_add_test(cases, edge_goes_on_reading_after_credit);
    tcase_add_test(cases, edge_sends_big_packets_to_slow_readers);
    tcase_add_test(cases, edge_lets_a_browser_go_that_reads_nothing);
    tcase_add_test(cases, edge_closes_a_session_that_overruns_its_window);
    tcase_add_test(cases, edge_flushes_before_it_closes_for_the_session);
    tcase_add_test(cases, edge_answers_a_browsers_close);
    tcase_add_loop_test(cases, edge_lives_through_a_failed_allocation, 0, 12);
    tcase_add_test(cases, edge_tells_of_written_packets_when_the_way_was_full);
    tcase_add_test(cases, edge_tells_of_a_gone_browser_when_the_way_was_full);
    tcase_add_test(cases, edge_tells_a_session_whose_browser_left_before_its_answer);
    tcase_add_test(cases, edge_closes_when_the_sessions_node_dies);
    tcase_add_test(cases, edge_drains);
    tcase_add_test(cases, edge_stops_with_everything_open);
    tcase_add_test(cases, edge_shares_a_port_between_core_threads);
    suite_add_tcase(suite, cases);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_checked_fixture(death, set_up, tear_down);
    tcase_add_test_raise_signal(death, edge_dies_when_another_thread_touches_it, SIGABRT);
    suite_add_tcase(suite, death);
    return suite;
}
