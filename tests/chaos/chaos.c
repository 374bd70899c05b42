// A cluster under people who click all the time, while at random one of its processes is killed,
// stopped or replaced. Every click is counted at the end: none is lost, none is done twice, nobody is
// given another page.
//
// CHAOS_SECONDS says how long (without it, it is left out); SEED repeats the choices, though not the
// moments at which they meet the processes. CHAOS_BROWSERS, CHAOS_FAULTS="kill worker,stop gateway",
// CHAOS_EACH_MS, CHAOS_STORE and CHAOS_DURABILITY say what is to happen.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "tests/chaos/cluster.h"
#include "tests/chaos/visitor.h"
#include "tests/support/postgres.h"

enum {
    VISITORS_CAP = 500,
    SAMPLES_CAP = 65536,
    CLICKS_EACH_MS = 400,
    SETTLE_MS = 60000,
    SETTLE_FAULTS = 6 // after so many of them everybody is looked at
};

enum { KILL, STOP, DRAIN };

typedef struct fault {
    const char *name;
    enum part_role role;
    int does;
    unsigned times;
    unsigned touched; // browsers
    unsigned count;
    unsigned *waits; // of those, in milliseconds
} fault;

static fault faults[] = {
    {.name = "kill worker", .role = PART_WORKER, .does = KILL},
    {.name = "kill gateway", .role = PART_GATEWAY, .does = KILL},
    {.name = "kill broker", .role = PART_BROKER, .does = KILL},
    {.name = "stop worker", .role = PART_WORKER, .does = STOP},
    {.name = "stop gateway", .role = PART_GATEWAY, .does = STOP},
    {.name = "stop broker", .role = PART_BROKER, .does = STOP},
    {.name = "drain worker", .role = PART_WORKER, .does = DRAIN},
    {.name = "drain gateway", .role = PART_GATEWAY, .does = DRAIN},
    {.name = "drain broker", .role = PART_BROKER, .does = DRAIN},
};
enum { FAULTS = sizeof faults / sizeof *faults };

static cluster here;
static postgres server;
static visitor all[VISITORS_CAP];
static unsigned visitor_count;
static fault *latest;

static unsigned setting(const char *name, unsigned otherwise)
{
    const char *told = getenv(name);
    return told != NULL ? (unsigned)strtoul(told, NULL, 10) : otherwise;
}

static void note_answer(visitor *who)
{
    uint64_t waited = visitor_answered(who);
    if (waited != 0 && latest != NULL && latest->count < SAMPLES_CAP) {
        latest->waits[latest->count++] = (unsigned)waited;
        latest->touched += who->is_touched;
        if (waited > setting("CHAOS_SLOW_MS", UINT32_MAX))
            visitor_print(who, stderr);
    }
}

static void turn(unsigned clicks_each_ms)
{
    visitor_doors doors;
    cluster_turn(&here);
    cluster_doors(&here, &doors);
    for (unsigned i = 0; i < visitor_count; i++) {
        visitor_turn(&all[i], &doors, clicks_each_ms);
        note_answer(&all[i]);
    }
    browsers_wait();
}

static unsigned settled_count(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < visitor_count; i++)
        count += visitor_is_settled(&all[i]);
    return count;
}

// Nobody clicks any more, nothing breaks: everything that was clicked is to be there.
static void all_settle(void)
{
    uint64_t until = deadline_in_ms(SETTLE_MS);
    while (!deadline_passed(until) && (settled_count() < visitor_count || !cluster_is_up(&here)))
        turn(0);
    for (unsigned i = 0; i < visitor_count; i++)
        visitor_must_be_settled(&all[i]);
}

static bool is_wanted(const fault *self)
{
    const char *wanted = getenv("CHAOS_FAULTS");
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

static void strike(void)
{
    fault *at = draw();
    part *victim = cluster_pick(&here, at->role);
    unsigned ms = at->does == STOP ? 1000 + chaos_below(4001) : chaos_below(1500);
    if (victim == NULL)
        return;
    time_t now = time(NULL);
    char clock[16];
    strftime(clock, sizeof clock, "%T", gmtime(&now));
    fprintf(stderr, "%s %s %u", clock, at->name, victim->index);
    fprintf(stderr, at->does == DRAIN ? "\n" : " for %u ms\n", ms);
    for (unsigned i = 0; i < visitor_count; i++)
        visitor_expects(&all[i]);
    at->times++;
    latest = at;
    if (at->does == KILL)
        cluster_kill(&here, victim, ms);
    else if (at->does == STOP)
        cluster_stop(&here, victim, ms);
    else
        cluster_drain(&here, victim);
}

// -- what came of it --

static int by_size(const void *a, const void *b)
{
    unsigned one = *(const unsigned *)a;
    unsigned two = *(const unsigned *)b;
    return (one > two) - (one < two);
}

static void print_fault(fault *self)
{
    if (self->times == 0 || self->count == 0)
        return;
    qsort(self->waits, self->count, sizeof *self->waits, by_size);
    unsigned last = self->count - 1;
    printf("  %-14s %4u times, %5u of %5u pages broke off; answer after p50 %5u ms, p90 %5u, "
           "p99 %5u, max %5u\n",
           self->name, self->times, self->touched, self->count, self->waits[last / 2],
           self->waits[last * 90 / 100], self->waits[last * 99 / 100], self->waits[last]);
}

static unsigned sum(const visitor_faults *of)
{
    return of->pages_lost + of->lost + of->doubled + of->taken_back + of->never_served;
}

static visitor_faults report(uint64_t seed)
{
    visitor_faults total = {0};
    unsigned clicks = 0;
    for (unsigned i = 0; i < visitor_count; i++) {
        const visitor_faults *of = &all[i].faults;
        total.pages_lost += of->pages_lost;
        total.lost += of->lost;
        total.doubled += of->doubled;
        total.taken_back += of->taken_back;
        total.never_served += of->never_served;
        clicks += all[i].clicks;
        if (sum(of) != 0)
            visitor_print(&all[i], stderr);
    }
    printf(
        "chaos: seed %llu, %u browsers, %u clicks: pages lost %u, increments lost %u, doubled %u, "
        "taken back %u, never served %u; processes that ended by themselves %u\n",
        (unsigned long long)seed, visitor_count, clicks, total.pages_lost, total.lost,
        total.doubled, total.taken_back, total.never_served, here.unexpected);
    for (unsigned i = 0; i < FAULTS; i++)
        print_fault(&faults[i]);
    fflush(stdout);
    return total;
}

static unsigned with_page(void)
{
    unsigned count = 0;
    for (unsigned i = 0; i < visitor_count; i++)
        count += all[i].add != 0;
    return count;
}

// NULL: the cluster's own file.
static const char *store(void)
{
    const char *told = getenv("CHAOS_STORE");
    if (told == NULL || strcmp(told, "lmdb") == 0)
        return NULL;
    if (strcmp(told, "postgres") != 0)
        return told;
    postgres_up(&server);
    return postgres_url(&server, "owner");
}

static void set_up(void)
{
    visitor_count = setting("CHAOS_BROWSERS", 50);
    ck_assert_uint_le(visitor_count, VISITORS_CAP);
    for (unsigned i = 0; i < FAULTS; i++)
        faults[i].waits = calloc(SAMPLES_CAP, sizeof *faults[i].waits);
    const char *durability = getenv("CHAOS_DURABILITY");
    cluster_begin(&here,
                  &(cluster_options){.count = {[PART_BROKER] = setting("CHAOS_BROKERS", 2),
                                               [PART_GATEWAY] = 2,
                                               [PART_WORKER] = 3},
                                     .store = store(),
                                     .durability = durability != NULL ? durability : "sync"});
    for (unsigned i = 0; i < visitor_count; i++) {
        visitor_begin(&all[i], i);
        all[i].must_stay = strcmp(here.options.durability, "sync") == 0;
    }
    uint64_t until = deadline_in_ms(SETTLE_MS);
    while (!cluster_is_up(&here) || with_page() < visitor_count) {
        ck_assert_msg(!deadline_passed(until), "%u of %u pages are open", with_page(),
                      visitor_count);
        turn(0);
    }
}

START_TEST(people_click_while_processes_die)
{
    uint64_t seed = getenv("SEED") != NULL ? strtoull(getenv("SEED"), NULL, 10) : tr_clock_ns();
    uint64_t each_ms = setting("CHAOS_EACH_MS", 5000);
    fprintf(stderr, "SEED=%llu\n", (unsigned long long)seed);
    chaos_seed(seed);
    set_up();
    uint64_t end = deadline_in_ms(setting("CHAOS_SECONDS", 0) * 1000);
    uint64_t next = deadline_in_ms((unsigned)each_ms);
    for (unsigned struck = 0; !deadline_passed(end);) {
        turn(CLICKS_EACH_MS);
        if (!deadline_passed(next))
            continue;
        if (++struck % SETTLE_FAULTS == 0)
            all_settle();
        strike();
        next = deadline_in_ms((unsigned)each_ms / 2 + chaos_below((unsigned)each_ms + 1));
    }
    all_settle();
    visitor_faults total = report(seed);
    for (unsigned i = 0; i < visitor_count; i++)
        visitor_end(&all[i]);
    bool is_fine = sum(&total) == 0 && here.unexpected == 0;
    cluster_end(&here, !is_fine || getenv("CHAOS_KEEP") != NULL);
    if (server.pid != 0)
        postgres_down(&server);
    ck_assert_msg(is_fine, "SEED=%llu", (unsigned long long)seed);
}
END_TEST

Suite *chaos_suite(void);
Suite *chaos_suite(void)
{
    Suite *suite = suite_create("chaos");
    TCase *tests = tcase_create("every click counts once");
    unsigned seconds = setting("CHAOS_SECONDS", 0);
    tcase_set_timeout(tests, seconds * 3 + 300);
    if (seconds != 0)
        tcase_add_test(tests, people_click_while_processes_die);
    suite_add_tcase(suite, tests);
    return suite;
}
