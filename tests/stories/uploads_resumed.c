// Uploads in several requests (tus 1.0): a line that broke goes on where it was, at any gateway.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"
#include "tests/support/browser.h"
#include "tests/support/scratch.h"
#include "tests/support/sender.h"
#include "tests/support/world.h"

static world cluster;
static char folder[64];
static browser *page;
static char url[2048];

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "uploads");
    setenv("TROUPE_UPLOAD_DIR", folder, 1);
    setenv("TROUPE_SECRET_KEY", "a secret of some length", 1);
    setenv("TROUPE_LOG", "error", 1);
    raw_may_be_closed = true;
    world_start(&cluster, &(world_options){
                              .program = "./uploader", .gateways = 2, .workers = 1, .bus = "ipc"});
    world_await_sessions(&cluster, 0);
    world_await_sessions(&cluster, 1);
    raw_port = world_port(&cluster, 0);
    page = browser_open(world_port(&cluster, 1));
}

static void make(const char *button, const char *name)
{
    snprintf(url, sizeof url, "%s", sender_url(page, button, name));
}

static void tear_down(void)
{
    browser_free(page);
    world_stop(&cluster);
    scratch_remove(folder);
}

// The answer's head.
static const char *ask(const char *method, const char *lines, const char *body)
{
    static char head[8192];
    char request[4096];
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    int size = snprintf(request, sizeof request,
                        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\n"
                        "Content-Length: %zu\r\n%s\r\n%s",
                        method, url, strlen(body), lines, body);
    raw_put(peer, request, (size_t)size);
    snprintf(head, sizeof head, "%s", raw_take_head(peer));
    close(peer);
    return head;
}

#define OCTETS "Content-Type: application/offset+octet-stream\r\n"

static void expect(const char *head, unsigned status, const char *line)
{
    ck_assert_msg(raw_status_of(head) == status && strstr(head, line) != NULL, "%u, %s: %s", status,
                  line, head);
    ck_assert_ptr_nonnull(strstr(head, "tus-resumable: 1.0.0\r\n"));
}

static void expect_heard(const char *text)
{
    eventually(strstr(browser_text(page, "Heard"), text) != NULL);
}

START_TEST(a_file_comes_in_two_requests)
{
    char line[2100];
    make("Make", "two.txt");
    expect(ask("POST", "Upload-Length: 8\r\n", ""), 201, "location: /upload?f=two.txt&");
    expect(ask("HEAD", "", ""), 200, "upload-offset: 0\r\nupload-length: 8\r\n");
    expect(ask("PATCH", "Upload-Offset: 0\r\n" OCTETS, "half"), 204, "upload-offset: 4\r\n");
    ck_assert_uint_eq(folder_count(folder), 0);
    raw_port = world_port(&cluster, 1);
    expect(ask("HEAD", "", ""), 200, "upload-offset: 4\r\n");
    expect(ask("PATCH", "Upload-Offset: 4\r\n" OCTETS, "done"), 204, "upload-offset: 8\r\n");
    snprintf(line, sizeof line, "8 of 8 %s/two.txt", folder);
    expect_heard(line);
    ck_assert_int_eq(folder_size(folder, "two.txt"), 8);
    ck_assert_uint_eq(folder_incoming(folder), 0);
    expect(ask("HEAD", "", ""), 404, "");
    expect(ask("POST", "Upload-Length: 8\r\n", ""), 410, "");
    ck_assert_uint_eq(sender_put(url, "", "again", 5), 410);
}
END_TEST

static const struct {
    const char *method;
    const char *lines;
    const char *body;
    unsigned status;
} odd[] = {
    {"POST", "", "", 400},
    {"POST", "Upload-Length: x\r\n", "", 400},
    {"POST", "Upload-Length: -1\r\n", "", 400},
    {"POST", "Upload-Length: 11\r\n", "", 413},
    {"PATCH", OCTETS, "x", 400},
    {"PATCH", "Upload-Offset: 0\r\n", "x", 415},
    {"PATCH", "Upload-Offset: 1\r\n" OCTETS, "x", 409},
    {"PATCH", "Upload-Offset: 0\r\n" OCTETS, "12345678901", 413},
};

START_TEST(odd_steps_have_their_status_and_harm_nothing)
{
    make("Make small", "odd.txt"); // ten bytes
    expect(ask("PATCH", "Upload-Offset: 0\r\n" OCTETS, "x"), 404, "");
    expect(ask("POST", "Upload-Length: 10\r\n", ""), 201, "");
    for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++)
        expect(ask(odd[i].method, odd[i].lines, odd[i].body), odd[i].status, "");
    expect(ask("PATCH", "Upload-Offset: 0\r\n" OCTETS, "1234567890"), 204, "upload-offset: 10");
    expect_heard("stored");
    ck_assert_int_eq(folder_size(folder, "odd.txt"), 10);
    make("Make", "versions.txt");
    ck_assert_uint_eq(
        sender_request("POST", url, "Tus-Resumable: 0.2.2\r\nContent-Length: 0\r\n", "", 0), 412);
}
END_TEST

// Of eight bytes only these are sent yet.
static int begin_patch(const char *bytes)
{
    char request[4096];
    int peer = raw_dial();
    int size = snprintf(request, sizeof request,
                        "PATCH %s HTTP/1.1\r\nHost: a\r\nTus-Resumable: 1.0.0\r\n"
                        "Content-Length: 8\r\nUpload-Offset: 0\r\n" OCTETS "\r\n%s",
                        url, bytes);
    raw_put(peer, request, (size_t)size);
    return peer;
}

START_TEST(a_broken_line_goes_on_where_it_was)
{
    make("Make", "broken.txt");
    expect(ask("POST", "Upload-Length: 8\r\n", ""), 201, "");
    int peer = begin_patch("hal");
    eventually(strstr(ask("HEAD", "", ""), "upload-offset: 3\r\n") != NULL);
    ck_assert_uint_eq(raw_status_of(ask("PATCH", "Upload-Offset: 3\r\n" OCTETS, "x")), 423);
    close(peer);
    eventually(raw_status_of(ask("PATCH", "Upload-Offset: 3\r\n" OCTETS, "fdone")) == 204);
    expect_heard("stored");
    ck_assert_int_eq(folder_size(folder, "broken.txt"), 8);
}
END_TEST

// The line is slow, and its browser came again before the break was seen: what came is not lost.
START_TEST(a_request_that_comes_too_early_takes_nothing_over)
{
    make("Make", "early.txt");
    expect(ask("POST", "Upload-Length: 8\r\n", ""), 201, "");
    int peer = begin_patch("hal");
    eventually(strstr(ask("HEAD", "", ""), "upload-offset: 3\r\n") != NULL);
    ck_assert_uint_eq(raw_status_of(ask("PATCH", "Upload-Offset: 3\r\n" OCTETS, "x")), 423);
    raw_put(peer, "fdone", 5);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), 204);
    close(peer);
    expect_heard("stored");
    ck_assert_int_eq(folder_size(folder, "early.txt"), 8);
}
END_TEST

// By a request that begins anew (PUT): the older one ends, and what had come stays for the next.
START_TEST(one_that_is_taken_over_leaves_what_has_come)
{
    char request[4096];
    make("Make", "over.txt");
    expect(ask("POST", "Upload-Length: 8\r\n", ""), 201, "");
    int peer = begin_patch("hal");
    eventually(strstr(ask("HEAD", "", ""), "upload-offset: 3\r\n") != NULL);
    int other = raw_dial();
    int size = snprintf(request, sizeof request,
                        "PUT %s HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nx", url);
    raw_put(other, request, (size_t)size);
    eventually(strstr(browser_text(page, "Heard"), "1 of 8") != NULL);
    raw_put(peer, "fdone", 5);
    ck_assert_uint_eq(raw_status_of(raw_take_head(peer)), 410);
    close(peer);
    close(other);
    eventually(strstr(ask("HEAD", "", ""), "upload-offset: 8\r\n") != NULL);
    eventually(raw_status_of(ask("PATCH", "Upload-Offset: 8\r\n" OCTETS, "")) == 204);
    expect_heard("stored");
    ck_assert_int_eq(folder_size(folder, "over.txt"), 8);
}
END_TEST

START_TEST(what_a_killed_gateway_had_goes_on_at_another)
{
    make("Make", "killed.txt");
    expect(ask("POST", "Upload-Length: 8\r\n", ""), 201, "");
    expect(ask("PATCH", "Upload-Offset: 0\r\n" OCTETS, "half"), 204, "");
    kill(cluster.gateways[0].pid, SIGKILL);
    process_kill(&cluster.gateways[0]);
    world_start_gateway(&cluster, 0); // sweeps, and leaves what may go on
    raw_port = world_port(&cluster, 1);
    expect(ask("HEAD", "", ""), 200, "upload-offset: 4\r\n");
    expect(ask("PATCH", "Upload-Offset: 4\r\n" OCTETS, "done"), 204, "");
    expect_heard("stored");
}
END_TEST

START_TEST(a_cancelled_one_is_removed_by_its_next_request)
{
    make("Make", "cancelled.txt");
    expect(ask("POST", "Upload-Length: 8\r\n", ""), 201, "");
    browser_click(page, "Cancel");
    eventually(strcmp(browser_text(page, "Cancelled"), "cancel: 0") == 0);
    expect(ask("PATCH", "Upload-Offset: 0\r\n" OCTETS, "half"), 410, "");
    ck_assert_uint_eq(folder_count(folder) + folder_incoming(folder), 0);
}
END_TEST

Suite *uploads_resumed_suite(void);
Suite *uploads_resumed_suite(void)
{
    Suite *suite = suite_create("uploads_resumed");
    TCase *tcase = tcase_create("uploads in several requests");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, a_file_comes_in_two_requests);
    tcase_add_test(tcase, odd_steps_have_their_status_and_harm_nothing);
    tcase_add_test(tcase, a_broken_line_goes_on_where_it_was);
    tcase_add_test(tcase, a_request_that_comes_too_early_takes_nothing_over);
    tcase_add_test(tcase, one_that_is_taken_over_leaves_what_has_come);
    tcase_add_test(tcase, what_a_killed_gateway_had_goes_on_at_another);
    tcase_add_test(tcase, a_cancelled_one_is_removed_by_its_next_request);
    suite_add_tcase(suite, tcase);
    return suite;
}
