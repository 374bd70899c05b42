#include "actors/pool/pool_queue.h"

#include <check.h>
#include <stdlib.h>

#include "base/mem.h"

Suite *actors_pool_queue_suite(void);

static tr_pool_queue queue;

static void set_up(void)
{
    queue = (tr_pool_queue){.cap = 16, .run_share = 2};
}

static void tear_down(void)
{
    tr_pool_queue_done(&queue);
}

static tr_address sender(uint64_t number)
{
    return (tr_address){1, number};
}

static void push(uint64_t from, uint64_t number)
{
    tr_pool_job *job = tr_new(tr_pool_job);
    job->number = number;
    tr_pool_queue_push(&queue, sender(from), job);
}

// Pops and ends a job; 0 when there is none.
static uint64_t pop(void)
{
    tr_pool_job *job = tr_pool_queue_pop(&queue);
    uint64_t number = job != NULL ? job->number : 0;
    if (job != NULL)
        tr_pool_queue_ended(&queue, job);
    tr_pool_job_free(job);
    return number;
}

START_TEST(one_sender_is_served_in_order)
{
    for (unsigned i = 1; i <= 3; i++)
        push(7, i);
    for (unsigned i = 1; i <= 3; i++)
        ck_assert_uint_eq(pop(), i);
    ck_assert_uint_eq(pop(), 0);
    ck_assert_uint_eq(queue.senders.count, 0);
}
END_TEST

START_TEST(many_take_turns)
{
    static const uint64_t expected[] = {1, 11, 21, 2, 12, 3, 4};
    for (unsigned i = 1; i <= 4; i++)
        push(1, i);
    push(2, 11);
    push(2, 12);
    push(3, 21);
    for (unsigned i = 0; i < 7; i++)
        ck_assert_uint_eq(pop(), expected[i]);
}
END_TEST

START_TEST(who_has_its_share_running_waits_until_one_ends)
{
    for (unsigned i = 1; i <= 4; i++)
        push(1, i);
    tr_pool_job *one = tr_pool_queue_pop(&queue);
    tr_pool_job *two = tr_pool_queue_pop(&queue);
    ck_assert_ptr_null(tr_pool_queue_pop(&queue));
    ck_assert(!tr_pool_queue_is_next(&queue, sender(1)));
    ck_assert(tr_pool_queue_is_next(&queue, sender(2)));
    push(2, 11);
    ck_assert(!tr_pool_queue_is_next(&queue, sender(3)));
    ck_assert_uint_eq(pop(), 11);
    tr_pool_queue_ended(&queue, one);
    tr_pool_queue_ended(&queue, one); // a second time counts nothing
    ck_assert_uint_eq(pop(), 3);
    tr_pool_queue_ended(&queue, two);
    ck_assert_uint_eq(pop(), 4);
    tr_pool_job_free(one);
    tr_pool_job_free(two);
    ck_assert_uint_eq(queue.senders.count, 0);
}
END_TEST

START_TEST(a_sender_waits_with_no_more_than_it_leaves_free)
{
    uint64_t number = 0;
    static const unsigned expected[] = {8, 4, 2, 1, 1, 0};
    for (unsigned from = 1; from <= 6; from++) {
        unsigned accepted = 0;
        for (; tr_pool_queue_has_room(&queue, sender(from)); accepted++)
            push(from, ++number);
        ck_assert_uint_eq(accepted, expected[from - 1]);
    }
    ck_assert_uint_eq(queue.count, 16);
}
END_TEST

static bool is_odd(const tr_pool_job *job, const void *arg)
{
    (void)arg;
    return job->number % 2 == 1;
}

START_TEST(what_is_taken_out_comes_no_more_and_the_rest_in_order)
{
    push(1, 1);
    push(2, 3);
    for (unsigned i = 4; i <= 8; i++)
        push(2, i);
    unsigned taken = 0;
    tr_pool_job *list = tr_pool_queue_take(&queue, is_odd, NULL);
    while (list != NULL) {
        tr_pool_job *job = list;
        list = job->next;
        ck_assert(is_odd(job, NULL));
        tr_pool_job_free(job);
        taken++;
    }
    ck_assert_uint_eq(taken, 4);
    ck_assert_uint_eq(queue.count, 3);
    for (unsigned i = 4; i <= 8; i += 2)
        ck_assert_uint_eq(pop(), i);
    ck_assert_uint_eq(pop(), 0);
    ck_assert_uint_eq(queue.senders.count, 0);
    // And all of a sender's can be pushed anew.
    push(1, 9);
    ck_assert_uint_eq(pop(), 9);
}
END_TEST

// Against a plain model: nothing is lost, nothing comes twice, no sender gets two turns while
// another one waits.
START_TEST(turns_are_fair_whatever_happens)
{
    unsigned seed = 4711;
    unsigned waiting[8] = {0};
    unsigned since[8] = {0}; // turns of others since it waits
    unsigned pushed = 0;
    unsigned popped = 0;
    queue.cap = 1000;
    for (unsigned i = 0; i < 20000; i++) {
        unsigned from = (unsigned)rand_r(&seed) % 8;
        if (rand_r(&seed) % 2 == 0 && tr_pool_queue_has_room(&queue, sender(from + 1))) {
            push(from + 1, from + 1);
            since[from] = waiting[from]++ == 0 ? 0 : since[from];
            pushed++;
            continue;
        }
        uint64_t next = pop();
        if (next == 0)
            continue;
        popped++;
        waiting[next - 1]--;
        since[next - 1] = 0;
        for (unsigned other = 0; other < 8; other++)
            if (other != next - 1 && waiting[other] != 0)
                ck_assert_uint_lt(since[other]++, 8);
    }
    ck_assert_uint_eq(queue.count, pushed - popped);
}
END_TEST

Suite *actors_pool_queue_suite(void)
{
    Suite *suite = suite_create("actors/pool/pool_queue");
    TCase *tcase = tcase_create("turns");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, one_sender_is_served_in_order);
    tcase_add_test(tcase, many_take_turns);
    tcase_add_test(tcase, who_has_its_share_running_waits_until_one_ends);
    tcase_add_test(tcase, a_sender_waits_with_no_more_than_it_leaves_free);
    tcase_add_test(tcase, what_is_taken_out_comes_no_more_and_the_rest_in_order);
    tcase_add_test(tcase, turns_are_fair_whatever_happens);
    suite_add_tcase(suite, tcase);
    return suite;
}
