// A page is not written between two changes of a sync handler whose event would run again, for a while.

#include <check.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "sdk/session/call.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/snapshots.h"
#include "testing/lab.h"
#include "tests/support/system.h"
#include "troupe/troupe.h"

enum { SOON_MS = TR_SNAPSHOT_DELAY_MS + 10, LATE_MS = 2 * TR_SNAPSHOT_DELAY_MS + 10 };

static lab *here;
static sem_t step;
static atomic_int steps_done;

static void next_step(void)
{
    ck_assert_int_eq(sem_post(&step), 0);
}

static void await_step(void)
{
    while (sem_wait(&step) != 0) {
    }
}

static void change(tr_event *ev)
{
    ui_set_text(ev, "text", "changed");
}

static void show(tr_event *ev)
{
    change(ev);
    tr_update(ev);
}

static void look(tr_event *ev)
{
    char text[16] = "";
    (void)ui_get_text(ev, "text", "value", text, sizeof text);
}

static void (*act)(tr_event *ev);

TR_SYNC(amid_act)
{
    await_step();
    act(ev);
    atomic_fetch_add(&steps_done, 1);
    await_step();
}

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "text"));
}

static const tr_app app = {.name = "Amid", .build = build};

static void set_up(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    ck_assert_int_eq(sem_init(&step, 0, 0), 0);
    here = tr_lab_start_held_stored(&app, 3600000, "memory");
    tr_lab_open(here, 0, NULL, true);
    ck_assert_int_ge(tr_lab_advance(here, 1000), 0);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
    (void)sem_destroy(&step);
}

// As by the event of a browser that counts; `number` 0: of one that does not.
static void start(tr_session *session, void *number)
{
    session->sessions->durability = TR_DURABILITY_ASYNC;
    session->sessions->taking = session;
    session->sessions->taking_number = *(const uint32_t *)number;
    session->sessions->taking_runs = 0;
    ck_assert_int_eq(tr_call_start(session, tr_handler_find(TR_SLICE("amid_act")), TR_ID_PAGE,
                                   "click", (tr_slice){0}, false, NULL),
                     0);
    session->sessions->taking = NULL;
    tr_snapshot_touch(session, false);
}

typedef struct look_at {
    unsigned calls;
    unsigned acted; // in this many steps
    bool is_written;
} look_at;

static void look_now(tr_session *session, void *out)
{
    *(look_at *)out = (look_at){.calls = session->call_count,
                                .acted = (unsigned)atomic_load(&steps_done),
                                .is_written = tr_snapshot_is_written(session)};
}

static look_at as_it_is(void)
{
    look_at now = {0};
    tr_lab_do(here, 0, look_now, &now);
    return now;
}

#define AWAIT(condition)                                                                           \
    for (uint64_t until_ms = tr_clock_ms() + TEST_DEADLINE_MS; !(condition);) {                    \
        ck_assert_uint_lt(tr_clock_ms(), until_ms);                                                \
        ck_assert_int_ge(tr_lab_advance(here, 0), 0);                                              \
    }

static void act_once(void (*what)(tr_event *ev), uint32_t number)
{
    act = what;
    tr_lab_do(here, 0, start, &number);
    next_step();
    AWAIT(as_it_is().acted == 1);
}

static void end(void)
{
    next_step();
    AWAIT(as_it_is().calls == 0);
}

START_TEST(what_it_changed_is_written_with_its_end)
{
    act_once(change, 1);
    ck_assert_int_ge(tr_lab_advance(here, SOON_MS), 0);
    ck_assert(!as_it_is().is_written);
    end();
    ck_assert_int_ge(tr_lab_advance(here, SOON_MS), 0);
    ck_assert(as_it_is().is_written);
}
END_TEST

START_TEST(one_that_takes_its_time_is_not_waited_for)
{
    act_once(change, 1);
    ck_assert_int_ge(tr_lab_advance(here, LATE_MS), 0);
    ck_assert(as_it_is().is_written);
    end();
}
END_TEST

static const struct {
    void (*act)(tr_event *ev);
    uint32_t number;
} others[] = {{show, 1}, {look, 1}, {change, 0}};

// It has the page shown; it has only looked; its event does not run again.
START_TEST(others_are_not_waited_for)
{
    act_once(others[_i].act, others[_i].number);
    ck_assert_int_ge(tr_lab_advance(here, SOON_MS), 0);
    ck_assert(as_it_is().is_written);
    end();
}
END_TEST

Suite *snapshots_amid_suite(void);
Suite *snapshots_amid_suite(void)
{
    Suite *suite = suite_create("sdk/session/snapshots_amid");
    TCase *tests = tcase_create("amid a sync handler");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, what_it_changed_is_written_with_its_end);
    tcase_add_test(tests, one_that_takes_its_time_is_not_waited_for);
    tcase_add_loop_test(tests, others_are_not_waited_for, 0, sizeof others / sizeof *others);
    suite_add_tcase(suite, tests);
    return suite;
}
