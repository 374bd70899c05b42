// Tables of topics and presence that are full for a while: what they had no room for is known once they have.

#include <check.h>

#include "actors/topics/presence.h"
#include "actors/topics/topic_peers.h"
#include "tests/support/place.h"
#include "topics_world.h"
#include "troupe/actors/presence.h"

Suite *actors_topics_full_suite(void);

enum { WAYS = 2 }; // what is refused comes from another core thread, or another process

static topics_world in;

// -- a full table is one that counts too many --

static void fill(tr_core *core, void *arg)
{
    (void)arg;
    tr_topics_state_here(core)->table.count += TR_TOPICS_CAP;
    tr_topics_state_here(core)->presence.count += TR_PRESENCES_CAP;
}

static void empty(tr_core *core, void *arg)
{
    (void)arg;
    tr_topics_state_here(core)->table.count -= TR_TOPICS_CAP;
    tr_topics_state_here(core)->presence.count -= TR_PRESENCES_CAP;
}

static bool has_refused(tr_core *core, void *arg)
{
    (void)arg;
    const tr_topics *self = tr_topics_state_here(core);
    uint32_t at = 0;
    void *peer;
    bool any = self->is_short;
    while (tr_map_next(&self->peers, &at, NULL, &peer))
        any |= ((tr_topic_peer *)peer)->is_short;
    return any;
}

static bool has_made_good(tr_core *core, void *arg)
{
    return !has_refused(core, arg);
}

START_TEST(a_topic_that_did_not_fit_is_known_later)
{
    topics_systems_up(&in, _i != 0 ? TOPICS_APART : TR_TRANSPORT_LOCAL);
    listener one;
    listener three;
    listener_init(&one);
    listener_init(&three);
    listener_spawn(&one, in.first, 0);
    listener_spawn(&three, in.second, 1);
    on_core(in.first, 0, fill, NULL);
    ok(listener_subscribe(&three, "news"));
    eventually_on(in.first, 0, has_refused, NULL);
    fails(listener_subscribe(&one, "news"), TR_EFULL);
    on_core(in.first, 0, empty, NULL);
    eventually_on(in.first, 0, has_made_good, NULL);
    topic_is_known(in.first, 0, "news", 1);
    ok(listener_publish(&one, "news", TR_TO_ALL, "n"));
    tally_wait(&three.heard, 1);
    topics_down(&in);
}
END_TEST

// -- presence --

typedef struct visitor {
    script script;
    tr_system *system;
    unsigned core;
    tally joined;
    tally left;
} visitor;

static void hear(tr_actor *actor, script *of, tr_message *message)
{
    (void)actor;
    visitor *self = of->arg;
    if (TR_TYPE(message) == TR_MSG_presence_joined)
        tally_add(&self->joined, 1);
    else if (TR_TYPE(message) == TR_MSG_presence_left)
        tally_add(&self->left, 1);
}

static void visitor_up(visitor *self, tr_system *system, unsigned core)
{
    *self = (visitor){.script = {SCRIPT, .on_message = hear},
                      .system = system,
                      .core = core,
                      .joined = TALLY,
                      .left = TALLY};
    self->script.arg = self;
    spawn_on(system, core, &self->script);
}

static int64_t do_join(tr_actor *actor, act *it)
{
    (void)it;
    return tr_topic_join(actor, "room", "meta", 4);
}

static int64_t do_watch(tr_actor *actor, act *it)
{
    (void)it;
    return tr_topic_watch(actor, "room");
}

static int64_t does(visitor *self, int64_t (*function)(tr_actor *actor, act *it))
{
    return act_on(self->system, self->core, &self->script, function, TR_NOWHERE, 0);
}

START_TEST(a_member_that_did_not_fit_is_known_later)
{
    topics_systems_up(&in, _i != 0 ? TOPICS_APART : TR_TRANSPORT_LOCAL);
    visitor member;
    visitor watcher;
    visitor_up(&member, in.second, 1);
    visitor_up(&watcher, in.first, 0);
    ok(does(&watcher, do_watch));
    on_core(in.first, 0, fill, NULL);
    ok(does(&member, do_join));
    eventually_on(in.first, 0, has_refused, NULL);
    ck_assert_uint_eq(tally_get(&watcher.joined), 0);
    on_core(in.first, 0, empty, NULL);
    tally_wait(&watcher.joined, 1);
    topics_down(&in);
}
END_TEST

START_TEST(a_core_thread_that_watches_and_had_no_room_is_told_later)
{
    topics_systems_up(&in, _i != 0 ? TOPICS_APART : TR_TRANSPORT_LOCAL);
    visitor member;
    visitor watcher;
    visitor_up(&member, in.second, 0);
    visitor_up(&watcher, in.first, 1);
    on_core(in.first, 1, fill, NULL);
    ok(does(&watcher, do_watch));
    ok(does(&member, do_join));
    eventually_on(in.first, 1, has_refused, NULL);
    ck_assert_uint_eq(tally_get(&watcher.joined), 0);
    on_core(in.first, 1, empty, NULL);
    tally_wait(&watcher.joined, 1);
    topics_down(&in);
}
END_TEST

// -- a queue that was too long for all of it --

static void lose(tr_core *core, void *arg)
{
    tr_topics *self = tr_topics_state_here(core);
    tr_topics_post(self, 0, TR_MSG_presence_gone,
                   &(tr_msg_presence_gone){TR_SLICE("room"), ((visitor *)arg)->script.address});
    self->unsent.dropped++;
    tr_topics_arm(self);
}

START_TEST(what_the_unsent_queue_dropped_is_told_again)
{
    topics_systems_up(&in, TR_TRANSPORT_LOCAL);
    visitor member;
    visitor watcher;
    visitor_up(&member, in.first, 1);
    visitor_up(&watcher, in.first, 0);
    ok(does(&watcher, do_watch));
    ok(does(&member, do_join));
    tally_wait(&watcher.joined, 1);
    on_core(in.first, 1, lose, &member);
    tally_wait(&watcher.left, 1);
    tally_wait(&watcher.joined, 2);
    topics_down(&in);
}
END_TEST

Suite *actors_topics_full_suite(void)
{
    Suite *suite = suite_create("actors/topics/topics_full");
    TCase *all = tcase_create("full");
    tcase_set_timeout(all, 60);
    tcase_add_loop_test(all, a_topic_that_did_not_fit_is_known_later, 0, WAYS);
    tcase_add_loop_test(all, a_member_that_did_not_fit_is_known_later, 0, WAYS);
    tcase_add_loop_test(all, a_core_thread_that_watches_and_had_no_room_is_told_later, 0, WAYS);
    tcase_add_test(all, what_the_unsent_queue_dropped_is_told_again);
    suite_add_tcase(suite, all);
    return suite;
}
