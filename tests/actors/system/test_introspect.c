#include "actors/system/introspect.h"

#include <string.h>

#include "actors/core/actor_record.h"
#include "actors/core/core_record.h"
#include "host/seen.h"
#include "tests/support/system.h"
#include "troupe/actors/supervisor.h"

Suite *actors_introspect_suite(void);

// Looks at a core thread from itself: all pages of a section.
typedef struct looking {
    enum tr_inspect_section section;
    tr_seen_core seen;
    unsigned pages;
    tally done;
} looking;

static void look_at_all(void *arg)
{
    looking *self = arg;
    tr_core *core = tr_core_current();
    tr_address here = tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_CORE);
    for (uint64_t at = 0; at != TR_INSPECT_END; self->pages++) {
        tr_message *answer = NULL;
        ok(tr_coroutine_ask(here, here, TR_MSG_inspect,
                            &(tr_msg_inspect){.section = (uint16_t)self->section, .at = at},
                            TEST_DEADLINE_MS, &answer));
        ck_assert_uint_eq(TR_TYPE(answer), TR_MSG_inspected);
        ok(tr_seen_read(&self->seen, self->section, TR_BODY(answer, inspected)->rows));
        at = TR_BODY(answer, inspected)->next;
        tr_message_free(answer);
    }
    tally_add(&self->done, 1);
}

static void start_looking(tr_core *core, void *arg)
{
    ok(tr_coroutine_start(core, "look", look_at_all, arg, NULL));
}

static looking look_at(tr_system *system, enum tr_inspect_section section)
{
    looking self = {.section = section, .done = TALLY};
    on_core(system, 0, start_looking, &self);
    tally_wait(&self.done, 1);
    return self;
}

static script crowd[TR_INSPECT_ROWS * 2 + 10];
enum { CROWD = sizeof crowd / sizeof *crowd };

static void spawn_crowd(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < CROWD; i++) {
        crowd[i] = (script){SCRIPT};
        spawn(core, &crowd[i]);
    }
}

START_TEST(every_actor_is_listed_once_in_pages)
{
    tr_system *system = system_up(1, (enum tr_transport)_i);
    on_core(system, 0, spawn_crowd, NULL);
    looking all = look_at(system, TR_INSPECT_ACTORS);
    ck_assert_uint_eq(all.seen.actor_count, CROWD);
    ck_assert_uint_eq(all.pages, 3);
    for (unsigned i = 0; i < CROWD; i++) {
        ck_assert_uint_eq(all.seen.actors[i].actor, crowd[i].address.actor);
        ck_assert_str_eq(all.seen.actors[i].behaviour, "script");
        ck_assert_uint_eq(all.seen.actors[i].mailbox_cap, TR_MAILBOX_CAP);
    }
    tr_seen_done(&all.seen);
    tr_system_stop(&system);
}
END_TEST

START_TEST(the_node_tells_who_it_is_and_what_it_counted)
{
    tr_system *system =
        system_up_with(&(tr_system_options){.core_count = 2, .bus_endpoint = "tcp://127.0.0.1"});
    on_core(system, 0, spawn_crowd, NULL);
    looking node = look_at(system, TR_INSPECT_NODE);
    ck_assert_uint_eq(node.seen.node, tr_system_node(system));
    ck_assert_uint_eq(node.seen.cores, 2);
    ck_assert(!node.seen.is_broker);
    ck_assert_uint_eq(node.seen.endpoint_count, 2);
    ck_assert_str_eq(node.seen.endpoints[1], tr_system_endpoint(system, 1));
    ck_assert_uint_eq(tr_seen_counter_of(&node.seen, "actors"), CROWD);
    ck_assert_uint_eq(tr_seen_counter_of(&node.seen, "coroutines"), 1);
    tr_seen_done(&node.seen);
    tr_system_stop(&system);
}
END_TEST

static void fail_it(tr_core *core, void *arg)
{
    tr_actor_fail(tr_actor_find(core, *(tr_address *)arg), -77);
}

static script members[3];

// A supervisor of two, the second of which is one, too, with a child.
static void start_tree(tr_core *core, void *arg)
{
    static script *const args[] = {&members[0], &members[1]};
    static const tr_child_spec leaves[] = {{.name = "leaf",
                                            .behaviour = &script_behaviour,
                                            .args = &args[1],
                                            .args_size = sizeof(script *)}};
    static const tr_supervisor_spec inner = {.intensity = 5, .children = leaves, .child_count = 1};
    static const tr_child_spec children[] = {{.name = "first",
                                              .behaviour = &script_behaviour,
                                              .args = &args[0],
                                              .args_size = sizeof(script *)},
                                             {.name = "inner",
                                              .behaviour = &tr_supervisor_behaviour,
                                              .args = &inner,
                                              .args_size = sizeof inner}};
    members[0] = members[1] = (script){SCRIPT};
    ok(tr_supervisor_start(
        core, &(tr_supervisor_spec){.intensity = 5, .children = children, .child_count = 2}, arg));
}

START_TEST(children_are_listed_with_their_restarts)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    tr_address top;
    on_core(system, 0, start_tree, &top);
    tr_address before = members[1].address;
    on_core(system, 0, fail_it, &before);
    looking all = look_at(system, TR_INSPECT_CHILDREN);
    while (all.seen.child_count < 3 || all.seen.children[2].restarts == 0) {
        tr_seen_done(&all.seen);
        all = look_at(system, TR_INSPECT_CHILDREN);
    }
    ck_assert_uint_eq(all.seen.child_count, 3);
    const tr_seen_child *rows = all.seen.children;
    ck_assert_str_eq(rows[0].name, "first");
    ck_assert_uint_eq(rows[0].supervisor, top.actor);
    ck_assert_uint_eq(rows[0].actor, members[0].address.actor);
    ck_assert_uint_eq(rows[0].restarts, 0);
    ck_assert_str_eq(rows[1].name, "inner");
    ck_assert_str_eq(rows[2].name, "leaf");
    ck_assert_uint_eq(rows[2].supervisor, rows[1].actor);
    ck_assert_uint_eq(rows[2].restarts, 1);
    ck_assert_str_eq(rows[2].state, "up");
    tr_seen_done(&all.seen);
    tr_system_stop(&system);
}
END_TEST

static void sleep_long(void *arg)
{
    (void)arg;
    (void)tr_coroutine_sleep(60000);
}

static void start_sleepers(tr_core *core, void *arg)
{
    (void)arg;
    for (unsigned i = 0; i <= TR_INSPECT_ROWS; i++)
        ok(tr_coroutine_start(core, "sleeper", sleep_long, NULL, NULL));
}

START_TEST(coroutines_are_listed_by_name_with_what_they_wait_for)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    on_core(system, 0, start_sleepers, NULL);
    looking all = look_at(system, TR_INSPECT_COROUTINES);
    ck_assert_uint_eq(all.seen.coroutine_count, TR_INSPECT_ROWS + 2);
    ck_assert_uint_eq(all.pages, 2);
    ck_assert_str_eq(all.seen.coroutines[0].name, "look"); // the one that looks
    ck_assert_str_eq(all.seen.coroutines[0].waits_for, "run");
    ck_assert_str_eq(all.seen.coroutines[1].name, "sleeper");
    ck_assert_str_eq(all.seen.coroutines[TR_INSPECT_ROWS + 1].waits_for, "sleep");
    tr_seen_done(&all.seen);
    tr_system_stop(&system);
}
END_TEST

static void post_to_nobody(tr_core *core, void *arg)
{
    tr_address gone = tr_address_of(tr_core_node(core), 0, TR_SLOT_FIRST + 7);
    ck_assert_int_eq(tr_send(core, TR_NOWHERE, gone, probe, .number = 1), TR_EGONE);
    *(tr_address *)arg = gone;
}

START_TEST(dead_letters_are_listed)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    tr_address gone;
    on_core(system, 0, post_to_nobody, &gone);
    looking all = look_at(system, TR_INSPECT_DEAD_LETTERS);
    ck_assert_uint_eq(all.seen.letter_count, 1);
    ck_assert_str_eq(all.seen.letters[0].message, "probe");
    ck_assert_int_eq(all.seen.letters[0].reason, TR_EGONE);
    ck_assert(tr_address_equal(all.seen.letters[0].to, gone));
    tr_seen_done(&all.seen);
    tr_system_stop(&system);
}
END_TEST

typedef struct odd {
    uint16_t section;
    uint64_t at;
    tally done;
} odd;

static void ask_odd(void *arg)
{
    odd *self = arg;
    tr_core *core = tr_core_current();
    tr_address here = tr_address_of(tr_core_node(core), 0, TR_SLOT_CORE);
    tr_message *answer = NULL;
    ok(tr_coroutine_ask(here, here, TR_MSG_inspect,
                        &(tr_msg_inspect){.section = self->section, .at = self->at},
                        TEST_DEADLINE_MS, &answer));
    ck_assert_uint_eq(TR_BODY(answer, inspected)->next, TR_INSPECT_END);
    ck_assert_uint_eq(TR_BODY(answer, inspected)->rows.size, 1);
    ck_assert_uint_eq((unsigned char)TR_BODY(answer, inspected)->rows.data[0], 0x90);
    tr_message_free(answer);
    tally_add(&self->done, 1);
}

static void start_odd(tr_core *core, void *arg)
{
    ok(tr_coroutine_start(core, "odd", ask_odd, arg, NULL));
}

START_TEST(an_unknown_section_or_place_is_an_empty_last_page)
{
    tr_system *system = system_up(1, TR_TRANSPORT_LOCAL);
    odd questions[] = {
        {TR_INSPECT_SECTIONS, 0, TALLY},         {UINT16_MAX, 5, TALLY},
        {TR_INSPECT_ACTORS, UINT64_MAX, TALLY},  {TR_INSPECT_CHILDREN, UINT64_MAX, TALLY},
        {TR_INSPECT_LINKS, UINT64_MAX, TALLY},   {TR_INSPECT_COROUTINES, UINT64_MAX, TALLY},
        {TR_INSPECT_MEMBERS, UINT64_MAX, TALLY}, {TR_INSPECT_ACTORS, 1u << 31, TALLY},
    };
    for (unsigned i = 0; i < sizeof questions / sizeof *questions; i++) {
        on_core(system, 0, start_odd, &questions[i]);
        tally_wait(&questions[i].done, 1);
    }
    tr_system_stop(&system);
}
END_TEST

Suite *actors_introspect_suite(void)
{
    Suite *suite = suite_create("actors/system/introspect");
    TCase *tcase = tcase_create("sections");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, every_actor_is_listed_once_in_pages, 0, 4);
    tcase_add_test(tcase, the_node_tells_who_it_is_and_what_it_counted);
    tcase_add_test(tcase, children_are_listed_with_their_restarts);
    tcase_add_test(tcase, coroutines_are_listed_by_name_with_what_they_wait_for);
    tcase_add_test(tcase, dead_letters_are_listed);
    tcase_add_test(tcase, an_unknown_section_or_place_is_an_empty_last_page);
    suite_add_tcase(suite, tcase);
    return suite;
}
