// Downloads from the running program: what is given, what is refused and how, what happens when
// something breaks in the middle.

#include <check.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"
#include "tests/support/browser.h"
#include "tests/support/receiver.h"
#include "tests/support/sender.h"
#include "tests/support/world.h"

static world_process running;
static char path[64];
static browser *page;

static void set_up(void)
{
    setenv("TROUPE_SECRET_KEY", "a secret of some length", 1);
    setenv("TROUPE_THREADS", "2", 1);
    setenv("TROUPE_LOG", "error", 1);
    raw_may_be_closed = true;
    snprintf(path, sizeof path, "/tmp/troupe-download-XXXXXX");
    FILE *file = fdopen(mkstemp(path), "w");
    ck_assert_ptr_nonnull(file);
    for (unsigned i = 0; i < 1000000; i++)
        ck_assert_int_ne(putc_unlocked((int)(i % 251), file), EOF);
    ck_assert_int_eq(fclose(file), 0);
    program_start(&running, "./downloader", (const char *const[]){"--port", "0", NULL}, -1);
    const char *colon = strchr(running.line + strlen("listening on http://"), ':');
    ck_assert_msg(colon != NULL, "%s", running.line);
    raw_port = (unsigned)strtoul(colon + 1, NULL, 10);
    page = browser_open(raw_port);
}

static void tear_down(void)
{
    browser_free(page);
    process_kill(&running);
    (void)unlink(path);
}

static const char *url_of(const char *button, const char *name)
{
    return sender_url(page, button, name);
}

// Its sockets; those of pool threads and of the bus are none.
static unsigned open_sockets(void)
{
    char name[64];
    char target[64];
    unsigned count = 0;
    snprintf(name, sizeof name, "/proc/%d/fd", (int)running.pid);
    DIR *folder = opendir(name);
    for (struct dirent *one; folder != NULL && (one = readdir(folder)) != NULL;) {
        ssize_t size = readlinkat(dirfd(folder), one->d_name, target, sizeof target);
        count += size > 7 && memcmp(target, "socket:", 7) == 0;
    }
    if (folder != NULL)
        closedir(folder);
    return count;
}

START_TEST(bytes_come_under_their_name_and_once)
{
    const char *url = url_of("Bytes", "../a \"b\" \xc3\xa4%.txt");
    received answer = receiver_get(url, "");
    ck_assert_uint_eq(answer.status, 200);
    ck_assert_str_eq(answer.body, "0123456789");
    ck_assert_str_eq(received_header(&answer, "content-type"), "text/plain");
    ck_assert_str_eq(received_header(&answer, "cache-control"), "private, no-store");
    ck_assert_str_eq(received_header(&answer, "x-content-type-options"), "nosniff");
    const char *disposition = received_header(&answer, "content-disposition");
    ck_assert_msg(strncmp(disposition, "attachment; filename=\"", 22) == 0, "%s", disposition);
    ck_assert_msg(strstr(disposition, "%C3%A4") != NULL, "%s", disposition);
    eventually(receiver_get(url, "").status == 410);
    ck_assert_uint_eq(receiver_get(url_of("Sync", "s"), "").size, 4);
}
END_TEST

START_TEST(files_come_whole_and_in_parts)
{
    const char *url = url_of("File", path);
    received head = receiver_ask("HEAD", url, "");
    ck_assert_uint_eq(head.status, 200);
    ck_assert_str_eq(received_header(&head, "content-length"), "1000000");
    char etag[64];
    snprintf(etag, sizeof etag, "%s", received_header(&head, "etag"));
    ck_assert_str_eq(received_header(&head, "accept-ranges"), "bytes");
    received part = receiver_get(url, "Range: bytes=251-501\r\n");
    ck_assert_uint_eq(part.status, 206);
    ck_assert_uint_eq(part.size, 251);
    ck_assert(part.is_pattern);
    ck_assert_str_eq(received_header(&part, "content-range"), "bytes 251-501/1000000");
    char lines[256];
    snprintf(lines, sizeof lines, "Range: bytes=0-9\r\nIf-Range: %s\r\n", etag);
    eventually((part = receiver_get(url, lines)).status != 409);
    ck_assert_uint_eq(part.status, 206);
    eventually((part = receiver_get(url, "Range: bytes=1000000-\r\n")).status != 409);
    ck_assert_uint_eq(part.status, 416);
    ck_assert_str_eq(received_header(&part, "content-range"), "bytes */1000000");
    // Another file: the part does not fit what the browser has.
    eventually((part = receiver_get(url, "Range: bytes=9-\r\nIf-Range: \"x\"\r\n")).status != 409);
    ck_assert_uint_eq(part.status, 200);
    ck_assert(part.is_whole && part.is_pattern && part.size == 1000000);
    eventually(receiver_get(url, "").status == 410);
}
END_TEST

START_TEST(sources_are_asked_as_the_browser_takes)
{
    received answer = receiver_get(url_of("Source", "5000000"), "");
    ck_assert_uint_eq(answer.status, 200);
    ck_assert_str_eq(received_header(&answer, "transfer-encoding"), "chunked");
    ck_assert(answer.is_whole && answer.is_pattern);
    ck_assert_uint_eq(answer.size, 5000000);
    answer = receiver_get(url_of("Sized", "1000001"), "");
    ck_assert_str_eq(received_header(&answer, "content-length"), "1000001");
    ck_assert(answer.is_whole && answer.is_pattern);
    answer = receiver_get(url_of("Source", "0"), "");
    ck_assert(answer.is_whole && answer.size == 0);
}
END_TEST

START_TEST(a_failure_in_the_middle_is_seen)
{
    received answer = receiver_get(url_of("Failing", "3000000"), "");
    ck_assert_uint_eq(answer.status, 200);
    ck_assert(!answer.is_whole && answer.is_pattern && answer.size < 3200000);
    answer = receiver_get(url_of("Short", "3000000"), "");
    ck_assert(!answer.is_whole && answer.size == 1500000);
    answer = receiver_get(url_of("Too many", "x"), "");
    ck_assert(!answer.is_whole && answer.size == 0);
    // A file that is another one by now.
    const char *url = url_of("File", path);
    int peer = receiver_begin("GET", url, "", &answer);
    FILE *file = fopen(path, "a");
    fputs("more", file);
    fclose(file);
    receiver_take(peer, UINT64_MAX, &answer);
    ck_assert(!answer.is_whole && answer.is_pattern);
    // The program goes on.
    ck_assert(receiver_get(url_of("Bytes", "b"), "").is_whole);
}
END_TEST

START_TEST(a_browser_that_leaves_may_come_again_and_leaves_nothing_open)
{
    const char *url = url_of("Sized", "300000000");
    unsigned before = open_sockets();
    received answer;
    int peer = receiver_begin("GET", url, "", &answer);
    receiver_take(peer, 1000000, &answer);
    ck_assert(answer.is_pattern);
    // The same address, once the server has seen that the browser left.
    eventually((peer = receiver_begin("GET", url, "", &answer), answer.status == 200) ||
               (close(peer), false));
    // While it runs, nobody else has it.
    ck_assert_uint_eq(receiver_ask("GET", url, "").status, 409);
    receiver_take(peer, 1000000, &answer);
    ck_assert(answer.is_pattern);
    eventually(open_sockets() <= before);
}
END_TEST

START_TEST(a_page_that_ends_or_cancels_cuts_its_downloads)
{
    char url[2048];
    received answer;
    snprintf(url, sizeof url, "%s", url_of("Sized", "300000000"));
    int peer = receiver_begin("GET", url, "", &answer);
    browser_click(page, "Cancel");
    eventually(browser_sees(page, "cancel: 0"));
    receiver_take(peer, UINT64_MAX, &answer);
    ck_assert(!answer.is_whole && answer.is_pattern);
    ck_assert_uint_eq(receiver_get(url, "").status, 410);
    peer = receiver_begin("GET", url_of("Source", "300000000"), "", &answer);
    process_kill(&running);
    receiver_take(peer, UINT64_MAX, &answer);
    ck_assert(!answer.is_whole);
}
END_TEST

START_TEST(odd_requests_have_their_status)
{
    char url[2048];
    snprintf(url, sizeof url, "%s", url_of("Bytes", "a"));
    received answer = receiver_ask("POST", url, "Content-Length: 0\r\n");
    ck_assert_uint_eq(answer.status, 405);
    ck_assert_str_eq(received_header(&answer, "allow"), "GET, HEAD");
    char *name = strstr(url, "f=a");
    name[2] = 'b';
    ck_assert_uint_eq(receiver_get(url, "").status, 403);
    name[2] = 'a';
    ck_assert_uint_eq(receiver_ask("PUT", url, "Content-Length: 0\r\n").status, 405);
    ck_assert_uint_eq(receiver_get(url, "").status, 200);
    // An address of a page, and an upload's signature, which is of another key and path.
    ck_assert_uint_eq(receiver_get("/download", "Accept: text/html\r\n").status, 200);
    ck_assert_uint_eq(receiver_get("/download?s=1", "").status, 400);
    ck_assert_uint_eq(receiver_get(url_of("File", "/nowhere/at all"), "").status, 404);
    ck_assert_uint_eq(receiver_get(url_of("File", "/dev/zero"), "").status, 404);
    ck_assert_str_eq(url_of("Bad type", "a"), "TR_EINVALID");
    const char *brief = url_of("Brief", "a");
    eventually(receiver_ask("HEAD", brief, "").status == 410);
}
END_TEST

START_TEST(old_clients_hear_of_a_failure_too)
{
    char head[2048];
    char byte;
    ssize_t got;
    int peer = raw_dial();
    int size = snprintf(head, sizeof head, "GET %s HTTP/1.0\r\nHost: a\r\n\r\n",
                        url_of("Failing", "400000"));
    raw_put(peer, head, (size_t)size);
    ck_assert_ptr_null(strcasestr(raw_take_head(peer), "transfer-encoding"));
    while ((got = read(peer, &byte, 1)) == 1)
        ;
    ck_assert_int_lt(got, 0); // reset: an end would be that of the file
    close(peer);
}
END_TEST

static void limit_addresses(void)
{
    setenv("TROUPE_ADDRESS_DOWNLOADS", "2", 1);
}

// Those that are looked at alone, too: each asks a session.
START_TEST(one_address_has_so_many_downloads)
{
    received answer;
    int peers[2];
    for (unsigned i = 0; i < 2; i++) {
        peers[i] = receiver_begin("GET", url_of("Sized", "300000000"), "", &answer);
        ck_assert_uint_eq(answer.status, 200);
    }
    const char *url = url_of("Bytes", "b");
    answer = receiver_get(url, "");
    ck_assert_uint_eq(answer.status, 429);
    ck_assert_str_eq(answer.body, "Too many downloads at once from your address.\n");
    ck_assert_uint_eq(receiver_ask("HEAD", url, "").status, 429);
    ck_assert_uint_eq(receiver_get("/", "").status, 200); // the rest is served
    close(peers[0]);
    eventually(receiver_get(url, "").status == 200);
    close(peers[1]);
}
END_TEST

// However often, on one connection or on many, its place is free with the end of each.
START_TEST(an_address_that_downloads_one_after_the_other_has_no_limit)
{
    for (unsigned i = 0; i < 20; i++) {
        received answer = receiver_get(url_of("Bytes", "b"), "");
        ck_assert_uint_eq(answer.status, 200);
        ck_assert_uint_eq(receiver_ask("POST", "/download?s=1", "Content-Length: 0\r\n").status,
                          405);
    }
}
END_TEST

Suite *downloads_suite(void);
Suite *downloads_suite(void)
{
    Suite *suite = suite_create("downloads");
    TCase *one = tcase_create("one process");
    tcase_add_checked_fixture(one, set_up, tear_down);
    tcase_set_timeout(one, 60);
    tcase_add_test(one, bytes_come_under_their_name_and_once);
    tcase_add_test(one, files_come_whole_and_in_parts);
    tcase_add_test(one, sources_are_asked_as_the_browser_takes);
    tcase_add_test(one, a_failure_in_the_middle_is_seen);
    tcase_add_test(one, a_browser_that_leaves_may_come_again_and_leaves_nothing_open);
    tcase_add_test(one, a_page_that_ends_or_cancels_cuts_its_downloads);
    tcase_add_test(one, odd_requests_have_their_status);
    tcase_add_test(one, old_clients_hear_of_a_failure_too);
    suite_add_tcase(suite, one);
    TCase *limited = tcase_create("one address");
    tcase_add_checked_fixture(limited, limit_addresses, NULL);
    tcase_add_checked_fixture(limited, set_up, tear_down);
    tcase_set_timeout(limited, 60);
    tcase_add_test(limited, one_address_has_so_many_downloads);
    tcase_add_test(limited, an_address_that_downloads_one_after_the_other_has_no_limit);
    suite_add_tcase(suite, limited);
    return suite;
}
