#include <string.h>

#include "actors/pool/pool.h"
#include "actors/pool/pool_thread.h"
#include "base/mem.h"
#include "base/random.h"
#include "citizen_state.h"
#include "troupe/actors/coroutine.h"
#include "troupe/actors/pool.h"
#include "troupe/actors/supervisor.h"
#include "words.h"

enum { POPULATION_CAP = 120, DEADLINE_MS = 400, PADDING_CAP = 16384 };

static const char padding[PADDING_CAP];

static tr_address anybody(citizen *self)
{
    return ledger_anybody(tr_random_next(&self->random));
}

// -- saying something --

// The next number for this receiver, and what a send with it came to.
static uint64_t number_for(const citizen *self, tr_address to)
{
    uint64_t next = (uint64_t)(uintptr_t)tr_map_find(&self->sent, citizen_hash(to));
    return next != 0 ? next - 1 : 0;
}

static void note_sent(citizen *self, tr_address from, tr_address to, uint64_t number,
                      int64_t result)
{
    enum ledger_way way = ledger_way_of(from, to);
    if (result >= 0) {
        tr_map_put(&self->sent, citizen_hash(to), (void *)(uintptr_t)(number + 2));
        COUNT(accepted[way]);
    } else if (result == TR_EFULL) {
        COUNT(refused_full);
    } else {
        promise(result == TR_EGONE || result == TR_EUNAVAILABLE);
        COUNT(refused_gone[way]);
    }
}

static void send_note(tr_actor *actor, citizen *self, tr_address to)
{
    uint64_t number = number_for(self, to);
    uint32_t size =
        citizen_random(self, 256) == 0 ? PADDING_CAP : (uint32_t)citizen_random(self, 96);
    tr_address from = tr_actor_address(actor);
    int result = tr_send(tr_actor_core(actor), from, to, probe,
                         .number = word_of(WORD_NOTE, number), .payload = {padding, size});
    note_sent(self, from, to, number, result);
}

static void send_notes(tr_actor *actor, citizen *self)
{
    tr_address to = anybody(self);
    for (uint64_t notes = 1 + citizen_random(self, 6); notes != 0; notes--)
        send_note(actor, self, to);
}

// More than a narrow mailbox holds, and from several sides more than a wide one does.
static void flood(tr_actor *actor, citizen *self)
{
    tr_address to = ledger_anybody(citizen_random(self, 4));
    for (uint64_t notes = citizen_random(self, 200); notes != 0; notes--)
        send_note(actor, self, to);
}

static void ask(tr_actor *actor, citizen *self)
{
    if (self->questions.count >= QUESTIONS_CAP)
        return;
    tr_address to = anybody(self);
    uint64_t number = number_for(self, to);
    int64_t result = tr_ask(actor, to, 1 + citizen_random(self, DEADLINE_MS), probe,
                            .number = word_of(WORD_ASK, number));
    note_sent(self, tr_actor_address(actor), to, number, result);
    if (result < 0)
        return;
    promise(tr_map_put(&self->questions, (uint64_t)result, self) == NULL);
    COUNT(questions);
}

// -- knowing of others' ends --

static void monitor(tr_actor *actor, citizen *self)
{
    if (self->monitors.count >= MONITORS_CAP)
        return;
    tr_address who = anybody(self);
    int64_t reference = tr_monitor(actor, who);
    promise(reference > 0 || reference == TR_EFULL);
    if (reference < 0)
        return;
    void *whom = (void *)(uintptr_t)citizen_hash(who);
    promise(tr_map_put(&self->monitors, (uint64_t)reference, whom) == NULL);
    self->latest_monitor = (uint64_t)reference;
    COUNT(monitors);
}

static void demonitor(tr_actor *actor, citizen *self)
{
    if (self->latest_monitor == 0)
        return;
    tr_demonitor(actor, (int64_t)self->latest_monitor);
    if (tr_map_take(&self->monitors, self->latest_monitor) != NULL)
        COUNT(called_off);
    self->latest_monitor = 0;
}

static void link_up(tr_actor *actor, citizen *self)
{
    tr_address who = anybody(self);
    int result = tr_link_to(actor, who);
    promise(result == 0 || result == TR_EFULL);
    if (result < 0)
        return;
    self->latest_link = who;
    COUNT(links);
}

static void end_somebody(tr_actor *actor, citizen *self)
{
    tr_actor *found = tr_actor_find(tr_actor_core(actor), anybody(self));
    if (citizen_random(self, 2) == 0)
        found = actor;
    if (found == NULL || tr_actor_behaviour(found) == &citizen_behaviours[WATCHER])
        return;
    if (citizen_random(self, 3) == 0)
        tr_actor_stop(found);
    else
        tr_actor_fail(found, 1 + (int64_t)citizen_random(self, 1000));
}

static void spawn_somebody(tr_actor *actor, citizen *self)
{
    tr_core *core = tr_actor_core(actor);
    if (tr_core_stats_get(core).actors >= POPULATION_CAP)
        return;
    enum citizen_kind kind = (enum citizen_kind)citizen_random(self, WATCHER);
    tr_address child;
    promise(tr_spawn(core, &citizen_behaviours[kind], &kind, 0, &child) == 0);
    if (citizen_random(self, 4) != 0)
        return;
    int result = tr_link_to(actor, child);
    promise(result == 0 || result == TR_EFULL);
}

// -- time --

void citizen_sets_alarm(tr_actor *actor, citizen *self)
{
    uint64_t tag = citizen_random(self, ALARMS);
    promise(tr_after(actor, citizen_random(self, 20), tag) == 0);
    if ((self->alarms & 1u << tag) == 0)
        COUNT(alarms);
    self->alarms |= 1u << tag;
}

static void cancel_alarm(tr_actor *actor, citizen *self)
{
    uint64_t tag = citizen_random(self, ALARMS);
    tr_cancel_alarm(actor, tag);
    if ((self->alarms & 1u << tag) != 0)
        COUNT(cancelled_alarms);
    self->alarms &= ~(1u << tag);
}

// -- coroutines --

static bool is_a_way_to_fail(int result)
{
    return result == TR_ETIMEOUT || result == TR_EGONE || result == TR_EFULL ||
           result == TR_ECANCELLED || result == TR_EUNAVAILABLE;
}

static void run_errand(void *arg)
{
    errand *self = arg;
    self->coroutine = tr_coroutine_current();
    for (uint64_t steps = 1 + tr_random_next(&self->random) % 3; steps != 0; steps--) {
        uint64_t choice = tr_random_next(&self->random);
        if (choice % 2 == 0) {
            int result = tr_coroutine_sleep(choice / 2 % 4);
            promise(result == 0 || result == TR_ECANCELLED);
            promise(!self->is_cancelled || result == TR_ECANCELLED);
            continue;
        }
        tr_message *reply = NULL;
        tr_address to = ledger_anybody(choice / 2);
        tr_msg_probe body = {.number = word_of(WORD_QUESTION, 0)};
        int result = tr_coroutine_ask(self->from, to, TR_MSG_probe, &body,
                                      1 + choice / 2 % DEADLINE_MS, &reply);
        promise(result == 0 ? reply != NULL : is_a_way_to_fail(result));
        tr_message_free(reply);
    }
    if (self->boss != NULL) {
        *(self->previous != NULL ? &self->previous->next : &self->boss->errands) = self->next;
        if (self->next != NULL)
            self->next->previous = self->previous;
        self->boss->errand_count--;
    }
    COUNT(errands_done);
    tr_free(self);
}

static void start_errand(tr_actor *actor, citizen *self)
{
    if (self->errand_count >= ERRANDS_CAP)
        return;
    errand *run = tr_new(errand);
    run->boss = self;
    run->core = tr_actor_core(actor);
    run->from = tr_actor_address(actor);
    run->random = tr_random_next(&self->random);
    run->next = self->errands;
    if (run->next != NULL)
        run->next->previous = run;
    self->errands = run;
    self->errand_count++;
    promise(tr_coroutine_start(tr_actor_core(actor), "errand", run_errand, run, NULL) == 0);
    COUNT(errands);
}

static void cancel_errand(errand *run)
{
    run->is_cancelled = true;
    tr_coroutine_cancel(run->coroutine);
}

void citizen_drops_errands(citizen *self)
{
    while (self->errands != NULL) {
        errand *run = self->errands;
        self->errands = run->next;
        run->boss = NULL;
        run->next = run->previous = NULL;
        cancel_errand(run);
    }
}

// -- the pool --

int64_t citizen_pool_function(tr_pool_thread *thread, const tr_message *call)
{
    uint64_t random = TR_BODY(call, handler_call)->call * 0x9e3779b97f4a7c15u ^ call->from.actor;
    COUNT(pool_runs);
    uint64_t choice = tr_random_next(&random);
    if (choice % 4 == 0)
        (void)tr_pool_sleep(thread, 1);
    if (choice % 4 < 2)
        return (int64_t)choice;
    tr_message *reply = NULL;
    tr_msg_probe body = {.number = word_of(WORD_QUESTION, 0)};
    int result = tr_pool_ask(thread, ledger_anybody(tr_random_next(&random)), TR_MSG_probe, &body,
                             1 + choice / 4 % (DEADLINE_MS / 4), &reply);
    promise(result == 0 ? reply != NULL : is_a_way_to_fail(result));
    tr_message_free(reply);
    return result;
}

static void call_pool(tr_actor *actor, citizen *self)
{
    if (self->calls.count >= CALLS_CAP)
        return;
    tr_msg_handler_call call = {.call = self->next_call + 1, .handler = TR_SLICE("stress")};
    int result = tr_pool_submit(tr_actor_core(actor), tr_actor_address(actor), &call);
    promise(result == 0 || result == TR_EFULL);
    if (result < 0)
        return;
    self->next_call++;
    promise(tr_map_put(&self->calls, call.call, self) == NULL);
    COUNT(calls);
}

// -- which --

static void change_mind(tr_actor *actor, citizen *self)
{
    if (citizen_random(self, 2) == 0)
        demonitor(actor, self);
    else if (tr_address_is_set(self->latest_link))
        tr_unlink_from(actor, self->latest_link);
    else if (self->errands != NULL)
        cancel_errand(self->errands);
}

void citizen_acts(tr_actor *actor)
{
    static const struct {
        unsigned weight;
        void (*deed)(tr_actor *actor, citizen *self);
    } deeds[] = {
        {7600, send_notes},
        {100, flood},
        {900, ask},
        {300, monitor},
        {200, change_mind},
        {8, link_up},
        {300, citizen_sets_alarm},
        {200, cancel_alarm},
        {160, start_errand},
        {40, call_pool},
        {10, spawn_somebody},
        {3, end_somebody},
    };
    citizen *self = tr_actor_state(actor);
    uint64_t at =
        citizen_random(self, 7600 + 100 + 900 + 300 + 200 + 8 + 300 + 200 + 160 + 40 + 10 + 3);
    unsigned deed = 0;
    while (at >= deeds[deed].weight)
        at -= deeds[deed++].weight;
    deeds[deed].deed(actor, self);
}
