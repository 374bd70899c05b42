#include <check.h>
#include <string.h>

#include "actors/bus/routes.h"
#include "base/buf.h"
#include "troupe/err.h"
#include "wire/session_id.h"
#include "wire/writer.h"

static tr_routes routes;
static tr_buf list;

static void set_up(void)
{
    tr_routes_init(&routes);
    list = (tr_buf){0};
}

static void tear_down(void)
{
    tr_routes_done(&routes);
    tr_buf_done(&list);
}

typedef struct row {
    uint64_t node;
    uint32_t roles;
    uint32_t cores;
    uint32_t endpoints;
    uint32_t sessions;
    uint32_t shard;
    uint64_t epoch; // 0: owns none
    uint32_t core;
    uint32_t shards; // so many from `shard` on, one a core thread; 0: just the one
    bool draining;
    uint32_t store;
} row;

// The fields of a newer version, behind those we know: a map each.
static uint32_t newer;

static void write_newer(void)
{
    for (uint32_t i = 0; i < newer; i++) {
        tr_write_map(&list, 1);
        tr_write_literal(&list, "zone");
        tr_write_unsigned(&list, 7);
    }
}

static void write_row(const row *of)
{
    tr_write_array(&list, 10 + newer);
    tr_write_unsigned(&list, of->node);
    tr_write_literal(&list, "host:1");
    tr_write_unsigned(&list, of->roles);
    tr_write_unsigned(&list, of->cores);
    tr_write_array(&list, of->endpoints);
    for (uint32_t i = 0; i < of->endpoints; i++)
        tr_write_literal(&list, "tcp://10.0.0.1:5000");
    tr_write_unsigned(&list, of->sessions);
    uint32_t shards = of->epoch == 0 ? 0 : of->shards == 0 ? 1 : of->shards;
    tr_write_array(&list, shards);
    for (uint32_t i = 0; i < shards; i++) {
        tr_write_array(&list, 3 + newer);
        tr_write_unsigned(&list, of->shard + i);
        tr_write_unsigned(&list, of->epoch);
        tr_write_unsigned(&list, of->core + i);
        write_newer();
    }
    tr_write_boolean(&list, of->draining);
    tr_write_unsigned(&list, of->store);
    tr_write_literal(&list, "tcp://10.0.0.1:6000");
    write_newer();
}

static int read_rows(const row *rows, uint32_t count)
{
    list.size = 0;
    tr_write_array(&list, count);
    for (uint32_t i = 0; i < count; i++)
        write_row(&rows[i]);
    return tr_routes_read(&routes, (tr_slice){(const char *)list.data, (uint32_t)list.size});
}

START_TEST(rows_of_a_newer_version_are_read)
{
    static const row rows[] = {{.node = 5,
                                .roles = TR_ROLE_WORKER,
                                .cores = 2,
                                .endpoints = 2,
                                .shard = 3,
                                .epoch = 9,
                                .shards = 2},
                               {.node = 6, .roles = TR_ROLE_WORKER, .cores = 1, .draining = true}};
    newer = 2;
    ck_assert_int_eq(read_rows(rows, 2), 0);
    newer = 0;
    ck_assert_uint_eq(routes.member_count, 2);
    ck_assert_str_eq(routes.members[0].trunk, "tcp://10.0.0.1:6000");
    ck_assert_uint_eq(routes.shards[4].node, 5);
    ck_assert_uint_eq(routes.shards[4].core, 1);
    ck_assert(tr_routes_find(&routes, 6)->draining);
}
END_TEST

static tr_slice id_of(unsigned shard)
{
    static char id[TR_SESSION_ID_SIZE + 1];
    tr_session_id_make(id, shard);
    return tr_slice_of(id);
}

START_TEST(a_session_goes_to_the_owner_of_its_shard)
{
    const row rows[] = {{.node = 7,
                         .roles = TR_ROLE_WORKER,
                         .cores = 2,
                         .endpoints = 2,
                         .shard = 5,
                         .epoch = 3,
                         .core = 1}};
    ck_assert_int_eq(read_rows(rows, 1), 0);
    tr_address owner = tr_routes_owner(&routes, id_of(5));
    ck_assert(tr_address_equal(owner, tr_address_of(7, 1, TR_SLOT_SESSIONS)));
    ck_assert(!tr_address_is_set(tr_routes_owner(&routes, id_of(6))));
    ck_assert(!tr_address_is_set(tr_routes_owner(&routes, tr_slice_of("not ours"))));
    ck_assert_str_eq(tr_routes_find(&routes, 7)->endpoints[1], "tcp://10.0.0.1:5000");
    ck_assert_ptr_null(tr_routes_find(&routes, 8));
}
END_TEST

START_TEST(of_two_who_claim_a_shard_the_higher_epoch_owns_it)
{
    const row rows[] = {{.node = 7, .roles = TR_ROLE_WORKER, .cores = 1, .shard = 5, .epoch = 4},
                        {.node = 8, .roles = TR_ROLE_WORKER, .cores = 1, .shard = 5, .epoch = 9},
                        {.node = 9, .roles = TR_ROLE_WORKER, .cores = 1, .shard = 5, .epoch = 8}};
    ck_assert_int_eq(read_rows(rows, 3), 0);
    ck_assert_uint_eq(tr_routes_owner(&routes, id_of(5)).node, 8);
}
END_TEST

START_TEST(a_new_session_stays_on_the_core_thread_that_asks_when_it_can)
{
    const row rows[] = {{.node = 7,
                         .roles = TR_ROLE_ALL,
                         .cores = 2,
                         .sessions = 1000,
                         .shard = 1,
                         .epoch = 1,
                         .core = 1},
                        {.node = 8, .roles = TR_ROLE_WORKER, .cores = 2, .shard = 2, .epoch = 1}};
    ck_assert_int_eq(read_rows(rows, 2), 0);
    tr_address place = tr_routes_place(&routes, 7, 1, 12345);
    ck_assert(tr_address_equal(place, tr_address_of(7, 1, TR_SLOT_SESSIONS)));
    // Its core 0 owns no shard yet: no session can be made there.
    place = tr_routes_place(&routes, 7, 0, 0);
    ck_assert(!tr_address_equal(place, tr_address_of(7, 0, TR_SLOT_SESSIONS)));
    ck_assert(tr_address_is_set(place));
}
END_TEST

START_TEST(the_less_loaded_of_two_gets_it_counted_per_core)
{
    // 30 sessions on 4 cores are less than 10 on one.
    const row rows[] = {
        {.node = 7,
         .roles = TR_ROLE_WORKER,
         .cores = 4,
         .sessions = 30,
         .shard = 8,
         .epoch = 1,
         .shards = 4},
        {.node = 8, .roles = TR_ROLE_WORKER, .cores = 1, .sessions = 10, .shard = 3, .epoch = 1},
        {.node = 9, .roles = TR_ROLE_GATEWAY, .cores = 4}};
    ck_assert_int_eq(read_rows(rows, 3), 0);
    unsigned to_seven = 0;
    unsigned cores_seen = 0;
    for (uint64_t random = 0; random < 4; random++)
        for (uint64_t core = 0; core < 4; core++) {
            uint64_t bits = (random & 1) | (random >> 1) << 16 | core << 32;
            tr_address place = tr_routes_place(&routes, 9, 0, bits);
            to_seven += place.node == 7;
            if (place.node == 7)
                cores_seen |= 1u << tr_address_core(place);
            ck_assert_uint_ne(place.node, 9);
        }
    ck_assert_uint_eq(to_seven, 12); // all but where both choices fell on the other
    ck_assert_uint_eq(cores_seen, 15);
}
END_TEST

START_TEST(who_drains_or_is_suspect_gets_nothing_new_and_keeps_what_it_has)
{
    const row rows[] = {
        {.node = 7, .roles = TR_ROLE_WORKER, .cores = 1, .shard = 1, .epoch = 1, .draining = true},
        {.node = 8, .roles = TR_ROLE_WORKER, .cores = 1, .shard = 2, .epoch = 1}};
    ck_assert_int_eq(read_rows(rows, 2), 0);
    for (uint64_t random = 0; random < 100; random++)
        ck_assert_uint_eq(tr_routes_place(&routes, 1, 0, random * 0x10001).node, 8);
    ck_assert_uint_eq(tr_routes_owner(&routes, id_of(1)).node, 7);
    tr_routes_suspect(&routes, 8);
    ck_assert(!tr_address_is_set(tr_routes_place(&routes, 1, 0, 1)));
    ck_assert_int_eq(read_rows(rows, 2), 0);
    ck_assert_uint_eq(tr_routes_place(&routes, 1, 0, 1).node, 8);
}
END_TEST

static const row broken_rows[] = {
    {.node = 7, .cores = 65},                                   // more core threads than may be
    {.node = 7, .cores = 2, .endpoints = 1},                    // not one for each
    {.node = 7, .cores = 1, .shard = TR_SHARDS, .epoch = 1},    // no such shard
    {.node = 7, .cores = 1, .shard = 1, .epoch = 1, .core = 1}, // no such core
};

// One process that says what cannot be must not freeze what everybody knows of all others.
static const row with_stores[] = {
    {.node = 7,
     .roles = TR_ROLE_WORKER,
     .cores = 1,
     .shard = 1,
     .epoch = 1,
     .store = TR_STORE_LOST},
    {.node = 8, .roles = TR_ROLE_WORKER, .cores = 1, .shard = 2, .epoch = 1},
    {.node = 9, .roles = TR_ROLE_GATEWAY, .cores = 1}};

static bool is_passed_over(uint64_t node)
{
    for (unsigned shard = 0; shard < TR_SHARDS; shard++)
        if (tr_routes_due(&routes, shard, 0).node == node)
            return false;
    return true;
}

START_TEST(who_lost_the_store_gets_nothing_new_while_another_one_reaches_it)
{
    ck_assert_int_eq(read_rows(with_stores, 3), 0);
    ck_assert(is_passed_over(7));
    ck_assert_uint_eq(routes.shards[1].node, 7); // and keeps what it has
    ck_assert_uint_eq(tr_routes_place(&routes, 7, 0, 0).node, 8);
}
END_TEST

// Nobody reaches it for sure, or who does is about to leave: then all go on.
START_TEST(a_store_that_nobody_reaches_passes_nobody_over)
{
    row rows[3];
    memcpy(rows, with_stores, sizeof rows);
    rows[1].store = _i == 0 ? TR_STORE_DOUBTFUL : _i == 1 ? TR_STORE_LOST : TR_STORE_REACHED;
    rows[1].draining = _i == 2;
    ck_assert_int_eq(read_rows(rows, 3), 0);
    ck_assert(!is_passed_over(7));
}
END_TEST

// As while a store is switched on. What it has it keeps, and hands over when it is stopped.
START_TEST(new_pages_go_to_workers_with_a_store_where_there_are_some)
{
    row rows[3];
    memcpy(rows, with_stores, sizeof rows);
    rows[0].store = TR_STORE_NONE;
    ck_assert_int_eq(read_rows(rows, 3), 0);
    ck_assert(routes.is_mixed && !is_passed_over(7));
    for (unsigned i = 0; i < 8; i++)
        ck_assert_uint_eq(tr_routes_place(&routes, 9, 0, i | (7 - i) << 16).node, 8);
    rows[1].draining = true;
    ck_assert_int_eq(read_rows(rows, 3), 0);
    ck_assert_uint_eq(tr_routes_place(&routes, 9, 0, 0).node, 7);
    rows[1].store = TR_STORE_NONE;
    ck_assert_int_eq(read_rows(rows, 3), 0);
    ck_assert(!routes.is_mixed);
}
END_TEST

START_TEST(a_broken_row_costs_itself)
{
    const row rows[] = {{.node = 6, .roles = TR_ROLE_WORKER, .cores = 1, .shard = 5, .epoch = 1},
                        broken_rows[_i],
                        {.node = 8, .roles = TR_ROLE_WORKER, .cores = 1, .shard = 9, .epoch = 1}};
    ck_assert_int_eq(read_rows(rows, 3), 0);
    ck_assert_uint_eq(tr_routes_owner(&routes, id_of(5)).node, 6);
    ck_assert_uint_eq(tr_routes_owner(&routes, id_of(9)).node, 8);
    ck_assert(!tr_address_is_set(tr_routes_owner(&routes, id_of(1))));
    ck_assert_uint_eq(routes.member_count, _i < 2 ? 2 : 3);
}
END_TEST

START_TEST(a_list_cut_anywhere_changes_nothing)
{
    const row rows[] = {{.node = 7,
                         .roles = TR_ROLE_WORKER,
                         .cores = 2,
                         .endpoints = 2,
                         .shard = 5,
                         .epoch = 3,
                         .core = 1}};
    ck_assert_int_eq(read_rows(rows, 1), 0);
    for (uint32_t size = 0; size < list.size; size++)
        ck_assert_int_eq(tr_routes_read(&routes, (tr_slice){(const char *)list.data, size}),
                         TR_EMALFORMED);
    ck_assert_uint_eq(routes.member_count, 1);
}
END_TEST

Suite *actors_routes_suite(void);
Suite *actors_routes_suite(void)
{
    Suite *suite = suite_create("actors/bus/routes");
    TCase *tcase = tcase_create("routes");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_session_goes_to_the_owner_of_its_shard);
    tcase_add_test(tcase, of_two_who_claim_a_shard_the_higher_epoch_owns_it);
    tcase_add_test(tcase, a_new_session_stays_on_the_core_thread_that_asks_when_it_can);
    tcase_add_test(tcase, the_less_loaded_of_two_gets_it_counted_per_core);
    tcase_add_test(tcase, who_drains_or_is_suspect_gets_nothing_new_and_keeps_what_it_has);
    tcase_add_test(tcase, who_lost_the_store_gets_nothing_new_while_another_one_reaches_it);
    tcase_add_test(tcase, new_pages_go_to_workers_with_a_store_where_there_are_some);
    tcase_add_loop_test(tcase, a_store_that_nobody_reaches_passes_nobody_over, 0, 3);
    tcase_add_loop_test(tcase, a_broken_row_costs_itself, 0, 4);
    tcase_add_test(tcase, a_list_cut_anywhere_changes_nothing);
    tcase_add_test(tcase, rows_of_a_newer_version_are_read);
    suite_add_tcase(suite, tcase);
    return suite;
}
