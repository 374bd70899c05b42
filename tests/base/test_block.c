#include "base/block.h"

#include <check.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"

Suite *base_block_suite(void);

START_TEST(every_block_is_whole_and_nobody_elses)
{
    static const size_t sizes[] = {0,   1, TR_BLOCK_BYTES - 1, TR_BLOCK_BYTES, TR_BLOCK_BYTES + 1,
                                   4096};
    enum { SIZES = sizeof sizes / sizeof *sizes, EACH = 2 * TR_BLOCKS_KEPT };
    static unsigned char *blocks[EACH];
    for (unsigned s = 0; s < SIZES; s++)
        for (unsigned again = 0; again < 2; again++) {
            for (unsigned i = 0; i < EACH; i++) {
                blocks[i] = i % 2 == 0 ? tr_block_alloc(sizes[s]) : tr_block_try_alloc(sizes[s]);
                ck_assert_ptr_nonnull(blocks[i]);
                memset(blocks[i], (int)(i & 0xff), sizes[s]);
            }
            for (unsigned i = 0; i < EACH; i++) {
                unsigned strange = 0;
                for (size_t at = 0; at < sizes[s]; at++)
                    strange += blocks[i][at] != (i & 0xff);
                ck_assert_uint_eq(strange, 0);
                tr_block_free(blocks[i], sizes[s]);
            }
        }
    tr_block_free(NULL, 1);
}
END_TEST

START_TEST(a_failure_asked_for_comes_for_kept_blocks_too)
{
    tr_block_free(tr_block_alloc(64), 64);
    tr_mem_fail_after(1);
    ck_assert_ptr_null(tr_block_try_alloc(64));
    void *block = tr_block_try_alloc(64);
    ck_assert_ptr_nonnull(block);
    tr_block_free(block, 64);
    tr_mem_fail_after(1);
    ck_assert_ptr_null(tr_block_try_alloc(TR_BLOCK_BYTES + 1));
}
END_TEST

static void *free_here(void *blocks)
{
    for (void **at = blocks; *at != NULL; at++)
        tr_block_free(*at, 32);
    return NULL;
}

// The leak checker sees what the thread that ended would have kept.
START_TEST(a_thread_frees_what_another_took_and_keeps_nothing_when_it_ends)
{
    void *blocks[101] = {NULL};
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 100; i++)
            blocks[i] = tr_block_alloc(32);
        pthread_t thread;
        ck_assert_int_eq(pthread_create(&thread, NULL, free_here, blocks), 0);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
    }
}
END_TEST

Suite *base_block_suite(void)
{
    Suite *suite = suite_create("base/block");
    TCase *all = tcase_create("all");
    tcase_add_test(all, every_block_is_whole_and_nobody_elses);
    tcase_add_test(all, a_failure_asked_for_comes_for_kept_blocks_too);
    tcase_add_test(all, a_thread_frees_what_another_took_and_keeps_nothing_when_it_ends);
    suite_add_tcase(suite, all);
    return suite;
}
