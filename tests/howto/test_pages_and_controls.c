// The snippets of docs/howto/pages-and-controls.md, compiled and run.

#include <check.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

// --- snippet build
TR_ASYNC(guest_add)
{
    char name[64];
    if (ui_get_text(ev, "guest", "value", name, sizeof name) == 0) {
        ui_set_string(ev, "guest", "error", "Who is it?");
        return;
    }
    ui_unset(ev, "guest", "error");
    ui_set_text(ev, "guest", "");
    ui_add_to(ev, "guests", ui_text(name));
}

static void build_guests(tr_page *page)
{
    ui_add(page,
           ui_row(UI(ui_text_field("Guest", .key = "guest", .expand = 1, .on_submit = guest_add),
                     ui_filled_button("Add", .on_click = guest_add))));
    ui_add(page, ui_column(.key = "guests"));
}
// --- end

// --- snippet children
static void show_scores(tr_event *ev, const char *const *names, const int *scores, unsigned count)
{
    ui_control *rows[11] = {0};
    unsigned shown = 0;
    for (unsigned i = 0; i < count && shown < 10; i++)
        rows[shown++] = ui_text(ui_format("%s: %d", names[i], scores[i]), .key = names[i]);
    rows[shown] = UI_END;
    ui_set_children(ev, "scores", rows);
}
// --- end

// --- snippet payload
TR_ASYNC(dish_order)
{
    const int *number = TR_PAYLOAD(ev, int);
    if (number != NULL)
        ui_add_to(ev, "orders", ui_text(ui_format("Dish %d, please", *number)));
}

static ui_control *menu(void)
{
    ui_control *dishes[4] = {0};
    for (int number = 1; number <= 3; number++)
        dishes[number - 1] =
            ui_button(ui_format("Dish %d", number), .on_click = UI_CALL(dish_order, &number));
    dishes[3] = UI_END;
    return ui_column(.key = "orders", .controls = dishes);
}
// --- end

// --- snippet handles
TR_ASYNC(tag_remove)
{
    ui_remove(ev, tr_event_control(ev).name);
}

TR_ASYNC(tag_load)
{
    ui_control *label = ui_text("Loading");
    ui_handle status = ui_handle_of(label);
    ui_add(ev, ui_row(UI(label, ui_outlined_button("Remove me", .on_click = tag_remove))));
    if (tr_sleep(ev, 2000) == 0)
        ui_set_text(ev, status.name, "Loaded");
}
// --- end

// --- snippet values
TR_ASYNC(box_change)
{
    ui_set(ev, "box",
           ui_container_props(ui_text("A box"), .width = 200,
                              .padding = ui_padding(.horizontal = 24, .vertical = 8),
                              .border_radius = ui_radius(12), .bgcolor = UI_NONE));
    ui_set(ev, "progress", ui_props(.visible = true));
    ui_set(ev, NULL, ui_page_props(.title = "Boxes"));
    ui_move(ev, "box", 0);
}
// --- end

// --- snippet update
TR_SYNC(batch_run)
{
    for (int i = 1; i <= 3; i++) {
        ui_set_textf(ev, "progress", "%d of 3", i);
        tr_update(ev);
    }
    ui_set_text(ev, "progress", "Done");
}
// --- end

TR_ASYNC(howto_scores)
{
    static const char *const names[] = {"Ada", "Bob"};
    static int round;
    show_scores(ev, names, (int[]){++round, 7}, 2);
}

static void build(tr_page *page)
{
    build_guests(page);
    ui_add(page, ui_column(.key = "scores"));
    ui_add(page, ui_button("scores", .on_click = howto_scores));
    ui_add(page, ui_button("load", .on_click = tag_load));
    ui_add(page, ui_container(.key = "box"));
    ui_add(page, ui_button("change", .on_click = box_change));
    ui_add(page, ui_text("", .key = "progress"));
    ui_add(page, ui_button("run", .on_click = batch_run));
    ui_add(page, menu());
}

static const tr_app app = {.name = "Pages", .build = build};

START_TEST(the_snippets_do_what_the_page_says)
{
    tr_test_page *page = tr_test_open(&app, NULL);
    tr_test_click(page, .text = "Add");
    tr_test_expect(page, .text = "Who is it?");
    tr_test_type(page, "Ada Lovelace", .key = "guest");
    tr_test_submit(page, .key = "guest");
    tr_test_expect(page, .text = "Ada Lovelace", .type = "text");
    tr_test_expect_none(page, .text = "Who is it?");
    tr_test_click(page, .text = "Dish 2");
    tr_test_expect(page, .text = "Dish 2, please");
    tr_test_click(page, .text = "scores");
    tr_test_click(page, .text = "scores");
    tr_test_expect(page, .text = "Ada: 2");
    tr_test_click(page, .text = "load");
    tr_test_expect(page, .text = "Loading");
    tr_test_advance(page, 2000);
    tr_test_expect(page, .text = "Loaded");
    tr_test_click(page, .text = "Remove me");
    tr_test_expect_none(page, .text = "Remove me");
    tr_test_click(page, .text = "change");
    tr_test_expect_property(page, "border_radius", "12", .key = "box");
    tr_test_expect(page, .text = "A box");
    tr_test_click(page, .text = "run");
    tr_test_expect(page, .key = "progress", .text = "Done");
    tr_test_close(&page);
}
END_TEST

Suite *howto_pages_suite(void);
Suite *howto_pages_suite(void)
{
    Suite *suite = suite_create("howto/pages_and_controls");
    TCase *tests = tcase_create("pages");
    tcase_add_test(tests, the_snippets_do_what_the_page_says);
    suite_add_tcase(suite, tests);
    return suite;
}
