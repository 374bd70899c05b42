#include "sdk/session/snapshots.h"

#include <check.h>
#include <string.h>

#include "actors/core/core.h"
#include "base/log.h"
#include "sdk/session/session.h"
#include "sdk/session/shard_set.h"
#include "sdk/session/snapshots_record.h"
#include "store/engine.h"
#include "tests/sdk/session/stored_pages.h"
#include "tests/support/system.h"
#include "troupe/err.h"
#include "troupe/troupe.h"
#include "wire/writer.h"

START_TEST(a_snapshot_is_read_back)
{
    tr_buf bytes = {0};
    tr_write_array(&bytes, 3);
    tr_write_array(&bytes, 1);
    tr_write_literal(&bytes, "save");
    tr_write_array(&bytes, 0);
    tr_write_bytes(&bytes, TR_SLICE("a file"));
    tr_snapshot snapshot;
    ck_assert_int_eq(tr_snapshot_read(tr_buf_slice(&bytes), &snapshot), 0);
    ck_assert(tr_slice_is(snapshot.file, "a file"));
    ck_assert_uint_eq(snapshot.interrupted.size, 6);
    ck_assert_uint_eq(snapshot.prompts.size, 1);
    // Every shorter one is damaged.
    for (uint32_t size = 0; size < bytes.size; size++)
        ck_assert_int_lt(tr_snapshot_read((tr_slice){(const char *)bytes.data, size}, &snapshot),
                         0);
    tr_buf_done(&bytes);
}
END_TEST

static const tr_slice others[] = {{"", 0},
                                  {"\xc0", 1},
                                  {"\x93\x90\x90\x01", 4},
                                  {"\x92\x90\x90", 3},
                                  {"\xdd\xff\xff\xff\xff", 5}};

START_TEST(what_is_no_snapshot_is_refused)
{
    tr_snapshot snapshot;
    ck_assert_int_lt(tr_snapshot_read(others[_i], &snapshot), 0);
}
END_TEST

// -- a shard that goes and comes back while the store is asked --

static void goes_and_comes_back(tr_sessions *sessions, unsigned shard)
{
    uint64_t epoch = sessions->shard_epochs[shard];
    tr_shard_set_drop(sessions, shard);
    tr_snapshots_lose(sessions, shard);
    tr_shard_set_add(sessions, shard, epoch + 2);
}

static void write_late(tr_session *session, void *unused)
{
    (void)unused;
    tr_snapshots *self = session->sessions->snapshots;
    unsigned shard = shard_of(session->id);
    lose_in_store(session->sessions, shard, self->shards[shard].epoch);
    tr_snapshot_touch(session, true);
    self->write.on_fire(&self->write); // it is on its way, behind that
    ck_assert(session->snapshot->is_writing);
    goes_and_comes_back(session->sessions, shard);
}

START_TEST(a_write_of_before_that_is_refused_does_not_cost_the_shard)
{
    tr_lab_do(stored_page, 0, write_late, NULL);
    ck_assert_int_ge(tr_lab_advance(stored_page, 2000), 0);
    tr_lab_do(stored_page, 0, is_in_store, NULL);
    ck_assert_uint_eq(tr_lab_session_count(stored_page), 1);
}
END_TEST

static int status_of_load = 1;

static void is_loaded(void *arg, int status, tr_slice snapshot, tr_slice mark)
{
    (void)arg, (void)snapshot, (void)mark;
    status_of_load = status;
}

// One of a shard that nobody ever had.
static void load_late(tr_session *session, void *out_shard)
{
    tr_sessions *sessions = session->sessions;
    char id[TR_SESSION_ID_SIZE + 1];
    memcpy(id, session->id, sizeof id);
    id[0] = id[0] == 'a' ? 'b' : 'a';
    unsigned shard = shard_of(id);
    ck_assert_int_eq(tr_snapshot_load(sessions, tr_slice_of(id), is_loaded, NULL), 0);
    ck_assert(sessions->snapshots->shards[shard].is_taking);
    lose_in_store(sessions, shard, 1);
    goes_and_comes_back(sessions, shard);
    *(unsigned *)out_shard = shard;
}

static void read_store_epoch(tr_session *session, void *arg)
{
    unsigned *shard = arg;
    *shard = (unsigned)session->sessions->snapshots->shards[*shard].epoch;
}

START_TEST(a_shard_that_was_taken_for_the_time_before_is_taken_anew)
{
    unsigned shard = 0;
    tr_lab_do(stored_page, 0, load_late, &shard);
    ck_assert_int_ge(tr_lab_advance(stored_page, 2000), 0);
    tr_lab_do(stored_page, 0, read_store_epoch, &shard);
    ck_assert_uint_eq(shard, 3); // 1 was ours, 2 the other one's
    ck_assert_int_eq(status_of_load, TR_ENOTFOUND);
}
END_TEST

// A store that says its disk is full would be asked by every click of every page.
static void click_after_refusal(tr_session *session, void *unused)
{
    (void)unused;
    tr_snapshots *self = session->sessions->snapshots;
    self->has_said_away = true;
    tr_snapshot_touch(session, true);
    ck_assert(tr_timer_is_running(&self->write));
    ck_assert_uint_gt(tr_timer_due_ns(&self->write), tr_core_clock_ns(session->sessions->core));
}

START_TEST(a_store_that_refused_is_not_asked_again_with_every_click)
{
    tr_lab_do(stored_page, 0, click_after_refusal, NULL);
    ck_assert_int_ge(tr_lab_advance(stored_page, 1000), 0);
    tr_lab_do(stored_page, 0, is_in_store, NULL);
}
END_TEST

// -- a write of which nobody knows whether it was done --

// It was, and its answer does not come.
static void write_without_answer(tr_session *session, void *unused)
{
    (void)unused;
    tr_snapshots *self = session->sessions->snapshots;
    tr_snapshot_touch(session, true);
    self->write.on_fire(&self->write);
    ck_assert(session->snapshot->is_writing);
    self->store->newest->status = TR_EUNAVAILABLE;
}

static void note_epoch(tr_session *session, void *out)
{
    *(uint64_t *)out = epoch_of(session);
}

// The late one, should it come now, has the epoch of before.
START_TEST(behind_a_write_without_an_answer_the_shard_is_taken_anew)
{
    uint64_t before;
    uint64_t after;
    tr_lab_do(stored_page, 0, note_epoch, &before);
    tr_lab_do(stored_page, 0, write_without_answer, NULL);
    ck_assert_int_ge(tr_lab_advance(stored_page, 3000), 0);
    tr_lab_do(stored_page, 0, is_in_store, NULL);
    tr_lab_do(stored_page, 0, note_epoch, &after);
    ck_assert_uint_eq(after, before + 1);
}
END_TEST

static void taken_since_by_another(tr_session *session, void *unused)
{
    write_without_answer(session, unused);
    lose_in_store(session->sessions, shard_of(session->id), epoch_of(session));
}

// What is in memory here is older than what that one has.
START_TEST(a_shard_that_another_process_has_taken_since_is_not_taken_back)
{
    unsigned shard = shard_of(tr_lab_look(stored_page, 0)->session_id);
    uint64_t epoch;
    tr_lab_open(stored_page, 1, NULL, true);
    tr_lab_do(stored_page, 0, note_epoch, &epoch);
    tr_lab_do(stored_page, 0, taken_since_by_another, NULL);
    ck_assert_int_ge(tr_lab_advance(stored_page, 3000), 0);
    tr_store_shard wanted = {.shard = shard, .epoch = epoch + 1};
    tr_lab_do(stored_page, 1, is_anothers, &wanted);
    ck_assert_int_ge(tr_lab_advance(stored_page, 1000), 0);
}
END_TEST

// -- in which order sessions are read --

enum { READINGS = 6 };

static struct {
    char ids[READINGS][TR_SESSION_ID_SIZE + 1];
    int order[READINGS];
    int done;
} reads;

static void note_read(void *arg, int status, tr_slice snapshot, tr_slice mark)
{
    (void)snapshot, (void)mark;
    ck_assert_int_eq(status, TR_ENOTFOUND);
    reads.order[reads.done++] = (int)(intptr_t)arg;
}

// Of two shards that are not taken in the store yet.
static void read_some(tr_session *session, void *unused)
{
    unsigned own = shard_of(session->id);
    (void)unused;
    for (int i = 0; i < READINGS; i++) {
        unsigned shard = (own + 1 + (unsigned)i % 2) % TR_SHARDS;
        ck_assert_uint_eq(session->sessions->snapshots->shards[shard].epoch, 0);
        tr_session_id_make(reads.ids[i], shard);
        ck_assert_int_eq(tr_snapshot_load(session->sessions, tr_slice_of(reads.ids[i]), note_read,
                                          (void *)(intptr_t)i),
                         0);
    }
}

static void count_read(tr_session *session, void *out)
{
    (void)session;
    *(int *)out = reads.done;
}

static void are_in_order(tr_session *session, void *unused)
{
    int last[2] = {-1, -1};
    (void)session, (void)unused;
    for (int i = 0; i < READINGS; i++) {
        ck_assert_int_gt(reads.order[i], last[reads.order[i] % 2]);
        last[reads.order[i] % 2] = reads.order[i];
    }
}

// A browser that gave a connection up comes by another one: who came last is answered last.
START_TEST(sessions_of_a_shard_are_read_in_the_order_in_which_they_were_asked_for)
{
    int done = 0;
    memset(&reads, 0, sizeof reads);
    tr_lab_do(stored_page, 0, read_some, NULL);
    for (uint64_t until_ms = tr_clock_ms() + TEST_DEADLINE_MS; done < READINGS;) {
        ck_assert_uint_lt(tr_clock_ms(), until_ms);
        ck_assert_int_ge(tr_lab_advance(stored_page, 10), 0);
        tr_lab_do(stored_page, 0, count_read, &done);
    }
    tr_lab_do(stored_page, 0, are_in_order, NULL);
}
END_TEST

Suite *snapshots_suite(void);
Suite *snapshots_suite(void)
{
    Suite *suite = suite_create("sdk/session/snapshots");
    TCase *tests = tcase_create("bytes");
    tcase_add_test(tests, a_snapshot_is_read_back);
    tcase_add_loop_test(tests, what_is_no_snapshot_is_refused, 0, sizeof others / sizeof *others);
    suite_add_tcase(suite, tests);
    tests = tcase_create("a shard that comes back");
    tcase_add_checked_fixture(tests, stored_pages_set_up, stored_pages_tear_down);
    tcase_add_test(tests, a_write_of_before_that_is_refused_does_not_cost_the_shard);
    tcase_add_test(tests, a_shard_that_was_taken_for_the_time_before_is_taken_anew);
    tcase_add_test(tests, a_store_that_refused_is_not_asked_again_with_every_click);
    tcase_add_test(tests, behind_a_write_without_an_answer_the_shard_is_taken_anew);
    tcase_add_test(tests, a_shard_that_another_process_has_taken_since_is_not_taken_back);
    tcase_add_test(tests, sessions_of_a_shard_are_read_in_the_order_in_which_they_were_asked_for);
    suite_add_tcase(suite, tests);
    return suite;
}
