#include "actors/core/coroutine_stack.h"

#include <string.h>

#include "tests/support/system.h"

Suite *actors_stack_suite(void);

static tr_stacks of_test;

static unsigned char *taken(void)
{
    unsigned char *stack = tr_stacks_take(&of_test);
    ck_assert_ptr_nonnull(stack);
    return stack;
}

START_TEST(a_stack_is_usable_from_end_to_end)
{
    tr_stacks_use_mprotect(_i == 1);
    unsigned char *stack = taken();
    memset(stack, 7, TR_COROUTINE_STACK_BYTES);
    ck_assert_uint_eq(stack[0] + stack[TR_COROUTINE_STACK_BYTES - 1], 14);
    ck_assert(!tr_stack_is_guard(stack, stack));
    ck_assert(tr_stack_is_guard(stack, stack - 1));
    ck_assert(tr_stack_is_guard(stack, stack - TR_COROUTINE_GUARD_BYTES));
    ck_assert(!tr_stack_is_guard(stack, stack - TR_COROUTINE_GUARD_BYTES - 1));
    tr_stacks_give(&of_test, stack);
    ck_assert_ptr_eq(taken(), stack); // the warmest comes first
    tr_stacks_give(&of_test, stack);
    tr_stacks_done(&of_test);
    ck_assert_uint_eq(tr_stacks_mapped(), 0);
}
END_TEST

START_TEST(what_nobody_needs_goes_back_bit_by_bit)
{
    static unsigned char *stacks[TR_STACKS_KEPT_CAP + 10];
    enum { COUNT = sizeof stacks / sizeof *stacks };
    for (unsigned i = 0; i < COUNT; i++)
        stacks[i] = taken();
    ck_assert_uint_eq(tr_stacks_mapped(), COUNT);
    for (unsigned i = 0; i < COUNT; i++)
        tr_stacks_give(&of_test, stacks[i]);
    ck_assert_uint_eq(tr_stacks_mapped(), TR_STACKS_KEPT_CAP); // the rest went at once
    tr_stacks_trim(&of_test);                                  // none was spare since they came
    ck_assert_uint_eq(tr_stacks_mapped(), TR_STACKS_KEPT_CAP);
    for (unsigned i = 0; i < 56; i++)
        stacks[i] = taken();
    for (unsigned i = 0; i < 56; i++)
        tr_stacks_give(&of_test, stacks[i]);
    tr_stacks_trim(&of_test); // 200 were
    ck_assert_uint_eq(tr_stacks_mapped(), TR_STACKS_KEPT_CAP - 100);
    for (unsigned i = 0; i < 8; i++)
        tr_stacks_trim(&of_test);
    ck_assert_uint_eq(tr_stacks_mapped(), 0);
    tr_stacks_give(&of_test, taken()); // and all is well
    tr_stacks_done(&of_test);
    ck_assert_uint_eq(tr_stacks_mapped(), 0);
}
END_TEST

#if !TEST_UNDER_SANITIZER // they report the fault themselves, and so many mappings are slow there
START_TEST(writing_below_a_stack_faults)
{
    tr_stacks_use_mprotect(_i / 2 == 1);
    volatile unsigned char *stack = taken();
    // Its upper and its lower end.
    stack[_i % 2 == 0 ? -1 : -(int)TR_COROUTINE_GUARD_BYTES] = 1;
}
END_TEST

START_TEST(mappings_of_the_process_are_a_bound)
{
    tr_stacks_use_mprotect(true);
    uint32_t cap = tr_stacks_cap();
    ck_assert_uint_ge(cap, 30000); // with the kernel's default of 65 530
    unsigned char **stacks = tr_calloc(cap, sizeof *stacks);
    for (uint32_t i = 0; i < cap; i++)
        stacks[i] = taken();
    ck_assert_ptr_null(tr_stacks_take(&of_test));
    ck_assert_uint_eq(tr_stacks_mapped(), cap);
    tr_stacks_give(&of_test, stacks[0]);
    ck_assert_ptr_eq(taken(), stacks[0]);
    for (uint32_t i = 0; i < cap; i++)
        tr_stacks_give(&of_test, stacks[i]);
    tr_stacks_done(&of_test);
    ck_assert_uint_eq(tr_stacks_mapped(), 0);
    tr_free(stacks);
}
END_TEST
#endif

Suite *actors_stack_suite(void)
{
    Suite *suite = suite_create("actors/core/coroutine_stack");
    TCase *tests = tcase_create("stack");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_stack_is_usable_from_end_to_end, 0, 2);
    tcase_add_test(tests, what_nobody_needs_goes_back_bit_by_bit);
#if !TEST_UNDER_SANITIZER
    tcase_add_test(tests, mappings_of_the_process_are_a_bound);
#endif
    suite_add_tcase(suite, tests);
#if !TEST_UNDER_SANITIZER
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_loop_test_raise_signal(death, writing_below_a_stack_faults, SIGSEGV, 0, 4);
    suite_add_tcase(suite, death);
#endif
    return suite;
}
