// Everything on one core thread: messages by pointer, questions, actors that come and go, timers.

#include "base/mem.h"
#include "messages.h"
#include "stage.h"

#include "actors/core/timer.h"
#include "troupe/actors/actor.h"
#include "troupe/err.h"

// Messages a sender sends before others get their turn.
enum { BURST = 64, SENDERS = 100, RING = 10000, TIMERS = 100000, ASK_DEADLINE_MS = 5000 };

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

static tr_address spawn(tr_core *core, const tr_behaviour *behaviour, actor_state state)
{
    tr_address address;
    must(tr_spawn(core, behaviour, &state, 0, &address), "spawn");
    return address;
}

static void send_tick(tr_actor *self, tr_address to, uint64_t number)
{
    must(tr_send(tr_actor_core(self), tr_actor_address(self), to, tick, .number = number), "send");
}

static struct result run(void (*scene)(tr_core *core, void *arg), uint64_t count)
{
    struct stage *stage = stage_up(1, NULL, count);
    stage_play(stage, 0, scene, stage);
    stage_wait(stage);
    return (struct result){stage_down(&stage), 0};
}

// -- one or many senders, one receiver --

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

// A full mailbox is the answer "later": it tries again in its next turn.
static void send_burst(tr_actor *self)
{
    actor_state *state = tr_actor_state(self);
    for (unsigned i = 0; i < BURST && state->left != 0; i++) {
        int sent = tr_send(tr_actor_core(self), tr_actor_address(self), state->to, tick,
                           .number = state->left);
        if (sent == TR_EFULL)
            break;
        must(sent, "send");
        state->left--;
    }
    if (state->left != 0)
        tr_actor_wake(self);
}

static void ignore(tr_actor *self, tr_message *message)
{
    (void)self;
    (void)message;
}

static const tr_behaviour sender = {.name = "sender",
                                    .state_size = sizeof(actor_state),
                                    .on_start = take_state,
                                    .on_message = ignore,
                                    .on_turn_end = send_burst};

static void start_senders(tr_core *core, struct stage *stage, unsigned senders)
{
    stage->count -= stage->count % senders;
    tr_address to = spawn(core, &counter, (actor_state){.stage = stage, .left = stage->count});
    stage_begin(stage);
    for (unsigned i = 0; i < senders; i++) {
        tr_address from = spawn(
            core, &sender, (actor_state){.stage = stage, .to = to, .left = stage->count / senders});
        tr_actor_wake(tr_actor_find(core, from));
    }
}

static void message_scene(tr_core *core, void *arg)
{
    start_senders(core, arg, 1);
}

static void fan_in_scene(tr_core *core, void *arg)
{
    start_senders(core, arg, SENDERS);
}

static struct result local_message(uint64_t count)
{
    return run(message_scene, count);
}

static struct result fan_in(uint64_t count)
{
    return run(fan_in_scene, count);
}

// -- a token that goes round --

// The number counts the hops that are left.
static void pass_on(tr_actor *self, tr_message *message)
{
    actor_state *state = tr_actor_state(self);
    uint64_t left = TR_BODY(message, tick)->number;
    if (left == 0)
        stage_end(state->stage);
    else
        send_tick(self, state->to, left - 1);
}

static const tr_behaviour link_of_ring = {.name = "ring",
                                          .state_size = sizeof(actor_state),
                                          .on_start = take_state,
                                          .on_message = pass_on};

static void start_ring(tr_core *core, struct stage *stage, unsigned size, uint64_t hops)
{
    tr_address first = spawn(core, &link_of_ring, (actor_state){.stage = stage});
    tr_address next = first;
    for (unsigned i = 1; i < size; i++)
        next = spawn(core, &link_of_ring, (actor_state){.stage = stage, .to = next});
    tr_actor *closing = tr_actor_find(core, first);
    ((actor_state *)tr_actor_state(closing))->to = next;
    stage_begin(stage);
    send_tick(closing, first, hops);
}

static void ping_pong_scene(tr_core *core, void *arg)
{
    struct stage *stage = arg;
    start_ring(core, stage, 2, 2 * stage->count);
}

static void ring_scene(tr_core *core, void *arg)
{
    struct stage *stage = arg;
    start_ring(core, stage, RING, stage->count);
}

static struct result ping_pong(uint64_t count)
{
    return run(ping_pong_scene, count);
}

static struct result ring(uint64_t count)
{
    return run(ring_scene, count);
}

// -- questions --

static void answer_query(tr_actor *self, tr_message *message)
{
    must(tr_reply(tr_actor_core(self), message, reply, .number = TR_BODY(message, query)->number),
         "reply");
}

static const tr_behaviour answerer = {.name = "answerer", .on_message = answer_query};

static void ask_once(tr_actor *self)
{
    actor_state *state = tr_actor_state(self);
    int64_t reference = tr_ask(self, state->to, ASK_DEADLINE_MS, query, .number = state->left);
    must(reference < 0 ? (int)reference : 0, "ask");
}

static void ask_again(tr_actor *self, tr_message *message)
{
    actor_state *state = tr_actor_state(self);
    if ((message->flags & TR_FLAG_ANSWER) == 0)
        must(TR_ETIMEOUT, "answer");
    if (--state->left == 0)
        stage_end(state->stage);
    else
        ask_once(self);
}

static const tr_behaviour asker = {.name = "asker",
                                   .state_size = sizeof(actor_state),
                                   .on_start = take_state,
                                   .on_message = ask_again};

static void ask_scene(tr_core *core, void *arg)
{
    struct stage *stage = arg;
    tr_address to;
    must(tr_spawn(core, &answerer, NULL, 0, &to), "spawn");
    tr_address from =
        spawn(core, &asker, (actor_state){.stage = stage, .to = to, .left = stage->count});
    stage_begin(stage);
    ask_once(tr_actor_find(core, from));
}

static struct result local_ask(uint64_t count)
{
    return run(ask_scene, count);
}

// -- life --

// Says that it was there, and ends.
static void live_once(tr_actor *self)
{
    actor_state *state = tr_actor_state(self);
    send_tick(self, state->to, 0);
    tr_actor_stop(self);
}

static const tr_behaviour mayfly = {.name = "mayfly",
                                    .state_size = sizeof(actor_state),
                                    .on_start = take_state,
                                    .on_message = ignore,
                                    .on_turn_end = live_once};

static void spawn_burst(tr_actor *self)
{
    tr_core *core = tr_actor_core(self);
    for (unsigned i = 0; i < BURST; i++) {
        tr_address address = spawn(core, &mayfly, (actor_state){.to = tr_actor_address(self)});
        tr_actor_wake(tr_actor_find(core, address));
    }
}

// Those of one burst have ended before the next.
static void on_end(tr_actor *self, tr_message *message)
{
    (void)message;
    actor_state *state = tr_actor_state(self);
    if (--state->left == 0)
        stage_end(state->stage);
    else if (state->left % BURST == 0)
        spawn_burst(self);
}

static const tr_behaviour spawner = {.name = "spawner",
                                     .state_size = sizeof(actor_state),
                                     .on_start = take_state,
                                     .on_message = on_end};

static void spawn_scene(tr_core *core, void *arg)
{
    struct stage *stage = arg;
    stage->count = (stage->count + BURST - 1) / BURST * BURST;
    tr_address address = spawn(core, &spawner, (actor_state){.stage = stage, .left = stage->count});
    stage_begin(stage);
    spawn_burst(tr_actor_find(core, address));
}

static struct result spawn_stop(uint64_t count)
{
    return run(spawn_scene, count);
}

// -- timers --

static void never(tr_timer *timer)
{
    (void)timer;
    must(TR_ETIMEOUT, "a cancelled timer");
}

// All run at once before the first is cancelled.
static void timer_scene(tr_core *core, void *arg)
{
    struct stage *stage = arg;
    tr_timer *timers = tr_calloc(TIMERS, sizeof *timers);
    for (unsigned i = 0; i < TIMERS; i++)
        tr_timer_init(&timers[i], core, never, NULL);
    stage->count = (stage->count + TIMERS - 1) / TIMERS * TIMERS;
    stage_begin(stage);
    for (uint64_t done = 0; done < stage->count; done += TIMERS) {
        for (unsigned i = 0; i < TIMERS; i++)
            tr_timer_start(&timers[i], 10000 + i * 7919u % 60000, 0);
        for (unsigned i = 0; i < TIMERS; i++)
            tr_timer_stop(&timers[i]);
    }
    stage_end(stage);
    tr_free(timers);
}

static struct result timer_churn(uint64_t count)
{
    return run(timer_scene, count);
}

const bench_case local_cases[] = {{"local-message", local_message}, {"fan-in", fan_in},
                                  {"ping-pong-local", ping_pong},   {"ring", ring},
                                  {"local-ask", local_ask},         {"spawn-stop", spawn_stop},
                                  {"timer-churn", timer_churn},     {0}};
