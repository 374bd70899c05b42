#include "store/record_seal.h"

#include <check.h>
#include <string.h>

#include "troupe/err.h"

static const char ada[TR_SESSION_ID_SIZE + 1] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const char bob[TR_SESSION_ID_SIZE + 1] = "aabbbbbbbbbbbbbbbbbbbbbbbbbb";
static const char page[] = "what stands on the page";

static tr_record_keys keys;
static tr_record_keys others;
static tr_buf record;

static void set_up(void)
{
    tr_record_keys_derive(TR_SLICE("a secret of some length"), TR_ENCRYPTION_ON, &keys);
    tr_record_keys_derive(TR_SLICE("another secret of some length"), TR_ENCRYPTION_ON, &others);
    tr_buf_append(&record, page, strlen(page));
}

static void tear_down(void)
{
    tr_buf_done(&record);
}

static bool is_page(void)
{
    return tr_slice_is(tr_buf_slice(&record), page);
}

START_TEST(a_record_is_opened_by_its_key_for_its_session)
{
    tr_record_seal(&keys, ada, &record);
    ck_assert_uint_eq(record.size, strlen(page) + TR_RECORD_SEAL_EXTRA_BYTES);
    ck_assert_ptr_null(memmem(record.data, record.size, "page", 4));
    ck_assert_int_eq(tr_record_unseal(&others, ada, &record), TR_EREFUSED);
    ck_assert_int_eq(tr_record_unseal(NULL, ada, &record), TR_EREFUSED);
    ck_assert_int_eq(tr_record_unseal(&keys, bob, &record), TR_EMALFORMED);
    ck_assert_int_eq(tr_record_unseal(&keys, ada, &record), 0);
    ck_assert(is_page());
}
END_TEST

START_TEST(the_same_page_is_never_the_same_record)
{
    tr_buf other = {0};
    tr_buf_append(&other, page, strlen(page));
    tr_record_seal(&keys, ada, &record);
    tr_record_seal(&keys, ada, &other);
    ck_assert(!tr_slice_equal(tr_buf_slice(&record), tr_buf_slice(&other)));
    tr_buf_done(&other);
}
END_TEST

START_TEST(nothing_can_be_changed_or_left_out)
{
    tr_record_seal(&keys, ada, &record);
    size_t whole = record.size;
    for (size_t i = 4; i < whole; i++) {
        record.data[i] ^= 1;
        ck_assert_int_lt(tr_record_unseal(&keys, ada, &record), 0);
        record.data[i] ^= 1;
        record.size = i;
        ck_assert_int_eq(tr_record_unseal(&keys, ada, &record), TR_EMALFORMED);
        record.size = whole;
    }
    ck_assert_int_eq(tr_record_unseal(&keys, ada, &record), 0);
    ck_assert(is_page());
}
END_TEST

START_TEST(older_keys_still_read_and_the_newest_writes)
{
    tr_record_seal(&others, ada, &record);
    ck_assert_int_eq(tr_record_keys_add_older(&keys, TR_SLICE("one that is between them")), 0);
    ck_assert_int_eq(tr_record_keys_add_older(&keys, TR_SLICE("another secret of some length")), 0);
    ck_assert_int_eq(tr_record_unseal(&keys, ada, &record), 0);
    ck_assert(is_page());
    tr_record_seal(&keys, ada, &record);
    ck_assert_int_eq(tr_record_unseal(&others, ada, &record), TR_EREFUSED);
    for (unsigned i = 2; i < TR_OLDER_KEYS_CAP; i++)
        ck_assert_int_eq(tr_record_keys_add_older(&keys, TR_SLICE("one more of these")), 0);
    ck_assert_int_eq(tr_record_keys_add_older(&keys, TR_SLICE("one too many")), TR_EFULL);
}
END_TEST

START_TEST(plain_records_are_read_unless_that_is_refused)
{
    ck_assert_int_eq(tr_record_unseal(&keys, ada, &record), 0);
    ck_assert_int_eq(tr_record_unseal(NULL, ada, &record), 0);
    ck_assert(is_page());
    keys.how = TR_ENCRYPTION_REQUIRE;
    ck_assert_int_eq(tr_record_unseal(&keys, ada, &record), TR_EREFUSED);
    ck_assert(is_page());
}
END_TEST

START_TEST(with_encryption_off_a_secret_reads_and_writes_plain)
{
    tr_record_seal(&keys, ada, &record);
    keys.how = TR_ENCRYPTION_OFF;
    ck_assert_int_eq(tr_record_unseal(&keys, ada, &record), 0);
    ck_assert(is_page());
    tr_record_seal(&keys, ada, &record);
    tr_record_seal(NULL, ada, &record);
    ck_assert(is_page());
}
END_TEST

START_TEST(a_record_of_a_later_version_waits_for_who_can_read_it)
{
    tr_record_seal(&keys, ada, &record);
    record.data[3]++;
    ck_assert_int_eq(tr_record_unseal(&keys, ada, &record), TR_EREFUSED);
}
END_TEST

Suite *store_record_seal_suite(void);
Suite *store_record_seal_suite(void)
{
    Suite *suite = suite_create("store/record_seal");
    TCase *tests = tcase_create("record_seal");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_record_is_opened_by_its_key_for_its_session);
    tcase_add_test(tests, the_same_page_is_never_the_same_record);
    tcase_add_test(tests, nothing_can_be_changed_or_left_out);
    tcase_add_test(tests, older_keys_still_read_and_the_newest_writes);
    tcase_add_test(tests, plain_records_are_read_unless_that_is_refused);
    tcase_add_test(tests, with_encryption_off_a_secret_reads_and_writes_plain);
    tcase_add_test(tests, a_record_of_a_later_version_waits_for_who_can_read_it);
    suite_add_tcase(suite, tests);
    return suite;
}
