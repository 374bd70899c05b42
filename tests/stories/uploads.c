// Uploads against the running program: what is stored, what is refused and how, what is left.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"
#include "tests/support/browser.h"
#include "tests/support/scratch.h"
#include "tests/support/sender.h"
#include "tests/support/world.h"

static world_process running;
static char folder[64];
static browser *page;

static void serve(void)
{
    program_start(&running, "./uploader", (const char *const[]){"--port", "0", NULL}, -1);
    const char *colon = strchr(running.line + strlen("listening on http://"), ':');
    ck_assert_msg(colon != NULL, "%s", running.line);
    raw_port = (unsigned)strtoul(colon + 1, NULL, 10);
}

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "uploads");
    setenv("TROUPE_UPLOAD_DIR", folder, 1);
    setenv("TROUPE_SECRET_KEY", "a secret of some length", 1);
    setenv("TROUPE_THREADS", "2", 1);
    setenv("TROUPE_LOG", "error", 1);
    raw_may_be_closed = true;
}

static void open_page(void)
{
    serve();
    page = browser_open(raw_port);
}

static void tear_down(void)
{
    if (page != NULL)
        browser_free(page);
    page = NULL;
    process_kill(&running);
    scratch_remove(folder);
}

static const char *url_for(const char *name)
{
    return sender_url(page, "Make", name);
}

static void expect_heard(const char *text)
{
    eventually(strstr(browser_text(page, "Heard"), text) != NULL);
}

START_TEST(a_file_is_stored_and_its_page_hears_of_it)
{
    open_page();
    ck_assert_uint_eq(sender_put(url_for("a b&c.txt"), "", "hello", 5), 201);
    char heard[128];
    snprintf(heard, sizeof heard, "stored 18446744073709551614: 5 of 5 %s/a b&c.txt", folder);
    expect_heard(heard);
    ck_assert_int_eq(folder_size(folder, "a b&c.txt"), 5);
    ck_assert_uint_eq(sender_put(url_for("b"), "Expect: 100-continue\r\n", "hello", 5), 100);
    eventually(folder_size(folder, "b") == 5);
    ck_assert_uint_eq(folder_incoming(folder), 0);
}
END_TEST

START_TEST(a_sync_handler_makes_urls_too)
{
    open_page();
    ck_assert_uint_eq(
        sender_put(sender_url(page, "Make in a sync handler", "s.txt"), "", "hello", 5), 201);
    expect_heard("stored");
}
END_TEST

START_TEST(an_empty_file_is_one)
{
    open_page();
    ck_assert_uint_eq(sender_put(url_for("empty"), "", "", 0), 201);
    expect_heard("stored");
    ck_assert_int_eq(folder_size(folder, "empty"), 0);
}
END_TEST

START_TEST(chunks_are_put_together)
{
    static const char body[] = "5;x=y\r\nhello\r\n7\r\n, world\r\n0\r\nTrailer: 1\r\n\r\n";
    open_page();
    const char *url = url_for("chunks.txt");
    ck_assert_uint_eq(
        sender_request("PUT", url, "Transfer-Encoding: chunked\r\n", body, sizeof body - 1), 201);
    expect_heard("12 of 12");
    ck_assert_int_eq(folder_size(folder, "chunks.txt"), 12);
    ck_assert_uint_eq(sender_request("PUT", url_for("broken.txt"), "Transfer-Encoding: chunked\r\n",
                                     "5\r\nhelloX\r\n", 12),
                      400);
    eventually(folder_incoming(folder) == 0);
    ck_assert_int_eq(folder_size(folder, "broken.txt"), -1);
}
END_TEST

static char *large(size_t size)
{
    char *bytes = malloc(size);
    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 2654435761u >> 13);
    return bytes;
}

static bool is_stored_as(const char *name, const char *bytes, size_t size)
{
    char path[256];
    char *read = malloc(size + 1);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    bool is_same = fread(read, 1, size + 1, file) == size && memcmp(read, bytes, size) == 0;
    fclose(file);
    free(read);
    return is_same;
}

START_TEST(a_large_one_arrives_byte_by_byte_with_progress)
{
    enum { SIZE = 40 * 1024 * 1024 };
    open_page();
    char *bytes = large(SIZE);
    int peer = sender_begin(url_for("large.bin"), SIZE);
    raw_put(peer, bytes, SIZE / 2);
    expect_heard("running");
    raw_put(peer, bytes + SIZE / 2, SIZE / 2);
    ck_assert_uint_eq(sender_status(peer), 201);
    close(peer);
    expect_heard("41943040 of 41943040");
    ck_assert(is_stored_as("large.bin", bytes, SIZE));
    free(bytes);
}
END_TEST

START_TEST(one_connection_carries_one_file_after_the_other)
{
    char head[2048];
    open_page();
    int peer = sender_begin(url_for("1.txt"), 3);
    for (int i = 0; i < 3; i++) {
        raw_put(peer, "abc", 3);
        char *answer = raw_take_head(peer);
        ck_assert_uint_eq(raw_status_of(answer), 201);
        const char *length = strstr(answer, "content-length: ");
        ck_assert_ptr_nonnull(length);
        raw_take(peer, head, strtoul(length + 16, NULL, 10));
        int size = snprintf(head, sizeof head,
                            "PUT %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\n",
                            url_for("n.txt"));
        raw_put(peer, head, (size_t)size);
    }
    close(peer);
    ck_assert_uint_eq(folder_count(folder), 3);
}
END_TEST

// -- refused --

START_TEST(a_url_stores_one_file)
{
    open_page();
    const char *url = url_for("once.txt");
    ck_assert_uint_eq(sender_put(url, "", "1", 1), 201);
    ck_assert_uint_eq(sender_put(url, "", "2", 1), 410);
    ck_assert_uint_eq(folder_count(folder), 1);
}
END_TEST

START_TEST(what_is_changed_in_a_url_is_found_out)
{
    static const char *const parts[] = {"f=", "e=", "t=", "s="};
    open_page();
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        char url[2048];
        snprintf(url, sizeof url, "%s", url_for("plain.txt"));
        char *at = strstr(url, parts[i]) + 2 + (i == 2 ? 20 : 3);
        *at = *at == '2' ? '3' : '2';
        ck_assert_uint_eq(sender_put(url, "", "x", 1), 403);
    }
    char url[2048];
    snprintf(url, sizeof url, "%s&m=5", url_for("plain.txt"));
    ck_assert_uint_eq(sender_put(url, "", "x", 1), 403);
    snprintf(url, sizeof url, "%s&f=other", url_for("plain.txt"));
    ck_assert_uint_eq(sender_put(url, "", "x", 1), 400);
    ck_assert_uint_eq(folder_count(folder), 0);
}
END_TEST

START_TEST(the_token_of_another_page_makes_no_url)
{
    open_page();
    char mine[2048];
    snprintf(mine, sizeof mine, "%s", url_for("mine.txt"));
    browser *other = browser_open(raw_port);
    const char *theirs = sender_url(other, "Make", "theirs.txt");
    memcpy(strstr(mine, "&t=") + 3, strstr(theirs, "&t=") + 3, 28);
    ck_assert_uint_eq(sender_put(mine, "", "x", 1), 403);
    browser_free(other);
}
END_TEST

START_TEST(a_url_dies_with_its_secret)
{
    open_page();
    char url[2048];
    snprintf(url, sizeof url, "%s", url_for("a.txt"));
    process_kill(&running);
    setenv("TROUPE_SECRET_KEY", "another secret of a length", 1);
    serve();
    ck_assert_uint_eq(sender_put(url, "", "x", 1), 403);
    process_kill(&running);
    setenv("TROUPE_SECRET_KEY", "a secret of some length", 1);
    serve();
    ck_assert_uint_eq(sender_put(url, "", "x", 1), 404); // the page has gone with its process
}
END_TEST

START_TEST(expired_is_410)
{
    open_page();
    const char *url = sender_url(page, "Make short", "late.txt");
    uint64_t over = deadline_in_ms(2100);
    while (!deadline_passed(over))
        browsers_wait();
    ck_assert_uint_eq(sender_put(url, "", "x", 1), 410);
}
END_TEST

START_TEST(too_large_is_413_said_or_sent)
{
    open_page();
    const char *url = sender_url(page, "Make small", "small.txt");
    ck_assert_uint_eq(sender_put(url, "", "12345678901", 11), 413);
    ck_assert_uint_eq(sender_request("PUT", url, "Transfer-Encoding: chunked\r\n",
                                     "b\r\n12345678901\r\n0\r\n\r\n", 21),
                      413);
    expect_heard("failed");
    ck_assert_uint_eq(sender_put(url, "", "1234567890", 10), 201); // it is still good
    ck_assert_uint_eq(folder_count(folder), 1);
}
END_TEST

static const struct {
    const char *method;
    const char *lines;
    unsigned status;
} odd[] = {
    {"GET", "", 405},
    {"POST", "Content-Length: 1\r\n", 412},
    {"PATCH", "Content-Length: 1\r\n", 412},
    {"DELETE", "", 405},
    {"PUT", "", 411},
    {"PUT", "Content-Length: x\r\n", 400},
    {"PUT", "Content-Length: 1\r\nContent-Length: 2\r\n", 400},
    {"PUT", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400},
    {"PUT", "Transfer-Encoding: gzip, chunked\r\n", 400},
    {"PUT", "Content-Length: 1\r\nContent-Encoding: gzip\r\n", 415},
    {"PUT", "Content-Length: 1\r\nContent-Type: multipart/form-data; boundary=x\r\n", 415},
    {"PUT", "Content-Length: 1\r\nContent-Range: bytes 0-0/5\r\n", 400},
};

START_TEST(odd_requests_have_their_status)
{
    open_page();
    for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++) {
        unsigned status = sender_request(odd[i].method, url_for("odd"), odd[i].lines, "x", 1);
        ck_assert_msg(status == odd[i].status, "%s %s: %u", odd[i].method, odd[i].lines, status);
    }
    ck_assert_uint_eq(sender_put("/upload", "", "x", 1), 400);
    ck_assert_uint_eq(folder_count(folder) + folder_incoming(folder), 0);
}
END_TEST

START_TEST(names_are_made_safe)
{
    open_page();
    ck_assert_uint_eq(sender_put(url_for("../../etc/passwd"), "", "x", 1), 201);
    ck_assert_int_eq(folder_size(folder, "passwd"), 1);
    ck_assert_uint_eq(sender_put(url_for("C:\\up\\CON.txt"), "", "x", 1), 201);
    ck_assert_int_eq(folder_size(folder, "_CON.txt"), 1);
    ck_assert_uint_eq(sender_put(url_for("\xc3\xa4\xe4\xb8\xad.\xf0\x9f\x98\x80"), "", "x", 1),
                      201);
    ck_assert_int_eq(folder_size(folder, "\xc3\xa4\xe4\xb8\xad.\xf0\x9f\x98\x80"), 1);
    ck_assert_uint_eq(sender_put(url_for(".incoming"), "", "x", 1), 201);
    ck_assert_int_eq(folder_size(folder, "incoming"), 1);
}
END_TEST

START_TEST(a_name_that_is_taken_gets_a_number_unless_it_is_to_be_replaced)
{
    open_page();
    ck_assert_uint_eq(sender_put(url_for("a.txt"), "", "1", 1), 201);
    ck_assert_uint_eq(sender_put(url_for("a.txt"), "", "22", 2), 201);
    expect_heard("/a-2.txt");
    ck_assert_uint_eq(sender_put(sender_url(page, "Make replacing", "a.txt"), "", "333", 3), 201);
    ck_assert_int_eq(folder_size(folder, "a.txt"), 3);
    ck_assert_int_eq(folder_size(folder, "a-2.txt"), 2);
    ck_assert_uint_eq(folder_count(folder), 2);
}
END_TEST

// -- ends before its end --

START_TEST(a_broken_line_leaves_nothing_and_the_url_good)
{
    open_page();
    const char *url = url_for("half.bin");
    int peer = sender_begin(url, 1000);
    raw_put(peer, "half", 4);
    eventually(folder_incoming(folder) == 1);
    close(peer);
    expect_heard("failed");
    ck_assert_uint_eq(folder_count(folder) + folder_incoming(folder), 0);
    ck_assert_uint_eq(sender_put(url, "", "all", 3), 201);
}
END_TEST

START_TEST(the_newest_request_has_the_url)
{
    open_page();
    const char *url = url_for("twice.bin");
    int old = sender_begin(url, 8);
    raw_put(old, "old", 3);
    eventually(folder_incoming(folder) == 1);
    ck_assert_uint_eq(sender_put(url, "", "new", 3), 201);
    raw_put(old, "bytes", 5);
    ck_assert_uint_eq(sender_status(old), 410);
    close(old);
    eventually(folder_incoming(folder) == 0);
    ck_assert_uint_eq(folder_count(folder), 1);
    ck_assert(is_stored_as("twice.bin", "new", 3));
}
END_TEST

START_TEST(two_at_once_of_one_name_are_two_files)
{
    open_page();
    int one = sender_begin(url_for("same.bin"), 2);
    int two = sender_begin(url_for("same.bin"), 3);
    raw_put(two, "tw", 2);
    raw_put(one, "on", 2);
    ck_assert_uint_eq(sender_status(one), 201);
    raw_put(two, "o", 1);
    ck_assert_uint_eq(sender_status(two), 201);
    close(one);
    close(two);
    ck_assert_int_eq(folder_size(folder, "same.bin"), 2);
    ck_assert_int_eq(folder_size(folder, "same-2.bin"), 3);
}
END_TEST

START_TEST(a_cancelled_one_is_refused_and_removed)
{
    open_page();
    int peer = sender_begin(url_for("no.bin"), 600000);
    char *bytes = large(600000);
    raw_put(peer, bytes, 100);
    eventually(folder_incoming(folder) == 1);
    browser_click(page, "Cancel");
    eventually(strcmp(browser_text(page, "Cancelled"), "cancel: 0") == 0);
    raw_put(peer, bytes, 600000 - 100);
    ck_assert_uint_eq(sender_status(peer), 410);
    close(peer);
    free(bytes);
    eventually(folder_incoming(folder) == 0);
    ck_assert_uint_eq(folder_count(folder), 0);
    ck_assert_uint_eq(sender_put(browser_text(page, "URL"), "", "x", 1), 410);
}
END_TEST

START_TEST(a_full_disk_is_507_and_leaves_nothing)
{
    enum { SIZE = 3 * 1024 * 1024 };
    // The largest file that the program may have: what is beyond it is EFBIG.
    struct rlimit before;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = {.rlim_cur = SIZE / 2, .rlim_max = before.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    open_page();
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    char *bytes = large(SIZE);
    ck_assert_uint_eq(sender_put(url_for("full.bin"), "", bytes, SIZE), 507);
    expect_heard("There is no room");
    eventually(folder_incoming(folder) == 0);
    ck_assert_uint_eq(folder_count(folder), 0);
    ck_assert_uint_eq(sender_put(url_for("fits.bin"), "", bytes, 1000), 201);
    free(bytes);
}
END_TEST

START_TEST(what_a_killed_process_left_is_swept_at_the_start)
{
    open_page();
    int peer = sender_begin(url_for("half.bin"), 1000);
    raw_put(peer, "half", 4);
    eventually(folder_incoming(folder) == 1);
    kill(running.pid, SIGKILL);
    process_kill(&running);
    close(peer);
    ck_assert_uint_eq(folder_incoming(folder), 1);
    serve();
    ck_assert_uint_eq(folder_incoming(folder), 0);
    ck_assert_uint_eq(folder_count(folder), 0);
}
END_TEST

START_TEST(what_others_write_is_not_swept)
{
    open_page();
    int peer = sender_begin(url_for("slow.bin"), 8);
    raw_put(peer, "slow", 4);
    eventually(folder_incoming(folder) == 1);
    world_process second = {0};
    program_start(&second, "./uploader", (const char *const[]){"--port", "0", NULL}, -1);
    ck_assert_uint_eq(folder_incoming(folder), 1);
    process_kill(&second);
    raw_put(peer, "slow", 4);
    ck_assert_uint_eq(sender_status(peer), 201);
    close(peer);
}
END_TEST

START_TEST(a_stopping_process_lets_them_end)
{
    open_page();
    int peer = sender_begin(url_for("last.bin"), 8);
    raw_put(peer, "slow", 4);
    eventually(folder_incoming(folder) == 1);
    kill(running.pid, SIGTERM);
    eventually(raw_dial() < 0); // it takes nobody new
    raw_put(peer, "slow", 4);
    ck_assert_uint_eq(sender_status(peer), 201);
    close(peer);
    ck_assert_int_eq(process_wait(&running), 0);
    ck_assert_int_eq(folder_size(folder, "last.bin"), 8);
}
END_TEST

Suite *uploads_suite(void);
Suite *uploads_suite(void)
{
    Suite *suite = suite_create("uploads");
    TCase *stored = tcase_create("stored");
    tcase_add_checked_fixture(stored, set_up, tear_down);
    tcase_set_timeout(stored, 60);
    tcase_add_test(stored, a_file_is_stored_and_its_page_hears_of_it);
    tcase_add_test(stored, a_sync_handler_makes_urls_too);
    tcase_add_test(stored, an_empty_file_is_one);
    tcase_add_test(stored, chunks_are_put_together);
    tcase_add_test(stored, a_large_one_arrives_byte_by_byte_with_progress);
    tcase_add_test(stored, one_connection_carries_one_file_after_the_other);
    tcase_add_test(stored, names_are_made_safe);
    tcase_add_test(stored, a_name_that_is_taken_gets_a_number_unless_it_is_to_be_replaced);
    suite_add_tcase(suite, stored);
    TCase *refused = tcase_create("refused");
    tcase_add_checked_fixture(refused, set_up, tear_down);
    tcase_set_timeout(refused, 60);
    tcase_add_test(refused, a_url_stores_one_file);
    tcase_add_test(refused, what_is_changed_in_a_url_is_found_out);
    tcase_add_test(refused, the_token_of_another_page_makes_no_url);
    tcase_add_test(refused, a_url_dies_with_its_secret);
    tcase_add_test(refused, expired_is_410);
    tcase_add_test(refused, too_large_is_413_said_or_sent);
    tcase_add_test(refused, odd_requests_have_their_status);
    suite_add_tcase(suite, refused);
    TCase *early = tcase_create("ends before its end");
    tcase_add_checked_fixture(early, set_up, tear_down);
    tcase_set_timeout(early, 60);
    tcase_add_test(early, a_broken_line_leaves_nothing_and_the_url_good);
    tcase_add_test(early, the_newest_request_has_the_url);
    tcase_add_test(early, two_at_once_of_one_name_are_two_files);
    tcase_add_test(early, a_cancelled_one_is_refused_and_removed);
    tcase_add_test(early, a_full_disk_is_507_and_leaves_nothing);
    tcase_add_test(early, what_a_killed_process_left_is_swept_at_the_start);
    tcase_add_test(early, what_others_write_is_not_swept);
    tcase_add_test(early, a_stopping_process_lets_them_end);
    suite_add_tcase(suite, early);
    return suite;
}
