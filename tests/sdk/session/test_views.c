// Views and routes (troupe/pages/route.h), as a browser sees them.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "testing/lab.h"
#include "troupe/troupe.h"
#include "wire/flet.h"
#include "wire/limits.h"
#include "wire/writer.h"

static lab *here;
static const lab_connection *browser;
static char pushed[64];  // the last address the browser was sent to
static char address[64]; // the address that the browser knows
static int results[4];
static unsigned result_count;

// -- an app with routes --

static void go(tr_event *ev)
{
    results[0] = tr_push_route(ev, "/todo/7?x=1");
}

TR_ASYNC(views_go)
{
    go(ev);
}

TR_SYNC(views_go_sync)
{
    go(ev);
    char id[16];
    results[1] = tr_route_param(ev, "id", id, sizeof id);
    ui_set_text(ev, "said", id);
}

TR_ASYNC(views_back)
{
    results[0] = tr_go_back(ev);
}

TR_ASYNC(views_bad)
{
    static char far[TR_ROUTE_CAP_BYTES + 2];
    memset(far, 'a', sizeof far - 1);
    far[0] = '/';
    results[0] = tr_push_route(ev, "todo");
    results[1] = tr_push_route(ev, "//evil.example");
    results[2] = tr_push_route(ev, far);
    results[3] = tr_push_route(ev, NULL);
    ui_set_text(ev, "said", "refused");
}

TR_ASYNC(views_changed)
{
    ui_set_textf(ev, "said", "at %s", tr_event_field_text(ev, "route", "?"));
}

static ui_control *home(tr_event *ev)
{
    ui_on(ev, NULL, "route_change", views_changed);
    return ui_view(UI(
        ui_text("", .key = "said"), ui_button("go", .key = "go", .on_click = views_go),
        ui_button("go sync", .on_click = views_go_sync), ui_button("bad", .on_click = views_bad)));
}

static ui_control *list(tr_event *ev)
{
    (void)ev;
    return ui_text("the list");
}

static ui_control *todo(tr_event *ev)
{
    char id[16], x[16];
    tr_route_param(ev, "id", id, sizeof id);
    tr_route_query(ev, "x", x, sizeof x);
    ui_set_string(ev, NULL, "title", ui_format("Todo %s", id));
    return ui_view(.appbar = ui_app_bar(.title = ui_format("Todo %s", id)),
                   UI(ui_text(ui_format("x is '%s'", x), .key = "x"),
                      ui_button("back", .on_click = views_back)));
}

static ui_control *slow(tr_event *ev)
{
    (void)tr_sleep(ev, 50);
    return ui_text("slow");
}

static const tr_app routed = {.name = "Todos",
                              TR_ROUTES(TR_ROUTE("/", home), TR_ROUTE("/todo", list),
                                        TR_ROUTE("/todo/:id", todo), TR_ROUTE("/slow", slow))};

// -- an app with a stack of its own --

TR_SYNC(views_pop)
{
    results[0] = tr_pop_view(ev);
    results[1] = tr_pop_view(ev);
    results[2] = tr_pop_view(ev);
    ui_set_text(ev, "said", "popped");
}

TR_ASYNC(views_push)
{
    results[0] =
        tr_push_view(ev, ui_view(UI(ui_text("above"), ui_button("pop", .on_click = views_pop))));
    results[1] = tr_push_view(ev, ui_view(.route = "/named", UI(ui_text("named"))));
    results[2] = tr_push_view(ev, ui_view(.route = "/named"));
    results[3] = tr_push_view(ev, ui_text("no view"));
}

static void build_own(tr_page *page)
{
    ui_add(page, ui_button("push", .on_click = views_push));
    ui_add(page, ui_text("below"));
    ui_add(page, ui_text("", .key = "said"));
}

static const tr_app own = {.name = "Own", .build = build_own};

// -- looking --

static void on_packet(void *arg, unsigned n, const void *bytes, size_t size)
{
    (void)arg;
    (void)n;
    cm_value *packet = tr_cm_decode((const char *)bytes + 1, size - 1);
    if (tr_cm_integer(packet->items[0]) == TR_FLET_INVOKE) {
        cm_value *call = packet->items[1];
        ck_assert_str_eq(tr_cm_text(tr_cm_get(call, "name")), "push_route");
        snprintf(pushed, sizeof pushed, "%s",
                 tr_cm_text(tr_cm_get(tr_cm_get(call, "args"), "route")));
        snprintf(address, sizeof address, "%s", pushed);
        result_count++;
    }
    tr_cm_free(packet);
}

static void visit(const char *route, const char *session)
{
    tr_buf page = {0};
    tr_buf packet = {0};
    tr_write_map(&page, 1);
    tr_write_literal(&page, "route");
    tr_write_literal(&page, route);
    tr_flet_write_client_register(&packet, tr_slice_of(session), TR_SLICE(""),
                                  (tr_slice){(const char *)page.data, (uint32_t)page.size});
    tr_lab_register(here, 0, packet.data, packet.size, "127.0.0.1", "test");
    tr_buf_done(&page);
    tr_buf_done(&packet);
}

static void start(const tr_app *app, const char *route)
{
    pushed[0] = address[0] = '\0';
    result_count = 0;
    memset(results, 0x55, sizeof results);
    here = tr_lab_start(app, 3600000);
    tr_lab_watch(here, NULL, NULL);
    visit(route, NULL);
    browser = tr_lab_look(here, 0);
    tr_lab_watch(here, on_packet, NULL);
}

// The model of the browser hears only of what the server sends.
static void know_address(void)
{
    tr_buf props = {0};
    tr_write_map(&props, 1);
    tr_write_literal(&props, "route");
    tr_write_literal(&props, address);
    cm_client *page = (cm_client *)(uintptr_t)&tr_lab_look(here, 0)->page;
    ck_assert(address[0] == '\0' || tr_cm_update(page, 1, props.data, props.size) == 0);
    tr_buf_done(&props);
}

static void tear_down(void)
{
    know_address();
    tr_buf why = {0};
    ck_assert_msg(tr_lab_is_same(here, 0, &why), "%s", tr_buf_text(&why));
    tr_buf_done(&why);
    tr_lab_stop(&here);
}

static cm_value *page_map(void)
{
    return browser->page.page;
}

// The routes on the stack, and the title: "/ /todo | Todos".
static const char *stack(void)
{
    static char text[256];
    int length = 0;
    const cm_value *views = tr_cm_get(page_map(), "views");
    for (uint32_t i = 0; i < views->count; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, "%s ",
                           tr_cm_text(tr_cm_get(views->items[i], "route")));
    snprintf(text + length, sizeof text - (size_t)length, "| %s",
             tr_cm_text(tr_cm_get(page_map(), "title")));
    return text;
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

static const char *said(const char *key)
{
    const cm_value *control = find(page_map(), "key", key);
    return control != NULL ? tr_cm_text(tr_cm_get(control, "value")) : "(none)";
}

static void press(const char *label)
{
    const cm_value *button = find(page_map(), "content", label);
    ck_assert_ptr_nonnull(button);
    tr_lab_event(here, 0, (uint32_t)tr_cm_integer(tr_cm_get(button, "_i")), "click");
}

// Pool threads take their time, and what they change comes in parts: looked at on the core thread,
// which takes the packets.
static bool (*wanted)(void);
static bool is_there;
static unsigned seen_packets;

static void look(tr_session *session, void *arg)
{
    (void)session;
    (void)arg;
    is_there = wanted();
    seen_packets = browser->packets;
}

static void wait_until(bool (*holds)(void))
{
    wanted = holds;
    for (;;) {
        tr_lab_do(here, 0, look, NULL);
        if (is_there)
            return;
        ck_assert(tr_lab_wait_for_packets(here, 0, seen_packets + 1));
    }
}

static bool has_said_7(void)
{
    return strcmp(said("said"), "7") == 0;
}

static bool has_popped(void)
{
    return strcmp(said("said"), "popped") == 0;
}

static bool is_slow_there(void)
{
    return find(page_map(), "value", "slow") != NULL;
}

// As the browser says it: the property first, then the event.
static void report(const char *event, const char *route)
{
    tr_buf data = {0};
    tr_buf packet = {0};
    tr_write_map(&data, 1);
    tr_write_literal(&data, "route");
    tr_write_literal(&data, route);
    tr_slice map = {(const char *)data.data, (uint32_t)data.size};
    if (strcmp(event, "route_change") == 0) {
        snprintf(address, sizeof address, "%s", route);
        tr_flet_write_client_update(&packet, 1, map);
        ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
        packet.size = 0;
    }
    tr_flet_write_client_event(&packet, 1, tr_slice_of(event), map);
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&data);
    tr_buf_done(&packet);
}

// -- tests --

START_TEST(a_deep_link_has_the_views_of_the_way_there_below_it)
{
    start(&routed, "/todo/3?x=a+b");
    ck_assert_str_eq(stack(), "/ /todo /todo/3 | Todo 3");
    ck_assert_str_eq(said("x"), "x is 'a b'");
    ck_assert_ptr_nonnull(find(page_map(), "value", "the list"));
}
END_TEST

START_TEST(going_somewhere_builds_its_views_at_once_and_tells_the_browser)
{
    start(&routed, "/");
    ck_assert_str_eq(stack(), "/ | Todos");
    press("go");
    ck_assert_int_eq(results[0], 0);
    ck_assert_str_eq(pushed, "/todo/7?x=1");
    ck_assert_str_eq(stack(), "/ /todo /todo/7 | Todo 7");
    ck_assert_str_eq(said("said"), "at /todo/7?x=1");
}
END_TEST

START_TEST(what_the_browser_reports_of_it_is_no_news)
{
    start(&routed, "/");
    press("go");
    unsigned packets = tr_lab_look(here, 0)->packets;
    report("route_change", "/todo/7?x=1");
    report("route_change", "/todo/7?x%3D1");
    ck_assert_uint_eq(tr_lab_look(here, 0)->packets, packets);
}
END_TEST

START_TEST(the_browsers_back_keeps_the_views_that_stay)
{
    start(&routed, "/");
    int64_t before = tr_cm_integer(tr_cm_get(find(page_map(), "key", "go"), "_i"));
    press("go");
    report("route_change", "/");
    ck_assert_str_eq(stack(), "/ | Todos");
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(find(page_map(), "key", "go"), "_i")), before);
    ck_assert_str_eq(said("said"), "at /");
    report("route_change", "/todo/7");
    ck_assert_str_eq(stack(), "/ /todo /todo/7 | Todo 7");
}
END_TEST

START_TEST(another_query_builds_the_same_view_again)
{
    start(&routed, "/todo/3?x=1");
    const cm_value *views = tr_cm_get(page_map(), "views");
    int64_t before = tr_cm_integer(tr_cm_get(views->items[2], "_i"));
    report("route_change", "/todo/3?x=2");
    ck_assert_str_eq(said("x"), "x is '2'");
    ck_assert_int_eq(tr_cm_integer(tr_cm_get(tr_cm_get(page_map(), "views")->items[2], "_i")),
                     before);
    report("route_change", "/todo/4?x=2");
    ck_assert_int_ne(tr_cm_integer(tr_cm_get(tr_cm_get(page_map(), "views")->items[2], "_i")),
                     before);
    ck_assert_str_eq(stack(), "/ /todo /todo/4 | Todo 4");
}
END_TEST

START_TEST(the_arrow_leads_to_the_view_below_with_the_address_it_had)
{
    start(&routed, "/todo?page=2");
    report("route_change", "/todo/3");
    report("view_pop", "/todo/3");
    ck_assert_str_eq(pushed, "/todo?page=2");
    ck_assert_str_eq(stack(), "/ /todo | Todos");
    // It may come twice, or of a view that is gone.
    report("view_pop", "/todo/3");
    ck_assert_uint_eq(result_count, 1);
    ck_assert_str_eq(stack(), "/ /todo | Todos");
}
END_TEST

START_TEST(a_handler_can_go_back)
{
    start(&routed, "/todo/3");
    press("back");
    ck_assert_int_eq(results[0], 0);
    ck_assert_str_eq(pushed, "/todo");
    ck_assert_str_eq(stack(), "/ /todo | Todos");
}
END_TEST

START_TEST(an_address_that_leads_nowhere_says_so_with_a_way_home)
{
    start(&routed, "/no/such/place");
    ck_assert_str_eq(stack(), "/ /no/such/place | Todos");
    ck_assert_ptr_nonnull(find(page_map(), "value", "There is no page at this address."));
    report("route_change", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s");
    ck_assert_ptr_nonnull(find(page_map(), "value", "There is no page at this address."));
}
END_TEST

START_TEST(bad_addresses_are_refused)
{
    start(&routed, "/");
    press("bad");
    ck_assert_int_eq(results[0], TR_EINVALID);
    ck_assert_int_eq(results[1], TR_EINVALID);
    ck_assert_int_eq(results[2], TR_ETOOBIG);
    ck_assert_int_eq(results[3], TR_EINVALID);
    ck_assert_str_eq(said("said"), "refused");
}
END_TEST

START_TEST(a_sync_handler_goes_and_asks_alike)
{
    start(&routed, "/");
    press("go sync");
    wait_until(has_said_7);
    ck_assert_int_eq(results[0], 0);
    ck_assert_int_eq(results[1], 1);
    ck_assert_str_eq(stack(), "/ /todo /todo/7 | Todo 7");
}
END_TEST

START_TEST(a_build_that_waits_gives_way_to_the_next_address)
{
    start(&routed, "/");
    report("route_change", "/slow");
    ck_assert_str_eq(stack(), "/ | Todos");
    report("route_change", "/todo");
    ck_assert_str_eq(stack(), "/ /todo | Todos");
    report("route_change", "/slow");
    wait_until(is_slow_there);
    ck_assert_str_eq(stack(), "/ /slow | Todos");
}
END_TEST

START_TEST(a_browser_that_comes_back_elsewhere_is_followed)
{
    start(&routed, "/");
    char id[32];
    snprintf(id, sizeof id, "%s", tr_lab_look(here, 0)->session_id);
    tr_lab_detach(here, 0);
    visit("/todo/5", id);
    ck_assert_str_eq(stack(), "/ /todo /todo/5 | Todo 5");
}
END_TEST

START_TEST(an_app_without_routes_has_a_stack_of_its_own)
{
    start(&own, "/");
    press("push");
    ck_assert_int_eq(results[0], 0);
    ck_assert_int_eq(results[1], 0);
    ck_assert_int_eq(results[2], TR_EEXISTS);
    ck_assert_int_eq(results[3], TR_EWRONGTYPE);
    ck_assert_str_eq(stack(), "/ /view-12-1 /named | Own");
    report("view_pop", "/named");
    ck_assert_str_eq(stack(), "/ /view-12-1 | Own");
    press("pop");
    wait_until(has_popped);
    ck_assert_int_eq(results[0], 0);
    ck_assert_int_eq(results[1], TR_ENOTFOUND);
    ck_assert_str_eq(stack(), "/ | Own");
}
END_TEST

Suite *views_suite(void);
Suite *views_suite(void)
{
    Suite *suite = suite_create("sdk/session/views");
    TCase *tcase = tcase_create("views");
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_test(tcase, a_deep_link_has_the_views_of_the_way_there_below_it);
    tcase_add_test(tcase, going_somewhere_builds_its_views_at_once_and_tells_the_browser);
    tcase_add_test(tcase, what_the_browser_reports_of_it_is_no_news);
    tcase_add_test(tcase, the_browsers_back_keeps_the_views_that_stay);
    tcase_add_test(tcase, another_query_builds_the_same_view_again);
    tcase_add_test(tcase, the_arrow_leads_to_the_view_below_with_the_address_it_had);
    tcase_add_test(tcase, a_handler_can_go_back);
    tcase_add_test(tcase, an_address_that_leads_nowhere_says_so_with_a_way_home);
    tcase_add_test(tcase, bad_addresses_are_refused);
    tcase_add_test(tcase, a_sync_handler_goes_and_asks_alike);
    tcase_add_test(tcase, a_build_that_waits_gives_way_to_the_next_address);
    tcase_add_test(tcase, a_browser_that_comes_back_elsewhere_is_followed);
    tcase_add_test(tcase, an_app_without_routes_has_a_stack_of_its_own);
    suite_add_tcase(suite, tcase);
    return suite;
}
