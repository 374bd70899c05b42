#include "base/lock.h"

#include <check.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *base_lock_suite(void);

static tr_lock outer = TR_LOCK_INIT("outer", TR_LOCK_CHECK);
static tr_lock inner = TR_LOCK_INIT("inner", TR_LOCK_SYSTEM);
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int number;

static void *add(void *arg)
{
    for (int i = 0; i < 1000; i++) {
        tr_lock_take(arg);
        number++;
        pthread_cond_signal(&changed);
        tr_lock_give(arg);
    }
    return NULL;
}

START_TEST(two_threads_take_turns)
{
    pthread_t threads[2];
    tr_lock lock;
    tr_lock_init(&lock, "test", TR_LOCK_TEST);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, add, &lock), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    ck_assert_int_eq(number, 2000);
    tr_lock_done(&lock);
}
END_TEST

START_TEST(waiting_gives_it_back_meanwhile)
{
    pthread_t thread;
    tr_lock_take(&inner);
    ck_assert_int_eq(pthread_create(&thread, NULL, add, &inner), 0);
    while (number < 1000)
        ck_assert(tr_lock_wait(&inner, &changed, 0));
    ck_assert(!tr_lock_wait(&inner, &changed, 1));
    tr_lock_give(&inner);
    pthread_join(thread, NULL);
}
END_TEST

START_TEST(rising_ranks_may_be_taken_and_given_in_any_order)
{
    for (int i = 0; i < 100; i++) {
        tr_lock_take(&outer);
        tr_lock_take(&inner);
        tr_lock_give(&outer);
        tr_lock_give(&inner);
    }
}
END_TEST

#ifdef TR_DEBUG
// Each by itself is harmless: no other thread is about.
START_TEST(taking_locks_in_falling_order_aborts)
{
    tr_lock_take(&inner);
    tr_lock_take(&outer);
}
END_TEST

START_TEST(taking_a_lock_twice_aborts)
{
    tr_lock_take(&inner);
    tr_lock_take(&inner);
}
END_TEST

START_TEST(giving_what_one_has_not_aborts)
{
    tr_lock_take(&inner);
    tr_lock_give(&outer);
}
END_TEST

START_TEST(the_last_words_name_both_locks)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        tr_lock_take(&inner);
        tr_lock_take(&outer);
        _exit(0);
    }
    close(ends[1]);
    char words[512] = "";
    size_t size = 0;
    ssize_t got;
    while ((got = read(ends[0], words + size, sizeof words - 1 - size)) > 0)
        size += (size_t)got;
    close(ends[0]);
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    ck_assert_msg(strstr(words, "lock order: outer is taken behind inner") != NULL, "%s", words);
}
END_TEST
#endif

Suite *base_lock_suite(void)
{
    Suite *suite = suite_create("base/lock");
    TCase *tests = tcase_create("lock");
    tcase_add_test(tests, two_threads_take_turns);
    tcase_add_test(tests, waiting_gives_it_back_meanwhile);
    tcase_add_test(tests, rising_ranks_may_be_taken_and_given_in_any_order);
    suite_add_tcase(suite, tests);
#ifdef TR_DEBUG
    tcase_add_test(tests, the_last_words_name_both_locks);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, taking_locks_in_falling_order_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, taking_a_lock_twice_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, giving_what_one_has_not_aborts, SIGABRT);
    suite_add_tcase(suite, death);
#endif
    return suite;
}
