// Time for tests: the clocks of all core threads stand until they are told to go on, and then go
// from one due timer to the next, with everything that follows from it done in between.

#include "actors/internal.h"
#include "base/clock.h"
#include "troupe/err.h"

// What does not come to rest by then never will: rounds in a row in which somebody was busy, and
// milliseconds of the real clock for what is under way.
enum { BUSY_ROUNDS = 2000, SETTLE_DEADLINE_MS = 10000 };

// One question to one core thread, and its answer.
typedef struct visit {
    tr_system *system;
    uint64_t set_ns; // 0: leave the clock
    bool fires;
    bool is_done;
    bool is_busy;
    uint64_t sent;
    uint64_t received;
    uint64_t next_ns;
    unsigned next_core;
} visit;

static void look(tr_core *core, void *arg)
{
    visit *self = arg;
    if (self->set_ns != 0) {
        core->held_ns = self->set_ns;
        core->now_ms = self->set_ns / 1000000;
    }
    if (self->fires)
        tr_timers_fire(core);
    self->is_busy = tr_core_is_busy(core) || core->dirty_links != NULL || core->notice_head != NULL;
    self->sent = core->inside_sent;
    self->received = core->inside_received;
    self->next_ns = tr_timers_next_ns(core);
    tr_lock_take(&self->system->lock);
    self->is_done = true;
    pthread_cond_broadcast(&self->system->changed);
    tr_lock_give(&self->system->lock);
}

static int pay(visit *self, unsigned core)
{
    int result = tr_system_post(self->system, core, look, self);
    tr_lock_take(&self->system->lock);
    while (result == 0 && !self->is_done)
        (void)tr_lock_wait(&self->system->lock, &self->system->changed, NULL);
    tr_lock_give(&self->system->lock);
    return result;
}

// All core threads, one after the other.
static int go_round(tr_system *system, visit *sum)
{
    *sum = (visit){.next_ns = UINT64_MAX};
    for (unsigned core = 0; core < system->core_count; core++) {
        visit one = {.system = system};
        int result = pay(&one, core);
        if (result < 0)
            return result;
        sum->is_busy |= one.is_busy;
        sum->sent += one.sent;
        sum->received += one.received;
        if (one.next_ns < sum->next_ns) {
            sum->next_ns = one.next_ns;
            sum->next_core = core;
        }
    }
    return 0;
}

// At rest: nobody is busy, and all that was sent by the end of a second round had been received by
// the end of the first one, so that nothing was under way in between.
static int settle(tr_system *system, visit *out)
{
    uint64_t deadline_ms = tr_clock_ms() + SETTLE_DEADLINE_MS;
    unsigned busy = 0;
    visit before;
    int result = go_round(system, &before);
    while (result == 0) {
        visit after;
        result = go_round(system, &after);
        if (result == 0 && !before.is_busy && !after.is_busy && before.received == after.sent) {
            *out = after;
            return 0;
        }
        before = after;
        busy = after.is_busy ? busy + 1 : 0;
        if (result == 0 && (busy == BUSY_ROUNDS || tr_clock_ms() > deadline_ms))
            result = TR_ETIMEOUT;
    }
    return result;
}

// All of them before anything fires, so that nobody acts on what another did in its own past.
static int set_clocks(tr_system *system, uint64_t to_ns)
{
    int result = 0;
    for (unsigned core = 0; result == 0 && core < system->core_count; core++)
        result = pay(&(visit){.system = system, .set_ns = to_ns}, core);
    system->held_ns = to_ns;
    return result;
}

int tr_system_advance(tr_system *self, uint64_t ms)
{
    if (!self->options.held_clock)
        return TR_EINVALID;
    uint64_t target_ns = self->held_ns + ms * 1000000;
    for (;;) {
        visit rest = {.next_ns = UINT64_MAX};
        int result = settle(self, &rest);
        if (result < 0)
            return result;
        bool is_due = rest.next_ns <= target_ns;
        uint64_t to_ns = is_due ? rest.next_ns : target_ns;
        if (to_ns > self->held_ns)
            result = set_clocks(self, to_ns);
        if (result == 0 && is_due)
            result = pay(&(visit){.system = self, .fires = true}, rest.next_core);
        if (result < 0 || !is_due)
            return result;
    }
}
