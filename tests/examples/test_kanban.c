// Boards as their users see them, on a database of the test's own.

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <troupe/test.h>
#include <unistd.h>

extern const tr_app kanban_app;

static tr_test_page *page;

static void add_board(const char *name)
{
    tr_test_click(page, .text = "New board");
    tr_test_type(page, name, .type = "text_field");
    tr_test_click(page, .text = "Create");
}

static void add_card(tr_test_page *at, const char *column, const char *title)
{
    tr_test_click(at, .key = column);
    tr_test_type(at, title, .key = "card.title");
    tr_test_submit(at, .key = "card.title");
    tr_test_expect(at, .text = title);
}

static void a_board_is_made_and_opened(void)
{
    add_board("Spring");
    tr_test_expect(page, .text = "Spring", .type = "list_tile");
    tr_test_click(page, .key = "open-1");
    tr_test_expect(page, .text = "Spring", .key = "board");
    tr_test_expect(page, .text = "0", .key = "count-2");
}

static void a_card_has_a_title_and_is_edited(void)
{
    tr_test_go(page, "/board/1");
    tr_test_click(page, .key = "add-0");
    tr_test_click(page, .text = "Save");
    tr_test_expect(page, .text = "A card has a title");
    tr_test_type(page, "Sow", .key = "card.title");
    tr_test_type(page, "carrots", .key = "card.text");
    tr_test_click(page, .text = "Save");
    tr_test_expect_none(page, .type = "alert_dialog");
    tr_test_expect(page, .text = "carrots", .within = "card-1");
    tr_test_click(page, .type = "container", .within = "card-1");
    tr_test_expect_property(page, "value", "\"Sow\"", .key = "card.title");
    tr_test_type(page, "Sow and water", .key = "card.title");
    tr_test_click(page, .text = "Save");
    tr_test_expect(page, .text = "Sow and water", .within = "card-1");
}

static void cards_are_moved_by_buttons_and_dragged(void)
{
    tr_test_go(page, "/board/1");
    add_card(page, "add-0", "Weed");
    tr_test_click(page, .key = "right-1");
    tr_test_expect(page, .text = "Sow and water", .within = "column-1");
    assert(tr_test_calls(page, "right-1", "focus") == 1);
    tr_test_drag(page, "column-2", .key = "card-1");
    tr_test_expect(page, .text = "Sow and water", .within = "column-2");
    add_card(page, "add-2", "Harvest");
    tr_test_drag(page, "card-3", .text = "Weed");
    tr_test_expect(page, .text = "Weed", .within = "column-2");
    tr_test_expect(page, .text = "3", .key = "count-2");
    // Before the one that it was dropped on.
    const char *tree = tr_test_tree(page);
    assert(strstr(tree, "#card-1 ") < strstr(tree, "#card-2 "));
    assert(strstr(tree, "#card-2 ") < strstr(tree, "#card-3 "));
}

static void others_see_it_and_who_is_here(void)
{
    tr_test_go(page, "/board/1");
    tr_test_page *other = tr_test_open_another(page, &(tr_test_options){.route = "/board/1"});
    tr_test_expect_count(page, 2, .type = "chip");
    add_card(other, "add-1", "Rake");
    tr_test_expect(page, .text = "Rake", .within = "column-1");
    tr_test_click(other, .text = "Your name");
    tr_test_type(other, "Ada", .text = "Name");
    tr_test_click(other, .text = "OK");
    tr_test_expect(page, .text = "Ada", .type = "chip");
    tr_test_go(other, "/");
    tr_test_expect_count(page, 1, .type = "chip");
    tr_test_close(&other);
}

static void they_are_filtered(void)
{
    tr_test_go(page, "/board/1");
    tr_test_type(page, "har", .key = "filter");
    tr_test_expect(page, .text = "Harvest");
    tr_test_expect_none(page, .text = "Rake");
    tr_test_type(page, "", .key = "filter");
    tr_test_expect(page, .text = "Rake");
}

static void one_is_deleted_after_a_question(void)
{
    tr_test_go(page, "/board/1");
    tr_test_click(page, .type = "container", .within = "card-4");
    tr_test_click(page, .key = "delete");
    tr_test_expect(page, .has = "\"Rake\" cannot be brought back");
    tr_test_click(page, .text = "Delete", .nth = 2);
    tr_test_expect_none(page, .text = "Rake");
    tr_test_expect_none(page, .type = "alert_dialog");
}

int main(void)
{
    static void (*const tests[])(void) = {a_board_is_made_and_opened,
                                          a_card_has_a_title_and_is_edited,
                                          cards_are_moved_by_buttons_and_dragged,
                                          others_see_it_and_who_is_here,
                                          they_are_filtered,
                                          one_is_deleted_after_a_question};
    char folder[] = "/tmp/kanban-test-XXXXXX";
    char file[64];
    assert(mkdtemp(folder) != NULL);
    snprintf(file, sizeof file, "%s/kanban.db", folder);
    setenv("KANBAN_DB", file, 1);
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        page = tr_test_open(&kanban_app, NULL);
        tests[i]();
        tr_test_close(&page);
    }
    for (unsigned i = 0; i < 3; i++) {
        snprintf(file, sizeof file, "%s/kanban.db%s", folder,
                 ((const char *[]){"", "-wal", "-shm"})[i]);
        remove(file);
    }
    rmdir(folder);
    puts("ok kanban");
}
