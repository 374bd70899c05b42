// How handlers get at the state of their session (tr_state, TR_WITH_STATE, tr_state_copy).

#include <check.h>
#include <stdatomic.h>
#include <string.h>

#include "troupe/err.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

struct state {
    int count;
    int step;
};
TR_LAYOUT(struct state, count, step);

static tr_test_page *page;
static atomic_int go_on;
static atomic_int result;

static void wait_for(int step)
{
    while (atomic_load(&go_on) < step)
        ;
}

TR_ASYNC(access_add)
{
    struct state *state = tr_state(ev);
    ui_set_textf(ev, "count", "%d", ++state->count);
}

// Works for as long as the test likes, and has the state for a moment only.
TR_SYNC(access_work)
{
    struct state copy;
    atomic_store(&result, tr_state_copy(ev, &copy, sizeof copy));
    ui_set_textf(ev, "work", "began with %d", copy.count);
    wait_for(1);
    TR_WITH_STATE(ev, struct state, state)
    {
        state->count += 100;
    }
    ui_set_text(ev, "work", "gave it back");
    wait_for(2);
}

// Has it, and does not let go.
TR_SYNC(access_hold)
{
    struct state *state = tr_state(ev);
    struct state copy = {0};
    state->count = 7;
    atomic_store(&result, tr_state_copy(ev, &copy, sizeof copy) == 0 ? copy.count : -1);
    ui_set_text(ev, "work", "holds");
    wait_for(1);
}

static void look(tr_event *ev)
{
    struct state copy;
    int code = tr_state_copy(ev, &copy, sizeof copy);
    ui_set_textf(ev, "seen", "%d %d", code, copy.count);
}

TR_ASYNC(access_look)
{
    look(ev);
}

TR_SYNC(access_look_sync)
{
    look(ev);
}

TR_ASYNC(access_other_size)
{
    int number;
    atomic_store(&result, tr_state_copy(ev, &number, sizeof number));
}

TR_ASYNC(access_after_the_end)
{
    struct state *before = tr_state(ev);
    while (tr_sleep(ev, 1000) == 0)
        ;
    struct state *state = tr_state(ev);
    state->count = 5;
    struct state copy;
    atomic_store(&result, state == before ? tr_state_copy(ev, &copy, sizeof copy) : 1);
}

TR_ASYNC(access_waits_to_the_end)
{
    struct state *state = tr_state(ev); // held by another until the page has gone
    atomic_store(&result, ++state->step);
}

TR_SYNC(access_sync_at_the_end)
{
    ui_set_text(ev, "work", "waits");
    (void)tr_sleep(ev, 3600000);
    unsigned blocks = 0;
    TR_WITH_STATE(ev, struct state, state)
    {
        blocks++;
    }
    atomic_store(&result, tr_state(ev) == NULL && blocks == 0 ? 1 : -1);
}

static void build(tr_page *ev)
{
    const struct {
        const char *name;
        const tr_handler *handler;
    } buttons[] = {{"add", access_add},
                   {"work", access_work},
                   {"hold", access_hold},
                   {"look", access_look},
                   {"look sync", access_look_sync},
                   {"other size", access_other_size},
                   {"after the end", access_after_the_end},
                   {"to the end", access_waits_to_the_end},
                   {"sync at the end", access_sync_at_the_end}};
    for (unsigned i = 0; i < sizeof buttons / sizeof *buttons; i++)
        ui_add(ev, ui_button(buttons[i].name, .on_click = buttons[i].handler));
    ui_add(ev, ui_text("", .key = "count"));
    ui_add(ev, ui_text("", .key = "work"));
    ui_add(ev, ui_text("", .key = "seen"));
}

static const tr_app app = {.name = "State", .build = build, TR_STATE(struct state)};
static const tr_app without = {.name = "State", .build = build};

static void open_app(const tr_app *which)
{
    atomic_store(&go_on, 0);
    atomic_store(&result, -1000);
    page = tr_test_open(which, &(tr_test_options){.patience_ms = 50, .session_timeout_ms = 1000});
}

static void set_up(void)
{
    open_app(&app);
}

static void tear_down(void)
{
    atomic_store(&go_on, 9);
    tr_test_close(&page);
}

static void wait_for_result(int wanted)
{
    for (unsigned i = 0; i < 1000 && atomic_load(&result) != wanted; i++)
        tr_test_advance(page, 10);
    ck_assert_int_eq(atomic_load(&result), wanted);
}

START_TEST(others_work_on_the_state_while_a_sync_handler_works)
{
    tr_test_click(page, .text = "add");
    tr_test_click(page, .text = "work");
    tr_test_wait_for(page, 10000, .text = "began with 1");
    tr_test_click(page, .text = "add");
    ck_assert_str_eq(tr_test_text(page, .key = "count"), "2");
    atomic_store(&go_on, 1);
    tr_test_wait_for(page, 10000, .text = "gave it back");
    tr_test_click(page, .text = "add"); // the other one works on
    ck_assert_str_eq(tr_test_text(page, .key = "count"), "103");
}
END_TEST

START_TEST(a_copy_waits_for_nobody)
{
    tr_test_click(page, .text = "add");
    tr_test_click(page, .text = "hold");
    tr_test_wait_for(page, 10000, .text = "holds");
    ck_assert_int_eq(atomic_load(&result), 7); // its own
    tr_test_click(page, .text = _i == 1 ? "look sync" : "look");
    tr_test_wait_for(page, 10000, .text = "0 1");
}
END_TEST

START_TEST(another_size_is_refused)
{
    tr_test_click(page, .text = "other size");
    ck_assert_int_eq(atomic_load(&result), TR_EINVALID);
    tr_test_expect_log(page, "the state has another size");
}
END_TEST

static void end_page(void)
{
    tr_test_drop(page);
    tr_test_advance(page, 3000);
}

START_TEST(an_async_handler_has_it_beyond_the_page)
{
    tr_test_click(page, .text = "after the end");
    end_page();
    wait_for_result(TR_EGONE);
}
END_TEST

START_TEST(an_async_handler_that_waits_for_it_gets_it_at_the_pages_end)
{
    tr_test_click(page, .text = "hold");
    tr_test_wait_for(page, 10000, .text = "holds");
    tr_test_click(page, .text = "to the end");
    ck_assert_int_eq(atomic_load(&result), 7);
    end_page();
    wait_for_result(1);
}
END_TEST

START_TEST(a_sync_handler_has_none_beyond_the_page)
{
    tr_test_click(page, .text = "sync at the end");
    tr_test_wait_for(page, 10000, .text = "waits");
    end_page();
    wait_for_result(1);
}
END_TEST

START_TEST(an_app_without_a_state_is_told_so)
{
    tr_test_close(&page);
    open_app(&without);
    tr_test_click(page, .text = "look");
    ck_assert_str_ne(tr_test_text(page, .key = "seen"), "0 0");
    tr_test_expect_log(page, "another size");
}
END_TEST

Suite *sdk_state_access_suite(void);
Suite *sdk_state_access_suite(void)
{
    Suite *suite = suite_create("sdk/api/state_access");
    TCase *tests = tcase_create("tests");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, others_work_on_the_state_while_a_sync_handler_works);
    tcase_add_loop_test(tests, a_copy_waits_for_nobody, 0, 2);
    tcase_add_test(tests, another_size_is_refused);
    tcase_add_test(tests, an_async_handler_has_it_beyond_the_page);
    tcase_add_test(tests, an_async_handler_that_waits_for_it_gets_it_at_the_pages_end);
    tcase_add_test(tests, a_sync_handler_has_none_beyond_the_page);
    tcase_add_test(tests, an_app_without_a_state_is_told_so);
    suite_add_tcase(suite, tests);
    return suite;
}
