// A page that comes to a worker from another one, and what the store has of it.

#include <check.h>
#include <string.h>

#include "actors/core/core.h"
#include "base/log.h"
#include "sdk/moving/arrival.h"
#include "sdk/session/move.h"
#include "sdk/session/session.h"
#include "sdk/session/session_file.h"
#include "sdk/session/snapshots_record.h"
#include "tests/sdk/session/stored_pages.h"
#include "troupe/troupe.h"

static tr_buf file;

static void take_file(tr_session *session, void *unused)
{
    (void)unused;
    tr_session_save(session, &file);
    tr_session_end(session);
}

static void say_nothing(tr_actor *actor, tr_message *message)
{
    (void)actor, (void)message;
}

static void arrive(tr_session *session, void *unused)
{
    static const tr_behaviour behaviour = {.name = "gateway", .on_message = say_nothing};
    tr_msg_session_move body = {.token = 7, .file = tr_buf_slice(&file)};
    (void)unused;
    ck_assert_int_eq(tr_spawn(session->sessions->core, &behaviour, NULL, 0, &body.connection), 0);
    tr_message *message = tr_message_new(TR_MSG_session_move, &body);
    ck_assert_int_eq(tr_session_arrive(session->sessions, message), 0);
    tr_message_free(message);
    tr_buf_done(&file);
}

static tr_shard_given sent_with; // of the epoch that its shard had in the store where it comes from
static uint64_t sender;

static void arrive_late(tr_session *session, void *unused)
{
    (void)unused;
    tr_sessions *sessions = session->sessions;
    tr_msg_session_move body = {.token = 7, .file = tr_buf_slice(&file)};
    tr_message *message = tr_message_new(TR_MSG_session_move, &body);
    tr_session_file read;
    ck_assert_int_eq(tr_session_file_read(body.file, &read), 0);
    ck_assert(
        tr_snapshots_arrives(sessions, (unsigned)tr_session_id_shard(read.id), sent_with, sender));
    ck_assert_int_eq(tr_session_arrive(sessions, message), 0);
    tr_message_free(message);
    tr_buf_done(&file);
}

static void leave_and_be_taken(tr_session *session, void *unused)
{
    tr_sessions *sessions = session->sessions;
    unsigned shard = shard_of(session->id);
    uint64_t epoch = epoch_of(session);
    tr_snapshots_lose(sessions, shard);
    sent_with = tr_snapshots_given(sessions, shard);
    sender = tr_core_node(sessions->core);
    ck_assert_uint_eq(sent_with.epoch, epoch);
    lose_in_store(sessions, shard, epoch);
    take_file(session, unused);
}

// Its sender slept, and another worker went on with the page meanwhile.
START_TEST(a_page_that_arrives_too_late_takes_the_shard_from_nobody)
{
    unsigned shard = shard_of(tr_lab_look(stored_page, 0)->session_id);
    tr_lab_open(stored_page, 1, NULL, true);
    ck_assert_int_ge(tr_lab_advance(stored_page, 1000), 0);
    tr_lab_do(stored_page, 0, leave_and_be_taken, NULL);
    tr_lab_do(stored_page, 1, arrive_late, NULL);
    ck_assert_int_ge(tr_lab_advance(stored_page, 1000), 0);
    tr_store_shard wanted = {.shard = shard, .epoch = sent_with.epoch + 1};
    tr_lab_do(stored_page, 1, is_anothers, &wanted);
    ck_assert_int_ge(tr_lab_advance(stored_page, 1000), 0);
}
END_TEST

// Its sender had begun to take the shard anew, did not hear that it has it, and gave it away.
static void leave_while_taking(tr_session *session, void *unused)
{
    tr_snapshots *self = session->sessions->snapshots;
    unsigned shard = shard_of(session->id);
    tr_shard_hold *hold = &self->shards[shard];
    hold->doubted = hold->epoch;
    hold->epoch = 0;
    hold->is_unanswered = true;
    lose_in_store(session->sessions, shard, hold->doubted);
    tr_snapshots_lose(session->sessions, shard);
    sent_with = tr_snapshots_given(session->sessions, shard);
    sender = ANOTHER_NODE;
    ck_assert(sent_with.may_be_next);
    take_file(session, unused);
}

static void is_here_with_its_shard(tr_session *session, void *of)
{
    unsigned shard = *(unsigned *)of;
    ck_assert_uint_eq(session->sessions->snapshots->shards[shard].epoch, sent_with.epoch + 2);
}

START_TEST(a_page_whose_sender_had_taken_the_shard_and_not_heard_so_is_written)
{
    unsigned shard = shard_of(tr_lab_look(stored_page, 0)->session_id);
    tr_lab_open(stored_page, 1, NULL, true);
    ck_assert_int_ge(tr_lab_advance(stored_page, 1000), 0);
    tr_lab_do(stored_page, 0, leave_while_taking, NULL);
    tr_lab_do(stored_page, 1, arrive_late, NULL);
    ck_assert_int_ge(tr_lab_advance(stored_page, 1000), 0);
    tr_lab_do(stored_page, 1, is_here_with_its_shard, &shard);
}
END_TEST

// What was given once says nothing of a page that has never been in the store.
static void give_twice(tr_session *session, void *unused)
{
    (void)unused;
    unsigned shard = shard_of(session->id);
    ck_assert_uint_ne(epoch_of(session), 0);
    tr_snapshots_lose(session->sessions, shard);
    tr_snapshots_lose(session->sessions, shard);
    ck_assert_uint_eq(tr_snapshots_given(session->sessions, shard).epoch, 0);
}

START_TEST(a_page_of_a_shard_that_was_not_taken_again_comes_without_an_epoch)
{
    tr_lab_do(stored_page, 0, give_twice, NULL);
}
END_TEST

static void is_written_although_it_arrives(tr_session *session, void *id)
{
    tr_session *found;
    HASH_FIND(by_id, session->sessions->by_id, (const char *)id, strlen(id), found);
    is_in_store(found, NULL);
    ck_assert(tr_move_is_frozen(found));
}

// Its gateway may take long to find the way. Until the page is written, nobody else has what was done last.
START_TEST(a_page_that_arrives_is_written_before_its_gateway_has_found_it)
{
    char id[TR_SESSION_ID_SIZE + 1] = {0};
    tr_lab_open(stored_page, 1, NULL, true);
    memcpy(id, tr_lab_look(stored_page, 0)->session_id, TR_SESSION_ID_SIZE);
    tr_lab_do(stored_page, 0, take_file, NULL);
    tr_lab_do(stored_page, 1, arrive, NULL);
    ck_assert_int_ge(tr_lab_advance(stored_page, 1000), 0);
    tr_lab_do(stored_page, 1, is_written_although_it_arrives, id);
}
END_TEST

static void is_not_shown_yet(tr_session *session, void *id)
{
    tr_session *found;
    HASH_FIND(by_id, session->sessions->by_id, (const char *)id, strlen(id), found);
    ck_assert(!tr_durable_is_open(found));
}

static void may_be_shown(tr_session *session, void *id)
{
    tr_session *found;
    HASH_FIND(by_id, session->sessions->by_id, (const char *)id, strlen(id), found);
    ck_assert(tr_durable_is_open(found));
}

static void answer_when_stored(tr_session *session, void *unused)
{
    (void)unused;
    session->sessions->durability = TR_DURABILITY_SYNC;
}

// The worker that it comes from may not have reached the store.
START_TEST(a_page_that_arrives_is_shown_once_it_is_in_the_store)
{
    char id[TR_SESSION_ID_SIZE + 1] = {0};
    tr_lab_open(stored_page, 1, NULL, true);
    memcpy(id, tr_lab_look(stored_page, 0)->session_id, TR_SESSION_ID_SIZE);
    tr_lab_do(stored_page, 0, answer_when_stored, NULL);
    tr_lab_do(stored_page, 0, take_file, NULL);
    tr_lab_do(stored_page, 1, arrive, NULL);
    tr_lab_do(stored_page, 1, is_not_shown_yet, id);
    ck_assert_int_ge(tr_lab_advance(stored_page, 1000), 0);
    tr_lab_do(stored_page, 1, may_be_shown, id);
}
END_TEST

Suite *sdk_session_snapshots_arrival_suite(void);
Suite *sdk_session_snapshots_arrival_suite(void)
{
    Suite *suite = suite_create("sdk/session/snapshots_arrival");
    TCase *tests = tcase_create("all");
    tcase_add_checked_fixture(tests, stored_pages_set_up, stored_pages_tear_down);
    tcase_add_test(tests, a_page_that_arrives_too_late_takes_the_shard_from_nobody);
    tcase_add_test(tests, a_page_whose_sender_had_taken_the_shard_and_not_heard_so_is_written);
    tcase_add_test(tests, a_page_of_a_shard_that_was_not_taken_again_comes_without_an_epoch);
    tcase_add_test(tests, a_page_that_arrives_is_written_before_its_gateway_has_found_it);
    tcase_add_test(tests, a_page_that_arrives_is_shown_once_it_is_in_the_store);
    suite_add_tcase(suite, tests);
    return suite;
}
