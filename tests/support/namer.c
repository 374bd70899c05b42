#include "namer.h"

static void hear(tr_actor *actor, script *of, tr_message *message)
{
    (void)actor;
    namer *self = of->arg;
    switch (TR_TYPE(message)) {
    case TR_MSG_name_registered:
        self->status = TR_BODY(message, name_registered)->status;
        tally_add(&self->registered, 1);
        break;
    case TR_MSG_name_lost:
        self->who = TR_BODY(message, name_lost)->winner;
        tally_add(&self->lost, 1);
        break;
    case TR_MSG_name_found:
        ck_assert_uint_eq(message->flags, TR_FLAG_ANSWER);
        self->status = TR_BODY(message, name_found)->status;
        self->who = TR_BODY(message, name_found)->who;
        tally_add(&self->found, 1);
        break;
    case TR_MSG_probe:
        self->sum = self->sum * 10 + TR_BODY(message, probe)->number;
        tally_add(&self->probes, 1);
        break;
    default:
        ck_abort_msg("unexpected %s", message->shape->name);
    }
}

void namer_init(namer *self)
{
    *self = (namer){.script = {SCRIPT, .on_message = hear},
                    .registered = TALLY,
                    .lost = TALLY,
                    .found = TALLY,
                    .probes = TALLY};
    self->script.arg = self;
}

void namer_spawn(namer *self, tr_system *system, unsigned core)
{
    self->system = system;
    self->core = core;
    spawn_on(system, core, &self->script);
}

typedef struct naming {
    const char *name;
    enum tr_name_scope scope;
    unsigned first;
    unsigned last;
} naming;

static int64_t does(namer *self, int64_t (*function)(tr_actor *actor, act *it), naming what)
{
    return act_on(self->system, self->core, &self->script, function,
                  (tr_address){0, (uint64_t)(uintptr_t)&what}, 0);
}

static naming *what_of(act *it)
{
    return (naming *)(uintptr_t)it->other.actor;
}

static int64_t do_register(tr_actor *actor, act *it)
{
    return tr_name_register(actor, what_of(it)->name, what_of(it)->scope);
}

int namer_register(namer *self, const char *name, enum tr_name_scope scope)
{
    return (int)does(self, do_register, (naming){.name = name, .scope = scope});
}

static int64_t do_unregister(tr_actor *actor, act *it)
{
    return tr_name_unregister(actor, what_of(it)->name, what_of(it)->scope);
}

int namer_unregister(namer *self, const char *name, enum tr_name_scope scope)
{
    return (int)does(self, do_unregister, (naming){.name = name, .scope = scope});
}

int64_t namer_gets(namer *self, const char *name, enum tr_name_scope scope)
{
    uint64_t before = tally_get(&self->registered);
    ok(namer_register(self, name, scope));
    tally_wait(&self->registered, before + 1);
    return self->status;
}

static int64_t do_find(tr_actor *actor, act *it)
{
    return tr_name_ask(actor, what_of(it)->name, what_of(it)->scope, TEST_DEADLINE_MS);
}

int64_t namer_finds(namer *self, const char *name, enum tr_name_scope scope, tr_address *out_who)
{
    uint64_t before = tally_get(&self->found);
    ck_assert_int_gt(does(self, do_find, (naming){.name = name, .scope = scope}), 0);
    tally_wait(&self->found, before + 1);
    if (out_who != NULL)
        *out_who = self->who;
    return self->status;
}

void namer_eventually_finds(namer *self, const char *name, enum tr_name_scope scope, tr_address who)
{
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    tr_address found = TR_NOWHERE;
    for (;;) {
        int64_t status = namer_finds(self, name, scope, &found);
        ck_assert(status == 0 || status == TR_ENOTFOUND || status == TR_EUNAVAILABLE);
        if (tr_address_equal(found, who))
            return;
        ck_assert_msg(tr_clock_ms() < deadline, "%s is not found as it should be", name);
        look_again_soon();
    }
}

static int64_t do_send(tr_actor *actor, act *it)
{
    const naming *what = what_of(it);
    for (unsigned i = what->first; i <= what->last; i++) {
        int result = tr_send_named(tr_actor_core(actor), tr_actor_address(actor), what->scope,
                                   what->name, probe, .number = i);
        if (result < 0)
            return result;
    }
    return 0;
}

void namer_sends(namer *self, const char *name, enum tr_name_scope scope, unsigned first,
                 unsigned last)
{
    ck_assert_int_eq(
        does(self, do_send, (naming){.name = name, .scope = scope, .first = first, .last = last}),
        0);
}

static int64_t do_fail(tr_actor *actor, act *it)
{
    tr_actor_fail(actor, it->number);
    return 0;
}

void namer_fails(namer *self, int64_t reason)
{
    act_on(self->system, self->core, &self->script, do_fail, TR_NOWHERE, reason);
    tally_wait(&self->script.stopped, 1);
}
