#include "base/map.h"

#include <check.h>
#include <signal.h>
#include <stdbool.h>

#include "base/random.h"

Suite *base_map_suite(void);

START_TEST(an_empty_map_has_no_memory)
{
    tr_map self = {0};
    ck_assert_ptr_null(tr_map_find(&self, 1));
    ck_assert_ptr_null(tr_map_take(&self, 1));
    uint32_t at = 0;
    void *value;
    ck_assert(!tr_map_next(&self, &at, NULL, &value));
    ck_assert_ptr_null(self.slots);
    tr_map_done(&self);
}
END_TEST

START_TEST(put_replaces_and_take_removes)
{
    tr_map self = {0};
    char a;
    char b;
    ck_assert_ptr_null(tr_map_put(&self, 7, &a));
    ck_assert_ptr_eq(tr_map_find(&self, 7), &a);
    ck_assert_ptr_eq(tr_map_put(&self, 7, &b), &a);
    ck_assert_uint_eq(self.count, 1);
    ck_assert_ptr_eq(tr_map_take(&self, 7), &b);
    ck_assert_ptr_null(tr_map_take(&self, 7));
    ck_assert_ptr_null(tr_map_find(&self, 7));
    ck_assert_uint_eq(self.count, 0);
    tr_map_done(&self);
}
END_TEST

enum { KEYS = 3000 };

// Against an array that cannot be wrong: sequential, strided and random keys.
START_TEST(it_agrees_with_an_array)
{
    static const uint64_t strides[] = {1, 0x100000000u, 0x9e3779b97f4a7c15u};
    tr_map self = {0};
    char *values[KEYS + 1] = {0};
    static char places[KEYS + 1];
    uint64_t seed = (uint64_t)_i + 1;
    uint32_t count = 0;
    for (unsigned step = 0; step < 60000; step++) {
        uint64_t dice = tr_random_next(&seed);
        unsigned n = 1 + (unsigned)(dice % KEYS);
        uint64_t key = n * strides[_i];
        // Phases that grow and phases that shrink.
        bool puts = (dice >> 32) % 8 < (step / 10000 % 2 == 0 ? 6u : 2u);
        char *before = values[n];
        void *seen = puts ? tr_map_put(&self, key, &places[n]) : tr_map_take(&self, key);
        ck_assert_ptr_eq(seen, before);
        values[n] = puts ? &places[n] : NULL;
        count = count + (values[n] != NULL) - (before != NULL);
        ck_assert_uint_eq(self.count, count);
        ck_assert_uint_le(self.count, self.cap / 4 * 3);
    }
    for (unsigned n = 1; n <= KEYS; n++)
        ck_assert_ptr_eq(tr_map_find(&self, n * strides[_i]), values[n]);
    uint32_t at = 0;
    uint64_t key;
    void *value;
    uint32_t walked = 0;
    while (tr_map_next(&self, &at, &key, &value)) {
        ck_assert_ptr_eq(tr_map_find(&self, key), value);
        walked++;
    }
    ck_assert_uint_eq(walked, count);
    tr_map_done(&self);
}
END_TEST

START_TEST(an_emptied_map_is_small_again)
{
    tr_map self = {0};
    for (uint64_t key = 1; key <= 10000; key++)
        tr_map_put(&self, key, &self);
    for (uint64_t key = 1; key <= 10000; key++)
        ck_assert_ptr_eq(tr_map_take(&self, key), &self);
    ck_assert_uint_le(self.cap, 64);
    tr_map_done(&self);
}
END_TEST

START_TEST(the_key_zero_aborts)
{
    tr_map self = {0};
    tr_map_put(&self, 0, &self);
}
END_TEST

START_TEST(the_value_null_aborts)
{
    tr_map self = {0};
    tr_map_put(&self, 1, NULL);
}
END_TEST

Suite *base_map_suite(void)
{
    Suite *suite = suite_create("base/map");
    TCase *tests = tcase_create("map");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_empty_map_has_no_memory);
    tcase_add_test(tests, put_replaces_and_take_removes);
    tcase_add_loop_test(tests, it_agrees_with_an_array, 0, 3);
    tcase_add_test(tests, an_emptied_map_is_small_again);
    suite_add_tcase(suite, tests);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, the_key_zero_aborts, SIGABRT);
    tcase_add_test_raise_signal(death, the_value_null_aborts, SIGABRT);
    suite_add_tcase(suite, death);
    return suite;
}
