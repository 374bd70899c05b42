// Rows that come, go and change under a browser that looks at them (troupe/pages/rows.h).

#include <check.h>
#include <stdio.h>

#include "rows_world.h"
#include "wire/limits.h"

START_TEST(what_is_looked_at_stays_when_rows_come_above)
{
    rows_start(&rows_app, true);
    rows_ask(100, 20);
    uint32_t serial = rows_children()->items[1]->serial;
    unsigned before = rows.built;
    rows_click("insert");
    ck_assert_int_eq(rows.results[0], 0);
    ck_assert_int_eq(rows_first(), 102);
    ck_assert_uint_eq(rows_children()->items[1]->serial, serial);
    ck_assert_uint_eq(rows.built, before);
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(rows_by_key("rows"), "row_count")), 1000002);
    rows_click("remove");
    ck_assert_int_eq(rows_first(), 99);
    ck_assert_uint_eq(rows_children()->items[1]->serial, serial);
    ck_assert_int_eq(rows.results[1], 0);
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(rows_by_key("rows"), "row_count")), 999998);
    rows_end();
}
END_TEST

START_TEST(rows_in_sight_move_as_the_controls_they_are)
{
    rows_start(&rows_app, true);
    uint32_t serial = rows_children()->items[1]->serial;
    rows_click("insert"); // at the very top: they are in sight
    ck_assert_str_eq(rows_text_of(1), "4294967294 at 0");
    ck_assert_str_eq(rows_text_of(3), "0 at 2");
    ck_assert_uint_eq(rows_children()->items[3]->serial, serial);
    ck_assert_uint_eq(rows_children()->count, 41);
    rows_click("remove");
    ck_assert_str_eq(rows_text_of(1), "1 at 3"); // a row that stays is not built again
    ck_assert_uint_eq(rows_children()->count, 41);
    rows_end();
}
END_TEST

START_TEST(misuse_is_refused)
{
    rows_start(&rows_app, true);
    rows_click("insert_here");
    ck_assert_int_eq(rows.results[0], 0);
    ck_assert_int_eq(rows.results[1], TR_EINVALID);
    ck_assert_int_eq(rows.results[2], TR_ENOTFOUND);
    ck_assert_int_eq(rows.results[3], TR_EWRONGTYPE);
    rows_click("elsewhere");
    ck_assert_int_eq(rows.results[0], 0);
    ck_assert_int_eq(rows.results[1], TR_ENOTFOUND);
    ck_assert_int_eq(rows.results[2], TR_EWRONGTYPE);
    rows_end();
}
END_TEST

START_TEST(changed_rows_are_built_again_and_no_others)
{
    rows_start(&rows_app, true);
    unsigned before = rows.built;
    rows_click("change");
    ck_assert_uint_eq(rows.built, before + 2);
    rows_ask(100, 20);
    before = rows.built;
    rows_click("change"); // out of sight
    ck_assert_uint_eq(rows.built, before);
    rows_end();
}
END_TEST

START_TEST(another_number_of_rows_builds_them_all)
{
    rows_start(&rows_app, true);
    rows_ask(500000, 20);
    rows_click("reset");
    ck_assert_uint_eq(rows_children()->count, 8);
    ck_assert_int_eq(rows_first(), 0);
    ck_assert_str_eq(rows_text_of(7), "106 at 6");
    rows_end();
}
END_TEST

START_TEST(rows_in_another_order_are_built_once)
{
    rows_start(&rows_app, true);
    rows_ask(100, 40);
    unsigned before = rows.built;
    rows_click("reorder");
    ck_assert_uint_eq(rows.built, before + 40);
    ck_assert_int_eq(rows_first(), 100);
    ck_assert_str_eq(rows_text_of(1), "600 at 100");
    rows_ask(120, 40);
    ck_assert_uint_eq(rows.built, before + 60);
    ck_assert_uint_eq(rows_children()->count, 41);
    rows_end();
}
END_TEST

// What a handler gives was read before it was told.
START_TEST(what_changes_while_rows_are_being_built_has_them_built_again)
{
    static const char *const changes[] = {"change_all", "reorder", "reset", "insert", "remove"};
    rows.builds = rows.built = rows.refuses = 0;
    rows.shift = 10;
    rows.here = tr_lab_start_held(&rows_from_before_app, 3600000);
    tr_lab_open(rows.here, 0, NULL, true);
    rows.browser = tr_lab_look(rows.here, 0);
    ck_assert_int_eq(tr_lab_advance(rows.here, 20), 0);
    rows_ask(2, 20);
    rows_ask(0, 30);
    rows_click("change"); // two rows are being built
    rows_click(changes[_i]);
    ck_assert_int_eq(tr_lab_advance(rows.here, 20), 0);
    ck_assert_int_eq(tr_lab_advance(rows.here, 20), 0);
    ck_assert_int_eq(tr_lab_advance(rows.here, 20), 0);
    uint32_t seen = rows_children()->count;
    ck_assert_uint_ge(seen, 7);
    uint32_t first = (uint32_t)rows_first();
    for (uint32_t i = 0; i < seen; i++) {
        char wanted[32];
        snprintf(wanted, sizeof wanted, "%u at %u", first + i + rows.shift, first + i);
        ck_assert_str_eq(rows_text_of(i), wanted);
    }
    unsigned builds = rows.builds;
    ck_assert_int_eq(tr_lab_advance(rows.here, 100), 0);
    ck_assert_uint_eq(rows.builds, builds);
    rows_end();
}
END_TEST

START_TEST(a_rebuilt_view_keeps_its_rows)
{
    rows_start(&rows_rebuilt_app, true);
    rows_ask(200, 20);
    uint32_t serial = rows_children()->items[1]->serial;
    ck_assert_str_eq(rows_text_of(0), "header 0");
    tr_lab_event(rows.here, 0, rows_id_of("reset"), "nothing");
    ck_assert_int_eq(rows_first(), 200);
    ck_assert_uint_eq(rows_children()->items[1]->serial, serial);
    rows_click("reset");
    ck_assert_str_eq(rows_text_of(0), "header 100");
    ck_assert_uint_eq(rows_children()->count, 8);
    rows_end();
}
END_TEST

Suite *sdk_row_changes_suite(void);

Suite *sdk_row_changes_suite(void)
{
    Suite *suite = suite_create("sdk/session/row_changes");
    TCase *tc = tcase_create("row_changes");
    tcase_set_timeout(tc, 30);
    tcase_add_test(tc, what_is_looked_at_stays_when_rows_come_above);
    tcase_add_test(tc, rows_in_sight_move_as_the_controls_they_are);
    tcase_add_test(tc, misuse_is_refused);
    tcase_add_test(tc, changed_rows_are_built_again_and_no_others);
    tcase_add_test(tc, another_number_of_rows_builds_them_all);
    tcase_add_test(tc, rows_in_another_order_are_built_once);
    tcase_add_loop_test(tc, what_changes_while_rows_are_being_built_has_them_built_again, 0, 5);
    tcase_add_test(tc, a_rebuilt_view_keeps_its_rows);
    suite_add_tcase(suite, tc);
    return suite;
}
