#include <check.h>

#include "base/buf.h"
#include "wire/limits.h"
#include "wire/rows.h"
#include "wire/writer.h"

Suite *wire_rows_suite(void);

// A constant, as TR_SLICE is not.
#define BYTES(literal)                                                                             \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

static tr_buf list;

static void set_up(void)
{
    list = (tr_buf){0};
}

static void tear_down(void)
{
    tr_buf_done(&list);
}

START_TEST(rows_come_back_as_they_were_written)
{
    tr_buf shards = {0};
    tr_write_array(&shards, 1);
    tr_row_write(&shards, shard, .shard = 3, .epoch = 1ull << 40, .core = 2);
    tr_write_array(&list, 2);
    tr_row_write(&list, member, .node = 7, .name = TR_SLICE("host:1"), .roles = 3, .cores = 4,
                 .sessions = 9, .shards = tr_buf_slice(&shards), .draining = true);
    tr_row_write(&list, member, .node = 8);
    tr_rows in = TR_ROWS(member, tr_buf_slice(&list));
    tr_row_member row;
    ck_assert(tr_rows_next(&in, &row));
    ck_assert_uint_eq(row.node, 7);
    ck_assert(tr_slice_equal(row.name, TR_SLICE("host:1")));
    ck_assert(row.roles == 3 && row.cores == 4 && row.sessions == 9 && row.draining);
    ck_assert_uint_eq(row.endpoints.size, 1); // an empty array
    tr_row_shard shard;
    tr_rows inner = TR_ROWS(shard, row.shards);
    ck_assert(tr_rows_next(&inner, &shard));
    ck_assert(shard.shard == 3 && shard.epoch == 1ull << 40 && shard.core == 2);
    ck_assert(!tr_rows_next(&inner, &shard) && tr_rows_are_sound(&inner));
    ck_assert(tr_rows_next(&in, &row));
    ck_assert(row.node == 8 && row.name.size == 0 && !row.draining);
    ck_assert(!tr_rows_next(&in, &row) && tr_rows_are_sound(&in));
    tr_buf_done(&shards);
}
END_TEST

// An old reader and a newer sender: what it has more is skipped, whatever it is.
START_TEST(a_longer_row_is_read_and_its_rest_skipped)
{
    // [[3, 1, 2, {"a": nil}, 9], [4, 1, 0]]
    tr_rows in = TR_ROWS(shard, TR_SLICE("\x92\x95\x03\x01\x02\x81\xa1"
                                         "a\xc0\x09\x93\x04\x01\x00"));
    tr_row_shard row;
    ck_assert(tr_rows_next(&in, &row));
    ck_assert(row.shard == 3 && row.epoch == 1 && row.core == 2);
    ck_assert_uint_eq(in.row.size, 9);
    ck_assert(tr_rows_next(&in, &row));
    ck_assert_uint_eq(row.shard, 4);
    ck_assert(!tr_rows_next(&in, &row) && tr_rows_are_sound(&in));
}
END_TEST

// A new reader and an older sender.
START_TEST(an_optional_field_that_is_left_out_reads_as_zero)
{
    tr_rows in = TR_ROWS(shard, TR_SLICE("\x92\x93\x03\x01\x02\x92\x04\x05"));
    tr_row_shard row;
    ck_assert(tr_rows_next(&in, &row) && tr_rows_next(&in, &row));
    ck_assert(row.shard == 4 && row.epoch == 5 && row.core == 0);
    ck_assert(!tr_rows_next(&in, &row) && tr_rows_are_sound(&in));
}
END_TEST

static const struct {
    const char *what;
    tr_slice row;
} broken_rows[] = {
    {"a required field is not there", BYTES("\x91\x03")},
    {"no array", BYTES("\x03")},
    {"a text for a number", BYTES("\x92\xa1"
                                  "a\x01")},
    {"a negative number", BYTES("\x92\xff\x01")},
    {"a number beyond its field", BYTES("\x92\xcf\x00\x00\x00\x01\x00\x00\x00\x00\x01")},
};

START_TEST(a_broken_row_costs_itself_alone)
{
    tr_write_array(&list, 2);
    tr_write_raw(&list, broken_rows[_i].row);
    tr_row_write(&list, shard, .shard = 5, .epoch = 6);
    tr_rows in = TR_ROWS(shard, tr_buf_slice(&list));
    tr_row_shard row;
    ck_assert_msg(tr_rows_next(&in, &row), "%s", broken_rows[_i].what);
    ck_assert_msg(row.shard == 5 && in.broken == 1, "%s", broken_rows[_i].what);
    ck_assert(!tr_rows_next(&in, &row));
    ck_assert(tr_rows_are_whole(&in) && !tr_rows_are_sound(&in));
}
END_TEST

START_TEST(a_text_that_is_not_utf8_and_a_list_that_is_none_break_their_row)
{
    tr_row_name name;
    tr_rows in = TR_ROWS(name, TR_SLICE("\x91\x93\xa2\xc3\x28\x01\x01"));
    ck_assert(!tr_rows_next(&in, &name) && in.broken == 1);
    tr_row_member member;
    in = TR_ROWS(member, TR_SLICE("\x91\x98\x01\xa0\x00\x00\x07\x00\x90\xc2"));
    ck_assert(!tr_rows_next(&in, &member) && in.broken == 1);
}
END_TEST

static const tr_slice no_lists[] = {
    BYTES("\x01"),                 // no array
    BYTES("\x92\x93\x03\x01\x02"), // a row is missing
    BYTES("\xdd\xff\xff\xff\xff"), // and four thousand million of them
    BYTES("\x91\x93\x03\x01"),     // cut within a row
    BYTES("\x90\x01"),             // something behind it
    BYTES("\xc1"),                 // no msgpack
};

START_TEST(what_is_no_list_has_no_row_and_is_not_whole)
{
    tr_rows in = TR_ROWS(shard, no_lists[_i]);
    tr_row_shard row;
    unsigned count = 0;
    while (tr_rows_next(&in, &row))
        count++;
    ck_assert_uint_le(count, 1);
    ck_assert(!tr_rows_are_whole(&in) && !tr_rows_are_sound(&in));
}
END_TEST

START_TEST(a_list_has_a_cap)
{
    tr_row_shard row;
    for (uint32_t count = TR_SHARDS; count <= TR_SHARDS + 1; count++) {
        list.size = 0;
        tr_write_array(&list, count);
        for (uint32_t i = 0; i < count; i++)
            tr_row_write(&list, shard, .epoch = 1);
        tr_rows in = TR_ROWS(shard, tr_buf_slice(&list));
        uint32_t seen = 0;
        while (tr_rows_next(&in, &row))
            seen++;
        ck_assert_uint_eq(seen, count == TR_SHARDS ? count : 0);
        ck_assert_int_eq(tr_rows_are_sound(&in), count == TR_SHARDS);
    }
}
END_TEST

START_TEST(no_bytes_are_an_empty_list)
{
    tr_row_shard row;
    tr_rows in = TR_ROWS(shard, ((tr_slice){0}));
    ck_assert(!tr_rows_next(&in, &row) && tr_rows_are_sound(&in));
}
END_TEST

Suite *wire_rows_suite(void)
{
    Suite *suite = suite_create("wire/rows");
    TCase *tests = tcase_create("rows");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, rows_come_back_as_they_were_written);
    tcase_add_test(tests, a_longer_row_is_read_and_its_rest_skipped);
    tcase_add_test(tests, an_optional_field_that_is_left_out_reads_as_zero);
    tcase_add_loop_test(tests, a_broken_row_costs_itself_alone, 0,
                        sizeof broken_rows / sizeof broken_rows[0]);
    tcase_add_test(tests, a_text_that_is_not_utf8_and_a_list_that_is_none_break_their_row);
    tcase_add_loop_test(tests, what_is_no_list_has_no_row_and_is_not_whole, 0,
                        sizeof no_lists / sizeof no_lists[0]);
    tcase_add_test(tests, a_list_has_a_cap);
    tcase_add_test(tests, no_bytes_are_an_empty_list);
    suite_add_tcase(suite, tests);
    return suite;
}
