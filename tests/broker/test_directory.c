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
    tr_directory_init(&directory, START, 0, 1);
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
                               .shards = {(char *)shards.data, (uint32_t)shards.size},
                               .trunk = TR_SLICE("tcp://10.0.0.1:6000")};
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

// Of `count` shards from `first` on, of whose epochs the asker knows `known`.
static int claim(uint64_t node, uint32_t first, uint32_t count, uint64_t known, uint64_t now)
{
    tr_buf rows = {0};
    tr_buf out = {0};
    tr_write_array(&rows, count);
    for (uint32_t i = 0; i < count; i++)
        tr_row_write(&rows, shard, first + i, known, 0);
    int result = tr_directory_claim(&directory, node, tr_buf_slice(&rows), now, &out);
    tr_row_shard row;
    tr_rows in = TR_ROWS(shard, tr_buf_slice(&out));
    for (int i = 0; i < result; i++) {
        ck_assert(tr_rows_next(&in, &row));
        ck_assert_uint_eq(directory.shards[row.shard].epoch, row.epoch);
    }
    ck_assert(result < 0 || tr_rows_are_sound(&in));
    tr_buf_done(&rows);
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
    ck_assert_int_eq(claim(7, 0, 2, 0, SETTLED - 1), TR_EUNAVAILABLE);
    ck_assert_int_eq(hello_owning(8, 0, 41, SETTLED - 1), 1);
    ck_assert(tr_directory_is_settled(&directory, SETTLED));
    ck_assert_int_eq(claim(7, 0, 2, 0, SETTLED), 1);
    ck_assert_uint_eq(directory.shards[0].node, 8);
    ck_assert_uint_eq(directory.shards[0].epoch, 41);
    ck_assert_uint_eq(directory.shards[1].node, 7);
}
END_TEST

START_TEST(a_shard_that_its_owner_lost_is_granted_to_it_again_with_the_next_epoch)
{
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert_int_eq(hello(8, START), 1);
    ck_assert_int_eq(claim(7, 5, 1, 0, SETTLED), 1);
    ck_assert_int_eq(claim(8, 5, 1, 0, SETTLED), 0);
    ck_assert_uint_eq(directory.shards[5].epoch, 1);
    ck_assert_int_eq(claim(7, 5, 1, 0, SETTLED), 1);
    ck_assert_uint_eq(directory.shards[5].epoch, 2);
    ck_assert_uint_eq(directory.shards[5].node, 7);
}
END_TEST

START_TEST(a_claim_is_for_members_and_shards_that_can_be)
{
    ck_assert_int_eq(claim(7, 0, 1, 0, SETTLED), TR_ENOTFOUND);
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert_int_eq(claim(7, TR_SHARDS, 1, 0, SETTLED), TR_EMALFORMED);
    const tr_slice broken[] = {TR_SLICE("\x91\x93\x05\x01\x01"), // a core thread too many
                               TR_SLICE("\x91\x93\x05"), TR_SLICE("\x05")};
    tr_buf out = {0};
    for (unsigned i = 0; i < sizeof broken / sizeof *broken; i++)
        ck_assert_int_eq(tr_directory_claim(&directory, 7, broken[i], SETTLED, &out),
                         TR_EMALFORMED);
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

START_TEST(all_shards_are_granted_at_once)
{
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert_int_eq(claim(7, 0, TR_SHARDS, 0, SETTLED), (int)TR_SHARDS);
}
END_TEST

START_TEST(epochs_are_above_all_that_anybody_knows)
{
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert_int_eq(claim(7, 5, 1, 41, SETTLED), 1); // its former owner is gone, but was seen
    ck_assert_uint_eq(directory.shards[5].epoch, 42);
    // A broker that restarts where nobody who lives knows anything.
    tr_directory_done(&directory);
    tr_directory_init(&directory, START, 1000000, 1);
    ck_assert_int_eq(hello(8, START), 1);
    ck_assert_int_eq(claim(8, 5, 1, 0, SETTLED), 1);
    ck_assert_uint_eq(directory.shards[5].epoch, 1000001);
    // Who slept through that does not get it back.
    ck_assert_int_eq(hello_owning(7, 5, 42, SETTLED), 1);
    ck_assert_uint_eq(conflicts, 1);
    ck_assert_uint_eq(directory.shards[5].node, 8);
}
END_TEST

START_TEST(of_two_with_one_epoch_one_loses_at_every_broker)
{
    for (int order = 0; order < 2; order++) {
        conflicts = 0;
        ck_assert_int_eq(hello_owning(order == 0 ? 7 : 8, 9, 5, START), 1);
        (void)hello_owning(order == 0 ? 8 : 7, 9, 5, START);
        ck_assert_uint_eq(directory.shards[9].node, 8);
        ck_assert_uint_eq(conflicts, (unsigned)order);
        (void)hello_owning(7, 9, 5, START + 1);
        (void)hello_owning(8, 9, 5, START + 1);
        ck_assert_uint_eq(directory.shards[9].node, 8);
        ck_assert_uint_eq(conflicts, (unsigned)order + 1);
        tr_directory_done(&directory);
        tr_directory_init(&directory, START, 0, 1);
    }
}
END_TEST

START_TEST(a_shard_that_its_owner_does_not_say_any_more_is_freed)
{
    ck_assert_int_eq(hello_owning(7, 5, 3, START), 1);
    ck_assert_int_eq(hello(8, START), 1);
    // For a while it may be on its way to another, which has not said so yet.
    ck_assert_int_eq(hello(7, START + TR_SHARD_ON_WAY_MS), 0);
    ck_assert_int_eq(claim(8, 5, 1, 0, START + TR_SHARD_ON_WAY_MS), 0);
    ck_assert_int_eq(hello(7, START + TR_SHARD_ON_WAY_MS + 1), 1);
    ck_assert_uint_eq(directory.shards[5].node, 0);
    ck_assert_int_eq(claim(8, 5, 1, 0, START + TR_SHARD_ON_WAY_MS + 1), 1);
    ck_assert_uint_eq(directory.shards[5].epoch, 4);
}
END_TEST

START_TEST(a_granted_shard_that_its_owner_never_heard_of_is_freed_later)
{
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert_int_eq(claim(7, 5, 1, 0, SETTLED), 1);
    ck_assert_int_eq(hello(7, SETTLED + 1), 0);
    ck_assert_uint_eq(directory.shards[5].node, 7);
    ck_assert_int_eq(hello(7, SETTLED + TR_SHARD_ON_WAY_MS + 1), 1);
    ck_assert_uint_eq(directory.shards[5].node, 0);
}
END_TEST

START_TEST(a_shard_of_a_node_that_left_is_granted_with_a_higher_epoch_and_a_ghost_loses_it)
{
    ck_assert_int_eq(hello_owning(7, 0, 5, START), 1);
    ck_assert_int_eq(hello(8, START), 1);
    ck_assert(tr_directory_remove(&directory, 7));
    ck_assert(!tr_directory_remove(&directory, 7));
    ck_assert_int_eq(claim(8, 0, 1, 0, SETTLED), 1);
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

static void keep_pages_in_a_store(uint64_t node)
{
    for (uint32_t i = 0; i < directory.count; i++)
        directory.nodes[i].is_stored |= directory.nodes[i].agent.node == node;
}

START_TEST(who_is_silent_too_long_is_found)
{
    ck_assert_int_eq(hello(7, START), 1);
    ck_assert_int_eq(hello(8, START + 100), 1);
    keep_pages_in_a_store(7);
    keep_pages_in_a_store(8);
    ck_assert_uint_eq(tr_directory_silent(&directory, START + TR_PEER_SILENCE_MS), 0);
    ck_assert_uint_eq(tr_directory_silent(&directory, START + TR_PEER_SILENCE_MS + 1), 7);
    ck_assert(tr_directory_remove(&directory, 7));
    ck_assert_uint_eq(tr_directory_silent(&directory, START + TR_PEER_SILENCE_MS + 101), 8);
}
END_TEST

static bool is_told_draining(uint64_t node)
{
    tr_buf out = {0};
    tr_directory_write(&directory, &out);
    tr_routes routes;
    tr_routes_init(&routes);
    ck_assert_int_eq(tr_routes_read(&routes, tr_buf_slice(&out)), 0);
    bool is_draining = tr_routes_find(&routes, node)->draining;
    tr_routes_done(&routes);
    tr_buf_done(&out);
    return is_draining;
}

START_TEST(a_silent_worker_whose_pages_are_nowhere_else_keeps_its_shards_for_a_while)
{
    const uint64_t silent = START + TR_PEER_SILENCE_MS + 1;
    ck_assert_int_eq(hello_owning(7, 5, 3, START), 1);
    ck_assert_int_eq(hello(8, silent), 1);
    ck_assert(!tr_directory_is_kept(&directory, 7));
    ck_assert(tr_directory_note_silence(&directory, silent));
    ck_assert(tr_directory_is_kept(&directory, 7) && !tr_directory_is_kept(&directory, 8));
    ck_assert(!tr_directory_note_silence(&directory, silent)); // no news
    ck_assert(is_told_draining(7) && !is_told_draining(8));
    ck_assert_uint_eq(tr_directory_silent(&directory, silent), 0);
    ck_assert_int_eq(claim(8, 5, 1, 0, silent), 0);
    // It was paused, and goes on.
    ck_assert_int_eq(hello_owning(7, 5, 3, silent + 100), 1);
    ck_assert(!is_told_draining(7) && !tr_directory_is_kept(&directory, 7));
    ck_assert_uint_eq(directory.shards[5].epoch, 3);
    ck_assert_uint_eq(conflicts, 0);
    ck_assert_uint_eq(tr_directory_silent(&directory, silent + 100 + TR_SHARD_KEPT_MS), 8);
    ck_assert_int_eq(hello(8, silent + 100 + TR_SHARD_KEPT_MS), 0);
    ck_assert_uint_eq(tr_directory_silent(&directory, silent + 101 + TR_SHARD_KEPT_MS), 7);
}
END_TEST

START_TEST(nobody_is_silent_because_we_were_away)
{
    ck_assert_int_eq(hello_owning(7, 5, 3, START), 1);
    keep_pages_in_a_store(7);
    tr_directory_was_away(&directory, 5000);
    ck_assert_uint_eq(tr_directory_silent(&directory, START + 5000 + TR_PEER_SILENCE_MS), 0);
    ck_assert_int_eq(hello(7, START + 5000 + TR_PEER_SILENCE_MS), 0);
    ck_assert_uint_eq(directory.shards[5].node, 7);
    keep_pages_in_a_store(7);
    ck_assert_uint_eq(tr_directory_silent(&directory, START + 5000 + 2 * TR_PEER_SILENCE_MS + 1),
                      7);
}
END_TEST

START_TEST(broken_hellos_are_refused)
{
    static char long_name[TR_NODE_NAME_CAP_BYTES];
    static char long_trunk[TR_ENDPOINT_CAP_BYTES];
    memset(long_name, 'x', sizeof long_name);
    memset(long_trunk, 'x', sizeof long_trunk);
    static const tr_slice one = {"\x91\xa1x", 3};
    const tr_msg_node_hello broken[] = {
        {.cores = 2, .endpoints = one, .shards = TR_SLICE("\x90")},
        {.cores = 1, .endpoints = TR_SLICE("\x91\x01"), .shards = TR_SLICE("\x90")},
        {.cores = 1, .endpoints = TR_SLICE("\x91\xa1x\xc0"), .shards = TR_SLICE("\x90")},
        {.cores = TR_CORES_CAP + 1, .endpoints = TR_SLICE("\x90"), .shards = TR_SLICE("\x90")},
        {.cores = 1, .endpoints = one, .name = {long_name, sizeof long_name}},
        {.cores = 1},
        {.cores = 1,
         .endpoints = one,
         .shards = TR_SLICE("\x90"),
         .trunk = {long_trunk, sizeof long_trunk}},
        {.cores = 1, .endpoints = one, .shards = TR_SLICE("\x90"), .store = TR_STORE_LOST + 1},
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
    ck_assert_str_eq(routes.members[0].trunk, "tcp://10.0.0.1:6000");
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
    tcase_add_test(tcase, a_shard_that_its_owner_lost_is_granted_to_it_again_with_the_next_epoch);
    tcase_add_test(tcase, a_claim_is_for_members_and_shards_that_can_be);
    tcase_add_test(tcase, all_shards_are_granted_at_once);
    tcase_add_test(tcase, epochs_are_above_all_that_anybody_knows);
    tcase_add_test(tcase, of_two_with_one_epoch_one_loses_at_every_broker);
    tcase_add_test(tcase, a_shard_that_its_owner_does_not_say_any_more_is_freed);
    tcase_add_test(tcase, a_granted_shard_that_its_owner_never_heard_of_is_freed_later);
    tcase_add_test(tcase,
                   a_silent_worker_whose_pages_are_nowhere_else_keeps_its_shards_for_a_while);
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
