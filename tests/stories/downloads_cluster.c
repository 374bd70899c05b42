// Downloads in a cluster of processes: any gateway gives a page's files away, and a worker or a
// gateway that is killed in the middle is a failed download. Also what memory a large one costs
// (FIGURES=1).

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"
#include "tests/support/browser.h"
#include "tests/support/receiver.h"
#include "tests/support/sender.h"
#include "tests/support/system.h"
#include "tests/support/world.h"

enum { MEMORY_CAP_KIB = 8192 };

static world cluster;

static void set_up(void)
{
    setenv("TROUPE_LOG", "error", 1);
    raw_may_be_closed = true;
}

static void tear_down(void)
{
    world_stop(&cluster);
}

static unsigned worker_of(browser *page)
{
    for (unsigned i = 0; i < cluster.options.workers; i++) {
        char text[32];
        snprintf(text, sizeof text, "pid %d", (int)cluster.workers[i].pid);
        if (browser_sees(page, text))
            return i;
    }
    ck_abort_msg("no worker has the page");
    return 0;
}

// A page tells where it was made. Once there has been one on each worker, those that come stay there.
static void await_workers(void)
{
    unsigned seen = 0;
    uint64_t until = deadline_in_ms(BROWSER_DEADLINE_MS);
    while (seen != (1u << cluster.options.workers) - 1) {
        ck_assert_msg(!deadline_passed(until), "no page comes to some worker: %x", seen);
        browser *page = browser_open(world_port(&cluster, 0));
        seen |= 1u << worker_of(page);
        browser_free(page);
    }
}

static void start(void)
{
    world_start(
        &cluster,
        &(world_options){.program = "./downloader", .gateways = 2, .workers = 2, .bus = "ipc"});
    world_await_sessions(&cluster, 0);
    world_await_sessions(&cluster, 1);
    await_workers();
}

START_TEST(any_gateway_gives_and_who_is_killed_is_noticed)
{
    setenv("TROUPE_SECRET_KEY", "a secret of some length", 1);
    start();
    browser *page = browser_open(world_port(&cluster, 0));
    raw_port = world_port(&cluster, 1);
    received answer = receiver_get(sender_url(page, "Source", "3000000"), "");
    ck_assert(answer.is_whole && answer.is_pattern && answer.size == 3000000);
    raw_port = world_port(&cluster, 0);
    answer = receiver_get(sender_url(page, "Sized", "3000000"), "");
    ck_assert(answer.is_whole && answer.is_pattern);

    // A gateway that is killed in the middle; the other one goes on where it was.
    const char *url = sender_url(page, "File", "/proc/self/exe");
    raw_port = world_port(&cluster, 1);
    int peer = receiver_begin("GET", url, "", &answer);
    process_kill(&cluster.gateways[1]);
    receiver_take(peer, UINT64_MAX, &answer);
    ck_assert(!answer.is_whole);

    raw_port = world_port(&cluster, 0);
    peer = receiver_begin("GET", sender_url(page, "Sized", "300000000"), "", &answer);
    ck_assert_uint_eq(answer.status, 200);
    process_kill(&cluster.workers[worker_of(page)]);
    receiver_take(peer, UINT64_MAX, &answer);
    ck_assert(!answer.is_whole && answer.is_pattern);
    browser_free(page);
}
END_TEST

// The session is asked where it is by then, and its source goes on with the state that it had.
START_TEST(a_download_goes_on_where_its_page_went)
{
    received answer;
    setenv("TROUPE_SECRET_KEY", "a secret of some length", 1);
    start();
    browser *page = browser_open(world_port(&cluster, 0));
    unsigned worker = worker_of(page);
    raw_port = world_port(&cluster, 0);
    int peer = receiver_begin("GET", sender_url(page, "Source", "50000000"), "", &answer);
    kill(cluster.workers[worker].pid, SIGTERM);
    ck_assert_int_eq(process_wait(&cluster.workers[worker]), 0);
    receiver_take(peer, UINT64_MAX, &answer);
    ck_assert(answer.is_whole && answer.is_pattern && answer.size == 50000000);
    browser_free(page);
}
END_TEST

START_TEST(without_a_common_key_there_are_none)
{
    unsetenv("TROUPE_SECRET_KEY");
    start();
    browser *page = browser_open(world_port(&cluster, 0));
    ck_assert_str_eq(sender_url(page, "Bytes", "a"), "TR_EUNAVAILABLE");
    browser_free(page);
}
END_TEST

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

START_TEST(a_large_one_costs_no_memory)
{
    bool is_full = getenv("FIGURES") != NULL;
    setenv("TROUPE_SECRET_KEY", "a secret of some length", 1);
    start();
    browser *page = browser_open(world_port(&cluster, 0));
    unsigned worker = worker_of(page);
    raw_port = world_port(&cluster, 0);
    ck_assert(receiver_get(sender_url(page, "Source", "10000000"), "").is_whole);
    unsigned gateway_kib = process_memory_kib(&cluster.gateways[0]);
    unsigned worker_kib = process_memory_kib(&cluster.workers[worker]);
    const char *size = is_full ? "5368709120" : TEST_UNDER_SANITIZER ? "33554432" : "268435456";
    double since = seconds();
    received answer = receiver_get(sender_url(page, "Source", size), "");
    ck_assert(answer.is_whole && answer.is_pattern && answer.size == strtoull(size, NULL, 10));
    unsigned gateway_grew = process_memory_kib(&cluster.gateways[0]) - gateway_kib;
    unsigned worker_grew = process_memory_kib(&cluster.workers[worker]) - worker_kib;
    if (is_full)
        printf("%s bytes in %.1f s; KiB more: gateway %d, worker %d\n", size, seconds() - since,
               (int)gateway_grew, (int)worker_grew);
    ck_assert_int_lt((int)gateway_grew, MEMORY_CAP_KIB);
    ck_assert_int_lt((int)worker_grew, MEMORY_CAP_KIB);
    browser_free(page);
}
END_TEST

Suite *downloads_cluster_suite(void);
Suite *downloads_cluster_suite(void)
{
    Suite *suite = suite_create("downloads_cluster");
    TCase *all = tcase_create("cluster");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_set_timeout(all, 300);
    tcase_add_test(all, any_gateway_gives_and_who_is_killed_is_noticed);
    tcase_add_test(all, a_download_goes_on_where_its_page_went);
    tcase_add_test(all, without_a_common_key_there_are_none);
    tcase_add_test(all, a_large_one_costs_no_memory);
    suite_add_tcase(suite, all);
    return suite;
}
