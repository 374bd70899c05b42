// Components (troupe/pages/component.h) as an author's page uses them.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "sdk/session/component.h"
#include "sdk/session/handler_table.h"
#include "testing/lab.h"
#include "troupe/err.h"
#include "troupe/test.h"
#include "troupe/troupe.h"

static tr_test_page *page;

// The events, in order: "build a mount a …".
static char story[1024];

static void tell(const char *what, const char *who)
{
    size_t at = strlen(story);
    snprintf(story + at, sizeof story - at, "%s%s %s", at != 0 ? " " : "", what, who);
}

static void story_is(const char *expected)
{
    ck_assert_str_eq(story, expected);
    story[0] = '\0';
}

// -- a component with everything --

struct leaf {
    const char *key;
    char name[8];
    int count;
    char shown[8];
};
TR_LAYOUT(struct leaf, key, name, count, shown);

static int leaf_codes[4];

TR_ASYNC(component_count)
{
    struct leaf *self = tr_component_state(ev);
    self->count++;
    ui_set_textf(ev, "number", "%d", self->count);
    ui_set_textf(ev, "said", "%s has %d", self->name, self->count);
}

TR_SYNC(component_count_sync)
{
    leaf_codes[0] = tr_component_state(ev) == NULL;
    leaf_codes[1] = tr_component_update(ev);
    ui_set_text(ev, "number", "thread");
}

TR_ASYNC(component_beat)
{
    struct leaf *self = tr_component_state(ev);
    tell(tr_event_name(ev), self->name);
}

static int task_end;
TR_ASYNC(component_task)
{
    task_end = tr_sleep(ev, 3600000);
    tell(tr_component_state(ev) == NULL ? "gone" : "there", tr_err_name(task_end));
}

static ui_control *leaf_build(tr_event *ev)
{
    const struct leaf *self = tr_component_state(ev);
    tell("build", self->name);
    return ui_row(UI(ui_text(ui_format("%d", self->count), .key = "number"),
                     ui_text(self->shown, .key = "shown"),
                     ui_button("Count", .on_click = component_count),
                     ui_button("Thread", .on_click = component_count_sync)));
}

static void leaf_update(tr_event *ev)
{
    struct leaf *self = tr_component_state(ev);
    const struct leaf *given = tr_component_given(ev);
    tell("update", given->shown);
    memcpy(self->shown, given->shown, sizeof self->shown);
}

static void leaf_mount(tr_event *ev)
{
    struct leaf *self = tr_component_state(ev);
    tell(tr_event_name(ev), self->name);
    ck_assert_int_gt(tr_run_task(ev, component_task), 0);
    ck_assert_int_eq(tr_every(ev, 60000, component_beat), 0);
}

static void leaf_unmount(tr_event *ev)
{
    struct leaf *self = tr_component_state(ev);
    tell("unmount", self->name);
    leaf_codes[2] = ui_set_textf(ev, "said", "%s went", self->name);
}

TR_COMPONENT(component_leaf, struct leaf, .version = 3, .build = leaf_build,
             .before_update = leaf_update, .did_mount = leaf_mount, .will_unmount = leaf_unmount);
#define leaf(...) TR_CONTROL(component_leaf, struct leaf, __VA_ARGS__)

// -- one of others --

struct pair {
    const char *key;
    char name[8];
};
TR_LAYOUT(struct pair, key, name);

static ui_control *pair_build(tr_event *ev)
{
    const struct pair *self = tr_component_state(ev);
    tell("build", self->name);
    return ui_column(UI(leaf(.key = "number", .name = "l1"), leaf(.name = "l2")));
}

static void pair_mount(tr_event *ev)
{
    tell("mount", ((struct pair *)tr_component_state(ev))->name);
}

static void pair_unmount(tr_event *ev)
{
    tell("unmount", ((struct pair *)tr_component_state(ev))->name);
}

TR_COMPONENT(component_pair, struct pair, .build = pair_build, .did_mount = pair_mount,
             .will_unmount = pair_unmount);
#define pair(...) TR_CONTROL(component_pair, struct pair, __VA_ARGS__)

// -- one that is a function of what it is given --

struct label {
    const char *key;
    char text[16];
};
TR_LAYOUT(struct label, key, text);

static ui_control *label_build(tr_event *ev)
{
    const struct label *self = tr_component_state(ev);
    return ui_text(self->text);
}

TR_COMPONENT(component_label, struct label, .build = label_build);
#define label(...) TR_CONTROL(component_label, struct label, __VA_ARGS__)

// -- the page --

static void show_leaves(tr_event *ev, const char *first, const char *second, const char *shown)
{
    struct leaf one = {.key = first}, two = {.key = second};
    snprintf(one.name, sizeof one.name, "%s", first);
    snprintf(two.name, sizeof two.name, "%s", second);
    snprintf(one.shown, sizeof one.shown, "%s", shown);
    ui_set_children(
        ev, "place",
        UI_LIST(tr_component_new(component_leaf, &one), tr_component_new(component_leaf, &two)));
}

TR_ASYNC(component_show)
{
    show_leaves(ev, "a", "b", "x");
}

TR_SYNC(component_show_sync)
{
    show_leaves(ev, "a", "b", "x");
}

TR_ASYNC(component_swap)
{
    show_leaves(ev, "b", "a", "y");
}

TR_ASYNC(component_show_pair)
{
    ui_set_children(ev, "place", UI_LIST(pair(.key = "p", .name = "p")));
}

TR_ASYNC(component_show_label)
{
    static unsigned char times;
    struct label given = {.key = "l"};
    snprintf(given.text, sizeof given.text, "label %d", ++times);
    ui_set_children(ev, "place", UI_LIST(tr_component_new(component_label, &given)));
}

TR_ASYNC(component_clear)
{
    ui_clear(ev, "place");
}

TR_ASYNC(component_outside)
{
    leaf_codes[3] = ui_set_text(ev, "number", "from outside");
}

static void build(tr_page *on)
{
    ui_add(on, ui_row(UI(ui_button("Show", .on_click = component_show),
                         ui_button("Show sync", .on_click = component_show_sync),
                         ui_button("Swap", .on_click = component_swap),
                         ui_button("Pair", .on_click = component_show_pair),
                         ui_button("Label", .on_click = component_show_label),
                         ui_button("Clear", .on_click = component_clear),
                         ui_button("Outside", .on_click = component_outside))));
    ui_add(on, ui_text("", .key = "said"));
    ui_add(on, ui_column(.key = "place"));
}

static const tr_app app = {.name = "Components", .build = build};

static void set_up(void)
{
    story[0] = '\0';
    task_end = 1;
    memset(leaf_codes, 0, sizeof leaf_codes);
    page = tr_test_open(&app, NULL);
}

static void tear_down(void)
{
    tr_test_close(&page);
}

START_TEST(hooks_come_in_order)
{
    tr_test_click(page, .text = "Pair");
    tr_test_expect_count(page, 2, .text = "Count");
    story_is("build p build l1 mount l1 build l2 mount l2 mount p");
    tr_test_click(page, .text = "Clear");
    tr_test_expect_none(page, .text = "Count");
    story_is("unmount p unmount l1 unmount l2 gone TR_ECANCELLED gone TR_ECANCELLED");
    ck_assert_int_eq(task_end, TR_ECANCELLED);
}
END_TEST

START_TEST(keys_are_an_instances_own)
{
    tr_test_click(page, .text = "Show");
    tr_test_click(page, .text = "Count", .within = "b");
    tr_test_click(page, .text = "Count", .within = "b");
    tr_test_click(page, .text = "Count", .within = "a");
    ck_assert_str_eq(tr_test_text(page, .key = "number", .within = "b"), "2");
    ck_assert_str_eq(tr_test_text(page, .key = "number", .within = "a"), "1");
    tr_test_expect(page, .key = "said", .text = "a has 1");
    tr_test_click(page, .text = "Outside");
    tr_test_expect_count(page, 2, .key = "number");
    ck_assert_int_eq(leaf_codes[3], TR_ENOTFOUND);
    // An instance may have the key of a control inside another.
    tr_test_click(page, .text = "Pair");
    tr_test_click(page, .text = "Count", .nth = 1);
    tr_test_expect(page, .text = "1", .within = "number");
    tr_test_expect_count(page, 1, .text = "0");
}
END_TEST

START_TEST(instances_are_found_again_by_key)
{
    tr_test_click(page, .text = "Show");
    tr_test_click(page, .text = "Count", .within = "a");
    story_is("build a mount a build b mount b");
    tr_test_click(page, .text = "Show");
    tr_test_expect_count(page, 1, .text = "x");
    story_is("");
    tr_test_click(page, .text = "Swap");
    tr_test_expect(page, .text = "y", .within = "b");
    tr_test_expect(page, .text = "1", .within = "a");
    story_is("update y build b update  build a");
}
END_TEST

START_TEST(without_a_hook_it_becomes_what_it_is_given)
{
    tr_test_click(page, .text = "Label");
    tr_test_expect(page, .has = "label");
    tr_test_click(page, .text = "Label");
    tr_test_expect(page, .text = "label 2", .within = "l");
    tr_test_expect_count(page, 1, .has = "label ");
    // Another component of the same key is another instance.
    tr_test_click(page, .text = "Pair");
    tr_test_expect_none(page, .has = "label ");
}
END_TEST

START_TEST(a_sync_handler_adds_them_and_has_their_keys)
{
    tr_test_click(page, .text = "Show sync");
    tr_test_expect_count(page, 2, .text = "Thread");
    tr_test_click(page, .text = "Thread", .within = "b");
    tr_test_expect(page, .text = "thread", .within = "b");
    tr_test_expect_none(page, .text = "thread", .within = "a");
    ck_assert_int_eq(leaf_codes[0], 1);
    ck_assert_int_eq(leaf_codes[1], TR_EWRONGTHREAD);
    tr_test_expect_log(page, "component_misuse");
}
END_TEST

START_TEST(intervals_are_an_instances_own_and_end_with_it)
{
    tr_test_click(page, .text = "Show");
    story[0] = '\0';
    tr_test_advance(page, 60000);
    tr_test_expect(page, .text = "Count", .nth = 1);
    ck_assert_ptr_nonnull(strstr(story, "interval a"));
    ck_assert_ptr_nonnull(strstr(story, "interval b"));
    tr_test_click(page, .text = "Clear");
    tr_test_expect(page, .key = "said", .text = "b went");
    ck_assert_int_eq(leaf_codes[2], 0);
    story[0] = '\0';
    tr_test_advance(page, 60000);
    tr_test_expect_none(page, .text = "Count");
    story_is("");
}
END_TEST

START_TEST(the_pages_end_unmounts_all)
{
    tr_test_click(page, .text = "Pair");
    tr_test_expect_count(page, 2, .text = "Count");
    story[0] = '\0';
    tr_test_close(&page);
    ck_assert_ptr_nonnull(strstr(story, "unmount p"));
    ck_assert_ptr_nonnull(strstr(story, "unmount l1"));
    ck_assert_ptr_nonnull(strstr(story, "unmount l2"));
    ck_assert_int_eq(leaf_codes[2], TR_EGONE);
    ck_assert_int_eq(task_end, TR_ECANCELLED);
    page = tr_test_open(&app, NULL);
}
END_TEST

// -- one that rebuilds itself, in a page that does --

struct ticker {
    const char *key;
    int ticks;
};
TR_LAYOUT(struct ticker, key, ticks);

TR_ASYNC(component_tick)
{
    struct ticker *self = tr_component_state(ev);
    self->ticks++;
    if (tr_sleep(ev, 1000) == 0)
        self->ticks += 10;
}

static ui_control *ticker_build(tr_event *ev)
{
    const struct ticker *self = tr_component_state(ev);
    return ui_button(ui_format("%d ticks", self->ticks), .key = "tick", .on_click = component_tick);
}

TR_COMPONENT(component_ticker, struct ticker, .rebuilds = true, .build = ticker_build);
#define ticker(...) TR_CONTROL(component_ticker, struct ticker, __VA_ARGS__)

static int views_built;
TR_ASYNC(component_nothing)
{
}

static ui_control *home(tr_event *ev)
{
    (void)ev;
    views_built++;
    return ui_view(UI(ticker(.key = "one"), ticker(.key = "two"),
                      ui_text(ui_format("built %d", views_built), .key = "built"),
                      ui_button("Again", .on_click = component_nothing)));
}

static const tr_app rebuilding = {
    .name = "Tickers", .rebuilds = true, TR_ROUTES(TR_ROUTE("/", home))};

START_TEST(states_survive_a_page_that_is_built_again)
{
    tr_test_page *tickers = tr_test_open(&rebuilding, NULL);
    tr_test_click(tickers, .key = "tick", .within = "two");
    tr_test_expect(tickers, .text = "1 ticks", .within = "two");
    tr_test_expect(tickers, .text = "0 ticks", .within = "one");
    int before = views_built;
    tr_test_click(tickers, .text = "Again");
    tr_test_expect(tickers, .text = "1 ticks", .within = "two");
    ck_assert_int_gt(views_built, before);
    tr_test_advance(tickers, 1000);
    tr_test_expect(tickers, .text = "11 ticks", .within = "two");
    tr_test_close(&tickers);
}
END_TEST

// -- saved and restored --

// Adds to every instance's count, and returns their sum.
static int add_to_all(tr_session *session, int amount)
{
    uint32_t at = 0;
    int sum = 0;
    void *found;
    while (tr_map_next(&session->instances->by_id, &at, NULL, &found)) {
        struct leaf *state = ((tr_instance *)found)->state;
        sum += state->count += amount;
    }
    return sum;
}

static void save_and_load(tr_session *session, void *arg)
{
    (void)arg;
    tr_buf tree = {0}, states = {0};
    // The states differ from their arguments by now.
    ck_assert_int_eq(add_to_all(session, 100), 4 + 7 + 200);
    tr_tree_save(session->tree, tr_handler_name, &tree);
    tr_instances_save(session, &states);
    // As on another process: nothing of it is there but what was saved.
    tr_instances_free(session);
    tr_tree_free(session->tree);
    ck_assert_int_eq(tr_tree_load(tr_buf_slice(&tree), tr_handler_find, &session->tree), 0);
    ck_assert_int_eq(tr_instances_load(session, tr_buf_slice(&states)), 0);
    ck_assert_int_eq(add_to_all(session, 0), 4 + 7 + 200);
    ck_assert_int_eq(tr_instances_load(session, (tr_slice){"\x91\x94", 2}), TR_EMALFORMED);
    tr_components_restore(session);
    tr_buf_done(&tree);
    tr_buf_done(&states);
}

static void count_instances(tr_session *session, void *arg)
{
    *(uint32_t *)arg = session->instances != NULL ? session->instances->by_id.count : 0;
}

static void build_two(tr_page *on)
{
    ui_add(on, ui_text("", .key = "said"));
    ui_add(on, leaf(.key = "a", .name = "a", .count = 4));
    ui_add(on, leaf(.key = "b", .name = "b", .count = 7));
}

static const tr_app two = {.name = "Two", .build = build_two};

START_TEST(states_are_saved_and_loaded)
{
    lab *here = tr_lab_start(&two, 3600000);
    tr_lab_open(here, 0, NULL, true);
    story_is("build a mount a build b mount b");
    tr_lab_do(here, 0, save_and_load, NULL);
    // The old tasks hold instances that are gone; the new ones have begun.
    ck_assert_ptr_nonnull(strstr(story, "restore a"));
    ck_assert_ptr_nonnull(strstr(story, "restore b"));
    ck_assert_ptr_null(strstr(story, "build"));
    uint32_t count = 0;
    tr_lab_do(here, 0, count_instances, &count);
    ck_assert_uint_eq(count, 2);
    tr_lab_stop(&here);
    ck_assert_ptr_nonnull(strstr(story, "unmount a"));
}
END_TEST

Suite *sdk_component_suite(void);
Suite *sdk_component_suite(void)
{
    Suite *suite = suite_create("sdk/session/component");
    TCase *tests = tcase_create("tests");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, hooks_come_in_order);
    tcase_add_test(tests, keys_are_an_instances_own);
    tcase_add_test(tests, instances_are_found_again_by_key);
    tcase_add_test(tests, without_a_hook_it_becomes_what_it_is_given);
    tcase_add_test(tests, a_sync_handler_adds_them_and_has_their_keys);
    tcase_add_test(tests, intervals_are_an_instances_own_and_end_with_it);
    tcase_add_test(tests, the_pages_end_unmounts_all);
    suite_add_tcase(suite, tests);
    TCase *others = tcase_create("others");
    tcase_set_timeout(others, 60);
    tcase_add_test(others, states_survive_a_page_that_is_built_again);
    tcase_add_test(others, states_are_saved_and_loaded);
    suite_add_tcase(suite, others);
    return suite;
}
