// What the sessions actor of a core thread hears in an order that is nobody's choice: of a process
// that was lost and is back in the same turn, and of a shard that comes back before its loss is known.

#include "sdk/roles/sessions_role.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "actors/core/core_record.h"
#include "sdk/moving/drain.h"
#include "sdk/session/session.h"
#include "sdk/session/session_file.h"
#include "sdk/session/session_record.h"
#include "testing/lab.h"
#include "tests/support/system.h"
#include "troupe/troupe.h"
#include "wire/close_code.h"
#include "wire/limits.h"
#include "wire/session_id.h"

static void build(tr_page *page)
{
    ui_add(page, ui_text("here", .key = "text"));
}

static const tr_app app = {.name = "Sessions", .build = build};

static lab *here;
static tr_buf saved;
static char id[32];

static int shard_of(const char *session_id)
{
    return tr_session_id_shard(tr_slice_of(session_id));
}

// Two sessions of different shards.
static void set_up(void)
{
    here = tr_lab_start_held(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_open(here, 1, NULL, true);
    while (shard_of(tr_lab_look(here, 1)->session_id) == shard_of(id)) {
        tr_lab_end_session(here, 1);
        tr_lab_open(here, 1, NULL, true);
    }
}

static void tear_down(void)
{
    tr_lab_stop(&here);
    tr_buf_done(&saved);
}

static void tell(const tr_sessions *sessions, tr_address from, unsigned type, const void *body)
{
    ck_assert_int_eq(
        tr_send_body(sessions->core, from, tr_actor_address(sessions->actor), type, body), 0);
}

// -- a process that is lost --

static tr_address browser;

static void ignore(tr_actor *actor, tr_message *message)
{
    (void)actor;
    (void)message;
}

static void lose_gateway_that_is_back(tr_session *session, void *unused)
{
    static const tr_behaviour behaviour = {.name = "browser", .on_message = ignore};
    (void)unused;
    tr_sessions *sessions = session->sessions;
    ck_assert_int_eq(tr_spawn(sessions->core, &behaviour, NULL, 0, &browser), 0);
    tell(sessions, tr_core_address(sessions->core), TR_MSG_node_down,
         &(tr_msg_node_down){.node = session->connection.node});
    tell(sessions, browser, TR_MSG_session_open,
         &(tr_msg_session_open){.session_id = tr_slice_of(id), .page = TR_SLICE("\x80")});
}

static void is_with_browser(tr_session *session, void *is_with)
{
    *(bool *)is_with = session != NULL && tr_address_equal(session->connection, browser);
}

START_TEST(a_browser_that_comes_again_through_a_lost_process_is_not_taken_for_the_one_before)
{
    bool is_with = false;
    tr_lab_do(here, 0, lose_gateway_that_is_back, NULL);
    tr_lab_do(here, 0, is_with_browser, &is_with);
    ck_assert(is_with);
    ck_assert_uint_eq(tr_lab_session_count(here), 2);
}
END_TEST

// -- a shard that comes back --

enum { LATER = 5 }; // an epoch; the first one is 1
enum { NOBODYS_SLOT = 900 };

static void take_file(tr_session *session, void *unused)
{
    (void)unused;
    tr_session_save(session, &saved);
    tr_session_end(session);
}

static void say_it_is_lost(tr_session *session, void *unused)
{
    (void)unused;
    const tr_sessions *sessions = session->sessions;
    const tr_msg_shard_lost lost = {.shard = (uint32_t)shard_of(id), .epoch = LATER};
    tell(sessions, tr_address_of(tr_core_node(sessions->core), 0, TR_SLOT_NODE), TR_MSG_shard_lost,
         &lost);
}

// Here it is still owned as it was before another one had it.
static void come_back_with_session(tr_session *session, void *unused)
{
    (void)unused;
    const tr_sessions *sessions = session->sessions;
    tell(sessions, tr_actor_address(session->actor), TR_MSG_session_move,
         &(tr_msg_session_move){.epoch = LATER, .file = tr_buf_slice(&saved)});
}

START_TEST(a_session_that_comes_back_is_not_lost_with_what_its_shard_was_before)
{
    tr_lab_do(here, 0, take_file, NULL);
    tr_lab_do(here, 1, come_back_with_session, NULL);
    tr_lab_do(here, 1, say_it_is_lost, NULL);
    tr_lab_open(here, 0, id, true);
    ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
}
END_TEST

static void wish_it_away(tr_session *session, void *unused)
{
    (void)unused;
    tr_core *core = session->sessions->core;
    tr_drain_shard(session->sessions, (unsigned)shard_of(id),
                   tr_address_of(tr_core_node(core), 0, NOBODYS_SLOT));
}

// A worker that joined got the shard and stops at once: it gives back what it was given, and the wish
// that it should have it is still fresh. Whom it would go to again is gone.
START_TEST(a_session_that_comes_back_does_not_leave_by_a_wish_of_before)
{
    tr_lab_do(here, 0, take_file, NULL);
    tr_lab_do(here, 1, wish_it_away, NULL);
    ck_assert_int_ge(tr_lab_advance(here, 10), 0);
    tr_lab_do(here, 1, come_back_with_session, NULL);
    ck_assert_int_ge(tr_lab_advance(here, 200), 0);
    tr_lab_open(here, 0, id, true);
    ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
}
END_TEST

static void come_back_empty(tr_session *session, void *unused)
{
    (void)unused;
    const tr_sessions *sessions = session->sessions;
    const tr_msg_shard_handed handed = {.shard = (uint32_t)shard_of(id), .epoch = LATER};
    tell(sessions, tr_actor_address(session->actor), TR_MSG_shard_handed, &handed);
}

static void read_epoch(tr_session *session, void *out_epoch)
{
    *(uint64_t *)out_epoch = session->sessions->shard_epochs[shard_of(id)];
}

START_TEST(sessions_of_the_time_before_end_when_their_shard_comes_back)
{
    uint64_t epoch = 0;
    tr_lab_do(here, 1, come_back_empty, NULL);
    tr_lab_do(here, 1, say_it_is_lost, NULL);
    tr_lab_do(here, 1, read_epoch, &epoch);
    ck_assert_uint_eq(epoch, LATER);
    ck_assert_uint_eq(tr_lab_look(here, 0)->close_code, 1012);
}
END_TEST

static tr_address waiting;
static unsigned close_code;

static void hear_close(tr_actor *actor, tr_message *message)
{
    (void)actor;
    if (TR_TYPE(message) == TR_MSG_browser_close)
        close_code = TR_BODY(message, browser_close)->code;
}

static void come_with_connection(tr_session *session, void *unused)
{
    static const tr_behaviour behaviour = {.name = "browser", .on_message = hear_close};
    (void)unused;
    const tr_sessions *sessions = session->sessions;
    ck_assert_int_eq(tr_spawn(sessions->core, &behaviour, NULL, 0, &waiting), 0);
    tell(sessions, tr_actor_address(session->actor), TR_MSG_session_move,
         &(tr_msg_session_move){
             .epoch = LATER, .token = 7, .connection = waiting, .file = tr_buf_slice(&saved)});
}

static void be_lost_again(tr_session *session, void *unused)
{
    (void)unused;
    const tr_sessions *sessions = session->sessions;
    tell(sessions, tr_address_of(tr_core_node(sessions->core), 0, TR_SLOT_NODE), TR_MSG_shard_lost,
         &(tr_msg_shard_lost){.shard = (uint32_t)shard_of(id), .epoch = LATER + 1});
}

// Its connection has not answered yet.
START_TEST(a_browser_that_waits_for_an_arrived_session_hears_that_it_was_lost)
{
    tr_lab_do(here, 0, take_file, NULL);
    tr_lab_do(here, 1, come_with_connection, NULL);
    tr_lab_do(here, 1, be_lost_again, NULL);
    ck_assert_int_ge(tr_lab_advance(here, 10), 0);
    ck_assert_uint_eq(close_code, TR_CLOSE_RESTART);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
}
END_TEST

// -- what arrives at one that is about to end --

static int64_t taken = 1;

static void hear_taken(tr_actor *actor, tr_message *message)
{
    (void)actor;
    if (TR_TYPE(message) == TR_MSG_session_taken)
        taken = TR_BODY(message, session_taken)->status;
}

static void drain_and_be_sent_one(tr_session *session, void *unused)
{
    static const tr_behaviour behaviour = {.name = "worker", .on_message = hear_taken};
    tr_address sender;
    (void)unused;
    tr_sessions *sessions = session->sessions;
    ck_assert_int_eq(tr_spawn(sessions->core, &behaviour, NULL, 0, &sender), 0);
    tr_drain_begin(sessions);
    tell(sessions, sender, TR_MSG_session_move,
         &(tr_msg_session_move){.epoch = LATER, .file = tr_buf_slice(&saved)});
}

static void look_for_it(tr_session *session, void *out_epoch)
{
    tr_session *found;
    HASH_FIND(by_id, session->sessions->by_id, id, strlen(id), found);
    ck_assert_ptr_nonnull(found);
    *(uint64_t *)out_epoch = session->sessions->shard_epochs[shard_of(id)];
}

// Refused, it would be lost: its worker may be about to end as well.
START_TEST(a_worker_that_drains_takes_what_still_arrives)
{
    uint64_t epoch;
    tr_lab_do(here, 0, take_file, NULL);
    tr_lab_do(here, 1, drain_and_be_sent_one, NULL);
    tr_lab_do(here, 1, look_for_it, &epoch);
    ck_assert_int_eq(taken, 0);
    ck_assert_uint_eq(epoch, LATER);
}
END_TEST

static void hand_over_to_nobody(tr_session *session, void *unused)
{
    enum { GONE = 77 };
    (void)unused;
    tr_drain_shard(session->sessions, (unsigned)shard_of(id),
                   tr_address_of(GONE, 0, TR_SLOT_SESSIONS));
}

static void is_there(tr_session *session, void *out_epoch)
{
    tr_session *found;
    HASH_FIND(by_id, session->sessions->by_id, id, strlen(id), found);
    ck_assert_ptr_nonnull(found);
    ck_assert_ptr_null(found->move);
    *(uint64_t *)out_epoch = session->sessions->shard_epochs[shard_of(id)];
}

// It had just joined, and died. The page was on its way there.
START_TEST(a_session_for_a_worker_that_is_gone_comes_back)
{
    uint64_t epoch = 0;
    tr_lab_do(here, 0, hand_over_to_nobody, NULL);
    for (unsigned ms = 0; ms < TR_MOVE_HOLD_MS * TR_MOVE_HOLD_TRIES + 1000; ms += 100)
        ck_assert_int_ge(tr_lab_advance(here, 100), 0);
    tr_lab_do(here, 1, is_there, &epoch);
    ck_assert_uint_eq(epoch, 3); // 1 was ours, 2 the one's that is gone
    ck_assert_uint_eq(tr_lab_session_count(here), 2);
    tr_lab_open(here, 0, id, true);
    ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
}
END_TEST

static void shut_and_be_sent_one(tr_session *session, void *unused)
{
    tr_sessions_shut(session->sessions->core);
    drain_and_be_sent_one(session, unused);
}

// Its sender sees it leave, and sends the session to another one.
START_TEST(a_worker_that_has_ended_its_drain_says_nothing_of_what_arrives)
{
    taken = 1;
    tr_lab_do(here, 0, take_file, NULL);
    tr_lab_do(here, 1, shut_and_be_sent_one, NULL);
    ck_assert_int_ge(tr_lab_advance(here, 10), 0);
    ck_assert_int_eq(taken, 1);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
}
END_TEST

Suite *sessions_role_suite(void);
Suite *sessions_role_suite(void)
{
    Suite *suite = suite_create("sdk/roles/sessions_role");
    TCase *tcase = tcase_create("what is heard in any order");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(
        tcase, a_browser_that_comes_again_through_a_lost_process_is_not_taken_for_the_one_before);
    tcase_add_test(tcase, a_session_that_comes_back_is_not_lost_with_what_its_shard_was_before);
    tcase_add_test(tcase, a_session_that_comes_back_does_not_leave_by_a_wish_of_before);
    tcase_add_test(tcase, sessions_of_the_time_before_end_when_their_shard_comes_back);
    tcase_add_test(tcase, a_browser_that_waits_for_an_arrived_session_hears_that_it_was_lost);
    tcase_add_test(tcase, a_worker_that_drains_takes_what_still_arrives);
    tcase_add_test(tcase, a_session_for_a_worker_that_is_gone_comes_back);
    tcase_add_test(tcase, a_worker_that_has_ended_its_drain_says_nothing_of_what_arrives);
    suite_add_tcase(suite, tcase);
    return suite;
}
