#include "actors/system/watchdog.h"

#include "actors/core/core_record.h"
#include "actors/core/system_record.h"
#include "base/clock.h"
#include "base/log.h"

typedef struct turn_times {
    uint64_t ms;
    uint64_t cpu_ms;
    uint64_t starved_ms;
    uint64_t disk_reads;
} turn_times;

static void tell(const tr_core *core, const turn_times *turn)
{
    char place[128];
    const char *handler = tr_code_name(core->code_here);
    tr_log(TR_LOG_WARN,
           "event=handler_blocks handler=%s%s ms=%llu cpu_ms=%llu starved_ms=%llu disk_reads=%llu "
           "core=%u",
           handler != NULL ? handler : "none", tr_code_place(core->code_here, place, sizeof place),
           (unsigned long long)turn->ms, (unsigned long long)turn->cpu_ms,
           (unsigned long long)turn->starved_ms, (unsigned long long)turn->disk_reads, core->index);
}

// A wait for a processor that goes on is in no count of the kernel's yet.
static uint64_t still_starved_ns(struct tr_watched *self, const tr_thread_times *now,
                                 uint64_t now_ns)
{
    if (now->ran_ns != self->stood_ran_ns || !now->is_runnable) {
        self->stood_ran_ns = now->ran_ns;
        self->stood_ns = now_ns;
    }
    return now_ns - self->stood_ns;
}

static turn_times times_of(struct tr_watched *self, const tr_core *core, uint64_t now_ns)
{
    turn_times turn = {.ms = now_ns > self->turn_ns ? (now_ns - self->turn_ns) / 1000000 : 0};
    tr_thread_times now;
    if (tr_thread_times_of(core->thread, &now)) {
        turn.cpu_ms = (now.ran_ns - self->before.ran_ns) / 1000000;
        turn.starved_ms =
            (now.starved_ns - self->before.starved_ns + still_starved_ns(self, &now, now_ns)) /
            1000000;
        turn.disk_reads = now.disk_reads - self->before.disk_reads;
    }
    return turn;
}

static uint64_t look_at(struct tr_watched *self, const tr_core *core, uint64_t now_ns)
{
    uint64_t turn_ns = atomic_load_explicit(&core->turn_began_ns, memory_order_relaxed);
    if (turn_ns != self->turn_ns) {
        *self = (struct tr_watched){.turn_ns = turn_ns, .next_ms = TR_WATCHDOG_FIRST_MS};
        if (turn_ns != 0)
            (void)tr_thread_times_of(core->thread, &self->before);
        self->stood_ran_ns = self->before.ran_ns;
        self->stood_ns = now_ns;
    }
    if (turn_ns == 0)
        return 0;
    turn_times turn = times_of(self, core, now_ns);
    uint64_t own_ms = turn.ms > turn.starved_ms ? turn.ms - turn.starved_ms : 0;
    if (own_ms < self->next_ms)
        return own_ms;
    self->next_ms = own_ms * 2;
    tell(core, &turn);
    return own_ms;
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
