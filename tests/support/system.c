#include "system.h"

#include <dirent.h>
#include <time.h>

#include "actors/bus/routes.h"
#include "actors/bus/trunk.h"
#include "wire/rows.h"
#include "wire/writer.h"

void look_again_soon(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

void tally_add(tally *self, uint64_t count)
{
    pthread_mutex_lock(&self->lock);
    self->count += count;
    pthread_cond_broadcast(&self->changed);
    pthread_mutex_unlock(&self->lock);
}

uint64_t tally_get(tally *self)
{
    pthread_mutex_lock(&self->lock);
    uint64_t count = self->count;
    pthread_mutex_unlock(&self->lock);
    return count;
}

void tally_wait(tally *self, uint64_t at_least)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += TEST_DEADLINE_MS / 1000;
    int late = 0;
    pthread_mutex_lock(&self->lock);
    while (self->count < at_least && late == 0)
        late = pthread_cond_timedwait(&self->changed, &self->lock, &until);
    uint64_t count = self->count;
    pthread_mutex_unlock(&self->lock);
    ck_assert_uint_ge(count, at_least);
}

tr_system *system_up_with(const tr_system_options *options)
{
    tr_system_options complete = *options;
    // Tests that stop in the middle of endless traffic need not watch it for long.
    if (complete.drain_ms == 0)
        complete.drain_ms = 20;
    tr_system *self = NULL;
    ok(tr_system_start(&complete, &self));
    ck_assert_ptr_nonnull(self);
    return self;
}

tr_system *system_up(unsigned cores, enum tr_transport transport)
{
    return system_up_with(&(tr_system_options){.core_count = cores, .transport = transport});
}

typedef struct call {
    void (*function)(tr_core *core, void *arg);
    void *arg;
    tally done;
} call;

static void run_call(tr_core *core, void *arg)
{
    call *self = arg;
    self->function(core, self->arg);
    tally_add(&self->done, 1);
}

void on_core(tr_system *self, unsigned core, void (*function)(tr_core *core, void *arg), void *arg)
{
    call wanted = {function, arg, TALLY};
    ok(tr_system_post(self, core, run_call, &wanted));
    tally_wait(&wanted.done, 1);
}

typedef struct condition {
    bool (*is_so)(tr_core *core, void *arg);
    void *arg;
    bool result;
} condition;

static void look(tr_core *core, void *arg)
{
    condition *self = arg;
    self->result = self->is_so(core, self->arg);
}

void eventually_on(tr_system *self, unsigned core, bool (*is_so)(tr_core *core, void *arg),
                   void *arg)
{
    condition wanted = {is_so, arg, false};
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    for (;;) {
        on_core(self, core, look, &wanted);
        if (wanted.result)
            return;
        ck_assert_msg(tr_clock_ms() < deadline, "it never became so");
        look_again_soon();
    }
}

static void read_stats(tr_core *core, void *arg)
{
    *(tr_core_stats *)arg = tr_core_stats_get(core);
}

tr_core_stats stats_of(tr_system *self, unsigned core)
{
    tr_core_stats stats;
    on_core(self, core, read_stats, &stats);
    return stats;
}

// -- scripts --

script *script_of(tr_actor *self)
{
    return *(script **)tr_actor_state(self);
}

static int script_start(tr_actor *self, const void *args)
{
    script *of = *(script *const *)args;
    *(script **)tr_actor_state(self) = of;
    of->address = tr_actor_address(self);
    return of->start_result;
}

static void script_message(tr_actor *self, tr_message *message)
{
    script *of = script_of(self);
    if (of->on_message != NULL)
        of->on_message(self, of, message);
    tally_add(&of->received, 1);
}

static void script_turn_end(tr_actor *self)
{
    script *of = script_of(self);
    if (of->on_turn_end != NULL)
        of->on_turn_end(self, of);
    tally_add(&of->turns, 1);
}

static void script_stop(tr_actor *self)
{
    script *of = script_of(self);
    if (of->on_stop != NULL)
        of->on_stop(self, of);
    tally_add(&of->stopped, 1);
}

#define SCRIPT_BEHAVIOUR(cap, traps)                                                               \
    {                                                                                              \
        .name = "script", .state_size = sizeof(script *), .on_start = script_start,                \
        .on_message = script_message, .on_turn_end = script_turn_end, .on_stop = script_stop,      \
        .mailbox_cap = cap, .traps_exits = traps                                                   \
    }
const tr_behaviour script_behaviour = SCRIPT_BEHAVIOUR(0, false);
const tr_behaviour small_script_behaviour = SCRIPT_BEHAVIOUR(4, false);
const tr_behaviour large_script_behaviour = SCRIPT_BEHAVIOUR(1u << 24, false);
const tr_behaviour trapping_script_behaviour = SCRIPT_BEHAVIOUR(0, true);

tr_address spawn_as(tr_core *core, const tr_behaviour *behaviour, script *of, uint32_t slot)
{
    tr_address address = TR_NOWHERE;
    ok(tr_spawn(core, behaviour, &of, slot, &address));
    return address;
}

tr_address spawn(tr_core *core, script *of)
{
    return spawn_as(core, &script_behaviour, of, 0);
}

static void spawn_here(tr_core *core, void *arg)
{
    spawn(core, arg);
}

void spawn_on(tr_system *self, unsigned core, script *of)
{
    on_core(self, core, spawn_here, of);
}

// -- cluster --

static void write_member(tr_buf *out, const tr_system *member)
{
    unsigned cores = tr_system_core_count(member);
    tr_buf endpoints = {0};
    tr_write_array(&endpoints, cores);
    for (unsigned i = 0; i < cores; i++)
        tr_write_literal(&endpoints, tr_system_endpoint(member, i));
    tr_row_write(out, member, .node = tr_system_node(member), .name = TR_SLICE("member"),
                 .roles = TR_ROLE_ALL, .cores = cores, .endpoints = tr_buf_slice(&endpoints),
                 .trunk = tr_trunks_endpoint(member));
    tr_buf_done(&endpoints);
}

// False: the way to it is full just now.
static bool tell_here(tr_core *core, void *arg)
{
    const tr_buf *list = arg;
    tr_address to = tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_CORE);
    int result = tr_send(core, TR_NOWHERE, to, routes_changed,
                         .members = {(const char *)list->data, (uint32_t)list->size});
    ck_assert(result == 0 || result == TR_EFULL);
    return result == 0;
}

void routes_tell(tr_system *self, tr_system *const *members, unsigned count)
{
    tr_buf list = {0};
    tr_write_array(&list, count);
    for (unsigned i = 0; i < count; i++)
        write_member(&list, members[i]);
    for (unsigned i = 0; i < tr_system_core_count(self); i++)
        eventually_on(self, i, tell_here, &list);
    tr_buf_done(&list);
}

static unsigned entries(const char *folder)
{
    unsigned count = 0;
    DIR *all = opendir(folder);
    ck_assert_ptr_nonnull(all);
    while (readdir(all) != NULL)
        count++;
    closedir(all);
    return count;
}

unsigned thread_count(void)
{
    return entries("/proc/self/task") - 2;
}

void threads_are(unsigned count)
{
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    while (thread_count() != count && tr_clock_ms() < deadline)
        look_again_soon();
    ck_assert_uint_eq(thread_count(), count);
}

unsigned fd_count(void)
{
    return entries("/proc/self/fd") - 3; // ".", ".." and the folder's own
}

void fds_are_at_most(unsigned count)
{
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    while (fd_count() > count) {
        ck_assert_msg(tr_clock_ms() < deadline, "%u descriptors stay open", fd_count());
        look_again_soon();
    }
}
