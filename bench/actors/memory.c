// Resident bytes of what waits: actors that handled a message, coroutines in the middle of a call.

#include <stdio.h>

#include "messages.h"
#include "stage.h"
#include "troupe/actors/actor.h"
#include "troupe/actors/coroutine.h"
#include "wire/limits.h"

enum { SPAWNED_PER_TURN = 1000, STATE_BYTES = 16, WAIT_MS = 3600000 };

// -- actors --

static void take_note(tr_actor *self, tr_message *message)
{
    *(uint64_t *)tr_actor_state(self) = TR_BODY(message, tick)->number;
}

static const tr_behaviour idler = {
    .name = "idler", .state_size = STATE_BYTES, .on_message = take_note};

typedef struct nursery {
    struct stage *stage;
    uint64_t left;
} nursery;

static int take_state(tr_actor *self, const void *args)
{
    *(nursery *)tr_actor_state(self) = *(const nursery *)args;
    return 0;
}

static void spawn_more(tr_actor *self)
{
    nursery *state = tr_actor_state(self);
    tr_core *core = tr_actor_core(self);
    if (state->left == 0) {
        stage_end(state->stage);
        return;
    }
    for (unsigned i = 0; i < SPAWNED_PER_TURN && state->left != 0; i++, state->left--) {
        tr_address address;
        must(tr_spawn(core, &idler, NULL, 0, &address), "spawn");
        must(tr_send(core, TR_NOWHERE, address, tick, .number = i), "send");
    }
    tr_actor_wake(self);
}

static void ignore(tr_actor *self, tr_message *message)
{
    (void)self;
    (void)message;
}

static const tr_behaviour spawner = {.name = "spawner",
                                     .state_size = sizeof(nursery),
                                     .on_start = take_state,
                                     .on_message = ignore,
                                     .on_turn_end = spawn_more};

static void idle_scene(tr_core *core, void *arg)
{
    struct stage *stage = arg;
    stage_begin(stage);
    tr_address address;
    must(tr_spawn(core, &spawner, &(nursery){stage, stage->count}, 0, &address), "spawn");
    tr_actor_wake(tr_actor_find(core, address));
}

static struct result idle_actor_bytes(uint64_t count)
{
    struct stage *stage = stage_up(1, NULL, count);
    double before = resident_bytes();
    stage_play(stage, 0, idle_scene, stage);
    stage_wait(stage);
    double bytes = resident_bytes() - before;
    (void)stage_down(&stage);
    return (struct result){bytes / (double)count, 0};
}

// -- coroutines --

// The stack that a handler uses before it waits: some text, some calls deep.
static void wait_long(void *arg)
{
    char text[256];
    snprintf(text, sizeof text, "%s %.3f", "waits", 1.0 / 3.0);
    if (text[0] != 'w' || tr_coroutine_sleep(WAIT_MS) == 0)
        stage_end(arg);
}

static void wait_scene(tr_core *core, void *arg)
{
    struct stage *stage = arg;
    stage_begin(stage);
    for (uint64_t i = 0; i < stage->count; i++)
        must(tr_coroutine_start(core, "wait", wait_long, stage, NULL), "coroutine");
    stage_end(stage);
}

static struct result coroutine_bytes(uint64_t count)
{
    if (count > TR_COROUTINES_PER_CORE_CAP)
        count = TR_COROUTINES_PER_CORE_CAP;
    struct stage *stage = stage_up(1, NULL, count);
    double before = resident_bytes();
    stage_play(stage, 0, wait_scene, stage);
    stage_wait(stage);
    double bytes = resident_bytes() - before;
    (void)stage_down(&stage);
    return (struct result){bytes / (double)count, 0};
}

const bench_case memory_cases[] = {
    {"idle-actor-bytes", idle_actor_bytes}, {"coroutine-bytes", coroutine_bytes}, {0}};
