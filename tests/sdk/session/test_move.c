// One end of a move at a time: a session that leaves for somebody who does not answer, and files
// that come from anybody. Both ends together: tests/stories/move.c.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "sdk/moving/arrival.h"
#include "sdk/moving/drain.h"
#include "sdk/session/move.h"
#include "sdk/session/session.h"
#include "sdk/session/session_file.h"
#include "testing/lab.h"
#include "troupe/troupe.h"

static int moves;
static char interrupted[64];
static int cancelled;
static int ends;

TR_ASYNC(moving_add)
{
    int *count = tr_state(ev);
    if (count != NULL)
        ui_set_textf(ev, "count", "%d", ++*count);
}

TR_ASYNC(moving_wait)
{
    cancelled = tr_sleep(ev, 3600000) == TR_ECANCELLED;
    ui_set_text(ev, "count", "cancelled");
}

TR_ASYNC(moving_ask)
{
    cancelled = tr_confirm(ev, "Sure?") == TR_ECANCELLED;
}

TR_ASYNC(moving_on_move)
{
    moves++;
    snprintf(interrupted, sizeof interrupted, "%s", tr_event_text(ev, "?"));
}

static void on_end(tr_event *ev)
{
    (void)ev;
    ends++;
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "count"));
    ui_add(page, ui_button("add", .on_click = moving_add));
    ui_add(page, ui_button("wait", .on_click = moving_wait));
    ui_add(page, ui_button("ask", .on_click = moving_ask));
}

enum { COUNT = 9, ADD, WAIT, ASK, OTHER_SLOT = 900 };

static const tr_app app = {
    .name = "Moving", .build = build, .on_move = moving_on_move, .on_end = on_end, TR_STATE(int)};

static lab *here;
static tr_buf saved;

static void set_up(void)
{
    here = tr_lab_start_held(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
    tr_buf_done(&saved);
}

static void advance(uint64_t milliseconds)
{
    ck_assert_int_ge(tr_lab_advance(here, milliseconds), 0);
}

// -- leaving --

// For a place where nobody is.
static void leave(tr_session *session, void *arg)
{
    (void)arg;
    tr_core *core = session->sessions->core;
    tr_move_begin(session, tr_address_of(tr_core_node(core), 0, OTHER_SLOT), 2);
}

START_TEST(a_session_that_nobody_takes_ends_as_if_its_worker_had_died)
{
    tr_lab_detach(here, 0);
    tr_lab_do(here, 0, leave, NULL);
    advance(TR_MOVE_ANSWER_MS + 100);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
    ck_assert_int_eq(ends, 1);
}
END_TEST

static void ignore(tr_actor *actor, tr_message *message)
{
    (void)actor;
    (void)message;
}

static tr_address silent_one;

// For somebody who takes it, and says so later.
static void leave_for_silent(tr_session *session, void *arg)
{
    static const tr_behaviour silent = {.name = "silent", .on_message = ignore};
    tr_core *core = session->sessions->core;
    (void)arg;
    ck_assert_int_eq(tr_spawn(core, &silent, NULL, 0, &silent_one), 0);
    tr_move_begin(session, silent_one, 2);
}

static void say_taken(tr_session *session, void *from)
{
    ck_assert_int_eq(tr_send(session->sessions->core, *(tr_address *)from,
                             tr_actor_address(session->actor), session_taken, .status = 0),
                     0);
}

static void look_for_address(tr_session *session, void *out)
{
    *(tr_address *)out = tr_actor_address(session->actor);
}

START_TEST(a_session_that_is_taken_has_not_ended)
{
    tr_lab_detach(here, 0);
    tr_lab_do(here, 0, leave_for_silent, NULL);
    tr_address another;
    tr_lab_do(here, 0, look_for_address, &another);
    tr_lab_do(here, 0, say_taken, &another); // that is not for it to say
    advance(TR_PEER_SILENCE_MS + 250);       // for so long it may be slow, and not gone
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
    tr_lab_do(here, 0, say_taken, &silent_one);
    advance(10);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
    ck_assert_int_eq(ends, 0);
}
END_TEST

START_TEST(a_browser_whose_gateway_does_not_answer_is_let_go)
{
    tr_lab_do(here, 0, leave, NULL);
    advance(TR_PEER_SILENCE_MS); // for so long it may be slow, and not gone
    ck_assert_uint_eq(tr_lab_look(here, 0)->close_code, 0);
    advance(TR_MOVE_HOLD_MS * 3);
    ck_assert_uint_eq(tr_lab_look(here, 0)->close_code, 1012);
}
END_TEST

enum { CROWD = 3 * TR_MOVES_AT_ONCE };

static void hand_all_over(tr_session *session, void *arg)
{
    tr_sessions *sessions = session->sessions;
    (void)arg;
    for (unsigned i = 0; i < TR_SHARDS; i++)
        tr_drain_shard(sessions, i, tr_address_of(tr_core_node(sessions->core), 0, OTHER_SLOT));
}

// More than go at a time: each of them is begun, none is left in a shard that was given away.
START_TEST(all_sessions_of_shards_that_are_handed_over_leave)
{
    for (unsigned i = 0; i < CROWD; i++) {
        tr_lab_open(here, 1, NULL, true);
        tr_lab_detach(here, 1);
    }
    tr_lab_do(here, 0, hand_all_over, NULL);
    for (unsigned i = 0; i < 10 && tr_lab_session_count(here) != 0; i++)
        advance(TR_MOVE_ANSWER_MS + 100); // nobody takes them, so they end
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
}
END_TEST

START_TEST(a_session_with_a_handler_in_flight_serves_until_its_time_is_up)
{
    tr_lab_event(here, 0, WAIT, "click");
    tr_lab_do(here, 0, leave, NULL);
    advance(TR_MOVE_SETTLE_MS - 100);
    ck_assert_int_eq(cancelled, 0);
    tr_lab_event(here, 0, ADD, "click");
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_find(&tr_lab_look(here, 0)->page, COUNT), "value")),
                     "1");
    advance(200);
    ck_assert_int_eq(cancelled, 1);
    // Its changes then went out before the session left.
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_find(&tr_lab_look(here, 0)->page, COUNT), "value")),
                     "cancelled");
}
END_TEST

START_TEST(a_question_that_waits_for_the_user_is_cancelled_and_its_dialog_closed)
{
    tr_lab_event(here, 0, ASK, "click");
    const cm_value *dialogs =
        tr_cm_get(tr_cm_find(&tr_lab_look(here, 0)->page, TR_ID_DIALOGS), "controls");
    ck_assert_uint_eq(dialogs->count, 1);
    tr_lab_do(here, 0, leave, NULL);
    advance(TR_MOVE_SETTLE_MS + 100);
    ck_assert_int_eq(cancelled, 1);
    dialogs = tr_cm_get(tr_cm_find(&tr_lab_look(here, 0)->page, TR_ID_DIALOGS), "controls");
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(dialogs->items[0], "open")), 0);
}
END_TEST

// -- arriving --

static void take_file(tr_session *session, void *arg)
{
    (void)arg;
    tr_session_save(session, &saved);
    tr_session_end(session);
}

typedef struct arrival {
    tr_msg_session_move body;
    int result;
} arrival;

static void arrive(tr_session *session, void *arg)
{
    arrival *self = arg;
    self->body.file = tr_buf_slice(&saved);
    tr_message *message = tr_message_new(TR_MSG_session_move, &self->body);
    self->result = tr_session_arrive(session->sessions, message);
    tr_message_free(message);
}

// The page of connection 0 written down; connection 1 has another one.
static void write_down(void)
{
    tr_lab_event(here, 0, ADD, "click");
    tr_lab_open(here, 1, NULL, true);
    tr_lab_do(here, 0, take_file, NULL);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
}

START_TEST(a_session_that_arrives_is_found_and_told_what_was_interrupted)
{
    char id[32];
    arrival first = {.body = {.interrupted = TR_SLICE("\x92\xabmoving_wait\xa4gone")}};
    write_down();
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_do(here, 1, arrive, &first);
    ck_assert_int_eq(first.result, 0);
    ck_assert_int_eq(moves, 1);
    ck_assert_str_eq(interrupted, "moving_wait");
    tr_lab_open(here, 0, id, true);
    ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
    tr_lab_event(here, 0, ADD, "click");
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_find(&tr_lab_look(here, 0)->page, COUNT), "value")),
                     "2");
}
END_TEST

START_TEST(a_file_comes_once_and_whole_or_not_at_all)
{
    arrival first = {0};
    arrival again = {0};
    write_down();
    saved.data[saved.size / 2] ^= 1;
    tr_lab_do(here, 1, arrive, &first);
    ck_assert_int_eq(first.result, TR_EMALFORMED);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
    saved.data[saved.size / 2] ^= 1;
    tr_lab_do(here, 1, arrive, &first);
    ck_assert_int_eq(first.result, 0);
    tr_lab_do(here, 1, arrive, &again);
    ck_assert_int_eq(again.result, TR_EEXISTS);
    ck_assert_uint_eq(tr_lab_session_count(here), 2);
}
END_TEST

// -- the gateway hears of it --

static tr_address gateway;
static unsigned told;
static tr_address arrived;

static void hear_of_it(tr_actor *actor, tr_message *message)
{
    (void)actor;
    if (TR_TYPE(message) != TR_MSG_session_moved)
        return;
    ck_assert_uint_eq(TR_BODY(message, session_moved)->token, 7);
    arrived = message->from;
    told++;
}

static void make_gateway(tr_session *session, void *arg)
{
    static const tr_behaviour behaviour = {.name = "gateway", .on_message = hear_of_it};
    (void)arg;
    ck_assert_int_eq(tr_spawn(session->sessions->core, &behaviour, NULL, 0, &gateway), 0);
}

static void answer(tr_session *session, void *arg)
{
    (void)arg;
    ck_assert_int_eq(tr_send(session->sessions->core, gateway, arrived, session_resumed, .token = 7,
                             .written = 0),
                     0);
}

static void arrive_at_a_gateway(void)
{
    told = 0;
    write_down();
    tr_lab_do(here, 1, make_gateway, NULL);
    arrival first = {.body = {.connection = gateway, .token = 7}};
    tr_lab_do(here, 1, arrive, &first);
    ck_assert_int_eq(first.result, 0);
    advance(1);
    ck_assert_uint_eq(told, 1);
}

// What it said first may have been lost, or come before the gateway knew the way back.
START_TEST(a_session_that_arrived_says_so_until_the_gateway_answers)
{
    arrive_at_a_gateway();
    for (unsigned times = 2; times <= 4; times++) {
        advance(100);
        ck_assert_uint_eq(told, times);
    }
    tr_lab_do(here, 1, answer, NULL);
    advance(TR_MOVE_ARRIVE_MS * 2);
    ck_assert_uint_eq(told, 4);
    ck_assert_uint_eq(tr_lab_session_count(here), 2);
}
END_TEST

START_TEST(a_session_whose_gateway_is_gone_stops_saying_that_it_arrived)
{
    arrive_at_a_gateway();
    advance(TR_HOLD_DEADLINE_MS * 2); // a connection holds for so long, and may be slow
    ck_assert_uint_eq(told, 40);
    ck_assert_uint_eq(tr_lab_session_count(here), 2); // it waits for its browser
}
END_TEST

static void send_stale(tr_session *session, void *arg)
{
    tr_msg_session_move body = {.epoch = *(uint64_t *)arg, .file = tr_buf_slice(&saved)};
    tr_sessions *sessions = session->sessions;
    ck_assert_int_eq(tr_send_body(sessions->core, tr_actor_address(session->actor),
                                  tr_actor_address(sessions->actor), TR_MSG_session_move, &body),
                     0);
}

START_TEST(who_lost_the_shard_gives_nothing_away)
{
    uint64_t epoch = 0; // ours is 1
    write_down();
    tr_lab_do(here, 1, send_stale, &epoch);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
    epoch = 1;
    tr_lab_do(here, 1, send_stale, &epoch);
    ck_assert_uint_eq(tr_lab_session_count(here), 2);
}
END_TEST

// -- a browser that comes meanwhile --

static tr_address heard_from;
static tr_address heard_of;
static unsigned attached;
static unsigned turned_away;

static void hear_open(tr_actor *actor, tr_message *message)
{
    (void)actor;
    if (TR_TYPE(message) != TR_MSG_session_open)
        return;
    heard_from = message->from;
    heard_of = TR_BODY(message, session_open)->connection;
}

static void hear_attached(tr_actor *actor, tr_message *message)
{
    (void)actor;
    attached += TR_TYPE(message) == TR_MSG_session_attached;
    if (TR_TYPE(message) == TR_MSG_browser_close)
        turned_away = TR_BODY(message, browser_close)->code;
}

static void make_two(tr_session *session, void *arg)
{
    static const tr_behaviour worker = {.name = "worker", .on_message = hear_open};
    static const tr_behaviour browser = {.name = "browser", .on_message = hear_attached};
    tr_core *core = session->sessions->core;
    (void)arg;
    ck_assert_int_eq(tr_spawn(core, &worker, NULL, 0, &silent_one), 0);
    ck_assert_int_eq(tr_spawn(core, &browser, NULL, 0, &gateway), 0);
}

static void leave_for_worker(tr_session *session, void *arg)
{
    (void)arg;
    tr_move_begin(session, silent_one, 2);
}

// As the browser's gateway says it, or as a worker passes it on.
static void register_at(tr_session *session, void *sender)
{
    tr_sessions *sessions = session->sessions;
    tr_address from = *(tr_address *)sender;
    tr_msg_session_open open = {
        .session_id = tr_slice_of(session->id), .page = TR_SLICE("\x80"), .newest_wins = true};
    if (!tr_address_equal(from, gateway))
        open.connection = gateway;
    ck_assert_int_eq(tr_send_body(sessions->core, from, tr_actor_address(sessions->actor),
                                  TR_MSG_session_open, &open),
                     0);
}

// The bus lets no process speak for another one: the worker says whose browser it is.
START_TEST(a_browser_that_comes_while_its_session_leaves_is_passed_on)
{
    tr_lab_do(here, 0, make_two, NULL);
    tr_lab_do(here, 0, leave_for_worker, NULL);
    tr_lab_do(here, 0, register_at, &gateway);
    advance(10);
    ck_assert(tr_address_equal(heard_of, gateway));
    ck_assert(tr_address_is_set(heard_from));
    ck_assert(!tr_address_equal(heard_from, gateway));
}
END_TEST

START_TEST(a_browser_that_was_passed_on_is_answered_itself)
{
    tr_lab_do(here, 0, make_two, NULL);
    tr_lab_do(here, 0, register_at, &silent_one);
    advance(10);
    ck_assert_uint_eq(attached, 1);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
}
END_TEST

// Another core thread has its shard, and this one knows.
static void lose_shard(tr_session *session, void *arg)
{
    tr_sessions *sessions = session->sessions;
    (void)arg;
    int shard = tr_session_id_shard(tr_slice_of(session->id));
    tr_routes *routes = (tr_routes *)(uintptr_t)tr_core_routes(sessions->core);
    routes->shards[shard] =
        (tr_shard_owner){tr_core_node(sessions->core), sessions->shard_epochs[shard] + 1, 1};
    sessions->shard_epochs[shard] = 0;
    char *last = &session->id[TR_SESSION_ID_SIZE - 1];
    char its_own = *last;
    *last = its_own == 'a' ? 'b' : 'a'; // it is asked for one that is not here
    register_at(session, &gateway);
    *last = its_own;
}

// Our client would wait for a second or two before it comes again to a server that has no room.
START_TEST(a_browser_whose_session_is_elsewhere_is_told_to_come_again_at_once)
{
    tr_lab_do(here, 0, make_two, NULL);
    tr_lab_do(here, 0, lose_shard, NULL);
    advance(10);
    ck_assert_uint_eq(turned_away, 1012);
    ck_assert_uint_eq(attached, 0);
}
END_TEST

Suite *moving_suite(void);
Suite *moving_suite(void)
{
    Suite *suite = suite_create("sdk/session/move");
    TCase *tcase = tcase_create("one end of a move");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_session_that_nobody_takes_ends_as_if_its_worker_had_died);
    tcase_add_test(tcase, a_session_that_is_taken_has_not_ended);
    tcase_add_test(tcase, all_sessions_of_shards_that_are_handed_over_leave);
    tcase_add_test(tcase, a_browser_whose_gateway_does_not_answer_is_let_go);
    tcase_add_test(tcase, a_session_with_a_handler_in_flight_serves_until_its_time_is_up);
    tcase_add_test(tcase, a_question_that_waits_for_the_user_is_cancelled_and_its_dialog_closed);
    tcase_add_test(tcase, a_browser_that_comes_while_its_session_leaves_is_passed_on);
    tcase_add_test(tcase, a_browser_that_was_passed_on_is_answered_itself);
    tcase_add_test(tcase, a_browser_whose_session_is_elsewhere_is_told_to_come_again_at_once);
    tcase_add_test(tcase, a_session_that_arrives_is_found_and_told_what_was_interrupted);
    tcase_add_test(tcase, a_file_comes_once_and_whole_or_not_at_all);
    tcase_add_test(tcase, a_session_that_arrived_says_so_until_the_gateway_answers);
    tcase_add_test(tcase, a_session_whose_gateway_is_gone_stops_saying_that_it_arrived);
    tcase_add_test(tcase, who_lost_the_shard_gives_nothing_away);
    suite_add_tcase(suite, tcase);
    return suite;
}
