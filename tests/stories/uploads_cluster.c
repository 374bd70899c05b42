// Uploads in a cluster of processes: any gateway takes them, and one that is killed in the middle
// leaves nothing half. Also how much memory a large one costs (FIGURES=1).

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

enum { FILES = 6, PIECE_BYTES = 1 << 20 };

static world cluster;
static char folder[64];
static char piece[PIECE_BYTES];

static void set_up(void)
{
    scratch_make(folder, sizeof folder, "uploads");
    setenv("TROUPE_UPLOAD_DIR", folder, 1);
    setenv("TROUPE_SECRET_KEY", "a secret of some length", 1);
    setenv("TROUPE_LOG", "error", 1);
    raw_may_be_closed = true;
    for (unsigned i = 0; i < sizeof piece; i++)
        piece[i] = (char)(i * 2654435761u >> 11);
}

static void tear_down(void)
{
    world_stop(&cluster);
    scratch_remove(folder);
}

static void start(void)
{
    world_start(&cluster, &(world_options){
                              .program = "./uploader", .gateways = 2, .workers = 2, .bus = "ipc"});
    world_await_sessions(&cluster, 0);
    world_await_sessions(&cluster, 1);
}

static void expect_heard(browser *page, const char *text)
{
    eventually(strstr(browser_text(page, "Heard"), text) != NULL);
}

START_TEST(any_gateway_takes_a_file_for_any_page)
{
    start();
    for (unsigned opened = 0; opened < 2; opened++)
        for (unsigned sent = 0; sent < 2; sent++) {
            browser *page = browser_open(world_port(&cluster, opened));
            const char *url = sender_url(page, "Make", "a.txt");
            raw_port = world_port(&cluster, sent);
            ck_assert_uint_eq(sender_put(url, "", "hello", 5), 201);
            expect_heard(page, "stored");
            raw_port = world_port(&cluster, 1 - sent);
            ck_assert_uint_eq(sender_put(url, "", "again", 5), 410);
            browser_free(page);
        }
    ck_assert_uint_eq(folder_count(folder), 4);
}
END_TEST

START_TEST(two_gateways_store_one_url_once)
{
    start();
    browser *page = browser_open(world_port(&cluster, 0));
    const char *url = sender_url(page, "Make", "once.bin");
    int peers[2];
    for (unsigned i = 0; i < 2; i++) {
        raw_port = world_port(&cluster, i);
        peers[i] = sender_begin(url, 4);
    }
    raw_put(peers[0], "once", 4);
    raw_put(peers[1], "once", 4);
    unsigned good = 0;
    for (unsigned i = 0; i < 2; i++) {
        unsigned status = sender_status(peers[i]);
        good += status == 201;
        ck_assert_msg(status == 201 || status == 410 || status == 409, "%u", status);
        close(peers[i]);
    }
    ck_assert_uint_eq(good, 1);
    ck_assert_uint_eq(folder_count(folder), 1);
    browser_free(page);
}
END_TEST

// Half of the files go through the gateway that is killed, half through the other one.
START_TEST(a_killed_gateway_leaves_nothing_half_and_its_files_go_through_another)
{
    browser *pages[FILES];
    char urls[FILES][2048];
    int peers[FILES];
    start();
    for (unsigned i = 0; i < FILES; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u.bin", i);
        pages[i] = browser_open(world_port(&cluster, 1));
        snprintf(urls[i], sizeof urls[i], "%s", sender_url(pages[i], "Make", name));
        raw_port = world_port(&cluster, i % 2);
        peers[i] = sender_begin(urls[i], 2 * sizeof piece);
        raw_put(peers[i], piece, sizeof piece);
    }
    eventually(folder_incoming(folder) == FILES);
    kill(cluster.gateways[0].pid, SIGKILL);
    process_kill(&cluster.gateways[0]);
    raw_port = world_port(&cluster, 1);
    for (unsigned i = 0; i < FILES; i++) {
        if (i % 2 == 0) {
            close(peers[i]);
            peers[i] = sender_begin(urls[i], 2 * sizeof piece);
            raw_put(peers[i], piece, sizeof piece);
        }
        raw_put(peers[i], piece, sizeof piece);
        ck_assert_uint_eq(sender_status(peers[i]), 201);
        close(peers[i]);
        expect_heard(pages[i], "stored");
        browser_free(pages[i]);
    }
    ck_assert_uint_eq(folder_count(folder), FILES);
    for (unsigned i = 0; i < FILES; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u.bin", i);
        ck_assert_int_eq(folder_size(folder, name), 2 * (long)sizeof piece);
    }
    ck_assert_uint_eq(folder_incoming(folder), FILES / 2); // the uploads of the killed one
    world_start_gateway(&cluster, 0);
    ck_assert_uint_eq(folder_incoming(folder), 0);
}
END_TEST

// The session is asked where it is by then, and it knows its URLs.
START_TEST(a_url_moves_with_its_page)
{
    start();
    browser *page = browser_open(world_port(&cluster, 0));
    char url[2048];
    char used[2048];
    snprintf(used, sizeof used, "%s", sender_url(page, "Make", "used.txt"));
    raw_port = world_port(&cluster, 0);
    ck_assert_uint_eq(sender_put(used, "", "x", 1), 201);
    snprintf(url, sizeof url, "%s", sender_url(page, "Make", "moved.txt"));
    int peer = sender_begin(url, 8);
    raw_put(peer, "half", 4);
    eventually(folder_incoming(folder) == 1);
    // One of the two had it; the other one has it then.
    kill(cluster.workers[0].pid, SIGTERM);
    ck_assert_int_eq(process_wait(&cluster.workers[0]), 0);
    raw_put(peer, "half", 4);
    ck_assert_uint_eq(sender_status(peer), 201);
    close(peer);
    expect_heard(page, "stored");
    ck_assert_uint_eq(sender_put(used, "", "x", 1), 410);
    browser_free(page);
}
END_TEST

static unsigned peak_kib(const world_process *process)
{
    char path[64];
    char line[256];
    unsigned kib = 0;
    snprintf(path, sizeof path, "/proc/%d/status", (int)process->pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        (void)sscanf(line, "VmHWM: %u", &kib);
    if (file != NULL)
        fclose(file);
    return kib;
}

// By how much the gateway may grow. A sanitizer keeps some of what was freed, and has its own beside
// it: there only a file that is kept whole is too much.
static unsigned growth_cap_kib(unsigned pieces)
{
#ifdef TR_DEBUG
    return pieces * (PIECE_BYTES / 1024) * 3 / 4;
#else
    (void)pieces;
    return 8 * 1024;
#endif
}

// Otherwise AddressSanitizer keeps 256 MiB of what was freed.
static void keep_little_of_what_is_freed(void)
{
    const char *given = getenv("ASAN_OPTIONS");
    char options[512];
    snprintf(options, sizeof options, "%s:quarantine_size_mb=8", given != NULL ? given : "");
    setenv("ASAN_OPTIONS", options, 1);
}

START_TEST(figures)
{
    const char *asked = getenv("FIGURES");
    unsigned pieces = asked != NULL ? (unsigned)strtoul(asked, NULL, 10) : 0;
    if (pieces <= 1)
        pieces = asked != NULL ? 2048 : 64;
    keep_little_of_what_is_freed();
    start();
    browser *page = browser_open(world_port(&cluster, 0));
    raw_port = world_port(&cluster, 0);
    ck_assert_uint_eq(sender_put(sender_url(page, "Make", "first"), "", piece, 1), 201);
    unsigned before = peak_kib(&cluster.gateways[0]);
    uint64_t long_ago = deadline_in_ms(0);
    int peer = sender_begin(sender_url(page, "Make", "large.bin"), (size_t)pieces * sizeof piece);
    for (unsigned i = 0; i < pieces; i++)
        raw_put(peer, piece, sizeof piece);
    ck_assert_uint_eq(sender_status(peer), 201);
    close(peer);
    uint64_t spent_ms = deadline_in_ms(0) - long_ago;
    unsigned after = peak_kib(&cluster.gateways[0]);
    if (asked != NULL)
        printf("upload of %u MiB: %llu ms, peak memory of the gateway %u KiB, %u KiB before\n",
               pieces, (unsigned long long)spent_ms, after, before);
    ck_assert_uint_le(after, before + growth_cap_kib(pieces));
    browser_free(page);
}
END_TEST

Suite *uploads_cluster_suite(void);
Suite *uploads_cluster_suite(void)
{
    Suite *suite = suite_create("uploads_cluster");
    TCase *tcase = tcase_create("uploads in a cluster");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 120);
    tcase_add_test(tcase, any_gateway_takes_a_file_for_any_page);
    tcase_add_test(tcase, two_gateways_store_one_url_once);
    tcase_add_test(tcase, a_killed_gateway_leaves_nothing_half_and_its_files_go_through_another);
    tcase_add_test(tcase, a_url_moves_with_its_page);
    tcase_add_test(tcase, figures);
    suite_add_tcase(suite, tcase);
    return suite;
}
