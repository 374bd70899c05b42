// Processes that come and go, and what they say of the topics of others.

#include "actors/topics/topics.h"
#include "tests/support/brokers.h"
#include "topics_world.h"

Suite *actors_topics_nodes_suite(void);

static topics_world in;

START_TEST(a_node_that_comes_later_or_again_is_told)
{
    brokers cluster = {0};
    brokers_up(&cluster, 1, 1, TOPICS_CORES);
    listener_init(&in.one);
    listener_init(&in.three);
    listener_spawn(&in.one, cluster.nodes[0], 1);
    ok(listener_subscribe(&in.one, "news"));
    for (unsigned round = 0; round < 2; round++) {
        node_again(&cluster, 1, TOPICS_CORES);
        listener_init(&in.three);
        listener_spawn(&in.three, cluster.nodes[1], 1);
        ok(listener_subscribe(&in.three, "news"));
        topic_is_known(cluster.nodes[0], 1, "news", 1);
        topic_is_known(cluster.nodes[1], 1, "news", 1);
        ok(listener_publish(&in.one, "news", TR_TO_OTHERS, "n"));
        tally_wait(&in.three.heard, 1);
        ok(listener_publish(&in.three, "news", TR_TO_OTHERS, "m"));
        tally_wait(&in.one.heard, round + 1);
        // A broker that goes and comes changes nothing.
        tr_system_stop(&cluster.brokers[0]);
        ok(listener_publish(&in.one, "news", TR_TO_OTHERS, "n"));
        tally_wait(&in.three.heard, 2);
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
    topics_up(&in, TOPICS_APART);
    ok(listener_subscribe(&in.three, "news"));
    topic_is_known(in.first, 0, "news", 1);
    uint64_t node = tr_system_node(in.second);
    on_core(in.first, 0, forget_peer, &node);
    // The other side knows nothing of it; its next heartbeat shows that it has told us more.
    topic_is_known(in.first, 0, "news", 1);
    topic_is_known(in.first, 1, "news", 1);
    ok(listener_publish(&in.two, "news", TR_TO_ALL, "n"));
    tally_wait(&in.three.heard, 1);
    topics_down(&in);
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
    topics_up(&in, TOPICS_APART);
    uint64_t node = tr_system_node(in.first);
    on_core(in.second, 0, speak_for_another, &node);
    topic_is_known(in.first, 0, "sport", 1); // the last of them has arrived
    topic_is_known(in.first, 0, "news", 0);
    eventually_on(in.first, 0, nobody_is_present, NULL);
    topics_down(&in);
}
END_TEST

Suite *actors_topics_nodes_suite(void)
{
    Suite *suite = suite_create("actors/topics/topics_nodes");
    TCase *nodes = tcase_create("processes come and go");
    tcase_set_timeout(nodes, 120);
    tcase_add_test(nodes, a_node_that_comes_later_or_again_is_told);
    tcase_add_test(nodes, who_was_taken_for_dead_is_heard_again);
    tcase_add_test(nodes, a_node_speaks_for_itself_alone);
    suite_add_tcase(suite, nodes);
    return suite;
}
