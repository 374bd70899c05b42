// A member list is told as changes: whoever follows them has what the broker has.

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "actors/bus/routes.h"
#include "base/random.h"
#include "broker/agent.h"
#include "broker/directory.h"
#include "broker/members.h"
#include "tests/support/brokers.h"
#include "wire/rows.h"
#include "wire/writer.h"

Suite *broker_changes_suite(void);

enum { NODES = 12, FOLLOWERS = 4, STEPS = 4000, SHARDS = 24 };

static tr_directory directory;
static uint64_t now_ms;
static uint64_t seed;
static unsigned wholes;
static uint32_t reach; // enum tr_store_reach, of the next hellos

typedef struct follower {
    uint64_t version;
    tr_buf list;
} follower;

static void set_up(void)
{
    now_ms = 1000;
    wholes = 0;
    reach = TR_STORE_REACHED;
    const char *named = getenv("SIM_SEED");
    seed = named != NULL ? strtoull(named, NULL, 10) : tr_random_u64();
    printf("SIM_SEED=%" PRIu64 "\n", seed);
    tr_directory_init(&directory, 0, 0, 1u << 20);
    now_ms += TR_DIRECTORY_GRACE_MS;
}

static void tear_down(void)
{
    tr_directory_done(&directory);
}

static unsigned any(unsigned count)
{
    return (unsigned)(tr_random_next(&seed) % count);
}

static void ignore(void *arg, uint32_t shard, uint64_t epoch)
{
    (void)arg;
    (void)shard;
    (void)epoch;
}

static void hello(uint64_t node, uint32_t roles, uint32_t sessions, bool draining)
{
    tr_buf shards = {0};
    unsigned shard = any(SHARDS);
    tr_write_array(&shards, any(2));
    if (shards.data[0] == 0x91)
        tr_row_write(&shards, shard, shard, directory.shards[shard].epoch + any(3), 0);
    tr_msg_node_hello body = {.name = TR_SLICE("n"),
                              .roles = roles,
                              .cores = 2,
                              .endpoints = TR_SLICE("\x90"),
                              .sessions = sessions,
                              .shards = tr_buf_slice(&shards),
                              .draining = draining,
                              .is_stored = true,
                              .takes_changes = true,
                              .store = reach};
    ck_assert_int_ge(tr_directory_hello(&directory, tr_address_of(node, 0, TR_SLOT_NODE), &body,
                                        now_ms, ignore, NULL),
                     0);
    tr_buf_done(&shards);
}

static void claim(uint64_t node)
{
    tr_buf shards = {0};
    tr_buf out = {0};
    tr_write_array(&shards, 1);
    tr_row_write(&shards, shard, any(SHARDS), 0, 1);
    (void)tr_directory_claim(&directory, node, tr_buf_slice(&shards), now_ms, &out);
    tr_buf_done(&shards);
    tr_buf_done(&out);
}

static void step(void)
{
    uint64_t node = 1 + any(NODES);
    now_ms += any(400);
    switch (any(8)) {
    case 0:
        (void)tr_directory_remove(&directory, node);
        break;
    case 1:
        (void)tr_directory_note_silence(&directory, now_ms);
        break;
    case 2:
    case 3:
        claim(node);
        break;
    default:
        reach = any(4) == 0 ? any(TR_STORE_LOST + 1) : TR_STORE_REACHED;
        hello(node, any(16) == 0 ? 0 : 2, any(3), any(5) == 0);
    }
}

static void follow(follower *self)
{
    tr_directory_news news = {0};
    tr_directory_write_since(&directory, self->version, &news);
    wholes += news.since == 0;
    tr_buf list = {0};
    if (news.since == 0)
        tr_buf_append(&list, news.members.data, news.members.size);
    else
        tr_members_apply(tr_buf_slice(&self->list),
                         &(tr_member_changes){tr_buf_slice(&news.members), tr_buf_slice(&news.gone),
                                              tr_buf_slice(&news.loads)},
                         &list);
    tr_buf_done(&self->list);
    self->list = list;
    self->version = directory.version;
    tr_directory_news_done(&news);
}

static bool has_row(tr_slice list, tr_slice wanted)
{
    tr_row_member row;
    for (tr_rows in = TR_ROWS(member, list); tr_rows_next(&in, &row);)
        if (tr_slice_equal(in.row, wanted))
            return true;
    return false;
}

static void has_the_whole_list(const follower *self)
{
    tr_buf whole = {0};
    tr_directory_write(&directory, &whole);
    tr_rows mine = TR_ROWS(member, tr_buf_slice(&self->list));
    tr_rows in = TR_ROWS(member, tr_buf_slice(&whole));
    ck_assert_uint_eq(mine.left, in.left);
    for (tr_row_member row; tr_rows_next(&in, &row);)
        ck_assert(has_row(tr_buf_slice(&self->list), in.row));
    tr_buf_done(&whole);
}

// Each hears when it likes: of the next change, or of many at once.
START_TEST(whoever_follows_the_changes_has_the_whole_list)
{
    follower followers[FOLLOWERS] = {{0}};
    for (unsigned i = 0; i < STEPS; i++) {
        step();
        unsigned one = any(4 * FOLLOWERS);
        if (one >= FOLLOWERS)
            continue;
        follow(&followers[one]);
        has_the_whole_list(&followers[one]);
    }
    ck_assert_uint_eq(wholes, FOLLOWERS);
    for (unsigned i = 0; i < FOLLOWERS; i++)
        tr_buf_done(&followers[i].list);
}
END_TEST

START_TEST(a_version_of_another_broker_or_from_long_ago_gets_the_whole_list)
{
    hello(1, 2, 0, false);
    tr_directory_news news = {0};
    tr_directory_write_since(&directory, directory.version + 1, &news);
    ck_assert_uint_eq(news.since, 0);
    tr_directory_news_done(&news);
    news = (tr_directory_news){0};
    tr_directory_write_since(&directory, directory.first_version - 1, &news);
    ck_assert_uint_eq(news.since, 0);
    tr_directory_news_done(&news);

    uint64_t old = directory.version;
    for (unsigned i = 0; i < TR_DIRECTORY_GONE_KEPT + 1; i++) {
        hello(2, 2, 0, false);
        ck_assert(tr_directory_remove(&directory, 2));
    }
    news = (tr_directory_news){0};
    tr_directory_write_since(&directory, old, &news);
    ck_assert_uint_eq(news.since, 0);
    tr_directory_news_done(&news);
}
END_TEST

START_TEST(what_did_not_change_costs_no_bytes)
{
    hello(1, 2, 5, false);
    tr_directory_news news = {0};
    tr_directory_write_since(&directory, directory.version, &news);
    ck_assert_uint_eq(news.since, directory.version);
    ck_assert_uint_eq(news.members.size, 1); // an empty array
    ck_assert_uint_eq(news.gone.size + news.loads.size, 0);
    tr_directory_news_done(&news);
}
END_TEST

START_TEST(who_has_lost_its_store_is_told_to_those_who_have_the_list)
{
    hello(1, 2, 5, false);
    uint64_t before = directory.version;
    reach = TR_STORE_LOST;
    hello(1, 2, 5, false);
    tr_directory_news news = {0};
    tr_directory_write_since(&directory, before, &news);
    tr_row_member row;
    tr_rows in = TR_ROWS(member, tr_buf_slice(&news.members));
    ck_assert(tr_rows_next(&in, &row));
    ck_assert_uint_eq(row.store, TR_STORE_LOST);
    tr_directory_news_done(&news);
}
END_TEST

// -- an agent that missed changes --

enum { HELLOS = 4 };

static uint64_t listed[HELLOS]; // what each hello said that it has
static unsigned hellos;
static tally heard = TALLY;

// Its second answer is changes of a list that the agent never got.
static void answer(tr_actor *actor, tr_message *message)
{
    static const struct {
        uint64_t version, since;
    } answers[HELLOS] = {{10, 0}, {100, 99}, {101, 0}, {101, 101}};
    if (TR_TYPE(message) != TR_MSG_node_hello || hellos == HELLOS)
        return;
    const tr_msg_node_hello *hello = TR_BODY(message, node_hello);
    ck_assert(hello->takes_changes);
    listed[hellos] = hello->list;
    (void)tr_send(tr_actor_core(actor), tr_actor_address(actor), message->from, node_members,
                  .token = hello->token, .members = TR_SLICE("\x90"),
                  .version = answers[hellos].version, .since = answers[hellos].since);
    hellos++;
    tally_add(&heard, 1);
}

static int set_up_broker(tr_core *core, void *arg)
{
    static const tr_behaviour fake = {.name = "fake", .on_message = answer, .state_size = 8};
    (void)arg;
    return tr_spawn(core, &fake, NULL, TR_SLOT_BROKER, NULL);
}

static int set_up_agent(tr_core *core, void *arg)
{
    static const char *list[1];
    list[0] = arg;
    return tr_agent_start(
        core, &(tr_agent_options){
                  .name = "node", .roles = TR_ROLE_GATEWAY, .brokers = list, .broker_count = 1});
}

START_TEST(who_missed_a_change_asks_for_the_whole_list)
{
    tr_system *broker = system_up_with(&(tr_system_options){.core_count = 1,
                                                            .bus_endpoint = "tcp://127.0.0.1",
                                                            .broker_endpoint = "tcp://127.0.0.1:*",
                                                            .setup = set_up_broker});
    char endpoint[TR_ENDPOINT_CAP_BYTES];
    snprintf(endpoint, sizeof endpoint, "%s", tr_system_broker_endpoint(broker));
    tr_system *node = system_up_with(&(tr_system_options){.core_count = 1,
                                                          .bus_endpoint = "tcp://127.0.0.1",
                                                          .setup = set_up_agent,
                                                          .arg = endpoint});
    tally_wait(&heard, HELLOS);
    tr_system_stop(&node);
    tr_system_stop(&broker);
    const uint64_t wanted[HELLOS] = {0, 10, 0, 101};
    for (unsigned i = 0; i < HELLOS; i++)
        ck_assert_uint_eq(listed[i], wanted[i]);
}
END_TEST

Suite *broker_changes_suite(void)
{
    Suite *suite = suite_create("broker/changes");
    TCase *tc = tcase_create("changes");
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, whoever_follows_the_changes_has_the_whole_list);
    tcase_add_test(tc, a_version_of_another_broker_or_from_long_ago_gets_the_whole_list);
    tcase_add_test(tc, what_did_not_change_costs_no_bytes);
    tcase_add_test(tc, who_has_lost_its_store_is_told_to_those_who_have_the_list);
    suite_add_tcase(suite, tc);
    TCase *agent = tcase_create("agent");
    tcase_add_test(agent, who_missed_a_change_asks_for_the_whole_list);
    suite_add_tcase(suite, agent);
    return suite;
}
