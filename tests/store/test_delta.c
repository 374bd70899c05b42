// Deltas: what they make of the bytes before, and what they refuse.

#include "store/delta.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "troupe/err.h"

enum { ROUNDS = 3000, SIZE_CAP = 6000 };

static tr_buf before;
static tr_buf after;
static tr_buf delta;
static uint64_t seed;

static void down(void)
{
    tr_buf_done(&before);
    tr_buf_done(&after);
    tr_buf_done(&delta);
}

static void set(tr_buf *to, const char *text)
{
    to->size = 0;
    tr_buf_append(to, text, strlen(text));
}

static bool encode(size_t cap)
{
    delta.size = 0;
    return tr_delta_encode(tr_buf_slice(&before), tr_buf_slice(&after), cap, &delta);
}

// `before` becomes `after`.
static void must_apply(void)
{
    ck_assert_int_eq(tr_delta_apply(tr_buf_slice(&delta), &before), 0);
    ck_assert_uint_eq(before.size, after.size);
    ck_assert(before.size == 0 || memcmp(before.data, after.data, after.size) == 0);
}

static const struct {
    const char *before;
    const char *after;
} pairs[] = {
    {"", ""},
    {"", "a"},
    {"a", ""},
    {"the same", "the same"},
    {"one thing is left", "two things are left"},
    {"aaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    {"count 9, and what follows it stays", "count 10, and what follows it stays"},
    {"begins otherwise than it did before", "Begins otherwise than it did before!"},
};

START_TEST(the_bytes_after_come_of_those_before)
{
    set(&before, pairs[_i].before);
    set(&after, pairs[_i].after);
    ck_assert(encode(SIZE_CAP));
    must_apply();
}
END_TEST

static unsigned below(unsigned cap)
{
    return (unsigned)(tr_random_next(&seed) % cap);
}

static uint8_t random_byte(void)
{
    return (uint8_t)(below(3) == 0 ? 0 : below(256));
}

static void make_before(void)
{
    unsigned size = below(SIZE_CAP);
    before.size = 0;
    while (before.size < size) {
        uint8_t byte = random_byte();
        for (unsigned run = 1 + below(20); run != 0; run--)
            tr_buf_append(&before, &byte, 1);
    }
}

static void append(const uint8_t *bytes, size_t size)
{
    tr_buf_append(&after, bytes, size);
}

// Somewhere bytes are left out, come in, or are overwritten, and pieces change places.
static void edit(void)
{
    tr_buf old = after;
    after = (tr_buf){0};
    size_t from = below((unsigned)old.size + 1);
    size_t gone = below((unsigned)(old.size - from) % 700 + 1);
    unsigned kind = below(4);
    append(old.data, from);
    for (unsigned come = kind == 0 ? 0 : kind == 1 ? (unsigned)gone : below(500); come != 0; come--)
        append(&(uint8_t){random_byte()}, 1);
    if (kind == 3)
        append(old.data, from);
    append(old.data + from + gone, old.size - from - gone);
    tr_buf_done(&old);
}

START_TEST(edits_at_random_come_out_the_same)
{
    unsigned encoded = 0;
    seed = 7;
    for (unsigned i = 0; i < ROUNDS; i++) {
        make_before();
        after.size = 0;
        append(before.data, before.size);
        for (unsigned edits = below(12); edits != 0 && after.size < 4 * SIZE_CAP; edits--)
            edit();
        if (!encode(after.size / 2 + 64))
            continue;
        ck_assert_uint_le(delta.size, after.size / 2 + 64);
        must_apply();
        encoded++;
    }
    ck_assert_uint_gt(encoded, ROUNDS / 3);
}
END_TEST

static void fill(tr_buf *to, size_t size)
{
    seed = 11;
    to->size = 0;
    while (to->size < size)
        tr_buf_append(to, &(uint8_t){(uint8_t)below(256)}, 1);
}

// [where, what goes, what comes], and how long the delta may be.
static const struct {
    size_t at;
    size_t gone;
    size_t come;
    size_t cap;
} cuts[] = {{500, 1, 1, 36},  {500, 0, 1, 36},     {500, 400, 0, 36},
            {0, 0, 300, 340}, {500, 30000, 0, 36}, {39000, 0, 300, 340}};

START_TEST(what_changed_little_is_a_short_delta)
{
    fill(&before, 40000);
    after.size = 0;
    append(before.data, cuts[_i].at);
    for (size_t i = 0; i < cuts[_i].come; i++)
        append((const uint8_t *)"x", 1);
    append(before.data + cuts[_i].at + cuts[_i].gone, before.size - cuts[_i].at - cuts[_i].gone);
    ck_assert(encode(SIZE_CAP));
    ck_assert_uint_le(delta.size, cuts[_i].cap);
    must_apply();
}
END_TEST

START_TEST(what_is_longer_than_it_may_be_is_none)
{
    fill(&before, 3000);
    set(&after, "");
    for (unsigned i = 0; i < 3000; i++)
        append(&(uint8_t){(uint8_t)(i * i >> 3)}, 1);
    set(&delta, "what was there");
    ck_assert(!tr_delta_encode(tr_buf_slice(&before), tr_buf_slice(&after), 1500, &delta));
    ck_assert_uint_eq(delta.size, strlen("what was there"));
}
END_TEST

START_TEST(a_delta_of_other_bytes_is_refused)
{
    set(&before, "the bytes before it");
    set(&after, "the bytes after it");
    ck_assert(encode(SIZE_CAP));
    set(&before, "the bytes besides it");
    ck_assert_int_eq(tr_delta_apply(tr_buf_slice(&delta), &before), TR_ENOTFOUND);
    ck_assert_str_eq(tr_buf_text(&before), "the bytes besides it");
}
END_TEST

START_TEST(a_damaged_delta_is_refused_at_each_bit)
{
    set(&before, "count 9, and what follows it stays as it was");
    set(&after, "count 10, and all that follows stays as it was");
    ck_assert(encode(SIZE_CAP));
    for (size_t bit = 0; bit < 8 * delta.size; bit++) {
        delta.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
        ck_assert_int_eq(tr_delta_apply(tr_buf_slice(&delta), &before), TR_EMALFORMED);
        delta.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (uint32_t size = 0; size < delta.size; size++) {
        tr_slice cut = {(const char *)delta.data, size};
        ck_assert_int_eq(tr_delta_apply(cut, &before), TR_EMALFORMED);
    }
    must_apply();
}
END_TEST

Suite *store_delta_suite(void);
Suite *store_delta_suite(void)
{
    Suite *suite = suite_create("store/delta");
    TCase *tests = tcase_create("delta");
    tcase_add_checked_fixture(tests, NULL, down);
    tcase_add_loop_test(tests, the_bytes_after_come_of_those_before, 0,
                        sizeof pairs / sizeof *pairs);
    tcase_add_test(tests, edits_at_random_come_out_the_same);
    tcase_add_loop_test(tests, what_changed_little_is_a_short_delta, 0, sizeof cuts / sizeof *cuts);
    tcase_add_test(tests, what_is_longer_than_it_may_be_is_none);
    tcase_add_test(tests, a_delta_of_other_bytes_is_refused);
    tcase_add_test(tests, a_damaged_delta_is_refused_at_each_bit);
    suite_add_tcase(suite, tests);
    return suite;
}
