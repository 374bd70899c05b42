// A worker is stopped, and the one that takes its pages is killed in that very moment, while the store takes its
// time: nobody loses a page or a click.

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/postgres.h"
#include "tests/support/scratch.h"
#include "tests/support/store_file.h"
#include "tests/support/world.h"

enum { LMDB, POSTGRES, STORES };
// HELD_MS: less than a worker waits for the store, more than it needs to give all of its pages away.
enum { WORKERS = 3, PAGES = 6, HELD_MS = 400, CLICKS_CAP = 40 };

typedef struct visit {
    browser *page; // NULL: it was not at the worker that is stopped
    char id[64];
    unsigned clicks;
} visit;

static world here;
static postgres server;
static char folder[64];
static char url[256];
static char strike[96];
static char there[128];
static visit visits[PAGES];
static int held = -1;

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
    scratch_make(folder, sizeof folder, "handover");
    (void)snprintf(strike, sizeof strike, "%s/strike", folder);
    (void)snprintf(there, sizeof there, "%s.there", strike);
    setenv("STRUCK_BY", strike, 1);
    if (store == LMDB)
        (void)snprintf(url, sizeof url, "lmdb:%s/sessions", folder);
    else if (store == POSTGRES)
        (void)snprintf(url, sizeof url, "%s", postgres_url(&server, "owner"));
    world_start(&here, &(world_options){.program = "./struck",
                                        .gateways = 1,
                                        .workers = WORKERS,
                                        .bus = "tcp",
                                        .store = store < STORES ? url : NULL,
                                        .durability = durability});
}

static void tear_down(void)
{
    world_stop(&here);
    scratch_remove(folder);
}

// -- a store that takes its time --

// A shard is taken in it before a page of it is written.
static void hold_store(int store)
{
    char sql[512];
    if (store == LMDB)
        held = store_file_hold(url);
    if (store != POSTGRES)
        return;
    (void)snprintf(sql, sizeof sql,
                   "create or replace function takes_time() returns trigger language plpgsql as $$ "
                   "begin perform pg_sleep(%u * 0.001); return null; end $$; "
                   "create trigger takes_time before insert or update on troupe_shards "
                   "for each statement execute function takes_time()",
                   HELD_MS);
    postgres_run(&server, sql);
}

static void release_store(int store)
{
    if (store == LMDB)
        (void)close(held);
    else if (store == POSTGRES)
        postgres_run(&server, "drop trigger takes_time on troupe_shards");
}

// -- people --

static void click(visit *of)
{
    if (of->clicks == CLICKS_CAP)
        return;
    browser_click(of->page, "add");
    of->clicks++;
}

static void all_click(void)
{
    for (unsigned i = 0; i < PAGES; i++)
        if (visits[i].page != NULL)
            click(&visits[i]);
}

static void all_come(void)
{
    for (unsigned i = 0; i < PAGES; i++) {
        visits[i] = (visit){.page = browser_open_as(world_port(&here, 0), BROWSER_COUNTS, NULL)};
        (void)snprintf(visits[i].id, sizeof visits[i].id, "%s", browser_session_id(visits[i].page));
    }
}

static bool is_answered(visit *of)
{
    if (browser_close_code(of->page) != 0)
        browser_reconnect(of->page, world_port(&here, 0));
    ck_assert_str_eq(browser_session_id(of->page), of->id);
    ck_assert_uint_le(browser_number(of->page, "count"), of->clicks);
    return browser_number(of->page, "count") == of->clicks && browser_unsafe(of->page) == 0;
}

static void all_is_there(void)
{
    for (unsigned i = 0; i < PAGES; i++)
        eventually(visits[i].page == NULL || is_answered(&visits[i]));
}

static void all_leave(void)
{
    for (unsigned i = 0; i < PAGES; i++)
        browser_free(visits[i].page);
}

// -- the moment --

static void arm(unsigned after_ms)
{
    FILE *file = fopen(strike, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_gt(fprintf(file, "%u", after_ms), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static bool has_struck(void)
{
    return access(strike, F_OK) != 0;
}

// Of pages elsewhere nothing is said: one that was opened just now may go with its worker.
static world_process *worker_of_the_first(void)
{
    world_process *giver = world_worker_of(&here, visits[0].page);
    for (unsigned i = 1; i < PAGES; i++)
        if (world_worker_of(&here, visits[i].page) != giver) {
            browser_free(visits[i].page);
            visits[i].page = NULL;
        }
    return giver;
}

static unsigned index_of(const world_process *of)
{
    return (unsigned)(of - here.workers);
}

static bool has_ended(const world_process *of)
{
    siginfo_t how = {0};
    return waitid(P_PID, (id_t)of->pid, &how, WEXITED | WNOHANG | WNOWAIT) == 0 && how.si_pid != 0;
}

static world_process *the_struck(const world_process *giver)
{
    for (unsigned i = 0; i < WORKERS; i++)
        if (&here.workers[i] != giver && has_ended(&here.workers[i]))
            return &here.workers[i];
    return NULL;
}

// Did it say, before it was struck, that it has that page? A page may be shared out at any time.
static bool had_it(const world_process *struck, browser *page)
{
    FILE *file = fopen(there, "re");
    char own[48];
    char line[48];
    bool is_found = false;
    (void)snprintf(own, sizeof own, "%d %s\n", (int)struck->pid, browser_text(page, "name"));
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        is_found |= strcmp(line, own) == 0;
    if (file != NULL)
        (void)fclose(file);
    return is_found;
}

// Without a store a page dies with whoever has it.
static void let_go_of_those_at(const world_process *struck)
{
    for (unsigned i = 0; i < PAGES; i++)
        if (visits[i].page != NULL && had_it(struck, visits[i].page)) {
            browser_free(visits[i].page);
            visits[i].page = NULL;
        }
}

static void stop_and_strike(world_process *giver, int store, unsigned after_ms)
{
    world_process *struck = NULL;
    arm(after_ms);
    ck_assert_int_eq(kill(giver->pid, SIGTERM), 0);
    uint64_t until = deadline_in_ms(HELD_MS);
    while (!has_struck() && !deadline_passed(until)) {
        all_click();
        browsers_wait();
    }
    release_store(store);
    eventually((struck = the_struck(giver)) != NULL);
    if (store == STORES)
        let_go_of_those_at(struck);
    all_click();
    ck_assert_int_eq(process_wait(struck), 128 + SIGKILL);
    all_is_there();
    ck_assert_int_eq(process_wait(giver), 0);
    all_click();
    all_is_there();
    world_start_worker(&here, index_of(struck));
    world_start_worker(&here, index_of(giver));
}

static bool is_counted(visit *of)
{
    return of->page == NULL || browser_number(of->page, "count") != 0;
}

// One that has not counted yet when it goes strikes nobody, and dies with the next that does.
static world_process *come_while_it_is_held(int store)
{
    hold_store(store);
    all_come();
    world_process *giver = worker_of_the_first();
    all_click();
    for (unsigned i = 0; i < PAGES; i++)
        eventually(is_counted(&visits[i]));
    return giver;
}

static world_process *come_before_it_is_held(int store)
{
    all_come();
    world_process *giver = worker_of_the_first();
    all_click();
    all_is_there();
    hold_store(store);
    all_click();
    return giver;
}

// HAND_OVER_TIMES=n: as often as that.
static void rounds(int store, world_process *(*come)(int store), unsigned after_ms_step,
                   unsigned count)
{
    const char *times = getenv("HAND_OVER_TIMES");
    count *= times != NULL ? (unsigned)strtoul(times, NULL, 10) : 1;
    for (unsigned i = 0; i < count; i++) {
        world_await_workers(&here);
        world_process *giver = come(store);
        stop_and_strike(giver, store, i % 3 * after_ms_step);
        all_leave();
    }
}

// The store has never had them.
START_TEST(a_page_that_was_opened_just_now_outlives_the_worker_that_takes_it)
{
    set_up(_i, "async");
    rounds(_i, come_while_it_is_held, 20, 2);
    tear_down();
}
END_TEST

START_TEST(what_is_done_to_a_page_just_now_outlives_the_worker_that_takes_it)
{
    set_up(_i / 2, _i % 2 == 0 ? "async" : "sync");
    rounds(_i / 2, come_before_it_is_held, 10, 1);
    tear_down();
}
END_TEST

// Whoever has let a page go has none; until it has heard that it is there, it has it.
START_TEST(without_a_store_a_page_outlives_a_worker_that_has_not_said_yet_that_it_has_it)
{
    set_up(STORES, NULL);
    rounds(STORES, come_while_it_is_held, 0, 2);
    tear_down();
}
END_TEST

Suite *hand_over_suite(void);
Suite *hand_over_suite(void)
{
    Suite *suite = suite_create("hand_over");
    TCase *tests = tcase_create("who takes it is killed");
    tcase_set_timeout(tests, 180);
    tcase_add_unchecked_fixture(tests, server_up, server_down);
    tcase_add_loop_test(tests, a_page_that_was_opened_just_now_outlives_the_worker_that_takes_it, 0,
                        STORES);
    tcase_add_loop_test(tests, what_is_done_to_a_page_just_now_outlives_the_worker_that_takes_it, 0,
                        2 * STORES);
    suite_add_tcase(suite, tests);
    tests = tcase_create("without a store");
    tcase_set_timeout(tests, 180);
    tcase_add_test(tests,
                   without_a_store_a_page_outlives_a_worker_that_has_not_said_yet_that_it_has_it);
    suite_add_tcase(suite, tests);
    return suite;
}
