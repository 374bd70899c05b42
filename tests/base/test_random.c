#include "base/random.h"

#include <check.h>
#include <string.h>

Suite *base_random_suite(void);

START_TEST(the_quick_generator_has_golden_numbers)
{
    uint64_t state = 1234567; // SplitMix64's published test vector
    ck_assert_uint_eq(tr_random_next(&state), 6457827717110365317u);
    ck_assert_uint_eq(tr_random_next(&state), 3203168211198807973u);
    ck_assert_uint_eq(tr_random_next(&state), 9817491932198370423u);
}
END_TEST

START_TEST(exactly_the_bytes_asked_for_are_filled)
{
    unsigned char bytes[514];
    memset(bytes, 0, sizeof bytes);
    tr_random_bytes(bytes + 1, 512);
    ck_assert_uint_eq(bytes[0], 0);
    ck_assert_uint_eq(bytes[513], 0);
    unsigned zeros = 0;
    for (int i = 1; i <= 512; i++)
        zeros += bytes[i] == 0;
    ck_assert_uint_lt(zeros, 64);
    tr_random_bytes(bytes, 0);
    ck_assert_uint_eq(bytes[0], 0);
}
END_TEST

START_TEST(secrets_differ)
{
    uint64_t seen[64];
    for (int i = 0; i < 64; i++) {
        seen[i] = tr_random_u64();
        for (int j = 0; j < i; j++)
            ck_assert_uint_ne(seen[i], seen[j]);
    }
}
END_TEST

Suite *base_random_suite(void)
{
    Suite *suite = suite_create("base/random");
    TCase *tests = tcase_create("random");
    tcase_add_test(tests, the_quick_generator_has_golden_numbers);
    tcase_add_test(tests, exactly_the_bytes_asked_for_are_filled);
    tcase_add_test(tests, secrets_differ);
    suite_add_tcase(suite, tests);
    return suite;
}
