// Between threads and processes: batches over ZeroMQ.

#include <ev.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/bus/bus.h"
#include "actors/bus/link.h"
#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "messages.h"
#include "stage.h"
#include "troupe/actors/actor.h"
#include "troupe/err.h"

// Messages in a batch, and how many batches may be on their way before the sender looks at the rest
// of its loop: half the link's window, so that batches leave one by one and never pile up into a
// larger one.
enum { PER_BATCH = 8, BATCHES_PER_TURN = TR_LINK_WINDOW_BATCHES / 2 };

typedef struct actor_state {
    struct stage *stage;
    tr_address to;
    uint64_t left;
} actor_state;

static int take_state(tr_actor *self, const void *args)
{
    *(actor_state *)tr_actor_state(self) = *(const actor_state *)args;
    return 0;
}

typedef struct cast {
    const tr_behaviour *behaviour;
    actor_state state;
    tr_address address;
} cast;

static void spawn_scene(tr_core *core, void *arg)
{
    cast *self = arg;
    must(tr_spawn(core, self->behaviour, &self->state, 0, &self->address), "spawn");
}

// -- a stream from one thread to another --

static void count_tick(tr_actor *self, tr_message *message)
{
    (void)message;
    actor_state *state = tr_actor_state(self);
    if (--state->left == 0)
        stage_end(state->stage);
}

static const tr_behaviour counter = {.name = "counter",
                                     .state_size = sizeof(actor_state),
                                     .on_start = take_state,
                                     .on_message = count_tick};

// Like a busy socket to a gateway: something of the loop that has a few messages in each turn. It
// sends before the loop waits, and lets it sleep while the link's window is full.
typedef struct source {
    ev_idle idle;
    ev_prepare turn;
    struct stage *stage;
    tr_address to;
    uint64_t left;
    uint64_t messages;
    uint64_t batches;
} source;

static bool has_window(tr_core *core, tr_address to)
{
    const tr_bus_link *link = tr_bus_link_find(core, to.node, tr_address_core(to));
    return link == NULL || link->state.sent - link->state.acknowledged < TR_LINK_WINDOW_BATCHES;
}

static void end_source(source *self, tr_core *core)
{
    tr_core_stats stats = tr_core_stats_get(core);
    self->messages = stats.messages_sent;
    self->batches = stats.batches_sent;
    ev_idle_stop(tr_core_loop(core), &self->idle);
    ev_prepare_stop(tr_core_loop(core), &self->turn);
}

static void send_batches(struct ev_loop *loop, ev_prepare *watcher, int events)
{
    (void)events;
    source *self = watcher->data;
    tr_core *core = tr_core_current();
    for (unsigned batches = 0; batches < BATCHES_PER_TURN && has_window(core, self->to);
         batches++) {
        for (unsigned i = 0; i < PER_BATCH; i++, self->left--)
            must(tr_send(core, TR_NOWHERE, self->to, tick, .number = self->left), "send");
        tr_bus_links_flush(core);
        if (self->left == 0) {
            end_source(self, core);
            return;
        }
    }
    if (has_window(core, self->to))
        ev_idle_start(loop, &self->idle);
    else
        ev_idle_stop(loop, &self->idle);
}

static void spin(struct ev_loop *loop, ev_idle *watcher, int events)
{
    (void)loop;
    (void)watcher;
    (void)events;
}

static void source_scene(tr_core *core, void *arg)
{
    source *self = arg;
    ev_idle_init(&self->idle, spin);
    ev_prepare_init(&self->turn, send_batches);
    self->turn.data = self;
    ev_prepare_start(tr_core_loop(core), &self->turn);
    stage_begin(self->stage);
}

static struct result cross_thread(uint64_t count)
{
    struct stage *stage = stage_up(2, NULL, count - count % PER_BATCH);
    cast receiver = {&counter, {.stage = stage, .left = stage->count}, TR_NOWHERE};
    stage_play(stage, 1, spawn_scene, &receiver);
    source from = {.stage = stage, .to = receiver.address, .left = stage->count};
    stage_play(stage, 0, source_scene, &from);
    stage_wait(stage);
    double each_ns = stage_down(&stage);
    return (struct result){each_ns, (double)from.messages / (double)from.batches};
}

// -- there and back --

static void send_back(tr_actor *self, tr_message *message)
{
    must(tr_send(tr_actor_core(self), tr_actor_address(self), message->from, tick,
                 .number = TR_BODY(message, tick)->number),
         "send");
}

static const tr_behaviour echo = {.name = "echo",
                                  .state_size = sizeof(actor_state),
                                  .on_start = take_state,
                                  .on_message = send_back};

static void ping(tr_actor *self)
{
    actor_state *state = tr_actor_state(self);
    must(tr_send(tr_actor_core(self), tr_actor_address(self), state->to, tick,
                 .number = state->left),
         "send");
}

static void on_pong(tr_actor *self, tr_message *message)
{
    (void)message;
    actor_state *state = tr_actor_state(self);
    if (--state->left == 0)
        stage_end(state->stage);
    else
        ping(self);
}

static int start_pinging(tr_actor *self, const void *args)
{
    *(actor_state *)tr_actor_state(self) = *(const actor_state *)args;
    stage_begin(((actor_state *)tr_actor_state(self))->stage);
    ping(self);
    return 0;
}

static const tr_behaviour pinger = {.name = "pinger",
                                    .state_size = sizeof(actor_state),
                                    .on_start = start_pinging,
                                    .on_message = on_pong};

static struct result ping_pong_threads(uint64_t count)
{
    struct stage *stage = stage_up(2, NULL, count);
    cast far = {.behaviour = &echo};
    stage_play(stage, 1, spawn_scene, &far);
    cast near = {&pinger, {stage, far.address, count}, TR_NOWHERE};
    stage_play(stage, 0, spawn_scene, &near);
    stage_wait(stage);
    return (struct result){stage_down(&stage), 1};
}

// Addresses that two processes must know of each other.
typedef struct meeting {
    tr_address address;
    char endpoint[TR_ENDPOINT_CAP_BYTES];
} meeting;

// The other process: echoes until its standard input, our pipe, ends.
static void be_far(int from_near, int to_near)
{
    struct stage *stage = stage_up(1, "ipc://@", 1);
    cast far = {.behaviour = &echo};
    stage_play(stage, 0, spawn_scene, &far);
    meeting here = {.address = far.address};
    snprintf(here.endpoint, sizeof here.endpoint, "%s", tr_system_endpoint(stage->system, 0));
    char end;
    if (write(to_near, &here, sizeof here) != sizeof here)
        _exit(1);
    while (read(from_near, &end, 1) > 0) {
    }
    (void)stage_down(&stage);
    _exit(0);
}

static void meet_scene(tr_core *core, void *arg)
{
    const meeting *far = arg;
    tr_address to = tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_CORE);
    must(tr_send(core, far->address, to, link_hello, .endpoint = tr_slice_of(far->endpoint)),
         "hello");
}

static struct result ping_pong_processes(uint64_t count)
{
    int to_far[2], to_near[2];
    must(pipe(to_far) == 0 && pipe(to_near) == 0 ? 0 : TR_ESYSTEM, "pipe");
    pid_t pid = fork();
    must(pid >= 0 ? 0 : TR_ESYSTEM, "fork");
    if (pid == 0) {
        close(to_far[1]);
        be_far(to_far[0], to_near[1]);
    }
    struct stage *stage = stage_up(1, "ipc://@", count);
    meeting far;
    must(read(to_near[0], &far, sizeof far) == sizeof far ? 0 : TR_ESYSTEM, "the other process");
    stage_play(stage, 0, meet_scene, &far);
    cast near = {&pinger, {stage, far.address, count}, TR_NOWHERE};
    stage_play(stage, 0, spawn_scene, &near);
    stage_wait(stage);
    double each_ns = stage_down(&stage);
    close(to_far[1]);
    waitpid(pid, NULL, 0);
    return (struct result){each_ns, 1};
}

const bench_case remote_cases[] = {{"cross-thread", cross_thread},
                                   {"ping-pong-threads", ping_pong_threads},
                                   {"ping-pong-processes", ping_pong_processes},
                                   {0}};
