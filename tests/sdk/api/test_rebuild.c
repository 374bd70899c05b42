// Views that are functions of the state (tr_app.rebuilds), as a browser sees them.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "testing/lab.h"
#include "tests/support/system.h"
#include "troupe/troupe.h"
#include "wire/flet.h"
#include "wire/writer.h"

struct rebuilt {
    int count;
    bool is_reversed;
    bool shows;
};
TR_LAYOUT(struct rebuilt, count, is_reversed, shows);

static lab *here;
static int builds;

TR_ASYNC(rebuild_add)
{
    struct rebuilt *state = tr_state(ev);
    if (state != NULL)
        state->count++;
}

TR_SYNC(rebuild_add_sync)
{
    struct rebuilt *state = tr_state(ev);
    if (state != NULL)
        state->count++;
}

// Shows what it has done so far while it waits.
TR_ASYNC(rebuild_twice)
{
    struct rebuilt *state = tr_state(ev);
    if (state != NULL)
        state->count = 100;
    if (tr_sleep(ev, 3600000) == 0 && (state = tr_state(ev)) != NULL)
        state->count = 200;
}

TR_ASYNC(rebuild_reverse)
{
    struct rebuilt *state = tr_state(ev);
    if (state != NULL)
        state->is_reversed = !state->is_reversed;
    ui_add_to(ev, "rows", ui_text("not of the state"));
}

TR_ASYNC(rebuild_nothing)
{
}

// The controls that these name are not on the page yet, but the state has them already.
static int codes[3];

TR_ASYNC(rebuild_show)
{
    struct rebuilt *state = tr_state(ev);
    if (state != NULL)
        state->shows = true;
    codes[0] = ui_focus(ev, "later", .timeout_ms = 1000);
}

TR_ASYNC(rebuild_show_text)
{
    struct rebuilt *state = tr_state(ev);
    if (state != NULL)
        state->shows = true;
    codes[1] = ui_set_string(ev, "later", "label", "set");
}

TR_SYNC(rebuild_show_sync)
{
    struct rebuilt *state = tr_state(ev);
    if (state != NULL)
        state->shows = true;
    tr_state_release(ev);
    codes[2] = ui_focus(ev, "later", .timeout_ms = 1000);
    ui_set_text(ev, "count", "done");
}

static ui_control *row(const char *key)
{
    return ui_text(key, .key = key);
}

static ui_control *home(tr_event *ev)
{
    builds++;
    const struct rebuilt *state = tr_state(ev);
    if (state == NULL)
        return NULL;
    return ui_view(.appbar = ui_app_bar(.title = ui_format("%d so far", state->count)),
                   UI(ui_text_field(.key = "field", .label = "Name"),
                      ui_text(ui_format("%d", state->count), .key = "count"),
                      ui_column(.key = "rows", UI(row(state->is_reversed ? "b" : "a"),
                                                  row(state->is_reversed ? "a" : "b"))),
                      ui_button("add", .on_click = rebuild_add),
                      ui_button("add sync", .on_click = rebuild_add_sync),
                      ui_button("twice", .on_click = rebuild_twice),
                      ui_button("reverse", .on_click = rebuild_reverse),
                      ui_button("show", .on_click = rebuild_show),
                      ui_button("show text", .on_click = rebuild_show_text),
                      ui_button("show sync", .on_click = rebuild_show_sync),
                      state->shows ? ui_text_field(.key = "later") : NULL,
                      ui_button("nothing", .on_click = rebuild_nothing)));
}

static const tr_app app = {
    .name = "Rebuilt", .rebuilds = true, TR_STATE(struct rebuilt), TR_ROUTES(TR_ROUTE("/", home))};

static void set_up(void)
{
    builds = 0;
    here = tr_lab_start(&app, 3600000);
    tr_lab_open(here, 0, NULL, true);
}

static void tear_down(void)
{
    tr_buf why = {0};
    ck_assert_msg(tr_lab_is_same(here, 0, &why), "%s", tr_buf_text(&why));
    tr_buf_done(&why);
    tr_lab_stop(&here);
}

static const cm_value *find(const cm_value *at, const char *name, const char *text)
{
    if (at == NULL || at->kind == CM_SCALAR)
        return NULL;
    if (at->kind == CM_MAP && strcmp(tr_cm_text(tr_cm_get(at, name)), text) == 0)
        return at;
    const cm_value *found = NULL;
    for (uint32_t i = 0; i < at->count && found == NULL; i++)
        found = find(at->kind == CM_MAP ? at->pairs[i].value : at->items[i], name, text);
    return found;
}

static const cm_value *by_key(const char *key)
{
    const cm_value *control = find(tr_lab_look(here, 0)->page.page, "key", key);
    ck_assert_ptr_nonnull(control);
    return control;
}

static int64_t id_of(const char *key)
{
    return tr_cm_integer(tr_cm_get(by_key(key), "_i"));
}

static void press(const char *label)
{
    const cm_value *button = find(tr_lab_look(here, 0)->page.page, "content", label);
    tr_lab_event(here, 0, (uint32_t)tr_cm_integer(tr_cm_get(button, "_i")), "click");
}

static void count_is(const char *text)
{
    ck_assert_str_eq(tr_cm_text(tr_cm_get(by_key("count"), "value")), text);
}

START_TEST(what_a_handler_changes_of_the_state_is_seen)
{
    ck_assert_int_eq(builds, 1);
    count_is("0");
    int64_t before = id_of("count");
    press("add");
    ck_assert_int_eq(builds, 2);
    count_is("1");
    ck_assert_int_eq(id_of("count"), before);
    ck_assert_ptr_nonnull(find(tr_lab_look(here, 0)->page.page, "title", "1 so far"));
}
END_TEST

START_TEST(a_sync_handlers_too)
{
    unsigned packets = tr_lab_look(here, 0)->packets;
    press("add sync");
    ck_assert(tr_lab_wait_for_packets(here, 0, packets + 1));
    count_is("1");
}
END_TEST

START_TEST(it_is_seen_while_the_handler_waits)
{
    press("twice");
    count_is("100");
}
END_TEST

START_TEST(controls_keep_their_identity_and_only_the_state_counts)
{
    int64_t a = id_of("a");
    int64_t b = id_of("b");
    press("reverse");
    const cm_value *rows = tr_cm_get(by_key("rows"), "controls");
    ck_assert_uint_eq(rows->count, 2);
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(rows->items[0], "_i")), b);
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(rows->items[1], "_i")), a);
}
END_TEST

START_TEST(what_was_typed_stays)
{
    tr_buf props = {0};
    tr_buf packet = {0};
    tr_write_map(&props, 1);
    tr_write_literal(&props, "value");
    tr_write_literal(&props, "Ada");
    uint32_t field = (uint32_t)id_of("field");
    tr_flet_write_client_update(&packet, field,
                                (tr_slice){(const char *)props.data, (uint32_t)props.size});
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    cm_client *page = (cm_client *)(uintptr_t)&tr_lab_look(here, 0)->page;
    ck_assert_int_eq(tr_cm_update(page, field, props.data, props.size), 0);
    tr_buf_done(&props);
    tr_buf_done(&packet);
    press("add");
    count_is("1");
    ck_assert_str_eq(tr_cm_text(tr_cm_get(by_key("field"), "value")), "Ada");
}
END_TEST

START_TEST(no_difference_sends_nothing)
{
    unsigned packets = tr_lab_look(here, 0)->packets;
    press("nothing");
    ck_assert_int_eq(builds, 2);
    ck_assert_uint_eq(tr_lab_look(here, 0)->packets, packets);
}
END_TEST

static int focused;

static void count_focus(void *arg, unsigned n, const void *bytes, size_t size)
{
    (void)arg;
    (void)n;
    cm_value *packet = tr_cm_decode((const char *)bytes + 1, size - 1);
    focused += tr_cm_integer(packet->items[0]) == TR_FLET_INVOKE;
    tr_cm_free(packet);
}

static void read_focused(tr_session *session, void *arg)
{
    (void)session;
    *(int *)arg = focused;
}

START_TEST(a_method_acts_on_the_page_that_the_state_is_now)
{
    static const char *const labels[] = {"show", "show sync"};
    int seen = 0;
    focused = 0;
    tr_lab_watch(here, count_focus, NULL);
    press(labels[_i]);
    for (uint64_t end = tr_clock_ms() + TEST_DEADLINE_MS; seen == 0 && tr_clock_ms() < end;)
        tr_lab_do(here, 0, read_focused, &seen);
    ck_assert_int_eq(seen, 1);
    tr_lab_watch(here, NULL, NULL);
}
END_TEST

START_TEST(a_property_is_set_on_the_page_that_the_state_is_now)
{
    codes[1] = 1;
    press("show text");
    ck_assert_int_eq(codes[1], 0);
}
END_TEST

Suite *rebuild_suite(void);
Suite *rebuild_suite(void)
{
    Suite *suite = suite_create("sdk/api/rebuild");
    TCase *tcase = tcase_create("rebuild");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, what_a_handler_changes_of_the_state_is_seen);
    tcase_add_test(tcase, a_sync_handlers_too);
    tcase_add_test(tcase, it_is_seen_while_the_handler_waits);
    tcase_add_test(tcase, controls_keep_their_identity_and_only_the_state_counts);
    tcase_add_test(tcase, what_was_typed_stays);
    tcase_add_test(tcase, no_difference_sends_nothing);
    tcase_add_loop_test(tcase, a_method_acts_on_the_page_that_the_state_is_now, 0, 2);
    tcase_add_test(tcase, a_property_is_set_on_the_page_that_the_state_is_now);
    suite_add_tcase(suite, tcase);
    return suite;
}
