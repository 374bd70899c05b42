#include "actors/system/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "actors/bus/bus.h"
#include "actors/bus/link.h"
#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/stack_overflow.h"
#include "actors/core/system_record.h"
#include "actors/core/timer.h"
#include "actors/pool/pool.h"
#include "actors/pool/pool_thread.h"
#include "actors/system/loop.h"
#include "base/hash.h"
#include "base/live.h"
#include "base/mem.h"
#include "base/must.h"
#include "base/random.h"
#include "troupe/err.h"

// A batch on its way from one core thread to another.
typedef struct flight {
    struct flight *next;
    struct flight *prev;
    tr_buf bytes;
} flight;

// A call of a pool, until it is begun in a coroutine.
typedef struct call {
    struct call *next;
    tr_core *core;
    tr_message *message;
    tr_pool_function function;
} call;

struct tr_sim {
    tr_system *system;
    uint64_t random;
    uint64_t trace;
    uint64_t turns;
    flight **lanes; // from times to; each oldest first
    call *calls;    // that wait, the latest first
    unsigned call_count;
    bool is_printing;
    int (*deliver)(tr_core *core, tr_message **message); // the real one
};

enum { NS_PER_MS = 1000000, CLOCK_ODDS = 16, WHOLE_TURNS = 4096 };

static uint64_t draw(tr_sim *self, uint64_t below)
{
    return tr_random_next(&self->random) % below;
}

// -- the trace --

static void note(tr_sim *self, const void *bytes, size_t size)
{
    self->trace = tr_hash_more(self->trace, bytes, size);
}

static void note_number(tr_sim *self, uint64_t number)
{
    note(self, &number, sizeof number);
}

static void note_message(tr_sim *self, const tr_core *core, const tr_message *message)
{
    uint64_t head[] = {core->index,         message->to.actor,    message->from.node,
                       message->from.actor, message->correlation, message->shape->type,
                       message->flags};
    note(self, head, sizeof head);
    tr_buf text = {0};
    tr_message_encode(message, &text);
    note(self, text.data, text.size);
    if (self->is_printing) {
        text.size = 0;
        tr_message_print(message, &text);
        fprintf(stderr, "sim: core=%u from=%llx to=%llx %s\n", core->index,
                (unsigned long long)message->from.actor, (unsigned long long)message->to.actor,
                tr_buf_text(&text));
    }
    tr_buf_done(&text);
}

// -- in place of sockets --

static flight **lane_of(tr_sim *self, uint32_t from, uint32_t to)
{
    return &self->lanes[from * self->system->core_count + to];
}

static bool batch_out(tr_bus_link *link, const tr_buf *batch)
{
    tr_sim *self = link->core->sim;
    flight **way = lane_of(self, link->core->index, link->index);
    flight *sent = tr_new(flight);
    tr_buf_append(&sent->bytes, batch->data, batch->size);
    note_number(self, link->index);
    note(self, batch->data, batch->size);
    DL_APPEND(*way, sent);
    return true;
}

static flight *take_flight(flight **way)
{
    flight *taken = *way;
    DL_DELETE(*way, taken);
    return taken;
}

static void free_flight(flight *gone)
{
    tr_buf_done(&gone->bytes);
    tr_free(gone);
}

static int deliver(tr_core *core, tr_message **message)
{
    note_message(core->sim, core, *message);
    return core->sim->deliver(core, message);
}

// -- in place of pool threads --

static int call_inline(tr_core *core, tr_address from, const tr_msg_handler_call *body,
                       tr_pool_function function)
{
    tr_sim *self = core->sim;
    if (self->call_count == TR_POOL_QUEUE_MAX)
        return TR_EFULL;
    call *wanted = tr_new(call);
    wanted->core = core;
    wanted->function = function;
    wanted->message = tr_message_new(TR_MSG_handler_call, body);
    wanted->message->from = wanted->message->to = from;
    wanted->next = self->calls;
    self->calls = wanted;
    self->call_count++;
    return 0;
}

static void free_call(call *gone)
{
    tr_message_free(gone->message);
    tr_free(gone);
}

static void run_call(void *arg)
{
    call *self = arg;
    tr_msg_handler_done done = {.call = TR_BODY(self->message, handler_call)->call};
    done.status = self->function(NULL, self->message);
    tr_address from = tr_core_address(self->core);
    while (tr_send_body(self->core, from, self->message->from, TR_MSG_handler_done, &done) ==
               TR_EFULL &&
           tr_coroutine_sleep(1) == 0)
        continue;
    free_call(self);
}

static bool has_calls(const tr_sim *self, const tr_core *core)
{
    const call *at = self->calls;
    while (at != NULL && at->core != core)
        at = at->next;
    return at != NULL;
}

// One, or none: now or later, in any order, as threads would.
static void begin_a_call(tr_sim *self, tr_core *core)
{
    call **at = &self->calls;
    while (*at != NULL && ((*at)->core != core || draw(self, 2) == 0))
        at = &(*at)->next;
    call *begun = *at;
    if (begun == NULL)
        return;
    *at = begun->next;
    self->call_count--;
    // It may end, or make other calls, at once.
    if (tr_coroutine_start(core, "pool", run_call, begun, NULL) == 0)
        return;
    begun->next = self->calls;
    self->calls = begun;
    self->call_count++;
}

// -- one turn --

static tr_core *core_of(const tr_sim *self, unsigned index)
{
    return self->system->threads[index].core;
}

static bool has_flights(tr_sim *self, unsigned to)
{
    for (unsigned from = 0; from < self->system->core_count; from++)
        if (*lane_of(self, from, to) != NULL)
            return true;
    return false;
}

static bool has_something_to_do(tr_sim *self, unsigned index)
{
    const tr_core *core = core_of(self, index);
    return tr_core_is_busy(core) || core->unsent.count != 0 ||
           tr_timers_next_ns(core) <= self->system->held_ns ||
           self->system->threads[index].post_count != 0 || has_flights(self, index) ||
           has_calls(self, core);
}

static void set_clock(tr_sim *self, uint64_t to_ns)
{
    self->system->held_ns = to_ns;
    note_number(self, to_ns);
    for (unsigned i = 0; i < self->system->core_count; i++) {
        core_of(self, i)->held_ns = to_ns;
        core_of(self, i)->now_ms = to_ns / NS_PER_MS;
    }
}

static uint64_t next_due_ns(const tr_sim *self)
{
    uint64_t next_ns = UINT64_MAX;
    for (unsigned i = 0; i < self->system->core_count; i++) {
        uint64_t due_ns = tr_timers_next_ns(core_of(self, i));
        next_ns = due_ns < next_ns ? due_ns : next_ns;
    }
    return next_ns;
}

static void take_some_flights(tr_sim *self, tr_core *core)
{
    unsigned cores = self->system->core_count;
    for (uint64_t left = draw(self, 4); left != 0 && has_flights(self, core->index); left--) {
        unsigned from = (unsigned)draw(self, cores);
        while (*lane_of(self, from, core->index) == NULL)
            from = (from + 1) % cores;
        flight *arrived = take_flight(lane_of(self, from, core->index));
        tr_bus_on_batch(core, arrived->bytes.data, arrived->bytes.size);
        free_flight(arrived);
    }
}

// Mostly a few actor turns of a few messages, so that much lies between two turns; sometimes all.
static void choose_budgets(tr_sim *self, tr_core *core)
{
    bool is_whole = draw(self, 4) == 0;
    core->runs_per_turn = is_whole ? WHOLE_TURNS : 1 + (unsigned)draw(self, 4);
    core->turn_budget = is_whole ? TR_TURN_BUDGET : 1 + (unsigned)draw(self, 4);
}

static void turn(tr_sim *self, unsigned index)
{
    tr_core *core = core_of(self, index);
    tr_core_here = core;
    choose_budgets(self, core);
    uint64_t head[] = {++self->turns, index, core->runs_per_turn, core->turn_budget};
    note(self, head, sizeof head);
    if (self->is_printing)
        fprintf(stderr, "sim: turn=%llu core=%u now_ms=%llu runs=%u budget=%u\n",
                (unsigned long long)self->turns, index, (unsigned long long)tr_sim_now_ms(self),
                core->runs_per_turn, core->turn_budget);
    tr_core_run_posts(core);
    tr_timers_fire(core);
    take_some_flights(self, core);
    begin_a_call(self, core);
    tr_core_turn(core);
    tr_core_here = NULL;
}

bool tr_sim_step(tr_sim *self)
{
    unsigned ready[TR_CORES_CAP];
    unsigned count = 0;
    uint64_t next_ns = next_due_ns(self);
    for (unsigned i = 0; i < self->system->core_count; i++)
        if (has_something_to_do(self, i))
            ready[count++] = i;
    if (count == 0 && next_ns == UINT64_MAX)
        return false;
    uint64_t now_ns = self->system->held_ns;
    // A thread that is kept waiting sees timers that are long due.
    if (count == 0)
        set_clock(self, next_ns > now_ns ? next_ns : now_ns);
    else if (next_ns != UINT64_MAX && draw(self, CLOCK_ODDS) == 0)
        set_clock(self, now_ns + draw(self, 2 * NS_PER_MS));
    if (count != 0)
        turn(self, ready[draw(self, count)]);
    return true;
}

int tr_sim_run(tr_sim *self, uint64_t for_ms)
{
    uint64_t until_ns = self->system->held_ns + for_ms * NS_PER_MS;
    for (uint64_t steps = 0; steps < TR_SIM_STEPS_CAP; steps++) {
        bool is_busy = false;
        for (unsigned i = 0; i < self->system->core_count && !is_busy; i++)
            is_busy = has_something_to_do(self, i);
        if (!is_busy && next_due_ns(self) > until_ns)
            return 0;
        (void)tr_sim_step(self);
    }
    return TR_ETIMEOUT;
}

// -- life --

static tr_system *system_new(tr_sim *self, const tr_sim_options *options)
{
    tr_system *system = tr_new(tr_system);
    do
        system->node = tr_random_next(&self->random);
    while (system->node == 0);
    system->options = (tr_system_options){
        .core_count = options->core_count, .transport = options->transport, .held_clock = true};
    // Forced transports change nothing: there is only memory.
    system->transport =
        options->transport == TR_TRANSPORT_LOCAL ? TR_TRANSPORT_LOCAL : TR_TRANSPORT_INPROC;
    system->core_count = options->core_count;
    system->held_ns = TR_HELD_CLOCK_START_NS;
    system->threads = tr_calloc(options->core_count, sizeof *system->threads);
    tr_lock_init(&system->lock, "system", TR_LOCK_SYSTEM);
    pthread_cond_init(&system->changed, NULL);
    system->exit_code = TR_EXIT_CODE_UNSET;
    system->end_fd = -1;
    return system;
}

static void core_new(tr_sim *self, unsigned index)
{
    tr_core *core = tr_core_new(self->system, index);
    self->system->threads[index].system = self->system;
    self->system->threads[index].index = index;
    self->system->threads[index].core = core;
    core->sim = self;
    core->random = tr_random_next(&self->random);
    core->next_correlation = 1;
    core->bus->batch_out = batch_out;
    core->call_inline = call_inline;
    self->deliver = core->deliver;
    core->deliver = deliver;
    tr_core_here = NULL;
}

tr_sim *tr_sim_new(const tr_sim_options *options)
{
    tr_must(options->core_count != 0 && options->core_count <= TR_CORES_CAP);
    tr_must(tr_core_here == NULL);
    tr_live_system_starts();
    tr_overflow_thread_start();
    tr_sim *self = tr_new(tr_sim);
    self->random = options->seed;
    self->trace = TR_HASH_BEGIN;
    self->is_printing = getenv("TR_SIM_TRACE") != NULL;
    self->system = system_new(self, options);
    self->lanes = tr_calloc((size_t)options->core_count * options->core_count, sizeof *self->lanes);
    for (unsigned i = 0; i < options->core_count; i++)
        core_new(self, i);
    for (unsigned i = 0; options->setup != NULL && i < options->core_count; i++) {
        tr_core_here = core_of(self, i);
        tr_must(options->setup(tr_core_here, options->arg) == 0);
        tr_core_here = NULL;
    }
    return self;
}

void tr_sim_free(tr_sim **sim)
{
    tr_sim *self = *sim;
    if (self == NULL)
        return;
    tr_system *system = self->system;
    system->is_stopping = true;
    for (unsigned i = 0; i < system->core_count; i++) {
        tr_core_here = system->threads[i].core;
        tr_core_free(&system->threads[i].core);
    }
    for (unsigned i = 0; i < system->core_count * system->core_count; i++)
        while (self->lanes[i] != NULL)
            free_flight(take_flight(&self->lanes[i]));
    while (self->calls != NULL) {
        call *gone = self->calls;
        self->calls = gone->next;
        free_call(gone);
    }
    pthread_cond_destroy(&system->changed);
    tr_lock_done(&system->lock);
    tr_free(system->threads);
    tr_free(system);
    tr_free(self->lanes);
    tr_free(self);
    tr_overflow_thread_end();
    *sim = NULL;
    tr_live_system_stopped();
}

void tr_sim_on(tr_sim *self, unsigned core, void (*function)(tr_core *core, void *arg), void *arg)
{
    tr_core_here = core_of(self, core);
    function(tr_core_here, arg);
    tr_core_here = NULL;
}

tr_system *tr_sim_system(tr_sim *self)
{
    return self->system;
}

uint64_t tr_sim_now_ms(const tr_sim *self)
{
    return (self->system->held_ns - TR_HELD_CLOCK_START_NS) / NS_PER_MS;
}

uint64_t tr_sim_turns(const tr_sim *self)
{
    return self->turns;
}

uint64_t tr_sim_trace(const tr_sim *self)
{
    return self->trace;
}
