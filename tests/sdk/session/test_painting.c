// Pages that are built for their HTML alone.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "actors/core/core.h"
#include "actors/core/coroutine.h"
#include "base/clock.h"
#include "sdk/roles/sessions_role.h"
#include "sdk/session/painting.h"
#include "testing/lab.h"
#include "troupe/err.h"
#include "troupe/troupe.h"
#include "wire/limits.h"

Suite *sdk_session_painting_suite(void);

// What has run, of all pages.
static struct {
    unsigned builds;
    unsigned paints;
    unsigned mounts;
    unsigned unmounts;
    unsigned heard;
    unsigned ends;
} ran;

TR_ASYNC(painting_hear)
{
    (void)ev;
    ran.heard++;
}

struct painting_part {
    const char *key;
    int number;
};
TR_LAYOUT(struct painting_part, key, number);

static ui_control *part_build(tr_event *ev)
{
    const struct painting_part *self = tr_component_state(ev);
    return ui_text(ui_format("Part %d", self->number));
}

static void part_mount(tr_event *ev)
{
    ran.mounts++;
    (void)tr_run_task(ev, painting_hear);
}

static void part_unmount(tr_event *ev)
{
    (void)ev;
    ran.unmounts++;
}

TR_COMPONENT(painting_part, struct painting_part, .build = part_build, .did_mount = part_mount,
             .will_unmount = part_unmount);
#define painting_part(...) TR_CONTROL(painting_part, struct painting_part, __VA_ARGS__)

// All that goes on while a page lives.
static void begin_all(tr_page *page)
{
    ck_assert_int_eq(tr_subscribe(page, "news", painting_hear), 0);
    ck_assert_int_eq(tr_presence_join(page, "room", "me", 2), 0);
    ck_assert_int_eq(tr_presence_watch(page, "room", painting_hear), 0);
    ck_assert_int_eq(tr_every(page, 10, painting_hear), 0);
    ck_assert_int_ge(tr_start(page, painting_hear), 0);
}

static void build(tr_page *page)
{
    char route[128];
    ran.builds++;
    ran.paints += tr_page_is_first_paint(page);
    tr_page_route(page, route, sizeof route);
    const tr_user *user = tr_user_of(page);
    ui_add(page, ui_text(ui_format("At %s for %s", route, user != NULL ? user->name : "anybody")));
    if (strcmp(route, "/fails") == 0)
        tr_fail(page, "no data");
    if (strcmp(route, "/arabic") == 0)
        ui_set(page, NULL,
               ui_page_props(.rtl = 1, .title = "<Shop>",
                             .locale_configuration =
                                 ui_locale_configuration(.current_locale =
                                                             ui_locale(.language_code = "ar",
                                                                       .country_code = "EG"))));
    if (strcmp(route, "/parts") == 0)
        ui_add(page, painting_part(.number = 7));
    begin_all(page);
    if (strcmp(route, "/slow") == 0)
        (void)tr_sleep(page, 100);
    if (strcmp(route, "/late") == 0)
        (void)tr_sleep(page, 5000);
    ui_add(page, ui_text("All of it"));
}

static void on_end(tr_event *ev)
{
    (void)ev;
    ran.ends++;
}

static const tr_app app = {
    .name = "Painted", .build = build, .on_end = on_end, .first_paint = true};
static const tr_app other = {.name = "Other", .build = build};

static lab *here;

static void set_up_with(const tr_app *which)
{
    memset(&ran, 0, sizeof ran);
    here = tr_lab_start_held(which, 3600000);
}

static void set_up(void)
{
    set_up_with(&app);
}

static void tear_down(void)
{
    tr_lab_stop(&here);
}

typedef struct asked {
    tr_core *core;
    tr_msg_paint_request body;
    bool is_over;
    int status;
    char title[64];
    char summary[512];
    char language[64];
    char html[1024];
    bool is_rtl;
} asked;

static void copy(tr_slice text, char *out, size_t cap)
{
    snprintf(out, cap, "%.*s", (int)text.size, text.size != 0 ? text.data : "");
}

static void ask_in_coroutine(void *arg)
{
    asked *self = arg;
    tr_message *message = NULL;
    self->status =
        tr_coroutine_ask(TR_NOWHERE, tr_address_of(tr_core_node(self->core), 0, TR_SLOT_SESSIONS),
                         TR_MSG_paint_request, &self->body, 10000, &message);
    if (self->status == 0) {
        const tr_msg_paint_answer *answer = TR_BODY(message, paint_answer);
        self->status = (int)answer->status;
        copy(answer->title, self->title, sizeof self->title);
        copy(answer->summary, self->summary, sizeof self->summary);
        copy(answer->language, self->language, sizeof self->language);
        copy(answer->html, self->html, sizeof self->html);
        self->is_rtl = answer->is_rtl;
    }
    tr_message_free(message);
    self->is_over = true;
}

static void ask_on_core(tr_core *core, void *arg)
{
    asked *self = arg;
    self->core = core;
    ck_assert_int_eq(tr_coroutine_start(core, "gateway", ask_in_coroutine, self, NULL), 0);
}

static void begin(asked *self, const char *route)
{
    *self = (asked){.body = {.route = tr_slice_of(route), .client_ip = TR_SLICE("192.0.2.1")}};
    tr_lab_on_core(here, ask_on_core, self);
}

static asked one;

static const asked *paint(const char *route)
{
    begin(&one, route);
    ck_assert(one.is_over);
    return &one;
}

static bool holds(const char *part)
{
    return strstr(one.html, part) != NULL;
}

START_TEST(a_page_is_built_written_and_gone)
{
    paint("/orders");
    ck_assert_int_eq(one.status, 0);
    ck_assert_str_eq(one.html, "<p>At /orders for anybody</p><p>All of it</p>");
    ck_assert_str_eq(one.title, "Painted");
    ck_assert_str_eq(one.summary, "At /orders for anybody All of it");
    ck_assert_str_eq(one.language, "");
    ck_assert_uint_eq(ran.paints, 1);
    ck_assert_uint_eq(tr_lab_session_count(here), 0);
}
END_TEST

// The room is asked by a page that somebody sees.
static void count_present(tr_session *session, void *arg)
{
    *(unsigned *)arg = session->sessions->count;
}

START_TEST(nothing_goes_on_and_nobody_hears_of_it)
{
    unsigned sessions = 0;
    tr_lab_open(here, 0, NULL, true);
    tr_lab_advance(here, 20);
    memset(&ran, 0, sizeof ran);
    paint("/parts");
    ck_assert(holds("<p>Part 7</p>"));
    tr_lab_do(here, 0, count_present, &sessions);
    ck_assert_uint_eq(sessions, 1);
    // Neither that it came nor that it went, to the page that watches.
    unsigned heard = ran.heard;
    ck_assert_uint_eq(heard, 0);
    ck_assert_uint_eq(ran.mounts + ran.unmounts + ran.ends, 0);
}
END_TEST

START_TEST(what_its_build_waits_for_is_waited_for)
{
    begin(&one, "/slow");
    ck_assert(!one.is_over);
    tr_lab_advance(here, 100);
    ck_assert(one.is_over);
    ck_assert(holds("All of it"));
}
END_TEST

START_TEST(what_takes_long_is_left_out)
{
    begin(&one, "/late");
    tr_lab_advance(here, TR_PAINT_BUILD_MS - 1);
    ck_assert(!one.is_over);
    tr_lab_advance(here, 1);
    ck_assert(one.is_over);
    ck_assert_int_eq(one.status, 0);
    ck_assert(holds("At /late") && !holds("All of it"));
    ck_assert_uint_eq(ran.paints, 1);
}
END_TEST

START_TEST(a_page_that_cannot_be_built_is_none)
{
    ck_assert_int_lt(paint("/fails")->status, 0);
    ck_assert_str_eq(one.html, "");
}
END_TEST

START_TEST(its_language_and_direction_are_told)
{
    paint("/arabic");
    ck_assert_str_eq(one.language, "ar-EG");
    ck_assert_str_eq(one.title, "<Shop>"); // plain: the gateway escapes it
    ck_assert(one.is_rtl);
}
END_TEST

START_TEST(it_is_the_page_of_whoever_asks)
{
    one = (asked){.body = {.route = TR_SLICE("/"),
                           .client_ip = TR_SLICE("192.0.2.1"),
                           .user = TR_SLICE("ada"),
                           .user_name = TR_SLICE("Ada")}};
    tr_lab_on_core(here, ask_on_core, &one);
    ck_assert(holds("for Ada"));
    paint("/");
    ck_assert(holds("for anybody"));
}
END_TEST

START_TEST(so_many_are_under_way_at_once)
{
    static asked many[TR_PAINTS_PER_CORE_CAP];
    unsigned refused = 0;
    for (unsigned i = 0; i < TR_PAINTS_PER_CORE_CAP; i++) {
        begin(&many[i], "/late");
        refused += many[i].is_over;
    }
    ck_assert_uint_eq(refused, 0);
    ck_assert_int_eq(paint("/")->status, TR_EUNAVAILABLE);
    tr_lab_advance(here, TR_PAINT_BUILD_MS);
    ck_assert(many[0].is_over && many[TR_PAINTS_PER_CORE_CAP - 1].is_over);
    ck_assert_int_eq(paint("/")->status, 0);
}
END_TEST

START_TEST(a_route_is_as_long_as_one_may_be)
{
    static char route[TR_ROUTE_CAP_BYTES + 2];
    memset(route, 'a', sizeof route - 1);
    route[0] = '/';
    ck_assert_int_eq(paint(route)->status, TR_EUNAVAILABLE);
    route[TR_ROUTE_CAP_BYTES] = '\0';
    ck_assert_int_eq(paint(route)->status, 0);
}
END_TEST

static void spend_all(tr_core *core, void *arg)
{
    tr_sessions *sessions = tr_core_role(core, TR_ROLE_SLOT_SDK);
    uint64_t second_ns = 1000000000;
    bool *may = arg;
    may[0] = tr_paintings_may_begin(sessions);
    // A second of the core thread's time, just now.
    tr_paintings_spend(sessions, tr_clock_ns() - second_ns);
    may[1] = tr_paintings_may_begin(sessions);
    sessions->paint_due_ns = tr_clock_ns();
    may[2] = tr_paintings_may_begin(sessions);
}

START_TEST(it_has_a_share_of_the_time_and_no_more)
{
    bool may[3];
    tr_lab_on_core(here, spend_all, may);
    ck_assert(may[0] && !may[1] && may[2]);
}
END_TEST

START_TEST(an_app_that_has_not_asked_for_it_is_not_built)
{
    set_up_with(&other);
    ck_assert_int_eq(paint("/")->status, TR_EUNAVAILABLE);
    ck_assert_uint_eq(ran.builds, 0);
    tear_down();
}
END_TEST

Suite *sdk_session_painting_suite(void)
{
    Suite *suite = suite_create("sdk/session/painting");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_add_test(all, a_page_is_built_written_and_gone);
    tcase_add_test(all, nothing_goes_on_and_nobody_hears_of_it);
    tcase_add_test(all, what_its_build_waits_for_is_waited_for);
    tcase_add_test(all, what_takes_long_is_left_out);
    tcase_add_test(all, a_page_that_cannot_be_built_is_none);
    tcase_add_test(all, its_language_and_direction_are_told);
    tcase_add_test(all, it_is_the_page_of_whoever_asks);
    tcase_add_test(all, so_many_are_under_way_at_once);
    tcase_add_test(all, a_route_is_as_long_as_one_may_be);
    tcase_add_test(all, it_has_a_share_of_the_time_and_no_more);
    suite_add_tcase(suite, all);
    TCase *off = tcase_create("off");
    tcase_add_test(off, an_app_that_has_not_asked_for_it_is_not_built);
    suite_add_tcase(suite, off);
    return suite;
}
