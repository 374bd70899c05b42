// A tiny interpreter: each case is a script of what happens to a connection and the row of what it
// must do. Words of scripts are in `words` below; `+500` lets 500 ms pass.

#include "gateway/connection.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "troupe/err.h"
#include "wire/writer.h"

Suite *gateway_connection_suite(void);

static tr_connection connection;
static uint64_t now_ms;
static char done[8192]; // its actions, one word each
static int open_result;
static int deliver_result;
static int send_result;
static const tr_connection_limits limits = {.packets_per_s = 1000, .packets_burst = 200};

static void did(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void did(const char *format, ...)
{
    size_t at = strlen(done);
    va_list args;
    va_start(args, format);
    int size = vsnprintf(done + at, sizeof done - at, format, args);
    va_end(args);
    ck_assert_uint_lt(at + (size_t)size + 1, sizeof done);
    strcat(done, " ");
}

static int do_open(tr_connection *self, const tr_flet_packet *packet)
{
    (void)self;
    ck_assert_int_eq(packet->action, TR_FLET_REGISTER);
    did("open");
    return open_result;
}

static bool may_wait;

static bool do_wait(tr_connection *self, size_t size)
{
    (void)self;
    ck_assert_uint_gt(size, 0);
    did(may_wait ? "wait" : "toomany");
    return may_wait;
}

static int do_deliver(tr_connection *self, const tr_flet_packet *packet)
{
    (void)self;
    if (deliver_result == 0)
        did("%s%u",
            packet->action == TR_FLET_EVENT     ? "event"
            : packet->action == TR_FLET_UPDATE  ? "update"
            : packet->action == TR_FLET_CHANNEL ? "channel"
                                                : "result",
            packet->target);
    return deliver_result;
}

static void do_read(tr_connection *self, bool is_wanted)
{
    (void)self;
    did(is_wanted ? "read" : "pause");
}

static int do_send(tr_connection *self, const tr_outbox_piece *piece)
{
    (void)self;
    did(piece->is_last ? "send%u" : "piece%u", piece->size);
    return send_result;
}

static void do_ping(tr_connection *self)
{
    (void)self;
    did("ping");
}

static void do_written(tr_connection *self, uint32_t packets)
{
    (void)self;
    did("written%u", packets);
}

static void do_detach(tr_connection *self, unsigned code)
{
    (void)self;
    did("detach%u", code);
}

static void do_close(tr_connection *self, unsigned code, const char *reason)
{
    (void)self;
    ck_assert_ptr_nonnull(reason);
    did("close%u", code);
}

static void do_cut(tr_connection *self, const char *reason)
{
    (void)self;
    did(reason != NULL ? "cut" : "broken");
}

static const tr_connection_actions actions = {do_open, do_wait,    do_deliver, do_read,  do_send,
                                              do_ping, do_written, do_detach,  do_close, do_cut};

static void give(const void *bytes, size_t size, bool is_first, bool is_last, size_t more)
{
    tr_message_piece piece = {bytes, size, more, is_first, is_last, true};
    tr_connection_on_piece(&connection, &piece, now_ms);
}

static void give_whole(tr_buf *packet)
{
    give(packet->data, packet->size, true, true, 0);
    tr_buf_done(packet);
}

static void on_register(void)
{
    tr_buf packet = {0};
    tr_flet_write_client_register(&packet, (tr_slice){0}, TR_SLICE(""), TR_SLICE("\x80"));
    give_whole(&packet);
}

static uint32_t next_target;

static void on_event(void)
{
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, ++next_target, TR_SLICE("click"), TR_SLICE("\xc0"));
    give_whole(&packet);
}

static void on_update(void)
{
    tr_buf packet = {0};
    tr_flet_write_client_update(&packet, 7, TR_SLICE("\x80"));
    give_whole(&packet);
}

static void on_result(void)
{
    tr_buf packet = {0};
    tr_flet_write_client_result(&packet, 7, TR_SLICE("c1"), TR_SLICE("\xc0"), (tr_slice){0});
    give_whole(&packet);
}

// An event in pieces of one byte, in two WebSocket fragments.
static void on_pieces(void)
{
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, ++next_target, TR_SLICE("click"), TR_SLICE("\xc0"));
    size_t half = packet.size / 2;
    for (size_t i = 0; i < packet.size; i++) {
        size_t end = i < half ? half : packet.size;
        give(packet.data + i, 1, i == 0, i + 1 == packet.size, end - i - 1);
    }
    tr_buf_done(&packet);
}

static void on_start_of_message(void)
{
    give("\x00\x92", 2, true, false, 100);
}

static void on_text(void)
{
    tr_message_piece piece = {"hi", 2, 0, true, true, false};
    tr_connection_on_piece(&connection, &piece, now_ms);
}

static void on_malformed(void)
{
    give("\x00\xc1", 2, true, true, 0);
}

static void on_unknown_action(void)
{
    give("\x00\x92\x09\x80", 4, true, true, 0);
}

static void on_bare(void)
{
    give("\x92\x03\x80", 3, true, true, 0);
}

static void on_deep(void)
{
    char nested[TR_SCAN_DEPTH_CAP + 4];
    memset(nested, '\x91', sizeof nested);
    nested[0] = '\0';
    nested[sizeof nested - 1] = '\xc0';
    give(nested, sizeof nested, true, true, 0);
}

static void on_announced_big(void)
{
    give("\x00", 1, true, false, (size_t)1 << 62);
}

static void on_empty(void)
{
    give("", 0, true, true, 0);
}

static void on_data_channel(void)
{
    give("\x01\x01\x00\x00\x00xyz", 8, true, true, 0);
}

static void on_stray(void)
{
    give("\x7fxyz", 4, true, true, 0);
}

static void on_attached(void)
{
    tr_packet *answer = tr_packet_of("1234", 4);
    if (!tr_connection_on_attached(&connection, &answer, now_ms))
        did("unwanted");
    ck_assert_ptr_null(answer);
}

static void on_packet_of(uint32_t size)
{
    tr_packet *packet = tr_packet_new(size);
    memset(tr_packet_data(packet), 0, size);
    packet->size = size;
    tr_connection_on_packet(&connection, &packet, now_ms);
    ck_assert_ptr_null(packet);
}

static void on_packet(void)
{
    on_packet_of(9);
}

static void on_big_packet(void)
{
    on_packet_of(2 * TR_OUTBOX_PIECE_BYTES + 5);
}

static void on_huge_packet(void)
{
    on_packet_of(TR_OUTBOX_CAP_BYTES + 1);
}

static void on_credit(void)
{
    tr_connection_on_credit(&connection, 1, now_ms);
}

static void on_much_credit(void)
{
    tr_connection_on_credit(&connection, UINT32_MAX, now_ms);
}

static void on_close(void)
{
    tr_connection_on_close_asked(&connection, 4001, TR_SLICE("bye"), now_ms);
}

static void on_odd_close(void)
{
    tr_connection_on_close_asked(&connection, 1006, (tr_slice){0}, now_ms);
}

static void on_gone(void)
{
    tr_connection_on_session_gone(&connection, now_ms);
}

static void on_hold(void)
{
    did(tr_connection_on_hold(&connection, now_ms) ? "held" : "unheld");
}

static void on_moved(void)
{
    did(tr_connection_on_moved(&connection, 0, now_ms) ? "moved" : "unmoved");
}

static void on_moved_with_all(void)
{
    (void)tr_connection_on_moved(&connection, UINT32_MAX, now_ms);
}

static void on_drain(void)
{
    tr_connection_on_drain(&connection, 50, now_ms);
}

static void on_writable(void)
{
    tr_connection_on_writable(&connection, now_ms);
}

static void on_closed(void)
{
    tr_connection_on_closed(&connection, 1001);
}

static void on_pong(void)
{
    tr_connection_on_heard(&connection, now_ms);
}

// The world around it changes.
static void no_worker(void)
{
    open_result = TR_EUNAVAILABLE;
}

static void a_worker(void)
{
    open_result = 0;
}

static void on_routes(void)
{
    tr_connection_on_routes(&connection, now_ms);
}

static void too_many(void)
{
    may_wait = false;
}

static void place_busy(void)
{
    open_result = TR_EFULL;
}

static void full(void)
{
    deliver_result = TR_EFULL;
}

static void room(void)
{
    deliver_result = 0;
}

static void session_died(void)
{
    deliver_result = TR_EGONE;
}

static void slow(void)
{
    send_result = 1;
}

static void quick(void)
{
    send_result = 0;
}

static void broken(void)
{
    send_result = TR_EGONE;
}

static void no_memory(void)
{
    tr_mem_fail_after(1);
}

static const struct {
    const char *name;
    void (*run)(void);
} words[] = {
    {"register", on_register},
    {"event", on_event},
    {"update", on_update},
    {"result", on_result},
    {"pieces", on_pieces},
    {"start", on_start_of_message},
    {"text", on_text},
    {"malformed", on_malformed},
    {"unknown", on_unknown_action},
    {"bare", on_bare},
    {"deep", on_deep},
    {"big", on_announced_big},
    {"empty", on_empty},
    {"data", on_data_channel},
    {"stray", on_stray},
    {"attached", on_attached},
    {"packet", on_packet},
    {"bigpacket", on_big_packet},
    {"hugepacket", on_huge_packet},
    {"credit", on_credit},
    {"credits", on_much_credit},
    {"close", on_close},
    {"oddclose", on_odd_close},
    {"gone", on_gone},
    {"drain", on_drain},
    {"hold", on_hold},
    {"moved", on_moved},
    {"movedall", on_moved_with_all},
    {"writable", on_writable},
    {"closed", on_closed},
    {"pong", on_pong},
    {"noworker", no_worker},
    {"worker", a_worker},
    {"routes", on_routes},
    {"toomany", too_many},
    {"busy", place_busy},
    {"full", full},
    {"room", room},
    {"died", session_died},
    {"slow", slow},
    {"quick", quick},
    {"broken", broken},
    {"nomemory", no_memory},
};

// Lets time pass as a timer would: the connection hears of it when it asked to.
static void pass(uint64_t span_ms)
{
    uint64_t end = now_ms + span_ms;
    unsigned steps = 0;
    for (uint64_t at; (at = tr_connection_deadline(&connection)) != 0 && at <= end;) {
        ck_assert_msg(++steps < 100000, "it asks for the same moment again and again");
        now_ms = at > now_ms ? at : now_ms;
        tr_connection_on_time(&connection, now_ms);
    }
    now_ms = end;
}

static void run_word(const char *word)
{
    if (word[0] == '+') {
        pass(strtoull(word + 1, NULL, 10));
        return;
    }
    unsigned long times = 1;
    if (word[0] >= '0' && word[0] <= '9') {
        char *end;
        times = strtoul(word, &end, 10);
        word = end + 1; // 3*event
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i].name, word) != 0)
            continue;
        while (times-- != 0)
            words[i].run();
        return;
    }
    ck_abort_msg("no such word: %s", word);
}

static void run(const char *script)
{
    char copy[512];
    ck_assert_uint_lt(strlen(script), sizeof copy);
    strcpy(copy, script);
    char *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        run_word(word);
}

static void set_up(void)
{
    now_ms = 1000;
    next_target = 0;
    open_result = deliver_result = send_result = 0;
    may_wait = true;
    done[0] = '\0';
    tr_connection_init(&connection, &actions, &limits, now_ms);
}

static void tear_down(void)
{
    tr_connection_done(&connection);
    tr_mem_fail_after(0);
}

static void expect_done(const char *expected)
{
    size_t size = strlen(done);
    if (size != 0 && done[size - 1] == ' ')
        done[size - 1] = '\0';
    ck_assert_str_eq(done, expected);
}

typedef struct script {
    const char *before; // brings it into the state
    const char *input;
    const char *expected; // of `input` alone
    enum tr_connection_state end;
} script;

#define OPENED ""
#define REGISTERING "register"
#define ATTACHED "register attached"
#define CLOSING "register attached malformed"
#define CLOSED "register attached closed"

// Every state, every input.
static const script transitions[] = {
    {OPENED, "register", "open", TR_CONNECTION_REGISTERING},
    {OPENED, "event", "close4400", TR_CONNECTION_CLOSING},
    {OPENED, "update", "close4400", TR_CONNECTION_CLOSING},
    {OPENED, "result", "close4400", TR_CONNECTION_CLOSING},
    {OPENED, "pieces", "close4400", TR_CONNECTION_CLOSING},
    {OPENED, "start", "", TR_CONNECTION_OPENED},
    {OPENED, "text", "close1003", TR_CONNECTION_CLOSING},
    {OPENED, "malformed", "close1007", TR_CONNECTION_CLOSING},
    {OPENED, "unknown", "close1002", TR_CONNECTION_CLOSING},
    {OPENED, "bare", "close1002", TR_CONNECTION_CLOSING},
    {OPENED, "deep", "close1009", TR_CONNECTION_CLOSING},
    {OPENED, "big", "close1009", TR_CONNECTION_CLOSING},
    {OPENED, "empty", "", TR_CONNECTION_OPENED},
    {OPENED, "data", "", TR_CONNECTION_OPENED},
    {OPENED, "attached", "unwanted", TR_CONNECTION_OPENED},
    {OPENED, "packet", "", TR_CONNECTION_OPENED},
    {OPENED, "credit", "", TR_CONNECTION_OPENED},
    {OPENED, "close", "", TR_CONNECTION_OPENED},
    {OPENED, "gone", "close1012", TR_CONNECTION_CLOSING},
    {OPENED, "drain +50", "close1012", TR_CONNECTION_CLOSING},
    {OPENED, "writable", "", TR_CONNECTION_OPENED},
    {OPENED, "closed", "", TR_CONNECTION_CLOSED},
    {OPENED, "pong", "", TR_CONNECTION_OPENED},

    {REGISTERING, "register", "close4400", TR_CONNECTION_CLOSING},
    {REGISTERING, "event update result pieces", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "start", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "text", "close1003", TR_CONNECTION_CLOSING},
    {REGISTERING, "malformed", "close1007", TR_CONNECTION_CLOSING},
    {REGISTERING, "unknown", "close1002", TR_CONNECTION_CLOSING},
    {REGISTERING, "bare", "close1002", TR_CONNECTION_CLOSING},
    {REGISTERING, "deep", "close1009", TR_CONNECTION_CLOSING},
    {REGISTERING, "big", "close1009", TR_CONNECTION_CLOSING},
    {REGISTERING, "empty", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "data", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "attached", "send4", TR_CONNECTION_ATTACHED},
    {REGISTERING, "packet", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "credit", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "close", "pause close4001 read", TR_CONNECTION_CLOSING},
    {REGISTERING, "gone", "close1012", TR_CONNECTION_CLOSING},
    {REGISTERING, "drain +50", "close1012", TR_CONNECTION_CLOSING},
    {REGISTERING, "writable", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "closed", "", TR_CONNECTION_CLOSED},
    {REGISTERING, "pong", "", TR_CONNECTION_REGISTERING},

    {ATTACHED, "register", "detach4400 close4400", TR_CONNECTION_CLOSING},
    {ATTACHED, "event", "event1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "update", "update7", TR_CONNECTION_ATTACHED},
    {ATTACHED, "result", "result7", TR_CONNECTION_ATTACHED},
    {ATTACHED, "pieces", "event1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "start", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "text", "detach1003 close1003", TR_CONNECTION_CLOSING},
    {ATTACHED, "malformed", "detach1007 close1007", TR_CONNECTION_CLOSING},
    {ATTACHED, "unknown", "detach1002 close1002", TR_CONNECTION_CLOSING},
    {ATTACHED, "bare", "detach1002 close1002", TR_CONNECTION_CLOSING},
    {ATTACHED, "deep", "detach1009 close1009", TR_CONNECTION_CLOSING},
    {ATTACHED, "big", "detach1009 close1009", TR_CONNECTION_CLOSING},
    {ATTACHED, "empty", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "data", "channel1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "attached", "unwanted", TR_CONNECTION_ATTACHED},
    {ATTACHED, "packet", "send9 written1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "hugepacket", "detach1011 close1011", TR_CONNECTION_CLOSING},
    {ATTACHED, "credit", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "close", "pause detach4001 close4001 read", TR_CONNECTION_CLOSING},
    {ATTACHED, "oddclose", "pause detach1011 close1011 read", TR_CONNECTION_CLOSING},
    {ATTACHED, "gone", "detach1012 close1012", TR_CONNECTION_CLOSING},
    {ATTACHED, "drain +50", "detach1012 close1012", TR_CONNECTION_CLOSING},
    {ATTACHED, "writable", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "closed", "detach1001", TR_CONNECTION_CLOSED},
    {ATTACHED, "pong", "", TR_CONNECTION_ATTACHED},
    // A session on its way: what the browser says is kept, once each, and in order.
    {ATTACHED, "moved", "unmoved", TR_CONNECTION_ATTACHED},
    {ATTACHED, "event hold update event moved event", "event1 held update7 event2 moved event3",
     TR_CONNECTION_ATTACHED},
    {ATTACHED, "hold hold 2*event moved moved", "held held event1 event2 moved unmoved",
     TR_CONNECTION_ATTACHED},
    {ATTACHED, "hold packet", "held send9 written1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "hold gone event +100 moved", "held event1 moved", TR_CONNECTION_ATTACHED},
    {ATTACHED, "hold closed moved", "held detach1001 unmoved", TR_CONNECTION_CLOSED},
    {ATTACHED, "hold event close", "held pause detach4001 close4001 read", TR_CONNECTION_CLOSING},
    {ATTACHED, "hold +3999", "held", TR_CONNECTION_ATTACHED},
    {ATTACHED, "hold event +4000", "held detach1012 close1012", TR_CONNECTION_CLOSING},
    {REGISTERING, "hold", "unheld", TR_CONNECTION_REGISTERING},

    {CLOSING, "register event update result pieces start text", "", TR_CONNECTION_CLOSING},
    {CLOSING, "malformed unknown bare deep big empty data", "", TR_CONNECTION_CLOSING},
    {CLOSING, "attached", "unwanted", TR_CONNECTION_CLOSING},
    {CLOSING, "packet bigpacket hugepacket credit", "", TR_CONNECTION_CLOSING},
    {CLOSING, "close gone drain writable pong", "", TR_CONNECTION_CLOSING},
    {CLOSING, "closed", "", TR_CONNECTION_CLOSED},

    {CLOSED, "register event text malformed big", "", TR_CONNECTION_CLOSED},
    {CLOSED, "attached", "unwanted", TR_CONNECTION_CLOSED},
    {CLOSED, "packet credit close gone drain writable pong closed +999999", "",
     TR_CONNECTION_CLOSED},
};

static const script stories[] = {
    {OPENED, "noworker toomany register", "open toomany close1013", TR_CONNECTION_CLOSING},
    // There is no worker yet: its registration waits for one, and nothing more is read.
    {OPENED, "noworker register", "open wait pause", TR_CONNECTION_PLACING},
    {OPENED, "noworker register routes", "open wait pause open", TR_CONNECTION_PLACING},
    {OPENED, "noworker register worker routes", "open wait pause open read",
     TR_CONNECTION_REGISTERING},
    {OPENED, "noworker register worker routes attached", "open wait pause open read send4",
     TR_CONNECTION_ATTACHED},
    // Bytes that had been read already come behind it.
    {OPENED, "noworker register 2*event worker routes attached",
     "open wait pause open read send4 event1 event2", TR_CONNECTION_ATTACHED},
    {OPENED, "noworker register 20*event", "open wait pause close1011 read", TR_CONNECTION_CLOSING},
    {OPENED, "noworker register register", "open wait pause close4400 read", TR_CONNECTION_CLOSING},
    {OPENED, "noworker register +4999", "open wait pause", TR_CONNECTION_PLACING},
    {OPENED, "noworker register +5000", "open wait pause close1013 read", TR_CONNECTION_CLOSING},
    {OPENED, "noworker register busy routes", "open wait pause open close1013 read",
     TR_CONNECTION_CLOSING},
    {OPENED, "noworker register closed worker routes", "open wait pause", TR_CONNECTION_CLOSED},
    {OPENED, "noworker register drain +50", "open wait pause close1012 read",
     TR_CONNECTION_CLOSING},
    {OPENED, "noworker register close", "open wait pause", TR_CONNECTION_PLACING},
    {OPENED, "noworker register +4999 worker routes +4999", "open wait pause open read",
     TR_CONNECTION_REGISTERING},
    {OPENED, "noworker nomemory register", "open wait close1013", TR_CONNECTION_CLOSING},
    // The session cannot be found.
    {OPENED, "busy register", "open close1013", TR_CONNECTION_CLOSING},
    // Deadlines.
    {OPENED, "+9999", "", TR_CONNECTION_OPENED},
    {OPENED, "+10000", "close1008", TR_CONNECTION_CLOSING},
    {OPENED, "+9000 empty +1000", "close1008", TR_CONNECTION_CLOSING},
    {REGISTERING, "+4999", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "+5000", "close1013", TR_CONNECTION_CLOSING},
    {REGISTERING, "+5000 attached", "close1013 unwanted", TR_CONNECTION_CLOSING},
    {CLOSING, "+4999", "", TR_CONNECTION_CLOSING},
    {CLOSING, "+5000", "cut", TR_CONNECTION_CLOSED},
    {CLOSING, "+5000 closed", "cut", TR_CONNECTION_CLOSED},
    {ATTACHED, "start +29999", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "start +30000", "detach1008 close1008", TR_CONNECTION_CLOSING},
    // Silence: a ping, and then the end; any sign of life starts it anew.
    {ATTACHED, "+29999", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+30000", "ping", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+44999", "ping", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+45000", "ping detach1006 cut", TR_CONNECTION_CLOSED},
    {ATTACHED, "+30000 pong +29999", "ping", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+30000 pong +30000", "ping ping", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+20000 event +29999", "event1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "+30000 event +29999", "ping event1", TR_CONNECTION_ATTACHED},
    // Packets that came before the session did wait; the answer goes out first.
    {REGISTERING, "event update attached", "send4 event1 update7", TR_CONNECTION_ATTACHED},
    {REGISTERING, "15*event", "", TR_CONNECTION_REGISTERING},
    {REGISTERING, "16*event", "pause", TR_CONNECTION_REGISTERING},
    {REGISTERING, "16*event 2*credit", "pause", TR_CONNECTION_REGISTERING},
    {REGISTERING, "2*event 14*update full attached", "pause send4", TR_CONNECTION_ATTACHED},
    {REGISTERING, "4*event full attached room +5", "send4 pause event1 event2 event3 event4 read",
     TR_CONNECTION_ATTACHED},
    {REGISTERING, "20*event", "pause", TR_CONNECTION_REGISTERING},
    {REGISTERING, "21*event", "pause close1011 read", TR_CONNECTION_CLOSING},
    {REGISTERING, "nomemory event", "close1013", TR_CONNECTION_CLOSING},
    {REGISTERING, "died event attached", "send4 detach1012 close1012", TR_CONNECTION_CLOSING},
    {REGISTERING, "slow attached event close", "send4 event1 pause", TR_CONNECTION_ATTACHED},
    // A full mailbox: kept, paused, tried again until it fits.
    {ATTACHED, "full event", "pause", TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event +100", "pause", TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event +4 room +1", "pause event1 read", TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event room event +5", "pause event1 event2 read", TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event died +5", "pause detach1012 close1012 read", TR_CONNECTION_CLOSING},
    {ATTACHED, "full event closed", "pause detach1001", TR_CONNECTION_CLOSED},
    {ATTACHED, "died event", "detach1012 close1012", TR_CONNECTION_CLOSING},
    // A paused browser is pinged, which finds a dead socket, but not called silent: nobody listens.
    {ATTACHED, "full event +100000", "pause ping ping ping", TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event +100000 room +5 +19994", "pause ping ping ping event1 read",
     TR_CONNECTION_ATTACHED},
    {ATTACHED, "full event +100000 room +5 +19995", "pause ping ping ping event1 read ping",
     TR_CONNECTION_ATTACHED},
    {ATTACHED, "+30000 full event +15000", "ping pause", TR_CONNECTION_ATTACHED},
    // Packets: counted when they are out, the registration answer not among them.
    {ATTACHED, "packet packet", "send9 written1 send9 written1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow packet packet", "send9", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow packet packet writable", "send9 written1 send9", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow 3*packet quick writable", "send9 written1 send9 send9 written2",
     TR_CONNECTION_ATTACHED},
    {REGISTERING, "slow attached packet quick writable", "send4 send9 written1",
     TR_CONNECTION_ATTACHED},
    {REGISTERING, "slow attached 4*packet", "send4", TR_CONNECTION_ATTACHED},
    {REGISTERING, "slow attached 5*packet", "send4 detach1011 close1011", TR_CONNECTION_CLOSING},
    {ATTACHED, "bigpacket", "piece65536 piece65536 send5 written1", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow bigpacket writable writable writable", "piece65536 piece65536 send5 written1",
     TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow 4*packet", "send9", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow 5*packet", "send9 detach1011 close1011", TR_CONNECTION_CLOSING},
    {ATTACHED, "broken packet", "send9 detach1006 broken", TR_CONNECTION_CLOSED},
    // A browser that takes nothing; progress starts the time anew.
    {ATTACHED, "slow packet +20000 pong +9999", "send9", TR_CONNECTION_ATTACHED},
    {ATTACHED, "slow packet +20000 pong +10000", "send9 detach1006 cut", TR_CONNECTION_CLOSED},
    {ATTACHED, "slow bigpacket +20000 pong writable +20000 pong writable +9999",
     "piece65536 piece65536 send5", TR_CONNECTION_ATTACHED},
    // Closing for the session: once everything is out, or the browser takes nothing.
    {ATTACHED, "slow packet close packet quick writable",
     "send9 pause written1 detach4001 close4001 read", TR_CONNECTION_CLOSING},
    {ATTACHED, "slow packet close close event +30000", "send9 pause detach1006 cut",
     TR_CONNECTION_CLOSED},
    {ATTACHED, "slow packet close closed", "send9 pause detach1001", TR_CONNECTION_CLOSED},
    // Draining.
    {ATTACHED, "drain +49", "", TR_CONNECTION_ATTACHED},
    {ATTACHED, "drain +20 drain +30", "detach1012 close1012", TR_CONNECTION_CLOSING},
    {ATTACHED, "drain event +50", "event1 detach1012 close1012", TR_CONNECTION_CLOSING},
    // Memory runs out while a message is put together.
    {ATTACHED, "nomemory start", "detach1013 close1013", TR_CONNECTION_CLOSING},
};

static void play(const script *row)
{
    run(row->before);
    done[0] = '\0';
    run(row->input);
    expect_done(row->expected);
    ck_assert_int_eq(connection.state, row->end);
}

START_TEST(connection_answers_every_input_in_every_state)
{
    play(&transitions[_i]);
}
END_TEST

START_TEST(connection_lives_through_stories)
{
    play(&stories[_i]);
}
END_TEST

static unsigned count_of(const char *word)
{
    unsigned count = 0;
    for (const char *at = done; (at = strstr(at, word)) != NULL; at++)
        count++;
    return count;
}

START_TEST(a_held_connection_keeps_a_backlog_and_then_is_not_read)
{
    run(ATTACHED);
    on_hold();
    done[0] = '\0';
    for (unsigned i = 1; i < TR_CONNECTION_BACKLOG; i++)
        on_event();
    ck_assert_str_eq(done, "");
    on_event();
    ck_assert_str_eq(done, "pause ");
    done[0] = '\0';
    on_moved_with_all();
    // The session said that it has as many as it may have: first these are credited.
    ck_assert_str_eq(done, "");
    on_much_credit();
    ck_assert_uint_eq(count_of("event"), TR_CONNECTION_BACKLOG);
    ck_assert(strstr(done, "read") != NULL);
}
END_TEST

START_TEST(connection_stops_reading_at_its_window_and_goes_on_with_credit)
{
    run(ATTACHED);
    for (unsigned i = 0; i < TR_CONNECTION_WINDOW; i++)
        run("event");
    ck_assert_uint_eq(count_of("event"), TR_CONNECTION_WINDOW);
    ck_assert_uint_eq(count_of("pause"), 1);
    done[0] = '\0';
    run("2*event"); // was on its way already
    expect_done("");
    run("credit");
    expect_done("event129");
    done[0] = '\0';
    run("3*credit");
    expect_done("event130 read");
    done[0] = '\0';
    run("credits 2*event");
    expect_done("event131 event132");
}
END_TEST

START_TEST(connection_reads_a_flood_at_its_rate)
{
    run(ATTACHED);
    // One token went to the registration; the browser is never behind with its credits.
    unsigned sent = 0;
    while (connection.is_reading && sent < 1000) {
        run("event credit");
        sent++;
    }
    ck_assert_uint_eq(sent, limits.packets_burst - 1);
    for (unsigned ms = 0; ms < 2000; ms++) {
        pass(1);
        while (connection.is_reading) {
            run("stray");
            sent++;
        }
    }
    // 1 000 a second, give or take what a pause lets pass.
    ck_assert_uint_ge(sent, 1999 - 3 * TR_THROTTLE_MS);
    ck_assert_uint_le(sent, 2199 + TR_THROTTLE_MS);
    ck_assert_int_eq(connection.state, TR_CONNECTION_ATTACHED);
}
END_TEST

START_TEST(connection_takes_a_message_of_exactly_the_cap)
{
    run(ATTACHED);
    uint8_t *bytes = tr_calloc(1, TR_BROWSER_PACKET_CAP_BYTES);
    bytes[0] = 0x7f; // an unknown type: ignored, with any content
    const size_t step = 1000;
    done[0] = '\0';
    for (size_t at = 0; at < TR_BROWSER_PACKET_CAP_BYTES; at += step) {
        size_t left = TR_BROWSER_PACKET_CAP_BYTES - at;
        size_t size = left < step ? left : step;
        give(bytes + at, size, at == 0, left == size, 0);
    }
    expect_done("");
    ck_assert_uint_eq(connection.incoming.cap, 0); // idle connections keep no buffer
    ck_assert_uint_eq(tr_connection_deadline(&connection), now_ms + TR_PING_MS);
    tr_free(bytes);
}
END_TEST

START_TEST(connection_refuses_a_message_one_byte_over_the_cap)
{
    run(ATTACHED);
    uint8_t *bytes = tr_calloc(1, TR_BROWSER_PACKET_CAP_BYTES);
    done[0] = '\0';
    give(bytes, TR_BROWSER_PACKET_CAP_BYTES, true, false, 0);
    expect_done("");
    ck_assert_uint_eq(connection.incoming.cap, TR_BROWSER_PACKET_CAP_BYTES);
    give(bytes, 1, false, true, 0);
    expect_done("detach1009 close1009");
    ck_assert_ptr_null(connection.incoming.bytes);
    tr_free(bytes);
}
END_TEST

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))

Suite *gateway_connection_suite(void)
{
    Suite *suite = suite_create("gateway/connection");
    TCase *cases = tcase_create("connection");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_loop_test(cases, connection_answers_every_input_in_every_state, 0,
                        COUNT(transitions));
    tcase_add_loop_test(cases, connection_lives_through_stories, 0, COUNT(stories));
    tcase_add_test(cases, connection_stops_reading_at_its_window_and_goes_on_with_credit);
    tcase_add_test(cases, a_held_connection_keeps_a_backlog_and_then_is_not_read);
    tcase_add_test(cases, connection_reads_a_flood_at_its_rate);
    tcase_add_test(cases, connection_takes_a_message_of_exactly_the_cap);
    tcase_add_test(cases, connection_refuses_a_message_one_byte_over_the_cap);
    suite_add_tcase(suite, cases);
    return suite;
}
