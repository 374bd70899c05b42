#include "troupe/actors/topics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topics_world.h"

Suite *actors_topics_suite(void);

TR_MESSAGE(topic_test_price, 1700, (text, name), (u64, cents));

static topics_world in;

START_TEST(what_is_published_reaches_all_subscribers_in_order)
{
    topics_up(&in, _i);
    topics_all_subscribe(&in, "news");
    for (const char *at = "abcdefgh"; *at != '\0'; at++) {
        char payload[] = {*at, '\0'};
        ok(listener_publish(&in.two, "news", TR_TO_ALL, payload));
    }
    listener *all[] = {&in.one, &in.two, &in.three};
    for (unsigned i = 0; i < TOPICS_LISTENERS; i++) {
        tally_wait(&all[i]->heard, 8);
        ck_assert_str_eq(all[i]->order, "abcdefgh");
        ck_assert(tr_address_equal(all[i]->from, in.two.script.address));
        ck_assert_uint_eq(all[i]->missed, 0);
        ck_assert_uint_eq(all[i]->type, 0);
    }
    topics_down(&in);
}
END_TEST

START_TEST(to_others_means_not_to_oneself)
{
    topics_up(&in, _i);
    topics_all_subscribe(&in, "news");
    ok(listener_publish(&in.one, "news", TR_TO_OTHERS, "1"));
    ok(listener_publish(&in.one, "news", TR_TO_ALL, "2"));
    tally_wait(&in.one.heard, 1);
    tally_wait(&in.two.heard, 2);
    tally_wait(&in.three.heard, 2);
    ck_assert_str_eq(in.one.order, "2");
    ck_assert_str_eq(in.two.order, "12");
    ck_assert_str_eq(in.three.order, "12");
    topics_down(&in);
}
END_TEST

START_TEST(topics_are_apart_and_whoever_unsubscribed_or_ended_hears_nothing)
{
    topics_up(&in, _i);
    topics_all_subscribe(&in, "news");
    ok(listener_subscribe(&in.one, "sport"));
    ok(listener_unsubscribe(&in.two, "news"));
    fails(listener_unsubscribe(&in.two, "news"), TR_ENOTFOUND);
    listener_fails(&in.three, 1);
    topic_is_known(in.first, 0, "news", 0);
    ok(listener_publish(&in.one, "news", TR_TO_ALL, "n"));
    ok(listener_publish(&in.one, "sport", TR_TO_ALL, "s"));
    ok(listener_publish(&in.one, "nothing", TR_TO_ALL, "x"));
    tally_wait(&in.one.heard, 2);
    ck_assert_str_eq(in.one.order, "ns");
    // And again: nothing of the old subscription is left.
    ok(listener_subscribe(&in.two, "news"));
    topic_is_known(in.first, 0, "news", 1);
    ok(listener_publish(&in.one, "news", TR_TO_ALL, "m"));
    tally_wait(&in.two.heard, 1);
    ck_assert_str_eq(in.two.order, "m");
    ck_assert_uint_eq(tally_get(&in.three.heard), 0);
    topics_down(&in);
}
END_TEST

// A core thread without subscribers is sent nothing.
START_TEST(only_core_threads_with_subscribers_get_anything)
{
    topics_up(&in, _i);
    ok(listener_subscribe(&in.two, "news"));
    topic_is_known(in.first, 0, "news", 1);
    uint64_t before = stats_of(in.first, 0).messages_received;
    uint64_t sent = stats_of(in.second, 1).topic_messages;
    for (unsigned i = 0; i < 100; i++)
        ok(listener_publish(&in.one, "news", TR_TO_ALL, "n"));
    tally_wait(&in.two.heard, 100);
    tr_core_stats stats = stats_of(in.first, 0);
    ck_assert_uint_eq(stats.topic_messages, 0);
    ck_assert_uint_eq(stats.topic_publications, 100);
    // On another node, nothing; on this one each subscriber once.
    ck_assert_uint_eq(stats_of(in.second, 1).topic_messages - sent,
                      in.first == in.second ? 100 : 0);
    ck_assert_uint_lt(stats.messages_received - before, 100);
    topics_down(&in);
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
    topics_up(&in, _i);
    in.one.script.on_message = in.two.script.on_message = in.three.script.on_message = read_price;
    topics_all_subscribe(&in, "prices");
    on_core(in.first, 1, send_price, &in.two);
    tally_wait(&in.one.heard, 1);
    tally_wait(&in.two.heard, 1);
    tally_wait(&in.three.heard, 1);
    topics_down(&in);
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
    topics_up(&in, _i);
    topics_all_subscribe(&in, "news");
    tally done = TALLY;
    on_core(in.first, 0, start_publishing, &done);
    tally_wait(&done, 1);
    listener *all[] = {&in.one, &in.two, &in.three};
    for (unsigned i = 0; i < TOPICS_LISTENERS; i++)
        tally_wait(&all[i]->heard, 1);
    on_core(in.first, 1, submit_publishing, NULL);
    for (unsigned i = 0; i < TOPICS_LISTENERS; i++) {
        tally_wait(&all[i]->heard, 2);
        ck_assert_str_eq(all[i]->order, "cp");
    }
    fails(tr_topic_publish(TR_NOWHERE, "news", TR_TO_ALL, "x", 1), TR_EWRONGTHREAD);
    topics_down(&in);
}
END_TEST

// -- bounds --

START_TEST(what_cannot_be_is_refused)
{
    topics_up(&in, 0);
    char text[TR_TOPIC_NAME_CAP_BYTES + 2];
    memset(text, 'x', sizeof text);
    text[TR_TOPIC_NAME_CAP_BYTES + 1] = '\0';
    const char *bad[] = {NULL, "", "\xff", text};
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        fails(listener_subscribe(&in.one, bad[i]), TR_EINVALID);
        fails(listener_publish(&in.one, bad[i], TR_TO_ALL, "x"), TR_EINVALID);
    }
    text[TR_TOPIC_NAME_CAP_BYTES] = '\0';
    ok(listener_subscribe(&in.one, text));
    fails(listener_subscribe(&in.one, text), TR_EEXISTS);
    char *large = calloc(1, TR_TOPIC_PAYLOAD_CAP_BYTES + 2);
    memset(large, 'y', TR_TOPIC_PAYLOAD_CAP_BYTES + 1);
    fails(listener_publish(&in.one, text, TR_TO_ALL, large), TR_ETOOBIG);
    large[TR_TOPIC_PAYLOAD_CAP_BYTES] = '\0';
    ok(listener_publish(&in.one, text, TR_TO_ALL, large));
    ok(listener_publish(&in.one, text, TR_TO_ALL, NULL));
    tally_wait(&in.one.heard, 2);
    ck_assert_str_eq(in.one.last, "");
    free(large);
    topics_down(&in);
}
END_TEST

START_TEST(an_actor_subscribes_to_at_most_so_many)
{
    topics_up(&in, 0);
    char topic[16];
    for (unsigned i = 0; i < TR_TOPICS_PER_ACTOR_CAP; i++) {
        snprintf(topic, sizeof topic, "topic-%u", i);
        ok(listener_subscribe(&in.one, topic));
    }
    fails(listener_subscribe(&in.one, "one more"), TR_EFULL);
    ok(listener_subscribe(&in.two, "one more"));
    ok(listener_unsubscribe(&in.one, "topic-7"));
    ok(listener_subscribe(&in.one, "one more"));
    topics_down(&in);
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
    topics_up(&in, 0);
    listener small;
    listener_init(&small);
    small.system = in.first;
    on_core(in.first, 0, subscribe_small, &small);
    tally_wait(&small.heard, 4);
    ck_assert_uint_eq(stats_of(in.first, 0).topic_missed, 6);
    ok(listener_publish(&in.one, "news", TR_TO_ALL, "m"));
    tally_wait(&small.heard, 5);
    ck_assert_str_eq(small.order, "nnnnm");
    ck_assert_uint_eq(small.missed, 6);
    topics_down(&in);
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
    topics_up(&in, 0);
    ok(listener_subscribe(&in.two, "news"));
    topic_is_known(in.first, 0, "news", 1);
    gate way = {TALLY, TALLY};
    ok(tr_system_post(in.first, 1, wait_at_gate, &way));
    tally_wait(&way.closed, 1);
    uint64_t published = 0;
    on_core(in.first, 0, publish_until_it_is_missed, &published);
    tally_add(&way.open, 1);
    tally_wait(&in.two.heard, published - 3);
    uint64_t before = tally_get(&in.two.heard);
    ok(listener_publish(&in.one, "news", TR_TO_ALL, "m"));
    tally_wait(&in.two.heard, before + 1);
    ck_assert_uint_eq(in.two.missed, 3);
    ck_assert_uint_eq(tally_get(&in.two.heard), published - 3 + 1);
    topics_down(&in);
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
    topics_up(&in, _i);
    crowd all = {.script = {SCRIPT, .on_message = hear_in_crowd}, .all = TALLY};
    all.script.arg = &all;
    on_core(in.second, 1, gather, &all);
    topic_is_known(in.first, 0, "news", 1);
    uint64_t sent = stats_of(in.first, 0).messages_sent;
    ok(listener_publish(&in.one, "news", TR_TO_ALL, "to all of you"));
    tally_wait(&all.all, 1);
    ck_assert_uint_eq(all.places, 1);
    ck_assert_uint_le(stats_of(in.first, 0).messages_sent - sent, 8); // one, and heartbeats
    topics_down(&in);
}
END_TEST

Suite *actors_topics_suite(void)
{
    Suite *suite = suite_create("actors/topics/topics");
    TCase *all = tcase_create("everywhere");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, what_is_published_reaches_all_subscribers_in_order, 0, TOPICS_PLACES);
    tcase_add_loop_test(all, to_others_means_not_to_oneself, 0, TOPICS_PLACES);
    tcase_add_loop_test(all, topics_are_apart_and_whoever_unsubscribed_or_ended_hears_nothing, 0,
                        TOPICS_PLACES);
    tcase_add_loop_test(all, only_core_threads_with_subscribers_get_anything, 0, TOPICS_PLACES);
    tcase_add_loop_test(all, a_message_of_the_app_is_read_where_it_arrives, 0, TOPICS_PLACES);
    tcase_add_loop_test(all, coroutines_and_pool_threads_publish, 0, TOPICS_PLACES);
    tcase_add_loop_test(all, ten_thousand_subscribers_share_one_payload, 0, TOPICS_PLACES);
    suite_add_tcase(suite, all);
    TCase *bounds = tcase_create("bounds");
    tcase_set_timeout(bounds, 60);
    tcase_add_test(bounds, what_cannot_be_is_refused);
    tcase_add_test(bounds, an_actor_subscribes_to_at_most_so_many);
    tcase_add_test(bounds, a_full_mailbox_misses_the_newest_and_hears_how_many);
    tcase_add_test(bounds, a_full_way_to_another_core_thread_is_told_there);
    tcase_add_test(bounds, a_subscriber_that_sleeps_wakes_for_what_is_published);
    suite_add_tcase(suite, bounds);
    return suite;
}
