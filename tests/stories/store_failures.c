// What docs/operations.md says of the store, on a cluster of processes with PostgreSQL and
// --durability sync: its server is killed and another one promoted, its disk is full, one worker
// does not reach it, or not its broker, one sleeps for long. People click before, in it and after; every click counts
// once, and what was shown stays, also when all workers have been killed since.

#include <check.h>
#include <stdio.h>

#include "tests/chaos/crowd.h"
#include "tests/support/system.h"

enum { PEOPLE = 10, CLICKS_EACH_MS = 100, CLICKS = 4 };

static crowd here;
static postgres server;
static postgres standby;

static fault loss = {.name = "all workers are killed", .role = PART_WORKER, .does = KILL_ALL};

static void server_up(void)
{
    postgres_up(&server);
}

static void server_down(void)
{
    postgres_down(&server);
}

static void begin(const char *store, const cluster_options *more)
{
    cluster_options options = *more;
    if (options.durability == NULL)
        options.durability = "sync";
    options.count[PART_BROKER] = 1;
    options.count[PART_GATEWAY] = 1;
    options.count[PART_WORKER] = 2;
    options.store = store;
    options.server = &server;
    chaos_seed(1);
    crowd_begin(&here, &visitor_counts, &options, PEOPLE);
}

static void all_click(void)
{
    crowd_click(&here, CLICKS, CLICKS_EACH_MS);
}

// From here on pages are what the store has of them.
static void end_without_workers(fault *what)
{
    all_click();
    crowd_check(&here, what->name);
    fault_print(what);
    ck_assert(crowd_strike(&here, &loss));
    all_click();
    crowd_check(&here, "once it was over, all workers were killed");
    crowd_end(&here, false);
}

static part *worker(unsigned index)
{
    return cluster_part(&here.cluster, PART_WORKER, index);
}

// They click until a worker, from the first of these two to the last, has said that.
static void until_logged(unsigned first, unsigned last, const char *text)
{
    crowd_until_logged(&here, worker(first), worker(last), text, CLICKS_EACH_MS);
}

// It is the one that has the networks: all pages come to it, and half of them leave again soon. What was
// clicked before is safe: so all pages are in the store, with async, too, when a worker is killed.
static void worker_0_has_people(void)
{
    all_click();
    crowd_settle(&here);
    cluster_kill(&here.cluster, worker(1), 0);
    all_click();
    crowd_settle(&here);
}

START_TEST(the_servers_standby_takes_over_and_has_every_click)
{
    fault row = {.name = "the store's primary is killed, its standby promoted"};
    postgres_follow(&standby, &server);
    begin(postgres_pair_url(&server, &standby, "owner"), &(cluster_options){0});
    all_click();
    crowd_expect(&here, &row);
    postgres_kill(&server);
    all_click();
    postgres_promote(&standby);
    end_without_workers(&row);
    postgres_down(&standby);
}
END_TEST

START_TEST(a_worker_that_does_not_reach_the_store_has_its_people_wait)
{
    fault row = {
        .name = "a worker is cut off the store", .does = CUT_STORE, .least_ms = UINT32_MAX};
    begin(postgres_url(&server, "owner"), &(cluster_options){.has_store_network = true});
    worker_0_has_people();
    ck_assert(crowd_strike(&here, &row));
    until_logged(0, 0, "event=store_away");
    cluster_heal(&here.cluster);
    end_without_workers(&row);
}
END_TEST

static bool all_are_settled(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < here.count; i++)
        count += visitor_is_settled(&here.all[i]);
    return count == here.count;
}

// While it is as it is now, everything that was clicked comes to be shown, and safe.
static void all_is_saved(void)
{
    uint64_t until = deadline_in_ms(CROWD_DEADLINE_MS);
    while (!all_are_settled()) {
        ck_assert_msg(!deadline_passed(until), "what was clicked does not become safe");
        crowd_turn(&here, 0);
    }
}

static const char *const durabilities[] = {"sync", "async"};

// Nobody heals it: the other worker reaches the store, and so it saves what this one cannot.
START_TEST(a_worker_that_has_lost_the_store_gives_its_pages_to_one_that_reaches_it)
{
    fault row = {.name = _i == 0 ? "a worker has lost the store, sync" : "the same, async",
                 .does = CUT_STORE,
                 .least_ms = UINT32_MAX};
    begin(postgres_url(&server, "owner"),
          &(cluster_options){.has_store_network = true, .durability = durabilities[_i]});
    worker_0_has_people();
    ck_assert(crowd_strike(&here, &row));
    all_click();
    all_is_saved();
    cluster_kill(&here.cluster, worker(0), 0);
    cluster_heal(&here.cluster);
    end_without_workers(&row);
}
END_TEST

static void nobody_was_sent_away(void)
{
    for (unsigned i = 0; i < here.count; i++)
        ck_assert_msg(!here.all[i].is_touched, "browser %u was sent away", i);
}

// Who could save a page if nobody reaches the store? All go on, and what they do is saved afterwards.
START_TEST(a_store_that_nobody_reaches_ends_no_page)
{
    fault row = {.name = "the store is away for everybody, async"};
    begin(postgres_url(&server, "owner"), &(cluster_options){.durability = "async"});
    all_click();
    crowd_settle(&here);
    crowd_expect(&here, &row);
    postgres_stop(&server, "immediate");
    until_logged(0, 0, "event=store_lost");
    until_logged(1, 1, "event=store_lost");
    all_click();
    nobody_was_sent_away();
    ck_assert_uint_eq(row.count, PEOPLE);
    postgres_start(&server);
    all_is_saved();
    nobody_was_sent_away();
    end_without_workers(&row);
}
END_TEST

START_TEST(a_worker_that_does_not_reach_the_broker_costs_no_click)
{
    fault row = {
        .name = "a worker is cut off the broker", .does = CUT_BROKER, .least_ms = UINT32_MAX};
    begin(postgres_url(&server, "owner"), &(cluster_options){.has_broker_network = true});
    worker_0_has_people();
    ck_assert(crowd_strike(&here, &row));
    until_logged(0, 0, "event=brokers_lost");
    all_click();
    cluster_heal(&here.cluster);
    end_without_workers(&row);
}
END_TEST

// A worker that is stopped while it writes to a file is ended; one that writes to a server wakes up.
START_TEST(a_worker_that_sleeps_for_half_a_minute_costs_no_click)
{
    fault row = {
        .name = "a worker sleeps for 30 s", .role = PART_WORKER, .does = STOP, .least_ms = 30000};
    begin(postgres_url(&server, "owner"), &(cluster_options){0});
    all_click();
    ck_assert(crowd_strike(&here, &row));
    all_click();
    crowd_settle(&here); // until it is awake
    end_without_workers(&row);
}
END_TEST

// As the server says it: 53100.
START_TEST(a_full_disk_has_people_wait_until_there_is_room)
{
    fault row = {.name = "the store's disk is full"};
    begin(postgres_url(&server, "owner"), &(cluster_options){0});
    all_click();
    crowd_expect(&here, &row);
    postgres_run(&server,
                 "create function full_disk() returns trigger language plpgsql as $$ begin raise "
                 "exception using errcode = '53100', message = 'no space left on device'; end $$; "
                 "create trigger full_disk before insert or update on troupe_sessions for each "
                 "row execute function full_disk(); "
                 "create trigger full_disk before insert or update on troupe_changes for each "
                 "row execute function full_disk()");
    until_logged(0, 1, "event=store_unsaved store=postgres error=TR_EFULL");
    all_click();
    postgres_run(&server, "drop function full_disk cascade");
    end_without_workers(&row);
}
END_TEST

Suite *store_failures_suite(void);
Suite *store_failures_suite(void)
{
    Suite *suite = suite_create("store_failures");
    TCase *pair = tcase_create("with two servers");
    TCase *tests = tcase_create("with a server");
    tcase_set_timeout(pair, 600);
    tcase_set_timeout(tests, 600);
    // What its processes do is what other stories have a sanitizer look at.
    if (!TEST_UNDER_SANITIZER) {
        tcase_add_checked_fixture(pair, server_up, server_down);
        tcase_add_unchecked_fixture(tests, server_up, server_down);
        tcase_add_test(pair, the_servers_standby_takes_over_and_has_every_click);
        tcase_add_test(tests, a_worker_that_does_not_reach_the_store_has_its_people_wait);
        tcase_add_loop_test(
            tests, a_worker_that_has_lost_the_store_gives_its_pages_to_one_that_reaches_it, 0, 2);
        tcase_add_test(tests, a_store_that_nobody_reaches_ends_no_page);
        tcase_add_test(tests, a_worker_that_does_not_reach_the_broker_costs_no_click);
        tcase_add_test(tests, a_worker_that_sleeps_for_half_a_minute_costs_no_click);
        tcase_add_test(tests, a_full_disk_has_people_wait_until_there_is_room);
    }
    suite_add_tcase(suite, pair);
    suite_add_tcase(suite, tests);
    return suite;
}
