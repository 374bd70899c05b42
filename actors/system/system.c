#include "troupe/actors/system.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include <zmq.h>

#include "actors/bus/admission.h"
#include "actors/bus/beats.h"
#include "actors/bus/bus.h"
#include "actors/bus/key_file.h"
#include "actors/bus/trunk.h"
#include "actors/bus/trust.h"
#include "actors/core/core_record.h"
#include "actors/core/enter.h"
#include "actors/core/placement.h"
#include "actors/core/stack_overflow.h"
#include "actors/core/supervisor.h"
#include "actors/core/system_record.h"
#include "actors/system/descriptors.h"
#include "actors/system/loop.h"
#include "actors/system/post.h"
#include "actors/system/rest.h"
#include "base/clock.h"
#include "base/code_here.h"
#include "base/live.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/random.h"
#include "base/reserve.h"
#include "metrics/count.h"
#include "troupe/err.h"
#include "wire/limits.h"

static const char *const transport_names[] = {"local", "inproc", "ipc", "tcp"};

int tr_transport_find(const char *name)
{
    for (int i = 0; name != NULL && i < 4; i++)
        if (strcmp(transport_names[i], name) == 0)
            return i;
    return -1;
}

// Every core thread binds, waits until all have, sets its roles up, and says so.
static int start_core(tr_system *self, struct tr_core_thread *thread)
{
    int result = tr_bus_open(thread->core);
    tr_lock_take(&self->lock);
    thread->endpoint = thread->core->bus->endpoint;
    if (result < 0 && self->failure == 0)
        self->failure = result;
    self->bound++;
    pthread_cond_broadcast(&self->changed);
    while (!self->may_set_up)
        tr_lock_wait(&self->lock, &self->changed, 0);
    result = self->failure;
    tr_lock_give(&self->lock);
    if (result == 0 && self->options.setup != NULL) {
        result = self->options.setup(thread->core, self->options.arg);
        thread->is_started = result == 0;
    }
    tr_lock_take(&self->lock);
    if (result < 0 && self->failure == 0)
        self->failure = result;
    self->ready++;
    pthread_cond_broadcast(&self->changed);
    // Nobody's loop runs before everybody's roles stand.
    while (self->ready != self->core_count)
        tr_lock_wait(&self->lock, &self->changed, 0);
    result = self->failure;
    tr_lock_give(&self->lock);
    return result;
}

static void *run_core(void *arg)
{
    struct tr_core_thread *thread = arg;
    tr_system *self = thread->system;
    char name[16];
    snprintf(name, sizeof name, "core-%u", thread->index);
    pthread_setname_np(pthread_self(), name);
    tr_log_thread_name(name);
    tr_overflow_thread_start();
    tr_code_thread_start(name);
    tr_core *core = tr_core_new(self, thread->index);
    tr_lock_take(&self->lock);
    thread->core = core;
    tr_lock_give(&self->lock);
    if (start_core(self, thread) == 0)
        ev_run(core->loop, 0);
    if (thread->is_started && self->options.teardown != NULL)
        self->options.teardown(core, self->options.arg);
    // From here on nobody may post to it.
    tr_lock_take(&self->lock);
    thread->core = NULL;
    tr_lock_give(&self->lock);
    tr_core_free(&core);
    tr_counts_done();
    tr_code_thread_end();
    tr_overflow_thread_end();
    tr_log_thread_name("gone");
    return NULL;
}

static int start_threads(tr_system *self)
{
    // Signals are the main thread's business.
    sigset_t all;
    sigset_t old;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    for (unsigned i = 0; i < self->core_count; i++) {
        struct tr_core_thread *thread = &self->threads[i];
        thread->system = self;
        thread->index = i;
        tr_must(pthread_create(&thread->thread, NULL, run_core, thread) == 0);
    }
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    tr_lock_take(&self->lock);
    while (self->bound != self->core_count)
        tr_lock_wait(&self->lock, &self->changed, 0);
    self->may_set_up = true;
    pthread_cond_broadcast(&self->changed);
    while (self->ready != self->core_count)
        tr_lock_wait(&self->lock, &self->changed, 0);
    int result = self->failure;
    tr_lock_give(&self->lock);
    return result;
}

// Is there anybody whom a core thread that is busy might be dead to?
static bool has_outside(const tr_system_options *options)
{
    return options->bus_endpoint != NULL || options->transport == TR_TRANSPORT_IPC ||
           options->transport == TR_TRANSPORT_TCP;
}

static uint64_t draw_node(void)
{
    uint64_t node;
    do
        node = tr_random_u64();
    while (node == 0);
    return node;
}

static void forget_keys(tr_bus_keys **keys)
{
    if (*keys == NULL)
        return;
    tr_bus_keys_wipe(*keys);
    tr_free(*keys);
    *keys = NULL;
}

// Reads the key, or sees to it that none is needed.
static int trust_of(const tr_system_options *options, tr_bus_keys **out)
{
    char why[TR_TRUST_WHY_BYTES] = "";
    int result = tr_trust_check(options->bus_key, options->insecure_bus, options->bus_endpoint, why,
                                sizeof why);
    if (result == 0)
        result = tr_trust_check(options->bus_key, options->insecure_bus, options->broker_endpoint,
                                why, sizeof why);
    if (result == 0 && options->bus_key != NULL) {
        *out = tr_new(tr_bus_keys);
        result = tr_bus_keys_read(options->bus_key, *out, why, sizeof why);
    }
    if (result == 0)
        return 0;
    forget_keys(out);
    tr_log(TR_LOG_ERROR, "event=bus_refused text=%s", tr_log_quote(why, (unsigned)strlen(why)));
    return result;
}

int tr_system_start(const tr_system_options *options, tr_system **out)
{
    TR_REQUIRE(options != NULL && out != NULL);
    if (options->core_count == 0 || options->core_count > TR_CORES_CAP ||
        tr_pool_options_check(&options->pool) < 0)
        return TR_EINVALID;
    int result = tr_shapes_check();
    if (result == 0)
        result = tr_descriptors_reserve(options->core_count, &options->pool);
    tr_bus_keys *keys = NULL;
    if (result == 0)
        result = trust_of(options, &keys);
    if (result < 0)
        return result;
    tr_live_system_starts();
    tr_mem_reserve();
    tr_system *self = tr_new(tr_system);
    self->keys = keys;
    self->node = keys != NULL ? keys->node : draw_node();
    self->options = *options;
    self->transport = options->transport;
    self->core_count = options->core_count;
    self->held_ns = TR_HELD_CLOCK_START_NS;
    self->threads = tr_calloc(self->core_count, sizeof *self->threads);
    tr_lock_init(&self->lock, "system", TR_LOCK_SYSTEM);
    pthread_cond_init(&self->changed, NULL);
    self->exit_code = TR_EXIT_CODE_UNSET;
    self->end_fd = eventfd(0, EFD_CLOEXEC);
    tr_must(self->end_fd >= 0);
    self->zmq = zmq_ctx_new();
    tr_must(self->zmq != NULL);
    zmq_ctx_set(self->zmq, ZMQ_BLOCKY, 0);
    zmq_ctx_set(self->zmq, ZMQ_MAX_SOCKETS,
                (int)tr_descriptors_sockets(options->core_count, &options->pool));
    // The second is for what is dialed by name (actors/bus/link.c).
    zmq_ctx_set(self->zmq, ZMQ_IO_THREADS, options->bus_endpoint != NULL ? 2 : 1);
    if (keys != NULL)
        tr_must((self->admission = tr_admission_new(self->zmq, keys)) != NULL);
    if (has_outside(options))
        self->beats = tr_beats_new(self);
    self->trunks = tr_trunks_new(self);
    result = start_threads(self);
    if (result < 0)
        tr_system_stop(&self);
    else
        *out = self;
    return result;
}

static void stop_supervisors(tr_core *core, void *arg)
{
    (void)arg;
    tr_supervisors_stop(core);
}

// Accepted messages are handled, then supervisors stop their children, and the last messages of
// these are handled, too.
static void drain(tr_system *self)
{
    uint64_t drain_ms = self->options.drain_ms != 0 ? self->options.drain_ms : TR_DRAIN_MS;
    uint64_t deadline_ms = tr_clock_ms() + drain_ms;
    tr_rest rest;
    int result = tr_system_rest(self, true, 0, deadline_ms, &rest);
    for (unsigned core = 0; result == 0 && core < self->core_count; core++)
        result = tr_system_call(self, core, stop_supervisors, NULL);
    if (result == 0)
        result = tr_system_rest(self, false, 0, deadline_ms, &rest);
    if (result < 0)
        tr_log(TR_LOG_DEBUG, "event=drain_ended drain_ms=%llu error=%s",
               (unsigned long long)drain_ms, tr_err_name(result));
}

void tr_system_stop(tr_system **system)
{
    tr_system *self = system != NULL ? *system : NULL;
    if (self == NULL)
        return;
    tr_lock_take(&self->lock);
    self->is_stopping = true;
    bool has_run = self->failure == 0;
    tr_lock_give(&self->lock);
    if (has_run)
        drain(self);
    tr_lock_take(&self->lock);
    self->is_ending = true;
    for (unsigned i = 0; i < self->core_count; i++)
        if (self->threads[i].core != NULL)
            ev_async_send(self->threads[i].core->loop, &self->threads[i].core->wake);
    tr_lock_give(&self->lock);
    for (unsigned i = 0; i < self->core_count; i++)
        pthread_join(self->threads[i].thread, NULL);
    tr_beats_free(&self->beats);
    tr_trunks_free(&self->trunks);
    tr_admission_free(&self->admission);
    forget_keys(&self->keys);
    zmq_ctx_term(self->zmq);
    pthread_cond_destroy(&self->changed);
    tr_lock_done(&self->lock);
    for (unsigned i = 0; i < self->core_count; i++)
        tr_free(self->threads[i].endpoint);
    close(self->end_fd);
    tr_placement_close(self);
    tr_free(self->broker_endpoint);
    tr_free(self->threads);
    tr_free(self);
    *system = NULL;
    tr_live_system_stopped();
}

uint64_t tr_system_node(const tr_system *self)
{
    return self != NULL ? self->node : 0;
}

unsigned tr_system_core_count(const tr_system *self)
{
    return self != NULL ? self->core_count : 0;
}

const char *tr_system_endpoint(const tr_system *self, unsigned index)
{
    return self != NULL && index < self->core_count ? self->threads[index].endpoint : NULL;
}

const char *tr_system_broker_endpoint(const tr_system *self)
{
    return self != NULL ? self->broker_endpoint : NULL;
}
