// A session whose browser has left: what pauses, how long it is kept, how often it may come back.

#include "sdk/session/session_away.h"

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

static unsigned beats;
static unsigned heard;
static char last[16];

TR_ASYNC(away_on_beat)
{
    (void)ev;
    beats++;
}

TR_ASYNC(away_on_topic)
{
    size_t size;
    const char *text = tr_event_payload(ev, &size);
    heard++;
    snprintf(last, sizeof last, "%.*s", (int)size, text);
}

TR_ASYNC(away_say)
{
    static unsigned number;
    const char *text = ui_format("%u", ++number);
    (void)tr_publish(ev, "news", text, strlen(text));
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("say", .on_click = away_say));
    tr_every(page, 1000, away_on_beat);
    tr_subscribe(page, "news", away_on_topic);
}

enum { SAY = TR_ID_FIRST };

static const tr_app app = {.name = "Away", .build = build};
static const tr_app app_that_goes_on = {.name = "Away", .build = build, .runs_detached = true};

static lab *here;
static char id[32];

static void open_app(const tr_app *opened)
{
    beats = heard = 0;
    here = tr_lab_start_held(opened, 3600000);
    tr_lab_open(here, 0, NULL, true);
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
}

static void set_up(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    open_app(&app);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

static void pass(unsigned seconds)
{
    for (unsigned i = 0; i < 10 * seconds; i++)
        ck_assert_int_ge(tr_lab_advance(here, 100), 0);
}

START_TEST(a_closed_tab_costs_nothing_after_seconds_and_goes_on_when_it_is_back)
{
    tr_lab_open(here, 1, NULL, true); // somebody else, who stays
    beats = 0;
    pass(10);
    ck_assert_uint_eq(beats, 20);
    tr_lab_event(here, 0, SAY, "click"); // now it is used
    tr_lab_detach(here, 0);
    beats = heard = 0;
    pass(TR_AWAY_MS / 1000);
    ck_assert_uint_ge(beats, 2 * TR_AWAY_MS / 1000 - 1);
    beats = 0;
    pass(120);
    ck_assert_uint_eq(beats, 120);
    tr_lab_event(here, 1, SAY, "click");
    tr_lab_event(here, 1, SAY, "click");
    ck_assert_uint_eq(heard, 2);
    beats = heard = 0;
    tr_lab_open(here, 0, id, true);
    ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
    ck_assert_int_ge(tr_lab_advance(here, 1), 0);
    ck_assert_uint_eq(beats, 1); // at once
    ck_assert_uint_eq(heard, 1); // the latest
    ck_assert_str_eq(last, "3");
    pass(10);
    ck_assert_uint_ge(beats, 20);
}
END_TEST

// Each moves twenty times a second and hears what is published; all but one are left.
TR_ASYNC(away_publish)
{
    (void)tr_publish(ev, "news", "x", 1);
}

static void build_dashboard(tr_page *page)
{
    ui_add(page, ui_text("0", .key = "moving"));
    ui_add(page, ui_button("publish", .on_click = away_publish));
    tr_every(page, 50, away_on_beat);
    tr_subscribe(page, "news", away_on_topic);
}

enum { CLOSED = 500 };

START_TEST(five_hundred_closed_dashboards_compute_no_update)
{
    static const tr_app dashboard = {.name = "Away", .build = build_dashboard};
    enum { TICKS_PER_S = 20, LEFT = 0, OPEN = 1, PUBLISH = TR_ID_FIRST + 1 };
    tear_down();
    open_app(&dashboard);
    tr_lab_open(here, OPEN, NULL, true);
    for (unsigned i = 0; i < CLOSED; i++) {
        if (i != 0)
            tr_lab_open(here, LEFT, NULL, true);
        tr_lab_event(here, LEFT, PUBLISH, "click"); // used, so it is kept
        tr_lab_detach(here, LEFT);
    }
    pass(TR_AWAY_MS / 1000 + 1);
    beats = heard = 0;
    pass(10);
    tr_lab_event(here, OPEN, PUBLISH, "click");
    ck_assert_int_ge(tr_lab_advance(here, 1), 0);
    ck_assert_uint_eq(tr_lab_session_count(here), CLOSED + 1);
    ck_assert_uint_le(beats, 10 * TICKS_PER_S); // the open one's
    ck_assert_uint_ge(beats, 10 * TICKS_PER_S / 2);
    ck_assert_uint_eq(heard, 1);
}
END_TEST

START_TEST(an_app_may_ask_to_go_on)
{
    tear_down();
    open_app(&app_that_goes_on);
    tr_lab_detach(here, 0);
    beats = 0;
    pass(50);
    ck_assert_uint_eq(beats, 50);
}
END_TEST

START_TEST(a_page_that_nobody_used_is_kept_for_a_minute)
{
    tr_lab_detach(here, 0);
    pass(TR_SESSION_UNUSED_MS / 1000 - 1);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
    pass(2);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
}
END_TEST

START_TEST(a_page_that_was_used_is_kept_for_an_hour)
{
    tr_lab_event(here, 0, SAY, "click");
    tr_lab_detach(here, 0);
    ck_assert_int_ge(tr_lab_advance(here, 3599000), 0);
    ck_assert_uint_eq(tr_lab_session_count(here), 1);
    ck_assert_int_ge(tr_lab_advance(here, 2000), 0);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
}
END_TEST

// What every browser says by itself is no use.
START_TEST(a_window_that_changes_is_no_use_of_its_page)
{
    tr_lab_event(here, 0, TR_ID_PAGE, "app_lifecycle_state_change");
    tr_lab_detach(here, 0);
    pass(TR_SESSION_UNUSED_MS / 1000 + 1);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
}
END_TEST

START_TEST(a_session_that_is_come_back_to_all_the_time_is_refused_and_stays)
{
    uint64_t before = tr_refusal_get(TR_REFUSAL_SESSION_RETURNS);
    unsigned taken = 1; // it was opened
    for (; taken < 2 * TR_SESSION_RETURNS_BURST; taken++) {
        tr_lab_detach(here, 0);
        tr_lab_open(here, 0, id, true);
        if (tr_lab_look(here, 0)->close_code != 0)
            break;
        ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
    }
    ck_assert_uint_ge(taken, TR_SESSION_RETURNS_BURST);
    ck_assert_uint_le(taken, TR_SESSION_RETURNS_BURST + 2);
    ck_assert_uint_eq(tr_lab_look(here, 0)->close_code, TR_CLOSE_TRY_LATER);
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_SESSION_RETURNS), before + 1);
    pass(2);
    tr_lab_open(here, 0, id, true);
    ck_assert_str_eq(tr_lab_look(here, 0)->session_id, id);
    ck_assert_uint_eq(tr_lab_look(here, 0)->close_code, 0);
}
END_TEST

Suite *session_away_suite(void);
Suite *session_away_suite(void)
{
    Suite *suite = suite_create("sdk/session/session_away");
    TCase *tests = tcase_create("away");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_closed_tab_costs_nothing_after_seconds_and_goes_on_when_it_is_back);
    tcase_add_test(tests, five_hundred_closed_dashboards_compute_no_update);
    tcase_add_test(tests, an_app_may_ask_to_go_on);
    tcase_add_test(tests, a_page_that_nobody_used_is_kept_for_a_minute);
    tcase_add_test(tests, a_page_that_was_used_is_kept_for_an_hour);
    tcase_add_test(tests, a_window_that_changes_is_no_use_of_its_page);
    tcase_add_test(tests, a_session_that_is_come_back_to_all_the_time_is_refused_and_stays);
    suite_add_tcase(suite, tests);
    return suite;
}
