#include <check.h>

#include "host/table.h"
#include "tests/support/comma.h"

Suite *host_table_suite(void);

static const char *const columns[] = {"NAME", ">COUNT", "NOTE"};

static void row(tr_table *table, const char *name, int count, const char *note)
{
    tr_table_cell(table, "%s", name);
    tr_table_cell(table, "%d", count);
    tr_table_cell(table, "%s", note);
}

START_TEST(columns_are_as_wide_as_their_widest_cell)
{
    tr_table table;
    tr_buf out = {0};
    tr_table_begin(&table, columns, 3);
    row(&table, "a", 1, "x");
    row(&table, "grün", 123456, "");
    tr_table_write(&table, 2, &out);
    ck_assert_str_eq(tr_buf_text(&out), "  NAME   COUNT  NOTE\n"
                                        "  a          1  x\n"
                                        "  grün  123456\n");
    tr_buf_done(&out);
}
END_TEST

START_TEST(what_moves_a_cursor_is_not_written)
{
    tr_table table;
    tr_buf out = {0};
    tr_table_begin(&table, columns, 3);
    row(&table, "\x1b[2J\n", 1, "\t\x7f\xc2\x9b\x9b\xe2\x82\x9b");
    tr_table_write(&table, 0, &out);
    ck_assert_str_eq(tr_buf_text(&out), "NAME   COUNT  NOTE\n"
                                        "?[2J?      1  ????\xe2\x82\x9b\n");
    tr_buf_done(&out);
}
END_TEST

START_TEST(fractions_have_a_point_in_every_locale)
{
    tr_table table;
    tr_buf out = {0};
    use_comma_locale();
    tr_table_begin(&table, columns, 3);
    tr_table_cell(&table, "a");
    tr_table_cell(&table, "%.1f", 0.5);
    tr_table_cell(&table, "x");
    tr_table_write(&table, 0, &out);
    ck_assert_str_eq(tr_buf_text(&out), "NAME  COUNT  NOTE\n"
                                        "a       0.5  x\n");
    tr_buf_done(&out);
}
END_TEST

Suite *host_table_suite(void)
{
    Suite *suite = suite_create("host/table");
    TCase *tcase = tcase_create("text");
    tcase_add_test(tcase, columns_are_as_wide_as_their_widest_cell);
    tcase_add_test(tcase, what_moves_a_cursor_is_not_written);
    tcase_add_test(tcase, fractions_have_a_point_in_every_locale);
    suite_add_tcase(suite, tcase);
    return suite;
}
