// A supervisor does not run through scripts of stops and starts. Each child has a state, each event
// changes states, and `advance` does whatever the states and the strategy allow next:
//
//        ┌──────────────── back-off over, or HELD ───────────────┐
//        ▼                                                       │
//       UP ── ended, to be started again ──▶ WAITING (due_ms) ───┤
//        │ ── must_stop ──▶ STOPPING ── ended ──▶ HELD ──────────┘
//        └─── ended in order ──▶ DOWN

#include "troupe/actors/supervisor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/restart_budget.h"
#include "actors/core/supervisor.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"

enum child_state { HELD, WAITING, UP, STOPPING, DOWN };
static const char *const state_names[] = {"held", "waiting", "up", "stopping", "down"};

enum { WINDOW_MS = 5000, BACKOFF_MAX_MS = 30000, PRINT_DEPTH_CAP = 16 };

typedef struct child {
    tr_child_spec spec; // name and args are its own
    enum child_state state;
    bool must_stop;
    bool is_removed;
    tr_address address;
    uint64_t reference; // of the monitor
    uint64_t due_ms;    // WAITING: start; STOPPING: its deadline, 0: none
    uint64_t up_since;  // 0: its last start failed
    uint64_t restarts;
    unsigned streak; // failures in a row
} child;

typedef struct supervisor {
    tr_supervisor_spec spec;
    child **children;
    uint32_t count;
    uint32_t cap;
    tr_map by_reference;
    tr_restart_budget budget;
    bool is_child; // of another one
    bool is_ending;
    bool is_advancing;
    bool again; // something changed while it was advancing
    int64_t reason;
} supervisor;

static void advance(tr_actor *self);

static supervisor *state_of(tr_actor *self)
{
    return tr_actor_state(self);
}

// -- the list of children --

static child *find(const supervisor *self, const char *name)
{
    for (uint32_t i = 0; i < self->count; i++)
        if (!self->children[i]->is_removed && strcmp(self->children[i]->spec.name, name) == 0)
            return self->children[i];
    return NULL;
}

static int append(supervisor *self, const tr_child_spec *spec)
{
    if (spec->name == NULL || spec->behaviour == NULL)
        return TR_EINVALID;
    if (find(self, spec->name) != NULL)
        return TR_EEXISTS;
    if (self->count >= TR_CHILDREN_PER_SUPERVISOR_CAP)
        return TR_EFULL;
    if (self->count == self->cap) {
        self->cap = self->cap == 0 ? 4 : self->cap * 2;
        self->children = tr_realloc(self->children, self->cap * sizeof(child *));
    }
    child *added = tr_new(child);
    added->spec = *spec;
    added->spec.name = tr_copy_text(spec->name, strlen(spec->name));
    added->spec.args = NULL;
    if (spec->args_size != 0) {
        void *args = tr_alloc(spec->args_size);
        memcpy(args, spec->args, spec->args_size);
        added->spec.args = args;
    }
    self->children[self->count++] = added;
    return 0;
}

static void free_child(child *gone)
{
    tr_free((void *)(uintptr_t)gone->spec.name);
    tr_free((void *)(uintptr_t)gone->spec.args);
    tr_free(gone);
}

static void free_all(supervisor *self)
{
    for (uint32_t i = 0; i < self->count; i++)
        free_child(self->children[i]);
    tr_free(self->children);
    tr_restart_budget_done(&self->budget);
    tr_map_done(&self->by_reference);
}

// Those that are to be forgotten and run no more.
static void sweep(supervisor *self)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < self->count; i++) {
        child *at = self->children[i];
        if (at->is_removed && at->state != UP && at->state != STOPPING)
            free_child(at);
        else
            self->children[kept++] = at;
    }
    self->count = kept;
}

// -- an end --

static void begin_end(supervisor *self, int64_t reason)
{
    if (self->is_ending)
        return;
    self->is_ending = true;
    self->reason = reason;
    for (uint32_t i = 0; i < self->count; i++)
        self->children[i]->must_stop = true;
}

static void on_failure(tr_actor *actor, child *failed, int64_t reason)
{
    supervisor *self = state_of(actor);
    uint64_t now_ms = tr_core_now_ms(tr_actor_core(actor));
    tr_log(TR_LOG_WARN, "event=child_failed child=%s reason=%lld restarts=%llu",
           tr_log_quote(failed->spec.name, (unsigned)strlen(failed->spec.name)), (long long)reason,
           (unsigned long long)failed->restarts);
    if (!tr_restart_budget_take(&self->budget, now_ms)) {
        failed->state = DOWN;
        begin_end(self, reason != 0 ? reason : TR_EUNAVAILABLE);
        return;
    }
    if (failed->up_since != 0 && now_ms - failed->up_since >= self->spec.window_ms)
        failed->streak = 0;
    failed->streak++;
    failed->restarts++;
    failed->state = WAITING;
    failed->due_ms =
        now_ms + tr_restart_pause_ms(self->spec.backoff_min_ms, self->spec.backoff_max_ms,
                                     failed->streak, tr_core_random(tr_actor_core(actor)));
    bool is_behind = self->spec.strategy == TR_ONE_FOR_ALL;
    for (uint32_t i = 0; i < self->count && self->spec.strategy != TR_ONE_FOR_ONE; i++) {
        if (self->children[i] == failed)
            is_behind = true;
        else if (is_behind && self->children[i]->state == UP)
            self->children[i]->must_stop = true;
    }
}

static void on_end(tr_actor *actor, child *ended, int64_t reason)
{
    bool was_stopped = ended->must_stop;
    ended->must_stop = false;
    ended->address = TR_NOWHERE;
    ended->due_ms = 0;
    ended->state = DOWN;
    if (ended->spec.restart == TR_TEMPORARY)
        ended->is_removed = true;
    else if (was_stopped)
        ended->state = HELD;
    else if (ended->spec.restart == TR_PERMANENT || reason != 0)
        on_failure(actor, ended, reason);
}

// -- what is to be done next --

static void stop_child(tr_actor *actor, child *stopped)
{
    tr_core *core = tr_actor_core(actor);
    stopped->state = STOPPING;
    stopped->due_ms = 0;
    tr_actor *found = tr_actor_find(core, stopped->address);
    if (found == NULL)
        return; // its end is on its way
    if (stopped->spec.stop_deadline_ms == 0) {
        tr_actor_stop(found);
        return;
    }
    stopped->due_ms = tr_core_now_ms(core) + stopped->spec.stop_deadline_ms;
    tr_actor_signal(found, TR_MSG_shutdown, &(tr_msg_shutdown){stopped->spec.stop_deadline_ms});
}

// Children that did not finish in time.
static void end_late_ones(tr_actor *actor)
{
    supervisor *self = state_of(actor);
    tr_core *core = tr_actor_core(actor);
    for (uint32_t i = 0; i < self->count; i++) {
        child *at = self->children[i];
        if (at->state != STOPPING || at->due_ms == 0 || at->due_ms > tr_core_now_ms(core))
            continue;
        at->due_ms = 0;
        tr_actor *found = tr_actor_find(core, at->address);
        if (found != NULL)
            tr_actor_fail(found, TR_ETIMEOUT);
    }
}

static tr_actor *supervisor_at(tr_core *core, tr_address address)
{
    tr_actor *actor = tr_actor_find(core, address);
    return actor != NULL && actor->behaviour == &tr_supervisor_behaviour ? actor : NULL;
}

static int start_child(tr_actor *actor, child *started)
{
    supervisor *self = state_of(actor);
    tr_core *core = tr_actor_core(actor);
    int result = tr_spawn(core, started->spec.behaviour, started->spec.args, started->spec.slot,
                          &started->address);
    if (result < 0) {
        started->up_since = 0;
        return result;
    }
    int64_t reference = tr_monitor(actor, started->address);
    if (reference < 0) {
        tr_actor *found = tr_actor_find(core, started->address);
        if (found != NULL)
            tr_actor_stop(found);
        started->address = TR_NOWHERE;
        return (int)reference;
    }
    started->reference = (uint64_t)reference;
    tr_map_put(&self->by_reference, started->reference, started);
    tr_actor *below = supervisor_at(core, started->address);
    if (below != NULL)
        state_of(below)->is_child = true;
    started->state = UP;
    started->must_stop = started->is_removed;
    started->up_since = tr_core_now_ms(core);
    return 0;
}

// True: one failed, which may have changed what is to be done.
static bool start_those_due(tr_actor *actor)
{
    supervisor *self = state_of(actor);
    uint64_t now_ms = tr_core_now_ms(tr_actor_core(actor));
    for (uint32_t i = 0; i < self->count; i++) {
        child *at = self->children[i];
        if (at->is_removed || (at->state != HELD && at->state != WAITING))
            continue;
        if (at->state == WAITING && at->due_ms > now_ms) {
            if (self->spec.strategy != TR_ONE_FOR_ONE)
                return false; // those behind it wait for it
            continue;
        }
        int result = start_child(actor, at);
        if (result < 0) {
            on_end(actor, at, result);
            return true;
        }
    }
    return false;
}

// Stops, last one first, what must stop; true while something blocks the starts.
static bool stop_those_to_go(tr_actor *actor)
{
    supervisor *self = state_of(actor);
    bool one_by_one = self->spec.strategy != TR_ONE_FOR_ONE || self->is_ending;
    bool is_stopping = false;
    for (uint32_t i = 0; i < self->count; i++)
        is_stopping = is_stopping || self->children[i]->state == STOPPING;
    for (uint32_t i = self->count; i-- > 0 && !(one_by_one && is_stopping);)
        if (self->children[i]->state == UP && self->children[i]->must_stop) {
            stop_child(actor, self->children[i]);
            is_stopping = true;
        }
    return one_by_one && is_stopping;
}

static void set_alarm(tr_actor *actor)
{
    supervisor *self = state_of(actor);
    uint64_t now_ms = tr_core_now_ms(tr_actor_core(actor));
    uint64_t next_ms = UINT64_MAX;
    for (uint32_t i = 0; i < self->count; i++) {
        const child *at = self->children[i];
        // A child that is due but not started waits for another's end, and not for a time.
        if ((at->state == WAITING || at->state == STOPPING) && at->due_ms > now_ms &&
            at->due_ms < next_ms)
            next_ms = at->due_ms;
    }
    if (next_ms == UINT64_MAX)
        tr_cancel_alarm(actor, 0);
    else
        tr_must(tr_after(actor, next_ms - now_ms, 0) == 0);
}

static void advance(tr_actor *actor)
{
    supervisor *self = state_of(actor);
    self->again = true;
    if (self->is_advancing)
        return; // called by a child that starts; the caller that starts it looks again
    self->is_advancing = true;
    while (self->again) {
        self->again = false;
        sweep(self);
        if (stop_those_to_go(actor))
            break;
        if (self->is_ending) {
            tr_actor_fail(actor, self->reason);
            break;
        }
        if (start_those_due(actor))
            self->again = true;
    }
    self->is_advancing = false;
    set_alarm(actor);
}

// -- the actor --

static int on_start(tr_actor *actor, const void *args)
{
    supervisor *self = state_of(actor);
    self->spec = *(const tr_supervisor_spec *)args;
    if (self->spec.intensity > TR_RESTARTS_CAP)
        return TR_ETOOBIG;
    if (self->spec.window_ms == 0)
        self->spec.window_ms = WINDOW_MS;
    if (self->spec.backoff_max_ms == 0)
        self->spec.backoff_max_ms = BACKOFF_MAX_MS;
    tr_restart_budget_init(&self->budget, self->spec.intensity, self->spec.window_ms);
    for (size_t i = 0; i < self->spec.child_count; i++) {
        int result = append(self, &self->spec.children[i]);
        if (result < 0) {
            free_all(self);
            return result;
        }
    }
    tr_actor_core(actor)->supervisors++;
    advance(actor);
    return 0;
}

static void on_message(tr_actor *actor, tr_message *message)
{
    supervisor *self = state_of(actor);
    if (TR_TYPE(message) == TR_MSG_down) {
        child *ended = tr_map_take(&self->by_reference, TR_BODY(message, down)->reference);
        if (ended == NULL)
            return;
        on_end(actor, ended, TR_BODY(message, down)->reason);
    } else if (TR_TYPE(message) == TR_MSG_alarm) {
        end_late_ones(actor);
    } else if (TR_TYPE(message) == TR_MSG_shutdown) {
        begin_end(self, 0);
    } else {
        return;
    }
    advance(actor);
}

// Ended by another, it cannot wait for its children's deadlines.
static void on_stop(tr_actor *actor)
{
    supervisor *self = state_of(actor);
    for (uint32_t i = self->count; i-- > 0;) {
        tr_actor *found = tr_actor_find(tr_actor_core(actor), self->children[i]->address);
        if (found != NULL)
            tr_actor_stop(found);
    }
    tr_actor_core(actor)->supervisors--;
    free_all(self);
}

const tr_behaviour tr_supervisor_behaviour = {.name = "supervisor",
                                              .state_size = sizeof(supervisor),
                                              .on_start = on_start,
                                              .on_message = on_message,
                                              .on_stop = on_stop,
                                              .traps_exits = true};

// -- for others on its thread --

int tr_supervisor_start(tr_core *core, const tr_supervisor_spec *spec, tr_address *out)
{
    TR_ENTER(core);
    TR_REQUIRE(spec != NULL);
    return tr_spawn(core, &tr_supervisor_behaviour, spec, 0, out);
}

void tr_supervisor_stop(tr_core *core, tr_address address)
{
    TR_ENTER_OR(core, );
    tr_actor *actor = supervisor_at(core, address);
    if (actor == NULL)
        return;
    begin_end(state_of(actor), 0);
    advance(actor);
}

void tr_supervisors_stop(tr_core *core)
{
    for (uint32_t slot = 0; slot < core->slot_count; slot++) {
        tr_actor *actor = core->actors[slot];
        if (actor != NULL && actor->behaviour == &tr_supervisor_behaviour && !actor->is_stopping &&
            !state_of(actor)->is_child)
            tr_supervisor_stop(core, tr_actor_address(actor));
    }
}

int tr_supervisor_add(tr_core *core, tr_address address, const tr_child_spec *spec)
{
    TR_ENTER(core);
    TR_REQUIRE(spec != NULL);
    tr_actor *actor = supervisor_at(core, address);
    if (actor == NULL || state_of(actor)->is_ending)
        return TR_EGONE;
    int result = append(state_of(actor), spec);
    if (result == 0)
        advance(actor);
    return result;
}

int tr_supervisor_remove(tr_core *core, tr_address address, const char *name)
{
    TR_ENTER(core);
    TR_REQUIRE(name != NULL);
    tr_actor *actor = supervisor_at(core, address);
    if (actor == NULL)
        return TR_EGONE;
    child *gone = find(state_of(actor), name);
    if (gone == NULL)
        return TR_ENOTFOUND;
    gone->is_removed = gone->must_stop = true;
    advance(actor);
    return 0;
}

tr_address tr_supervisor_child(tr_core *core, tr_address address, const char *name)
{
    tr_actor *actor = supervisor_at(core, address);
    const child *found = actor != NULL && name != NULL ? find(state_of(actor), name) : NULL;
    return found != NULL ? found->address : TR_NOWHERE;
}

bool tr_supervisor_child_at(const tr_actor *actor, uint32_t n, tr_child_info *out)
{
    const supervisor *self = (const void *)actor->state;
    if (actor->behaviour != &tr_supervisor_behaviour || n >= self->count)
        return false;
    const child *at = self->children[n];
    *out = (tr_child_info){at->spec.name, state_names[at->state], at->address, at->restarts};
    return true;
}

static size_t print(tr_actor *actor, unsigned depth, char *out, size_t size, size_t at)
{
    const supervisor *self = state_of(actor);
    for (uint32_t i = 0; i < self->count; i++) {
        const child *each = self->children[i];
        int length = snprintf(at < size ? out + at : NULL, at < size ? size - at : 0,
                              "%*s%s %016" PRIx64 "/%016" PRIx64 " %s restarts=%" PRIu64 "\n",
                              (int)(2 * depth), "", each->spec.name, each->address.node,
                              each->address.actor, state_names[each->state], each->restarts);
        at += length > 0 ? (size_t)length : 0;
        tr_actor *below = supervisor_at(tr_actor_core(actor), each->address);
        if (below != NULL && depth < PRINT_DEPTH_CAP)
            at = print(below, depth + 1, out, size, at);
    }
    return at;
}

size_t tr_supervisor_print(tr_core *core, tr_address address, char *out, size_t size)
{
    TR_ENTER_OR(core, 0);
    TR_REQUIRE_OR(out != NULL || size == 0, 0);
    tr_actor *actor = supervisor_at(core, address);
    if (size != 0)
        out[0] = '\0';
    return actor != NULL ? print(actor, 0, out, size, 0) : 0;
}
