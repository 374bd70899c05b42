#include "actors/core/coroutine.h"

#include <string.h>
#include <utlist.h>

#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/system_record.h"
#include "base/code_here.h"
#include "base/live.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"

// Boost.Context's two functions, callable from C; its header is C++.
typedef struct {
    void *context;
    void *data;
} transfer;
transfer jump_fcontext(void *const to, void *data);
void *make_fcontext(void *stack_top, size_t size, void (*function)(transfer));

// -- lists --

static void append(tr_coroutine_list *self, tr_coroutine *coroutine)
{
    coroutine->next = NULL;
    if (self->tail != NULL)
        self->tail->next = coroutine;
    else
        self->head = coroutine;
    self->tail = coroutine;
}

static tr_coroutine *pop(tr_coroutine_list *self)
{
    tr_coroutine *coroutine = self->head;
    self->head = coroutine->next;
    if (self->head == NULL)
        self->tail = NULL;
    return coroutine;
}

static void move_all(tr_coroutine_list *self, tr_coroutine_list *from)
{
    if (from->head == NULL)
        return;
    if (self->tail != NULL)
        self->tail->next = from->head;
    else
        self->head = from->head;
    self->tail = from->tail;
    *from = (tr_coroutine_list){0};
}

// -- switching --

#ifdef TR_TSAN
// A fiber is half a megabyte of ThreadSanitizer's that the kernel has to clear: made for each handler, it
// took most of the time of the tests.
static void *take_fiber(struct tr_coroutines *all)
{
    return all->fiber_count != 0 ? all->fibers[--all->fiber_count] : __tsan_create_fiber(0);
}

// One that was ended by force has the calls that it was in on its stack for ever.
static void give_fiber(struct tr_coroutines *all, tr_coroutine *self)
{
    if (self->has_returned && all->fiber_count < TR_TSAN_FIBERS_KEPT)
        all->fibers[all->fiber_count++] = self->fiber;
    else
        __tsan_destroy_fiber(self->fiber);
}
#endif

// Onto its stack, and back when it waits or ends.
static void switch_to(tr_coroutine *self)
{
    struct tr_coroutines *all = self->core->coroutines;
    self->resumer = all->running;
    all->running = self;
    const char *turn_of = atomic_load_explicit(&tr_code_runs.turn_of, memory_order_relaxed);
    tr_code_turn_of(self->name);
    void *fake = NULL;
    if (tr_asan_is_here())
        __sanitizer_start_switch_fiber(&fake, self->stack, TR_COROUTINE_STACK_BYTES);
#ifdef TR_TSAN
    self->resumer_fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(self->fiber, 0);
#endif
    transfer back = jump_fcontext(self->context, self);
    if (tr_asan_is_here())
        __sanitizer_finish_switch_fiber(fake, NULL, NULL);
    self->context = back.context;
    all->running = self->resumer;
    tr_code_turn_of(turn_of);
}

// Back to whoever switched to us.
TR_TSAN_NO_STACK static void switch_back(tr_coroutine *self, bool for_ever)
{
    if (tr_asan_is_here())
        __sanitizer_start_switch_fiber(for_ever ? NULL : &self->fake_stack, self->resumer_bottom,
                                       self->resumer_size);
#ifdef TR_TSAN
    __tsan_switch_to_fiber(self->resumer_fiber, 0);
#endif
    transfer again = jump_fcontext(self->context, NULL);
    self->context = again.context;
    if (tr_asan_is_here())
        __sanitizer_finish_switch_fiber(self->fake_stack, &self->resumer_bottom,
                                        &self->resumer_size);
}

// -- cleanups --

void tr_cleanup_add(tr_coroutine *self, tr_cleanup *cleanup, void (*function)(void *arg), void *arg)
{
    *cleanup = (tr_cleanup){.below = self->cleanups, .function = function, .arg = arg};
    if (cleanup->below != NULL)
        cleanup->below->above = cleanup;
    self->cleanups = cleanup;
}

void tr_cleanup_drop(tr_coroutine *self, tr_cleanup *cleanup)
{
    if (cleanup->above != NULL)
        cleanup->above->below = cleanup->below;
    else
        self->cleanups = cleanup->below;
    if (cleanup->below != NULL)
        cleanup->below->above = cleanup->above;
}

// Off the list first: it may push, wait, or be where the coroutine is ended by force.
static void run_last_cleanup(tr_coroutine *self, bool run)
{
    tr_cleanup last = *self->cleanups;
    tr_cleanup *heap = last.is_heap ? self->cleanups : NULL;
    tr_cleanup_drop(self, self->cleanups);
    if (heap != NULL) {
        tr_free(heap);
        self->cleanup_count--;
    }
    if (run)
        last.function(last.arg);
}

int tr_coroutine_enter(const char *call)
{
    return tr_coroutine_current() == NULL ? tr_enter_refused(call, TR_EWRONGTHREAD)
                                          : tr_coroutine_check();
}

int tr_coroutine_cleanup_push(void (*function)(void *arg), void *arg)
{
    tr_coroutine *self = tr_coroutine_current();
    if (self == NULL)
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    TR_REQUIRE(function != NULL);
    if (self->cleanup_count >= TR_CLEANUPS_PER_COROUTINE_CAP)
        return TR_EFULL;
    self->cleanup_count++;
    tr_cleanup *cleanup = tr_new(tr_cleanup);
    tr_cleanup_add(self, cleanup, function, arg);
    cleanup->is_heap = true;
    return 0;
}

void tr_coroutine_cleanup_pop(bool run)
{
    tr_coroutine *self = tr_coroutine_current();
    // A group or a question put there has its own end.
    if (self != NULL && self->cleanups != NULL && self->cleanups->is_heap)
        run_last_cleanup(self, run);
}

// -- start and end --

TR_TSAN_NO_STACK static _Noreturn void leave(tr_coroutine *self)
{
    while (self->cleanups != NULL)
        run_last_cleanup(self, true);
    self->is_done = true;
    switch_back(self, true);
    tr_never("an ended coroutine was resumed");
}

TR_TSAN_NO_STACK static void enter(transfer from)
{
    tr_coroutine *self = from.data;
    self->context = from.context;
    if (tr_asan_is_here())
        __sanitizer_finish_switch_fiber(NULL, &self->resumer_bottom, &self->resumer_size);
    self->function(self->arg);
#ifdef TR_TSAN
    self->has_returned = true;
#endif
    leave(self);
}

// The record lies at the top of its own stack: nothing else to allocate, one page for both.
static tr_coroutine *new_on_stack(tr_core *core)
{
    unsigned char *stack = tr_stacks_take(&core->coroutines->stacks);
    if (stack == NULL)
        return NULL;
    size_t room = (sizeof(tr_coroutine) + 63) & ~(size_t)63;
    tr_coroutine *self = (void *)(stack + TR_COROUTINE_STACK_BYTES - room);
    memset(self, 0, sizeof *self);
    self->stack = stack;
    self->core = core;
    return self;
}

static void come_alive(tr_coroutine *self)
{
    struct tr_coroutines *all = self->core->coroutines;
    self->core->stats.coroutines++;
    tr_tag_set(self, TR_TAG_COROUTINE);
    tr_live_born(coroutine);
    DL_PREPEND2(all->live, self, live_prev, live_next);
}

static void recycle(tr_coroutine *self)
{
    struct tr_coroutines *all = self->core->coroutines;
    self->core->stats.coroutines--;
    tr_tag_set(self, 0);
    tr_live_gone(coroutine);
    DL_DELETE2(all->live, self, live_prev, live_next);
#ifdef TR_TSAN
    give_fiber(all, self);
#endif
    tr_stacks_give(&all->stacks, self->stack);
}

int tr_coroutine_start(tr_core *core, const char *name, void (*function)(void *arg), void *arg,
                       tr_coroutine **out)
{
    TR_ENTER(core);
    TR_REQUIRE(function != NULL);
    if (core->is_closing)
        return TR_ECANCELLED;
    uint32_t cap = core->system->options.coroutines_per_core;
    if (core->stats.coroutines >= (cap != 0 ? cap : TR_COROUTINES_PER_CORE_CAP))
        return TR_EFULL;
    tr_coroutine *self = new_on_stack(core);
    if (self == NULL)
        return TR_EFULL;
    come_alive(self);
    self->name = name;
    self->function = function;
    self->arg = arg;
    self->context = make_fcontext(self, (size_t)((unsigned char *)self - self->stack), enter);
#ifdef TR_TSAN
    self->fiber = take_fiber(core->coroutines);
#endif
    switch_to(self);
    if (out != NULL)
        *out = self->is_done ? NULL : self;
    if (self->is_done)
        recycle(self);
    return 0;
}

tr_coroutine *tr_coroutine_current(void)
{
    return tr_core_here != NULL ? tr_core_here->coroutines->running : NULL;
}

const char *tr_coroutine_name(const tr_coroutine *self)
{
    return self != NULL ? self->name : NULL;
}

// -- waiting --

static int refuse_wait(tr_coroutine *self)
{
    if (++self->refused_waits < TR_CANCELLED_WAITS_CAP)
        return TR_ECANCELLED;
    tr_log(TR_LOG_ERROR, "event=coroutine_ended_by_force handler=%s waits=%u", self->name,
           self->refused_waits);
    self->refused_waits = 0; // its cleanups have as many again, each
    leave(self);
}

int tr_coroutine_check(void)
{
    tr_coroutine *self = tr_coroutine_current();
    if (self == NULL)
        return TR_EWRONGTHREAD;
    return self->is_cancelled ? refuse_wait(self) : 0;
}

void tr_coroutine_set_carry(tr_core *core, tr_coroutine_carry *carry)
{
    core->coroutines->carry = carry;
}

static void step_aside(tr_coroutine *self)
{
    tr_coroutine_carry *carry = self->core->coroutines->carry;
    void *mine = carry != NULL ? carry(NULL) : NULL;
    switch_back(self, false);
    if (carry != NULL)
        carry(mine);
}

uint64_t tr_coroutine_own_wait(tr_coroutine *self, const char *what)
{
    self->waits_for = what;
    return self->wait_key = ++self->wait_count;
}

static void forget_wait(tr_coroutine *self)
{
    self->wait_key = 0;
    self->waits_for = self->asks = NULL;
}

int tr_coroutine_suspend(void)
{
    tr_coroutine *self = tr_coroutine_current();
    if (self == NULL)
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    if (self->is_cancelled) {
        forget_wait(self);
        return refuse_wait(self);
    }
    self->is_waiting = true;
    self->since_ms = self->core->now_ms;
    step_aside(self);
    forget_wait(self);
    return self->is_cancelled ? TR_ECANCELLED : self->result;
}

void tr_coroutine_suspend_shielded(void)
{
    tr_coroutine *self = tr_coroutine_current();
    self->is_waiting = self->is_shielded = true;
    step_aside(self);
    self->is_shielded = false;
    forget_wait(self);
}

int tr_coroutine_yield(void)
{
    tr_coroutine *self = tr_coroutine_current();
    if (self == NULL)
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    if (self->is_cancelled)
        return refuse_wait(self);
    self->is_waiting = self->is_resumed = true;
    append(&self->core->coroutines->yielded, self);
    step_aside(self);
    return self->is_cancelled ? TR_ECANCELLED : 0;
}

// The only place where a coroutine that waits is put in the list of those that go on.
static void let_go_on(tr_coroutine *self, int result)
{
    if (!self->is_waiting || self->is_resumed)
        return;
    self->is_resumed = true;
    self->result = result;
    append(&self->core->coroutines->resumed, self);
}

void tr_coroutine_wake(tr_coroutine *self, uint64_t key, int result)
{
    tr_tag_check(self, TR_TAG_COROUTINE);
    tr_owner_assert(&self->core->owner);
    if (self->wait_key == key)
        let_go_on(self, result);
}

void tr_coroutine_resume(tr_coroutine *self, int result)
{
    TR_ENTER_OR(self != NULL ? self->core : NULL, );
    tr_coroutine_wake(self, 0, result);
}

void tr_coroutine_cancel(tr_coroutine *self)
{
    TR_ENTER_OR(self != NULL ? self->core : NULL, );
    tr_tag_check(self, TR_TAG_COROUTINE);
    if (self->is_cancelled)
        return;
    self->is_cancelled = true;
    if (!self->is_shielded)
        let_go_on(self, TR_ECANCELLED);
}

// -- for people --

static const char *what_of(const tr_coroutine *self)
{
    if (!self->is_waiting || self->is_resumed)
        return "run";
    return self->waits_for != NULL ? self->waits_for : "wait";
}

unsigned tr_coroutines_list(const tr_core *core, uint32_t skip, tr_coroutine_info *out,
                            unsigned cap)
{
    unsigned count = 0;
    for (const tr_coroutine *at = core->coroutines->live; at != NULL && count < cap;
         at = at->live_next) {
        if (skip != 0)
            skip--;
        else
            out[count++] = (tr_coroutine_info){at->name, what_of(at), at->asks, at->since_ms};
    }
    return count;
}

// -- for the loop --

static void run_next(struct tr_coroutines *all)
{
    tr_coroutine *self = pop(&all->resumed);
    self->is_waiting = self->is_resumed = false;
    switch_to(self);
    if (self->is_done)
        recycle(self);
}

void tr_coroutines_run(tr_core *core)
{
    struct tr_coroutines *all = core->coroutines;
    if (all->turn != core->stats.turns) {
        all->turn = core->stats.turns;
        all->runs_left = TR_COROUTINE_RUNS_PER_TURN;
        move_all(&all->resumed, &all->yielded);
    }
    for (; all->resumed.head != NULL && all->runs_left != 0; all->runs_left--)
        run_next(all);
}

bool tr_coroutines_can_run(const tr_core *core)
{
    return core->coroutines->resumed.head != NULL && core->coroutines->runs_left != 0;
}

bool tr_coroutines_pending(const tr_core *core)
{
    return core->coroutines->resumed.head != NULL || core->coroutines->yielded.head != NULL;
}

void tr_coroutines_open(tr_core *core)
{
    core->coroutines = tr_new(struct tr_coroutines);
}

void tr_coroutines_tick(tr_core *core)
{
    tr_stacks_trim(&core->coroutines->stacks);
}

void tr_coroutines_close(tr_core *core)
{
    // Most were cancelled by their owners when those stopped. The coroutines that are left are
    // cancelled here, and all unwind; from now on no wait of theirs lasts.
    struct tr_coroutines *all = core->coroutines;
    for (tr_coroutine *at = all->live; at != NULL; at = at->live_next)
        tr_coroutine_cancel(at);
    move_all(&all->resumed, &all->yielded);
    while (all->resumed.head != NULL)
        run_next(all);
    tr_must(core->stats.coroutines == 0);
    tr_map_done(&all->fd_waits);
    tr_stacks_done(&all->stacks);
#ifdef TR_TSAN
    while (all->fiber_count != 0)
        __tsan_destroy_fiber(all->fibers[--all->fiber_count]);
#endif
    tr_free(all);
    core->coroutines = NULL;
}
