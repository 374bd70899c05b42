// Lists whose rows are built on demand (troupe/pages/rows.h): what a browser asks for, it gets.

#include <check.h>
#include <stdio.h>

#include "rows_world.h"
#include "wire/limits.h"

// -- asking --

START_TEST(the_first_rows_come_with_the_page)
{
    rows_start(&rows_app, true);
    ck_assert_uint_eq(rows_children()->count, 1 + TR_ROWS_FIRST);
    ck_assert_str_eq(rows_text_of(0), "header");
    ck_assert_str_eq(rows_text_of(1), "0 at 0");
    ck_assert_uint_eq(rows.builds, 1);
    ck_assert_uint_eq(rows.built, TR_ROWS_FIRST);
    ck_assert_int_eq(rows.results[0], 0);
    rows_end();
}
END_TEST

START_TEST(only_what_is_missing_is_built)
{
    rows_start(&rows_app, true);
    uint32_t serial = rows_children()->items[31]->serial;
    rows_ask(30, 40);
    ck_assert_uint_eq(rows.built, TR_ROWS_FIRST + 30);
    ck_assert_uint_eq(rows_children()->count, 41);
    ck_assert_int_eq(rows_first(), 30);
    ck_assert_str_eq(rows_text_of(1), "30 at 30");
    ck_assert_str_eq(rows_text_of(40), "69 at 69");
    ck_assert_uint_eq(rows_children()->items[1]->serial, serial);
    rows_ask(25, 40);
    ck_assert_int_eq(rows_first(), 25);
    ck_assert_str_eq(rows_text_of(1), "25 at 25");
    ck_assert_str_eq(rows_text_of(40), "64 at 64");
    ck_assert_uint_eq(rows.built, TR_ROWS_FIRST + 35);
    rows_ask(26, 30);
    ck_assert_uint_eq(rows.built, TR_ROWS_FIRST + 35);
    ck_assert_uint_eq(rows_children()->count, 31);
    rows_end();
}
END_TEST

START_TEST(far_away_only_those_are_there)
{
    rows_start(&rows_app, true);
    rows_ask(500000, 60);
    ck_assert_uint_eq(rows_children()->count, 61);
    ck_assert_str_eq(rows_text_of(1), "500000 at 500000");
    rows_ask(999990, 60);
    ck_assert_uint_eq(rows_children()->count, 11);
    ck_assert_str_eq(rows_text_of(10), "999999 at 999999");
    rows_ask(0, 20);
    ck_assert_uint_eq(rows_children()->count, 21);
    ck_assert_int_eq(rows_first(), 0);
    rows_end();
}
END_TEST

START_TEST(what_a_browser_may_ask_is_bounded)
{
    rows_start(&rows_app, true);
    static const double wrong[][2] = {{-5, 10}, {1e300, 10}, {0, -1}, {5, 1e300}, {0.0 / 0.0, 3}};
    for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        rows_ask(wrong[i][0], wrong[i][1]);
        ck_assert_uint_le(rows_children()->count, 1 + TR_ROWS_CAP);
    }
    rows_send("rows", 0, NULL, NULL);
    tr_lab_event(rows.here, 0, rows_id_of("insert"), "rows"); // no list
    tr_lab_event(rows.here, 0, 123456, "rows");               // nothing at all
    rows_ask(10, 1000);
    ck_assert_uint_eq(rows_children()->count, 1 + TR_ROWS_CAP);
    ck_assert_int_eq(rows_first(), 10);
    rows_end();
}
END_TEST

START_TEST(only_the_latest_wish_is_worked_for)
{
    rows.builds = rows.built = rows.shift = rows.refuses = 0;
    rows.here = tr_lab_start_held(&rows_slow_app, 3600000);
    tr_lab_open(rows.here, 0, NULL, true);
    rows.browser = tr_lab_look(rows.here, 0);
    for (unsigned i = 1; i <= 100; i++)
        rows_ask(i * 1000, 20);
    ck_assert_uint_eq(rows.builds, 1);
    ck_assert_int_eq(tr_lab_advance(rows.here, 20), 0);
    ck_assert_uint_eq(rows.builds, 2);
    ck_assert_int_eq(tr_lab_advance(rows.here, 20), 0);
    ck_assert_uint_eq(rows.builds, 2);
    ck_assert_int_eq(rows_first(), 100000);
    ck_assert_uint_eq(rows_children()->count, 20);
    ck_assert_str_eq(rows_text_of(0), "100000 at 100000");
    rows_end();
}
END_TEST

START_TEST(sync_handlers_give_rows_one_by_one)
{
    rows_start(&rows_sync_app, true);
    while (tr_lab_is_busy(rows.here))
        (void)tr_lab_look(rows.here, 0);
    ck_assert_uint_eq(rows_children()->count, TR_ROWS_FIRST);
    rows_ask(700, 10);
    while (tr_lab_is_busy(rows.here))
        (void)tr_lab_look(rows.here, 0);
    ck_assert_int_eq(rows_first(), 700);
    ck_assert_uint_eq(rows_children()->count, 10);
    ck_assert_str_eq(rows_text_of(9), "709 at 709");
    rows_end();
}
END_TEST

START_TEST(a_handler_that_gives_nothing_is_not_asked_again_and_again)
{
    rows_start(&rows_app, true);
    rows.refuses = 1;
    rows_ask(1000, 20);
    ck_assert_uint_eq(rows.builds, 2);
    rows_click("change");
    rows_ask(1000, 20);
    ck_assert_uint_eq(rows_children()->count, 21);
    ck_assert_int_eq(rows_first(), 1000);
    rows_end();
}
END_TEST

// -- connections --

START_TEST(a_browser_that_comes_back_has_its_rows)
{
    rows_start(&rows_app, true);
    rows_ask(5000, 20);
    char id[32];
    snprintf(id, sizeof id, "%s", rows.browser->session_id);
    tr_lab_detach(rows.here, 0);
    tr_lab_open(rows.here, 0, id, true);
    ck_assert_int_eq(rows_first(), 5000);
    ck_assert_uint_eq(rows_children()->count, 21);
    rows_ask(0, 20);
    ck_assert_str_eq(rows_text_of(1), "0 at 0");
    rows_end();
}
END_TEST

static void scroll_to_end(void)
{
    rows_send("scroll", 3,
              (const char *const[]){"pixels", "max_scroll_extent", "viewport_dimension"},
              (const double[]){9000, 9100, 600});
}

START_TEST(flets_own_client_gets_more_at_the_end)
{
    rows_start(&rows_app, false);
    ck_assert_uint_eq(rows_children()->count, 1 + TR_ROWS_FIRST);
    ck_assert_ptr_nonnull(tr_cm_get(rows_by_key("rows"), "on_scroll"));
    rows_send("scroll", 3,
              (const char *const[]){"pixels", "max_scroll_extent", "viewport_dimension"},
              (const double[]){0, 9100, 600});
    ck_assert_uint_eq(rows_children()->count, 1 + TR_ROWS_FIRST);
    scroll_to_end();
    ck_assert_uint_eq(rows_children()->count, 1 + TR_ROWS_FIRST + TR_ROWS_MORE);
    ck_assert_int_eq(rows_first(), 0);
    for (unsigned i = 0; i < 100; i++)
        scroll_to_end();
    ck_assert_uint_eq(rows_children()->count, 1 + TR_ROWS_WHOLE_CAP);
    ck_assert_uint_eq(rows.built, TR_ROWS_WHOLE_CAP);
    rows_end();
}
END_TEST

Suite *sdk_row_window_suite(void);

Suite *sdk_row_window_suite(void)
{
    Suite *suite = suite_create("sdk/session/row_window");
    TCase *tc = tcase_create("row_window");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, the_first_rows_come_with_the_page);
    tcase_add_test(tc, only_what_is_missing_is_built);
    tcase_add_test(tc, far_away_only_those_are_there);
    tcase_add_test(tc, what_a_browser_may_ask_is_bounded);
    tcase_add_test(tc, only_the_latest_wish_is_worked_for);
    tcase_add_test(tc, sync_handlers_give_rows_one_by_one);
    tcase_add_test(tc, a_handler_that_gives_nothing_is_not_asked_again_and_again);
    tcase_add_test(tc, a_browser_that_comes_back_has_its_rows);
    tcase_add_test(tc, flets_own_client_gets_more_at_the_end);
    suite_add_tcase(suite, tc);
    return suite;
}
