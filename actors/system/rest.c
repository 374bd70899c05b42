// When is a system at rest? When no core thread has anything to do, and nothing is under way
// between them. That takes two rounds of questions: all that was sent by the end of the second one
// had been received by the end of the first one.

#include <time.h>

#include "actors/bus/bus.h"
#include "actors/core/core_record.h"
#include "actors/core/system_record.h"
#include "actors/core/timer.h"
#include "actors/system/loop.h"
#include "actors/system/post.h"
#include "actors/system/rest.h"
#include "base/clock.h"
#include "troupe/err.h"

// Rounds asked without a pause; most systems are at rest before.
enum { EAGER_ROUNDS = 200, PAUSE_NS = 1000000 };

typedef struct view {
    bool is_busy;
    uint64_t sent;
    uint64_t received;
    uint64_t next_ns;
    uint32_t supervisors;
} view;

static void look(tr_core *core, void *arg)
{
    *(view *)arg = (view){tr_core_is_busy(core) || core->unsent.count != 0, core->inside_sent,
                          core->inside_received, tr_timers_next_ns(core), core->supervisors};
}

static int look_round(tr_system *system, tr_rest *out)
{
    *out = (tr_rest){.next_ns = UINT64_MAX};
    for (unsigned core = 0; core < system->core_count; core++) {
        view seen = {0};
        int result = tr_system_call(system, core, look, &seen);
        if (result < 0 && result != TR_EFULL)
            return result;
        out->is_busy |= seen.is_busy || result == TR_EFULL;
        out->sent += seen.sent;
        out->received += seen.received;
        out->supervisors += seen.supervisors;
        if (result == 0 && seen.next_ns < out->next_ns) {
            out->next_ns = seen.next_ns;
            out->next_core = core;
        }
    }
    return 0;
}

int tr_system_rest(tr_system *self, bool may_have_supervisors, unsigned busy_rounds,
                   uint64_t deadline_ms, tr_rest *out)
{
    unsigned busy = 0;
    unsigned rounds = 0;
    tr_rest before;
    int result = look_round(self, &before);
    while (result == 0) {
        result = look_round(self, out);
        if (result == 0 && !before.is_busy && !out->is_busy && before.received == out->sent &&
            (may_have_supervisors || out->supervisors == 0))
            return 0;
        before = *out;
        busy = out->is_busy ? busy + 1 : 0;
        if (result == 0 &&
            ((busy_rounds != 0 && busy == busy_rounds) || tr_clock_ms() >= deadline_ms))
            result = TR_ETIMEOUT;
        if (++rounds > EAGER_ROUNDS && busy_rounds == 0)
            nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
    return result;
}
