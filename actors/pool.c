// Each pool thread talks to its core thread over one inproc PAIR. The core's end hands it calls and
// answers; the thread's end sends questions and, last, handler_done. An empty frame means: stop.

#include "actors/pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <zmq.h>

#include "actors/internal.h"
#include "base/clock.h"
#include "base/live.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"

// How long a thread waits in a full pipe before it looks whether anybody reads it.
enum { STUCK_LOOK_MS = 50, MESSAGES_PER_TURN = 256 };

struct tr_pool_thread {
    tr_pool *pool;
    pthread_t thread;
    tr_address address;
    void *core_end; // the core thread's
    ev_io watcher;
    bool is_busy;
    bool has_more; // its pipe was not seen empty
    uint64_t idle_since_ms;
    char endpoint[64];
    // From here on the pool thread's own.
    void *own_end;
    tr_pool_function function;
    uint64_t node;
    uint64_t asked; // number of its last question
    bool is_stopping;
    // Set by the core thread for a thread that is stuck in a full pipe; relaxed, since it carries
    // nothing but itself.
    atomic_bool is_abandoned;
};

struct tr_pool {
    tr_core *core;
    tr_pool_function function;
    tr_pool_thread *threads[TR_POOL_THREADS_CAP];
    uint32_t generation;
    tr_message *queue_head;
    tr_message *queue_tail;
    tr_message *undelivered; // handler_done whose way was full
    tr_timer tick;
    uint64_t idle_ms;
    uint32_t more_count; // threads that have more
    tr_pool_stats stats;
};

static _Thread_local tr_pool_thread *thread_here;

tr_pool_thread *tr_pool_thread_current(void)
{
    return thread_here;
}

// --- the pool thread -----------------------------------------------------------------------------

static int send_batch(void *socket, uint64_t to_node, const tr_message *message, int flags)
{
    tr_buf batch = {0};
    tr_batch_head_append(&batch, &(tr_batch_head){.protocol = TR_BUS_PROTOCOL, .to_node = to_node});
    tr_batch_append(&batch, message);
    TR_BUS_RELEASE();
    int sent = zmq_send(socket, batch.data, batch.size, flags);
    tr_buf_done(&batch);
    return sent < 0 ? TR_EFULL : 0;
}

// To the core thread: waits while the pipe is full, but not for a core thread that no longer reads.
static int send_to_core(tr_pool_thread *self, const tr_message *message)
{
    while (!atomic_load_explicit(&self->is_abandoned, memory_order_relaxed))
        if (send_batch(self->own_end, message->to.node, message, 0) == 0)
            return 0;
    return TR_ECANCELLED;
}

// After a send: it may have eaten the signal that the thread had sent something.
static void look_again(tr_pool_thread *self)
{
    int events = 0;
    size_t size = sizeof events;
    tr_must(zmq_getsockopt(self->core_end, ZMQ_EVENTS, &events, &size) == 0);
    if ((events & ZMQ_POLLIN) != 0)
        ev_feed_event(self->pool->core->loop, &self->watcher, EV_READ);
}

// One frame from the core thread; waits at most `wait_ms` (-1: for ever). *out is NULL when it was
// the sign to stop, or nothing came in time (TR_ETIMEOUT).
static int receive(tr_pool_thread *self, int64_t wait_ms, tr_message **out)
{
    *out = NULL;
    zmq_pollitem_t item = {.socket = self->own_end, .events = ZMQ_POLLIN};
    int ready = zmq_poll(&item, 1, wait_ms);
    if (ready < 0 && errno != EINTR)
        return TR_ECANCELLED;
    if (ready <= 0)
        return TR_ETIMEOUT;
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    int got = zmq_msg_recv(&frame, self->own_end, ZMQ_DONTWAIT);
    TR_BUS_ACQUIRE();
    int result = TR_ECANCELLED;
    if (got > 0) {
        tr_batch_reader reader;
        tr_batch_head head;
        tr_must(tr_batch_open(&reader, zmq_msg_data(&frame), zmq_msg_size(&frame), &head) == 0);
        tr_must(tr_batch_next(&reader, out) == 1);
        result = 0;
    } else if (got == 0) {
        self->is_stopping = true;
    } else if (errno == EAGAIN || errno == EINTR) {
        result = TR_ETIMEOUT;
    }
    zmq_msg_close(&frame);
    return result;
}

tr_address tr_pool_thread_home(const tr_pool_thread *self, uint32_t slot)
{
    return tr_address_of(self->node, tr_address_core(self->address), slot);
}

static tr_message *addressed(tr_pool_thread *self, tr_address to, unsigned type, const void *body)
{
    tr_message *message = tr_message_new(type, body);
    message->from = self->address;
    message->to = to;
    return message;
}

int tr_pool_send(tr_pool_thread *self, tr_address to, unsigned type, const void *body)
{
    tr_must(self == thread_here);
    tr_message *message = addressed(self, to, type, body);
    int result = send_to_core(self, message);
    tr_message_free(message);
    return result;
}

int tr_pool_ask(tr_pool_thread *self, tr_address to, unsigned type, const void *body,
                uint64_t deadline_ms, tr_message **out)
{
    tr_must(self == thread_here);
    if (self->is_stopping)
        return TR_ECANCELLED;
    tr_message *message = addressed(self, to, type, body);
    message->flags = TR_FLAG_ASK;
    message->correlation = ++self->asked;
    int result = send_to_core(self, message);
    tr_message_free(message);
    uint64_t deadline = tr_clock_ms() + deadline_ms;
    while (result == 0) {
        uint64_t now = tr_clock_ms();
        if (now >= deadline)
            return TR_ETIMEOUT;
        tr_message *answer;
        result = receive(self, (int64_t)(deadline - now), &answer);
        if (result == TR_ETIMEOUT) {
            result = 0;
            continue;
        }
        bool is_ours = answer != NULL && (answer->flags & TR_FLAG_ANSWER) != 0 &&
                       answer->correlation == self->asked;
        if (is_ours && !tr_is_refusal(answer)) {
            *out = answer;
            return 0;
        }
        if (is_ours)
            result = (int)TR_BODY(answer, answer)->status;
        tr_message_free(answer); // or it answers a question whose deadline had passed
    }
    return result;
}

int tr_pool_sleep(tr_pool_thread *self, uint64_t delay_ms)
{
    tr_must(self == thread_here);
    uint64_t until = tr_clock_ms() + delay_ms;
    for (;;) {
        uint64_t now = tr_clock_ms();
        if (self->is_stopping)
            return TR_ECANCELLED;
        if (now >= until)
            return 0;
        tr_message *stale;
        (void)receive(self, (int64_t)(until - now), &stale);
        tr_message_free(stale);
    }
}

static void *run_thread(void *arg)
{
    tr_pool_thread *self = arg;
    thread_here = self;
    pthread_setname_np(pthread_self(), "pool");
    tr_log_thread_name("pool");
    TR_BUS_ACQUIRE();
    while (!self->is_stopping) {
        tr_message *call;
        if (receive(self, -1, &call) == TR_ECANCELLED)
            break;
        if (call == NULL || call->shape->type != TR_MSG_handler_call) {
            tr_message_free(call);
            continue;
        }
        int64_t status = self->function(self, call);
        (void)tr_pool_send(
            self, call->from, TR_MSG_handler_done,
            &(tr_msg_handler_done){.call = TR_BODY(call, handler_call)->call, .status = status});
        tr_message_free(call);
    }
    zmq_close(self->own_end);
    return NULL;
}

// --- the core thread -----------------------------------------------------------------------------

static void give_call(tr_pool_thread *thread, tr_message *call)
{
    thread->is_busy = true;
    thread->pool->stats.idle--;
    thread->pool->stats.calls++;
    tr_must(send_batch(thread->core_end, call->from.node, call, ZMQ_DONTWAIT) == 0);
    tr_message_free(call);
    look_again(thread);
}

static void become_idle(tr_pool_thread *thread)
{
    tr_pool *pool = thread->pool;
    thread->is_busy = false;
    thread->idle_since_ms = tr_clock_ms();
    pool->stats.idle++;
    if (pool->queue_head == NULL)
        return;
    tr_message *call = pool->queue_head;
    pool->queue_head = call->next;
    if (pool->queue_head == NULL)
        pool->queue_tail = NULL;
    pool->stats.queued--;
    give_call(thread, call);
}

// What a pool thread sent goes on its way. A question that cannot be sent is answered here.
static void pass_on(tr_pool_thread *thread, tr_message *message)
{
    tr_pool *pool = thread->pool;
    bool is_done = message->shape->type == TR_MSG_handler_done;
    int result = tr_core_post_message(pool->core, &message);
    if (result == TR_EFULL && is_done) {
        message->next = pool->undelivered;
        pool->undelivered = message;
        message = NULL;
    } else if (result < 0 && (message->flags & TR_FLAG_ASK) != 0) {
        tr_message *answer = tr_refusal_new(message, result);
        (void)send_batch(thread->core_end, pool->core->node, answer, ZMQ_DONTWAIT);
        tr_message_free(answer);
    }
    tr_message_free(message);
    if (is_done)
        become_idle(thread);
}

static void set_more(tr_pool_thread *thread, bool has_more)
{
    thread->pool->more_count += (uint32_t)has_more - (uint32_t)thread->has_more;
    thread->has_more = has_more;
}

static void drain_thread(tr_pool_thread *thread)
{
    set_more(thread, true);
    for (unsigned i = 0; i < MESSAGES_PER_TURN; i++) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, thread->core_end, ZMQ_DONTWAIT) < 0) {
            set_more(thread, errno == EINTR);
            zmq_msg_close(&frame);
            return;
        }
        TR_BUS_ACQUIRE();
        tr_batch_reader reader;
        tr_batch_head head;
        tr_message *message = NULL;
        tr_must(tr_batch_open(&reader, zmq_msg_data(&frame), zmq_msg_size(&frame), &head) == 0);
        tr_must(tr_batch_next(&reader, &message) == 1);
        zmq_msg_close(&frame);
        message->to.node = head.to_node;
        pass_on(thread, message);
    }
}

bool tr_pool_has_more(const tr_core *core)
{
    return core->pool != NULL && core->pool->more_count != 0;
}

void tr_pool_drain(tr_core *core)
{
    for (unsigned i = 0; i < TR_POOL_THREADS_CAP; i++)
        if (core->pool->threads[i] != NULL && core->pool->threads[i]->has_more)
            drain_thread(core->pool->threads[i]);
}

static void on_thread(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    drain_thread(watcher->data);
}

static tr_pool_thread *thread_new(tr_pool *pool, unsigned index)
{
    tr_core *core = pool->core;
    tr_pool_thread *self = tr_new(tr_pool_thread);
    pool->generation = (pool->generation + 1) & 0xffffffu;
    self->pool = pool;
    self->node = core->node;
    self->function = pool->function;
    self->address =
        (tr_address){core->node, tr_actor_id(core->index, pool->generation, TR_SLOT_POOL | index)};
    snprintf(self->endpoint, sizeof self->endpoint, "inproc://pool-%u-%u-%u", core->index, index,
             pool->generation);
    self->core_end = zmq_socket(core->system->zmq, ZMQ_PAIR);
    if (self->core_end == NULL) {
        tr_free(self);
        return NULL;
    }
    self->own_end = zmq_socket(core->system->zmq, ZMQ_PAIR);
    if (self->own_end == NULL) {
        zmq_close(self->core_end);
        tr_free(self);
        return NULL;
    }
    int linger = 0;
    zmq_setsockopt(self->core_end, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(self->own_end, ZMQ_LINGER, &linger, sizeof linger);
    int patience = STUCK_LOOK_MS;
    zmq_setsockopt(self->own_end, ZMQ_SNDTIMEO, &patience, sizeof patience);
    // Connected before the thread runs: a PAIR without its other half refuses the first call. The
    // start of the thread is the barrier that lets its socket change hands.
    tr_must(zmq_bind(self->core_end, self->endpoint) == 0);
    tr_must(zmq_connect(self->own_end, self->endpoint) == 0);
    TR_BUS_RELEASE();
    if (pthread_create(&self->thread, NULL, run_thread, self) != 0) {
        zmq_close(self->own_end);
        zmq_close(self->core_end);
        tr_free(self);
        return NULL;
    }
    int fd = -1;
    size_t size = sizeof fd;
    tr_must(zmq_getsockopt(self->core_end, ZMQ_FD, &fd, &size) == 0);
    ev_io_init(&self->watcher, on_thread, fd, EV_READ);
    self->watcher.data = self;
    ev_io_start(core->loop, &self->watcher);
    pool->threads[index] = self;
    pool->stats.threads++;
    tr_live_born(pool_thread);
    pool->stats.idle++;
    self->idle_since_ms = tr_clock_ms();
    return self;
}

static void tell_to_stop(tr_pool_thread *self)
{
    atomic_store_explicit(&self->is_abandoned, true, memory_order_relaxed);
    TR_BUS_RELEASE();
    (void)zmq_send(self->core_end, "", 0, ZMQ_DONTWAIT);
}

static void thread_stop(tr_pool_thread *self)
{
    tr_pool *pool = self->pool;
    pool->threads[(uint32_t)self->address.actor & ~TR_SLOT_POOL] = NULL;
    pool->stats.threads--;
    pool->stats.idle -= !self->is_busy;
    set_more(self, false);
    ev_io_stop(pool->core->loop, &self->watcher);
    tell_to_stop(self);
    pthread_join(self->thread, NULL);
    zmq_close(self->core_end);
    tr_live_gone(pool_thread);
    tr_free(self);
}

static void on_pool_tick(tr_timer *timer)
{
    tr_pool *pool = timer->arg;
    uint64_t now = tr_clock_ms();
    for (unsigned i = 0; i < TR_POOL_THREADS_CAP; i++) {
        tr_pool_thread *thread = pool->threads[i];
        if (thread == NULL)
            continue;
        drain_thread(thread); // in case a signal of ZMQ_FD was eaten by a send of ours
        if (!thread->is_busy && now - thread->idle_since_ms > pool->idle_ms)
            thread_stop(thread);
    }
    tr_message *again = pool->undelivered;
    pool->undelivered = NULL;
    while (again != NULL) {
        tr_message *message = again;
        again = message->next;
        if (tr_core_post_message(pool->core, &message) == TR_EFULL) {
            message->next = pool->undelivered;
            pool->undelivered = message;
        } else {
            tr_message_free(message);
        }
    }
    if (pool->stats.threads == 0 && pool->undelivered == NULL)
        tr_timer_stop(&pool->tick);
}

static tr_pool *pool_of(tr_core *core)
{
    if (core->pool == NULL) {
        core->pool = tr_new(tr_pool);
        core->pool->core = core;
        core->pool->idle_ms = TR_POOL_IDLE_MS;
        tr_timer_init(&core->pool->tick, core, on_pool_tick, core->pool);
    }
    return core->pool;
}

void tr_pool_set_function(tr_core *core, tr_pool_function function)
{
    tr_owner_assert(&core->owner);
    pool_of(core)->function = function;
}

void tr_pool_set_idle_ms(tr_core *core, uint64_t idle_ms)
{
    tr_owner_assert(&core->owner);
    pool_of(core)->idle_ms = idle_ms;
}

static tr_pool_thread *free_thread(tr_pool *pool)
{
    for (unsigned i = 0; pool->stats.idle != 0 && i < TR_POOL_THREADS_CAP; i++)
        if (pool->threads[i] != NULL && !pool->threads[i]->is_busy)
            return pool->threads[i];
    for (unsigned i = 0; i < TR_POOL_THREADS_CAP; i++)
        if (pool->threads[i] == NULL)
            return thread_new(pool, i);
    return NULL;
}

int tr_pool_submit(tr_core *core, tr_address from, const tr_msg_handler_call *call)
{
    tr_owner_assert(&core->owner);
    if (core->is_closing)
        return TR_ECANCELLED;
    tr_pool *pool = pool_of(core);
    tr_must(pool->function != NULL);
    if (pool->stats.queued >= TR_POOL_QUEUE_CAP)
        return TR_EFULL;
    if (!tr_timer_is_running(&pool->tick))
        tr_timer_start(&pool->tick, TR_HEARTBEAT_MS, TR_HEARTBEAT_MS);
    tr_message *message = tr_message_new(TR_MSG_handler_call, call);
    message->from = from;
    message->to = from;
    tr_pool_thread *thread = pool->queue_head == NULL ? free_thread(pool) : NULL;
    if (thread != NULL) {
        give_call(thread, message);
        return 0;
    }
    if (pool->stats.threads == 0) {
        tr_message_free(message); // no thread could be had, so nobody would ever take it
        return TR_EFULL;
    }
    message->next = NULL;
    if (pool->queue_tail != NULL)
        pool->queue_tail->next = message;
    else
        pool->queue_head = message;
    pool->queue_tail = message;
    pool->stats.queued++;
    return 0;
}

int tr_pool_deliver(tr_core *core, const tr_message *message)
{
    uint32_t index = tr_address_slot(message->to) & ~TR_SLOT_POOL;
    if (core->pool == NULL || index >= TR_POOL_THREADS_CAP)
        return TR_EGONE;
    tr_pool_thread *thread = core->pool->threads[index];
    if (thread == NULL || thread->address.actor != message->to.actor)
        return TR_EGONE;
    int result = send_batch(thread->core_end, message->to.node, message, ZMQ_DONTWAIT);
    look_again(thread);
    return result;
}

tr_pool_stats tr_pool_stats_get(tr_core *core)
{
    return core->pool != NULL ? core->pool->stats : (tr_pool_stats){0};
}

void tr_pool_close(tr_core *core)
{
    tr_pool *pool = core->pool;
    if (pool == NULL)
        return;
    tr_timer_stop(&pool->tick);
    // All are told first, so that those that sleep wake together.
    for (unsigned i = 0; i < TR_POOL_THREADS_CAP; i++)
        if (pool->threads[i] != NULL)
            tell_to_stop(pool->threads[i]);
    for (unsigned i = 0; i < TR_POOL_THREADS_CAP; i++)
        if (pool->threads[i] != NULL)
            thread_stop(pool->threads[i]);
    while (pool->queue_head != NULL) {
        tr_message *call = pool->queue_head;
        pool->queue_head = call->next;
        tr_message_free(call);
    }
    while (pool->undelivered != NULL) {
        tr_message *message = pool->undelivered;
        pool->undelivered = message->next;
        tr_message_free(message);
    }
    tr_free(pool);
    core->pool = NULL;
}
