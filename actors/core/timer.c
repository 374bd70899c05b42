#include "actors/core/timer.h"

#include "actors/core/core_record.h"
#include "base/clock.h"
#include "base/mem.h"

// A binary heap of what is due, earliest first; of timers due at once, the one started first. libev
// gets one timer for the earliest of all, set before the loop sleeps, so that neither starting nor
// stopping one touches libev, and a clock that a test holds needs no more than the heap.
struct tr_timer_entry {
    uint64_t due_ns;
    uint64_t sequence;
    tr_timer *timer;
};

static bool is_before(const tr_timer_entry *a, const tr_timer_entry *b)
{
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->sequence < b->sequence;
}

static void place(tr_core *core, uint32_t at, tr_timer_entry entry)
{
    core->timers[at] = entry;
    entry.timer->place = at;
}

static void sift_up(tr_core *core, uint32_t at, tr_timer_entry entry)
{
    for (; at > 1 && is_before(&entry, &core->timers[at / 2]); at /= 2)
        place(core, at, core->timers[at / 2]);
    place(core, at, entry);
}

static void sift_down(tr_core *core, uint32_t at, tr_timer_entry entry)
{
    for (uint32_t child; (child = 2 * at) <= core->timer_count; at = child) {
        if (child < core->timer_count && is_before(&core->timers[child + 1], &core->timers[child]))
            child++;
        if (!is_before(&core->timers[child], &entry))
            break;
        place(core, at, core->timers[child]);
    }
    place(core, at, entry);
}

static void add(tr_timer *self, uint64_t due_ns)
{
    tr_core *core = self->core;
    // Place 0 is that of timers that do not run.
    if (core->timer_count + 1 >= core->timer_cap) {
        core->timer_cap = core->timer_cap == 0 ? 64 : 2 * core->timer_cap;
        core->timers = tr_realloc(core->timers, core->timer_cap * sizeof *core->timers);
    }
    tr_timer_entry entry = {due_ns, ++core->timer_sequence, self};
    sift_up(core, ++core->timer_count, entry);
}

static void take_out(tr_timer *self)
{
    tr_core *core = self->core;
    uint32_t at = self->place;
    self->place = 0;
    tr_timer_entry last = core->timers[core->timer_count--];
    if (last.timer == self)
        return;
    if (at > 1 && is_before(&last, &core->timers[at / 2]))
        sift_up(core, at, last);
    else
        sift_down(core, at, last);
}

void tr_timer_init(tr_timer *self, tr_core *core, void (*on_fire)(tr_timer *self), void *arg)
{
    *self = (tr_timer){.core = core, .on_fire = on_fire, .arg = arg};
}

void tr_timer_start(tr_timer *self, uint64_t delay_ms, uint64_t repeat_ms)
{
    tr_owner_assert(&self->core->owner);
    if (self->place != 0)
        take_out(self);
    // Counted from now and not from the start of the turn: a long turn must not shorten the wait.
    uint64_t now_ns = tr_core_clock_ns(self->core);
    uint64_t longest_ms = (UINT64_MAX - now_ns) / 1000000;
    self->repeat_ms = repeat_ms;
    add(self, now_ns + (delay_ms < longest_ms ? delay_ms : longest_ms) * 1000000);
}

void tr_timer_stop(tr_timer *self)
{
    if (self->core == NULL)
        return;
    tr_owner_assert(&self->core->owner);
    if (self->place != 0)
        take_out(self);
}

bool tr_timer_is_running(const tr_timer *self)
{
    return self->place != 0;
}

uint64_t tr_timer_due_ns(const tr_timer *self)
{
    return self->place != 0 ? self->core->timers[self->place].due_ns : UINT64_MAX;
}

uint64_t tr_timers_next_ns(const tr_core *core)
{
    return core->timer_count != 0 ? core->timers[1].due_ns : UINT64_MAX;
}

void tr_timers_fire(tr_core *core)
{
    uint64_t now_ns = tr_core_clock_ns(core);
    // Timers that callbacks start are for the next time, or one that starts itself would keep us
    // here.
    uint64_t last = core->timer_sequence;
    while (core->timer_count != 0 && core->timers[1].due_ns <= now_ns &&
           core->timers[1].sequence <= last) {
        tr_timer *timer = core->timers[1].timer;
        uint64_t due_ns = core->timers[1].due_ns;
        take_out(timer);
        if (timer->repeat_ms != 0) {
            // Beats that were missed are not made up for.
            uint64_t next_ns = due_ns + timer->repeat_ms * 1000000;
            add(timer, next_ns > now_ns ? next_ns : now_ns);
        }
        timer->on_fire(timer);
    }
}

static void on_alarm(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_core *core = watcher->data;
    core->armed_ns = UINT64_MAX;
    tr_timers_fire(core);
}

void tr_timers_open(tr_core *core)
{
    core->armed_ns = UINT64_MAX;
    ev_init(&core->alarm, on_alarm);
    core->alarm.data = core;
}

void tr_timers_arm(tr_core *core)
{
    uint64_t next_ns = tr_timers_next_ns(core);
    if (next_ns == core->armed_ns || core->held_ns != 0)
        return;
    core->armed_ns = next_ns;
    ev_timer_stop(core->loop, &core->alarm);
    if (next_ns == UINT64_MAX)
        return;
    uint64_t now_ns = tr_clock_ns();
    ev_now_update(core->loop);
    ev_timer_set(&core->alarm, next_ns > now_ns ? (double)(next_ns - now_ns) / 1e9 : 0., 0.);
    ev_timer_start(core->loop, &core->alarm);
}

void tr_timers_close(tr_core *core)
{
    ev_timer_stop(core->loop, &core->alarm);
    tr_free(core->timers);
    core->timers = NULL;
    core->timer_count = core->timer_cap = 0;
}
