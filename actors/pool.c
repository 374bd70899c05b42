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
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/limits.h"

struct tr_pool_thread {
    tr_pool *pool;
    pthread_t thread;
    tr_address address;
    void *core_end; // the core thread's
    ev_io watcher;
    bool is_busy;
    uint64_t idle_since_ms;
    char endpoint[64];
    // From here on the pool thread's own.
    void *own_end;
    tr_pool_function function;
    uint64_t node;
    uint64_t asked; // number of its last question
    bool is_stopping;
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
    tr_batch_head_append(&batch,
                         &(tr_batch_head){.protocol = TR_BUS_PROTOCOL, .to_node = to_node});
    tr_batch_append(&batch, message);
    TR_BUS_RELEASE();
    int sent = zmq_send(socket, batch.data, batch.size, flags);
    tr_buf_done(&batch);
    return sent < 0 ? TR_EFULL : 0;
}

// One frame from the core thread; waits at most `wait_ms` (-1: for ever). *out is NULL when it was the
// sign to stop, or nothing came in time (TR_ETIMEOUT).
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
    int result = send_batch(self->own_end, to.node, message, 0);
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
    int result = send_batch(self->own_end, to.node, message, 0);
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
        if (answer != NULL && (answer->flags & TR_FLAG_ANSWER) != 0 &&
            answer->correlation == self->asked) {
            *out = answer;
            return 0;
        }
        tr_message_free(answer); // the answer to a question whose deadline had passed
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
        (void)tr_pool_send(self, call->from, TR_MSG_handler_done,
                           &(tr_msg_handler_done){.call = TR_BODY(call, handler_call)->call,
                                                  .status = status});
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
        tr_message *answer = tr_message_new(TR_MSG_answer, &(tr_msg_answer){.status = result});
        answer->flags = TR_FLAG_ANSWER;
        answer->correlation = message->correlation;
        (void)send_batch(thread->core_end, pool->core->node, answer, ZMQ_DONTWAIT);
        tr_message_free(answer);
    }
    tr_message_free(message);
    if (is_done)
        become_idle(thread);
}

static void drain_thread(tr_pool_thread *thread)
{
    for (;;) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, thread->core_end, ZMQ_DONTWAIT) < 0) {
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
    self->address = (tr_address){
        core->node, tr_actor_id(core->index, pool->generation, TR_SLOT_POOL | index)};
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
    pool->stats.idle++;
    self->idle_since_ms = tr_clock_ms();
    return self;
}

static void thread_stop(tr_pool_thread *self)
{
    tr_pool *pool = self->pool;
    pool->threads[(uint32_t)self->address.actor & ~TR_SLOT_POOL] = NULL;
    pool->stats.threads--;
    pool->stats.idle -= !self->is_busy;
    ev_io_stop(pool->core->loop, &self->watcher);
    TR_BUS_RELEASE();
    (void)zmq_send(self->core_end, "", 0, ZMQ_DONTWAIT);
    pthread_join(self->thread, NULL);
    zmq_close(self->core_end);
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
        if (!thread->is_busy && now - thread->idle_since_ms > TR_POOL_IDLE_MS)
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
        tr_timer_init(&core->pool->tick, core, on_pool_tick, core->pool);
    }
    return core->pool;
}

void tr_pool_set_function(tr_core *core, tr_pool_function function)
{
    tr_owner_assert(&core->owner);
    pool_of(core)->function = function;
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
    return send_batch(thread->core_end, message->to.node, message, ZMQ_DONTWAIT);
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
            (void)zmq_send(pool->threads[i]->core_end, "", 0, ZMQ_DONTWAIT);
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
