// Arguments that authors pass by mistake: texts that are NULL, empty, no UTF-8 or far too long,
// numbers that are none, positions beyond all ends, from a page's build, async and sync handlers.
// Each call returns a code; none ends the process.

#include <check.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "testing/lab.h"
#include "troupe/troupe.h"

Suite *sdk_abuse_suite(void);

static char far_too_long[70000];
static atomic_int abused;

static const char *const texts[] = {NULL,     "",     "caf\xe9", "\xf0\x9f",
                                    "a\x01z", "here", "/",       far_too_long};
enum { TEXTS = sizeof texts / sizeof *texts };

static const double numbers[] = {NAN, INFINITY, -INFINITY, -1, 1e300, 5e-324, 4294967296.0};
static const uint32_t places[] = {0, 1, 1000, INT32_MAX, UINT32_MAX};

// With one text.
static int (*const of_text[])(tr_page *, const char *) = {ui_clear, ui_remove, tr_update_control,
                                                          tr_push_route, tr_presence_leave};
static int (*const of_two[])(tr_page *, const char *, const char *) = {ui_set_text, ui_unset};

static void abuse_with_one(tr_event *ev, const char *one)
{
    char out[8];
    for (unsigned i = 0; i < sizeof of_text / sizeof *of_text; i++)
        (void)of_text[i](ev, one);
    for (unsigned i = 0; i < sizeof places / sizeof *places; i++) {
        (void)ui_move(ev, one, places[i]);
        (void)ui_insert(ev, one, places[i], ui_text("x"));
        (void)tr_rows_changed(ev, one, places[i], places[4 - i]);
        (void)tr_rows_inserted(ev, one, places[i], places[4 - i]);
        (void)tr_rows_removed(ev, one, places[i], places[4 - i]);
        (void)tr_rows_reset(ev, one, places[i]);
    }
    (void)ui_add(ev, ui_text(one));
    (void)ui_add(ev, ui_text("x", .key = one));
    (void)ui_add(ev, NULL);
    (void)ui_add_to(ev, one, ui_button(one));
    (void)ui_replace(ev, one, NULL);
    (void)ui_set_children(ev, one, NULL);
    (void)tr_publish(ev, one, "x", 1);
    (void)tr_publish_others(ev, one, NULL, 0);
    (void)tr_subscribe(ev, one, NULL);
    (void)tr_presence_join(ev, one, one, one != NULL ? strlen(one) : 0);
    (void)tr_presence_watch(ev, one, NULL);
    (void)tr_snack(ev, "%s", one != NULL ? one : "");
    (void)tr_route_param(ev, one, out, sizeof out);
    (void)tr_route_query(ev, one, out, sizeof out);
    (void)tr_event_field_text(ev, one, NULL);
    (void)tr_event_field_boolean(ev, one, 0);
}

static void abuse_with_two(tr_event *ev, const char *one, const char *two)
{
    char out[8];
    for (unsigned i = 0; i < sizeof of_two / sizeof *of_two; i++)
        (void)of_two[i](ev, one, two);
    for (unsigned i = 0; i < TEXTS; i++)
        (void)ui_set_string(ev, one, two, texts[i]);
    for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++)
        (void)ui_set_number(ev, one, two, numbers[i]);
    (void)ui_set_bool(ev, one, two, true);
    (void)ui_get_text(ev, one, two, out, sizeof out);
    (void)ui_get_text(ev, one, two, out, 0);
    (void)ui_get_bool(ev, one, two, true);
    (void)ui_set_list(ev, one, two, NULL);
    (void)ui_put(ev, one, two, ui_text("x"));
    (void)ui_on(ev, one, two, NULL);
}

static void abuse(tr_event *ev)
{
    static const char *const names[] = {NULL,      "",         "value",  "opacity",
                                        "caf\xe9", "on_click", "content"};
    for (unsigned i = 0; i < TEXTS; i++) {
        abuse_with_one(ev, texts[i]);
        for (unsigned j = 0; j < sizeof names / sizeof *names; j++)
            abuse_with_two(ev, texts[i], names[j]);
    }
    (void)tr_show_dialog(ev, NULL);
    (void)tr_add_overlay(ev, NULL);
    (void)tr_push_view(ev, NULL);
    (void)tr_set_views(ev, NULL);
    (void)tr_pop_view(ev);
    (void)tr_go_back(ev);
    (void)tr_close_dialog(ev);
    (void)tr_rows_give(ev, UINT32_MAX, NULL);
    (void)tr_rows_build(ev, NULL);
    (void)tr_payload_read(ev, SIZE_MAX);
    (void)tr_state_copy(ev, NULL, 0);
    (void)tr_state_copy(ev, far_too_long + 1, 3);
    (void)tr_run_task(ev, NULL);
    (void)tr_run_thread(ev, NULL);
    (void)tr_task_cancel(ev, -1);
    (void)tr_task_wait(ev, INT64_MAX, UINT64_MAX);
    (void)tr_every(ev, 1, NULL);
    atomic_fetch_add(&abused, 1);
}

TR_ASYNC(abuse_async)
{
    abuse(ev);
}

TR_SYNC(abuse_sync)
{
    abuse(ev);
}

static void build_page(tr_page *page)
{
    ui_add(page, ui_text("x", .key = "here"));
    abuse(page);
}

static void build_async(tr_page *page)
{
    ui_add(page, ui_text("x", .key = "here"));
    (void)tr_run_task(page, abuse_async);
}

static void build_sync(tr_page *page)
{
    ui_add(page, ui_text("x", .key = "here"));
    (void)tr_run_thread(page, abuse_sync);
}

static void (*const builds[])(tr_page *page) = {build_page, build_async, build_sync};

START_TEST(nothing_that_an_author_passes_aborts)
{
    tr_log_level_set(TR_LOG_ERROR);
    memset(far_too_long, 'a', sizeof far_too_long - 1);
    atomic_store(&abused, 0);
    lab *self = tr_lab_start(&(tr_app){.build = builds[_i]}, 60000);
    tr_lab_open(self, 0, NULL, true);
    uint64_t deadline = tr_clock_ms() + 60000;
    while (atomic_load(&abused) == 0 && tr_clock_ms() < deadline)
        (void)tr_lab_look(self, 0);
    ck_assert_int_ge(atomic_load(&abused), 1);
    ck_assert(!tr_lab_look(self, 0)->is_broken);
    tr_lab_stop(&self);
}
END_TEST

Suite *sdk_abuse_suite(void)
{
    Suite *suite = suite_create("sdk/api/abuse");
    TCase *tests = tcase_create("abuse");
    tcase_set_timeout(tests, 90);
    tcase_add_loop_test(tests, nothing_that_an_author_passes_aborts, 0, 3);
    suite_add_tcase(suite, tests);
    return suite;
}
