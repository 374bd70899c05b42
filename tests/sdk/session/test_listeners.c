// Topics whose handler waits: what it hears of the messages that come meanwhile.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "testing/lab.h"
#include "troupe/err.h"
#include "troupe/troupe.h"

enum { PUBLISH = 9, LATEST, QUEUED, BAD };

static char heard[512];
static int results[3];

TR_ASYNC(topics_hear)
{
    size_t size;
    const char *text = tr_event_payload(ev, &size);
    size_t length = strlen(heard);
    snprintf(heard + length, sizeof heard - length, "%.*s ", (int)size, text);
    tr_sleep(ev, 100);
}

TR_ASYNC(topics_publish)
{
    for (int i = 1; i <= 5; i++) {
        const char *text = ui_format("%d", i);
        (void)tr_publish(ev, "t", text, strlen(text));
        tr_sleep(ev, 1);
    }
}

TR_ASYNC(topics_latest)
{
    tr_subscribe(ev, "t", topics_hear);
}

TR_ASYNC(topics_queued)
{
    tr_subscribe_queued(ev, "t", topics_hear, 3);
}

TR_ASYNC(topics_bad)
{
    results[0] = tr_subscribe(ev, "", topics_hear);
    results[1] = tr_subscribe_queued(ev, "t", topics_hear, 0);
    results[2] = tr_subscribe_queued(ev, "t", topics_hear, 1025);
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("publish", .on_click = topics_publish));
    ui_add(page, ui_button("latest", .on_click = topics_latest));
    ui_add(page, ui_button("queued", .on_click = topics_queued));
    ui_add(page, ui_button("bad", .on_click = topics_bad));
}

static const tr_app app = {.name = "Topics", .build = build};

static lab *here;

static void set_up(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    heard[0] = '\0';
    here = tr_lab_start_held(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

static void pass(unsigned ms)
{
    for (unsigned i = 0; i < ms; i++)
        ck_assert_int_ge(tr_lab_advance(here, 1), 0);
}

START_TEST(a_handler_that_waits_hears_the_latest)
{
    tr_lab_event(here, 0, LATEST, "click");
    tr_lab_event(here, 0, PUBLISH, "click");
    pass(500);
    ck_assert_str_eq(heard, "1 5 ");
}
END_TEST

START_TEST(a_queue_keeps_so_many_and_the_oldest_gives_way)
{
    tr_lab_event(here, 0, QUEUED, "click");
    tr_lab_event(here, 0, PUBLISH, "click");
    pass(1000);
    ck_assert_str_eq(heard, "1 3 4 5 ");
}
END_TEST

START_TEST(a_topic_without_a_name_or_with_no_queue_is_refused)
{
    tr_lab_event(here, 0, BAD, "click");
    for (int i = 0; i < 3; i++)
        ck_assert_int_eq(results[i], TR_EINVALID);
}
END_TEST

Suite *listening_suite(void);
Suite *listening_suite(void)
{
    Suite *suite = suite_create("sdk/session/listeners");
    TCase *tests = tcase_create("listening");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 20);
    tcase_add_test(tests, a_handler_that_waits_hears_the_latest);
    tcase_add_test(tests, a_queue_keeps_so_many_and_the_oldest_gives_way);
    tcase_add_test(tests, a_topic_without_a_name_or_with_no_queue_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
