// A page's knowledge of its browser (troupe/pages/page_info.h), and the events that only the server
// has.

#include <check.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "testing/lab.h"
#include "troupe/troupe.h"
#include "wire/flet.h"
#include "wire/writer.h"

static lab *here;
static atomic_int closed;

static void tell(tr_event *ev)
{
    char route[32], platform[16], ip[32], agent[16];
    tr_page_route(ev, route, sizeof route);
    tr_page_platform(ev, platform, sizeof platform);
    tr_page_client_ip(ev, ip, sizeof ip);
    tr_page_user_agent(ev, agent, sizeof agent);
    ui_set_textf(ev, "said", "%.0fx%.0f @%.1f %s %s | %s %s %s %s", tr_page_width(ev),
                 tr_page_height(ev), tr_page_pixel_ratio(ev),
                 tr_page_is_portrait(ev) ? "portrait" : "landscape",
                 tr_page_is_dark(ev) ? "dark" : "light", route, platform, ip, agent);
}

TR_ASYNC(info_tell)
{
    tell(ev);
}

TR_SYNC(info_tell_sync)
{
    tell(ev);
}

TR_ASYNC(info_light)
{
    ui_set_string(ev, NULL, "theme_mode", "light");
    tell(ev);
}

TR_ASYNC(info_heard)
{
    ui_set_text(ev, "heard", tr_event_name(ev));
}

TR_ASYNC(info_closed)
{
    atomic_fetch_add(&closed, 1);
    // Of no use any more, and no harm.
    ui_set_text(ev, "heard", "closed");
    (void)tr_sleep(ev, 1000);
}

static const char *const heard[] = {
    "resize",
    "media_change",
    "platform_brightness_change",
    "app_lifecycle_state_change",
    "keyboard_event",
    "locale_change",
    "route_change",
    "view_pop",
    "connect",
    "disconnect",
    "error",
    "login",
    "logout",
    "close",
};
enum { HEARD_FROM_BROWSER = 8, HEARD = sizeof heard / sizeof *heard };

static int heard_results[HEARD];

static void build(tr_page *page)
{
    ui_add(page, ui_text("", .key = "said"));
    ui_add(page, ui_text("", .key = "heard"));
    ui_add(page, ui_button("tell", .on_click = info_tell));
    ui_add(page, ui_button("tell sync", .on_click = info_tell_sync));
    ui_add(page, ui_button("light", .on_click = info_light));
    for (unsigned i = 0; i < HEARD; i++)
        heard_results[i] =
            ui_on(page, NULL, heard[i], strcmp(heard[i], "close") == 0 ? info_closed : info_heard);
}

static const tr_app app = {.name = "Info", .build = build};

static void text_pair(tr_buf *out, const char *key, const char *value)
{
    tr_write_literal(out, key);
    tr_write_literal(out, value);
}

static void visit(double ratio)
{
    tr_buf page = {0};
    tr_buf packet = {0};
    tr_write_map(&page, 6);
    text_pair(&page, "route", "/a?b=1");
    text_pair(&page, "platform", "linux");
    text_pair(&page, "platform_brightness", "dark");
    tr_write_literal(&page, "width");
    tr_write_integer(&page, 390);
    tr_write_literal(&page, "height");
    tr_write_integer(&page, 844);
    tr_write_literal(&page, "media");
    tr_write_map(&page, ratio > 0 ? 2 : 1);
    text_pair(&page, "orientation", "portrait");
    if (ratio > 0) {
        tr_write_literal(&page, "device_pixel_ratio");
        tr_write_float(&page, ratio);
    }
    tr_flet_write_client_register(&packet, (tr_slice){0}, TR_SLICE(""),
                                  (tr_slice){(const char *)page.data, (uint32_t)page.size});
    tr_lab_register(here, 0, packet.data, packet.size, "10.1.2.3", "tester");
    tr_buf_done(&page);
    tr_buf_done(&packet);
}

static void set_up(void)
{
    atomic_store(&closed, 0);
    here = tr_lab_start(&app, 3600000);
}

static void tear_down(void)
{
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

static const char *text_at(const char *key)
{
    const cm_value *control = find(tr_lab_look(here, 0)->page.page, "key", key);
    ck_assert_ptr_nonnull(control);
    return tr_cm_text(tr_cm_get(control, "value"));
}

static void press(const char *label)
{
    const cm_value *button = find(tr_lab_look(here, 0)->page.page, "content", label);
    tr_lab_event(here, 0, (uint32_t)tr_cm_integer(tr_cm_get(button, "_i")), "click");
}

START_TEST(what_the_browser_said_when_it_came_is_known)
{
    visit(2.5);
    press("tell");
    ck_assert_str_eq(text_at("said"), "390x844 @2.5 portrait dark | /a?b=1 linux 10.1.2.3 tester");
}
END_TEST

START_TEST(a_sync_handler_knows_the_same)
{
    visit(0);
    unsigned packets = tr_lab_look(here, 0)->packets;
    press("tell sync");
    ck_assert(tr_lab_wait_for_packets(here, 0, packets + 1));
    ck_assert_str_eq(text_at("said"), "390x844 @1.0 portrait dark | /a?b=1 linux 10.1.2.3 tester");
}
END_TEST

START_TEST(the_pages_own_theme_goes_before_the_systems)
{
    visit(1);
    press("light");
    ck_assert_str_eq(text_at("said"), "390x844 @1.0 portrait light | /a?b=1 linux 10.1.2.3 tester");
}
END_TEST

START_TEST(what_the_browser_says_later_counts)
{
    visit(1);
    tr_buf props = {0};
    tr_buf packet = {0};
    tr_write_map(&props, 1);
    tr_write_literal(&props, "width");
    tr_write_integer(&props, 800);
    tr_flet_write_client_update(&packet, 1,
                                (tr_slice){(const char *)props.data, (uint32_t)props.size});
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&props);
    tr_buf_done(&packet);
    press("tell");
    ck_assert_str_eq(text_at("said"), "800x844 @1.0 portrait dark | /a?b=1 linux 10.1.2.3 tester");
}
END_TEST

START_TEST(every_event_of_the_page_can_be_heard)
{
    visit(1);
    ck_assert_int_eq(heard_results[_i], 0);
    if (_i >= HEARD_FROM_BROWSER)
        return;
    // Another address than the one it is at: the same one is nothing new.
    static const char away[] = "\x81\xa5route\xa2/z";
    tr_buf packet = {0};
    tr_flet_write_client_event(&packet, 1, tr_slice_of(heard[_i]),
                               (tr_slice){away, sizeof away - 1});
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&packet);
    ck_assert_str_eq(text_at("heard"), heard[_i]);
}
END_TEST

START_TEST(a_page_that_nobody_comes_back_to_is_closed)
{
    tr_lab_stop(&here);
    here = tr_lab_start(&app, 1);
    visit(1);
    tr_lab_detach(here, 0);
    while (tr_lab_session_count(here) != 0)
        ;
    ck_assert_int_eq(atomic_load(&closed), 1);
}
END_TEST

Suite *page_info_suite(void);
Suite *page_info_suite(void)
{
    Suite *suite = suite_create("sdk/api/page_info");
    TCase *tcase = tcase_create("page_info");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, what_the_browser_said_when_it_came_is_known);
    tcase_add_test(tcase, a_sync_handler_knows_the_same);
    tcase_add_test(tcase, the_pages_own_theme_goes_before_the_systems);
    tcase_add_test(tcase, what_the_browser_says_later_counts);
    tcase_add_loop_test(tcase, every_event_of_the_page_can_be_heard, 0, HEARD);
    tcase_add_test(tcase, a_page_that_nobody_comes_back_to_is_closed);
    suite_add_tcase(suite, tcase);
    return suite;
}
