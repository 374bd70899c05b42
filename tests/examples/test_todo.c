// The list as its user sees it. No framework: what fails aborts, and says why.

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <troupe/test.h>

extern const tr_app todo_app;

static tr_test_page *page;

static void add(const char *text)
{
    tr_test_type(page, text, .key = "new");
    tr_test_submit(page, .key = "new");
}

static void what_is_added_is_there(void)
{
    add("Milk");
    tr_test_type(page, "  Bread ", .key = "new");
    tr_test_click(page, .key = "add");
    tr_test_expect(page, .text = "Milk", .type = "checkbox");
    tr_test_expect(page, .text = "Bread", .type = "checkbox");
    tr_test_expect(page, .text = "2 things left");
    assert(strcmp(tr_test_text(page, .key = "new"), "") == 0);
    add("   ");
    tr_test_expect_count(page, 2, .type = "checkbox");
}

static void what_is_ticked_is_filtered(void)
{
    add("Milk");
    add("Bread");
    tr_test_expect_none(page, .key = "clear");
    tr_test_click(page, .text = "Milk", .type = "checkbox");
    tr_test_expect(page, .text = "1 thing left");
    tr_test_click(page, .text = "To do");
    tr_test_expect_none(page, .text = "Milk");
    tr_test_expect(page, .text = "Bread");
    tr_test_click(page, .text = "Done");
    tr_test_expect(page, .text = "Milk");
    tr_test_expect_none(page, .text = "Bread");
    tr_test_click(page, .key = "clear");
    tr_test_expect_count(page, 0, .type = "checkbox");
    tr_test_click(page, .text = "All");
    tr_test_expect_count(page, 1, .type = "checkbox");
}

static void what_is_edited_is_saved_or_left(void)
{
    add("Milk");
    tr_test_click(page, .text = "Edit Milk");
    assert(strcmp(tr_test_text(page, .key = "text"), "Milk") == 0);
    tr_test_type(page, "Oat milk", .key = "text");
    tr_test_submit(page, .key = "text");
    tr_test_expect(page, .text = "Oat milk", .type = "checkbox");
    tr_test_click(page, .text = "Edit Oat milk");
    tr_test_type(page, "Water", .key = "text");
    tr_test_press(page, "Escape");
    tr_test_expect(page, .text = "Oat milk", .type = "checkbox");
    tr_test_expect_none(page, .text = "Water");
}

static void what_is_deleted_is_gone(void)
{
    add("Milk");
    add("Bread");
    add("Salt");
    tr_test_click(page, .text = "Delete Bread");
    tr_test_expect_none(page, .text = "Bread");
    tr_test_expect_count(page, 2, .type = "checkbox");
    tr_test_click(page, .text = "Delete Salt");
    tr_test_click(page, .text = "Delete Milk");
    tr_test_expect(page, .text = "0 things left");
}

static void a_full_list_says_so(void)
{
    for (unsigned i = 0; i < 100; i++)
        add("Again");
    add("Too much");
    tr_test_expect(page, .has = "That is enough");
    tr_test_expect_count(page, 100, .type = "checkbox");
    tr_test_click(page, .text = "Delete Again", .nth = 100);
    add("Now it fits");
    tr_test_expect(page, .text = "Now it fits", .type = "checkbox");
    tr_test_expect_none(page, .has = "That is enough");
}

static void a_lost_connection_loses_nothing(void)
{
    add("Milk");
    tr_test_page *other = tr_test_open_another(page, NULL);
    tr_test_expect_count(other, 0, .type = "checkbox");
    tr_test_drop(page);
    tr_test_advance(page, 60000);
    tr_test_resume(page);
    tr_test_expect(page, .text = "Milk");
    add("Bread");
    tr_test_expect(page, .text = "2 things left");
    tr_test_close(&other);
}

int main(void)
{
    static void (*const tests[])(void) = {
        what_is_added_is_there,  what_is_ticked_is_filtered, what_is_edited_is_saved_or_left,
        what_is_deleted_is_gone, a_full_list_says_so,        a_lost_connection_loses_nothing};
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        page = tr_test_open(&todo_app, NULL);
        tests[i]();
        tr_test_close(&page);
    }
    puts("ok todo");
}
