// The snippets of docs/howto/routes.md, compiled and run.

#include <check.h>
#include <stdlib.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

// --- snippet routes
TR_ASYNC(letter_open)
{
    const char *letter = tr_payload_text(ev);
    if (letter != NULL)
        tr_push_route(ev, ui_format("/letter/%s", letter));
}

static ui_control *letters(tr_event *ev)
{
    char order[16];
    tr_route_query(ev, "order", order, sizeof order); // "" without "?order=…"
    return ui_view(.appbar = ui_app_bar(.title = "Letters"),
                   UI(ui_list_tile(.title = "First", .on_click = UI_CALL(letter_open, "1")),
                      ui_list_tile(.title = "Second", .on_click = UI_CALL(letter_open, "2"))));
}

static ui_control *letter(tr_event *ev)
{
    char id[16];
    tr_route_param(ev, "id", id, sizeof id);
    ui_set_string(ev, NULL, "title", ui_format("Letter %s", id));
    return ui_view(.appbar = ui_app_bar(.title = ui_format("Letter %s", id)),
                   UI(ui_text_field("Answer", .key = "answer")));
}

static const tr_app mail = {.name = "Mail",
                            TR_ROUTES(TR_ROUTE("/", letters), TR_ROUTE("/letter/:id", letter))};
// --- end

// --- snippet life
TR_ASYNC(board_changed)
{
    ui_set_text(ev, "state", "Somebody has changed it");
}

TR_ASYNC(board_enter)
{
    char id[16];
    tr_route_param(ev, "id", id, sizeof id);
    tr_subscribe(ev, ui_format("board/%s", id), board_changed);
    tr_presence_join(ev, ui_format("board/%s", id), "somebody", 8);
}

TR_ASYNC(board_leave)
{
    // Its address, since another view is on top by now.
    ui_set_textf(ev, "left", "You have left %s", tr_event_text(ev, ""));
}

static ui_control *board(tr_event *ev)
{
    (void)ev;
    return ui_view(UI(ui_text("", .key = "state")));
}

static ui_control *boards(tr_event *ev)
{
    (void)ev;
    return ui_view(UI(ui_text("Boards"), ui_text("", .key = "left")));
}

static const tr_app boards_app = {
    .name = "Boards",
    TR_ROUTES(TR_ROUTE("/", boards),
              TR_ROUTE("/board/:id", board, .on_enter = board_enter, .on_leave = board_leave))};
// --- end

// --- snippet rebuilds
struct basket {
    int count;
};
TR_LAYOUT(struct basket, count);

TR_ASYNC(basket_add)
{
    struct basket *basket = tr_state(ev);
    basket->count++;
}

static ui_control *shelf(tr_event *ev)
{
    const struct basket *basket = tr_state(ev);
    return ui_view(UI(ui_text(ui_format("%d in the basket", basket->count)),
                      ui_filled_button("Add", .on_click = basket_add)));
}

static const tr_app shop = {
    .name = "Shop", TR_ROUTES(TR_ROUTE("/", shelf)), .rebuilds = true, TR_STATE(struct basket)};
// --- end

// --- snippet own
TR_ASYNC(step_cancel)
{
    tr_pop_view(ev);
}

TR_ASYNC(step_next)
{
    tr_push_view(ev, ui_view(.appbar = ui_app_bar(.title = "Step 2"),
                             UI(ui_button("Cancel", .on_click = step_cancel))));
    ui_add(ev, ui_text("This goes to the view on top"));
}

TR_ASYNC(step_restore)
{
    tr_set_views(ev, UI_LIST(ui_view(UI(ui_button("Next", .on_click = step_next))),
                             ui_view(.route = "/summary", UI(ui_text("Summary")))));
}
// --- end

static void build_steps(tr_page *page)
{
    ui_add(page, ui_button("Next", .on_click = step_next));
    ui_add(page, ui_button("Restore", .on_click = step_restore));
}

static const tr_app steps = {.name = "Steps", .build = build_steps};

START_TEST(addresses_have_views)
{
    tr_test_page *page = tr_test_open(&mail, &(tr_test_options){.route = "/letter/2"});
    tr_test_expect(page, .text = "Letter 2");
    tr_test_send_page(page, "view_pop", "{\"route\":\"/letter/2\"}");
    tr_test_expect(page, .text = "Letters");
    tr_test_click(page, .text = "First");
    tr_test_expect(page, .text = "Letter 1");
    tr_test_close(&page);
}
END_TEST

START_TEST(a_view_has_a_life_of_its_own)
{
    tr_test_page *page = tr_test_open(&boards_app, &(tr_test_options){.route = "/board/7"});
    tr_test_page *other = tr_test_open_another(page, &(tr_test_options){.route = "/board/7"});
    tr_test_go(page, "/");
    tr_test_expect(page, .text = "You have left /board/7");
    tr_test_close(&other);
    tr_test_close(&page);
}
END_TEST

START_TEST(views_follow_the_state)
{
    tr_test_page *page = tr_test_open(&shop, NULL);
    tr_test_click(page, .text = "Add");
    tr_test_click(page, .text = "Add");
    tr_test_expect(page, .text = "2 in the basket");
    tr_test_close(&page);
}
END_TEST

START_TEST(an_app_has_a_stack_of_its_own)
{
    tr_test_page *page = tr_test_open(&steps, NULL);
    tr_test_click(page, .text = "Next");
    tr_test_expect(page, .text = "This goes to the view on top");
    tr_test_click(page, .text = "Cancel");
    tr_test_click(page, .text = "Restore");
    tr_test_expect(page, .text = "Summary");
    tr_test_close(&page);
}
END_TEST

Suite *howto_routes_suite(void);
Suite *howto_routes_suite(void)
{
    Suite *suite = suite_create("howto/routes");
    TCase *tests = tcase_create("routes");
    tcase_add_test(tests, addresses_have_views);
    tcase_add_test(tests, a_view_has_a_life_of_its_own);
    tcase_add_test(tests, views_follow_the_state);
    tcase_add_test(tests, an_app_has_a_stack_of_its_own);
    suite_add_tcase(suite, tests);
    return suite;
}
