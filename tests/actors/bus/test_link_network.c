// Whole networks of links (actors/bus/link_state.h) that freeze, are cut and heal.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/bus/link_state.h"
#include "base/random.h"
#include "wire/limits.h"

Suite *actors_link_network_suite(void);

// Nodes with a link to each other one, driven as link.c and liveness.c drive it; what ZeroMQ and
// the network do between is drawn from a seed. A batch carries what its sender meant: which of its
// conversations it belongs to, and which message of that it is.
enum { NODES = 4, LANE = 512, TICK_MS = 250, STEP_MS = 10 };

typedef struct packet {
    tr_batch_head head;
    uint64_t conversation; // of the sender: how often it had given the receiver up
    uint64_t number;       // 0: no message in it
    bool is_over;
} packet;

typedef struct way {
    packet lane[LANE];
    unsigned from, count;
    bool is_cut;   // nothing arrives, and nobody is told
    bool has_pipe; // ZeroMQ has a connection
    uint64_t open_ms;
} way;

typedef struct end {
    tr_bus_link_state state;
    bool exists;
    bool has_pending, owes_ack;
    uint64_t given_up;   // times
    uint64_t said;       // messages of this conversation
    uint64_t last_heard; // message
    uint64_t heard_conversation;
} end;

typedef struct net {
    uint64_t random;
    uint64_t now_ms;
    uint64_t incarnations[NODES];
    uint64_t ticked_ms[NODES];
    bool is_frozen[NODES];
    bool is_dead[NODES];
    end ends[NODES][NODES];
    way ways[NODES][NODES]; // from, to
    uint64_t taken, downs;
} net;

static uint64_t draw(net *self, uint64_t below)
{
    return tr_random_next(&self->random) % below;
}

static end *end_of(net *self, unsigned at, unsigned peer)
{
    end *one = &self->ends[at][peer];
    if (!one->exists) {
        uint64_t given_up = one->given_up;
        *one = (end){.exists = true, .given_up = given_up};
        tr_bus_link_state_init(&one->state, TR_LINK_PEER, true, ++self->incarnations[at],
                               self->now_ms);
    }
    return one;
}

static void put(net *self, unsigned at, unsigned to, bool counts, bool is_over)
{
    end *one = end_of(self, at, to);
    way *out = &self->ways[at][to];
    if (!out->has_pipe)
        return; // ZeroMQ does not take it
    packet sent = {.conversation = one->given_up, .is_over = is_over};
    tr_bus_link_state_head(&one->state, counts, &sent.head);
    if (counts && !is_over)
        sent.number = ++one->said;
    tr_bus_link_state_said(&one->state, counts, self->now_ms);
    one->owes_ack = false;
    if (out->count < LANE)
        out->lane[(out->from + out->count++) % LANE] = sent;
}

static void give_up(net *self, unsigned at, unsigned peer)
{
    end *one = end_of(self, at, peer);
    if (tr_bus_link_state_must_tell(&one->state, one->has_pending))
        put(self, at, peer, true, true);
    one->has_pending = one->owes_ack = false;
    tr_bus_link_state_give_up(&one->state, ++self->incarnations[at], self->now_ms);
    one->given_up++;
    one->said = one->last_heard = 0;
    self->downs++;
    self->ways[at][peer].has_pipe = false;
}

static void connect_it(net *self, unsigned at, unsigned peer)
{
    end *one = end_of(self, at, peer);
    if (one->state.phase == TR_LINK_DIALING || one->state.phase == TR_LINK_UP)
        return;
    tr_bus_link_state_dialed(&one->state, self->now_ms);
    way *out = &self->ways[at][peer];
    out->has_pipe = false;
    out->open_ms = self->now_ms + draw(self, 100);
}

static void flush(net *self, unsigned at, unsigned peer)
{
    end *one = end_of(self, at, peer);
    if (one->state.phase != TR_LINK_UP)
        return;
    if (one->has_pending && tr_bus_link_state_has_window(&one->state)) {
        one->has_pending = !self->ways[at][peer].has_pipe;
        put(self, at, peer, true, false);
    } else if (one->owes_ack) {
        put(self, at, peer, false, false);
    }
}

static void say(net *self, unsigned at, unsigned peer)
{
    connect_it(self, at, peer);
    end_of(self, at, peer)->has_pending = true;
    flush(self, at, peer);
}

static void take(net *self, unsigned at, unsigned peer, const packet *came)
{
    bool is_only_ack = came->number == 0 && !came->is_over;
    end *one = end_of(self, at, peer);
    enum tr_bus_link_verdict verdict = tr_bus_link_state_on_batch(
        &one->state, &came->head, is_only_ack, one->has_pending, self->now_ms);
    if (verdict == TR_LINK_BEGINS_ANEW || verdict == TR_LINK_GAP) {
        give_up(self, at, peer);
        verdict = tr_bus_link_state_on_batch(&one->state, &came->head, is_only_ack,
                                             one->has_pending, self->now_ms);
    }
    if (verdict != TR_LINK_TAKEN) {
        one->owes_ack = true;
        connect_it(self, at, peer);
        flush(self, at, peer);
        return;
    }
    self->taken++;
    if (came->is_over) {
        if (tr_bus_link_state_over(&one->state, came->head.incarnation))
            give_up(self, at, peer);
        return;
    }
    if (is_only_ack)
        return;
    // Nothing of a conversation that is over arrives behind one of the next; within one, no gap.
    ck_assert_uint_ge(came->conversation, one->heard_conversation);
    if (one->last_heard != 0) {
        ck_assert_uint_eq(came->conversation, one->heard_conversation);
        ck_assert_uint_eq(came->number, one->last_heard + 1);
    }
    one->heard_conversation = came->conversation;
    one->last_heard = came->number;
}

static void look_at_pipe(net *self, unsigned at, unsigned peer)
{
    end *one = end_of(self, at, peer);
    if (one->state.phase != TR_LINK_DIALING && one->state.phase != TR_LINK_UP)
        return;
    enum tr_bus_link_news what =
        tr_bus_link_state_pipe(&one->state, self->ways[at][peer].has_pipe, self->now_ms);
    if (what == TR_LINK_LOST)
        give_up(self, at, peer);
    else
        flush(self, at, peer);
}

static void tick(net *self, unsigned at)
{
    uint64_t since = self->now_ms - self->ticked_ms[at];
    uint64_t away_ms = since > TR_HEARTBEAT_MS ? since : 0;
    self->ticked_ms[at] = self->now_ms;
    for (unsigned peer = 0; peer < NODES; peer++) {
        end *one = &self->ends[at][peer];
        if (peer == at || !one->exists)
            continue;
        unsigned due = tr_bus_link_state_tick(&one->state, one->has_pending, away_ms, self->now_ms);
        if ((due & TR_LINK_DUE_LOST) != 0) {
            give_up(self, at, peer);
        } else if ((due & TR_LINK_DUE_FORGET) != 0) {
            one->exists = false;
        } else if ((due & TR_LINK_DUE_SAY) != 0) {
            one->owes_ack = true;
            connect_it(self, at, peer);
            flush(self, at, peer);
        }
    }
}

// The network: connections open and break, batches arrive, in order on each way.
static void carry(net *self, unsigned from, unsigned to)
{
    way *out = &self->ways[from][to];
    end *sender = &self->ends[from][to];
    bool is_dialed = sender->exists &&
                     (sender->state.phase == TR_LINK_DIALING || sender->state.phase == TR_LINK_UP);
    if (self->is_dead[to]) {
        out->has_pipe = false;
        out->count = 0;
    } else if (is_dialed && !out->has_pipe && !out->is_cut && self->now_ms >= out->open_ms) {
        out->has_pipe = true;
    }
    for (unsigned most = (unsigned)draw(self, 8);
         most != 0 && out->count != 0 && !out->is_cut && !self->is_frozen[to]; most--) {
        packet came = out->lane[out->from];
        out->from = (out->from + 1) % LANE;
        out->count--;
        take(self, to, from, &came);
    }
    // ZeroMQ gives a connection up that nothing comes from, and what was on it is lost.
    if (out->is_cut && draw(self, 400) == 0) {
        out->has_pipe = false;
        out->count = 0;
        out->open_ms = self->now_ms;
    }
}

static void step(net *self)
{
    self->now_ms += STEP_MS;
    for (unsigned from = 0; from < NODES; from++)
        for (unsigned to = 0; to < NODES; to++)
            if (from != to)
                carry(self, from, to);
    for (unsigned at = 0; at < NODES; at++) {
        if (self->is_frozen[at] || self->is_dead[at])
            continue;
        for (unsigned peer = 0; peer < NODES; peer++)
            if (peer != at && self->ends[at][peer].exists)
                look_at_pipe(self, at, peer);
        if (self->now_ms - self->ticked_ms[at] >= TICK_MS)
            tick(self, at);
    }
}

static void trouble(net *self)
{
    unsigned one = (unsigned)draw(self, NODES);
    unsigned two = (unsigned)draw(self, NODES);
    switch (draw(self, 6)) {
    case 0:
        self->is_frozen[one] = !self->is_frozen[one];
        break;
    case 1:
        self->ways[one][two].is_cut = !self->ways[one][two].is_cut;
        break;
    case 2:
        self->ways[one][two].is_cut = self->ways[two][one].is_cut = draw(self, 2) == 0;
        break;
    default:
        for (unsigned i = 0; i < 3; i++) {
            unsigned at = (unsigned)draw(self, NODES);
            unsigned to = (unsigned)draw(self, NODES);
            if (at != to && !self->is_frozen[at])
                say(self, at, to);
        }
    }
}

static void heal(net *self)
{
    for (unsigned one = 0; one < NODES; one++) {
        self->is_frozen[one] = false;
        for (unsigned two = 0; two < NODES; two++)
            self->ways[one][two].is_cut = false;
    }
}

static void run_for(net *self, uint64_t for_ms)
{
    for (uint64_t until_ms = self->now_ms + for_ms; self->now_ms < until_ms;)
        step(self);
}

static void net_init(net *self, uint64_t seed)
{
    memset(self, 0, sizeof *self);
    self->random = seed;
    self->now_ms = 1000;
    for (unsigned i = 0; i < NODES; i++) {
        self->incarnations[i] = draw(self, 100);
        self->ticked_ms[i] = self->now_ms;
    }
}

static void be_in_trouble(net *self, uint64_t for_ms)
{
    for (uint64_t until_ms = self->now_ms + for_ms; self->now_ms < until_ms;) {
        if (draw(self, 12) == 0)
            trouble(self);
        step(self);
    }
}

enum { SEEDS = 3000, TROUBLE_MS = 30000, SETTLED_MS = 12000 };

// Once all is well, what is said arrives, and a sender that is answered by acknowledgements alone
// hears of no end.
static void one_way_works(net *self, unsigned from, unsigned to)
{
    uint64_t downs = self->downs;
    uint64_t heard = 0;
    for (unsigned i = 0; i < 5; i++) {
        say(self, from, to);
        run_for(self, 2000);
        const end *there = &self->ends[to][from];
        ck_assert(there->exists);
        ck_assert_uint_gt(there->last_heard, heard);
        heard = there->last_heard;
    }
    ck_assert_uint_eq(self->downs, downs);
}

START_TEST(networks_that_freeze_are_cut_and_heal_agree_in_the_end)
{
    static net all;
    const char *only = getenv("SIM_SEED");
    uint64_t first = only != NULL ? strtoull(only, NULL, 10) : 1;
    uint64_t last = only != NULL ? first : SEEDS;
    for (uint64_t seed = first; seed <= last; seed++) {
        if (getenv("SIM_SEEDS_PRINTED") != NULL)
            fprintf(stderr, "SIM_SEED=%llu\n", (unsigned long long)seed);
        net_init(&all, seed);
        be_in_trouble(&all, TROUBLE_MS);
        heal(&all);
        run_for(&all, SETTLED_MS);
        unsigned from = (unsigned)draw(&all, NODES);
        one_way_works(&all, from, (from + 1 + (unsigned)draw(&all, NODES - 1)) % NODES);
        ck_assert_uint_gt(all.taken, 0);
    }
}
END_TEST

START_TEST(links_to_the_dead_are_forgotten)
{
    static net all;
    for (uint64_t seed = 1; seed <= 100; seed++) {
        net_init(&all, seed);
        be_in_trouble(&all, TROUBLE_MS / 3);
        heal(&all);
        all.is_dead[0] = true;
        run_for(&all, 2 * TR_LINK_GIVEN_UP_MS);
        for (unsigned at = 1; at < NODES; at++)
            ck_assert(!all.ends[at][0].exists);
    }
}
END_TEST

Suite *actors_link_network_suite(void)
{
    Suite *suite = suite_create("actors/bus/link_network");
    TCase *network = tcase_create("a network");
    tcase_set_timeout(network, 120);
    tcase_add_test(network, networks_that_freeze_are_cut_and_heal_agree_in_the_end);
    tcase_add_test(network, links_to_the_dead_are_forgotten);
    suite_add_tcase(suite, network);
    return suite;
}
