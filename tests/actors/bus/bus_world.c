#include "bus_world.h"

static void read_stream(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    stream *from = of->arg;
    ck_assert_uint_eq(TR_BODY(message, probe)->number, from->expected);
    ck_assert_uint_eq(TR_BODY(message, probe)->payload.size, PAYLOAD);
    ck_assert_int_eq(TR_BODY(message, probe)->payload.data[from->expected % PAYLOAD], 0x5a);
    from->expected++;
}

void bus_stream_init(stream *self, uint64_t count)
{
    *self = (stream){.reader = {SCRIPT, .on_message = read_stream},
                     .count = count,
                     .all_sent = TALLY,
                     .first_refused = TALLY};
    self->reader.arg = self;
    memset(self->payload, 0x5a, PAYLOAD);
}

static void pump(stream *self)
{
    for (; self->sent < self->count; self->sent++) {
        int result =
            tr_send(self->core, TR_NOWHERE, self->reader.address, probe, .number = self->sent,
                    .payload = {(const char *)self->payload, PAYLOAD});
        if (result == TR_EFULL) {
            if (self->refused++ == 0)
                tally_add(&self->first_refused, 1);
            tr_timer_start(&self->again, 1, 0);
            return;
        }
        ok(result);
    }
    tally_add(&self->all_sent, 1);
}

static void pump_again(tr_timer *timer)
{
    pump(timer->arg);
}

void bus_start_stream(tr_core *core, void *arg)
{
    stream *self = arg;
    self->core = core;
    tr_timer_init(&self->again, core, pump_again, self);
    pump(self);
}

void bus_stream_arrives(stream *self)
{
    tally_wait(&self->all_sent, 1);
    tally_wait(&self->reader.received, self->count);
}

bool bus_has_dead_letters(tr_core *core, void *arg)
{
    return tr_core_stats_get(core).dead_letters >= *(uint64_t *)arg;
}

static void wait_at_gate(tr_core *core, void *arg)
{
    (void)core;
    gate *self = arg;
    tally_add(&self->closed, 1);
    tally_wait(&self->open, 1);
}

void bus_get_stuck(tr_system *system, gate *at)
{
    ok(tr_system_post(system, tr_system_core_count(system) - 1, wait_at_gate, at));
    tally_wait(&at->closed, 1);
}

const char *const bus_outside[] = {"tcp://127.0.0.1", "ipc://@"};

tr_system *bus_node_up(int i)
{
    return system_up_with(&(tr_system_options){.core_count = 2, .bus_endpoint = bus_outside[i]});
}

pair bus_pair_up(int i)
{
    return (pair){{bus_node_up(i), bus_node_up(i)}};
}

void bus_pair_down(pair *self)
{
    tr_system_stop(&self->nodes[0]);
    tr_system_stop(&self->nodes[1]);
}

void bus_send_back(tr_actor *self, script *of, tr_message *message)
{
    (void)of;
    ok(tr_send(tr_actor_core(self), tr_actor_address(self), message->from, probe,
               .number = TR_BODY(message, probe)->number + 1));
}

static void send_probe(tr_core *core, void *arg)
{
    sending *self = arg;
    self->result = tr_send(core, self->from, self->to, probe, .number = self->number);
}

int bus_send_from(tr_system *system, unsigned core, tr_address from, tr_address to)
{
    sending wanted = {from, to, 41, 1};
    on_core(system, core, send_probe, &wanted);
    return wanted.result;
}
