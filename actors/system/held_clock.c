// Time for tests: the clocks of all core threads stand until they are told to go on, and then go
// from one due timer to the next, with everything that follows from it done in between.

#include "actors/core/core_record.h"
#include "actors/core/system_record.h"
#include "actors/core/timer.h"
#include "actors/system/post.h"
#include "actors/system/rest.h"
#include "base/clock.h"
#include "troupe/err.h"

// A system that does not come to rest by then never will: rounds in a row in which some thread was
// busy, and milliseconds of the real clock for work under way.
enum { BUSY_ROUNDS = 2000, SETTLE_DEADLINE_MS = 10000 };

static void set_clock(tr_core *core, void *arg)
{
    core->held_ns = *(const uint64_t *)arg;
    core->now_ms = core->held_ns / 1000000;
}

static void fire(tr_core *core, void *arg)
{
    (void)arg;
    tr_timers_fire(core);
}

// All of them before anything fires, so that nobody acts on what another did in its own past.
static int set_clocks(tr_system *system, uint64_t to_ns)
{
    int result = 0;
    for (unsigned core = 0; result == 0 && core < system->core_count; core++)
        result = tr_system_call(system, core, set_clock, &to_ns);
    system->held_ns = to_ns;
    return result;
}

int tr_system_advance(tr_system *self, uint64_t ms)
{
    if (self == NULL || !self->options.held_clock || ms > UINT64_MAX / 2000000)
        return TR_EINVALID;
    uint64_t target_ns = self->held_ns + ms * 1000000;
    for (;;) {
        tr_rest rest = {.next_ns = UINT64_MAX};
        int result =
            tr_system_rest(self, true, BUSY_ROUNDS, tr_clock_ms() + SETTLE_DEADLINE_MS, &rest);
        if (result < 0)
            return result;
        bool is_due = rest.next_ns <= target_ns;
        uint64_t to_ns = is_due ? rest.next_ns : target_ns;
        if (to_ns > self->held_ns)
            result = set_clocks(self, to_ns);
        if (result == 0 && is_due)
            result = tr_system_call(self, rest.next_core, fire, NULL);
        if (result < 0 || !is_due)
            return result;
    }
}
