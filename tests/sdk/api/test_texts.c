// Texts that a handler was given or made stay as they are until it returns: whatever else it asks
// for or makes, and over its waits.

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "sdk/tree/texts.h"
#include "testing/lab.h"
#include "tests/support/comma.h"
#include "troupe/test.h"
#include "troupe/troupe.h"
#include "wire/flet.h"

enum { ASYNC = 9, SYNC = 10, MADE = 100 };

static int wrong;
static char shown[32];

static void use(tr_event *ev)
{
    const char *made[MADE];
    const char *first = tr_event_field_text(ev, "first", "?");
    const char *second = tr_event_field_text(ev, "second", "?");
    for (int i = 0; i < MADE; i++)
        made[i] = ui_format("number %d", i);
    const char *colour = ui_opacity("red", 0.25);
    wrong += tr_sleep(ev, 1) != 0;
    ui_set_text(ev, "out", ui_format("%5000s", "long"));
    wrong += strcmp(first, "one") != 0 || strcmp(second, "two") != 0;
    wrong += tr_event_field_text(ev, "first", "?") != first;
    wrong += strcmp(colour, "red,0.25") != 0;
    for (int i = 0; i < MADE; i++)
        wrong += atoi(made[i] + strlen("number ")) != i;
    // A handler that goes on for days does not gather.
    for (int i = 0; i < 30; i++) {
        const char *tick = ui_format("tick %d", i);
        wrong += tr_sleep(ev, 1) != 0;
        wrong += atoi(tick + strlen("tick ")) != i;
    }
    ui_set_text(ev, "out", first);
}

TR_ASYNC(texts_async)
{
    use(ev);
}

TR_SYNC(texts_sync)
{
    use(ev);
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("async", .on_click = texts_async));
    ui_add(page, ui_button("sync", .on_click = texts_sync));
    ui_add(page, ui_text("", .key = "out"));
}

static const tr_app app = {.name = "Texts", .build = build};

static void look(tr_session *session, void *arg)
{
    (void)session;
    const lab_connection *browser = arg;
    const char *text = tr_cm_text(tr_cm_get(tr_cm_find(&browser->page, SYNC + 1), "value"));
    strncpy(shown, text, sizeof shown - 1);
}

START_TEST(texts_stay_until_the_handler_returns)
{
    static const char data[] = "\x82\xa5"
                               "first\xa3one\xa6second\xa3two";
    tr_buf packet = {0};
    lab *here = tr_lab_start(&app, 1000);
    tr_lab_open(here, 0, NULL, true);
    wrong = 0;
    memset(shown, 0, sizeof shown);
    tr_flet_write_client_event(&packet, (uint32_t)_i, TR_SLICE("click"),
                               (tr_slice){data, sizeof data - 1});
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    for (unsigned packets = 1; strcmp(shown, "one") != 0; packets++) {
        ck_assert(tr_lab_wait_for_packets(here, 0, packets));
        tr_lab_do(here, 0, look, (void *)(uintptr_t)tr_lab_look(here, 0));
    }
    ck_assert_int_eq(wrong, 0);
    tr_lab_stop(&here);
    tr_buf_done(&packet);
}
END_TEST

START_TEST(a_handler_that_waits_again_and_again_keeps_little)
{
    tr_texts texts = {0};
    size_t most = 0;
    for (int i = 0; i < 10000; i++) {
        ck_assert_ptr_nonnull(tr_texts_take(&texts, 100));
        tr_texts_on_wait(&texts);
        most = texts.bytes > most ? texts.bytes : most;
    }
    ck_assert_uint_le(most, 8192);
    for (unsigned i = 0; i <= TR_TEXTS_WAITS; i++)
        tr_texts_on_wait(&texts);
    ck_assert_uint_eq(texts.bytes, 0);
    tr_texts_clear(&texts);
}
END_TEST

START_TEST(a_handler_that_never_waits_stays_within_the_cap)
{
    tr_texts texts = {0};
    for (unsigned i = 0; i < 100000; i++) {
        char *text = tr_texts_take(&texts, 10 + i % 1000);
        ck_assert_ptr_nonnull(text);
        memset(text, 'x', 10 + i % 1000);
        ck_assert_uint_le(texts.bytes, TR_TEXTS_CAP_BYTES + TR_TEXTS_CAP_BYTES / 4);
    }
    ck_assert_ptr_nonnull(tr_texts_take(&texts, TR_TEXTS_CAP_BYTES / 4));
    ck_assert_ptr_null(tr_texts_take(&texts, TR_TEXTS_CAP_BYTES / 4 + 1));
    tr_texts_clear(&texts);
}
END_TEST

enum { MANY = 1000 };
static unsigned listed, refused;

TR_ASYNC(list_make)
{
    ui_list empty = {0}, list = {0};
    ck_assert_ptr_eq(ui_items(&empty)[0], UI_END);
    ck_assert_ptr_eq(ui_items(NULL)[0], UI_END);
    ui_format("%s", "odd"); // what comes after it is aligned all the same
    for (unsigned i = 0; i < MANY; i++)
        ck_assert_int_eq(ui_push(&list, i % 2 == 0 ? ui_text(ui_format("%u", i)) : NULL), 0);
    for (listed = 0; ui_items(&list)[listed] != UI_END; listed++)
        ck_assert_uint_eq((uintptr_t)&ui_items(&list)[listed] % sizeof(void *), 0);
    ui_set_children(ev, "list", ui_items(&list));
    refused = ui_push(NULL, NULL) == TR_EINVALID;
}

static void build_list(tr_page *page)
{
    ui_add(page, ui_column(.key = "list"));
    ui_add(page, ui_button("list", .on_click = list_make));
}

START_TEST(a_list_grows_with_what_is_pushed)
{
    static const tr_app lists = {.name = "list", .build = build_list};
    tr_test_page *page = tr_test_open(&lists, NULL);
    tr_test_click(page, .text = "list");
    ck_assert_uint_eq(listed, MANY / 2);
    ck_assert_uint_eq(refused, 1);
    tr_test_expect_count(page, MANY / 2, .type = "text");
    tr_test_close(&page);
}
END_TEST

// An app called setlocale(LC_ALL, ""): what it makes for pages is as protocols have it all the same.
START_TEST(texts_for_pages_have_points_in_every_locale)
{
    use_comma_locale();
    ck_assert_str_eq(ui_opacity("red", 0.25), "red,0.25");
    ck_assert_str_eq(ui_format("%.1f", 0.5), "0.5");
}
END_TEST

Suite *texts_suite(void);
Suite *texts_suite(void)
{
    Suite *suite = suite_create("sdk/api/texts");
    TCase *tests = tcase_create("texts");
    tcase_add_loop_test(tests, texts_stay_until_the_handler_returns, ASYNC, SYNC + 1);
    tcase_add_test(tests, a_handler_that_waits_again_and_again_keeps_little);
    tcase_add_test(tests, a_handler_that_never_waits_stays_within_the_cap);
    tcase_add_test(tests, a_list_grows_with_what_is_pushed);
    tcase_add_test(tests, texts_for_pages_have_points_in_every_locale);
    suite_add_tcase(suite, tests);
    return suite;
}
