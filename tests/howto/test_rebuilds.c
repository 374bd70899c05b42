// The programs of docs/howto/rebuilds.md, and each line of its tables.

#include <check.h>
#include <string.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

// --- snippet state
struct desk {
    bool has_note; // a field for a note is shown
    int sent;
};
TR_LAYOUT(struct desk, has_note, sent);

TR_ASYNC(note_begin)
{
    struct desk *desk = tr_state(ev);
    desk->has_note = true;
    ui_focus(ev, "note"); // it is not on the page yet: the view is built first
}

TR_ASYNC(note_send)
{
    struct desk *desk = tr_state(ev);
    desk->has_note = false;
    desk->sent++;
    tr_snack(ev, "Sent");
}

static ui_control *desk_view(tr_event *ev)
{
    const struct desk *desk = tr_state(ev);
    return ui_view(
        UI(ui_text(ui_format("%d sent", desk->sent), .key = "sent"),
           desk->has_note ? ui_text_field("Note", .key = "note", .on_submit = note_send) : NULL,
           ui_filled_button("New note", .key = "new", .disabled = desk->has_note,
                            .on_click = note_begin)));
}
// --- end

// --- snippet boards
enum { CARDS = 3 };

struct boards {
    bool is_done[CARDS];
};
TR_LAYOUT(struct boards, is_done);

TR_ASYNC(card_turn)
{
    struct boards *boards = tr_state(ev);
    const int *card = TR_PAYLOAD(ev, int);
    if (card != NULL)
        boards->is_done[*card] = !boards->is_done[*card];
}

static ui_control *cards(const struct boards *boards, bool is_done)
{
    ui_list list = {0};
    for (int i = 0; i < CARDS; i++)
        if (boards->is_done[i] == is_done)
            ui_push(&list,
                    ui_row(.key = ui_format("card-%d", i),
                           UI(ui_checkbox(.value = is_done, .on_change = UI_CALL(card_turn, &i)),
                              ui_text_field("Remark", .key = ui_format("remark-%d", i)))));
    return ui_column(.key = is_done ? "done" : "open", .controls = ui_items(&list));
}

static ui_control *boards_view(tr_event *ev)
{
    const struct boards *boards = tr_state(ev);
    return ui_view(UI(cards(boards, false), cards(boards, true)));
}
// --- end

// What handlers change by hand in a view that is built again.
TR_ASYNC(by_hand)
{
    ui_set_text(ev, "sent", "by hand");
    ui_set(ev, "sent", ui_text_props(.size = 40));
    ui_add(ev, ui_text("added"));
    ui_set(ev, NULL, ui_page_props(.theme_mode = UI_THEME_MODE_DARK));
}

TR_ASYNC(no_such_key)
{
    ui_set_text(ev, "nobody", "?");
}

static ui_control *hand_view(tr_event *ev)
{
    return ui_view(UI(ui_text("as the view says", .key = "sent"),
                      ui_text(tr_page_is_dark(ev) ? "dark" : "light"),
                      ui_button("By hand", .on_click = by_hand),
                      ui_button("No such key", .on_click = no_such_key)));
}

TR_ASYNC(go_up)
{
    tr_push_route(ev, "/boards");
}

static ui_control *below_view(tr_event *ev)
{
    const struct boards *boards = tr_state(ev);
    return ui_view(
        UI(ui_text(boards->is_done[0] ? "done" : "not done"), ui_button("Up", .on_click = go_up)));
}

// A component in a card, with a number of its own.
struct counter {
    const char *key;
    int count;
};
TR_LAYOUT(struct counter, key, count);

TR_ASYNC(counter_more)
{
    struct counter *self = tr_component_state(ev);
    if (self != NULL)
        self->count++;
}

static ui_control *counter_build(tr_event *ev)
{
    const struct counter *self = tr_component_state(ev);
    return ui_button(ui_format("Count %d", self->count), .on_click = counter_more);
}

TR_COMPONENT(counter, struct counter, .version = 1, .rebuilds = true, .build = counter_build);
#define counter(...) TR_CONTROL(counter, struct counter, __VA_ARGS__)

static ui_control *counters_view(tr_event *ev)
{
    const struct boards *boards = tr_state(ev);
    int card = 0;
    ui_control *box = ui_container(counter(.key = "counter"), .key = "box");
    ui_control *none = ui_text("none");
    return ui_view(UI(ui_row(UI(boards->is_done[0] ? none : box), .key = "left"),
                      ui_row(UI(boards->is_done[0] ? box : none), .key = "right"),
                      ui_button("Move", .on_click = UI_CALL(card_turn, &card))));
}

static const tr_app counters_app = {.name = "Counters",
                                    TR_ROUTES(TR_ROUTE("/", counters_view)),
                                    .rebuilds = true,
                                    TR_STATE(struct boards)};
static const tr_app desk_app = {
    .name = "Desk", TR_ROUTES(TR_ROUTE("/", desk_view)), .rebuilds = true, TR_STATE(struct desk)};
static const tr_app hand_app = {
    .name = "Hand", TR_ROUTES(TR_ROUTE("/", hand_view)), .rebuilds = true, TR_STATE(struct desk)};
static const tr_app boards_app = {
    .name = "Boards",
    TR_ROUTES(TR_ROUTE("/", below_view), TR_ROUTE("/boards", boards_view)),
    .rebuilds = true,
    TR_STATE(struct boards)};

START_TEST(a_method_finds_what_the_change_has_just_put_up)
{
    tr_test_page *page = tr_test_open(&desk_app, NULL);
    tr_test_click(page, .text = "New note");
    tr_test_expect(page, .key = "note");
    ck_assert_uint_eq(tr_test_calls(page, "note", "focus"), 1);
    tr_test_type(page, "Milk", .key = "note");
    tr_test_submit(page, .key = "note");
    tr_test_expect(page, .text = "Sent"); // a layer of its own: building again leaves it
    tr_test_expect(page, .text = "1 sent");
    tr_test_expect_none(page, .key = "note");
    tr_test_close(&page);
}
END_TEST

START_TEST(building_again_undoes_what_was_changed_by_hand)
{
    tr_test_page *page = tr_test_open(&hand_app, NULL);
    tr_test_click(page, .text = "By hand");
    tr_test_expect(page, .key = "sent", .text = "as the view says");
    tr_test_expect_property(page, "size", NULL, .key = "sent");
    tr_test_expect_none(page, .text = "added");
    tr_test_expect(page, .text = "dark"); // the page's own stays
    tr_test_close(&page);
}
END_TEST

START_TEST(what_people_entered_stays)
{
    tr_test_page *page = tr_test_open(&boards_app, &(tr_test_options){.route = "/boards"});
    tr_test_type(page, "for Ada", .key = "remark-1");
    tr_test_click(page, .type = "checkbox", .nth = 1); // another card leaves the list
    tr_test_expect_property(page, "value", "\"for Ada\"", .key = "remark-1");
    tr_test_close(&page);
}
END_TEST

START_TEST(a_card_that_moves_to_another_list_keeps_what_was_entered)
{
    tr_test_page *page = tr_test_open(&boards_app, &(tr_test_options){.route = "/boards"});
    tr_test_type(page, "for Ada", .key = "remark-1");
    tr_test_click(page, .type = "checkbox", .nth = 2);
    tr_test_expect(page, .key = "remark-1", .within = "done");
    tr_test_expect_property(page, "value", "\"for Ada\"", .key = "remark-1");
    tr_test_click(page, .type = "checkbox", .nth = 3);
    tr_test_expect(page, .key = "remark-1", .within = "open");
    tr_test_expect_property(page, "value", "\"for Ada\"", .key = "remark-1");
    tr_test_close(&page);
}
END_TEST

START_TEST(a_component_that_moves_keeps_its_state)
{
    tr_test_page *page = tr_test_open(&counters_app, NULL);
    tr_test_click(page, .text = "Count 0");
    tr_test_click(page, .text = "Count 1");
    for (int i = 0; i < 3; i++) {
        tr_test_click(page, .text = "Move");
        tr_test_expect(page, .text = "Count 2", .within = i % 2 == 0 ? "right" : "left");
    }
    tr_test_click(page, .text = "Count 2");
    tr_test_expect(page, .text = "Count 3");
    tr_test_close(&page);
}
END_TEST

START_TEST(a_view_below_is_built_when_it_is_on_top_again)
{
    tr_test_page *page = tr_test_open(&boards_app, &(tr_test_options){.route = "/boards"});
    tr_test_click(page, .type = "checkbox", .nth = 1);
    tr_test_go(page, "/");
    tr_test_expect(page, .text = "done");
    tr_test_close(&page);
}
END_TEST

START_TEST(misuse_says_where_to_read_on)
{
    tr_test_page *page = tr_test_open(&hand_app, NULL);
    tr_test_click(page, .text = "No such key");
    tr_test_expect_log(page, "read=docs/howto/errors.md");
    tr_test_close(&page);
}
END_TEST

Suite *howto_rebuilds_suite(void);
Suite *howto_rebuilds_suite(void)
{
    Suite *suite = suite_create("howto/rebuilds");
    TCase *tests = tcase_create("rebuilds");
    tcase_add_test(tests, a_method_finds_what_the_change_has_just_put_up);
    tcase_add_test(tests, building_again_undoes_what_was_changed_by_hand);
    tcase_add_test(tests, what_people_entered_stays);
    tcase_add_test(tests, a_card_that_moves_to_another_list_keeps_what_was_entered);
    tcase_add_test(tests, a_component_that_moves_keeps_its_state);
    tcase_add_test(tests, a_view_below_is_built_when_it_is_on_top_again);
    tcase_add_test(tests, misuse_says_where_to_read_on);
    suite_add_tcase(suite, tests);
    return suite;
}
