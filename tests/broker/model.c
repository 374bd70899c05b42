// A run of the model: who is there, what happens to them, and when it is over.

#include "tests/broker/model.h"

#include <string.h>

#include "base/mem.h"

enum {
    BEGIN_MS = 1000,
    TROUBLE_MS = 12000, // things break for so long,
    SETTLE_MS = 90000   // and so long after that all must be there
};

static bool is_worker(unsigned place)
{
    return place >= FIRST_WORKER && place < FIRST_GATEWAY;
}

static void start(model *self, unsigned place)
{
    model_place *at = &self->places[place];
    at->is_up = true;
    at->stopped_until = 0;
    at->node = 1 + model_below(self, UINT32_MAX);
    memcpy(self->lines[place], self->breaks[place], sizeof self->lines[place]);
    if (place < FIRST_WORKER)
        model_broker_start(self, place);
    else if (is_worker(place))
        model_worker_start(self, place - FIRST_WORKER);
    else if (place < FIRST_PERSON)
        model_member_start(self, &self->gateways[place - FIRST_GATEWAY].member, place);
}

static void stop(model *self, unsigned place)
{
    if (!self->places[place].is_up)
        return;
    self->places[place].is_up = false;
    if (place < FIRST_WORKER)
        model_broker_stop(self, place);
    else if (is_worker(place))
        model_worker_stop(self, place - FIRST_WORKER);
    else if (place < FIRST_PERSON) {
        model_member_stop(&self->gateways[place - FIRST_GATEWAY].member);
        memset(self->gateways[place - FIRST_GATEWAY].connections, 0,
               sizeof self->gateways[0].connections);
    }
}

// -- what happens --

static void kill_it(model *self, unsigned place)
{
    // A machine without power says nothing: that is found out.
    uint64_t late = model_chance(self, 20) ? TR_PEER_SILENCE_MS : 0;
    for (unsigned i = 0; i < STORE; i++) {
        if (i == place)
            continue;
        model_end_line(self, i, place);
        model_lose(self, i, place, self->now + late + 1 + model_below(self, 5));
    }
    stop(self, place);
    model_letter again = model_write(self, W_START, NATURE, NATURE);
    again.shard = place;
    model_send_at(self, &again, self->now + 1 + model_below(self, 2500));
}

static void stop_it(model *self, unsigned place)
{
    self->places[place].stopped_until = self->now + 300 + model_below(self, 6000);
    model_letter silent = model_write(self, W_SILENT, NATURE, NATURE);
    silent.shard = place;
    silent.epoch = self->places[place].node;
    model_send_at(self, &silent, self->now + TR_PEER_SILENCE_MS + model_below(self, 250));
}

// It has been for so long that all others have given it up; awake it hears so.
static void on_silent(model *self, const model_letter *letter)
{
    unsigned place = letter->shard;
    model_place *at = &self->places[place];
    if (!at->is_up || at->node != letter->epoch || at->stopped_until <= self->now)
        return;
    for (unsigned i = 0; i < FIRST_PERSON; i++) {
        if (i == place || !self->places[i].is_up)
            continue;
        model_end_line(self, i, place);
        model_lose(self, i, place, self->now + 1);
        model_lose(self, place, i, at->stopped_until);
    }
}

static void cut(model *self, unsigned one, unsigned other)
{
    uint64_t until = self->now + 200 + model_below(self, 7000);
    self->cut_until[one][other] = self->cut_until[other][one] = until;
    model_letter over = model_write(self, W_CUT_OVER, NATURE, NATURE);
    over.shard = one;
    over.number = other;
    if (other < FIRST_PERSON)
        model_send_at(self, &over, self->now + TR_PEER_SILENCE_MS + model_below(self, 250));
}

static void on_cut_over(model *self, const model_letter *letter)
{
    unsigned one = letter->shard;
    unsigned other = letter->number;
    if (self->cut_until[one][other] <= self->now || !self->places[one].is_up ||
        !self->places[other].is_up)
        return;
    model_end_line(self, one, other);
    model_lose(self, one, other, self->now + 1);
    model_lose(self, other, one, self->now + 1);
}

static unsigned any(model *self, unsigned first, unsigned count)
{
    return first + (unsigned)model_below(self, count);
}

static void cut_something(model *self)
{
    unsigned worker = any(self, FIRST_WORKER, WORKERS);
    unsigned gateway = any(self, FIRST_GATEWAY, GATEWAYS);
    switch (model_below(self, 6)) {
    case 0:
        cut(self, worker, STORE);
        break;
    case 1:
        cut(self, any(self, 0, BROKERS), worker);
        break;
    case 2:
        cut(self, worker, gateway);
        break;
    case 3:
        cut(self, any(self, 0, BROKERS), gateway);
        break;
    case 4:
        cut(self, gateway, any(self, FIRST_PERSON, PEOPLE));
        break;
    default: // all brokers, and so nobody says who is there
        cut(self, 0, worker);
        cut(self, 1, worker);
    }
}

static void on_strike(model *self, const model_letter *letter)
{
    unsigned place = any(self, 0, FIRST_PERSON);
    if (self->now > BEGIN_MS + TROUBLE_MS)
        return;
    if (model_chance(self, 35))
        cut_something(self);
    else if (self->places[place].stopped_until > self->now)
        ; // sleeps
    else if (self->places[place].is_up && model_chance(self, 50))
        kill_it(self, place);
    else if (self->places[place].is_up)
        stop_it(self, place);
    model_send_at(self, letter, self->now + 200 + model_below(self, 1500));
}

// It was to take pages just now.
static void on_kill(model *self, const model_letter *letter)
{
    const model_place *at = &self->places[letter->shard];
    if (at->is_up && at->node == letter->epoch && self->now <= BEGIN_MS + TROUBLE_MS)
        kill_it(self, letter->shard);
}

static void on_nature(model *self, const model_letter *letter)
{
    if (letter->word == W_START)
        start(self, letter->shard);
    else if (letter->word == W_SILENT)
        on_silent(self, letter);
    else if (letter->word == W_CUT_OVER)
        on_cut_over(self, letter);
    else if (letter->word == W_KILL)
        on_kill(self, letter);
    else
        on_strike(self, letter);
}

// -- a run --

static void take(model *self, const model_letter *letter)
{
    unsigned to = letter->to;
    if (to == NATURE)
        on_nature(self, letter);
    else if (to == STORE)
        model_store_take(self, letter);
    else if (to >= FIRST_PERSON)
        model_person_take(self, to - FIRST_PERSON, letter);
    else if (to >= FIRST_GATEWAY)
        model_gateway_take(self, to - FIRST_GATEWAY, letter);
    else if (to >= FIRST_WORKER)
        model_worker_take(self, to - FIRST_WORKER, letter);
    else
        model_broker_take(self, to, letter);
}

static bool is_settled(const model *self)
{
    unsigned count = 0;
    for (unsigned i = 0; i < PEOPLE; i++)
        count += model_person_is_settled(&self->people[i]);
    return self->is_quiet && count == PEOPLE;
}

static void run_until(model *self, uint64_t until)
{
    model_letter *next;
    while (self->broken[0] == '\0' && !is_settled(self) &&
           (next = model_next(self, until)) != NULL) {
        take(self, next);
        model_done(next);
    }
}

static void begin(model *self, uint64_t seed, enum model_bug bug)
{
    memset(self, 0, sizeof *self);
    self->random = seed * 0x9e3779b97f4a7c15u;
    self->bug = bug;
    self->now = 1;
    self->loop = ev_loop_new(EVFLAG_AUTO);
    if (tr_store_open(self->loop, "memory", PATIENCE_MS, NULL, &self->store) < 0)
        model_break(self, "no store");
    self->is_sync = model_chance(self, 50);
    for (unsigned i = 0; i < PLACES; i++)
        start(self, i);
    for (unsigned i = FIRST_PERSON; i < STORE; i++) {
        model_letter tick = model_write(self, W_TICK, i, i);
        model_send_at(self, &tick, self->now + 1 + model_below(self, TICK_MS));
    }
    model_letter strike = model_write(self, W_STRIKE, NATURE, NATURE);
    model_send_at(self, &strike, BEGIN_MS + model_below(self, 1000));
}

static void finish(model *self)
{
    for (unsigned i = 0; i < PEOPLE && self->broken[0] == '\0'; i++) {
        const model_person *of = &self->people[i];
        if (!model_person_is_settled(of))
            model_break(self, "browser %u: %u safe and %u shown of %u clicks in the end", i,
                        of->safe, of->shown, of->clicks);
        else
            model_store_check(self, of);
    }
    for (unsigned i = 0; i < STORE; i++)
        stop(self, i);
    tr_store_close(&self->store);
    while (self->count != 0)
        model_done(self->letters[--self->count]);
    tr_free(self->letters);
    self->letters = NULL;
    ev_loop_destroy(self->loop);
}

void model_run(model *self, uint64_t seed, enum model_bug bug)
{
    begin(self, seed, bug);
    run_until(self, BEGIN_MS + TROUBLE_MS);
    self->is_quiet = true;
    run_until(self, BEGIN_MS + TROUBLE_MS + SETTLE_MS);
    finish(self);
}
