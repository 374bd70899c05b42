#include "citizen.h"

#include "base/random.h"
#include "citizen_state.h"
#include "words.h"

enum { DEEDS_PER_TURN = 4, NARROW_CAP = 8 };

uint64_t citizen_hash(tr_address who)
{
    return (who.node ^ who.actor * 0x9e3779b97f4a7c15u) | 1;
}

uint64_t citizen_random(citizen *self, uint64_t below)
{
    return tr_random_next(&self->random) % below;
}

static int on_start(tr_actor *actor, const void *args)
{
    citizen *self = tr_actor_state(actor);
    self->kind = *(const enum citizen_kind *)args;
    // By the seed and its address without the node, so that choices repeat with the seed.
    self->random = story.seed * 0x9e3779b97f4a7c15u ^ tr_actor_address(actor).actor;
    (void)tr_random_next(&self->random);
    COUNT(born);
    ledger_move_in(tr_actor_address(actor), self->kind == SLEEPER);
    tr_actor_wake(actor);
    return 0;
}

static void on_stop(tr_actor *actor)
{
    citizen *self = tr_actor_state(actor);
    COUNT(died);
    if (citizen_random(self, 32) != 0)
        ledger_move_out(tr_actor_address(actor), self->kind == SLEEPER);
    COUNT_N(abandoned_questions, self->questions.count);
    COUNT_N(abandoned_calls, self->calls.count);
    COUNT_N(called_off, self->monitors.count);
    citizen_drops_errands(self);
    tr_map_done(&self->expected);
    tr_map_done(&self->sent);
    tr_map_done(&self->questions);
    tr_map_done(&self->monitors);
    tr_map_done(&self->calls);
}

// A sender's numbered messages come in order; within a system none is missing.
static void hear(citizen *self, const tr_message *message)
{
    uint64_t key = citizen_hash(message->from);
    uint64_t expected = (uint64_t)(uintptr_t)tr_map_find(&self->expected, key);
    uint64_t number = word_number(message) + 1;
    enum ledger_way way = ledger_way_of(message->from, message->to);
    if (expected == 0)
        expected = 1;
    if (way == HOME_HOME || way == AWAY_AWAY)
        promise(number == expected);
    else
        promise(number >= expected);
    tr_map_put(&self->expected, key, (void *)(uintptr_t)(number + 1));
    if (atomic_fetch_add_explicit(&story.handled[way], 1, memory_order_relaxed) % 256 == 0 &&
        ledger_total(story.handled) >= story.quota)
        atomic_store_explicit(&story.is_over, true, memory_order_relaxed);
}

// Not always, and sometimes twice; the second one is a dead letter.
static void answer(tr_actor *actor, citizen *self, const tr_message *question)
{
    static const unsigned often[] = {0, 2, 1, 1, 1, 1, 1, 1};
    for (unsigned i = often[citizen_random(self, 8)]; i != 0; i--)
        (void)tr_reply(tr_actor_core(actor), question, probe, .number = word_of(WORD_REPLY, 0));
}

static void on_word(tr_actor *actor, citizen *self, const tr_message *message)
{
    switch (word_kind(message)) {
    case WORD_NOTE:
        hear(self, message);
        return;
    case WORD_ASK:
        hear(self, message);
        answer(actor, self, message);
        return;
    case WORD_QUESTION:
        answer(actor, self, message);
        return;
    case WORD_REPLY:
        promise((message->flags & TR_FLAG_ANSWER) != 0);
        promise(tr_map_take(&self->questions, message->correlation) != NULL);
        COUNT(answers);
        return;
    default:
        promise(false && "a word nobody knows");
    }
}

static void on_down(citizen *self, const tr_msg_down *down)
{
    void *whom = tr_map_take(&self->monitors, down->reference);
    promise(whom != NULL);
    promise((uint64_t)(uintptr_t)whom == citizen_hash(down->who));
    COUNT(downs);
}

static void on_alarm(citizen *self, uint64_t tag)
{
    promise(tag < ALARMS && (self->alarms & 1u << tag) != 0);
    self->alarms &= ~(1u << tag);
    COUNT(fired);
}

// The bound of its mailbox: its cap, and beyond that only answers to its own questions.
static void check_mailbox(const tr_actor *actor, const citizen *self)
{
    uint32_t cap = self->kind == NARROW ? NARROW_CAP : TR_MAILBOX_CAP;
    promise(actor->user.count <= cap + QUESTIONS_CAP);
    promise(actor->system.count <= 4 * cap + QUESTIONS_CAP + MONITORS_CAP + ALARMS + CALLS_CAP);
}

static void on_message(tr_actor *actor, tr_message *message)
{
    citizen *self = tr_actor_state(actor);
    check_mailbox(actor, self);
    switch (TR_TYPE(message)) {
    case TR_MSG_probe:
        on_word(actor, self, message);
        return;
    case TR_MSG_ask_failed:
        promise(tr_map_take(&self->questions, TR_BODY(message, ask_failed)->reference) != NULL);
        COUNT(failed_questions);
        return;
    case TR_MSG_down:
        on_down(self, TR_BODY(message, down));
        return;
    case TR_MSG_exit:
        promise(self->kind == TRAPPING || self->kind == WATCHER);
        COUNT(exits);
        return;
    case TR_MSG_alarm:
        on_alarm(self, TR_BODY(message, alarm)->tag);
        return;
    case TR_MSG_handler_done:
        promise(tr_map_take(&self->calls, TR_BODY(message, handler_done)->call) != NULL);
        COUNT(calls_done);
        return;
    case TR_MSG_shutdown:
        // Some need to be told twice: their supervisor's deadline ends them.
        if (citizen_random(self, 8) != 0)
            tr_actor_stop(actor);
        return;
    default:
        promise(false && "a message nobody sent");
    }
}

static void on_turn_end(tr_actor *actor)
{
    citizen *self = tr_actor_state(actor);
    if (atomic_load_explicit(&story.is_over, memory_order_relaxed))
        return;
    if (self->kind == SLEEPER) {
        // Until somebody, or its alarm, wakes it.
        citizen_acts(actor);
        citizen_sets_alarm(actor, self);
        return;
    }
    for (uint64_t deeds = 1 + citizen_random(self, DEEDS_PER_TURN); deeds != 0; deeds--) {
        citizen_acts(actor);
        if (actor->is_stopping)
            return;
    }
    tr_actor_wake(actor);
}

#define CITIZEN                                                                                    \
    .name = "citizen", .state_size = sizeof(citizen), .on_start = on_start,                        \
    .on_message = on_message, .on_turn_end = on_turn_end, .on_stop = on_stop
const tr_behaviour citizen_behaviours[CITIZEN_KINDS] = {
    [PLAIN] = {CITIZEN},
    [NARROW] = {CITIZEN, .mailbox_cap = NARROW_CAP},
    [TRAPPING] = {CITIZEN, .traps_exits = true},
    [SLEEPER] = {CITIZEN, .passivate_after_ms = 1, .on_passivate = citizen_falls_asleep,
                 .on_wake = citizen_wakes},
    [WATCHER] = {CITIZEN, .traps_exits = true},
};
