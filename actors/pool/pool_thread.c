#include "actors/pool/pool_thread.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zmq.h>

#include "actors/bus/socket.h"
#include "actors/core/actor_record.h"
#include "actors/core/ask_refusal.h"
#include "actors/core/core_record.h"
#include "actors/core/coroutine.h"
#include "actors/core/enter.h"
#include "actors/core/sanitizer.h"
#include "actors/core/stack_overflow.h"
#include "actors/core/system_record.h"
#include "actors/pool/pool.h"
#include "base/clock.h"
#include "base/code_here.h"
#include "base/live.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "base/random.h"
#include "troupe/actors/coroutine.h"
#include "troupe/err.h"

// How long a thread waits in a full pipe before it looks whether anybody reads it.
enum { STUCK_LOOK_MS = 50, MESSAGES_PER_TURN = 256 };

static _Thread_local tr_pool_thread *thread_here;

tr_pool_thread *tr_pool_thread_current(void)
{
    return thread_here;
}

// Both ends are of this process, so a message travels as it lies in memory (tr_message_pack).
static int send_packed(void *socket, const tr_message *message, int flags)
{
    tr_buf packed = {0};
    tr_message_pack(message, &packed);
    TR_BUS_RELEASE();
    int sent = zmq_send(socket, packed.data, packed.size, flags);
    tr_buf_done(&packed);
    return sent < 0 ? TR_EFULL : 0;
}

// Reads what send_packed sent. TR_ESYSTEM: there is no memory for it. The head (not its body) is
// read all the same, so that somebody can be told.
static int unpack(const zmq_msg_t *raw, tr_message *head, tr_message **out)
{
    const void *bytes = zmq_msg_data((zmq_msg_t *)(uintptr_t)raw);
    size_t size = zmq_msg_size(raw);
    size_t length;
    memcpy(head, bytes, sizeof *head);
    return tr_message_unpack(bytes, size, &length, out);
}

// -- the pool thread --

// To the core thread: waits while the pipe is full, but not for a core thread that no longer reads.
static int send_to_core(tr_pool_thread *self, const tr_message *message)
{
    while (!atomic_load_explicit(&self->is_abandoned, memory_order_relaxed))
        if (send_packed(self->own_end, message, 0) == 0)
            return 0;
    return TR_ECANCELLED;
}

static void tell_done(tr_pool_thread *self, uint64_t number, int64_t status)
{
    tr_msg_pool_done done = {
        .reference = number,
        .status = status,
        .result = {(const char *)self->result.data, (uint32_t)self->result.size}};
    tr_message_view storage;
    tr_message *message = tr_message_view_of(&storage, TR_MSG_pool_done, &done);
    message->from = message->to = self->address;
    (void)send_to_core(self, message);
}

// There is no memory for what came. A job is over, and the last question failed.
static int lose(tr_pool_thread *self, const tr_message *head)
{
    if ((head->flags & TR_FLAG_ANSWER) == 0)
        tell_done(self, head->correlation, TR_ESYSTEM);
    else if (head->correlation == self->asked)
        return TR_ESYSTEM;
    return TR_ETIMEOUT;
}

static int take_raw(tr_pool_thread *self, const zmq_msg_t *raw, tr_message **out)
{
    if (zmq_msg_size(raw) == 0) {
        self->is_stopping = true;
        return TR_ECANCELLED;
    }
    if (zmq_msg_size(raw) == 1)
        return TR_ETIMEOUT;
    tr_message head;
    return unpack(raw, &head, out) == 0 ? 0 : lose(self, &head);
}

// One ZeroMQ message from the core thread; waits at most `wait_ms` (-1: for ever). *out is NULL when it was
// a sign without a message, or nothing came in time (TR_ETIMEOUT), or there was no memory for the
// answer to the last question (TR_ESYSTEM).
static int receive(tr_pool_thread *self, int64_t wait_ms, tr_message **out)
{
    *out = NULL;
    zmq_pollitem_t item = {.socket = self->own_end, .events = ZMQ_POLLIN};
    int ready = zmq_poll(&item, 1, wait_ms);
    if (ready < 0 && errno != EINTR)
        return TR_ECANCELLED;
    if (ready <= 0)
        return TR_ETIMEOUT;
    zmq_msg_t raw;
    zmq_msg_init(&raw);
    int got = zmq_msg_recv(&raw, self->own_end, ZMQ_DONTWAIT);
    TR_BUS_ACQUIRE();
    int result = errno == EAGAIN || errno == EINTR ? TR_ETIMEOUT : TR_ECANCELLED;
    if (got >= 0)
        result = take_raw(self, &raw, out);
    zmq_msg_close(&raw);
    return result;
}

// A call that the deterministic scheduler runs has no thread: it is a coroutine on its core thread.
static tr_address inline_home(uint32_t slot)
{
    const tr_core *core = tr_core_here;
    return core != NULL ? tr_address_of(core->node, core->index, slot) : TR_NOWHERE;
}

// Is the caller the thread itself, or code that the deterministic scheduler runs in its place?
static bool is_here(const tr_pool_thread *self)
{
    return self == thread_here &&
           (self != NULL || (tr_core_here != NULL && tr_core_here->call_inline != NULL));
}

tr_address tr_pool_thread_home(const tr_pool_thread *self, uint32_t slot)
{
    if (self == NULL)
        return inline_home(slot);
    return tr_address_of(self->node, tr_address_core(self->address), slot);
}

static int reason_to_end(const tr_pool_thread *self)
{
    if (self->is_stopping || atomic_load_explicit(&self->is_abandoned, memory_order_relaxed))
        return TR_ECANCELLED;
    uint64_t unwanted = atomic_load_explicit(&self->unwanted, memory_order_relaxed);
    if (unwanted >> 1 != self->number)
        return 0;
    return (unwanted & 1) != 0 ? TR_ETIMEOUT : TR_ECANCELLED;
}

int tr_pool_look(tr_pool_thread *self)
{
    if (!is_here(self))
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    return self != NULL ? reason_to_end(self) : 0;
}

// Another process refuses a message whose text is not UTF-8, and every receiver one that is too
// large: the sender is told, not somebody who waits for an answer.
static int addressed(tr_pool_thread *self, tr_message_view *storage, tr_address to, unsigned type,
                     const void *body, tr_message **out)
{
    if (tr_shape_find(type) == NULL || body == NULL)
        return TR_EINVALID;
    tr_message *message = tr_message_view_of(storage, type, body);
    int result = tr_message_check_body(message);
    if (result < 0)
        return result;
    message->from = self->address;
    message->to = to;
    *out = message;
    return 0;
}

static int send_view(tr_pool_thread *self, tr_message *message)
{
    int result = send_to_core(self, message);
    if (result == 0)
        tr_message_view_sent(message);
    return result;
}

int tr_pool_send(tr_pool_thread *self, tr_address to, unsigned type, const void *body)
{
    if (!is_here(self))
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    if (self == NULL)
        return tr_send_body(tr_core_here, inline_home(TR_SLOT_CORE), to, type, body);
    tr_message_view storage;
    tr_message *message;
    int result = addressed(self, &storage, to, type, body, &message);
    return result < 0 ? result : send_view(self, message);
}

// Waits for the answer to the last question.
static int await_answer(tr_pool_thread *self, uint64_t deadline_ms, tr_message **out)
{
    uint64_t deadline = tr_clock_ms() + deadline_ms;
    for (;;) {
        int reason = reason_to_end(self);
        if (reason < 0)
            return reason;
        uint64_t now = tr_clock_ms();
        if (now >= deadline)
            return TR_ETIMEOUT;
        tr_message *answer;
        int result = receive(self, (int64_t)(deadline - now), &answer);
        if (result == TR_ETIMEOUT)
            continue;
        if (result < 0)
            return result;
        bool is_ours = (answer->flags & TR_FLAG_ANSWER) != 0 && answer->correlation == self->asked;
        if (is_ours && !tr_is_refusal(answer)) {
            *out = answer;
            return 0;
        }
        result = is_ours ? (int)TR_BODY(answer, answer)->status : 0;
        tr_message_free(answer); // it may answer a question whose deadline had passed
        if (is_ours)
            return result;
    }
}

int tr_pool_ask(tr_pool_thread *self, tr_address to, unsigned type, const void *body,
                uint64_t deadline_ms, tr_message **out)
{
    if (!is_here(self))
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    if (self == NULL)
        return tr_coroutine_ask(inline_home(TR_SLOT_CORE), to, type, body, deadline_ms, out);
    tr_message_view storage;
    tr_message *message = NULL;
    int result = reason_to_end(self);
    if (result == 0)
        result = addressed(self, &storage, to, type, body, &message);
    if (result < 0)
        return result;
    message->flags = TR_FLAG_ASK;
    message->correlation = ++self->asked;
    result = send_view(self, message);
    return result < 0 ? result : await_answer(self, deadline_ms, out);
}

int tr_pool_sleep(tr_pool_thread *self, uint64_t delay_ms)
{
    if (!is_here(self))
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    if (self == NULL)
        return tr_coroutine_sleep(delay_ms);
    uint64_t until = tr_clock_ms() + delay_ms;
    for (;;) {
        int reason = reason_to_end(self);
        if (reason < 0)
            return reason;
        uint64_t now = tr_clock_ms();
        if (now >= until)
            return 0;
        tr_message *stale;
        (void)receive(self, (int64_t)(until - now), &stale);
        tr_message_free(stale);
    }
}

int tr_pool_give(tr_pool_thread *self, const void *bytes, size_t size)
{
    if (self == NULL || self != thread_here)
        return tr_enter_refused(__func__, TR_EWRONGTHREAD);
    self->result.size = 0;
    self->has_too_much = size > TR_POOL_BYTES_CAP;
    if (self->has_too_much)
        return TR_ETOOBIG;
    if (size != 0 && bytes == NULL)
        return TR_EINVALID;
    tr_buf_append(&self->result, bytes, size);
    return 0;
}

static int64_t run_job(tr_pool_thread *self, const tr_message *job)
{
    if (job->shape->type == TR_MSG_handler_call)
        return self->owner.function(self, job);
    const tr_msg_pool_job *body = TR_BODY(job, pool_job);
    // Told by our own core thread alone, so it is a function of this process.
    tr_pool_work work = (tr_pool_work)(uintptr_t)body->work;
    int64_t status = work(self, body->input.data, body->input.size);
    return self->has_too_much && status >= 0 ? TR_ETOOBIG : status;
}

static tr_slice name_of(const tr_message *job)
{
    return job->shape->type == TR_MSG_handler_call ? TR_BODY(job, handler_call)->handler
                                                   : TR_SLICE("work");
}

static void take_job(tr_pool_thread *self, const tr_message *job)
{
    self->number = job->correlation;
    self->has_too_much = false;
    tr_overflow_name(name_of(job));
    tr_code_turn_of(job->shape->type == TR_MSG_handler_call ? "handler" : "work");
    int64_t status = run_job(self, job);
    tr_code_turn_of(NULL);
    tr_overflow_name((tr_slice){0});
    tell_done(self, self->number, status);
    self->number = 0;
    tr_buf_done(&self->result);
}

static void *run_thread(void *arg)
{
    tr_pool_thread *self = arg;
    thread_here = self;
    pthread_setname_np(pthread_self(), "pool");
    tr_log_thread_name("pool");
    tr_overflow_thread_start();
    tr_code_thread_start("pool");
    TR_BUS_ACQUIRE();
    while (!self->is_stopping) {
        tr_message *job;
        if (receive(self, -1, &job) == TR_ECANCELLED)
            break;
        if (job != NULL && (job->flags & TR_FLAG_ANSWER) == 0)
            take_job(self, job);
        tr_message_free(job); // or it was an answer that came too late
    }
    zmq_close(self->own_end);
    tr_code_thread_end();
    tr_overflow_thread_end();
    return NULL;
}

// -- the core thread --

// After a send: it may have eaten the signal that the thread had sent something.
static void look_again(tr_pool_thread *self)
{
    int events = 0;
    size_t size = sizeof events;
    // Interrupted or failed: look, rather than miss something.
    int result = zmq_getsockopt(self->core_end, ZMQ_EVENTS, &events, &size);
    if (result < 0 || (events & ZMQ_POLLIN) != 0)
        ev_feed_event(self->core->loop, &self->watcher, EV_READ);
}

int tr_pool_thread_give(tr_pool_thread *self, const tr_message *message)
{
    int result = send_packed(self->core_end, message, ZMQ_DONTWAIT);
    look_again(self);
    return result;
}

void tr_pool_thread_unwant(tr_pool_thread *self, uint64_t number, bool is_late)
{
    atomic_store_explicit(&self->unwanted, number * 2 + is_late, memory_order_relaxed);
    TR_BUS_RELEASE();
    // Should its pipe be full, what is in it wakes it as well.
    (void)zmq_send(self->core_end, "?", 1, ZMQ_DONTWAIT);
    look_again(self);
}

static void set_more(tr_pool_thread *self, bool has_more)
{
    *self->owner.more_count += (uint32_t)has_more - (uint32_t)self->has_more;
    self->has_more = has_more;
}

static void take_sent(tr_pool_thread *self, const zmq_msg_t *raw)
{
    tr_message head;
    tr_message *message = NULL;
    if (unpack(raw, &head, &message) == 0)
        self->owner.on_message(self, message);
    else
        self->owner.on_lost(self, &head);
}

void tr_pool_thread_drain(tr_pool_thread *self)
{
    set_more(self, true);
    for (unsigned i = 0; i < MESSAGES_PER_TURN; i++) {
        zmq_msg_t raw;
        zmq_msg_init(&raw);
        if (zmq_msg_recv(&raw, self->core_end, ZMQ_DONTWAIT) < 0) {
            set_more(self, errno == EINTR);
            zmq_msg_close(&raw);
            return;
        }
        TR_BUS_ACQUIRE();
        take_sent(self, &raw);
        zmq_msg_close(&raw);
    }
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_pool_thread_drain(watcher->data);
}

// Connected before the thread runs: a PAIR without its other half refuses the first job. The start
// of the thread is the barrier that lets its socket change hands.
static int open_pipe(tr_pool_thread *self, uint32_t generation)
{
    void *context = self->core->system->zmq;
    self->core_end = zmq_socket(context, ZMQ_PAIR);
    self->own_end = self->core_end != NULL ? zmq_socket(context, ZMQ_PAIR) : NULL;
    if (self->own_end == NULL)
        return TR_EFULL;
    int linger = 0;
    int patience = STUCK_LOOK_MS;
    char endpoint[64];
    snprintf(endpoint, sizeof endpoint, "inproc://pool-%u-%u-%u", self->core->index, self->index,
             generation);
    zmq_setsockopt(self->core_end, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(self->own_end, ZMQ_LINGER, &linger, sizeof linger);
    zmq_setsockopt(self->own_end, ZMQ_SNDTIMEO, &patience, sizeof patience);
    bool is_joined =
        zmq_bind(self->core_end, endpoint) == 0 && zmq_connect(self->own_end, endpoint) == 0;
    return is_joined ? 0 : TR_EFULL;
}

tr_pool_thread *tr_pool_thread_start(tr_core *core, unsigned index, uint32_t generation,
                                     const tr_pool_thread_owner *owner)
{
    tr_pool_thread *self = tr_new(tr_pool_thread);
    self->core = core;
    self->owner = *owner;
    self->index = index;
    self->node = core->node;
    self->asked = tr_random_u64() >> 1; // nobody can guess the next one
    self->address =
        (tr_address){core->node, tr_actor_id(core->index, generation, TR_SLOT_POOL | index)};
    bool is_open = open_pipe(self, generation) == 0;
    TR_BUS_RELEASE();
    if (!is_open || pthread_create(&self->thread, NULL, run_thread, self) != 0) {
        if (self->own_end != NULL)
            zmq_close(self->own_end);
        if (self->core_end != NULL)
            zmq_close(self->core_end);
        tr_free(self);
        return NULL;
    }
    ev_io_init(&self->watcher, on_readable, tr_bus_socket_fd(self->core_end), EV_READ);
    self->watcher.data = self;
    ev_io_start(core->loop, &self->watcher);
    tr_live_born(pool_thread);
    return self;
}

void tr_pool_thread_tell_to_stop(tr_pool_thread *self)
{
    atomic_store_explicit(&self->is_abandoned, true, memory_order_relaxed);
    TR_BUS_RELEASE();
    (void)zmq_send(self->core_end, "", 0, ZMQ_DONTWAIT);
}

void tr_pool_thread_stop(tr_pool_thread *self)
{
    set_more(self, false);
    ev_io_stop(self->core->loop, &self->watcher);
    tr_pool_thread_tell_to_stop(self);
    pthread_join(self->thread, NULL);
    zmq_close(self->core_end);
    tr_live_gone(pool_thread);
    tr_free(self);
}
