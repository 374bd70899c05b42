#include "actors/topics/presence_table.h"

#include <check.h>
#include <string.h>

#include "base/mem.h"

Suite *actors_presence_table_suite(void);

static tr_presence_table table;

static void set_up(void)
{
    table = (tr_presence_table){0};
}

static void tear_down(void)
{
    tr_presence_table_done(&table);
    ck_assert_uint_eq(table.count, 0);
    ck_assert_ptr_null(table.by_name);
}

static const tr_address ada = {1, 21};
static const tr_address grace = {2, 21};

START_TEST(who_is_set_is_there_with_what_it_said_last)
{
    tr_presence_group *room = tr_group_get(&table, TR_SLICE("room"));
    ck_assert_int_eq(tr_group_set(&table, room, ada, TR_SLICE("Ada")), TR_PRESENCE_NEW);
    ck_assert_int_eq(tr_group_set(&table, room, ada, TR_SLICE("Ada")), TR_PRESENCE_SAME);
    ck_assert_int_eq(tr_group_set(&table, room, grace, TR_SLICE("")), TR_PRESENCE_NEW);
    ck_assert_int_eq(tr_group_set(&table, room, ada, TR_SLICE("A.")), TR_PRESENCE_NEW);
    ck_assert_uint_eq(table.count, 2);
    ck_assert_uint_eq(tr_group_has(room, ada)->size, 2);
    ck_assert_ptr_null(tr_group_has(room, (tr_address){1, 22}));
    tr_group_remove(&table, room, tr_group_has(room, ada));
    ck_assert_ptr_null(tr_group_has(room, ada));
    ck_assert_uint_eq(table.count, 1);
}
END_TEST

START_TEST(who_says_the_same_again_is_no_longer_in_doubt)
{
    tr_presence_group *room = tr_group_get(&table, TR_SLICE("room"));
    (void)tr_group_set(&table, room, ada, TR_SLICE("Ada"));
    tr_group_has(room, ada)->is_stale = true;
    ck_assert_int_eq(tr_group_set(&table, room, ada, TR_SLICE("Ada")), TR_PRESENCE_SAME);
    ck_assert(!tr_group_has(room, ada)->is_stale);
}
END_TEST

START_TEST(too_many_or_too_much_is_refused)
{
    char meta[TR_PRESENCE_META_CAP_BYTES + 1];
    memset(meta, 'x', sizeof meta);
    tr_presence_group *room = tr_group_get(&table, TR_SLICE("room"));
    ck_assert_int_eq(tr_group_set(&table, room, ada, (tr_slice){meta, sizeof meta}),
                     TR_PRESENCE_REFUSED);
    for (uint64_t i = 1; i <= TR_PRESENCES_CAP; i++)
        ck_assert_int_eq(tr_group_set(&table, room, (tr_address){7, i}, TR_SLICE("x")),
                         TR_PRESENCE_NEW);
    ck_assert_int_eq(tr_group_set(&table, room, ada, TR_SLICE("Ada")), TR_PRESENCE_REFUSED);
    ck_assert_int_eq(tr_group_set(&table, room, (tr_address){7, 1}, TR_SLICE("y")),
                     TR_PRESENCE_NEW);
    ck_assert_ptr_null(tr_group_get(&table, (tr_slice){meta, TR_TOPIC_NAME_CAP_BYTES + 1}));
}
END_TEST

START_TEST(a_group_lives_as_long_as_anybody_is_there_or_watches)
{
    tr_presence_group *room = tr_group_get(&table, TR_SLICE("room"));
    (void)tr_group_set(&table, room, ada, TR_SLICE("Ada"));
    tr_watching *one = tr_new(tr_watching);
    tr_watching *two = tr_new(tr_watching);
    tr_group_watch(room, one);
    tr_group_watch(room, two);
    tr_group_remove(&table, room, tr_group_has(room, ada));
    tr_group_tidy(&table, room);
    tr_group_unwatch(one);
    tr_group_tidy(&table, room);
    ck_assert_ptr_eq(tr_group_find(&table, TR_SLICE("room")), room);
    ck_assert_ptr_eq(room->watching, two);
    tr_group_unwatch(two);
    tr_group_tidy(&table, room);
    ck_assert_ptr_null(tr_group_find(&table, TR_SLICE("room")));
}
END_TEST

START_TEST(who_still_watches_learns_that_the_table_is_gone)
{
    tr_watching *watching = tr_new(tr_watching);
    tr_group_watch(tr_group_get(&table, TR_SLICE("room")), watching);
    tr_presence_table_done(&table);
    ck_assert_ptr_null(watching->group);
    tr_free(watching);
}
END_TEST

Suite *actors_presence_table_suite(void)
{
    Suite *suite = suite_create("actors/topics/presence_table");
    TCase *tcase = tcase_create("who is where");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, who_is_set_is_there_with_what_it_said_last);
    tcase_add_test(tcase, who_says_the_same_again_is_no_longer_in_doubt);
    tcase_add_test(tcase, too_many_or_too_much_is_refused);
    tcase_add_test(tcase, a_group_lives_as_long_as_anybody_is_there_or_watches);
    tcase_add_test(tcase, who_still_watches_learns_that_the_table_is_gone);
    suite_add_tcase(suite, tcase);
    return suite;
}
