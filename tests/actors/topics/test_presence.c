#include "troupe/actors/presence.h"

#include <stdio.h>
#include <string.h>

#include "actors/topics/topics.h"
#include "tests/support/brokers.h"
#include "tests/support/place.h"

Suite *actors_presence_suite(void);

// Visitors on two core threads of one system, over every transport, or of two systems.
enum { TRANSPORTS = 4, APART = TRANSPORTS, WAYS = APART + 1, CORES = 2 };

typedef struct visitor {
    script script;
    tr_system *system;
    unsigned core;
    // The members it thinks are there, by first byte of their meta: guarded by waiting for
    // `events`.
    char there[16];
    tr_address who[16];
    unsigned count;
    unsigned resets;
    tally events;
    tally listed;
    char list[64];
    int list_count;
} visitor;

static tr_system *first;
static tr_system *second;
static visitor one;   // first, core 0
static visitor two;   // first, core 1
static visitor three; // second, core 1 (the same system, or another)

static void forget(visitor *self, tr_address who)
{
    for (unsigned i = 0; i < self->count; i++)
        if (tr_address_equal(self->who[i], who)) {
            self->count--;
            self->who[i] = self->who[self->count];
            self->there[i] = self->there[self->count];
            return;
        }
}

static void list_one(void *arg, tr_address who, tr_slice meta)
{
    visitor *self = arg;
    ck_assert_uint_ne(who.actor, 0);
    size_t at = strlen(self->list);
    if (at < sizeof self->list - 1)
        self->list[at] = meta.data[0];
}

static void hear(tr_actor *actor, script *of, tr_message *message)
{
    (void)actor;
    visitor *self = of->arg;
    if (TR_TYPE(message) == TR_MSG_presence_joined) {
        const tr_msg_presence_joined *body = TR_BODY(message, presence_joined);
        forget(self, body->who);
        ck_assert_uint_lt(self->count, 16);
        self->who[self->count] = body->who;
        self->there[self->count++] = body->meta.size != 0 ? body->meta.data[0] : '-';
    } else if (TR_TYPE(message) == TR_MSG_presence_left) {
        forget(self, TR_BODY(message, presence_left)->who);
    } else if (TR_TYPE(message) == TR_MSG_presence_reset) {
        self->count = 0;
        self->resets++;
    } else if (TR_TYPE(message) == TR_MSG_presence_list) {
        memset(self->list, 0, sizeof self->list);
        self->list_count = tr_topic_read_present(message, list_one, self);
        tally_add(&self->listed, 1);
    }
    tally_add(&self->events, 1);
}

static void visitor_up(visitor *self, tr_system *system, unsigned core)
{
    *self = (visitor){.script = {SCRIPT, .on_message = hear},
                      .system = system,
                      .core = core,
                      .events = TALLY,
                      .listed = TALLY};
    self->script.arg = self;
    spawn_on(system, core, &self->script);
}

static tr_system *node_up(void)
{
    return system_up_with(
        &(tr_system_options){.core_count = CORES, .bus_endpoint = "tcp://127.0.0.1"});
}

static void up(int way)
{
    if (way == APART) {
        tr_system *both[] = {first = node_up(), second = node_up()};
        routes_tell(first, both, 2);
        routes_tell(second, both, 2);
    } else {
        first = second = system_up(CORES, (enum tr_transport)way);
    }
    visitor_up(&one, first, 0);
    visitor_up(&two, first, 1);
    visitor_up(&three, second, 1);
}

static void down(void)
{
    if (second != first)
        tr_system_stop(&second);
    tr_system_stop(&first);
}

typedef struct wish {
    const char *topic;
    const char *meta;
} wish;

static int64_t does(visitor *self, int64_t (*function)(tr_actor *actor, act *it), const char *topic,
                    const char *meta)
{
    wish what = {topic, meta};
    return act_on(self->system, self->core, &self->script, function,
                  (tr_address){0, (uint64_t)(uintptr_t)&what}, 0);
}

static wish *wish_of(act *it)
{
    return (wish *)(uintptr_t)it->other.actor;
}

static int64_t do_join(tr_actor *actor, act *it)
{
    return tr_topic_join(actor, wish_of(it)->topic, wish_of(it)->meta,
                         wish_of(it)->meta != NULL ? strlen(wish_of(it)->meta) : 0);
}

static int64_t do_leave(tr_actor *actor, act *it)
{
    return tr_topic_leave(actor, wish_of(it)->topic);
}

static int64_t do_watch(tr_actor *actor, act *it)
{
    return tr_topic_watch(actor, wish_of(it)->topic);
}

static int64_t do_unwatch(tr_actor *actor, act *it)
{
    return tr_topic_unwatch(actor, wish_of(it)->topic);
}

static int64_t do_fail(tr_actor *actor, act *it)
{
    (void)it;
    tr_actor_fail(actor, 5);
    return 0;
}

static int64_t do_ask(tr_actor *actor, act *it)
{
    return tr_topic_ask_present(actor, wish_of(it)->topic, TEST_DEADLINE_MS);
}

// The members it sees, sorted; read on its own core thread.
typedef struct view {
    visitor *visitor;
    const char *expected;
} view;

static bool sees_it(tr_core *core, void *arg)
{
    (void)core;
    const view *wanted = arg;
    const visitor *self = wanted->visitor;
    if (strlen(wanted->expected) != self->count)
        return false;
    for (unsigned i = 0; i < self->count; i++)
        if (strchr(wanted->expected, self->there[i]) == NULL)
            return false;
    return true;
}

static void sees(visitor *self, const char *expected)
{
    view wanted = {self, expected};
    eventually_on(self->system, self->core, sees_it, &wanted);
}

START_TEST(whoever_watches_sees_who_comes_and_goes)
{
    up(_i);
    ok(does(&one, do_join, "room", "a"));
    ok(does(&one, do_watch, "room", NULL));
    ok(does(&three, do_watch, "room", NULL));
    sees(&one, "a");
    sees(&three, "a");
    ok(does(&two, do_join, "room", "b"));
    ok(does(&three, do_join, "room", "c"));
    ok(does(&three, do_join, "elsewhere", "x"));
    sees(&one, "abc");
    sees(&three, "abc");
    ok(does(&two, do_join, "room", "d")); // changes what it says of itself
    sees(&one, "acd");
    sees(&three, "acd");
    ok(does(&one, do_leave, "room", NULL));
    fails(does(&one, do_leave, "room", NULL), TR_ENOTFOUND);
    sees(&one, "cd");
    sees(&three, "cd");
    (void)does(&two, do_fail, NULL, NULL);
    sees(&one, "c");
    sees(&three, "c");
    // A late watcher sees the members that are there.
    visitor late;
    visitor_up(&late, first, 1);
    ok(does(&late, do_watch, "room", NULL));
    sees(&late, "c");
    ck_assert_uint_eq(late.resets + one.resets + three.resets, 0);
    down();
}
END_TEST

START_TEST(who_watches_no_more_hears_nothing_and_again_sees_all)
{
    up(_i);
    ok(does(&three, do_watch, "room", NULL));
    fails(does(&three, do_watch, "room", NULL), TR_EEXISTS);
    ok(does(&one, do_join, "room", "a"));
    ok(does(&two, do_join, "room", "b"));
    sees(&three, "ab");
    ok(does(&three, do_unwatch, "room", NULL));
    fails(does(&three, do_unwatch, "room", NULL), TR_ENOTFOUND);
    uint64_t heard = tally_get(&three.events);
    ok(does(&one, do_leave, "room", NULL));
    ok(does(&two, do_watch, "room", NULL));
    sees(&two, "b");
    ck_assert_uint_eq(tally_get(&three.events), heard);
    three.count = 0;
    ok(does(&three, do_watch, "room", NULL));
    sees(&three, "b");
    down();
}
END_TEST

static bool is_listed(visitor *self, const char *expected)
{
    uint64_t before = tally_get(&self->listed);
    ck_assert_int_gt(does(self, do_ask, "room", NULL), 0);
    tally_wait(&self->listed, before + 1);
    bool same = strlen(self->list) == strlen(expected);
    for (const char *at = expected; *at != '\0' && same; at++)
        same = strchr(self->list, *at) != NULL;
    return same && self->list_count == (int)strlen(expected);
}

static void lists(visitor *self, const char *expected)
{
    uint64_t deadline = tr_clock_ms() + TEST_DEADLINE_MS;
    while (!is_listed(self, expected)) {
        ck_assert_msg(tr_clock_ms() < deadline, "'%s' and not '%s'", self->list, expected);
        look_again_soon();
    }
}

START_TEST(anybody_may_ask_who_is_there)
{
    up(_i);
    lists(&two, "");
    ok(does(&one, do_join, "room", "a"));
    ok(does(&two, do_join, "room", "b"));
    ok(does(&three, do_join, "room", "c"));
    lists(&one, "abc");
    lists(&two, "abc");
    lists(&three, "abc");
    (void)does(&three, do_fail, NULL, NULL);
    lists(&two, "ab");
    down();
}
END_TEST

// -- from coroutines and pool threads --

typedef struct inquiry {
    int result;
    unsigned count;
    tally done;
} inquiry;

static void count_one(void *arg, tr_address who, tr_slice meta)
{
    (void)who;
    ck_assert_uint_eq(meta.size, 1);
    ((inquiry *)arg)->count++;
}

static void inquire(void *arg)
{
    inquiry *self = arg;
    self->result = tr_topic_present("room", TEST_DEADLINE_MS, count_one, self);
    tally_add(&self->done, 1);
}

static void start_inquiring(tr_core *core, void *arg)
{
    tr_coroutine *waiting;
    ok(tr_coroutine_start(core, "inquire", inquire, arg, &waiting));
}

static inquiry *pool_inquiry;

static int64_t inquire_on_pool(tr_pool_thread *thread, const tr_message *call)
{
    (void)thread;
    (void)call;
    inquire(pool_inquiry);
    return 0;
}

static void submit_inquiry(tr_core *core, void *arg)
{
    (void)arg;
    tr_pool_set_function(core, inquire_on_pool);
    tr_msg_handler_call call = {.handler = TR_SLICE("inquire")};
    ok(tr_pool_submit(core, tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_CORE),
                      &call));
}

START_TEST(coroutines_and_pool_threads_ask)
{
    up(_i);
    ok(does(&one, do_join, "room", "a"));
    ok(does(&two, do_join, "room", "b"));
    lists(&two, "ab");
    inquiry here = {.done = TALLY};
    on_core(first, 1, start_inquiring, &here);
    tally_wait(&here.done, 1);
    ck_assert_int_eq(here.result, 2);
    ck_assert_uint_eq(here.count, 2);
    inquiry pooled = {.done = TALLY};
    pool_inquiry = &pooled;
    on_core(first, 1, submit_inquiry, NULL);
    tally_wait(&pooled.done, 1);
    ck_assert_int_eq(pooled.result, 2);
    ck_assert_uint_eq(pooled.count, 2);
    fails(tr_topic_present("room", 1, count_one, &here), TR_EWRONGTHREAD);
    down();
}
END_TEST

// -- bounds --

START_TEST(what_cannot_be_is_refused)
{
    up(0);
    char large[TR_PRESENCE_META_CAP_BYTES + 2];
    memset(large, 'x', sizeof large);
    large[TR_PRESENCE_META_CAP_BYTES + 1] = '\0';
    fails(does(&one, do_join, "room", large), TR_ETOOBIG);
    large[TR_PRESENCE_META_CAP_BYTES] = '\0';
    ok(does(&one, do_join, "room", large));
    fails(does(&one, do_join, "", "a"), TR_EINVALID);
    fails(does(&one, do_watch, "\xff", NULL), TR_EINVALID);
    char topic[16];
    for (unsigned i = 0; i < TR_PRESENCES_PER_ACTOR_CAP; i++) {
        snprintf(topic, sizeof topic, "room-%u", i);
        ok(does(&two, do_join, topic, "b"));
        ok(does(&two, do_watch, topic, NULL));
    }
    fails(does(&two, do_join, "room", "b"), TR_EFULL);
    fails(does(&two, do_watch, "room", NULL), TR_EFULL);
    ok(does(&two, do_join, "room-0", "again"));
    down();
}
END_TEST

static void flap(tr_core *core, void *arg)
{
    tr_actor *actor = tr_actor_find(core, ((visitor *)arg)->script.address);
    for (unsigned i = 0; i < 100; i++) {
        ok(tr_topic_join(actor, "room", "b", 1));
        ok(tr_topic_leave(actor, "room"));
    }
    ok(tr_topic_join(actor, "room", "c", 1));
}

static void watch_with_small_mailbox(tr_core *core, void *arg)
{
    visitor *self = arg;
    tr_address address = spawn_as(core, &small_script_behaviour, &self->script, 0);
    ok(tr_topic_watch(tr_actor_find(core, address), "room"));
}

typedef struct gate {
    tally closed;
    tally open;
} gate;

static void wait_at_gate(tr_core *core, void *arg)
{
    (void)core;
    gate *self = arg;
    tally_add(&self->closed, 1);
    tally_wait(&self->open, 1);
}

START_TEST(who_cannot_keep_up_is_told_anew)
{
    up(0);
    visitor small = {.script = {SCRIPT, .on_message = hear},
                     .system = first,
                     .core = 0,
                     .events = TALLY,
                     .listed = TALLY};
    small.script.arg = &small;
    on_core(first, 0, watch_with_small_mailbox, &small);
    gate way = {TALLY, TALLY};
    ok(tr_system_post(first, 0, wait_at_gate, &way));
    tally_wait(&way.closed, 1);
    on_core(first, 1, flap, &two);
    tally_add(&way.open, 1);
    sees(&small, "c");
    ck_assert_uint_ge(small.resets, 1);
    down();
}
END_TEST

// -- processes come and go --

START_TEST(who_was_in_a_process_that_dies_is_gone_and_another_is_told_who_is_there)
{
    brokers cluster = {0};
    brokers_up(&cluster, 1, 1, CORES);
    visitor_up(&one, cluster.nodes[0], 1);
    ok(does(&one, do_join, "room", "a"));
    ok(does(&one, do_watch, "room", NULL));
    for (unsigned round = 0; round < 2; round++) {
        node_again(&cluster, 1, CORES);
        visitor_up(&three, cluster.nodes[1], 1);
        ok(does(&three, do_join, "room", "c"));
        ok(does(&three, do_watch, "room", NULL));
        sees(&one, "ac");
        sees(&three, "ac");
        tr_system_stop(&cluster.nodes[1]);
        sees(&one, "a");
    }
    brokers_down(&cluster);
}
END_TEST

static void forget_peer(tr_core *core, void *arg)
{
    ok(tr_send(core, TR_NOWHERE, tr_address_of(tr_core_node(core), 0, TR_SLOT_TOPICS), node_down,
               .node = *(const uint64_t *)arg));
}

START_TEST(who_was_taken_for_dead_is_there_again)
{
    up(APART);
    ok(does(&three, do_join, "room", "c"));
    ok(does(&two, do_watch, "room", NULL));
    sees(&two, "c");
    uint64_t heard = tally_get(&two.events);
    uint64_t node = tr_system_node(second);
    on_core(first, 0, forget_peer, &node);
    tally_wait(&two.events, heard + 2); // left, joined
    sees(&two, "c");
    down();
}
END_TEST

Suite *actors_presence_suite(void)
{
    Suite *suite = suite_create("actors/topics/presence");
    TCase *all = tcase_create("everywhere");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, whoever_watches_sees_who_comes_and_goes, 0, WAYS);
    tcase_add_loop_test(all, who_watches_no_more_hears_nothing_and_again_sees_all, 0, WAYS);
    tcase_add_loop_test(all, anybody_may_ask_who_is_there, 0, WAYS);
    tcase_add_loop_test(all, coroutines_and_pool_threads_ask, 0, WAYS);
    suite_add_tcase(suite, all);
    TCase *bounds = tcase_create("bounds");
    tcase_set_timeout(bounds, 60);
    tcase_add_test(bounds, what_cannot_be_is_refused);
    tcase_add_test(bounds, who_cannot_keep_up_is_told_anew);
    suite_add_tcase(suite, bounds);
    TCase *nodes = tcase_create("processes come and go");
    tcase_set_timeout(nodes, 120);
    tcase_add_test(nodes, who_was_in_a_process_that_dies_is_gone_and_another_is_told_who_is_there);
    tcase_add_test(nodes, who_was_taken_for_dead_is_there_again);
    suite_add_tcase(suite, nodes);
    return suite;
}
