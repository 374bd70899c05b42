#include "tests/chaos/crowd.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SAMPLES_CAP = 65536 };

static void note_answer(crowd *self, visitor *who)
{
    uint64_t waited = visitor_answered(who);
    fault *what = self->owed[who->index];
    if (waited == 0 || what == NULL || what->count == SAMPLES_CAP)
        return;
    if (what->waits == NULL)
        what->waits = calloc(SAMPLES_CAP, sizeof *what->waits);
    what->waits[what->count++] = (unsigned)waited;
    what->touched += who->is_touched;
    if (self->slow_ms != 0 && waited > self->slow_ms)
        visitor_print(who, stderr);
}

void crowd_turn(crowd *self, unsigned clicks_each_ms)
{
    visitor_doors doors;
    cluster_turn(&self->cluster);
    cluster_doors(&self->cluster, &doors);
    for (unsigned i = 0; i < self->count; i++) {
        visitor_turn(&self->all[i], &doors, clicks_each_ms);
        note_answer(self, &self->all[i]);
    }
    browsers_wait();
}

static unsigned settled_count(crowd *self)
{
    unsigned count = 0;
    for (unsigned i = 0; i < self->count; i++)
        count += visitor_is_settled(&self->all[i]);
    return count;
}

void crowd_click(crowd *self, unsigned clicks, unsigned clicks_each_ms)
{
    unsigned until = crowd_clicks(self) + self->count * clicks;
    while (crowd_clicks(self) < until)
        crowd_turn(self, clicks_each_ms);
}

void crowd_until_logged(crowd *self, const part *one, const part *other, const char *text,
                        unsigned clicks_each_ms)
{
    uint64_t until = deadline_in_ms(CROWD_DEADLINE_MS);
    while (!cluster_has_logged(&self->cluster, one, text) &&
           !cluster_has_logged(&self->cluster, other, text)) {
        ck_assert_msg(!deadline_passed(until), "nobody says %s", text);
        crowd_turn(self, clicks_each_ms);
    }
}

void crowd_settle(crowd *self)
{
    uint64_t until = deadline_in_ms(CROWD_DEADLINE_MS);
    while (!deadline_passed(until) &&
           (settled_count(self) < self->count || !cluster_is_up(&self->cluster)))
        crowd_turn(self, 0);
    for (unsigned i = 0; i < self->count; i++)
        visitor_must_be_settled(&self->all[i]);
}

static unsigned with_page(const crowd *self)
{
    unsigned count = 0;
    for (unsigned i = 0; i < self->count; i++)
        count += self->all[i].has_come;
    return count;
}

void crowd_begin(crowd *self, const visitor_app *app, const cluster_options *options,
                 unsigned count)
{
    memset(self, 0, sizeof *self);
    ck_assert_uint_le(count, CROWD_CAP);
    self->count = count;
    cluster_options with = *options;
    with.program = app->program;
    cluster_begin(&self->cluster, &with);
    for (unsigned i = 0; i < count; i++) {
        visitor_begin(&self->all[i], app, i);
        self->all[i].must_stay =
            options->durability != NULL && strcmp(options->durability, "sync") == 0;
    }
    uint64_t until = deadline_in_ms(CROWD_DEADLINE_MS);
    while (!cluster_is_up(&self->cluster) || with_page(self) < count) {
        ck_assert_msg(!deadline_passed(until), "%u of %u pages are open", with_page(self), count);
        crowd_turn(self, 0);
    }
}

void crowd_end(crowd *self, bool keeps_logs)
{
    for (unsigned i = 0; i < self->count; i++)
        visitor_end(&self->all[i]);
    cluster_end(&self->cluster, keeps_logs);
}

// -- what is done to it --

static void say(const fault *what, const part *victim, unsigned ms)
{
    time_t now = time(NULL);
    char clock[16];
    strftime(clock, sizeof clock, "%T", gmtime(&now));
    fprintf(stderr, "%s %s", clock, what->name);
    if (victim != NULL)
        fprintf(stderr, " %u", victim->index);
    fprintf(stderr, what->does == DRAIN ? "\n" : " for %u ms\n", ms);
}

static void do_it(cluster *to, const fault *what, part *victim, unsigned ms)
{
    switch (what->does) {
    case KILL:
        cluster_kill(to, victim, ms);
        break;
    case KILL_ALL:
        cluster_kill_all(to, what->role, ms);
        break;
    case STOP:
        cluster_stop(to, victim, ms);
        break;
    case DRAIN:
        cluster_drain(to, victim);
        break;
    case CUT:
        cluster_cut(to, ms);
        break;
    case CUT_STORE:
        cluster_cut_store(to, ms);
        break;
    case CUT_BROKER:
        cluster_cut_broker(to, ms);
        break;
    case CUT_GATEWAY:
        cluster_cut_gateway(to, ms);
        break;
    case RESTART_STORE:
        cluster_restart_store(to, ms);
        break;
    }
}

void crowd_expect(crowd *self, fault *what)
{
    for (unsigned i = 0; i < self->count; i++)
        if (visitor_expects(&self->all[i]))
            self->owed[i] = what;
    what->times++;
}

bool crowd_strike(crowd *self, fault *what)
{
    bool has_victim = what->does == KILL || what->does == STOP || what->does == DRAIN;
    part *victim = has_victim ? cluster_pick(&self->cluster, what->role, what->does != KILL) : NULL;
    unsigned ms = what->least_ms + (what->more_ms != 0 ? chaos_below(what->more_ms) : 0);
    if (has_victim && victim == NULL)
        return false;
    if (self->cluster.options.is_told)
        say(what, victim, ms);
    crowd_expect(self, what);
    do_it(&self->cluster, what, victim, ms);
    return true;
}

// -- what came of it --

static int by_size(const void *a, const void *b)
{
    unsigned one = *(const unsigned *)a;
    unsigned two = *(const unsigned *)b;
    return (one > two) - (one < two);
}

void fault_print(fault *self)
{
    if (self->count == 0)
        return;
    qsort(self->waits, self->count, sizeof *self->waits, by_size);
    unsigned last = self->count - 1;
    printf("  %-16s %4u times, %5u of %5u pages broke off; answer after p50 %5u ms, p90 %5u, "
           "p99 %5u, max %5u\n",
           self->name, self->times, self->touched, self->count, self->waits[last / 2],
           self->waits[last * 90 / 100], self->waits[last * 99 / 100], self->waits[last]);
}

unsigned visitor_faults_sum(const visitor_faults *of)
{
    return of->pages_lost + of->lost + of->doubled + of->taken_back + of->never_served;
}

visitor_faults crowd_faults(const crowd *self)
{
    visitor_faults total = {0};
    for (unsigned i = 0; i < self->count; i++) {
        const visitor_faults *of = &self->all[i].faults;
        total.pages_lost += of->pages_lost;
        total.lost += of->lost;
        total.doubled += of->doubled;
        total.taken_back += of->taken_back;
        total.never_served += of->never_served;
        if (visitor_faults_sum(of) != 0)
            visitor_print(&self->all[i], stderr);
    }
    return total;
}

unsigned crowd_clicks(const crowd *self)
{
    unsigned clicks = 0;
    for (unsigned i = 0; i < self->count; i++)
        clicks += self->all[i].clicks;
    return clicks;
}

void crowd_check(crowd *self, const char *when)
{
    crowd_settle(self);
    visitor_faults found = crowd_faults(self);
    ck_assert_msg(
        visitor_faults_sum(&found) == 0 && self->cluster.unexpected == 0,
        "%s: pages lost %u, increments lost %u, doubled %u, taken back %u, never served %u", when,
        found.pages_lost, found.lost, found.doubled, found.taken_back, found.never_served);
}
