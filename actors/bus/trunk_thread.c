// The thread of the trunks: it moves batches from core threads to other processes, and from other
// processes to core threads, and looks at nothing but their heads.

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "actors/bus/admission.h"
#include "actors/bus/bus.h"
#include "actors/bus/keys.h"
#include "actors/bus/socket.h"
#include "actors/bus/trunk_record.h"
#include "actors/core/sanitizer.h"
#include "actors/core/system_record.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"
#include "wire/envelope.h"

static const double LOOK_S = (double)TR_HEARTBEAT_MS / 2000;
enum {
    IDLE_MS = 5000,
    BATCHES_PER_TURN = 64,
    // Batches that a core thread has not read yet. Windows hold honest peers back long before; beyond,
    // nothing more is read from outside until it has read some.
    UNREAD_CAP = 4 * TR_LINK_WINDOW_BATCHES * TR_CORES_CAP
};

// -- the thread: its sockets --

void tr_trunks_set_unlimited(void *socket)
{
    tr_bus_socket_set(socket, ZMQ_SNDHWM, 0);
    tr_bus_socket_set(socket, ZMQ_RCVHWM, 0);
}

static void on_port(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    ((tr_trunk_port *)watcher->data)->is_ready = true;
}

static void port_watch(tr_trunks *self, tr_trunk_port *at)
{
    ev_io_init(&at->watcher, on_port, tr_bus_socket_fd(at->socket), EV_READ);
    at->watcher.data = at;
    ev_io_start(self->loop, &at->watcher);
    at->is_ready = true;
}

static void *way_to(tr_trunks *self, unsigned core)
{
    if (self->to_cores[core] != NULL)
        return self->to_cores[core];
    void *socket = tr_bus_socket_new(self->system, ZMQ_PUSH, false);
    if (socket == NULL)
        return NULL;
    char inbox[64];
    snprintf(inbox, sizeof inbox, TR_BUS_CARRIED_INBOX, core);
    tr_bus_socket_set(socket, ZMQ_SNDHWM, UNREAD_CAP);
    if (tr_bus_socket_dial(self->system, socket, inbox) < 0) {
        zmq_close(socket);
        return NULL;
    }
    return self->to_cores[core] = socket;
}

// Each core thread looks at its links there.
static void tell(tr_trunks *self, uint64_t node)
{
    for (unsigned i = 0; i < self->system->core_count; i++) {
        void *way = way_to(self, i);
        if (way != NULL)
            (void)tr_bus_socket_send(way, &node, sizeof node); // or its tick finds it
    }
}

static void trunk_hang_up(tr_trunk *trunk, int linger_ms)
{
    if (trunk->socket == NULL)
        return;
    if (trunk->state == TR_TRUNK_OPEN)
        trunk->all->open--;
    ev_io_stop(trunk->all->loop, &trunk->watcher);
    tr_bus_socket_set(trunk->socket, ZMQ_LINGER, linger_ms);
    zmq_close(trunk->socket);
    trunk->socket = NULL;
}

static void trunk_lose(tr_trunk *trunk)
{
    trunk_hang_up(trunk, 0);
    atomic_store_explicit(&trunk->state, TR_TRUNK_LOST, memory_order_release);
    tell(trunk->all, trunk->node);
}

// Its mark is never reached, so one that cannot be written to has no pipe.
static void trunk_look(tr_trunk *trunk)
{
    if (trunk->socket == NULL)
        return;
    bool can_write = (tr_bus_socket_events(trunk->socket) & ZMQ_POLLOUT) != 0;
    if (can_write && trunk->state == TR_TRUNK_OPENING) {
        trunk->all->open++;
        atomic_store_explicit(&trunk->state, TR_TRUNK_OPEN, memory_order_release);
        tell(trunk->all, trunk->node);
    } else if (!can_write && trunk->state == TR_TRUNK_OPEN) {
        trunk_lose(trunk);
    }
}

static void on_pipe(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    trunk_look(watcher->data);
}

static void trunk_dial(tr_trunks *self, tr_trunk *trunk)
{
    void *socket = tr_bus_socket_new(self->system, ZMQ_PUSH, false);
    if (socket == NULL) {
        trunk_lose(trunk);
        return;
    }
    tr_trunks_set_unlimited(socket);
    tr_bus_socket_set(socket, ZMQ_RECONNECT_IVL, TR_BUS_RECONNECT_MS);
    tr_bus_socket_set(socket, ZMQ_RECONNECT_IVL_MAX, TR_BUS_RECONNECT_CAP_MS);
    trunk->socket = socket;
    ev_io_init(&trunk->watcher, on_pipe, tr_bus_socket_fd(socket), EV_READ);
    trunk->watcher.data = trunk;
    ev_io_start(self->loop, &trunk->watcher);
    if (tr_bus_socket_dial(self->system, socket, trunk->endpoint) < 0)
        trunk_lose(trunk);
    else
        trunk_look(trunk);
}

// -- the thread: batches --

static tr_trunk *find(tr_trunks *self, uint64_t id)
{
    tr_lock_take(&self->lock);
    tr_trunk *found = tr_map_find(&self->trunks, id);
    tr_lock_give(&self->lock);
    return found; // nobody but this thread frees it
}

// A core thread's: the number of its trunk, then the batch.
static void send_one(tr_trunks *self, zmq_msg_t *number)
{
    uint64_t id = 0;
    zmq_msg_t batch;
    tr_must(zmq_msg_size(number) == sizeof id);
    memcpy(&id, zmq_msg_data(number), sizeof id);
    zmq_msg_init(&batch);
    tr_must(zmq_msg_recv(&batch, self->from_cores.socket, ZMQ_DONTWAIT) >= 0);
    tr_trunk *trunk = find(self, id);
    if (trunk != NULL && trunk->socket != NULL) {
        trunk->used_ms = tr_clock_ms();
        TR_BUS_RELEASE();
        if (zmq_msg_send(&batch, trunk->socket, ZMQ_DONTWAIT) < 0)
            trunk_lose(trunk);
    }
    zmq_msg_close(&batch);
}

static bool is_gone(tr_trunks *self, unsigned core)
{
    tr_lock_take(&self->system->lock);
    bool is_gone = self->system->is_ending && self->system->threads[core].core == NULL;
    tr_lock_give(&self->system->lock);
    return is_gone;
}

// False: that core thread has too much unread.
static bool hand_over(tr_trunks *self, zmq_msg_t *batch, unsigned core)
{
    void *way = way_to(self, core);
    TR_BUS_RELEASE();
    return way == NULL || zmq_msg_send(batch, way, ZMQ_DONTWAIT) >= 0 || is_gone(self, core);
}

static void retry_held(tr_trunks *self)
{
    if (!self->is_held || !hand_over(self, &self->held, self->held_core))
        return;
    zmq_msg_close(&self->held);
    self->is_held = false;
    ev_timer_stop(self->loop, &self->again);
}

static void on_again(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    retry_held(watcher->data);
}

static bool is_spoken_by(tr_trunks *self, zmq_msg_t *raw, const tr_batch_head *head)
{
    if (self->system->keys == NULL ||
        tr_bus_keys_is_user(zmq_msg_gets(raw, "User-Id"), head->from_node))
        return true;
    tr_admission_forged(self->system->admission, head->from_node,
                        zmq_msg_gets(raw, "Peer-Address"));
    return false;
}

// As one without a byte, which core thread 0 counts as malformed.
static void void_one(zmq_msg_t *raw)
{
    zmq_msg_close(raw);
    zmq_msg_init(raw);
}

// Another process's. What is no batch, or for nobody, is counted by core thread 0.
static void take_one(tr_trunks *self, zmq_msg_t *raw)
{
    tr_batch_reader reader;
    tr_batch_head head;
    unsigned core = 0;
    int result = tr_batch_open(&reader, zmq_msg_data(raw), zmq_msg_size(raw), &head);
    if (result == 0 && !is_spoken_by(self, raw, &head))
        return;
    if (result == 0 && head.to_core < self->system->core_count)
        core = head.to_core;
    else if (result != TR_EPROTOCOL) // which it says
        void_one(raw);
    if (hand_over(self, raw, core))
        return;
    self->is_held = true;
    self->held_core = core;
    zmq_msg_init(&self->held);
    zmq_msg_move(&self->held, raw);
    ev_timer_again(self->loop, &self->again);
}

static void drain(tr_trunks *self, tr_trunk_port *from,
                  void (*take)(tr_trunks *self, zmq_msg_t *raw))
{
    bool may_wait = from == &self->from_outside;
    for (unsigned batches = 0; batches < BATCHES_PER_TURN && from->is_ready; batches++) {
        if (may_wait && self->is_held)
            return;
        zmq_msg_t raw;
        zmq_msg_init(&raw);
        int got = zmq_msg_recv(&raw, from->socket, ZMQ_DONTWAIT);
        if (got >= 0) {
            TR_BUS_ACQUIRE();
            take(self, &raw);
        } else if (errno == EAGAIN) {
            from->is_ready = false;
        }
        zmq_msg_close(&raw);
    }
}

// -- the thread: which trunks there are --

static void trunk_free(tr_trunk *trunk)
{
    trunk_hang_up(trunk, TR_BUS_GOODBYE_MS);
    tr_free(trunk->endpoint);
    tr_free(trunk);
}

// The first one that nobody uses any more, out of the table; NULL: none.
static tr_trunk *take_unused(tr_trunks *self, uint64_t now_ms)
{
    uint32_t at = 0;
    void *value;
    tr_trunk *unused = NULL;
    tr_lock_take(&self->lock);
    while (unused == NULL && tr_map_next(&self->trunks, &at, NULL, &value)) {
        tr_trunk *trunk = value;
        bool is_old = trunk->state == TR_TRUNK_LOST || now_ms > trunk->used_ms + IDLE_MS;
        if (trunk->uses == 0 && is_old)
            unused = tr_map_take(&self->trunks, trunk->id);
        else if (trunk->uses != 0)
            trunk->used_ms = now_ms;
    }
    tr_lock_give(&self->lock);
    return unused;
}

// The next one behind `*at`, in any order.
static tr_trunk *next_trunk(tr_trunks *self, uint32_t *at)
{
    void *value = NULL;
    tr_lock_take(&self->lock);
    bool is_one = tr_map_next(&self->trunks, at, NULL, &value);
    tr_lock_give(&self->lock);
    return is_one ? value : NULL;
}

// Signals of a socket can be eaten by what is sent there, so all are looked at.
static void on_look(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_trunks *self = watcher->data;
    uint64_t now_ms = tr_clock_ms();
    for (tr_trunk *unused; (unused = take_unused(self, now_ms)) != NULL;)
        trunk_free(unused);
    uint32_t at = 0;
    for (tr_trunk *trunk; (trunk = next_trunk(self, &at)) != NULL;)
        trunk_look(trunk);
}

// There are new ones, or it is over.
void tr_trunks_on_wake(struct ev_loop *loop, ev_async *watcher, int events)
{
    (void)events;
    tr_trunks *self = watcher->data;
    tr_lock_take(&self->lock);
    bool is_over = self->is_over;
    tr_lock_give(&self->lock);
    if (is_over) {
        ev_break(loop, EVBREAK_ALL);
        return;
    }
    uint32_t at = 0;
    for (tr_trunk *trunk; (trunk = next_trunk(self, &at)) != NULL;)
        if (trunk->socket == NULL && trunk->state == TR_TRUNK_OPENING)
            trunk_dial(self, trunk);
}

// -- the thread: its loop --

static void on_check(struct ev_loop *loop, ev_check *watcher, int events)
{
    (void)loop;
    (void)events;
    tr_trunks *self = watcher->data;
    drain(self, &self->from_cores, send_one);
    drain(self, &self->from_outside, take_one);
}

static void on_idle(struct ev_loop *loop, ev_idle *watcher, int events)
{
    (void)loop;
    (void)watcher;
    (void)events;
}

// Before it sleeps: is there anything that will not wake it?
static void on_prepare(struct ev_loop *loop, ev_prepare *watcher, int events)
{
    (void)events;
    tr_trunks *self = watcher->data;
    if (self->from_cores.is_ready || (self->from_outside.is_ready && !self->is_held))
        ev_idle_start(loop, &self->idle);
    else
        ev_idle_stop(loop, &self->idle);
}

static void watch(tr_trunks *self)
{
    port_watch(self, &self->from_cores);
    port_watch(self, &self->from_outside);
    ev_timer_init(&self->look, on_look, LOOK_S, LOOK_S);
    ev_timer_init(&self->again, on_again, 0., 0.005);
    ev_check_init(&self->check, on_check);
    ev_prepare_init(&self->prepare, on_prepare);
    ev_idle_init(&self->idle, on_idle);
    self->look.data = self->again.data = self->check.data = self->prepare.data = self;
    ev_set_priority(&self->check, EV_MINPRI);
    ev_set_priority(&self->prepare, EV_MINPRI);
    ev_set_priority(&self->idle, EV_MINPRI);
    ev_timer_start(self->loop, &self->look);
    ev_check_start(self->loop, &self->check);
    ev_prepare_start(self->loop, &self->prepare);
}

static void close_all(tr_trunks *self)
{
    while (self->from_cores.is_ready)
        drain(self, &self->from_cores, send_one); // what core threads said last
    if (self->is_held)
        zmq_msg_close(&self->held);
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->trunks, &at, NULL, &value))
        trunk_free(value);
    tr_map_done(&self->trunks);
    for (unsigned i = 0; i < TR_CORES_CAP; i++)
        if (self->to_cores[i] != NULL)
            zmq_close(self->to_cores[i]);
}

void *tr_trunks_run(void *arg)
{
    tr_trunks *self = arg;
    pthread_setname_np(pthread_self(), "trunks");
    tr_log_thread_name("trunks");
    watch(self);
    ev_run(self->loop, 0);
    self->from_cores.is_ready = true;
    close_all(self);
    return NULL;
}
