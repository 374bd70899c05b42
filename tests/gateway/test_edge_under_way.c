// Requests that are being answered, on the gateway's socket: what is behind them, and the end of a
// client, costs no turns of the loop, and no answer is cut by it. The test answers for the app.

#include "edge_world.h"

#include <check.h>
#include <libwebsockets.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "actors/core/actor.h"
#include "base/mem.h"
#include "raw_browser.h"
#include "tests/support/scratch.h"
#include "troupe/err.h"
#include "uploads/upload_file.h"
#include "wire/session_id.h"

Suite *gateway_edge_under_way_suite(void);

#define GET(path) "GET " path " HTTP/1.1\r\nHost: x\r\n\r\n"
#define POST(path) "POST " path " HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
#define POST_OF_NO_LENGTH "POST /app HTTP/1.1\r\nHost: x\r\n\r\n"
#define HEALTH GET("/health")

enum { PIECE_BYTES = 16000, SMALL_BYTES = 2048, QUESTIONS_CAP = 16 };

// -- the app --

typedef struct question {
    tr_address from;
    tr_address to;
    uint64_t correlation;
    unsigned step; // of a download
} question;

static question questions[QUESTIONS_CAP];
static unsigned question_count; // so far
static char folder[64];
static const tr_http_route routes[] = {
    {.pattern = "GET /app"}, {.pattern = "POST /app"}, {.pattern = NULL}};

static unsigned step_of(const tr_message *message)
{
    bool is_step = message->shape->type == TR_MSG_download_step;
    return is_step ? TR_BODY(message, download_step)->step : 0;
}

static void on_question(const tr_message *message)
{
    pthread_mutex_lock(&edge_world.lock);
    ck_assert_uint_lt(question_count, QUESTIONS_CAP);
    questions[question_count++] = (question){.from = message->from,
                                             .to = message->to,
                                             .correlation = message->correlation,
                                             .step = step_of(message)};
    edge_changed();
}

typedef struct reply {
    const question *question;
    uint32_t type;
    const void *body;
} reply;

// The server is this process, too: its kernel is to keep little of an answer.
static void set_send_buffer(int socket, int bytes)
{
    ck_assert_int_eq(setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes), 0);
}

static unsigned replies; // sent
static int widened = -1; // a socket whose kernel takes much from the next one on

static void send_reply(tr_core *core, void *arg)
{
    const reply *self = arg;
    if (widened >= 0)
        set_send_buffer(widened, 20 * PIECE_BYTES);
    widened = -1;
    tr_message message = {.from = self->question->from,
                          .to = self->question->to,
                          .flags = TR_FLAG_ASK,
                          .correlation = self->question->correlation};
    ck_assert_int_eq(tr_answer_body(core, &message, self->type, self->body), 0);
    pthread_mutex_lock(&edge_world.lock);
    replies++;
    edge_changed();
}

// The n-th question, once it is there.
static void answer(unsigned n, uint32_t type, const void *body)
{
    ck_assert(edge_wait_on(&question_count, n));
    reply one = {&questions[n - 1], type, body};
    unsigned before = replies;
    ck_assert_int_eq(tr_system_post(edge_world.system, 0, send_reply, &one), 0);
    ck_assert(edge_wait_on(&replies, before + 1));
}

static void answer_request(unsigned n, size_t size)
{
    static char body[200000];
    answer(n, TR_MSG_http_answer,
           &(tr_msg_http_answer){.status = 200,
                                 .type = TR_SLICE("text/plain"),
                                 .body = {body, (uint32_t)size},
                                 .size = size});
}

static void answer_piece(unsigned n, size_t size)
{
    static char bytes[PIECE_BYTES];
    answer(n, TR_MSG_download_piece,
           &(tr_msg_download_piece){.bytes = {bytes, (uint32_t)size},
                                    .size = 2 * PIECE_BYTES,
                                    .type = TR_SLICE("text/plain")});
}

static void answer_not_here(unsigned n)
{
    answer(n, TR_MSG_download_piece, &(tr_msg_download_piece){.status = TR_EUNAVAILABLE});
}

static void answer_yes(unsigned n)
{
    answer(n, TR_MSG_answer, &(tr_msg_answer){.status = 0});
}

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "under-way");
    unsigned swept;
    ck_assert_int_eq(tr_upload_folder_prepare(folder, &swept), 0);
    edge_world.options.routes = routes;
    edge_world.options.downloads = (tr_upload_settings){.path = "/download"};
    edge_world.options.uploads =
        (tr_upload_settings){.folder = folder, .path = "/upload", .size_max = TR_UPLOAD_NO_LIMIT};
    edge_world.on_question = on_question;
    edge_set_up();
}

static void set_up_encrypted(void)
{
    edge_encrypt();
    set_up();
}

static void tear_down(void)
{
    edge_tear_down();
    scratch_remove(folder);
}

// -- the client --

static int ask(const char *request)
{
    int peer = raw_dial_slow();
    // It is served, so the server has accepted it.
    response health = edge_ask(peer, HEALTH, true);
    tr_free(health.body);
    set_send_buffer(edge_server_side_of(peer), SMALL_BYTES);
    raw_put(peer, request, strlen(request));
    return peer;
}

static void is_answered(int peer, size_t size)
{
    response got = edge_ask(peer, "", true);
    ck_assert_uint_eq(got.status, 200);
    if (size != 0)
        ck_assert_uint_eq(got.size, size);
    tr_free(got.body);
}

static void has_something(int peer)
{
    struct pollfd readable = {.fd = peer, .events = POLLIN};
    ck_assert_int_eq(poll(&readable, 1, WAIT_S * 1000), 1);
}

static void close_side(int peer)
{
    ck_assert_int_eq(shutdown(peer, SHUT_WR), 0);
}

// -- the tests --

START_TEST(requests_that_come_together_cost_nothing_while_one_is_asked)
{
    static const char *const requests[] = {HEALTH GET("/app"), HEALTH GET("/app") HEALTH,
                                           HEALTH GET("/app") "G"};
    int peer = ask(requests[_i]);
    is_answered(peer, 0);
    ck_assert(edge_wait_on(&question_count, 1));
    edge_costs_nothing();
    answer_request(1, 100);
    is_answered(peer, 100);
    edge_costs_nothing();
    if (_i == 1)
        is_answered(peer, 0);
    close(peer);
}
END_TEST

START_TEST(bytes_behind_a_request_cost_nothing_and_do_not_cut_its_answer)
{
    static const char *const requests[] = {GET("/app"), POST("/app")};
    bool comes_later = _i / 2 % 2 != 0;
    char text[512];
    snprintf(text, sizeof text, "%s%s", requests[_i % 2], comes_later ? "" : HEALTH);
    int peer = ask(text);
    ck_assert(edge_wait_on(&question_count, 1));
    if (comes_later)
        raw_put(peer, HEALTH, sizeof HEALTH - 1);
    edge_costs_nothing();
    answer_request(1, 150000);
    has_something(peer);
    raw_put(peer, HEALTH, sizeof HEALTH - 1);
    edge_costs_nothing();
    is_answered(peer, 150000);
    // What came together with a body is lost in libwebsockets 4.3 (tr_edge_on_call_piece).
    if (_i == 1 && LWS_LIBRARY_VERSION_NUMBER >= 4003000) {
        raw_expect_end(peer);
        return;
    }
    is_answered(peer, 0);
    is_answered(peer, 0);
    close(peer);
}
END_TEST

START_TEST(a_slow_reader_that_has_closed_its_side_costs_nothing)
{
    int peer = ask(GET("/assets/big-1a2b.bin"));
    char beginning[64];
    if (_i == 0)
        raw_take(peer, beginning, 1);
    close_side(peer);
    edge_costs_nothing();
    raw_take(peer, beginning, sizeof beginning);
    edge_costs_nothing();
    (void)raw_take_head(peer);
    char *rest = tr_alloc(sizeof edge_big_file);
    raw_take(peer, rest, sizeof edge_big_file);
    tr_free(rest);
    raw_expect_end(peer);
}
END_TEST

static const char *url_of(const char *path)
{
    static tr_buf url;
    tr_upload_grant grant = {
        .name = "a.txt", .expires_s = (uint64_t)time(NULL) + 1000, .size_max = TR_UPLOAD_NO_LIMIT};
    tr_session_id_make(grant.token, 0);
    tr_buf_done(&url);
    tr_upload_url_write(&grant, &(tr_upload_settings){.path = path}, &url);
    return tr_buf_text(&url);
}

static int download(void)
{
    char request[1024];
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", url_of("/download"));
    int peer = ask(request);
    answer_piece(1, 0); // what it is
    return peer;
}

// Its head is read, its first piece is there, and the next one is asked for.
static int download_with_a_piece(void)
{
    int peer = download();
    answer_piece(2, PIECE_BYTES);
    ck_assert(edge_wait_on(&question_count, 3));
    (void)raw_take_head(peer);
    return peer;
}

static void take_piece(int peer)
{
    char bytes[PIECE_BYTES];
    raw_take(peer, bytes, sizeof bytes);
}

START_TEST(the_tail_of_a_piece_is_sent_while_the_next_one_is_awaited)
{
    int peer = download();
    if (_i == 1)
        raw_put(peer, "G", 1);
    answer_piece(2, PIECE_BYTES);
    ck_assert(edge_wait_on(&question_count, 3));
    (void)raw_take_head(peer);
    edge_costs_nothing();
    take_piece(peer);
    edge_costs_nothing();
    answer_piece(3, PIECE_BYTES);
    take_piece(peer);
    close(peer);
}
END_TEST

START_TEST(a_client_that_has_closed_its_side_gets_all_of_a_download)
{
    int peer = download_with_a_piece();
    if (_i == 0)
        close_side(peer);
    take_piece(peer);
    if (_i == 1)
        close_side(peer);
    edge_costs_nothing();
    answer_piece(3, PIECE_BYTES);
    take_piece(peer);
    raw_expect_end(peer);
}
END_TEST

// Its session is told at once, and the source's piece is not waited for. A session that was on its way to
// another process has not heard that: it is asked until it has.
START_TEST(a_download_whose_client_has_gone_frees_its_place)
{
    int peer = download_with_a_piece();
    if (_i == 1)
        edge_costs_nothing();
    close(peer); // a reset, as there is more to be read
    eventually(edge_stats().downloads == 0);
    ck_assert(edge_wait_on(&edge_world.broken, 1));
    answer_not_here(3);
    answer_not_here(4);
    ck_assert(edge_wait_on(&question_count, 5));
    ck_assert_int_eq(questions[3].step, TR_DOWNLOAD_STEP_BROKEN);
    ck_assert_int_eq(questions[4].step, TR_DOWNLOAD_STEP_BROKEN);
    answer_yes(5);
}
END_TEST

// The end of it is with libwebsockets, and the socket takes that in the very turn in which it is cut.
START_TEST(a_download_that_breaks_while_its_end_is_written_is_cut)
{
    int peer = download_with_a_piece();
    widened = edge_server_side_of(peer);
    answer_piece(3, 0); // less than it said
    eventually(edge_stats().sockets == 0);
    eventually(edge_stats().downloads == 0);
    close(peer);
}
END_TEST

// Nor does its client's end.
START_TEST(a_byte_behind_an_upload_costs_nothing_and_does_not_cut_its_answer)
{
    char request[1024];
    snprintf(request, sizeof request,
             "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello%s", url_of("/upload"),
             _i == 0 ? "G" : "");
    int peer = ask(request);
    answer_yes(1); // may it begin?
    answer_yes(2); // so much is there
    ck_assert(edge_wait_on(&question_count, 3));
    if (_i == 1)
        raw_put(peer, "G", 1);
    if (_i == 2)
        close_side(peer);
    edge_costs_nothing();
    answer_yes(3); // may it be kept?
    ck_assert(edge_wait_on(&question_count, 4));
    edge_costs_nothing();
    answer_yes(4);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), 201);
    close(peer);
}
END_TEST

// What is with libwebsockets still when the connection is to end.
START_TEST(the_end_of_a_last_answer_costs_nothing)
{
    int peer = ask("GET /app HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    answer_request(1, PIECE_BYTES);
    has_something(peer);
    if (_i == 0)
        raw_put(peer, "G", 1);
    else
        close_side(peer);
    edge_costs_nothing();
    close(peer);
}
END_TEST

START_TEST(requests_whose_answers_nobody_reads_cost_nothing)
{
    int peer = ask(HEALTH);
    for (unsigned i = 0; i < 200; i++)
        raw_put(peer, HEALTH, sizeof HEALTH - 1);
    edge_costs_nothing();
    for (unsigned i = 0; i < 201; i++)
        is_answered(peer, 0);
    close(peer);
}
END_TEST

START_TEST(a_client_that_leaves_before_its_answer_is_not_worked_for)
{
    static const char *const requests[] = {GET("/app"), HEALTH GET("/app") "G", GET("/app")};
    static const char behind[40000]; // more than is listened for
    int peer = ask(requests[_i / 2]);
    ck_assert(edge_wait_on(&question_count, 1));
    if (_i / 2 == 2) {
        raw_put(peer, behind, sizeof behind);
        edge_costs_nothing();
    }
    if (_i % 2 == 0)
        close(peer);
    else
        close_side(peer);
    eventually(edge_stats().calls == 0);
    eventually(edge_stats().sockets == 0);
    if (_i % 2 != 0)
        close(peer);
}
END_TEST

// libwebsockets would take the head of the second one for its body.
START_TEST(a_request_with_a_body_is_not_taken_together_with_the_one_before)
{
    static const char *const requests[] = {
        POST("/app"), POST_OF_NO_LENGTH,
        "POST /app HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "PUT %s HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"};
    char text[1024] = HEALTH;
    size_t size = sizeof HEALTH - 1;
    if (_i == 3)
        snprintf(text + size, sizeof text - size, requests[3], url_of("/upload"));
    else
        strcat(text, requests[_i]);
    int peer = ask(text);
    is_answered(peer, 0);
    response got = edge_ask(peer, "", true);
    ck_assert_uint_eq(got.status, 400);
    tr_free(got.body);
    raw_expect_end(peer);
    ck_assert_uint_eq(question_count, 0);
}
END_TEST

// libwebsockets waits for a body of 100 MiB then.
START_TEST(a_post_without_a_length_is_answered_and_the_last)
{
    int peer = ask(POST_OF_NO_LENGTH);
    answer_request(1, 10);
    response got = edge_ask(peer, "", true);
    ck_assert_uint_eq(got.status, 200);
    ck_assert_ptr_nonnull(strstr(got.head, "connection: close"));
    tr_free(got.body);
    raw_expect_end(peer);
}
END_TEST

Suite *gateway_edge_under_way_suite(void)
{
    Suite *suite = suite_create("gateway/edge_under_way");
    TCase *cases = tcase_create("answers");
    tcase_set_timeout(cases, 60);
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_loop_test(cases, requests_that_come_together_cost_nothing_while_one_is_asked, 0, 3);
    tcase_add_loop_test(cases, bytes_behind_a_request_cost_nothing_and_do_not_cut_its_answer, 0, 4);
    tcase_add_loop_test(cases, a_slow_reader_that_has_closed_its_side_costs_nothing, 0, 2);
    tcase_add_loop_test(cases, the_tail_of_a_piece_is_sent_while_the_next_one_is_awaited, 0, 2);
    tcase_add_loop_test(cases, a_client_that_has_closed_its_side_gets_all_of_a_download, 0, 2);
    tcase_add_loop_test(cases, a_download_whose_client_has_gone_frees_its_place, 0, 2);
    tcase_add_test(cases, a_download_that_breaks_while_its_end_is_written_is_cut);
    tcase_add_loop_test(cases, a_byte_behind_an_upload_costs_nothing_and_does_not_cut_its_answer, 0,
                        3);
    tcase_add_loop_test(cases, the_end_of_a_last_answer_costs_nothing, 0, 2);
    tcase_add_test(cases, requests_whose_answers_nobody_reads_cost_nothing);
    tcase_add_loop_test(cases, a_client_that_leaves_before_its_answer_is_not_worked_for, 0, 6);
    tcase_add_loop_test(cases, a_request_with_a_body_is_not_taken_together_with_the_one_before, 0,
                        4);
    tcase_add_test(cases, a_post_without_a_length_is_answered_and_the_last);
    suite_add_tcase(suite, cases);
    TCase *encrypted = tcase_create("encrypted");
    tcase_set_timeout(encrypted, 60);
    tcase_add_checked_fixture(encrypted, set_up_encrypted, tear_down);
    tcase_add_loop_test(encrypted, requests_that_come_together_cost_nothing_while_one_is_asked, 0,
                        3);
    tcase_add_test(encrypted, requests_whose_answers_nobody_reads_cost_nothing);
    suite_add_tcase(suite, encrypted);
    return suite;
}
