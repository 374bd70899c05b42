// A process that has used the memory it may: new pages are refused, old ones go on, and those
// without a browser go to the store.

#include "sdk/roles/unload.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/refusals.h"
#include "testing/lab.h"
#include "tests/support/system.h"
#include "troupe/troupe.h"
#include "wire/close_code.h"

TR_ASYNC(unload_add)
{
    int *count = tr_state(ev);
    (*count)++;
    ui_set_text(ev, "count", ui_format("%d", *count));
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("add", .on_click = unload_add));
    ui_add(page, ui_text("0", .key = "count"));
}

enum { ADD = TR_ID_FIRST, COUNT };

static const tr_app app = {.name = "Unload", .build = build, TR_STATE(int)};

static lab *here;
static char id[32];

static void set_max(tr_session *session, void *arg)
{
    session->sessions->memory_max = *(const uint64_t *)arg;
}

// By a page that is there.
static void memory_is(unsigned n, bool is_short)
{
    uint64_t max = is_short ? 1 : 0;
    tr_lab_do(here, n, set_max, &max);
}

static void open_first(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    tr_lab_open(here, 0, NULL, true);
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_event(here, 0, ADD, "click");
}

static void pass(unsigned seconds)
{
    for (unsigned i = 0; i < 10 * seconds; i++)
        ck_assert_int_ge(tr_lab_advance(here, 100), 0);
}

static void counts(unsigned n, const char *number)
{
    const lab_connection *c = tr_lab_look(here, n);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(tr_cm_find(&c->page, COUNT), "value")), number);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

START_TEST(a_process_without_memory_refuses_new_pages_and_keeps_the_old_ones)
{
    uint64_t before = tr_refusal_get(TR_REFUSAL_SESSION_MEMORY);
    here = tr_lab_start_stored(&app, NULL);
    open_first();
    memory_is(0, true);
    tr_lab_open(here, 1, NULL, true);
    ck_assert_uint_eq(tr_lab_look(here, 1)->close_code, TR_CLOSE_TRY_LATER);
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_SESSION_MEMORY), before + 1);
    tr_lab_event(here, 0, ADD, "click");
    counts(0, "2");
    tr_lab_detach(here, 0);
    pass(10);
    tr_lab_open(here, 0, id, true); // it may come back
    ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
    memory_is(0, false);
    tr_lab_open(here, 1, NULL, true);
    ck_assert_uint_eq(tr_lab_session_count(here), 2);
}
END_TEST

START_TEST(pages_without_a_browser_go_to_the_store_and_come_back_from_there)
{
    here = tr_lab_start_stored(&app, "memory");
    open_first();
    tr_lab_open(here, 1, NULL, true);
    tr_lab_event(here, 1, ADD, "click");
    tr_lab_detach(here, 0);
    pass(TR_AWAY_MS / 1000 + 1);
    ck_assert_uint_eq(tr_lab_session_count(here), 2);
    memory_is(1, true);
    pass(2);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
    memory_is(1, false);
    tr_lab_event(here, 1, ADD, "click"); // the other one has stayed
    counts(1, "2");
    tr_lab_open(here, 0, id, true);
    pass(2);
    ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
    counts(0, "1");
    tr_lab_event(here, 0, ADD, "click");
    counts(0, "2");
}
END_TEST

Suite *unload_suite(void);
Suite *unload_suite(void)
{
    Suite *suite = suite_create("sdk/roles/unload");
    TCase *tests = tcase_create("memory");
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_process_without_memory_refuses_new_pages_and_keeps_the_old_ones);
    tcase_add_test(tests, pages_without_a_browser_go_to_the_store_and_come_back_from_there);
    suite_add_tcase(suite, tests);
    return suite;
}
