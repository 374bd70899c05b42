#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "sdk/session/values.h"
#include "troupe/err.h"
#include "wire/limits.h"

static tr_value text(const char *value)
{
    return tr_value_text(tr_slice_of(value));
}

START_TEST(a_value_replaces_the_one_before_whatever_its_kind)
{
    tr_values *values = NULL;
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("a"), text("one")), 0);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("b"), tr_value_number(2.5)), 0);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("a"), tr_value_bytes(TR_SLICE("\0\xff"))), 0);
    tr_value a = tr_values_get(values, TR_SLICE("a"));
    ck_assert_int_eq(a.kind, TR_VALUE_BYTES);
    ck_assert_uint_eq(a.slice.size, 2);
    ck_assert_double_eq(tr_values_get(values, TR_SLICE("b")).number, 2.5);
    ck_assert_int_eq(tr_values_get(values, TR_SLICE("c")).kind, TR_VALUE_NIL);
    ck_assert_int_eq(tr_values_remove(values, TR_SLICE("a")), 0);
    ck_assert_int_eq(tr_values_remove(values, TR_SLICE("a")), TR_ENOTFOUND);
    ck_assert_int_eq(tr_values_get(values, TR_SLICE("a")).kind, TR_VALUE_NIL);
    ck_assert_double_eq(tr_values_get(values, TR_SLICE("b")).number, 2.5);
    tr_values_free(values);
}
END_TEST

START_TEST(what_is_no_key_or_no_value_is_refused)
{
    tr_values *values = NULL;
    char long_key[TR_STORE_KEY_CAP_BYTES + 2];
    memset(long_key, 'k', sizeof long_key - 1);
    long_key[sizeof long_key - 1] = '\0';
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE(""), text("x")), TR_EINVALID);
    ck_assert_int_eq(tr_values_set(&values, tr_slice_of(long_key), text("x")), TR_EINVALID);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("\xff"), text("x")), TR_EINVALID);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("k"), text("\xff")), TR_EINVALID);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("k"), TR_NIL), TR_EWRONGTYPE);
    ck_assert_ptr_null(values);
    long_key[TR_STORE_KEY_CAP_BYTES] = '\0';
    ck_assert_int_eq(tr_values_set(&values, tr_slice_of(long_key), text("x")), 0);
    tr_values_free(values);
}
END_TEST

START_TEST(a_full_store_refuses_and_keeps_what_it_has)
{
    tr_values *values = NULL;
    char key[16];
    for (unsigned i = 0; i < TR_STORE_VALUES_CAP; i++) {
        snprintf(key, sizeof key, "%u", i);
        ck_assert_int_eq(tr_values_set(&values, tr_slice_of(key), text("v")), 0);
    }
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("more"), text("v")), TR_EFULL);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("0"), text("w")), 0);
    ck_assert_int_eq(tr_values_remove(values, TR_SLICE("1")), 0);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("more"), text("v")), 0);
    tr_values_free(values);
}
END_TEST

START_TEST(bytes_are_bounded_in_all_and_freed_ones_count_no_more)
{
    tr_values *values = NULL;
    char *much = tr_alloc(TR_STORE_CAP_BYTES + 1);
    memset(much, 'x', TR_STORE_CAP_BYTES + 1);
    tr_slice half = {much, TR_STORE_CAP_BYTES / 2};
    tr_slice all = {much, TR_STORE_CAP_BYTES + 1};
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("a"), tr_value_bytes(all)), TR_ETOOBIG);
    all.size = TR_STORE_CAP_BYTES; // with its key it is too big all the same
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("a"), tr_value_bytes(all)), TR_ETOOBIG);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("a"), tr_value_bytes(half)), 0);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("b"), tr_value_bytes(half)), TR_EFULL);
    ck_assert_int_eq(tr_values_get(values, TR_SLICE("b")).kind, TR_VALUE_NIL);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("a"), text("small")), 0);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("b"), tr_value_bytes(half)), 0);
    tr_free(much);
    tr_values_free(values);
}
END_TEST

START_TEST(a_store_reads_back_what_it_wrote_and_nothing_twice)
{
    tr_values *values = NULL;
    tr_values *back = NULL;
    tr_buf written = {0};
    tr_buf again = {0};
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("a"), text("one")), 0);
    ck_assert_int_eq(tr_values_set(&values, TR_SLICE("b"), tr_value_number(7)), 0);
    tr_values_write(values, &written);
    tr_reader in = tr_reader_of(tr_buf_slice(&written));
    ck_assert_int_eq(tr_values_read(&in, &back), 0);
    tr_values_write(back, &again);
    ck_assert(tr_slice_equal(tr_buf_slice(&written), tr_buf_slice(&again)));
    in = tr_reader_of(tr_buf_slice(&written));
    ck_assert_int_eq(tr_values_read(&in, &back), TR_EPROTOCOL);
    for (uint32_t size = 0; size < written.size; size++) {
        tr_values *cut = NULL;
        in = tr_reader_of((tr_slice){(const char *)written.data, size});
        ck_assert_int_lt(tr_values_read(&in, &cut), 0);
        tr_values_free(cut);
    }
    tr_values_free(values);
    tr_values_free(back);
    tr_buf_done(&written);
    tr_buf_done(&again);
}
END_TEST

Suite *session_kept_values_suite(void);
Suite *session_kept_values_suite(void)
{
    Suite *suite = suite_create("sdk/session/values");
    TCase *tcase = tcase_create("values by key");
    tcase_add_test(tcase, a_value_replaces_the_one_before_whatever_its_kind);
    tcase_add_test(tcase, what_is_no_key_or_no_value_is_refused);
    tcase_add_test(tcase, a_full_store_refuses_and_keeps_what_it_has);
    tcase_add_test(tcase, bytes_are_bounded_in_all_and_freed_ones_count_no_more);
    tcase_add_test(tcase, a_store_reads_back_what_it_wrote_and_nothing_twice);
    suite_add_tcase(suite, tcase);
    return suite;
}
