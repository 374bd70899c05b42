// A worker is killed amid the changes of a sync handler, between giving back its state and its end: the event is done
// again, once.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/postgres.h"
#include "tests/support/scratch.h"
#include "tests/support/world.h"

enum { LMDB, POSTGRES, STORES };
enum { STRIKES = 3, CLICKS_CAP = 100 };

static world here;
static postgres server;
static char folder[64];
static char url[256];
static char strike[96];

static void server_up(void)
{
    postgres_up(&server);
}

static void server_down(void)
{
    postgres_down(&server);
}

static void set_up(int store, const char *durability)
{
    scratch_make(folder, sizeof folder, "amid");
    (void)snprintf(strike, sizeof strike, "%s/strike", folder);
    setenv("STRUCK_BY", strike, 1);
    if (store == LMDB)
        (void)snprintf(url, sizeof url, "lmdb:%s/sessions", folder);
    else
        (void)snprintf(url, sizeof url, "%s", postgres_url(&server, "owner"));
    world_start(&here, &(world_options){.program = "./amid",
                                        .gateways = 1,
                                        .workers = 1,
                                        .bus = "tcp",
                                        .store = url,
                                        .durability = durability});
    world_await_sessions(&here, 0);
}

static void tear_down(void)
{
    world_stop(&here);
    scratch_remove(folder);
}

static void arm(void)
{
    FILE *file = fopen(strike, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(fclose(file), 0);
}

static bool has_struck(void)
{
    return access(strike, F_OK) != 0;
}

static const struct {
    const char *button;
    const char *durability;
    bool adds; // a control each time
} ways[] = {{"state", "sync", false}, {"controls", "sync", true}, {"state", "async", false}};
enum { WAYS = sizeof ways / sizeof *ways };

static bool is_done(browser *b, bool adds, unsigned clicks)
{
    unsigned count = browser_number(b, "count");
    unsigned rows = browser_count(b, "one");
    ck_assert_msg(count <= clicks && rows <= clicks, "%u of %u, with %u rows", count, clicks, rows);
    return count == clicks && (!adds || rows == clicks) && browser_unsafe(b) == 0;
}

START_TEST(what_a_sync_handler_did_is_done_once_though_its_process_was_killed_amid_it)
{
    unsigned clicks = 0;
    int way = _i % WAYS;
    set_up(_i / WAYS, ways[way].durability);
    browser *b = browser_open_as(world_port(&here, 0), BROWSER_COUNTS, NULL);
    for (unsigned i = 0; i < STRIKES; i++) {
        browser_click(b, ways[way].button);
        clicks++;
        eventually(is_done(b, ways[way].adds, clicks));
        arm();
        while (!has_struck() && clicks < CLICKS_CAP) {
            browser_click(b, ways[way].button);
            clicks++;
            eventually(has_struck() || is_done(b, ways[way].adds, clicks));
        }
        ck_assert(has_struck());
        ck_assert_int_eq(process_wait(&here.workers[0]), 128 + SIGKILL);
        world_start_worker(&here, 0);
        browser_reconnect(b, world_port(&here, 0));
        eventually(is_done(b, ways[way].adds, clicks));
    }
    browser_free(b);
    tear_down();
}
END_TEST

Suite *amid_suite(void);
Suite *amid_suite(void)
{
    Suite *suite = suite_create("amid");
    TCase *tests = tcase_create("killed amid a sync handler");
    tcase_set_timeout(tests, 180);
    tcase_add_unchecked_fixture(tests, server_up, server_down);
    tcase_add_loop_test(tests,
                        what_a_sync_handler_did_is_done_once_though_its_process_was_killed_amid_it,
                        0, STORES * WAYS);
    suite_add_tcase(suite, tests);
    return suite;
}
