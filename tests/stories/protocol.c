// Forbidden things from a browser, and the answer: a close code, while nobody else notices.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/browser.h"
#include "tests/support/world.h"
#include "wire/flet.h"
#include "wire/limits.h"
#include "wire/reader.h"

static world here;
static browser *bystander;

static void set_up(void)
{
    world_start(&here, &(world_options){.threads = "1"});
}

static void tear_down(void)
{
    world_stop(&here);
}

static unsigned port(void)
{
    return world_port(&here, 0);
}

static void set_up_bystander(void)
{
    bystander = browser_open(port());
}

// This page answers in spite of the others.
static void tear_down_bystander(void)
{
    browser_click(bystander, "add");
    eventually(browser_sees(bystander, "1"));
    ck_assert_uint_eq(browser_close_code(bystander), 0);
    browser_free(bystander);
}

static void closes_with(browser *b, unsigned code)
{
    eventually(browser_close_code(b) != 0);
    ck_assert_uint_eq(browser_close_code(b), code);
    browser_free(b);
}

static browser *registered(void)
{
    return browser_open(port());
}

START_TEST(malformed_msgpack_is_1007)
{
    static const char *const packets[] = {"\x00\x92\x03\x83\xa6target", "\x00\xc1",
                                          "\x00\x92\x04\xdf\xff\xff\xff\xff",
                                          "\x00\xdd\xff\xff\xff\xff", "\x00\x92\x03\xa2\xff\xfe"};
    static const size_t sizes[] = {11, 2, 8, 6, 6};
    browser *b = registered();
    browser_send_raw(b, packets[_i], sizes[_i], false);
    closes_with(b, 1007);
}
END_TEST

START_TEST(a_text_message_is_1003)
{
    browser *b = registered();
    browser_send_raw(b, "hello", 5, true);
    closes_with(b, 1003);
}
END_TEST

START_TEST(a_message_over_the_cap_is_1009)
{
    browser *b = registered();
    size_t size = TR_BROWSER_PACKET_CAP_BYTES + 1;
    char *bytes = calloc(1, size);
    ck_assert_ptr_nonnull(bytes);
    browser_send_raw(b, bytes, size, false);
    free(bytes);
    closes_with(b, 1009);
}
END_TEST

START_TEST(deep_nesting_is_refused)
{
    char bytes[200] = {0};
    memset(bytes + 1, 0x91, sizeof bytes - 2);
    bytes[sizeof bytes - 1] = (char)0xc0;
    browser *b = registered();
    browser_send_raw(b, bytes, sizeof bytes, false);
    eventually(browser_close_code(b) != 0);
    ck_assert(browser_close_code(b) == 1007 || browser_close_code(b) == 1009);
    browser_free(b);
}
END_TEST

START_TEST(an_event_before_the_registration_is_4400)
{
    browser *b = browser_connect(port());
    browser_click_id(b, 9);
    closes_with(b, 4400);
}
END_TEST

START_TEST(a_second_registration_is_4400)
{
    browser *b = registered();
    browser_register(b, BROWSER_OURS, NULL);
    closes_with(b, 4400);
}
END_TEST

START_TEST(an_unknown_action_is_1002)
{
    browser *b = registered();
    browser_send_raw(b, "\x00\x92\x09\x80", 4, false);
    closes_with(b, 1002);
}
END_TEST

START_TEST(a_client_from_before_the_type_byte_is_1002)
{
    browser *b = registered();
    browser_send_raw(b, "\x92\x03\x80", 3, false);
    closes_with(b, 1002);
}
END_TEST

START_TEST(empty_data_channel_and_unknown_packets_are_ignored)
{
    browser *b = registered();
    browser_send_raw(b, "", 0, false);
    browser_send_raw(b, "\x01\x01\x00\x00\x00xyz", 8, false);
    browser_send_raw(b, "\x02whatever", 9, false);
    browser_send_raw(b, "\x7f", 1, false);
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    browser_free(b);
}
END_TEST

START_TEST(what_flets_client_says_unasked_is_tolerated)
{
    browser *b = browser_open_as(port(), BROWSER_FLET, NULL);
    tr_buf packet = {0};
    static const char props[] = "\x81\xb3platform_brightness\xa4"
                                "dark";
    tr_flet_write_client_update(&packet, 1, (tr_slice){props, sizeof props - 1});
    browser_send_raw(b, packet.data, packet.size, false);
    tr_buf_done(&packet);
    browser_event(b, 1, "platform_brightness_change",
                  "\xa4"
                  "dark",
                  5);
    browser_event(b, 1, "resize", "\x82\xa5width\xcc\x64\xa6height\xcc\x64", 18);
    browser_event(b, 1, "app_lifecycle_state_change", "\x81\xa5state\xa4hide", 12);
    tr_flet_write_client_result(&packet, 1, TR_SLICE("nobody-asked"), (tr_slice){0}, (tr_slice){0});
    browser_send_raw(b, packet.data, packet.size, false);
    tr_buf_done(&packet);
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    browser_free(b);
}
END_TEST

START_TEST(events_with_any_data_reach_handlers_that_do_not_care)
{
    browser *b = registered();
    uint32_t add = browser_id(b, "add");
    browser_event(b, add, "click", "\x93\x01\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00\xc7\x00\x00", 14);
    browser_event(b, add, "click", "\xc4\x02zz", 4);
    browser_event(b, add, "hover", "\xc0", 1);
    browser_event(b, add, "", "\xc0", 1);
    browser_click(b, "add");
    eventually(browser_sees(b, "3"));
    browser_free(b);
}
END_TEST

static bool has_key(tr_buf page, const char *key, enum tr_kind *out)
{
    tr_reader value = tr_reader_find(tr_buf_slice(&page), key);
    *out = tr_reader_peek(&value);
    return *out != TR_KIND_NONE;
}

// Protocol section 4.6: a client with an old page keeps what a full encoding leaves out.
START_TEST(a_reconnect_gets_explicit_empties_and_a_first_visit_does_not)
{
    enum tr_kind kind = TR_KIND_NONE;
    browser *b = registered();
    ck_assert(!has_key(browser_page_bytes(b), "theme", &kind));
    browser_cut(b);
    browser_reconnect(b, port());
    ck_assert(has_key(browser_page_bytes(b), "theme", &kind));
    ck_assert_int_eq(kind, TR_KIND_NIL);
    cm_value *page = tr_cm_decode(browser_page_bytes(b).data, browser_page_bytes(b).size);
    cm_value *overlay = tr_cm_get(page, "_overlay");
    ck_assert_ptr_nonnull(tr_cm_get(overlay, "controls"));
    ck_assert_uint_eq(tr_cm_get(overlay, "controls")->count, 0);
    ck_assert_uint_eq(tr_cm_get(tr_cm_get(page, "_dialogs"), "controls")->count, 0);
    tr_cm_free(page);
    browser_free(b);
    // Also when the session is gone: the client may hold the page of another one.
    b = browser_open_as(port(), BROWSER_OURS, "bbbbbbbbbbbbbbbbbbbbbbbbbbbb");
    ck_assert(has_key(browser_page_bytes(b), "theme", &kind));
    browser_free(b);
}
END_TEST

START_TEST(bytes_that_are_no_websocket_frame_end_only_their_connection)
{
    browser *b = registered();
    browser_send_bytes(b, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11);
    eventually(browser_close_code(b) != 0);
    browser_free(b);
}
END_TEST

Suite *protocol_suite(void);
Suite *protocol_suite(void)
{
    Suite *suite = suite_create("protocol");
    TCase *tcase = tcase_create("a browser that misbehaves");
    tcase_set_timeout(tcase, 120);
    tcase_add_unchecked_fixture(tcase, set_up, tear_down);
    tcase_add_checked_fixture(tcase, set_up_bystander, tear_down_bystander);
    tcase_add_loop_test(tcase, malformed_msgpack_is_1007, 0, 5);
    tcase_add_test(tcase, a_text_message_is_1003);
    tcase_add_test(tcase, a_message_over_the_cap_is_1009);
    tcase_add_test(tcase, deep_nesting_is_refused);
    tcase_add_test(tcase, an_event_before_the_registration_is_4400);
    tcase_add_test(tcase, a_second_registration_is_4400);
    tcase_add_test(tcase, an_unknown_action_is_1002);
    tcase_add_test(tcase, a_client_from_before_the_type_byte_is_1002);
    tcase_add_test(tcase, empty_data_channel_and_unknown_packets_are_ignored);
    tcase_add_test(tcase, what_flets_client_says_unasked_is_tolerated);
    tcase_add_test(tcase, events_with_any_data_reach_handlers_that_do_not_care);
    tcase_add_test(tcase, a_reconnect_gets_explicit_empties_and_a_first_visit_does_not);
    tcase_add_test(tcase, bytes_that_are_no_websocket_frame_end_only_their_connection);
    suite_add_tcase(suite, tcase);
    return suite;
}
