#include "actors/bus/trunk.h"

#include <signal.h>
#include <string.h>

#include "actors/bus/admission.h"
#include "actors/bus/bus.h"
#include "actors/bus/socket.h"
#include "actors/bus/trunk_record.h"
#include "actors/core/core_record.h"
#include "actors/core/system_record.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/must.h"
#include "troupe/err.h"

// -- the thread that starts and stops the system --

static int open_ports(tr_trunks *self)
{
    tr_system *system = self->system;
    self->from_cores.socket = tr_bus_socket_new(system, ZMQ_PULL, false);
    self->from_outside.socket = tr_bus_socket_new(system, ZMQ_PULL, false);
    if (self->from_cores.socket == NULL || self->from_outside.socket == NULL)
        return TR_ESYSTEM;
    tr_trunks_set_unlimited(self->from_cores.socket);
    tr_bus_socket_lock(system, self->from_outside.socket);
    if (system->admission != NULL &&
        tr_admission_watch(system->admission, self->from_outside.socket, TR_CORES_CAP) < 0)
        return TR_ESYSTEM;
    char endpoint[TR_ENDPOINT_CAP_BYTES];
    int result = tr_bus_endpoint_outside(system, TR_BUS_TRUNKS, endpoint);
    if (result < 0 || zmq_bind(self->from_cores.socket, TR_TRUNKS_FROM_CORES) != 0 ||
        zmq_bind(self->from_outside.socket, endpoint) != 0)
        return TR_ESYSTEM;
    system->trunk_endpoint = tr_bus_socket_endpoint(self->from_outside.socket);
    return 0;
}

static int start_thread(tr_trunks *self)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int result = pthread_create(&self->thread, NULL, tr_trunks_run, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return result == 0 ? 0 : TR_ESYSTEM;
}

static void close_ports(tr_trunks *self)
{
    if (self->from_cores.socket != NULL)
        zmq_close(self->from_cores.socket);
    if (self->from_outside.socket == NULL)
        return;
    if (self->system->admission != NULL)
        tr_admission_unwatch(self->from_outside.socket);
    zmq_close(self->from_outside.socket);
}

static void drop(tr_trunks *self)
{
    close_ports(self);
    ev_loop_destroy(self->loop);
    tr_lock_done(&self->lock);
    tr_free(self->system->trunk_endpoint);
    self->system->trunk_endpoint = NULL;
    tr_free(self);
}

static uint32_t limit_of(const tr_system *system)
{
    uint32_t limit = system->options.trunk_over;
    return limit != 0 ? limit : TR_TRUNK_OVER;
}

tr_trunks *tr_trunks_new(tr_system *system)
{
    if (system->options.bus_endpoint == NULL ||
        system->core_count * system->core_count <= limit_of(system))
        return NULL;
    tr_trunks *self = tr_new(tr_trunks);
    self->system = system;
    tr_lock_init(&self->lock, "trunks", TR_LOCK_TRUNKS);
    self->loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOSIGMASK);
    tr_must(self->loop != NULL);
    ev_async_init(&self->wake, tr_trunks_on_wake);
    self->wake.data = self;
    ev_async_start(self->loop, &self->wake);
    if (open_ports(self) == 0 && start_thread(self) == 0)
        return self;
    tr_log(TR_LOG_WARN,
           "event=no_trunks text=\"each link to another process has its own connection\"");
    drop(self);
    return NULL;
}

void tr_trunks_free(tr_trunks **self)
{
    tr_trunks *old = *self;
    if (old == NULL)
        return;
    tr_lock_take(&old->lock);
    old->is_over = true;
    tr_lock_give(&old->lock);
    ev_async_send(old->loop, &old->wake);
    pthread_join(old->thread, NULL);
    drop(old);
    *self = NULL;
}

tr_slice tr_trunks_endpoint(const tr_system *system)
{
    return system->trunk_endpoint != NULL ? tr_slice_of(system->trunk_endpoint) : (tr_slice){0};
}

unsigned tr_trunks_count(const tr_system *system)
{
    return system->trunks != NULL ? system->trunks->open : 0;
}

// -- core threads --

bool tr_trunks_are_for(const tr_core *core, uint32_t cores_there)
{
    const tr_system *system = core->system;
    return system->trunks != NULL && system->core_count * cores_there > limit_of(system);
}

static bool open_way_out(tr_core *core)
{
    if (core->bus->to_trunks != NULL)
        return true;
    void *socket = tr_bus_socket_new(core->system, ZMQ_PUSH, false);
    if (socket == NULL)
        return false;
    tr_trunks_set_unlimited(socket);
    if (tr_bus_socket_dial(core->system, socket, TR_TRUNKS_FROM_CORES) < 0) {
        zmq_close(socket);
        return false;
    }
    core->bus->to_trunks = socket;
    return true;
}

// Under the lock.
static tr_trunk *find_to(tr_trunks *self, uint64_t node, const char *endpoint)
{
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&self->trunks, &at, NULL, &value)) {
        tr_trunk *trunk = value;
        if (trunk->node == node && trunk->state != TR_TRUNK_LOST &&
            strcmp(trunk->endpoint, endpoint) == 0)
            return trunk;
    }
    return NULL;
}

static tr_trunk *trunk_new(tr_trunks *all, uint64_t node, const char *endpoint)
{
    tr_trunk *self = tr_new(tr_trunk);
    self->all = all;
    self->id = ++all->last_id;
    self->node = node;
    self->endpoint = tr_copy_text(endpoint, strlen(endpoint));
    self->used_ms = tr_clock_ms();
    tr_map_put(&all->trunks, self->id, self);
    return self;
}

tr_trunk *tr_trunk_take(tr_core *core, uint64_t node, const char *endpoint)
{
    tr_trunks *all = core->system->trunks;
    if (!open_way_out(core))
        return NULL;
    tr_lock_take(&all->lock);
    tr_trunk *trunk = find_to(all, node, endpoint);
    bool is_new = trunk == NULL;
    if (is_new)
        trunk = trunk_new(all, node, endpoint);
    trunk->uses++;
    tr_lock_give(&all->lock);
    if (is_new)
        ev_async_send(all->loop, &all->wake);
    return trunk;
}

void tr_trunk_drop(tr_trunk **self)
{
    tr_trunk *trunk = *self;
    if (trunk == NULL)
        return;
    tr_trunks *all = trunk->all;
    tr_lock_take(&all->lock);
    trunk->uses--;
    tr_lock_give(&all->lock);
    *self = NULL;
}

enum tr_trunk_state tr_trunk_state_of(const tr_trunk *self)
{
    return (enum tr_trunk_state)atomic_load_explicit(&self->state, memory_order_acquire);
}

const char *tr_trunk_endpoint(const tr_trunk *self)
{
    return self->endpoint;
}

uint64_t tr_trunk_news(const void *bytes, size_t size)
{
    uint64_t node = 0;
    if (size == sizeof node)
        memcpy(&node, bytes, sizeof node);
    return node;
}

bool tr_trunk_send(const tr_trunk *self, tr_core *core, const void *bytes, size_t size)
{
    void *way = core->bus->to_trunks;
    return zmq_send(way, &self->id, sizeof self->id, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
           tr_bus_socket_send(way, bytes, size);
}
