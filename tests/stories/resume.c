// Many browsers click while a part of the way between them and their sessions is killed, frozen or
// stopped. Every click is counted: none is lost, none is done twice.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/proxy.h"
#include "tests/support/scratch.h"
#include "tests/support/store_file.h"
#include "tests/support/world.h"

enum { CLICKERS = 24, ROUNDS = 3, AWAY_CLICKS = 3 };

typedef struct clicker {
    browser *tab;
    uint32_t add;
    unsigned clicks;
} clicker;

static world here;
static clicker all[CLICKERS];
static unsigned way_back; // a gateway that is there
static char folder[64];
static char url[128];

static void set_up(bool has_store, const char *durability)
{
    url[0] = '\0';
    if (has_store) {
        scratch_make(folder, sizeof folder, "resume");
        (void)snprintf(url, sizeof url, "lmdb:%s/sessions", folder);
    }
    world_start(&here, &(world_options){.gateways = 2,
                                        .workers = 2,
                                        .bus = "tcp",
                                        .store = has_store ? url : NULL,
                                        .durability = durability});
    world_await_workers(&here); // each has some of the pages
}

static void tear_down(void)
{
    for (unsigned i = 0; i < CLICKERS; i++)
        browser_free(all[i].tab);
    world_stop(&here);
    if (url[0] != '\0')
        scratch_remove(folder);
}

static void all_open(unsigned port, unsigned other_port)
{
    for (unsigned i = 0; i < CLICKERS; i++) {
        way_back = other_port;
        all[i].tab = browser_open_as(i % 2 == 0 ? port : other_port, BROWSER_COUNTS, NULL);
        all[i].add = browser_id(all[i].tab, "add");
        all[i].clicks = 0;
    }
}

static void all_click(unsigned times)
{
    for (unsigned n = 0; n < times; n++)
        for (unsigned i = 0; i < CLICKERS; i++, all[i - 1].clicks++)
            browser_click_id(all[i].tab, all[i].add);
}

static void come_back(clicker *self)
{
    if (browser_close_code(self->tab) != 0)
        browser_reconnect(self->tab, way_back);
}

// Those without a connection come again, through any gateway that is there.
static void all_come_back(unsigned port)
{
    way_back = port;
    for (unsigned i = 0; i < CLICKERS; i++)
        come_back(&all[i]);
}

static bool is_done(clicker *self)
{
    come_back(self); // a worker may go while its processes hear of it, more than once
    return browser_number(self->tab, "count") == self->clicks && browser_unsafe(self->tab) == 0;
}

static void all_see_every_click(void)
{
    for (unsigned i = 0; i < CLICKERS; i++) {
        uint64_t until = deadline_in_ms(BROWSER_DEADLINE_MS);
        while (!is_done(&all[i]) && !deadline_passed(until))
            browsers_wait();
        ck_assert_msg(is_done(&all[i]), "browser %u: %u of %u clicks, %u not safe", i,
                      browser_number(all[i].tab, "count"), all[i].clicks,
                      browser_unsafe(all[i].tab));
    }
}

static void all_are_written(void)
{
    all_click(1);
    all_see_every_click();
}

static unsigned count_of(bool is_gone)
{
    unsigned count = 0;
    for (unsigned i = 0; i < CLICKERS; i++)
        count += (browser_close_code(all[i].tab) != 0) == is_gone;
    return count;
}

START_TEST(a_killed_gateway_costs_no_click)
{
    set_up(false, NULL);
    all_open(world_port(&here, 0), world_port(&here, 1));
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned victim = round % 2;
        all_click(5);
        process_kill(&here.gateways[victim]); // with clicks on their way there and answers back
        all_click(AWAY_CLICKS);
        all_come_back(world_port(&here, 1 - victim));
        all_click(1);
        all_see_every_click();
        world_start_gateway(&here, victim);
        world_await_sessions(&here, victim);
    }
    tear_down();
}
END_TEST

START_TEST(a_gateway_that_is_stopped_in_order_costs_no_click)
{
    set_up(false, NULL);
    all_open(world_port(&here, 0), world_port(&here, 1));
    all_click(5);
    ck_assert_int_eq(kill(here.gateways[0].pid, SIGTERM), 0);
    all_click(AWAY_CLICKS);
    eventually(count_of(true) == CLICKERS / 2);
    all_come_back(world_port(&here, 1));
    all_click(1);
    all_see_every_click();
    tear_down();
}
END_TEST

static const char *const kept_ways[] = {"async", "sync"};

START_TEST(a_killed_worker_costs_no_click)
{
    set_up(true, kept_ways[_i]);
    all_open(world_port(&here, 0), world_port(&here, 1));
    if (_i == 0) // a page that was never written is no page that can go on
        all_are_written();
    for (unsigned round = 0; round < 2; round++) {
        unsigned victim = round % 2;
        all_click(5);
        process_kill(&here.workers[victim]);
        all_click(AWAY_CLICKS);
        eventually(count_of(true) != 0);
        world_start_worker(&here, victim);
        all_come_back(world_port(&here, 0));
        all_click(1);
        all_see_every_click();
    }
    tear_down();
}
END_TEST

// The old line is found dead and left; what was on it comes out late, when it thaws.
START_TEST(a_frozen_network_costs_no_click)
{
    set_up(false, NULL);
    char target[64];
    (void)snprintf(target, sizeof target, "tcp://127.0.0.1:%u", world_port(&here, 0));
    proxy *network = proxy_start(target);
    unsigned port = (unsigned)strtoul(strrchr(proxy_endpoint(network), ':') + 1, NULL, 10);
    all_open(port, port);
    all_click(2);
    all_see_every_click();
    proxy_cut(network, PROXY_BACK);
    all_click(2); // these arrive, and their answers do not
    proxy_cut(network, PROXY_THERE | PROXY_BACK);
    all_click(2); // these wait in the network
    for (unsigned i = 0; i < CLICKERS; i++)
        browser_leave_line(all[i].tab);
    all_click(AWAY_CLICKS);
    all_come_back(world_port(&here, 1));
    proxy_cut(network, 0);
    all_click(1);
    all_see_every_click();
    proxy_stop(&network);
    tear_down();
}
END_TEST

static bool stops_while_writing(pid_t pid)
{
    all_click(1);
    return store_file_stop_writer(url, pid, true);
}

// At any moment, and in the middle of a write, when others cannot write either.
START_TEST(a_worker_that_sleeps_costs_no_click)
{
    set_up(true, "async");
    all_open(world_port(&here, 0), world_port(&here, 1));
    all_are_written();
    all_click(5);
    pid_t pid = here.workers[0].pid;
    if (_i == 1)
        eventually(stops_while_writing(pid));
    else
        ck_assert_int_eq(kill(pid, SIGSTOP), 0);
    all_click(AWAY_CLICKS);
    eventually(count_of(true) != 0);
    all_come_back(world_port(&here, 0));
    all_click(1);
    all_see_every_click();
    ck_assert_int_eq(kill(here.workers[0].pid, SIGCONT), 0);
    all_click(1);
    all_come_back(world_port(&here, 0));
    all_see_every_click();
    tear_down();
}
END_TEST

Suite *resume_suite(void);
Suite *resume_suite(void)
{
    Suite *suite = suite_create("resume");
    TCase *tests = tcase_create("every click counts once");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, a_killed_gateway_costs_no_click);
    tcase_add_test(tests, a_gateway_that_is_stopped_in_order_costs_no_click);
    tcase_add_loop_test(tests, a_killed_worker_costs_no_click, 0, 2);
    tcase_add_test(tests, a_frozen_network_costs_no_click);
    tcase_add_loop_test(tests, a_worker_that_sleeps_costs_no_click, 0, 2);
    suite_add_tcase(suite, tests);
    return suite;
}
