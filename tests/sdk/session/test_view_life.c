// A view's own life (tr_route.on_enter, on_leave): what belongs to it ends with it; presence
// without a browser; a session's end.

#include <check.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "troupe/err.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

struct state {
    int number;
};
TR_LAYOUT(struct state, number);

static tr_test_page *page;
static char story[600];
static int beats;
static int codes[4];
static int ended;

static void tell(const char *what, const char *of)
{
    size_t size = strlen(story);
    snprintf(story + size, sizeof story - size, "%s%s %s", size != 0 ? ", " : "", what, of);
}

static void clear(void)
{
    story[0] = '\0';
    beats = 0;
    memset(codes, 0, sizeof codes);
}

TR_ASYNC(life_beat)
{
    char id[16];
    tr_route_param(ev, "id", id, sizeof id);
    tell("beat", id);
    beats++;
}

TR_ASYNC(life_hear)
{
    tell("heard", tr_event_text(ev, "something"));
}

TR_ASYNC(life_task)
{
    codes[0] = tr_sleep(ev, 3600000);
    tell("task", codes[0] == TR_ECANCELLED ? "cancelled" : "ended");
    codes[1] = (int)tr_run_task(ev, life_beat);
    codes[2] = tr_subscribe(ev, "late", life_hear);
    codes[3] = tr_presence_join(ev, "late", "x", 1);
}

TR_ASYNC(life_board_enter)
{
    char id[16];
    tr_route_param(ev, "id", id, sizeof id);
    tell("enter", id);
    tr_every(ev, 1000, life_beat);
    tr_subscribe(ev, "news", life_hear);
    tr_presence_join(ev, ui_format("board-%s", id), "Ada", 3);
    tr_run_task(ev, life_task);
}

TR_ASYNC(life_board_leave)
{
    char id[16];
    tr_route_param(ev, "id", id, sizeof id);
    tell("leave", id);
    ck_assert_str_eq(tr_event_text(ev, ""), ui_format("/board/%s", id));
}

TR_SYNC(card_enter)
{
    char id[16];
    tr_route_param(ev, "card", id, sizeof id);
    ui_set_textf(ev, "card", "card %s is there", id);
}

// Not of the view's enter: what the view has joined is its own all the same.
TR_ASYNC(life_rename)
{
    tr_presence_join(ev, "board-1", "Ada Lovelace", 12);
}

static ui_control *board(tr_event *ev)
{
    char id[16];
    tr_route_param(ev, "id", id, sizeof id);
    return ui_view(
        UI(ui_text(ui_format("board %s", id)), ui_button("rename", .on_click = life_rename)));
}

static ui_control *card(tr_event *ev)
{
    (void)ev;
    return ui_view(UI(ui_text("", .key = "card")));
}

static void count_one(void *arg, const char *who, const void *meta, size_t size)
{
    (void)who;
    (void)size;
    ck_assert_uint_eq((uintptr_t)meta % _Alignof(max_align_t), 0); // it may be a struct
    ++*(int *)arg;
}

static int present;
TR_ASYNC(life_count)
{
    present = 0;
    for (int i = 1; i <= 2; i++)
        (void)tr_presence_list(ev, ui_format("board-%d", i), count_one, &present);
    (void)tr_presence_list(ev, "everywhere", count_one, &present);
    (void)tr_presence_list(ev, "late", count_one, &present);
}

TR_ASYNC(life_tell)
{
    tr_publish(ev, "news", "x", 1);
}

TR_ASYNC(life_stay)
{
    tr_presence_stay(ev, "everywhere", "Ada", 3);
}

TR_ASYNC(life_add)
{
    struct state *state = tr_state(ev);
    state->number++;
}

static ui_control *home(tr_event *ev)
{
    (void)ev;
    return ui_view(
        UI(ui_button("count", .on_click = life_count), ui_button("tell", .on_click = life_tell),
           ui_button("stay", .on_click = life_stay), ui_button("add", .on_click = life_add)));
}

static void on_end(tr_event *ev)
{
    struct state *state = tr_state(ev);
    ended = state->number;
    codes[0] = tr_sleep(ev, 10);
}

static const tr_app app = {.name = "Views",
                           .on_end = on_end,
                           TR_STATE(struct state),
                           TR_ROUTES(TR_ROUTE("/", home),
                                     TR_ROUTE("/board/:id", board, .on_enter = life_board_enter,
                                              .on_leave = life_board_leave),
                                     TR_ROUTE("/board/:id/:card", card, .on_enter = card_enter))};

static void set_up(void)
{
    clear();
    ended = -1;
    page = tr_test_open(&app, &(tr_test_options){.session_timeout_ms = 60000});
}

static void tear_down(void)
{
    tr_test_close(&page);
}

static int count_present(void)
{
    tr_test_go(page, "/");
    tr_test_click(page, .text = "count");
    return present;
}

START_TEST(a_view_comes_and_goes)
{
    tr_test_go(page, "/board/1");
    ck_assert_str_eq(story, "enter 1");
    tr_test_go(page, "/board/1?sort=name");
    ck_assert_str_eq(story, "enter 1");
    clear();
    tr_test_go(page, "/board/2");
    ck_assert_str_eq(story, "leave 1, enter 2, task cancelled");
    clear();
    tr_test_go(page, "/");
    ck_assert_str_eq(story, "leave 2, task cancelled");
}
END_TEST

START_TEST(what_it_started_ends_with_it)
{
    tr_test_go(page, "/board/1");
    clear();
    tr_test_advance(page, 1000);
    ck_assert_str_eq(story, "beat 1");
    ck_assert_int_eq(count_present(), 0);
    ck_assert_int_eq(codes[0], TR_ECANCELLED);
    for (int i = 1; i < 4; i++)
        ck_assert_int_eq(codes[i], TR_ECANCELLED); // it is too late for more
    clear();
    tr_test_click(page, .text = "tell");
    tr_test_advance(page, 5000);
    ck_assert_str_eq(story, "");
}
END_TEST

START_TEST(who_joins_again_in_a_view_leaves_with_it)
{
    tr_test_go(page, "/board/1");
    tr_test_click(page, .text = "rename");
    ck_assert_int_eq(count_present(), 0);
}
END_TEST

START_TEST(one_below_another_stays)
{
    tr_test_go(page, "/board/1/7");
    ck_assert_str_eq(story, "enter 1");
    tr_test_wait_for(page, 10000, .text = "card 7 is there");
    clear();
    tr_test_advance(page, 1000);
    ck_assert_str_eq(story, "beat 1"); // its own address, not the one on top
    clear();
    tr_test_go(page, "/board/1");
    ck_assert_str_eq(story, "");
    tr_test_go(page, "/board/2/7");
    ck_assert_str_eq(story, "leave 1, enter 2, task cancelled");
}
END_TEST

START_TEST(a_first_page_is_entered)
{
    tr_test_page *other = tr_test_open_another(page, &(tr_test_options){.route = "/board/2"});
    ck_assert_str_eq(story, "enter 2");
    ck_assert_int_eq(count_present(), 1);
    tr_test_drop(other);
    ck_assert_int_eq(count_present(), 1);
    tr_test_advance(page, 4000);
    ck_assert_int_eq(count_present(), 1);
    tr_test_advance(page, 1100);
    ck_assert_int_eq(count_present(), 0);
    tr_test_resume(other);
    ck_assert_int_eq(count_present(), 1);
    tr_test_close(&other);
}
END_TEST

START_TEST(presence_that_stays_is_there_without_a_browser)
{
    tr_test_page *other = tr_test_open_another(page, NULL);
    tr_test_click(other, .text = "stay");
    tr_test_drop(other);
    tr_test_advance(page, 20000);
    ck_assert_int_eq(count_present(), 1);
    tr_test_advance(page, 60000); // until the session ends
    ck_assert_int_eq(count_present(), 0);
    tr_test_close(&other);
}
END_TEST

START_TEST(a_session_that_ends_is_told)
{
    tr_test_click(page, .text = "add");
    tr_test_drop(page);
    tr_test_advance(page, 59000);
    ck_assert_int_eq(ended, -1);
    tr_test_advance(page, 2000);
    ck_assert_int_eq(ended, 1);
    ck_assert_int_eq(codes[0], TR_ECANCELLED);
}
END_TEST

Suite *session_view_life_suite(void);
Suite *session_view_life_suite(void)
{
    Suite *suite = suite_create("sdk/session/view_life");
    TCase *tests = tcase_create("tests");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_view_comes_and_goes);
    tcase_add_test(tests, what_it_started_ends_with_it);
    tcase_add_test(tests, who_joins_again_in_a_view_leaves_with_it);
    tcase_add_test(tests, one_below_another_stays);
    tcase_add_test(tests, a_first_page_is_entered);
    tcase_add_test(tests, presence_that_stays_is_there_without_a_browser);
    tcase_add_test(tests, a_session_that_ends_is_told);
    suite_add_tcase(suite, tests);
    return suite;
}
