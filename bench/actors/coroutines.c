// Coroutines on one core thread: a switch, a new one, one that asks.

#include "messages.h"
#include "stage.h"
#include "troupe/actors/actor.h"
#include "troupe/actors/coroutine.h"
#include "wire/message.h"

enum { ASK_DEADLINE_MS = 5000 };

static struct result run(void (*scene)(tr_core *core, void *arg), uint64_t count)
{
    struct stage *stage = stage_up(1, NULL, count);
    stage_play(stage, 0, scene, stage);
    stage_wait(stage);
    return (struct result){stage_down(&stage), 0};
}

static void never_mind(void *arg)
{
    (void)arg;
}

static tr_coroutine *start(tr_core *core, void (*function)(void *arg), void *arg)
{
    tr_coroutine *made = NULL;
    must(tr_coroutine_start(core, "bench", function, arg, &made), "coroutine");
    return made;
}

// -- switch --

typedef struct partner {
    struct stage *stage;
    struct partner *other;
    tr_coroutine *coroutine;
    uint64_t turns;
} partner;

// A turn is two switches: away to the core thread, and from there into the other one.
static void take_turns(void *arg)
{
    partner *self = arg;
    if (tr_coroutine_suspend() < 0)
        return;
    for (uint64_t i = 0; i < self->turns; i++) {
        tr_coroutine_resume(self->other->coroutine, 0);
        if (tr_coroutine_suspend() < 0)
            return;
    }
    stage_end(self->stage);
}

static void switch_scene(tr_core *core, void *arg)
{
    partner *pair = arg;
    for (unsigned i = 0; i < 2; i++)
        pair[i].coroutine = start(core, take_turns, &pair[i]);
    stage_begin(pair[0].stage);
    tr_coroutine_resume(pair[0].coroutine, 0);
}

static struct result coroutine_switch(uint64_t count)
{
    struct stage *stage = stage_up(1, NULL, count);
    // Two turns, four switches, for each round of the pair.
    partner pair[2] = {{.stage = stage, .turns = count / 4}, {.stage = stage, .turns = UINT64_MAX}};
    pair[0].other = &pair[1];
    pair[1].other = &pair[0];
    stage_play(stage, 0, switch_scene, pair);
    stage_wait(stage);
    return (struct result){stage_down(&stage), 0};
}

// -- create --

static void create_scene(tr_core *core, void *arg)
{
    struct stage *stage = arg;
    (void)start(core, never_mind, NULL); // its stack is mapped once, and then comes from the pool
    stage_begin(stage);
    for (uint64_t i = 0; i < stage->count; i++)
        (void)start(core, never_mind, NULL);
    stage_end(stage);
}

static struct result coroutine_create(uint64_t count)
{
    return run(create_scene, count);
}

// -- ask --

static void answer_query(tr_actor *self, tr_message *message)
{
    must(tr_reply(tr_actor_core(self), message, reply, .number = TR_BODY(message, query)->number),
         "reply");
}

static const tr_behaviour answerer = {.name = "answerer", .on_message = answer_query};

typedef struct asking {
    struct stage *stage;
    tr_address to;
    tr_address from;
} asking;

static void ask_on(void *arg)
{
    asking self = *(asking *)arg; // the other one lies on a stack that is left
    stage_begin(self.stage);
    for (uint64_t i = 0; i < self.stage->count; i++) {
        tr_message *answer = NULL;
        must(tr_coroutine_ask(self.from, self.to, TR_MSG_query, &(tr_msg_query){.number = i},
                              ASK_DEADLINE_MS, &answer),
             "ask");
        tr_message_free(answer);
    }
    stage_end(self.stage);
}

static void ask_scene(tr_core *core, void *arg)
{
    asking it = {.stage = arg};
    must(tr_spawn(core, &answerer, NULL, 0, &it.to), "spawn");
    must(tr_spawn(core, &answerer, NULL, 0, &it.from), "spawn");
    (void)start(core, ask_on, &it);
}

static struct result coroutine_ask(uint64_t count)
{
    return run(ask_scene, count);
}

const bench_case coroutine_cases[] = {{"coroutine-switch", coroutine_switch},
                                      {"coroutine-create", coroutine_create},
                                      {"coroutine-ask", coroutine_ask},
                                      {0}};
