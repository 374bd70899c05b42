#include "broker/ownership.h"

#include <check.h>

#include "wire/rows.h"
#include "wire/writer.h"

enum { HERE = 7, THERE = 8, BROKERS = 3 };

static tr_ownership ownership;
static tr_routes routes;

static void set_up(void)
{
    tr_ownership_init(&ownership, HERE);
    tr_routes_init(&routes);
}

static void tear_down(void)
{
    tr_routes_done(&routes);
}

typedef struct worker {
    uint64_t node;
    bool draining;
    uint32_t shard;
    uint64_t epoch; // 0: owns none
} worker;

// A list of workers with two core threads.
static void hear(const worker *workers, uint32_t count)
{
    tr_buf list = {0};
    tr_write_array(&list, count);
    for (uint32_t i = 0; i < count; i++) {
        tr_buf shards = {0};
        tr_write_array(&shards, workers[i].epoch != 0);
        if (workers[i].epoch != 0)
            tr_row_write(&shards, shard, workers[i].shard, workers[i].epoch, 1);
        tr_row_write(&list, member, .node = workers[i].node, .name = TR_SLICE("w"),
                     .roles = TR_ROLE_WORKER, .cores = 2, .endpoints = TR_SLICE("\x90"),
                     .shards = tr_buf_slice(&shards), .draining = workers[i].draining);
        tr_buf_done(&shards);
    }
    ck_assert_int_eq(tr_routes_read(&routes, tr_buf_slice(&list)), 0);
    tr_buf_done(&list);
}

static bool learn(const worker *workers, uint32_t count)
{
    hear(workers, count);
    return tr_ownership_learn(&ownership, &routes);
}

static uint64_t known[TR_SHARDS];

static uint32_t claims_at(uint64_t now_ms, const tr_candidate *brokers, uint32_t count, uint32_t at)
{
    tr_buf out = {0};
    uint32_t claimed = tr_ownership_claims(&ownership, &routes, now_ms, brokers, count, at, &out);
    tr_row_shard row;
    tr_rows in = TR_ROWS(shard, tr_buf_slice(&out));
    for (uint32_t i = 0; i < claimed; i++) {
        ck_assert(tr_rows_next(&in, &row));
        ck_assert_uint_lt(row.core, 2);
        known[row.shard] = row.epoch;
    }
    ck_assert(tr_rows_are_sound(&in));
    tr_buf_done(&out);
    return claimed;
}

static const tr_candidate one_broker = {1, 1};

static uint32_t claims(uint64_t now_ms)
{
    return claims_at(now_ms, &one_broker, 1, 0);
}

START_TEST(a_worker_alone_claims_all)
{
    ck_assert_uint_eq(claims(1000), 0); // nobody is known yet
    ck_assert(learn((worker[]){{.node = HERE}}, 1));
    ck_assert(!learn((worker[]){{.node = HERE}}, 1));
    ck_assert_uint_eq(claims(1000), TR_SHARDS);
    // The answer is on its way; lost, it is asked for again.
    ck_assert_uint_eq(claims(1000 + TR_HEARTBEAT_MS - 1), 0);
    ck_assert_uint_eq(claims(1000 + TR_HEARTBEAT_MS), TR_SHARDS);
}
END_TEST

START_TEST(two_workers_claim_every_shard_once)
{
    ck_assert(learn((worker[]){{.node = HERE}, {.node = THERE}}, 2));
    uint32_t here = claims(1000);
    tr_ownership_init(&ownership, THERE);
    ck_assert(learn((worker[]){{.node = THERE}, {.node = HERE}}, 2)); // in another order
    uint32_t there = claims(1000);
    ck_assert_uint_eq(here + there, TR_SHARDS);
    ck_assert(here > TR_SHARDS * 2 / 5 && there > TR_SHARDS * 2 / 5);
}
END_TEST

// Everybody asks the same one, in whatever order the brokers are listed.
START_TEST(each_shard_is_asked_of_one_broker)
{
    static const tr_candidate brokers[BROKERS] = {{31, 1}, {57, 1}, {92, 1}};
    static const tr_candidate turned[BROKERS] = {{92, 1}, {31, 1}, {57, 1}};
    uint32_t of_broker[BROKERS];
    uint32_t sum = 0;
    ck_assert(learn((worker[]){{.node = HERE}}, 1));
    for (uint32_t i = 0; i < BROKERS; i++)
        sum += of_broker[i] = claims_at(1000, brokers, BROKERS, i);
    ck_assert_uint_eq(sum, TR_SHARDS);
    for (uint32_t i = 0; i < BROKERS; i++)
        ck_assert_uint_eq(claims_at(2000, turned, BROKERS, i), of_broker[(i + 2) % BROKERS]);
}
END_TEST

START_TEST(what_another_has_is_not_claimed_and_a_claim_says_which_epochs_were_seen)
{
    ck_assert(learn((worker[]){{.node = HERE}, {THERE, true, 5, 41}}, 2));
    ck_assert_uint_eq(claims(1000), TR_SHARDS - 1);
    ck_assert(!learn((worker[]){{.node = HERE}}, 1)); // it dies; it was no candidate
    ck_assert_uint_eq(claims(1001), 1);
    ck_assert_uint_eq(known[5], 41);
}
END_TEST

START_TEST(what_is_due_to_another_leaves_and_the_rest_stays)
{
    for (unsigned i = 0; i < TR_SHARDS; i++)
        tr_ownership_own(&ownership, i, 3, i % 2);
    ck_assert(learn((worker[]){{.node = HERE}}, 1));
    for (unsigned i = 0; i < TR_SHARDS; i++)
        ck_assert(!tr_address_is_set(tr_ownership_leaves(&ownership, i, 0)));
    ck_assert(learn((worker[]){{.node = HERE}, {.node = THERE}}, 2));
    uint32_t leaving = 0;
    for (unsigned i = 0; i < TR_SHARDS; i++) {
        // What somebody has just handed over is not handed back: he may be about to end.
        ownership.shards[i].came_ms = 1;
        ck_assert(!tr_address_is_set(tr_ownership_leaves(&ownership, i, TR_SHARD_STAYS_MS)));
        tr_address target = tr_ownership_leaves(&ownership, i, TR_SHARD_STAYS_MS + 1);
        ck_assert(!tr_address_is_set(target) || target.node == THERE);
        leaving += tr_address_is_set(target) ? 1 : 0;
    }
    ck_assert(leaving > TR_SHARDS * 2 / 5 && leaving < TR_SHARDS * 3 / 5);
    // Nobody else is there: it stays where it is.
    ck_assert(learn((worker[]){{HERE, true, 0, 0}}, 1));
    ck_assert(!tr_address_is_set(tr_ownership_leaves(&ownership, 0, 0)));
}
END_TEST

START_TEST(of_two_owners_both_know_which_one_it_is)
{
    static const struct {
        uint64_t ours;
        uint64_t theirs;
        bool is_beaten;
    } cases[] = {{3, 4, true}, {4, 3, false}, {3, 3, true}, {0, 3, false}};
    for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
        tr_ownership_init(&ownership, HERE);
        tr_ownership_own(&ownership, 5, cases[i].ours, 0);
        hear((worker[]){{HERE, false, 5, cases[i].ours}, {THERE, false, 5, cases[i].theirs}}, 2);
        ck_assert_int_eq(tr_ownership_is_beaten(&ownership, &routes, 5), cases[i].is_beaten);
        tr_ownership_init(&ownership, THERE);
        tr_ownership_own(&ownership, 5, cases[i].theirs, 0);
        ck_assert(cases[i].ours == 0 ||
                  tr_ownership_is_beaten(&ownership, &routes, 5) != cases[i].is_beaten);
    }
}
END_TEST

Suite *broker_ownership_suite(void);
Suite *broker_ownership_suite(void)
{
    Suite *suite = suite_create("broker/ownership");
    TCase *tcase = tcase_create("whose shards these are");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_worker_alone_claims_all);
    tcase_add_test(tcase, two_workers_claim_every_shard_once);
    tcase_add_test(tcase, each_shard_is_asked_of_one_broker);
    tcase_add_test(tcase, what_another_has_is_not_claimed_and_a_claim_says_which_epochs_were_seen);
    tcase_add_test(tcase, what_is_due_to_another_leaves_and_the_rest_stays);
    tcase_add_test(tcase, of_two_owners_both_know_which_one_it_is);
    suite_add_tcase(suite, tcase);
    return suite;
}
