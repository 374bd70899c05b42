#include "base/mem.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "base/must.h"

Suite *base_mem_suite(void);

START_TEST(new_memory_is_zeroed)
{
    struct pair {
        uint64_t a;
        void *b;
    } *pair = tr_new(struct pair);
    ck_assert_uint_eq(pair->a, 0);
    ck_assert_ptr_null(pair->b);
    tr_free(pair);
    unsigned char *all = tr_calloc(100, 3);
    for (int i = 0; i < 300; i++)
        ck_assert_uint_eq(all[i], 0);
    tr_free(all);
}
END_TEST

START_TEST(nothing_at_all_is_a_block_too)
{
    void *blocks[] = {tr_alloc(0), tr_calloc(0, 8), tr_realloc(NULL, 0), tr_try_alloc(0)};
    for (int i = 0; i < 4; i++) {
        ck_assert_ptr_nonnull(blocks[i]);
        tr_free(blocks[i]);
    }
    tr_free(NULL);
}
END_TEST

START_TEST(what_is_in_use_is_known)
{
    size_t before = tr_mem_in_use();
    char *memory = tr_alloc(100000);
    ck_assert_uint_ge(tr_mem_in_use(), before + 100000);
    memory = tr_realloc(memory, 200000);
    ck_assert_uint_ge(tr_mem_in_use(), before + 200000);
    void *zeroed = tr_calloc(1000, 100);
    void *tried = tr_try_alloc(100000);
    ck_assert_uint_ge(tr_mem_in_use(), before + 400000);
    ck_assert_uint_le(tr_mem_in_use(), before + 450000);
    tr_free(memory);
    tr_free(zeroed);
    tr_free(tried);
    tr_free(NULL);
    ck_assert_uint_eq(tr_mem_in_use(), before);
}
END_TEST

static void *frees(void *memory)
{
    tr_free(memory);
    return NULL;
}

START_TEST(what_another_thread_frees_is_in_use_no_more)
{
    size_t before = tr_mem_in_use();
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, frees, tr_alloc(100000)), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_uint_eq(tr_mem_in_use(), before);
}
END_TEST

START_TEST(a_copied_text_is_closed)
{
    char *copy = tr_copy_text("abcdef", 3);
    ck_assert_str_eq(copy, "abc");
    tr_free(copy);
    copy = tr_copy_text(NULL, 0);
    ck_assert_str_eq(copy, "");
    tr_free(copy);
}
END_TEST

START_TEST(the_nth_try_fails_and_only_that)
{
    tr_mem_fail_after(3);
    for (int i = 1; i <= 5; i++) {
        void *memory = tr_try_alloc(8);
        ck_assert_int_eq(memory == NULL, i == 3);
        tr_free(memory);
    }
    tr_mem_fail_after(1);
    tr_mem_fail_after(0);
    void *memory = tr_try_alloc(8);
    ck_assert_ptr_nonnull(memory);
    tr_free(memory);
}
END_TEST

START_TEST(a_failed_check_aborts)
{
    tr_must(1 + 1 == 2);
    tr_must(1 + 1 == 3);
}
END_TEST

START_TEST(what_cannot_be_reached_aborts)
{
    tr_never("here");
}
END_TEST

#if !defined(__SANITIZE_ADDRESS__) &&                                                              \
    !defined(__SANITIZE_THREAD__) // they end the process themselves
START_TEST(running_out_of_memory_aborts)
{
    volatile size_t size = PTRDIFF_MAX;
    tr_free(tr_alloc(size));
}
END_TEST
#endif

#ifdef TR_DEBUG
START_TEST(fresh_memory_is_full_of_junk_unless_it_was_asked_zeroed)
{
    unsigned char junk[64];
    memset(junk, 0xa5, sizeof junk);
    static const unsigned char zeros[64];
    unsigned char *plain = tr_alloc(64);
    unsigned char *tried = tr_try_alloc(64);
    unsigned char *zeroed = tr_calloc(64, 1);
    ck_assert_mem_eq(plain, junk, 64);
    ck_assert_mem_eq(tried, junk, 64);
    ck_assert_mem_eq(zeroed, zeros, 64);
    tr_free(plain);
    tr_free(tried);
    tr_free(zeroed);
}
END_TEST
#endif

Suite *base_mem_suite(void)
{
    Suite *suite = suite_create("base/mem");
    TCase *tests = tcase_create("mem");
    tcase_add_test(tests, new_memory_is_zeroed);
    tcase_add_test(tests, nothing_at_all_is_a_block_too);
    tcase_add_test(tests, what_is_in_use_is_known);
    tcase_add_test(tests, what_another_thread_frees_is_in_use_no_more);
    tcase_add_test(tests, a_copied_text_is_closed);
    tcase_add_test(tests, the_nth_try_fails_and_only_that);
#ifdef TR_DEBUG
    tcase_add_test(tests, fresh_memory_is_full_of_junk_unless_it_was_asked_zeroed);
#endif
    suite_add_tcase(suite, tests);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, a_failed_check_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, what_cannot_be_reached_aborts, SIGABRT);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    tcase_add_test_raise_signal(death, running_out_of_memory_aborts, SIGABRT);
#endif
    suite_add_tcase(suite, death);
    return suite;
}
