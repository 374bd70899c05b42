#include "troupe/actors/topics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actors/topics/topics.h"
#include "tests/support/brokers.h"
#include "tests/support/listener.h"

Suite *actors_topics_suite(void);

TR_MESSAGE(topic_test_price, 1700, (text, name), (u64, cents));

// One listener on each core of one system, over every transport, or of two systems.
enum { TRANSPORTS = 4, APART = TRANSPORTS, PLACES_OF_TOPICS = APART + 1, CORES = 2, ALL = 3 };

static tr_system *first;
static tr_system *second;
static listener one;   // first, core 0
static listener two;   // first, core 1
static listener three; // first core 1, or second core 1

static tr_system *node_up(void)
{
    return system_up_with(
        &(tr_system_options){.core_count = CORES, .bus_endpoint = "tcp://127.0.0.1"});
}

static void up(int which)
{
    if (which == APART) {
        tr_system *both[] = {first = node_up(), second = node_up()};
        routes_tell(first, both, 2);
        routes_tell(second, both, 2);
    } else {
        first = second = system_up(CORES, (enum tr_transport)which);
    }
    listener *all[] = {&one, &two, &three};
    for (unsigned i = 0; i < ALL; i++)
        listener_init(all[i]);
    listener_spawn(&one, first, 0);
    listener_spawn(&two, first, 1);
    listener_spawn(&three, second, 1);
}

static void down(void)
{
    if (second != first)
        tr_system_stop(&second);
    tr_system_stop(&first);
}

// Each core thread with listeners knows of the others.
static void all_subscribe(const char *topic)
{
    ok(listener_subscribe(&one, topic));
    ok(listener_subscribe(&two, topic));
    ok(listener_subscribe(&three, topic));
    unsigned elsewhere = first != second ? 2 : 1;
    topic_is_known(first, 0, topic, elsewhere);
    topic_is_known(first, 1, topic, elsewhere);
    topic_is_known(second, 1, topic, elsewhere);
}

START_TEST(what_is_published_reaches_all_subscribers_in_order)
{
    up(_i);
    all_subscribe("news");
    for (const char *at = "abcdefgh"; *at != '\0'; at++) {
        char payload[] = {*at, '\0'};
        ok(listener_publish(&two, "news", TR_TO_ALL, payload));
    }
    listener *all[] = {&one, &two, &three};
    for (unsigned i = 0; i < ALL; i++) {
        tally_wait(&all[i]->heard, 8);
        ck_assert_str_eq(all[i]->order, "abcdefgh");
        ck_assert(tr_address_equal(all[i]->from, two.script.address));
        ck_assert_uint_eq(all[i]->missed, 0);
        ck_assert_uint_eq(all[i]->type, 0);
    }
    down();
}
END_TEST

START_TEST(to_others_means_not_to_oneself)
{
    up(_i);
    all_subscribe("news");
    ok(listener_publish(&one, "news", TR_TO_OTHERS, "1"));
    ok(listener_publish(&one, "news", TR_TO_ALL, "2"));
    tally_wait(&one.heard, 1);
    tally_wait(&two.heard, 2);
    tally_wait(&three.heard, 2);
    ck_assert_str_eq(one.order, "2");
    ck_assert_str_eq(two.order, "12");
    ck_assert_str_eq(three.order, "12");
    down();
}
END_TEST

START_TEST(topics_are_apart_and_whoever_unsubscribed_or_ended_hears_nothing)
{
    up(_i);
    all_subscribe("news");
    ok(listener_subscribe(&one, "sport"));
    ok(listener_unsubscribe(&two, "news"));
    fails(listener_unsubscribe(&two, "news"), TR_ENOTFOUND);
    listener_fails(&three, 1);
    topic_is_known(first, 0, "news", 0);
    ok(listener_publish(&one, "news", TR_TO_ALL, "n"));
    ok(listener_publish(&one, "sport", TR_TO_ALL, "s"));
    ok(listener_publish(&one, "nothing", TR_TO_ALL, "x"));
    tally_wait(&one.heard, 2);
    ck_assert_str_eq(one.order, "ns");
    // And again: nothing of the old subscription is left.
    ok(listener_subscribe(&two, "news"));
    topic_is_known(first, 0, "news", 1);
    ok(listener_publish(&one, "news", TR_TO_ALL, "m"));
    tally_wait(&two.heard, 1);
    ck_assert_str_eq(two.order, "m");
    ck_assert_uint_eq(tally_get(&three.heard), 0);
    down();
}
END_TEST

// A core thread without subscribers is sent nothing.
START_TEST(only_core_threads_with_subscribers_get_anything)
{
    up(_i);
    ok(listener_subscribe(&two, "news"));
    topic_is_known(first, 0, "news", 1);
    uint64_t before = stats_of(first, 0).messages_received;
    uint64_t sent = stats_of(second, 1).topic_messages;
    for (unsigned i = 0; i < 100; i++)
        ok(listener_publish(&one, "news", TR_TO_ALL, "n"));
    tally_wait(&two.heard, 100);
    tr_core_stats stats = stats_of(first, 0);
    ck_assert_uint_eq(stats.topic_messages, 0);
    ck_assert_uint_eq(stats.topic_publications, 100);
    // On another node, nothing; on this one each subscriber once.
    ck_assert_uint_eq(stats_of(second, 1).topic_messages - sent, first == second ? 100 : 0);
    ck_assert_uint_lt(stats.messages_received - before, 100);
    down();
}
END_TEST

static void read_price(tr_actor *actor, script *of, tr_message *message)
{
    (void)actor;
    listener *self = of->arg;
    tr_msg_topic_test_price price;
    ok(tr_topic_read(message, TR_MSG_topic_test_price, &price));
    ck_assert_uint_eq(price.cents, 995);
    ck_assert(tr_slice_is(price.name, "tea"));
    fails(tr_topic_read(message, TR_MSG_probe, &price), TR_EWRONGTYPE);
    tally_add(&self->heard, 1);
}

static void send_price(tr_core *core, void *arg)
{
    (void)core;
    ok(tr_topic_send(((listener *)arg)->script.address, "prices", TR_TO_ALL, topic_test_price,
                     .name = TR_SLICE("tea"), .cents = 995));
}

START_TEST(a_message_of_the_app_is_read_where_it_arrives)
{
    up(_i);
    one.script.on_message = two.script.on_message = three.script.on_message = read_price;
    all_subscribe("prices");
    on_core(first, 1, send_price, &two);
    tally_wait(&one.heard, 1);
    tally_wait(&two.heard, 1);
    tally_wait(&three.heard, 1);
    down();
}
END_TEST

// -- from coroutines and pool threads --

static void publish_in_coroutine(void *arg)
{
    ok(tr_topic_publish(TR_NOWHERE, "news", TR_TO_ALL, "c", 1));
    tally_add(arg, 1);
}

static void start_publishing(tr_core *core, void *arg)
{
    tr_coroutine *waiting;
    ok(tr_coroutine_start(core, "publish", publish_in_coroutine, arg, &waiting));
}

static int64_t publish_on_pool(tr_pool_thread *thread, const tr_message *call)
{
    (void)thread;
    (void)call;
    return tr_topic_publish(TR_NOWHERE, "news", TR_TO_ALL, "p", 1);
}

static void submit_publishing(tr_core *core, void *arg)
{
    (void)arg;
    tr_pool_set_function(core, publish_on_pool);
    tr_msg_handler_call call = {.handler = TR_SLICE("publish")};
    ok(tr_pool_submit(core, tr_address_of(tr_core_node(core), tr_core_index(core), TR_SLOT_CORE),
                      &call));
}

START_TEST(coroutines_and_pool_threads_publish)
{
    up(_i);
    all_subscribe("news");
    tally done = TALLY;
    on_core(first, 0, start_publishing, &done);
    tally_wait(&done, 1);
    listener *all[] = {&one, &two, &three};
    for (unsigned i = 0; i < ALL; i++)
        tally_wait(&all[i]->heard, 1);
    on_core(first, 1, submit_publishing, NULL);
    for (unsigned i = 0; i < ALL; i++) {
        tally_wait(&all[i]->heard, 2);
        ck_assert_str_eq(all[i]->order, "cp");
    }
    fails(tr_topic_publish(TR_NOWHERE, "news", TR_TO_ALL, "x", 1), TR_EWRONGTHREAD);
    down();
}
END_TEST

// -- bounds --

START_TEST(what_cannot_be_is_refused)
{
    up(0);
    char text[TR_TOPIC_NAME_CAP_BYTES + 2];
    memset(text, 'x', sizeof text);
    text[TR_TOPIC_NAME_CAP_BYTES + 1] = '\0';
    const char *bad[] = {NULL, "", "\xff", text};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        fails(listener_subscribe(&one, bad[i]), TR_EINVALID);
        fails(listener_publish(&one, bad[i], TR_TO_ALL, "x"), TR_EINVALID);
    }
    text[TR_TOPIC_NAME_CAP_BYTES] = '\0';
    ok(listener_subscribe(&one, text));
    fails(listener_subscribe(&one, text), TR_EEXISTS);
    char *large = calloc(1, TR_TOPIC_PAYLOAD_CAP_BYTES + 2);
    memset(large, 'y', TR_TOPIC_PAYLOAD_CAP_BYTES + 1);
    fails(listener_publish(&one, text, TR_TO_ALL, large), TR_ETOOBIG);
    large[TR_TOPIC_PAYLOAD_CAP_BYTES] = '\0';
    ok(listener_publish(&one, text, TR_TO_ALL, large));
    ok(listener_publish(&one, text, TR_TO_ALL, NULL));
    tally_wait(&one.heard, 2);
    ck_assert_str_eq(one.last, "");
    free(large);
    down();
}
END_TEST

START_TEST(an_actor_subscribes_to_at_most_so_many)
{
    up(0);
    char topic[16];
    for (unsigned i = 0; i < TR_TOPICS_PER_ACTOR_CAP; i++) {
        snprintf(topic, sizeof topic, "topic-%u", i);
        ok(listener_subscribe(&one, topic));
    }
    fails(listener_subscribe(&one, "one more"), TR_EFULL);
    ok(listener_subscribe(&two, "one more"));
    ok(listener_unsubscribe(&one, "topic-7"));
    ok(listener_subscribe(&one, "one more"));
    down();
}
END_TEST

static void subscribe_small(tr_core *core, void *arg)
{
    listener *self = arg;
    tr_address address = spawn_as(core, &small_script_behaviour, &self->script, 0);
    ok(tr_topic_subscribe(tr_actor_find(core, address), "news"));
    for (unsigned i = 0; i < 10; i++)
        ok(tr_topic_publish(TR_NOWHERE, "news", TR_TO_ALL, "n", 1));
}

START_TEST(a_full_mailbox_misses_the_newest_and_hears_how_many)
{
    up(0);
    listener small;
    listener_init(&small);
    small.system = first;
    on_core(first, 0, subscribe_small, &small);
    tally_wait(&small.heard, 4);
    ck_assert_uint_eq(stats_of(first, 0).topic_missed, 6);
    ok(listener_publish(&one, "news", TR_TO_ALL, "m"));
    tally_wait(&small.heard, 5);
    ck_assert_str_eq(small.order, "nnnnm");
    ck_assert_uint_eq(small.missed, 6);
    down();
}
END_TEST

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

enum { BIG = 1 << 19 };

static void publish_until_it_is_missed(tr_core *core, void *arg)
{
    char *big = calloc(1, BIG);
    uint64_t *published = arg;
    while (tr_core_stats_get(core).topic_missed < 3) {
        ok(tr_topic_publish(TR_NOWHERE, "news", TR_TO_ALL, big, BIG));
        ++*published;
        ck_assert_uint_lt(*published, 100000);
    }
    free(big);
}

START_TEST(a_full_way_to_another_core_thread_is_told_there)
{
    up(0);
    ok(listener_subscribe(&two, "news"));
    topic_is_known(first, 0, "news", 1);
    gate way = {TALLY, TALLY};
    ok(tr_system_post(first, 1, wait_at_gate, &way));
    tally_wait(&way.closed, 1);
    uint64_t published = 0;
    on_core(first, 0, publish_until_it_is_missed, &published);
    tally_add(&way.open, 1);
    tally_wait(&two.heard, published - 3);
    uint64_t before = tally_get(&two.heard);
    ok(listener_publish(&one, "news", TR_TO_ALL, "m"));
    tally_wait(&two.heard, before + 1);
    ck_assert_uint_eq(two.missed, 3);
    ck_assert_uint_eq(tally_get(&two.heard), published - 3 + 1);
    down();
}
END_TEST

// -- actors that sleep --

enum { PATIENCE_MS = 1000 };

static tally sleeper_heard = TALLY;

static void hear_asleep(tr_actor *self, tr_message *message)
{
    (void)self;
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_topic_message);
    tally_add(&sleeper_heard, 1);
}

static const tr_behaviour sleeper = {
    .name = "sleeper", .on_message = hear_asleep, .passivate_after_ms = PATIENCE_MS};

static void spawn_sleeper(tr_core *core, void *arg)
{
    ok(tr_spawn(core, &sleeper, NULL, 0, arg));
    ok(tr_topic_subscribe(tr_actor_find(core, *(tr_address *)arg), "news"));
}

static void publish_news(tr_core *core, void *arg)
{
    (void)core;
    (void)arg;
    ok(tr_topic_publish(TR_NOWHERE, "news", TR_TO_ALL, "n", 1));
}

START_TEST(a_subscriber_that_sleeps_wakes_for_what_is_published)
{
    tr_system *system = system_up_with(&(tr_system_options){.core_count = 1, .held_clock = true});
    tr_address address;
    on_core(system, 0, spawn_sleeper, &address);
    for (unsigned i = 1; i <= 2; i++) {
        ok(tr_system_advance(system, 2 * PATIENCE_MS));
        ck_assert_uint_eq(stats_of(system, 0).asleep, 1);
        on_core(system, 0, publish_news, NULL);
        tally_wait(&sleeper_heard, i);
    }
    tr_system_stop(&system);
}
END_TEST

// -- many subscribers share one payload --

enum { CROWD = 10000 };

typedef struct crowd {
    script script;
    const void *place;
    unsigned places; // different payloads in memory
    unsigned heard;
    tally all;
} crowd;

static void hear_in_crowd(tr_actor *actor, script *of, tr_message *message)
{
    (void)actor;
    crowd *self = of->arg;
    const void *data = tr_topic_payload(message).data;
    self->places += data != self->place;
    self->place = data;
    if (++self->heard == CROWD)
        tally_add(&self->all, 1);
}

static void gather(tr_core *core, void *arg)
{
    crowd *self = arg;
    for (unsigned i = 0; i < CROWD; i++)
        ok(tr_topic_subscribe(tr_actor_find(core, spawn(core, &self->script)), "news"));
}

START_TEST(ten_thousand_subscribers_share_one_payload)
{
    up(_i);
    crowd all = {.script = {SCRIPT, .on_message = hear_in_crowd}, .all = TALLY};
    all.script.arg = &all;
    on_core(second, 1, gather, &all);
    topic_is_known(first, 0, "news", 1);
    uint64_t sent = stats_of(first, 0).messages_sent;
    ok(listener_publish(&one, "news", TR_TO_ALL, "to all of you"));
    tally_wait(&all.all, 1);
    ck_assert_uint_eq(all.places, 1);
    ck_assert_uint_le(stats_of(first, 0).messages_sent - sent, 8); // one, and heartbeats
    down();
}
END_TEST

// -- processes come and go --

START_TEST(a_node_that_comes_later_or_again_is_told)
{
    brokers cluster;
    brokers_up(&cluster, 1, 1, CORES);
    listener_init(&one);
    listener_init(&three);
    listener_spawn(&one, cluster.nodes[0], 1);
    ok(listener_subscribe(&one, "news"));
    for (unsigned round = 0; round < 2; round++) {
        node_again(&cluster, 1, CORES);
        listener_init(&three);
        listener_spawn(&three, cluster.nodes[1], 1);
        ok(listener_subscribe(&three, "news"));
        topic_is_known(cluster.nodes[0], 1, "news", 1);
        topic_is_known(cluster.nodes[1], 1, "news", 1);
        ok(listener_publish(&one, "news", TR_TO_OTHERS, "n"));
        tally_wait(&three.heard, 1);
        ok(listener_publish(&three, "news", TR_TO_OTHERS, "m"));
        tally_wait(&one.heard, round + 1);
        // A broker that goes and comes changes nothing.
        tr_system_stop(&cluster.brokers[0]);
        ok(listener_publish(&one, "news", TR_TO_OTHERS, "n"));
        tally_wait(&three.heard, 2);
        broker_again(&cluster, 0);
        tr_system_stop(&cluster.nodes[1]);
        topic_is_known(cluster.nodes[0], 1, "news", 0);
        topic_is_known(cluster.nodes[0], 0, "news", 1); // its own core 1
    }
    brokers_down(&cluster);
}
END_TEST

static void forget_peer(tr_core *core, void *arg)
{
    ok(tr_send(core, TR_NOWHERE, tr_address_of(tr_core_node(core), 0, TR_SLOT_TOPICS), node_down,
               .node = *(const uint64_t *)arg));
}

START_TEST(who_was_taken_for_dead_is_heard_again)
{
    up(APART);
    ok(listener_subscribe(&three, "news"));
    topic_is_known(first, 0, "news", 1);
    uint64_t node = tr_system_node(second);
    on_core(first, 0, forget_peer, &node);
    // The other side knows nothing of it; its next heartbeat shows that it has told us more.
    topic_is_known(first, 0, "news", 1);
    topic_is_known(first, 1, "news", 1);
    ok(listener_publish(&two, "news", TR_TO_ALL, "n"));
    tally_wait(&three.heard, 1);
    down();
}
END_TEST

static void speak_for_another(tr_core *core, void *arg)
{
    uint64_t other = *(const uint64_t *)arg;
    tr_address self = tr_address_of(tr_core_node(core), 0, TR_SLOT_TOPICS);
    tr_address to = tr_address_of(other, 0, TR_SLOT_TOPICS);
    ok(tr_send(core, self, to, topics_begin, .node = other));
    ok(tr_send(core, self, to, topic_interest, .topic = TR_SLICE("news"), .node = other,
               .affected = ~0ull, .cores = ~0ull));
    ok(tr_send(core, self, to, presence_set, .topic = TR_SLICE("news"), .who = {other, 99}));
    ok(tr_send(core, self, to, topic_interest, .topic = TR_SLICE("sport"),
               .node = tr_core_node(core), .affected = ~0ull, .cores = 1));
}

static bool nobody_is_present(tr_core *core, void *arg)
{
    (void)arg;
    return ((tr_topics *)tr_actor_state(tr_topics_here(core)))->presence.count == 0;
}

START_TEST(a_node_speaks_for_itself_alone)
{
    up(APART);
    uint64_t node = tr_system_node(first);
    on_core(second, 0, speak_for_another, &node);
    topic_is_known(first, 0, "sport", 1); // the last of them has arrived
    topic_is_known(first, 0, "news", 0);
    eventually_on(first, 0, nobody_is_present, NULL);
    down();
}
END_TEST

Suite *actors_topics_suite(void)
{
    Suite *suite = suite_create("actors/topics/topics");
    TCase *all = tcase_create("everywhere");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, what_is_published_reaches_all_subscribers_in_order, 0,
                        PLACES_OF_TOPICS);
    tcase_add_loop_test(all, to_others_means_not_to_oneself, 0, PLACES_OF_TOPICS);
    tcase_add_loop_test(all, topics_are_apart_and_whoever_unsubscribed_or_ended_hears_nothing, 0,
                        PLACES_OF_TOPICS);
    tcase_add_loop_test(all, only_core_threads_with_subscribers_get_anything, 0, PLACES_OF_TOPICS);
    tcase_add_loop_test(all, a_message_of_the_app_is_read_where_it_arrives, 0, PLACES_OF_TOPICS);
    tcase_add_loop_test(all, coroutines_and_pool_threads_publish, 0, PLACES_OF_TOPICS);
    tcase_add_loop_test(all, ten_thousand_subscribers_share_one_payload, 0, PLACES_OF_TOPICS);
    suite_add_tcase(suite, all);
    TCase *bounds = tcase_create("bounds");
    tcase_set_timeout(bounds, 60);
    tcase_add_test(bounds, what_cannot_be_is_refused);
    tcase_add_test(bounds, an_actor_subscribes_to_at_most_so_many);
    tcase_add_test(bounds, a_full_mailbox_misses_the_newest_and_hears_how_many);
    tcase_add_test(bounds, a_full_way_to_another_core_thread_is_told_there);
    tcase_add_test(bounds, a_subscriber_that_sleeps_wakes_for_what_is_published);
    suite_add_tcase(suite, bounds);
    TCase *nodes = tcase_create("processes come and go");
    tcase_set_timeout(nodes, 120);
    tcase_add_test(nodes, a_node_that_comes_later_or_again_is_told);
    tcase_add_test(nodes, who_was_taken_for_dead_is_heard_again);
    tcase_add_test(nodes, a_node_speaks_for_itself_alone);
    suite_add_tcase(suite, nodes);
    return suite;
}
