// Tables as their users meet them, by the test driver: read and saved by handlers of both kinds.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

Suite *sdk_api_table_suite(void);

enum { ROWS = 300 };

struct bench {
    int values[ROWS]; // of row i + 1
    ui_table_status first, second;
    int selections;
};
TR_LAYOUT(struct bench, values, (first, ui_table_status), (second, ui_table_status), selections);

TR_DECLARE(table_test_read);
TR_DECLARE(table_test_read_sync);
TR_DECLARE(table_test_save);
TR_DECLARE(table_test_save_sync);
TR_DECLARE(table_test_selected);

UI_TABLE(first_table, struct bench, first, table_test_read,
         UI_COLUMNS({.title = "Row", .is_fixed = true},
                    {.title = "Value", .is_number = true, .on_save = table_test_save}),
         .selects = true, .on_select = table_test_selected);
UI_TABLE(second_table, struct bench, second, table_test_read_sync,
         UI_COLUMNS({.title = "Number"}, {.title = "Worth", .on_save = table_test_save_sync}));

static void add(ui_table_rows *rows, const struct bench *bench, uint32_t place)
{
    uint32_t i = rows->is_descending ? ROWS - 1 - place : place;
    ck_assert_int_eq(
        ui_table_row(rows, i + 1,
                     UI_TEXTS(ui_format("row %u", i + 1), ui_format("%d", bench->values[i]))),
        0);
}

static void give(tr_event *ev, const struct bench *bench, ui_table_rows *rows)
{
    for (uint32_t i = 0; i < rows->count && rows->first + i < ROWS; i++)
        add(rows, bench, rows->first + i);
    ck_assert_int_eq(ui_table_give(ev, rows), 0);
}

TR_ASYNC(table_test_read)
{
    ui_table_rows rows;
    if (ui_table_wanted(ev, first_table, &rows))
        give(ev, tr_state(ev), &rows);
}

TR_SYNC(table_test_read_sync)
{
    ui_table_rows rows;
    struct bench bench;
    if (ui_table_wanted(ev, second_table, &rows) && tr_state_copy(ev, &bench, sizeof bench) == 0)
        give(ev, &bench, &rows);
}

static const ui_table_entry *entry_of(tr_event *ev, const ui_table *table)
{
    const ui_table_entry *entry = TR_PAYLOAD(ev, ui_table_entry);
    ck_assert_ptr_nonnull(entry);
    ck_assert_int_eq(entry->column, 1);
    if (atoi(entry->text) != 0)
        return entry;
    ui_table_error(ev, table, "Not nothing");
    return NULL;
}

TR_ASYNC(table_test_save)
{
    const ui_table_entry *entry = entry_of(ev, first_table);
    struct bench *bench = tr_state(ev);
    if (entry != NULL && atoi(entry->text) == 13)
        tr_fail(ev, "the disk is full");
    else if (entry != NULL)
        bench->values[entry->id - 1] = atoi(entry->text);
}

TR_SYNC(table_test_save_sync)
{
    const ui_table_entry *entry = entry_of(ev, second_table);
    TR_WITH_STATE(ev, struct bench, bench)
    {
        if (entry != NULL)
            bench->values[entry->id - 1] = atoi(entry->text);
    }
}

TR_ASYNC(table_test_selected)
{
    struct bench *bench = tr_state(ev);
    bench->selections++;
    ui_set_textf(ev, "selected", "%u of %d", bench->first.selected_count, bench->selections);
}

TR_ASYNC(table_test_fewer)
{
    ui_table_reset(ev, first_table, 3);
}

static void build(tr_page *of)
{
    struct bench *bench = tr_state(of);
    for (int i = 0; i < ROWS; i++)
        bench->values[i] = i + 1000;
    ui_add(of, ui_text("", .key = "selected"));
    ui_add(of, ui_button("Fewer", .on_click = table_test_fewer));
    ui_add(of, ui_table_in(of, first_table, ui_list_view(.height = 400)));
    ui_add(of, ui_table_in(of, second_table, ui_list_view(.height = 400)));
    ui_table_reset(of, first_table, ROWS);
    ui_table_reset(of, second_table, ROWS);
}

static const tr_app app = {.name = "Tables", .build = build, TR_STATE(struct bench)};
static tr_test_page *page;

static void open_page(void)
{
    page = tr_test_open(&app, NULL);
}

static void close_page(void)
{
    tr_test_close(&page);
}

START_TEST(the_rows_in_sight_are_there_and_others_come)
{
    tr_test_expect(page, .text = "row 1", .within = "first_table");
    tr_test_expect(page, .text = "1000", .within = "second_table");
    tr_test_expect_count(page, 40, .type = "checkbox", .within = "first_table");
    tr_test_expect_none(page, .type = "checkbox", .within = "second_table");
    tr_test_scroll_to_row(page, 299, .key = "second_table");
    tr_test_expect(page, .text = "row 300", .within = "second_table");
    tr_test_expect_none(page, .text = "row 300", .within = "first_table");
}
END_TEST

START_TEST(a_press_on_a_title_sorts_and_another_one_the_other_way)
{
    tr_test_expect_none(page, .key = "first_table.sort.1"); // it is fixed
    tr_test_click(page, .key = "first_table.sort.2");
    tr_test_expect_property(page, "tooltip", "\"Sorted, least first\"",
                            .key = "first_table.sort.2");
    tr_test_click(page, .key = "first_table.sort.2");
    tr_test_expect(page, .text = "row 300", .within = "first_table");
    tr_test_expect_property(page, "tooltip", "\"Sorted, greatest first\"",
                            .key = "first_table.sort.2");
    tr_test_expect_none(page, .text = "row 300", .within = "second_table");
    tr_test_click(page, .key = "second_table.sort.1");
    tr_test_click(page, .key = "second_table.sort.2");
    tr_test_expect_property(page, "tooltip", "\"Sort by Number\"", .key = "second_table.sort.1");
}
END_TEST

START_TEST(a_cell_is_edited_in_place_and_saved_or_not)
{
    static const char *const tables[] = {"first_table", "second_table"};
    for (int i = 0; i < 2; i++) {
        char cell[40], field[40];
        snprintf(cell, sizeof cell, "%s.5.2", tables[i]);
        snprintf(field, sizeof field, "%s.edit", tables[i]);
        tr_test_click(page, .key = cell);
        tr_test_type(page, "nothing", .key = field);
        tr_test_submit(page, .key = field);
        tr_test_expect(page, .key = field, .text = "Not nothing");
        tr_test_type(page, "77", .key = field);
        tr_test_submit(page, .key = field);
        tr_test_expect_none(page, .key = field);
        tr_test_expect(page, .text = "77", .within = cell);
        tr_test_click(page, .key = cell);
        tr_test_type(page, "88", .key = field);
        tr_test_press(page, "Escape");
        tr_test_expect(page, .text = "77", .within = cell);
    }
}
END_TEST

START_TEST(what_could_not_be_saved_stays_in_its_field)
{
    tr_test_click(page, .key = "first_table.5.2");
    tr_test_type(page, "13", .key = "first_table.edit");
    tr_test_submit(page, .key = "first_table.edit");
    tr_test_expect(page, .has = "Something went wrong");
    tr_test_expect_property(page, "value", "\"13\"", .key = "first_table.edit");
}
END_TEST

START_TEST(what_is_selected_stays_so_out_of_sight_and_over_a_break)
{
    tr_test_click(page, .key = "first_table.select.2");
    tr_test_click(page, .key = "first_table.select.3");
    tr_test_expect(page, .text = "2 of 2");
    tr_test_scroll_to_row(page, 200, .key = "first_table");
    tr_test_drop(page);
    tr_test_advance(page, 60000);
    tr_test_resume(page);
    tr_test_scroll_to_row(page, 0, .key = "first_table");
    tr_test_expect_property(page, "value", "true", .key = "first_table.select.3");
    tr_test_click(page, .key = "first_table.select.2");
    tr_test_expect(page, .text = "1 of 3");
    tr_test_expect_property(page, "value", NULL, .key = "first_table.select.2");
}
END_TEST

START_TEST(fewer_rows_are_fewer)
{
    tr_test_click(page, .text = "Fewer");
    tr_test_expect_count(page, 3, .type = "checkbox", .within = "first_table");
    tr_test_expect_none(page, .text = "row 4", .within = "first_table");
}
END_TEST

static ui_control *view(tr_event *ev)
{
    struct bench *bench = tr_state(ev);
    if (bench->first.count == 0) {
        for (int i = 0; i < ROWS; i++)
            bench->values[i] = i + 1000;
        bench->first.count = ROWS;
    }
    return ui_view(UI(ui_text("", .key = "selected"),
                      ui_table_in(ev, first_table, ui_list_view(.height = 400))));
}

static const tr_app built_again = {
    .name = "Tables", .rebuilds = true, TR_ROUTES(TR_ROUTE("/", view)), TR_STATE(struct bench)};

START_TEST(a_view_that_is_built_again_keeps_its_table)
{
    close_page();
    page = tr_test_open(&built_again, NULL);
    tr_test_click(page, .key = "first_table.sort.2");
    tr_test_click(page, .key = "first_table.sort.2");
    tr_test_expect(page, .text = "row 300");
    tr_test_click(page, .key = "first_table.select.299");
    tr_test_click(page, .key = "first_table.300.2");
    tr_test_type(page, "77", .key = "first_table.edit");
    tr_test_submit(page, .key = "first_table.edit");
    tr_test_expect(page, .text = "77", .within = "first_table.300.2");
    tr_test_expect_property(page, "value", "true", .key = "first_table.select.299");
    tr_test_expect_property(page, "tooltip", "\"Sorted, greatest first\"",
                            .key = "first_table.sort.2");
}
END_TEST

Suite *sdk_api_table_suite(void)
{
    Suite *suite = suite_create("sdk/api/table");
    TCase *tcase = tcase_create("a table");
    tcase_add_checked_fixture(tcase, open_page, close_page);
    tcase_add_test(tcase, the_rows_in_sight_are_there_and_others_come);
    tcase_add_test(tcase, a_press_on_a_title_sorts_and_another_one_the_other_way);
    tcase_add_test(tcase, a_cell_is_edited_in_place_and_saved_or_not);
    tcase_add_test(tcase, what_could_not_be_saved_stays_in_its_field);
    tcase_add_test(tcase, what_is_selected_stays_so_out_of_sight_and_over_a_break);
    tcase_add_test(tcase, fewer_rows_are_fewer);
    tcase_add_test(tcase, a_view_that_is_built_again_keeps_its_table);
    suite_add_tcase(suite, tcase);
    return suite;
}
