#include "connection_script.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "troupe/err.h"

tr_connection script_connection;
uint64_t script_now_ms;
char script_done[8192]; // its actions, one word each
int script_open_result;
int script_deliver_result;
int script_send_result;
const tr_connection_limits script_limits = {
    .packets_per_s = 1000, .packets_burst = 200, .ping_ms = TR_PING_MS};

static void did(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void did(const char *format, ...)
{
    size_t at = strlen(script_done);
    va_list args;
    va_start(args, format);
    int size = vsnprintf(script_done + at, sizeof script_done - at, format, args);
    va_end(args);
    ck_assert_uint_lt(at + (size_t)size + 1, sizeof script_done);
    strcat(script_done, " ");
}

static int do_open(tr_connection *self, const tr_flet_packet *packet)
{
    (void)self;
    ck_assert_int_eq(packet->action, TR_FLET_REGISTER);
    did("open");
    return script_open_result;
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
    if (script_deliver_result == 0)
        did("%s%u",
            packet->action == TR_FLET_EVENT     ? "event"
            : packet->action == TR_FLET_UPDATE  ? "update"
            : packet->action == TR_FLET_CHANNEL ? "channel"
                                                : "result",
            packet->target);
    return script_deliver_result;
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
    return script_send_result;
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

static void do_leave(tr_connection *self, unsigned code, const char *reason)
{
    (void)self;
    ck_assert_ptr_nonnull(reason);
    did("leave%u", code);
}

static void do_cut(tr_connection *self, const char *reason)
{
    (void)self;
    did(reason != NULL ? "cut" : "broken");
}

static const tr_connection_actions actions = {do_open,  do_wait,  do_deliver, do_read,
                                              do_send,  do_ping,  do_written, do_detach,
                                              do_close, do_leave, do_cut};

void script_give(const void *bytes, size_t size, bool is_first, bool is_last, size_t more)
{
    tr_message_piece piece = {bytes, size, more, is_first, is_last, true};
    tr_connection_on_piece(&script_connection, &piece, script_now_ms);
}

static void give_whole(tr_buf *packet)
{
    script_give(packet->data, packet->size, true, true, 0);
    tr_buf_done(packet);
}

static void on_register(void)
{
    tr_buf packet = {0};
    tr_flet_write_client_register(&packet, (tr_slice){0}, TR_SLICE(""), TR_SLICE("\x80"));
    give_whole(&packet);
}

static uint32_t next_target;

void script_on_event(void)
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
        script_give(packet.data + i, 1, i == 0, i + 1 == packet.size, end - i - 1);
    }
    tr_buf_done(&packet);
}

static void on_start_of_message(void)
{
    script_give("\x00\x92", 2, true, false, 100);
}

static void on_text(void)
{
    tr_message_piece piece = {"hi", 2, 0, true, true, false};
    tr_connection_on_piece(&script_connection, &piece, script_now_ms);
}

static void on_malformed(void)
{
    script_give("\x00\xc1", 2, true, true, 0);
}

static void on_unknown_action(void)
{
    script_give("\x00\x92\x09\x80", 4, true, true, 0);
}

static void on_bare(void)
{
    script_give("\x92\x03\x80", 3, true, true, 0);
}

static void on_deep(void)
{
    char nested[TR_SCAN_DEPTH_CAP + 4];
    memset(nested, '\x91', sizeof nested);
    nested[0] = '\0';
    nested[sizeof nested - 1] = '\xc0';
    script_give(nested, sizeof nested, true, true, 0);
}

static void on_announced_big(void)
{
    script_give("\x00", 1, true, false, (size_t)1 << 62);
}

static void on_empty(void)
{
    script_give("", 0, true, true, 0);
}

static void on_data_channel(void)
{
    script_give("\x01\x01\x00\x00\x00xyz", 8, true, true, 0);
}

static void on_stray(void)
{
    script_give("\x7fxyz", 4, true, true, 0);
}

static void on_attached(void)
{
    tr_packet *answer = tr_packet_of("1234", 4);
    if (!tr_connection_on_attached(&script_connection, &answer, 0, script_now_ms))
        did("unwanted");
    ck_assert_ptr_null(answer);
}

static void on_packet_of(uint32_t size)
{
    tr_packet *packet = tr_packet_new(size);
    memset(tr_packet_data(packet), 0, size);
    packet->size = size;
    tr_connection_on_packet(&script_connection, &packet, 0, script_now_ms);
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
    tr_connection_on_credit(&script_connection, 1, script_now_ms);
}

void script_on_much_credit(void)
{
    tr_connection_on_credit(&script_connection, UINT32_MAX, script_now_ms);
}

static void on_close(void)
{
    tr_connection_on_close_asked(&script_connection, 4001, TR_SLICE("bye"), script_now_ms);
}

static void on_odd_close(void)
{
    tr_connection_on_close_asked(&script_connection, 1006, (tr_slice){0}, script_now_ms);
}

static void on_gone(void)
{
    tr_connection_on_session_gone(&script_connection, script_now_ms);
}

void script_on_hold(void)
{
    did(tr_connection_on_hold(&script_connection, script_now_ms) ? "held" : "unheld");
}

static void on_moved(void)
{
    did(tr_connection_on_moved(&script_connection, 0, script_now_ms) ? "moved" : "unmoved");
}

void script_on_moved_with_all(void)
{
    (void)tr_connection_on_moved(&script_connection, UINT32_MAX, script_now_ms);
}

static void on_drain(void)
{
    tr_connection_on_drain(&script_connection, 50, script_now_ms);
}

static void on_writable(void)
{
    tr_connection_on_writable(&script_connection, script_now_ms);
}

static void on_closed(void)
{
    tr_connection_on_closed(&script_connection, 1001);
}

static void on_pong(void)
{
    tr_connection_on_heard(&script_connection, script_now_ms);
}

// The world around it changes.
static void no_worker(void)
{
    script_open_result = TR_EUNAVAILABLE;
}

static void a_worker(void)
{
    script_open_result = 0;
}

static void on_routes(void)
{
    tr_connection_on_routes(&script_connection, script_now_ms);
}

static void too_many(void)
{
    may_wait = false;
}

static void place_busy(void)
{
    script_open_result = TR_EFULL;
}

static void full(void)
{
    script_deliver_result = TR_EFULL;
}

static void room(void)
{
    script_deliver_result = 0;
}

static void session_died(void)
{
    script_deliver_result = TR_EGONE;
}

static void slow(void)
{
    script_send_result = 1;
}

static void quick(void)
{
    script_send_result = 0;
}

static void broken(void)
{
    script_send_result = TR_EGONE;
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
    {"event", script_on_event},
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
    {"credits", script_on_much_credit},
    {"close", on_close},
    {"oddclose", on_odd_close},
    {"gone", on_gone},
    {"drain", on_drain},
    {"hold", script_on_hold},
    {"moved", on_moved},
    {"movedall", script_on_moved_with_all},
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

void script_pass(uint64_t span_ms)
{
    uint64_t end = script_now_ms + span_ms;
    unsigned steps = 0;
    for (uint64_t at; (at = tr_connection_deadline(&script_connection)) != 0 && at <= end;) {
        ck_assert_msg(++steps < 100000, "it asks for the same moment again and again");
        script_now_ms = at > script_now_ms ? at : script_now_ms;
        tr_connection_on_time(&script_connection, script_now_ms);
    }
    script_now_ms = end;
}

static void run_word(const char *word)
{
    if (word[0] == '+') {
        script_pass(strtoull(word + 1, NULL, 10));
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

void script_run(const char *script)
{
    char copy[512];
    ck_assert_uint_lt(strlen(script), sizeof copy);
    strcpy(copy, script);
    char *rest = NULL;
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        run_word(word);
}

void script_set_up(void)
{
    script_now_ms = 1000;
    next_target = 0;
    script_open_result = script_deliver_result = script_send_result = 0;
    may_wait = true;
    script_done[0] = '\0';
    tr_connection_init(&script_connection, &actions, &script_limits, script_now_ms);
}

void script_tear_down(void)
{
    tr_connection_done(&script_connection);
    tr_mem_fail_after(0);
}

void script_expect_done(const char *expected)
{
    size_t size = strlen(script_done);
    if (size != 0 && script_done[size - 1] == ' ')
        script_done[size - 1] = '\0';
    ck_assert_str_eq(script_done, expected);
}
