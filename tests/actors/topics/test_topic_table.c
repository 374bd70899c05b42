#include "actors/topics/topic_table.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

Suite *actors_topic_table_suite(void);

static tr_topic_table table;

static void set_up(void)
{
    table = (tr_topic_table){0};
}

static void tear_down(void)
{
    tr_topic_table_done(&table);
}

START_TEST(a_topic_stays_as_long_as_anybody_anywhere_subscribes)
{
    tr_topic *topic = tr_topic_get(&table, TR_SLICE("news"));
    ck_assert_ptr_eq(tr_topic_find(&table, TR_SLICE("news")), topic);
    ck_assert_ptr_null(tr_topic_find(&table, TR_SLICE("new")));
    tr_subscription *subscription = tr_new(tr_subscription);
    tr_topic_add(topic, subscription);
    topic->cores = 2;
    tr_topic_set_place(topic, 7, 1);
    tr_topic_remove(subscription);
    tr_topic_tidy(&table, topic);
    topic->cores = 0;
    tr_topic_tidy(&table, topic);
    ck_assert_uint_eq(table.count, 1);
    tr_topic_set_place(topic, 7, 0);
    tr_topic_tidy(&table, topic);
    ck_assert_uint_eq(table.count, 0);
}
END_TEST

START_TEST(subscribers_leave_in_any_order)
{
    static const unsigned orders[][3] = {{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {1, 2, 0}};
    tr_topic *topic = tr_topic_get(&table, TR_SLICE("news"));
    tr_subscription *all[3];
    for (unsigned i = 0; i < 3; i++) {
        all[i] = tr_new(tr_subscription);
        tr_topic_add(topic, all[i]);
    }
    ck_assert_ptr_eq(topic->subscribers, all[0]);
    for (unsigned i = 0; i < 3; i++) {
        tr_topic_remove(all[orders[_i][i]]);
        unsigned left = 0;
        for (const tr_subscription *at = topic->subscribers; at != NULL; at = at->next)
            left++;
        ck_assert_uint_eq(left, 2 - i);
    }
    ck_assert_ptr_null(topic->subscribers);
    tr_topic_tidy(&table, topic);
}
END_TEST

START_TEST(what_a_process_says_replaces_what_it_said)
{
    tr_topic *topic = tr_topic_get(&table, TR_SLICE("news"));
    tr_topic_set_place(topic, 7, 1);
    tr_topic_set_place(topic, 8, 3);
    tr_topic_place_of(topic, 7)->is_stale = true;
    tr_topic_set_place(topic, 7, 6);
    ck_assert_uint_eq(topic->place_count, 2);
    ck_assert_uint_eq(tr_topic_place_of(topic, 7)->cores, 6);
    ck_assert(!tr_topic_place_of(topic, 7)->is_stale);
    tr_topic_set_place(topic, 7, 0);
    tr_topic_set_place(topic, 7, 0);
    ck_assert_ptr_null(tr_topic_place_of(topic, 7));
    ck_assert_uint_eq(tr_topic_place_of(topic, 8)->cores, 3);
}
END_TEST

START_TEST(what_is_owed_is_told_once_and_forgotten_with_its_process)
{
    tr_topic *topic = tr_topic_get(&table, TR_SLICE("news"));
    tr_topic_set_place(topic, 7, 3);
    tr_topic_owe(topic, 7, 0, 1);
    tr_topic_owe(topic, 7, 1, 5);
    tr_topic_owe(topic, 7, 0, 2);
    ck_assert_uint_eq(tr_topic_take_debt(topic, 7, 0), 3);
    ck_assert_uint_eq(tr_topic_take_debt(topic, 7, 0), 0);
    tr_topic_set_place(topic, 7, 0);
    ck_assert_uint_eq(tr_topic_take_debt(topic, 7, 1), 0);
}
END_TEST

START_TEST(no_more_topics_than_the_cap)
{
    char name[16];
    for (unsigned i = 0; i < TR_TOPICS_CAP; i++) {
        int size = snprintf(name, sizeof name, "%u", i);
        ck_assert_ptr_nonnull(tr_topic_get(&table, (tr_slice){name, (uint32_t)size}));
    }
    ck_assert_ptr_null(tr_topic_get(&table, TR_SLICE("one more")));
    ck_assert_ptr_nonnull(tr_topic_get(&table, TR_SLICE("7")));
    char text[TR_TOPIC_NAME_CAP_BYTES + 1];
    memset(text, 'x', sizeof text);
    tr_topic_tidy(&table, tr_topic_find(&table, TR_SLICE("7")));
    ck_assert_ptr_null(tr_topic_get(&table, (tr_slice){text, sizeof text}));
    ck_assert_ptr_nonnull(tr_topic_get(&table, TR_SLICE("one more")));
}
END_TEST

Suite *actors_topic_table_suite(void)
{
    Suite *suite = suite_create("actors/topics/topic_table");
    TCase *tcase = tcase_create("what a core thread knows of topics");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_topic_stays_as_long_as_anybody_anywhere_subscribes);
    tcase_add_loop_test(tcase, subscribers_leave_in_any_order, 0, 4);
    tcase_add_test(tcase, what_a_process_says_replaces_what_it_said);
    tcase_add_test(tcase, what_is_owed_is_told_once_and_forgotten_with_its_process);
    tcase_add_test(tcase, no_more_topics_than_the_cap);
    suite_add_tcase(suite, tcase);
    return suite;
}
