#include "base/owner.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>

Suite *base_owner_suite(void);

static void *elsewhere(void *(*function)(void *arg), void *arg)
{
    pthread_t thread;
    void *result = NULL;
    ck_assert_int_eq(pthread_create(&thread, NULL, function, arg), 0);
    pthread_join(thread, &result);
    return result;
}

static void *take(void *arg)
{
    tr_owner_take(arg);
    tr_owner_assert(arg);
    return NULL;
}

static void *look(void *arg)
{
    tr_owner_assert(arg);
    return NULL;
}

static void *take_and_give(void *arg)
{
    take(arg);
    tr_owner_give(arg);
    return NULL;
}

START_TEST(an_object_is_given_and_taken)
{
    tr_owner self = {0};
    take(&self);
    tr_owner_assert(&self);
    tr_owner_give(&self);
    elsewhere(take_and_give, &self);
    tr_owner_take(&self);
    tr_owner_assert(&self);
}
END_TEST

START_TEST(touching_what_nobody_owns_aborts)
{
    tr_owner self = {0};
    tr_owner_assert(&self);
}
END_TEST

START_TEST(touching_it_from_another_thread_aborts)
{
    tr_owner self = {0};
    tr_owner_take(&self);
    elsewhere(look, &self);
}
END_TEST

START_TEST(taking_what_was_not_given_aborts)
{
    tr_owner self = {0};
    tr_owner_take(&self);
    elsewhere(take, &self);
}
END_TEST

START_TEST(taking_twice_aborts)
{
    tr_owner self = {0};
    tr_owner_take(&self);
    tr_owner_take(&self);
}
END_TEST

START_TEST(giving_what_one_has_not_aborts)
{
    tr_owner self = {0};
    tr_owner_give(&self);
}
END_TEST

Suite *base_owner_suite(void)
{
    Suite *suite = suite_create("base/owner");
    TCase *tests = tcase_create("owner");
    tcase_add_test(tests, an_object_is_given_and_taken);
    suite_add_tcase(suite, tests);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, touching_what_nobody_owns_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, touching_it_from_another_thread_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, taking_what_was_not_given_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, taking_twice_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, giving_what_one_has_not_aborts, SIGABRT);
    suite_add_tcase(suite, death);
    return suite;
}
