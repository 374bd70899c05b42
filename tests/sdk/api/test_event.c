// The reads of a handler from its event, run by a real session on a core thread.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "testing/lab.h"
#include "troupe/troupe.h"
#include "wire/flet.h"

enum { BUTTON = 9, OUT = 10 };

// One line of everything an event offers.
static void report(tr_event *ev)
{
    size_t size = 1;
    const void *payload = tr_event_payload(ev, &size);
    char text[32];
    snprintf(text, sizeof text, "%s", tr_event_text(ev, "none"));
    ui_set_textf(ev, "out", "%s %s text=%s number=%g boolean=%d w=%g k=%s on=%d payload=%d",
                 tr_event_name(ev), tr_event_key(ev), text, tr_event_number(ev, -1),
                 tr_event_boolean(ev, -1), tr_event_field_number(ev, "w", -1),
                 tr_event_field_text(ev, "k", "-"), tr_event_field_boolean(ev, "on", -1),
                 payload != NULL && size != 0);
}

TR_ASYNC(event_async)
{
    report(ev);
}

static void build(tr_page *page)
{
    ui_add(page, ui_button("press", .key = "press", .on_click = event_async));
    ui_add(page, ui_text("", .key = "out"));
}

static const tr_app app = {.name = "Events", .build = build};

static const struct {
    const char *data;
    size_t size;
    const char *report;
} events[] = {
    {"\xc0", 1, "click press text=none number=-1 boolean=-1 w=-1 k=- on=-1 payload=0"},
    {"\xa2hi", 3, "click press text=hi number=-1 boolean=-1 w=-1 k=- on=-1 payload=0"},
    {"\xa0", 1, "click press text= number=-1 boolean=-1 w=-1 k=- on=-1 payload=0"},
    {"\x05", 1, "click press text=none number=5 boolean=-1 w=-1 k=- on=-1 payload=0"},
    {"\xcb\x3f\xe0\0\0\0\0\0\0", 9,
     "click press text=none number=0.5 boolean=-1 w=-1 k=- on=-1 payload=0"},
    {"\xc3", 1, "click press text=none number=1 boolean=1 w=-1 k=- on=-1 payload=0"},
    {"\xc2", 1, "click press text=none number=0 boolean=0 w=-1 k=- on=-1 payload=0"},
    {"\x83\xa1w\x07\xa1k\xa1x\xa2on\xc3", 12,
     "click press text=none number=-1 boolean=-1 w=7 k=x on=1 payload=0"},
    {"\x82\xa1w\xa1x\xa1k\x01", 8,
     "click press text=none number=-1 boolean=-1 w=-1 k=- on=-1 payload=0"},
    {"\x82\x01\x02\xa1w\x03", 6,
     "click press text=none number=-1 boolean=-1 w=3 k=- on=-1 payload=0"},
    {"\x93\x01\x02\x03", 4, "click press text=none number=-1 boolean=-1 w=-1 k=- on=-1 payload=0"},
    {"\xc4\x01z", 3, "click press text=none number=-1 boolean=-1 w=-1 k=- on=-1 payload=0"},
    {"\xd5\x01zz", 4, "click press text=none number=-1 boolean=-1 w=-1 k=- on=-1 payload=0"},
};

START_TEST(an_event_is_read_as_what_it_is_and_otherwise_as_the_default)
{
    lab *here = tr_lab_start(&app, 1000);
    tr_buf packet = {0};
    tr_lab_open(here, 0, NULL, true);
    tr_flet_write_client_event(&packet, BUTTON, TR_SLICE("click"),
                               (tr_slice){events[_i].data, (uint32_t)events[_i].size});
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&packet);
    const cm_value *out = tr_cm_find(&tr_lab_look(here, 0)->page, OUT);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(out, "value")), events[_i].report);
    tr_lab_stop(&here);
}
END_TEST

// Payloads as structs, in both kinds of handlers.
static void report_tap(tr_event *ev)
{
    const tr_ev_tap *tap = TR_EVENT(ev, tap);
    const tr_ev_data_column_sort *sort = TR_EVENT(ev, data_column_sort);
    ui_set_textf(ev, "out", "%g %d %s", tap != NULL ? tap->global_position->y : -1,
                 tap != NULL && tap->local_position == NULL, sort == NULL ? "no sort" : "sort");
}

TR_ASYNC(event_tap_async)
{
    report_tap(ev);
}

TR_SYNC(event_tap_sync)
{
    report_tap(ev);
}

static void build_taps(tr_page *page)
{
    ui_add(page, ui_gesture_detector(ui_text("async"), .on_tap_down = event_tap_async));
    ui_add(page, ui_gesture_detector(ui_text("sync"), .on_tap_down = event_tap_sync));
    ui_add(page, ui_text("", .key = "out"));
}

static const struct {
    const char *data;
    const char *report;
} taps[] = {
    {"\x82\xa1l\xc0\xa1g\x82\xa1x\x01\xa1y\x07", "7 1 no sort"},
    {"\xa2hi", "-1 0 no sort"},
};

START_TEST(an_event_is_a_struct_of_its_own_class_only)
{
    static const tr_app tapped = {.name = "Taps", .build = build_taps};
    lab *here = tr_lab_start(&tapped, 1000);
    tr_buf packet = {0};
    tr_lab_open(here, 0, NULL, true);
    uint32_t target = _i % 2 == 0 ? 9 : 11; // each has a child
    tr_flet_write_client_event(&packet, target, TR_SLICE("tap_down"),
                               tr_slice_of(taps[_i / 2].data));
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&packet);
    ck_assert(tr_lab_wait_for_packets(here, 0, 1));
    const cm_value *out = tr_cm_find(&tr_lab_look(here, 0)->page, 13);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(out, "value")), taps[_i / 2].report);
    tr_lab_stop(&here);
}
END_TEST

TR_ASYNC(event_value)
{
    const char *date = tr_event_date(ev);
    const char *const *texts = tr_event_texts(ev);
    ui_set_textf(ev, "out", "%s %d %s", date != NULL ? date : "-", (int)tr_event_duration(ev, -1),
                 texts != NULL ? texts[1] : "-");
}

static void build_value(tr_page *page)
{
    ui_add(page, ui_button("press", .on_click = event_value));
    ui_add(page, ui_text("", .key = "out"));
}

static const struct {
    const char *data;
    size_t size;
    const char *report;
} values[] = {
    {"\xd6\x02"
     "18:5",
     6, "18:5 -1 -"},
    {"\xd6\x03"
     "2000",
     6, "- 2 -"},
    {"\x92\xa1x\xa1y", 5, "- -1 y"},
    {"\xc0", 1, "- -1 -"},
    {"\x92\xa1x\x01", 4, "- -1 -"},
};

START_TEST(an_event_has_a_date_a_duration_or_a_list)
{
    static const tr_app valued = {.name = "Values", .build = build_value};
    lab *here = tr_lab_start(&valued, 1000);
    tr_buf packet = {0};
    tr_lab_open(here, 0, NULL, true);
    tr_flet_write_client_event(&packet, BUTTON, TR_SLICE("click"),
                               (tr_slice){values[_i].data, (uint32_t)values[_i].size});
    ck_assert_int_eq(tr_lab_packet(here, 0, packet.data, packet.size), 0);
    tr_buf_done(&packet);
    const cm_value *out = tr_cm_find(&tr_lab_look(here, 0)->page, OUT);
    ck_assert_str_eq(tr_cm_text(tr_cm_get(out, "value")), values[_i].report);
    tr_lab_stop(&here);
}
END_TEST

Suite *sdk_event_suite(void);
Suite *sdk_event_suite(void)
{
    Suite *suite = suite_create("sdk/api/event");
    TCase *tcase = tcase_create("what a handler reads");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, an_event_is_read_as_what_it_is_and_otherwise_as_the_default, 0,
                        sizeof events / sizeof *events);
    tcase_add_loop_test(tcase, an_event_has_a_date_a_duration_or_a_list, 0,
                        sizeof values / sizeof *values);
    tcase_add_loop_test(tcase, an_event_is_a_struct_of_its_own_class_only, 0,
                        2 * sizeof taps / sizeof *taps);
    suite_add_tcase(suite, tcase);
    return suite;
}
