// An app inside a libwebsockets server that is not ours, as browsers find it.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/gateway/raw_browser.h"
#include "tests/support/receiver.h"
#include "tests/support/world.h"
#include "wire/flet.h"

static world running;

static void set_up(void)
{
    setenv("TROUPE_LOG", "error", 1);
    raw_may_be_closed = true;
    world_start(&running, &(world_options){.program = "./embed_lws"});
    raw_port = world_port(&running, 0);
}

static void tear_down(void)
{
    world_stop(&running);
}

static received post(const char *url, const char *body, size_t size)
{
    char head[256];
    received answer = {0};
    int peer = raw_dial();
    int length = snprintf(head, sizeof head,
                          "POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", url, size);
    raw_put(peer, head, (size_t)length);
    raw_put(peer, body, size);
    snprintf(answer.head, sizeof answer.head, "%s", raw_take_head(peer));
    answer.status = raw_status_of(answer.head);
    receiver_take(peer, UINT64_MAX, &answer);
    return answer;
}

START_TEST(pages_of_both_are_at_their_places)
{
    static char body[900000];
    received own = receiver_get("/", "");
    ck_assert_ptr_nonnull(strstr(own.body, "Somebody else's"));
    received page = receiver_get("/shop/", "");
    ck_assert_uint_eq(page.status, 200);
    ck_assert_str_eq(received_header(&page, "content-type"), "text/html; charset=utf-8");
    ck_assert_uint_eq(receiver_get("/shop/assets/none.js", "").status, 404);
    received large = receiver_get("/shop/large", "");
    ck_assert_uint_eq(large.size, 2000000);
    received answer = post("/shop/length", body, sizeof body);
    ck_assert_str_eq(answer.body, "900000 bytes from 127.0.0.1");
    ck_assert_uint_eq(post("/shop/length", body, 0).status, 200);
}
END_TEST

START_TEST(a_websocket_ends_with_the_apps_code_and_the_server_with_zero)
{
    tr_buf packet = {0};
    int peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/shop/ws", ""), 101);
    raw_put_frame(peer, RAW_FIN | RAW_TEXT, "text", 4);
    raw_expect_close(peer, 1003);
    peer = raw_dial();
    ck_assert_uint_eq(raw_handshake(peer, "/shop/ws", ""), 101);
    tr_flet_write_client_register(&packet, (tr_slice){0}, TR_SLICE(""), TR_SLICE("\x80"));
    raw_put_buf(peer, &packet);
    raw_message answer = raw_take_message(peer);
    ck_assert_ptr_nonnull(memmem(answer.bytes, answer.size, "Add one", 7));
    free(answer.bytes);
    kill(running.gateways[0].pid, SIGTERM);
    ck_assert_int_eq(process_wait(&running.gateways[0]), 0);
}
END_TEST

Suite *embed_lws_story_suite(void);
Suite *embed_lws_story_suite(void)
{
    Suite *suite = suite_create("embed_lws");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_set_timeout(all, 60);
    tcase_add_test(all, pages_of_both_are_at_their_places);
    tcase_add_test(all, a_websocket_ends_with_the_apps_code_and_the_server_with_zero);
    suite_add_tcase(suite, all);
    return suite;
}
