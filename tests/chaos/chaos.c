// A cluster under people who click all the time, while at random its processes are killed, stopped or
// replaced, the network cut, the store's server restarted. Every click is counted: none is lost, none
// is done twice, nobody is given another page.
//
// CHAOS_SECONDS says how long (without it, it is left out); SEED repeats the choices, though not the
// moments at which they meet the processes. docs/testing.md has the other settings.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tests/chaos/crowd.h"

enum {
    CLICKS_EACH_MS = 400,
    SETTLE_FAULTS = 6 // after so many of them everybody is looked at
};

static fault faults[] = {
    {.name = "kill worker", .role = PART_WORKER, .does = KILL, .more_ms = 1500},
    {.name = "kill gateway", .role = PART_GATEWAY, .does = KILL, .more_ms = 1500},
    {.name = "kill broker", .role = PART_BROKER, .does = KILL, .more_ms = 1500},
    {.name = "stop worker", .role = PART_WORKER, .does = STOP, .least_ms = 1000, .more_ms = 4001},
    {.name = "stop gateway", .role = PART_GATEWAY, .does = STOP, .least_ms = 1000, .more_ms = 4001},
    {.name = "stop broker", .role = PART_BROKER, .does = STOP, .least_ms = 1000, .more_ms = 4001},
    {.name = "kill handlers", .role = PART_HANDLERS, .does = KILL, .more_ms = 1500},
    {.name = "stop handlers",
     .role = PART_HANDLERS,
     .does = STOP,
     .least_ms = 1000,
     .more_ms = 4001},
    {.name = "sleep worker", .role = PART_WORKER, .does = STOP, .least_ms = 30000},
    {.name = "sleep gateway", .role = PART_GATEWAY, .does = STOP, .least_ms = 30000},
    {.name = "drain worker", .role = PART_WORKER, .does = DRAIN},
    {.name = "drain gateway", .role = PART_GATEWAY, .does = DRAIN},
    {.name = "drain broker", .role = PART_BROKER, .does = DRAIN},
    {.name = "drain handlers", .role = PART_HANDLERS, .does = DRAIN},
    {.name = "lose workers", .role = PART_WORKER, .does = KILL_ALL, .more_ms = 1500},
    {.name = "lose gateways", .role = PART_GATEWAY, .does = KILL_ALL, .more_ms = 1500},
    {.name = "lose brokers", .role = PART_BROKER, .does = KILL_ALL, .more_ms = 3000},
    {.name = "cut network", .does = CUT, .least_ms = 500, .more_ms = 9000},
    {.name = "cut broker", .does = CUT_BROKER, .least_ms = 500, .more_ms = 9000},
    {.name = "cut gateway", .does = CUT_GATEWAY, .least_ms = 500, .more_ms = 9000},
    {.name = "cut store", .does = CUT_STORE, .least_ms = 500, .more_ms = 9000},
    {.name = "restart store", .does = RESTART_STORE, .more_ms = 3000},
};
enum { FAULTS = sizeof faults / sizeof *faults };

static crowd here;
static postgres server;

static unsigned setting(const char *name, unsigned otherwise)
{
    const char *told = getenv(name);
    return told != NULL ? (unsigned)strtoul(told, NULL, 10) : otherwise;
}

static const char *text_setting(const char *name, const char *otherwise)
{
    const char *told = getenv(name);
    return told != NULL ? told : otherwise;
}

static bool is_postgres(void)
{
    return strcmp(text_setting("CHAOS_STORE", "lmdb"), "postgres") == 0;
}

static bool is_wanted(const fault *self)
{
    const char *wanted = getenv("CHAOS_FAULTS");
    if ((self->does == RESTART_STORE || self->does == CUT_STORE) && !is_postgres())
        return false;
    return wanted == NULL || strstr(wanted, self->name) != NULL;
}

static fault *draw(void)
{
    fault *drawn;
    do
        drawn = &faults[chaos_below(FAULTS)];
    while (!is_wanted(drawn));
    return drawn;
}

static const visitor_app *app(void)
{
    const char *told = text_setting("CHAOS_APP", visitor_counts.name);
    if (strcmp(told, visitor_lists.name) == 0)
        return &visitor_lists;
    ck_assert_msg(strcmp(told, visitor_counts.name) == 0, "CHAOS_APP=%s: counter or todo", told);
    return &visitor_counts;
}

static void set_up(void)
{
    crowd_begin(&here, app(),
                &(cluster_options){.count = {[PART_BROKER] = setting("CHAOS_BROKERS", 2),
                                             [PART_GATEWAY] = 2,
                                             [PART_WORKER] = 3,
                                             [PART_HANDLERS] = 2},
                                   .store = is_postgres() ? postgres_url(&server, "owner") : NULL,
                                   .server = is_postgres() ? &server : NULL,
                                   .durability = text_setting("CHAOS_DURABILITY", "sync"),
                                   .is_told = true,
                                   .has_network = true,
                                   .has_store_network = is_postgres(),
                                   .has_broker_network = true,
                                   .has_gateway_network = true},
                setting("CHAOS_BROWSERS", 50));
    here.slow_ms = setting("CHAOS_SLOW_MS", 0);
}

static unsigned pause_ms(void)
{
    unsigned each_ms = setting("CHAOS_EACH_MS", 5000);
    return each_ms / 2 + chaos_below(each_ms + 1);
}

static visitor_faults report(uint64_t seed)
{
    visitor_faults total = crowd_faults(&here);
    printf("chaos: seed %llu, %u browsers, %u clicks: pages lost %u, increments lost %u, doubled "
           "%u, taken back %u, never served %u; processes that ended by themselves %u\n",
           (unsigned long long)seed, here.count, crowd_clicks(&here), total.pages_lost, total.lost,
           total.doubled, total.taken_back, total.never_served, here.cluster.unexpected);
    for (unsigned i = 0; i < FAULTS; i++)
        fault_print(&faults[i]);
    fflush(stdout);
    return total;
}

START_TEST(people_click_while_processes_die)
{
    uint64_t seed = getenv("SEED") != NULL ? strtoull(getenv("SEED"), NULL, 10) : tr_clock_ns();
    fprintf(stderr, "SEED=%llu\n", (unsigned long long)seed);
    chaos_seed(seed);
    set_up();
    uint64_t end = deadline_in_ms(setting("CHAOS_SECONDS", 0) * 1000);
    uint64_t next = deadline_in_ms(pause_ms());
    for (unsigned struck = 0; !deadline_passed(end);) {
        crowd_turn(&here, CLICKS_EACH_MS);
        if (!deadline_passed(next))
            continue;
        if (++struck % SETTLE_FAULTS == 0)
            crowd_settle(&here);
        (void)crowd_strike(&here, draw());
        next = deadline_in_ms(pause_ms());
    }
    crowd_settle(&here);
    visitor_faults total = report(seed);
    bool is_fine = visitor_faults_sum(&total) == 0 && here.cluster.unexpected == 0;
    crowd_end(&here, !is_fine || getenv("CHAOS_KEEP") != NULL);
    ck_assert_msg(is_fine, "SEED=%llu", (unsigned long long)seed);
}
END_TEST

static void server_up(void)
{
    if (is_postgres())
        postgres_up(&server);
}

static void server_down(void)
{
    if (is_postgres())
        postgres_down(&server);
}

Suite *chaos_suite(void);
Suite *chaos_suite(void)
{
    Suite *suite = suite_create("chaos");
    TCase *tests = tcase_create("every click counts once");
    unsigned seconds = setting("CHAOS_SECONDS", 0);
    tcase_set_timeout(tests, seconds * 3 + 900);
    tcase_add_unchecked_fixture(tests, server_up, server_down);
    if (seconds != 0)
        tcase_add_test(tests, people_click_while_processes_die);
    suite_add_tcase(suite, tests);
    return suite;
}
