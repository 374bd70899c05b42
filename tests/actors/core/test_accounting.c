#include "actors/core/core.h"

#include "tests/support/system.h"

Suite *actors_accounting_suite(void);

enum { MANY = 10000 };

static void walk(tr_core *core, tr_address wanted, tr_actor_info *out, unsigned *out_seen)
{
    tr_actor_info some[7];
    unsigned seen = 0;
    for (uint32_t at = 0; at != TR_ACTORS_END;) {
        unsigned count = tr_core_list_actors(core, &at, some, 7);
        ck_assert_uint_le(count, 7);
        seen += count;
        for (unsigned i = 0; i < count; i++)
            if (tr_address_equal(some[i].address, wanted))
                *out = some[i];
    }
    *out_seen = seen;
}

typedef struct look {
    tr_address wanted;
    tr_actor_info info;
    unsigned seen;
} look;

static void look_at(tr_core *core, void *arg)
{
    look *self = arg;
    walk(core, self->wanted, &self->info, &self->seen);
}

static tr_actor_info info_of(tr_system *system, const script *of)
{
    look asked = {.wanted = of->address};
    on_core(system, 0, look_at, &asked);
    ck_assert_str_eq(asked.info.behaviour, "script");
    return asked.info;
}

static void send_three(tr_core *core, void *arg)
{
    script *to = arg;
    for (uint64_t i = 0; i < 3; i++)
        ok(tr_send(core, TR_NOWHERE, to->address, probe, .number = i));
    tr_actor *actor = tr_actor_find(core, to->address);
    ok(tr_after(actor, 600000, 1));
    ck_assert_int_gt(tr_monitor(actor, tr_actor_address(actor)), 0);
    look asked = {.wanted = to->address};
    look_at(core, &asked);
    ck_assert_uint_ge(asked.info.mailbox_length, 3);
    ck_assert_uint_eq(asked.info.mailbox_cap, TR_MAILBOX_CAP);
    ck_assert_uint_eq(asked.info.alarms, 1);
    ck_assert_uint_eq(asked.info.relations, 2);
}

START_TEST(an_actors_messages_are_counted)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    script one = {SCRIPT};
    spawn_on(system, 0, &one);
    on_core(system, 0, send_three, &one);
    tally_wait(&one.received, 3);
    tr_actor_info info = info_of(system, &one);
    ck_assert_uint_eq(info.handled, 3);
    ck_assert_uint_eq(info.mailbox_length, 0);
    ck_assert_uint_eq(info.spent_ns, 0); // nobody asked for it
    ck_assert_uint_eq(stats_of(system, 0).messages_handled, 3);
    tr_system_stop(&system);
}
END_TEST

static void busy(tr_actor *self, script *of, tr_message *message)
{
    (void)self;
    (void)of;
    (void)message;
    for (uint64_t until = tr_clock_ns() + 2000000; tr_clock_ns() < until;)
        ;
}

static void account_and_send(tr_core *core, void *arg)
{
    script *both = arg;
    tr_core_accounting(core, true);
    ok(tr_send(core, TR_NOWHERE, both[0].address, probe, .number = 1));
    ok(tr_send(core, TR_NOWHERE, both[1].address, probe, .number = 1));
}

START_TEST(time_is_charged_to_whom_spent_it)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    script both[2] = {{SCRIPT, .on_message = busy}, {SCRIPT}};
    spawn_on(system, 0, &both[0]);
    spawn_on(system, 0, &both[1]);
    uint64_t before_ns = tr_clock_ns();
    on_core(system, 0, account_and_send, both);
    tally_wait(&both[0].received, 1);
    tally_wait(&both[1].received, 1);
    tr_actor_info one = info_of(system, &both[0]);
    tr_actor_info two = info_of(system, &both[1]);
    ck_assert_uint_ge(one.spent_ns, 2000000);
    ck_assert_uint_gt(two.spent_ns, 0);
    ck_assert_uint_le(one.spent_ns + two.spent_ns, tr_clock_ns() - before_ns);
    tr_system_stop(&system);
}
END_TEST

static void spawn_many(tr_core *core, void *arg)
{
    for (unsigned i = 0; i < MANY; i++)
        spawn(core, arg);
}

START_TEST(a_walk_sees_each_actor_once)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    script any = {SCRIPT};
    on_core(system, 0, spawn_many, &any);
    look asked = {.wanted = any.address};
    on_core(system, 0, look_at, &asked);
    ck_assert_uint_eq(asked.seen, MANY);
    tr_system_stop(&system);
}
END_TEST

Suite *actors_accounting_suite(void)
{
    Suite *suite = suite_create("actors/core/accounting");
    TCase *tests = tcase_create("accounting");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_actors_messages_are_counted);
    tcase_add_test(tests, time_is_charged_to_whom_spent_it);
    tcase_add_test(tests, a_walk_sees_each_actor_once);
    suite_add_tcase(suite, tests);
    return suite;
}
