#include "actors/coroutine.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "actors/internal.h"
#include "base/live.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"

// Boost.Context's two functions, callable from C; its header is C++.
typedef struct {
    void *context;
    void *data;
} transfer;
transfer jump_fcontext(void *const to, void *data);
void *make_fcontext(void *stack_top, size_t size, void (*function)(transfer));

#ifdef TR_ASAN
void __sanitizer_start_switch_fiber(void **save, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *saved, const void **bottom, size_t *size);
void __asan_unpoison_memory_region(const void *start, size_t size);
#endif
#ifdef TR_TSAN
void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
#endif

// Stacks beyond this number in the pool go back to the system.
enum { POOLED_STACKS = 256 };

struct tr_coroutine {
    TR_TAG;
    tr_core *core;
    tr_coroutine *next;      // in the resumed list or the pool
    tr_coroutine *live_next; // all that were started and have not ended
    tr_coroutine *live_previous;
    void *context; // where it waits; while it runs, where its resumer waits
    void (*function)(void *arg);
    void *arg;
    unsigned char *stack;  // lowest mapped byte: of the guard
    tr_coroutine *resumer; // whose stack switched to us; NULL: the thread's own
    int result;
    bool is_waiting;
    bool is_resumed;
    bool is_cancelled;
    bool is_done;
#ifdef TR_ASAN
    void *fake_stack;
    const void *resumer_bottom;
    size_t resumer_size;
#endif
#ifdef TR_TSAN
    void *fiber;
    void *resumer_fiber;
#endif
};

struct tr_coroutines {
    tr_coroutine *running; // NULL: the thread's own stack
    tr_coroutine *pool;
    uint32_t pooled;
    tr_coroutine *live;
    tr_coroutine *resumed_head;
    tr_coroutine *resumed_tail;
};

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

// Wider than a page: a function with a large frame (a page built in one go) must not step over it.
static size_t guard_size(void)
{
    return 16 * page_size();
}

static size_t mapped_size(void)
{
    return TR_COROUTINE_STACK_BYTES + guard_size();
}

// The record lies at the top of its own stack: one mapping, nothing else to allocate.
static tr_coroutine *map_stack(void)
{
    unsigned char *stack = mmap(NULL, mapped_size(), PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED)
        return NULL;
    if (mprotect(stack, guard_size(), PROT_NONE) != 0) {
        munmap(stack, mapped_size());
        return NULL;
    }
    size_t room = (sizeof(tr_coroutine) + 63) & ~(size_t)63;
    tr_coroutine *self = (void *)(stack + mapped_size() - room);
    memset(self, 0, sizeof *self);
    self->stack = stack;
    return self;
}

static void unmap_stack(tr_coroutine *self)
{
    munmap(self->stack, mapped_size());
}

static void enter(transfer from);

// Onto its stack, and back when it waits or ends.
static void switch_to(tr_coroutine *self)
{
    struct tr_coroutines *all = self->core->coroutines;
    self->resumer = all->running;
    all->running = self;
#ifdef TR_ASAN
    void *fake = NULL;
    __sanitizer_start_switch_fiber(&fake, self->stack + guard_size(), TR_COROUTINE_STACK_BYTES);
#endif
#ifdef TR_TSAN
    self->resumer_fiber = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(self->fiber, 0);
#endif
    transfer back = jump_fcontext(self->context, self);
#ifdef TR_ASAN
    __sanitizer_finish_switch_fiber(fake, NULL, NULL);
#endif
    self->context = back.context;
    all->running = self->resumer;
}

// Back to whoever switched to us.
static void switch_back(tr_coroutine *self, bool for_ever)
{
#ifdef TR_ASAN
    __sanitizer_start_switch_fiber(for_ever ? NULL : &self->fake_stack, self->resumer_bottom,
                                   self->resumer_size);
#else
    (void)for_ever;
#endif
#ifdef TR_TSAN
    __tsan_switch_to_fiber(self->resumer_fiber, 0);
#endif
    transfer again = jump_fcontext(self->context, NULL);
    self->context = again.context;
#ifdef TR_ASAN
    __sanitizer_finish_switch_fiber(self->fake_stack, &self->resumer_bottom, &self->resumer_size);
#endif
}

static void enter(transfer from)
{
    tr_coroutine *self = from.data;
    self->context = from.context;
#ifdef TR_ASAN
    __sanitizer_finish_switch_fiber(NULL, &self->resumer_bottom, &self->resumer_size);
#endif
    self->function(self->arg);
    self->is_done = true;
    switch_back(self, true);
    tr_never("an ended coroutine was resumed");
}

static tr_coroutine *take_stack(struct tr_coroutines *all)
{
    tr_coroutine *self = all->pool;
    if (self == NULL)
        return map_stack();
    all->pool = self->next;
    all->pooled--;
    unsigned char *stack = self->stack;
    memset(self, 0, sizeof *self);
    self->stack = stack;
    return self;
}

static void come_alive(tr_coroutine *self)
{
    struct tr_coroutines *all = self->core->coroutines;
    self->core->stats.coroutines++;
    tr_tag_set(self, TR_TAG_COROUTINE);
    tr_live_born(coroutine);
    self->live_next = all->live;
    if (all->live != NULL)
        all->live->live_previous = self;
    all->live = self;
}

static void recycle(tr_coroutine *self)
{
    struct tr_coroutines *all = self->core->coroutines;
    self->core->stats.coroutines--;
    tr_tag_set(self, 0);
    tr_live_gone(coroutine);
    if (self->live_previous != NULL)
        self->live_previous->live_next = self->live_next;
    else
        all->live = self->live_next;
    if (self->live_next != NULL)
        self->live_next->live_previous = self->live_previous;
#ifdef TR_TSAN
    __tsan_destroy_fiber(self->fiber);
#endif
#ifdef TR_ASAN
    // The frames that it never returned from left their marks, for whatever is mapped here next.
    __asan_unpoison_memory_region(self->stack + guard_size(), TR_COROUTINE_STACK_BYTES);
#endif
    if (all->pooled >= POOLED_STACKS) {
        unmap_stack(self);
        return;
    }
    self->next = all->pool;
    all->pool = self;
    all->pooled++;
}

int tr_coroutine_start(tr_core *core, void (*function)(void *arg), void *arg, tr_coroutine **out)
{
    tr_owner_assert(&core->owner);
    struct tr_coroutines *all = core->coroutines;
    if (core->is_closing)
        return TR_ECANCELLED;
    if (core->stats.coroutines >= TR_COROUTINES_PER_CORE_CAP)
        return TR_EFULL;
    tr_coroutine *self = take_stack(all);
    if (self == NULL)
        return TR_EFULL;
    self->core = core;
    come_alive(self);
    self->function = function;
    self->arg = arg;
    unsigned char *bottom = self->stack + guard_size();
    self->context = make_fcontext(self, (size_t)((unsigned char *)self - bottom), enter);
#ifdef TR_TSAN
    self->fiber = __tsan_create_fiber(0);
#endif
    switch_to(self);
    *out = self->is_done ? NULL : self;
    if (self->is_done)
        recycle(self);
    return 0;
}

tr_coroutine *tr_coroutine_current(void)
{
    return tr_core_here != NULL ? tr_core_here->coroutines->running : NULL;
}

int tr_coroutine_suspend(void)
{
    tr_coroutine *self = tr_coroutine_current();
    tr_must(self != NULL);
    if (self->is_cancelled)
        return TR_ECANCELLED;
    self->is_waiting = true;
    switch_back(self, false);
    return self->is_cancelled ? TR_ECANCELLED : self->result;
}

void tr_coroutine_resume(tr_coroutine *self, int result)
{
    tr_tag_check(self, TR_TAG_COROUTINE);
    tr_owner_assert(&self->core->owner);
    tr_must(self->is_waiting && !self->is_resumed);
    struct tr_coroutines *all = self->core->coroutines;
    self->is_resumed = true;
    self->result = result;
    self->next = NULL;
    if (all->resumed_tail != NULL)
        all->resumed_tail->next = self;
    else
        all->resumed_head = self;
    all->resumed_tail = self;
}

void tr_coroutine_cancel(tr_coroutine *self)
{
    tr_tag_check(self, TR_TAG_COROUTINE);
    tr_owner_assert(&self->core->owner);
    if (self->is_cancelled)
        return;
    self->is_cancelled = true;
    if (self->is_waiting && !self->is_resumed)
        tr_coroutine_resume(self, TR_ECANCELLED);
}

bool tr_coroutines_run(tr_core *core)
{
    struct tr_coroutines *all = core->coroutines;
    bool ran = false;
    while (all->resumed_head != NULL) {
        tr_coroutine *self = all->resumed_head;
        all->resumed_head = self->next;
        if (all->resumed_head == NULL)
            all->resumed_tail = NULL;
        self->is_waiting = self->is_resumed = false;
        switch_to(self);
        if (self->is_done)
            recycle(self);
        ran = true;
    }
    return ran;
}

bool tr_coroutines_waiting(const tr_core *core)
{
    return core->coroutines->resumed_head != NULL;
}

bool tr_coroutine_is_resumed(const tr_coroutine *self)
{
    return self->is_resumed;
}

void tr_coroutines_open(tr_core *core)
{
    core->coroutines = tr_new(struct tr_coroutines);
}

void tr_coroutines_close(tr_core *core)
{
    // Most were cancelled by their owners when those stopped. Whoever is left is cancelled here,
    // and all unwind; from now on no wait of theirs lasts.
    struct tr_coroutines *all = core->coroutines;
    for (tr_coroutine *at = all->live; at != NULL; at = at->live_next)
        tr_coroutine_cancel(at);
    tr_coroutines_run(core);
    tr_must(core->stats.coroutines == 0);
    while (all->pool != NULL) {
        tr_coroutine *self = all->pool;
        all->pool = self->next;
        unmap_stack(self);
    }
    tr_free(all);
    core->coroutines = NULL;
}

static void on_alarm(tr_timer *timer)
{
    tr_coroutine *self = timer->arg;
    if (!self->is_resumed)
        tr_coroutine_resume(self, TR_ETIMEOUT);
}

int tr_coroutine_sleep(uint64_t delay_ms)
{
    tr_coroutine *self = tr_coroutine_current();
    tr_must(self != NULL);
    tr_timer timer;
    tr_timer_init(&timer, self->core, on_alarm, self);
    tr_timer_start(&timer, delay_ms, 0);
    int result = tr_coroutine_suspend();
    tr_timer_stop(&timer);
    return result == TR_ETIMEOUT ? 0 : result;
}

int tr_coroutine_ask(tr_address from, tr_address to, unsigned type, const void *body,
                     uint64_t deadline_ms, tr_message **out)
{
    tr_coroutine *self = tr_coroutine_current();
    tr_must(self != NULL);
    tr_core *core = self->core;
    tr_question question = {.waiter = self, .to = to};
    uint64_t correlation = core->next_correlation++;
    tr_message *message = tr_message_new(type, body);
    message->from = from;
    message->to = to;
    message->flags = TR_FLAG_ASK;
    message->correlation = correlation;
    int result = tr_core_post_message(core, &message);
    tr_message_free(message);
    if (result < 0)
        return result;
    tr_map_put(&core->questions, correlation, &question);
    tr_timer timer;
    tr_timer_init(&timer, core, on_alarm, self);
    tr_timer_start(&timer, deadline_ms, 0);
    result = tr_coroutine_suspend();
    tr_timer_stop(&timer);
    tr_map_take(&core->questions, correlation);
    if (question.answer == NULL)
        return result < 0 ? result : TR_EGONE;
    *out = question.answer;
    return 0;
}
