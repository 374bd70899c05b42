#include <check.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "broker/directory.h"
#include "troupe/err.h"
#include "wire/rows.h"
#include "wire/writer.h"

enum { START = 1000, SETTLED = START + (int)TR_DIRECTORY_GRACE_MS };

static tr_directory directory;
static unsigned conflicts;
static uint32_t conflict_shard;
static uint64_t conflict_epoch;

static void set_up(void)
{
    tr_directory_init(&directory, START);
    conflicts = 0;
}

static void tear_down(void)
{
    tr_directory_done(&directory);
}

static void on_conflict(void *arg, uint32_t shard, uint64_t epoch)
{
    ck_assert_ptr_eq(arg, &directory);
    conflicts++;
    conflict_shard = shard;
    conflict_epoch = epoch;
}

// A hello of a worker with one core thread that says it owns the shard (epoch 0: none).
static int hello_owning(uint64_t node, uint32_t shard, uint64_t epoch, uint64_t now)
{
    tr_buf endpoints = {0};
    tr_buf shards = {0};
    tr_write_array(&endpoints, 1);
    tr_write_literal(&endpoints, "tcp://10.0.0.1:5000");
    tr_write_array(&shards, epoch != 0);
    if (epoch != 0)
        tr_row_write(&shards, shard, .shard = shard, .epoch = epoch);
    tr_msg_node_hello hello = {.name = TR_SLICE("host:1"),
                               .roles = TR_ROLE_WORKER,
                               .cores = 1,
                               .endpoints = {(char *)endpoints.data, (uint32_t)endpoints.size},
                               .shards = {(char *)shards.data, (uint32_t)shards.size}};
    int result = tr_directory_hello(&directory, tr_address_of(node, 0, TR_SLOT_NODE), &hello, now,
                                    on_conflict, &directory);
    tr_buf_done(&endpoints);
    tr_buf_done(&shards);
    return result;
}

static int hello(uint64_t node, uint64_t now)
{
    return hello_owning(node, 0, 0, now);
}

static int claim(uint64_t node, uint32_t count, uint64_t now)
{
    tr_buf out = {0};
    tr_msg_shard_claim body = {.shard = TR_SHARDS, .count = count, .stride = 1};
    int result = tr_directory_claim(&directory, node, &body, now, &out);
    tr_buf_done(&out);
    return result;
}

START_TEST(the_first_member_with_an_app_says_whose_pages_these_are)
{
    ck_assert_str_eq(tr_directory_app(&directory), "");
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert_str_eq(tr_directory_app(&directory), "");
    tr_msg_node_hello of_app = {.name = TR_SLICE("host:2"), .app = TR_SLICE("Counter")};
    tr_address agent = tr_address_of(8, 0, TR_SLOT_NODE);
    ck_assert_int_lt(tr_directory_hello(&directory, agent, &of_app, START, on_conflict, &directory),
                     0);
    tr_buf none = {0};
    tr_write_array(&none, 0);
    of_app.endpoints = of_app.shards = tr_buf_slice(&none);
    ck_assert_int_eq(tr_directory_hello(&directory, agent, &of_app, START, on_conflict, &directory),
                     1);
    ck_assert_str_eq(tr_directory_app(&directory), "Counter");
    ck_assert(tr_directory_remove(&directory, 8));
    ck_assert_str_eq(tr_directory_app(&directory), "");
    char longer[TR_APP_NAME_CAP_BYTES + 1];
    memset(longer, 'a', sizeof longer);
    of_app.app = (tr_slice){longer, sizeof longer - 1};
    ck_assert_int_eq(tr_directory_hello(&directory, agent, &of_app, START, on_conflict, &directory),
                     TR_EMALFORMED);
    tr_buf_done(&none);
}
END_TEST

START_TEST(a_first_hello_is_news_and_the_same_again_is_not)
{
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert_int_eq(hello(7, START + 500), 0);
    ck_assert_int_eq(hello_owning(7, 3, 1, START + 600), 1);
    ck_assert_int_eq(hello_owning(7, 3, 1, START + 700), 0);
    ck_assert_uint_eq(directory.count, 1);
}
END_TEST

START_TEST(nothing_is_granted_before_owners_had_time_to_say_what_is_theirs)
{
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert(!tr_directory_is_settled(&directory, SETTLED - 1));
    ck_assert_int_eq(claim(7, 16, SETTLED - 1), TR_EUNAVAILABLE);
    ck_assert_int_eq(hello_owning(8, 0, 41, SETTLED - 1), 1);
    ck_assert(tr_directory_is_settled(&directory, SETTLED));
    ck_assert_int_eq(claim(7, 1, SETTLED), 1);
    ck_assert_uint_eq(directory.shards[0].node, 8);
    ck_assert_uint_eq(directory.shards[0].epoch, 41);
    ck_assert_uint_eq(directory.shards[1].node, 7);
}
END_TEST

START_TEST(a_shard_that_its_owner_lost_is_granted_to_it_again)
{
    tr_buf out = {0};
    tr_msg_shard_claim body = {.shard = 5, .count = 1, .stride = 1};
    ck_assert_int_eq(hello(7, 1), 1);
    ck_assert_int_eq(hello(8, 2), 1);
    ck_assert_int_eq(tr_directory_claim(&directory, 7, &body, SETTLED, &out), 1);
    ck_assert_uint_eq(directory.shards[5].epoch, 1);
    ck_assert_int_eq(tr_directory_claim(&directory, 8, &body, SETTLED, &out), 0);
    ck_assert_int_eq(tr_directory_claim(&directory, 7, &body, SETTLED, &out), 1);
    ck_assert_uint_eq(directory.shards[5].epoch, 2);
    ck_assert_uint_eq(directory.shards[5].node, 7);
    tr_buf_done(&out);
}
END_TEST

START_TEST(a_claim_is_capped_and_for_members_only)
{
    ck_assert_int_eq(claim(7, 1, SETTLED), TR_ENOTFOUND);
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert_int_eq(claim(7, 1000, SETTLED), (int)TR_SHARDS_PER_CLAIM);
    tr_buf out = {0};
    tr_msg_shard_claim body = {.core = 1, .shard = TR_SHARDS, .count = 1, .stride = 1};
    ck_assert_int_eq(tr_directory_claim(&directory, 7, &body, SETTLED, &out), TR_ENOTFOUND);
    tr_buf_done(&out);
}
END_TEST

START_TEST(two_brokers_never_grant_the_same_shard)
{
    tr_buf out = {0};
    ck_assert_int_eq(hello(7, START), 1);
    for (uint32_t offset = 0; offset < 2; offset++) {
        tr_msg_shard_claim body = {.shard = TR_SHARDS, .count = 4, .stride = 2, .offset = offset};
        out.size = 0;
        ck_assert_int_eq(tr_directory_claim(&directory, 7, &body, SETTLED, &out), 4);
        tr_row_shard row;
        tr_rows in = TR_ROWS(shard, tr_buf_slice(&out));
        ck_assert_uint_eq(in.left, 4);
        while (tr_rows_next(&in, &row))
            ck_assert(row.shard % 2 == offset && row.epoch == 1);
        ck_assert(tr_rows_are_sound(&in));
    }
    tr_buf_done(&out);
}
END_TEST

START_TEST(all_shards_can_be_granted_and_then_none)
{
    ck_assert_int_eq(hello(7, START), 1);
    for (uint32_t i = 0; i < TR_SHARDS / TR_SHARDS_PER_CLAIM; i++)
        ck_assert_int_eq(claim(7, TR_SHARDS_PER_CLAIM, SETTLED), (int)TR_SHARDS_PER_CLAIM);
    ck_assert_int_eq(claim(7, 1, SETTLED), 0);
}
END_TEST

START_TEST(a_shard_of_a_node_that_left_is_granted_with_a_higher_epoch_and_a_ghost_loses_it)
{
    ck_assert_int_eq(hello_owning(7, 0, 5, START), 1);
    ck_assert_int_eq(hello(8, START), 1);
    ck_assert(tr_directory_remove(&directory, 7));
    ck_assert(!tr_directory_remove(&directory, 7));
    ck_assert_int_eq(claim(8, 1, SETTLED), 1);
    ck_assert_uint_eq(directory.shards[0].epoch, 6);
    // The ghost wakes up and still thinks that it owns it.
    ck_assert_int_eq(hello_owning(7, 0, 5, SETTLED + 100), 1);
    ck_assert_uint_eq(conflicts, 1);
    ck_assert_uint_eq(conflict_shard, 0);
    ck_assert_uint_eq(conflict_epoch, 6);
    ck_assert_uint_eq(directory.shards[0].node, 8);
}
END_TEST

START_TEST(a_higher_epoch_takes_a_shard_over)
{
    ck_assert_int_eq(hello_owning(7, 9, 5, START), 1);
    ck_assert_int_eq(hello_owning(8, 9, 6, START), 1);
    ck_assert_uint_eq(conflicts, 0);
    ck_assert_uint_eq(directory.shards[9].node, 8);
    ck_assert_int_eq(hello_owning(7, 9, 5, START), 0);
    ck_assert_uint_eq(conflicts, 1);
}
END_TEST

START_TEST(who_is_silent_too_long_is_found)
{
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert_int_eq(hello(8, START + 100), 1);
    ck_assert_uint_eq(tr_directory_silent(&directory, START + TR_PEER_SILENCE_MS), 0);
    ck_assert_uint_eq(tr_directory_silent(&directory, START + TR_PEER_SILENCE_MS + 1), 7);
    ck_assert_int_eq(hello(7, START + TR_PEER_SILENCE_MS), 0);
    ck_assert_uint_eq(tr_directory_silent(&directory, START + TR_PEER_SILENCE_MS + 101), 8);
}
END_TEST

START_TEST(nobody_is_silent_because_we_were_away)
{
    ck_assert_int_eq(hello(7, START), 1);
    tr_directory_was_away(&directory, 5000);
    ck_assert_uint_eq(tr_directory_silent(&directory, START + 5000 + TR_PEER_SILENCE_MS), 0);
    ck_assert_uint_eq(tr_directory_silent(&directory, START + 5000 + TR_PEER_SILENCE_MS + 1), 7);
}
END_TEST

START_TEST(broken_hellos_are_refused)
{
    static char long_name[TR_NODE_NAME_CAP_BYTES];
    memset(long_name, 'x', sizeof long_name);
    static const tr_slice one = {"\x91\xa1x", 3};
    const tr_msg_node_hello broken[] = {
        {.cores = 2, .endpoints = one, .shards = TR_SLICE("\x90")},
        {.cores = 1, .endpoints = TR_SLICE("\x91\x01"), .shards = TR_SLICE("\x90")},
        {.cores = 1, .endpoints = TR_SLICE("\x91\xa1x\xc0"), .shards = TR_SLICE("\x90")},
        {.cores = TR_CORES_CAP + 1, .endpoints = TR_SLICE("\x90"), .shards = TR_SLICE("\x90")},
        {.cores = 1, .endpoints = one, .name = {long_name, sizeof long_name}},
        {.cores = 1},
        // A shard of a core thread that is not there, one that is not, one cut short.
        {.cores = 1, .endpoints = one, .shards = TR_SLICE("\x91\x93\x05\x01\x01")},
        {.cores = 1, .endpoints = one, .shards = TR_SLICE("\x91\x93\xcd\x04\x00\x01\x00")},
        {.cores = 1, .endpoints = one, .shards = TR_SLICE("\x91\x93\x05")}};
    for (unsigned i = 0; i < sizeof broken / sizeof *broken; i++)
        ck_assert_int_eq(tr_directory_hello(&directory, tr_address_of(7, 0, TR_SLOT_NODE),
                                            &broken[i], START, on_conflict, &directory),
                         TR_EMALFORMED);
    ck_assert_uint_eq(directory.count, 0);
}
END_TEST

START_TEST(no_more_nodes_than_the_cap)
{
    for (uint64_t node = 1; node <= TR_PEERS_CAP; node++)
        ck_assert_int_eq(hello(node, START), 1);
    ck_assert_int_eq(hello(TR_PEERS_CAP + 1, START), TR_EFULL);
    ck_assert_int_eq(hello(TR_PEERS_CAP, START), 0);
}
END_TEST

START_TEST(what_it_writes_is_what_routes_read_without_mere_watchers)
{
    tr_msg_node_hello watcher = {.name = TR_SLICE("check"),
                                 .cores = 0,
                                 .endpoints = TR_SLICE("\x90"),
                                 .shards = TR_SLICE("\x90")};
    ck_assert_int_eq(hello_owning(7, 9, 5, START), 1);
    ck_assert_int_eq(tr_directory_hello(&directory, tr_address_of(9, 0, TR_SLOT_NODE), &watcher,
                                        START, on_conflict, &directory),
                     1);
    tr_buf out = {0};
    tr_directory_write(&directory, &out);
    tr_routes routes;
    tr_routes_init(&routes);
    ck_assert_int_eq(tr_routes_read(&routes, (tr_slice){(char *)out.data, (uint32_t)out.size}), 0);
    ck_assert_uint_eq(routes.member_count, 1);
    ck_assert_str_eq(routes.members[0].name, "host:1");
    ck_assert_str_eq(routes.members[0].endpoints[0], "tcp://10.0.0.1:5000");
    ck_assert_uint_eq(routes.shards[9].node, 7);
    ck_assert_uint_eq(routes.shards[9].epoch, 5);
    tr_routes_done(&routes);
    tr_buf_done(&out);
}
END_TEST

Suite *broker_directory_suite(void);
Suite *broker_directory_suite(void)
{
    Suite *suite = suite_create("broker/directory");
    TCase *tcase = tcase_create("what a broker knows");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_first_member_with_an_app_says_whose_pages_these_are);
    tcase_add_test(tcase, a_first_hello_is_news_and_the_same_again_is_not);
    tcase_add_test(tcase, nothing_is_granted_before_owners_had_time_to_say_what_is_theirs);
    tcase_add_test(tcase, a_shard_that_its_owner_lost_is_granted_to_it_again);
    tcase_add_test(tcase, a_claim_is_capped_and_for_members_only);
    tcase_add_test(tcase, two_brokers_never_grant_the_same_shard);
    tcase_add_test(tcase, all_shards_can_be_granted_and_then_none);
    tcase_add_test(tcase,
                   a_shard_of_a_node_that_left_is_granted_with_a_higher_epoch_and_a_ghost_loses_it);
    tcase_add_test(tcase, a_higher_epoch_takes_a_shard_over);
    tcase_add_test(tcase, who_is_silent_too_long_is_found);
    tcase_add_test(tcase, nobody_is_silent_because_we_were_away);
    tcase_add_test(tcase, broken_hellos_are_refused);
    tcase_add_test(tcase, no_more_nodes_than_the_cap);
    tcase_add_test(tcase, what_it_writes_is_what_routes_read_without_mere_watchers);
    suite_add_tcase(suite, tcase);
    return suite;
}
