// A page goes to another worker once the store has it: until that one has written it, nobody else could
// bring it back.

#include <check.h>
#include <string.h>

#include "actors/bus/bus.h"
#include "actors/core/core_record.h"
#include "base/log.h"
#include "sdk/moving/drain.h"
#include "sdk/session/session.h"
#include "sdk/session/snapshots.h"
#include "sdk/session/snapshots_record.h"
#include "testing/lab.h"
#include "troupe/troupe.h"
#include "wire/rows.h"
#include "wire/writer.h"

enum {
    OTHER = 77,
    SOON_MS = TR_HEARTBEAT_MS + 100,
    LONG_MS = TR_MOVE_SAVE_MS + 1000,
    STEP_MS = 10
};

static const char away[] = "postgres:///x?host=/nonexistent";

static void build(tr_page *page)
{
    ui_add(page, ui_text("here"));
}

static const tr_app app = {.name = "Saved", .build = build};

static lab *here;

static void tear_down(void)
{
    tr_lab_stop(&here);
}

static enum tr_store_reach reach_of_other;
static bool has_lost_store; // as one does that has not reached it for TR_STORE_LOST_MS

static void write_worker(tr_buf *out, uint64_t node, enum tr_store_reach reach)
{
    tr_buf endpoints = {0};
    tr_write_array(&endpoints, 1);
    tr_write_literal(&endpoints, "tcp://10.0.0.1:5000");
    tr_row_write(out, member, .node = node, .name = TR_SLICE("host:1"), .roles = TR_ROLE_WORKER,
                 .cores = 1, .endpoints = tr_buf_slice(&endpoints), .shards = TR_SLICE("\x90"),
                 .store = reach);
    tr_buf_done(&endpoints);
}

// There is a second worker, that all could go to.
static void know_another(tr_session *session, void *unused)
{
    tr_core *core = session->sessions->core;
    tr_buf list = {0};
    (void)unused;
    if (has_lost_store)
        session->sessions->snapshots->reach = TR_STORE_LOST;
    tr_write_array(&list, 2);
    write_worker(&list, tr_core_node(core), tr_snapshots_reach(session->sessions));
    write_worker(&list, OTHER, reach_of_other);
    ck_assert_int_eq(tr_routes_read(&core->bus->routes, tr_buf_slice(&list)), 0);
    tr_buf_done(&list);
}

static unsigned shard_of(const tr_session *session)
{
    return (unsigned)tr_session_id_shard(tr_slice_of(session->id));
}

static void drain(tr_session *session, void *unused)
{
    (void)unused;
    tr_drain_begin(session->sessions);
}

static void hand_its_shard_over(tr_session *session, void *unused)
{
    (void)unused;
    tr_drain_shard(session->sessions, shard_of(session), tr_address_of(OTHER, 0, TR_SLOT_SESSIONS));
}

typedef struct look {
    bool is_given;
    bool is_kept;
    bool is_safe; // all that answers a person
} look;

static void look_at(tr_session *session, void *out)
{
    const struct tr_session_snapshot *of = session->snapshot;
    *(look *)out = (look){.is_given = session->sessions->shard_epochs[shard_of(session)] == 0,
                          .is_kept = of != NULL && of->is_kept,
                          .is_safe = of == NULL || of->durable.turn == of->durable.safe_turn};
}

static look as_it_is(void)
{
    look now = {0};
    tr_lab_do(here, 0, look_at, &now);
    return now;
}

static void (*way)(tr_session *session, void *unused);

// How it is when it is given away; after how many milliseconds, at most LONG_MS. That it is to go is said again
// as its agent does.
static look when_given(unsigned *ms)
{
    look now = as_it_is();
    for (*ms = 0; !now.is_given && *ms < LONG_MS; *ms += STEP_MS) {
        tr_lab_do(here, 0, know_another, NULL); // its own agent says that it is alone
        if (*ms % TR_HEARTBEAT_MS == 0)
            tr_lab_do(here, 0, way, NULL);
        ck_assert_int_ge(tr_lab_advance(here, STEP_MS), 0);
        now = as_it_is();
    }
    return now;
}

static void open_page(const char *store)
{
    reach_of_other = TR_STORE_REACHED;
    has_lost_store = false;
    tr_log_level_set(TR_LOG_ERROR);
    here = tr_lab_start_stored(&app, store);
    tr_lab_open(here, 0, NULL, true);
}

static void (*const ways[])(tr_session *session, void *unused) = {drain, hand_its_shard_over};

// It was opened a moment ago.
START_TEST(a_page_that_no_store_has_is_written_before_it_goes)
{
    unsigned ms;
    open_page("memory");
    ck_assert(!as_it_is().is_kept);
    way = ways[_i];
    look then = when_given(&ms);
    ck_assert(then.is_given && then.is_kept);
    ck_assert_uint_le(ms, SOON_MS); // nobody waited for it
}
END_TEST

static void be_held_back(tr_session *session, void *unused)
{
    (void)unused;
    session->sessions->durability = TR_DURABILITY_SYNC;
    session->snapshot->durable.turn++;
}

// With its shard given away it could not be written any more, and so not be shown.
START_TEST(what_a_person_waits_for_is_written_before_its_page_goes)
{
    unsigned ms;
    open_page("memory");
    ck_assert_int_ge(tr_lab_advance(here, 1000), 0);
    tr_lab_do(here, 0, be_held_back, NULL);
    way = ways[_i];
    look then = when_given(&ms);
    ck_assert(then.is_given && then.is_kept && then.is_safe);
    ck_assert_uint_le(ms, SOON_MS);
}
END_TEST

START_TEST(a_worker_that_stops_waits_for_the_store_for_a_while)
{
    unsigned ms;
    open_page(away);
    way = drain;
    look then = when_given(&ms);
    ck_assert(then.is_given && !then.is_kept);
    ck_assert_uint_ge(ms, TR_MOVE_SAVE_MS);
    ck_assert_uint_le(ms, TR_MOVE_SAVE_MS + 100);
}
END_TEST

// For balance alone there is no hurry.
START_TEST(a_worker_that_goes_on_keeps_what_no_store_has)
{
    unsigned ms;
    open_page(away);
    way = hand_its_shard_over;
    ck_assert(!when_given(&ms).is_given);
}
END_TEST

static void expect_at_once(void (*leaves)(tr_session *session, void *unused))
{
    unsigned ms;
    way = leaves;
    ck_assert(when_given(&ms).is_given);
    ck_assert_uint_le(ms, 60);
}

// Who has lost the store gives its pages to who reaches it, as they are.
START_TEST(a_worker_that_has_lost_the_store_waits_for_nothing)
{
    open_page(away);
    has_lost_store = true;
    expect_at_once(ways[_i]);
}
END_TEST

static const enum tr_store_reach beyond[] = {TR_STORE_DOUBTFUL, TR_STORE_LOST, TR_STORE_NONE};

// It could not save them either: they would be lost with it.
START_TEST(for_balance_nothing_unsaved_goes_to_a_worker_that_does_not_reach_the_store)
{
    unsigned ms;
    open_page(away);
    has_lost_store = true;
    reach_of_other = beyond[_i];
    way = hand_its_shard_over;
    ck_assert(!when_given(&ms).is_given);
}
END_TEST

START_TEST(at_a_stop_all_goes_to_such_a_worker_too)
{
    open_page(away);
    has_lost_store = true;
    reach_of_other = beyond[_i];
    expect_at_once(drain);
}
END_TEST

START_TEST(without_a_store_nothing_is_waited_for)
{
    open_page(NULL);
    reach_of_other = TR_STORE_NONE;
    expect_at_once(ways[_i]);
}
END_TEST

static void be_too_big(tr_session *session, void *unused)
{
    (void)unused;
    (void)tr_snapshot_begin(session);
    session->snapshot->is_too_big = true;
}

START_TEST(a_page_that_is_too_big_for_the_store_is_not_waited_for)
{
    open_page("memory");
    tr_lab_do(here, 0, be_too_big, NULL);
    expect_at_once(ways[_i]);
}
END_TEST

Suite *move_saved_suite(void);
Suite *move_saved_suite(void)
{
    enum { WAYS = sizeof ways / sizeof *ways };
    Suite *suite = suite_create("sdk/session/move_saved");
    TCase *tests = tcase_create("saved before it goes");
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_loop_test(tests, a_page_that_no_store_has_is_written_before_it_goes, 0, WAYS);
    tcase_add_loop_test(tests, what_a_person_waits_for_is_written_before_its_page_goes, 0, WAYS);
    tcase_add_test(tests, a_worker_that_stops_waits_for_the_store_for_a_while);
    tcase_add_test(tests, a_worker_that_goes_on_keeps_what_no_store_has);
    tcase_add_loop_test(tests, a_worker_that_has_lost_the_store_waits_for_nothing, 0, WAYS);
    tcase_add_loop_test(tests,
                        for_balance_nothing_unsaved_goes_to_a_worker_that_does_not_reach_the_store,
                        0, sizeof beyond / sizeof *beyond);
    tcase_add_loop_test(tests, at_a_stop_all_goes_to_such_a_worker_too, 0,
                        sizeof beyond / sizeof *beyond);
    tcase_add_loop_test(tests, without_a_store_nothing_is_waited_for, 0, WAYS);
    tcase_add_loop_test(tests, a_page_that_is_too_big_for_the_store_is_not_waited_for, 0, WAYS);
    suite_add_tcase(suite, tests);
    return suite;
}
