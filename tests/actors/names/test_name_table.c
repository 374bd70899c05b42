#include "actors/names/name_table.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "troupe/err.h"

Suite *actors_registry_suite(void);

static tr_registry table;

static void set_up(void)
{
    table = (tr_registry){0};
}

static void tear_down(void)
{
    tr_registry_done(&table);
}

static const tr_address somebody = {7, 21};

START_TEST(a_name_is_found_in_its_scope_only)
{
    tr_name *name = tr_registry_get(&table, 0, TR_SLICE("a"));
    ck_assert_ptr_nonnull(name);
    ck_assert_ptr_eq(tr_registry_find(&table, 0, TR_SLICE("a")), name);
    ck_assert_ptr_eq(tr_registry_get(&table, 0, TR_SLICE("a")), name);
    ck_assert_ptr_null(tr_registry_find(&table, 1, TR_SLICE("a")));
    ck_assert_ptr_null(tr_registry_find(&table, 0, TR_SLICE("ab")));
    ck_assert_ptr_null(tr_registry_find(&table, 0, TR_SLICE("")));
    ck_assert_uint_eq(table.count, 1);
}
END_TEST

START_TEST(a_name_over_the_cap_is_not_kept)
{
    char text[TR_NAME_CAP_BYTES + 1];
    memset(text, 'x', sizeof text);
    ck_assert_ptr_null(tr_registry_get(&table, 0, (tr_slice){text, sizeof text}));
    ck_assert_ptr_null(tr_registry_find(&table, 0, (tr_slice){text, sizeof text}));
    ck_assert_ptr_nonnull(tr_registry_get(&table, 0, (tr_slice){text, sizeof text - 1}));
}
END_TEST

START_TEST(what_nobody_has_or_wants_is_forgotten)
{
    tr_name *name = tr_registry_get(&table, 0, TR_SLICE("a"));
    name->owner = somebody;
    tr_registry_tidy(&table, name);
    ck_assert_uint_eq(table.count, 1);
    ck_assert_ptr_null(table.pending);
    name->owner = TR_NOWHERE;
    ck_assert_int_eq(tr_name_wait(name, NULL, somebody, 1), 0);
    tr_registry_tidy(&table, name);
    ck_assert_ptr_eq(table.pending, name);
    tr_free(tr_name_take_waiter(name));
    tr_registry_tidy(&table, name);
    ck_assert_uint_eq(table.count, 0);
    ck_assert_ptr_null(table.pending);
}
END_TEST

START_TEST(those_who_wait_are_bounded_and_served_in_order)
{
    tr_name *name = tr_registry_get(&table, 0, TR_SLICE("a"));
    for (uint64_t i = 0; i < TR_NAME_WAITERS_CAP; i++)
        ck_assert_int_eq(tr_name_wait(name, NULL, somebody, i), 0);
    ck_assert_int_eq(tr_name_wait(name, NULL, somebody, 0), TR_EFULL);
    for (uint64_t i = 0; i < TR_NAME_WAITERS_CAP; i++) {
        tr_name_waiter *waiter = tr_name_take_waiter(name);
        ck_assert_uint_eq(waiter->correlation, i);
        tr_free(waiter);
    }
    ck_assert_ptr_null(tr_name_take_waiter(name));
}
END_TEST

START_TEST(a_full_table_gives_up_the_oldest_that_is_only_cached)
{
    char text[16];
    for (unsigned i = 0; i < TR_NAMES_CAP; i++) {
        int size = snprintf(text, sizeof text, "%u", i);
        tr_name *name = tr_registry_get(&table, 1, (tr_slice){text, (uint32_t)size});
        name->owner = somebody;
        name->epoch = i == 2 || i == 5 ? 0 : 1;
    }
    ck_assert_ptr_null(tr_registry_get(&table, 1, TR_SLICE("new")));
    tr_name *oldest = tr_registry_oldest_cached(&table);
    ck_assert_str_eq(oldest->text, "2");
    oldest->owner = TR_NOWHERE;
    tr_registry_tidy(&table, oldest);
    ck_assert_ptr_nonnull(tr_registry_get(&table, 1, TR_SLICE("new")));
    ck_assert_str_eq(tr_registry_oldest_cached(&table)->text, "5");
}
END_TEST

START_TEST(of_two_the_same_one_wins_whoever_asks)
{
    static const struct {
        tr_address winner;
        uint64_t epoch;
        tr_address loser;
        uint64_t its_epoch;
    } rows[] = {{{9, 1}, 2, {1, 1}, 1}, {{1, 9}, 5, {2, 1}, 5}, {{1, 1}, 5, {1, 2}, 5}};
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert(tr_name_beats(rows[i].winner, rows[i].epoch, rows[i].loser, rows[i].its_epoch));
        ck_assert(!tr_name_beats(rows[i].loser, rows[i].its_epoch, rows[i].winner, rows[i].epoch));
    }
}
END_TEST

START_TEST(a_node_is_told_once_and_forgotten)
{
    tr_name *name = tr_registry_get(&table, 1, TR_SLICE("a"));
    for (uint64_t node = 1; node <= 5; node++)
        tr_name_tell_node(name, node);
    tr_name_tell_node(name, 3);
    ck_assert_uint_eq(name->told_node_count, 5);
    tr_name_forget_node(name, 1);
    tr_name_forget_node(name, 1);
    ck_assert_uint_eq(name->told_node_count, 4);
}
END_TEST

Suite *actors_registry_suite(void)
{
    Suite *suite = suite_create("actors/names/name_table");
    TCase *tcase = tcase_create("what a registry knows");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_name_is_found_in_its_scope_only);
    tcase_add_test(tcase, a_name_over_the_cap_is_not_kept);
    tcase_add_test(tcase, what_nobody_has_or_wants_is_forgotten);
    tcase_add_test(tcase, those_who_wait_are_bounded_and_served_in_order);
    tcase_add_test(tcase, a_full_table_gives_up_the_oldest_that_is_only_cached);
    tcase_add_test(tcase, of_two_the_same_one_wins_whoever_asks);
    tcase_add_test(tcase, a_node_is_told_once_and_forgotten);
    suite_add_tcase(suite, tcase);
    return suite;
}
