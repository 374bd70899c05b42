#include "sdk/session/snapshots.h"

#include <check.h>

#include "troupe/err.h"
#include "wire/writer.h"

START_TEST(a_snapshot_is_read_back)
{
    tr_buf bytes = {0};
    tr_write_array(&bytes, 3);
    tr_write_array(&bytes, 1);
    tr_write_literal(&bytes, "save");
    tr_write_array(&bytes, 0);
    tr_write_bytes(&bytes, TR_SLICE("a file"));
    tr_snapshot snapshot;
    ck_assert_int_eq(tr_snapshot_read(tr_buf_slice(&bytes), &snapshot), 0);
    ck_assert(tr_slice_is(snapshot.file, "a file"));
    ck_assert_uint_eq(snapshot.interrupted.size, 6);
    ck_assert_uint_eq(snapshot.prompts.size, 1);
    // Every shorter one is damaged.
    for (uint32_t size = 0; size < bytes.size; size++)
        ck_assert_int_lt(tr_snapshot_read((tr_slice){(const char *)bytes.data, size}, &snapshot),
                         0);
    tr_buf_done(&bytes);
}
END_TEST

static const tr_slice others[] = {{"", 0},
                                  {"\xc0", 1},
                                  {"\x93\x90\x90\x01", 4},
                                  {"\x92\x90\x90", 3},
                                  {"\xdd\xff\xff\xff\xff", 5}};

START_TEST(what_is_no_snapshot_is_refused)
{
    tr_snapshot snapshot;
    ck_assert_int_lt(tr_snapshot_read(others[_i], &snapshot), 0);
}
END_TEST

Suite *snapshots_suite(void);
Suite *snapshots_suite(void)
{
    Suite *suite = suite_create("sdk/session/snapshots");
    TCase *tests = tcase_create("bytes");
    tcase_add_test(tests, a_snapshot_is_read_back);
    tcase_add_loop_test(tests, what_is_no_snapshot_is_refused, 0, sizeof others / sizeof *others);
    suite_add_tcase(suite, tests);
    return suite;
}
