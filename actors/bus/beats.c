#include "actors/bus/beats.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <utlist.h>
#include <zmq.h>

#include "actors/bus/socket.h"
#include "actors/core/core_record.h"
#include "actors/core/system_record.h"
#include "base/clock.h"
#include "base/code_here.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "wire/envelope.h"
#include "wire/limits.h"
#include "wire/scan.h"

enum { LOOK_MS = TR_HEARTBEAT_MS / 2, WAY_IDLE_MS = 5000 };

struct tr_beat {
    tr_beat *next; // of all
    tr_beat *prev;
    tr_beats *all;
    unsigned core;
    char *endpoint;
    tr_address to;
    uint64_t incarnation;            // 0: it repeats, or says nothing
    tr_buf repeated;                 // a batch; empty: a beat
    bool is_carried;                 // by a trunk
    _Atomic uint64_t waits_since_ms; // 0: for nothing
};

// A socket of the beating thread.
typedef struct way {
    struct way *next;
    struct way *prev;
    char *endpoint;
    void *socket;
    uint64_t used_ms;
} way;

struct tr_beats {
    tr_system *system;
    pthread_t thread;
    tr_lock lock; // of the beats, and of the end
    pthread_cond_t changed;
    tr_beat *beats;
    bool is_over;
    // The beating thread's own.
    way *ways;
};

// -- the beating thread --

static way *way_to(tr_beats *self, const char *endpoint)
{
    way *at;
    DL_FOREACH (self->ways, at)
        if (strcmp(at->endpoint, endpoint) == 0)
            return at;
    void *socket = tr_bus_socket_new(self->system, ZMQ_PUSH, true);
    if (socket == NULL)
        return NULL;
    if (tr_bus_socket_dial(self->system, socket, endpoint) < 0) {
        zmq_close(socket);
        return NULL;
    }
    at = tr_new(way);
    at->endpoint = tr_copy_text(endpoint, strlen(endpoint));
    at->socket = socket;
    DL_PREPEND(self->ways, at);
    return at;
}

static void close_ways(tr_beats *self, uint64_t unused_since_ms)
{
    way *next;
    for (way *at = self->ways; at != NULL; at = next) {
        next = at->next;
        if (at->used_ms > unused_since_ms)
            continue;
        DL_DELETE(self->ways, at);
        zmq_close(at->socket);
        tr_free(at->endpoint);
        tr_free(at);
    }
}

static void begin_batch(const tr_beats *self, unsigned core, tr_address to, tr_buf *out)
{
    // To node 0: it is outside of what the link counts.
    tr_batch_head_append(out, &(tr_batch_head){.protocol = TR_BUS_PROTOCOL,
                                               .from_node = self->system->node,
                                               .from_core = core,
                                               .to_core = tr_address_core(to)});
}

static void write_beat(const tr_beat *self, const tr_busy *with, tr_buf *out)
{
    begin_batch(self->all, self->core, self->to, out);
    tr_message_view storage;
    tr_msg_link_beat body = {.incarnation = self->incarnation,
                             .busy_ms = (uint32_t)with->ms,
                             .handler = tr_slice_of(with->handler)};
    tr_message *message = tr_message_view_of(&storage, TR_MSG_link_beat, &body);
    message->from = tr_address_of(self->all->system->node, self->core, TR_SLOT_CORE);
    message->to = self->to;
    tr_batch_append(out, message);
}

static void say(tr_beats *self, const tr_beat *beat, const tr_busy *with)
{
    way *to = way_to(self, beat->endpoint);
    if (to == NULL)
        return;
    to->used_ms = tr_clock_ms();
    tr_buf written = {0};
    if (beat->repeated.size == 0)
        write_beat(beat, with, &written);
    const tr_buf *batch = beat->repeated.size == 0 ? &written : &beat->repeated;
    // A peer that is not there yet, or takes nothing, is told again soon.
    int result = zmq_send(to->socket, batch->data, batch->size, ZMQ_DONTWAIT);
    (void)result;
    tr_buf_done(&written);
}

static bool waits_long(const tr_beat *at, uint64_t now_ms)
{
    uint64_t since_ms = atomic_load_explicit(&at->waits_since_ms, memory_order_relaxed);
    return at->incarnation != 0 && since_ms != 0 && now_ms >= since_ms + TR_HEARTBEAT_MS;
}

// The processes to which something is long on its way by a trunk: it holds up what every link there says.
static void note_held_up(const tr_beats *self, uint64_t now_ms, tr_map *nodes)
{
    tr_beat *at;
    DL_FOREACH (self->beats, at)
        if (at->is_carried && waits_long(at, now_ms))
            tr_map_put(nodes, at->to.node, at);
}

static void say_all(tr_beats *self, const tr_busy *cores)
{
    const tr_beat *at;
    uint64_t now_ms = tr_clock_ms();
    tr_map held_up = {0};
    note_held_up(self, now_ms, &held_up);
    DL_FOREACH (self->beats, at) {
        bool is_held_up =
            at->is_carried && held_up.count != 0 && tr_map_find(&held_up, at->to.node) != NULL;
        if ((cores[at->core].ms != 0 || is_held_up || waits_long(at, now_ms)) &&
            (at->incarnation != 0 || at->repeated.size != 0))
            say(self, at, &cores[at->core]);
    }
    tr_map_done(&held_up);
}

static void *run(void *arg)
{
    tr_beats *self = arg;
    pthread_setname_np(pthread_self(), "beats");
    tr_log_thread_name("beats");
    tr_busy *cores = tr_calloc(self->system->core_count, sizeof *cores);
    tr_lock_take(&self->lock);
    while (!self->is_over) {
        tr_lock_give(&self->lock);
        tr_beats_look(self->system, cores);
        tr_lock_take(&self->lock);
        say_all(self, cores);
        close_ways(self, tr_clock_ms() - WAY_IDLE_MS);
        (void)tr_lock_wait(&self->lock, &self->changed, tr_clock_ms() + LOOK_MS);
    }
    close_ways(self, UINT64_MAX);
    tr_lock_give(&self->lock);
    tr_free(cores);
    return NULL;
}

tr_beats *tr_beats_new(tr_system *system)
{
    tr_beats *self = tr_new(tr_beats);
    self->system = system;
    tr_lock_init(&self->lock, "beats", TR_LOCK_BEATS);
    pthread_cond_init(&self->changed, NULL);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&self->thread, NULL, run, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result == 0)
        return self;
    tr_log(TR_LOG_WARN, "event=no_beats error=%d", result);
    pthread_cond_destroy(&self->changed);
    tr_lock_done(&self->lock);
    tr_free(self);
    return NULL;
}

void tr_beats_free(tr_beats **self)
{
    tr_beats *beats = *self;
    if (beats == NULL)
        return;
    tr_lock_take(&beats->lock);
    beats->is_over = true;
    pthread_cond_broadcast(&beats->changed);
    tr_lock_give(&beats->lock);
    pthread_join(beats->thread, NULL);
    tr_must(beats->beats == NULL);
    pthread_cond_destroy(&beats->changed);
    tr_lock_done(&beats->lock);
    tr_free(beats);
    *self = NULL;
}

// -- any thread --

static tr_busy busy_of(const tr_core *core, uint64_t now_ns)
{
    tr_busy busy = {0};
    uint64_t turn_ns = atomic_load_explicit(&core->turn_began_ns, memory_order_relaxed);
    uint64_t ms = turn_ns != 0 && now_ns > turn_ns ? (now_ns - turn_ns) / 1000000 : 0;
    if (ms < TR_HEARTBEAT_MS)
        return busy;
    const char *handler = tr_code_name(core->code_here);
    char place[sizeof busy.place];
    busy.ms = ms;
    snprintf(busy.handler, sizeof busy.handler, "%s", handler != NULL ? handler : "");
    if (!tr_scan_is_utf8(busy.handler, strlen(busy.handler))) // or peers would refuse the beat
        busy.handler[0] = '\0';
    snprintf(busy.place, sizeof busy.place, "%s",
             tr_code_place(core->code_here, place, sizeof place));
    return busy;
}

// Under the system's lock a core thread that is there stays.
void tr_beats_look(tr_system *system, tr_busy *out)
{
    uint64_t now_ns = tr_clock_ns();
    tr_lock_take(&system->lock);
    for (unsigned i = 0; i < system->core_count; i++)
        out[i] = system->threads[i].core != NULL ? busy_of(system->threads[i].core, now_ns)
                                                 : (tr_busy){0};
    tr_lock_give(&system->lock);
}

// -- the core thread --

tr_beat *tr_beat_new(tr_core *core, const char *endpoint, tr_address to, uint64_t incarnation,
                     bool is_carried)
{
    tr_beats *all = core->system->beats;
    if (all == NULL)
        return NULL;
    tr_beat *self = tr_new(tr_beat);
    self->all = all;
    self->core = core->index;
    self->endpoint = tr_copy_text(endpoint, strlen(endpoint));
    self->to = to;
    self->incarnation = incarnation;
    self->is_carried = is_carried;
    tr_lock_take(&all->lock);
    DL_PREPEND(all->beats, self);
    tr_lock_give(&all->lock);
    return self;
}

void tr_beat_repeat(tr_beat *self, const tr_message *message)
{
    if (self == NULL)
        return;
    tr_buf batch = {0};
    if (message != NULL) {
        begin_batch(self->all, self->core, self->to, &batch);
        tr_batch_append(&batch, message);
    }
    tr_lock_take(&self->all->lock);
    tr_buf before = self->repeated;
    self->repeated = batch;
    tr_lock_give(&self->all->lock);
    tr_buf_done(&before);
}

void tr_beat_set_waits(tr_beat *self, uint64_t since_ms)
{
    if (self != NULL)
        atomic_store_explicit(&self->waits_since_ms, since_ms, memory_order_relaxed);
}

void tr_beat_drop(tr_beat **self)
{
    tr_beat *beat = *self;
    if (beat == NULL)
        return;
    tr_lock_take(&beat->all->lock);
    DL_DELETE(beat->all->beats, beat);
    tr_lock_give(&beat->all->lock);
    tr_buf_done(&beat->repeated);
    tr_free(beat->endpoint);
    tr_free(beat);
    *self = NULL;
}
