#include "actors/system/watchdog.h"

#include "actors/core/core_record.h"
#include "actors/core/system_record.h"
#include "base/clock.h"
#include "base/log.h"

static void tell(const tr_core *core, uint64_t ms)
{
    char place[128];
    const char *handler = tr_code_name(core->code_here);
    tr_log(TR_LOG_WARN, "event=handler_blocks handler=%s%s ms=%llu core=%u",
           handler != NULL ? handler : "none", tr_code_place(core->code_here, place, sizeof place),
           (unsigned long long)ms, core->index);
}

static uint64_t look_at(struct tr_watched *self, const tr_core *core, uint64_t now_ns)
{
    uint64_t turn_ns = atomic_load_explicit(&core->turn_began_ns, memory_order_relaxed);
    if (turn_ns != self->turn_ns)
        *self = (struct tr_watched){turn_ns, TR_WATCHDOG_FIRST_MS};
    uint64_t ms = turn_ns != 0 && now_ns > turn_ns ? (now_ns - turn_ns) / 1000000 : 0;
    if (ms < self->next_ms)
        return ms;
    self->next_ms = ms * 2;
    if (ms != 0)
        tell(core, ms);
    return ms;
}

uint64_t tr_watchdog_look(tr_watchdog *self, tr_system *system)
{
    uint64_t now_ns = tr_clock_ns();
    uint64_t longest_ms = 0;
    // Under the lock a core that is there stays.
    tr_lock_take(&system->lock);
    for (unsigned i = 0; i < system->core_count; i++)
        if (system->threads[i].core != NULL) {
            uint64_t ms = look_at(&self->cores[i], system->threads[i].core, now_ns);
            longest_ms = ms > longest_ms ? ms : longest_ms;
        }
    tr_lock_give(&system->lock);
    return longest_ms;
}

void tr_watchdog_tell_all(tr_watchdog *self, tr_system *system)
{
    for (unsigned i = 0; i < system->core_count; i++)
        if (self->cores[i].next_ms > TR_WATCHDOG_FIRST_MS)
            self->cores[i].next_ms = TR_WATCHDOG_FIRST_MS;
    (void)tr_watchdog_look(self, system);
}
