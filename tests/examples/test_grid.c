// The grid as its users see it, on a database of two thousand orders.

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/test.h>
#include <unistd.h>

extern const tr_app grid_app;

static tr_test_page *page;

static void all_orders_are_counted_and_few_are_there(void)
{
    tr_test_expect(page, .text = "2 000 orders");
    tr_test_expect(page, .key = "orders.row.1");
    tr_test_expect_none(page, .key = "orders.row.1000");
    tr_test_expect_none(page, .key = "waiting");
    assert(tr_test_count(page, .type = "checkbox") == 40);
}

static void it_scrolls_to_any_row(void)
{
    tr_test_scroll_to_row(page, 1000, .key = "orders");
    tr_test_expect(page, .key = "orders.row.1001");
    tr_test_expect_none(page, .key = "orders.row.1");
    assert(tr_test_count(page, .type = "checkbox") == 40);
    tr_test_scroll_to_row(page, 1999, .key = "orders");
    tr_test_expect(page, .key = "orders.row.2000");
    tr_test_scroll_to_row(page, 0, .key = "orders");
    tr_test_expect(page, .key = "orders.row.1");
}

// The number that a cell of the first row in sight shows.
static double amount_of_row(unsigned nth)
{
    char key[32];
    const char *at = tr_test_tree(page);
    for (unsigned i = 0; i < nth && at != NULL; i++)
        at = strstr(at + 1, "#orders.row.");
    assert(at != NULL);
    unsigned id;
    assert(sscanf(at, "#orders.row.%u", &id) == 1);
    snprintf(key, sizeof key, "orders.%u.4", id);
    return atof(tr_test_text(page, .type = "text", .within = key));
}

static void it_is_sorted_by_any_column_both_ways(void)
{
    tr_test_click(page, .key = "orders.sort.4");
    for (unsigned row = 2; row <= 40; row++)
        assert(amount_of_row(row - 1) <= amount_of_row(row));
    double least = amount_of_row(1);
    tr_test_click(page, .key = "orders.sort.4");
    assert(amount_of_row(1) > least);
    for (unsigned row = 2; row <= 40; row++)
        assert(amount_of_row(row - 1) >= amount_of_row(row));
    // Counted from the other end, the order is the same.
    tr_test_scroll_to_row(page, 1995, .key = "orders");
    for (unsigned row = 2; row <= 14; row++)
        assert(amount_of_row(row - 1) >= amount_of_row(row));
    tr_test_click(page, .key = "orders.sort.1");
    tr_test_scroll_to_row(page, 0, .key = "orders");
    tr_test_expect(page, .key = "orders.row.1");
}

static void it_is_filtered_as_one_types(void)
{
    tr_test_type(page, "Graz", .key = "filter");
    tr_test_advance(page, 300);
    tr_test_expect_none(page, .text = "Bergen");
    tr_test_expect(page, .text = "Graz");
    tr_test_expect_none(page, .text = "2 000 orders");
    tr_test_type(page, "100%", .key = "filter");
    tr_test_advance(page, 300);
    tr_test_expect(page, .text = "0 orders");
    tr_test_expect_count(page, 0, .type = "checkbox");
    tr_test_type(page, "", .key = "filter");
    tr_test_advance(page, 300);
    tr_test_expect(page, .text = "2 000 orders");
}

static void what_one_saves_the_others_see(void)
{
    tr_test_page *other = tr_test_open_another(page, NULL);
    tr_test_expect(other, .text = "2 000 orders");
    tr_test_click(page, .key = "orders.3.2");
    tr_test_type(page, "Zoe Zimmer", .key = "orders.edit");
    tr_test_submit(page, .key = "orders.edit");
    tr_test_expect(page, .text = "Zoe Zimmer");
    tr_test_expect_none(page, .key = "orders.edit");
    tr_test_expect(other, .text = "Zoe Zimmer");
    tr_test_close(&other);
}

static void what_cannot_be_saved_is_said(void)
{
    tr_test_click(page, .key = "orders.3.4");
    tr_test_type(page, "much", .key = "orders.edit");
    tr_test_submit(page, .key = "orders.edit");
    tr_test_expect(page, .has = "cannot be saved");
    tr_test_type(page, "12.50", .key = "orders.edit");
    tr_test_submit(page, .key = "orders.edit");
    tr_test_expect(page, .text = "12.50");
    tr_test_click(page, .key = "orders.3.4");
    tr_test_press(page, "Escape");
    tr_test_expect_none(page, .key = "orders.edit");
}

static void what_is_selected_stays_so_out_of_sight(void)
{
    tr_test_click(page, .key = "orders.select.2");
    tr_test_click(page, .key = "orders.select.3");
    tr_test_expect(page, .text = "2 selected");
    tr_test_scroll_to_row(page, 1000, .key = "orders");
    tr_test_scroll_to_row(page, 0, .key = "orders");
    tr_test_expect_property(page, "value", "true", .key = "orders.select.2");
    tr_test_click(page, .key = "orders.select.2");
    tr_test_expect(page, .text = "1 selected");
}

int main(void)
{
    static void (*const tests[])(void) = {all_orders_are_counted_and_few_are_there,
                                          it_scrolls_to_any_row,
                                          it_is_sorted_by_any_column_both_ways,
                                          it_is_filtered_as_one_types,
                                          what_one_saves_the_others_see,
                                          what_cannot_be_saved_is_said,
                                          what_is_selected_stays_so_out_of_sight};
    char folder[] = "/tmp/grid-test-XXXXXX";
    char file[64];
    assert(mkdtemp(folder) != NULL);
    setenv("GRID_FOLDER", folder, 1);
    setenv("GRID_ROWS", "2000", 1);
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        page = tr_test_open(&grid_app, NULL);
        tests[i]();
        tr_test_close(&page);
    }
    for (unsigned i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/troupe-orders-2000.db%s", folder,
                 ((const char *[]){"", "-wal", "-shm"})[i]);
        remove(file);
    }
    rmdir(folder);
    puts("ok grid");
}
