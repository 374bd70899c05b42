#include "wire/reader.h"

#include <math.h>

#include "hex.h"

Suite *wire_reader_suite(void);

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

static const struct {
    const char *hex;
    int64_t value;
    bool fits;          // int64_t
    bool fits_unsigned; // uint64_t
} integers[] = {
    {"00", 0, true, true},
    {"7f", 127, true, true},
    {"ff", -1, true, false},
    {"e0", -32, true, false},
    {"cc ff", 255, true, true},
    {"cd ff ff", 65535, true, true},
    {"ce ff ff ff ff", 4294967295, true, true},
    {"cf 7f ff ff ff ff ff ff ff", INT64_MAX, true, true},
    {"cf 80 00 00 00 00 00 00 00", INT64_MIN, false, true}, // 2^63: the bits, not the value
    {"cf ff ff ff ff ff ff ff ff", -1, false, true},
    {"d0 80", -128, true, false},
    {"d0 7f", 127, true, true},
    {"d1 80 00", -32768, true, false},
    {"d2 80 00 00 00", INT32_MIN, true, false},
    {"d2 00 00 00 05", 5, true, true},
    {"d3 80 00 00 00 00 00 00 00", INT64_MIN, true, false},
    {"d3 00 00 00 00 00 00 00 07", 7, true, true},
    {"ca 43 a0 00 00", 320, true, true},                    // float32
    {"cb 40 94 00 00 00 00 00 00", 1280, true, true},       // float64
    {"cb 80 00 00 00 00 00 00 00", 0, true, true},          // -0.0
    {"cb c0 14 00 00 00 00 00 00", -5, true, false},        // -5.0
    {"cb c3 e0 00 00 00 00 00 00", INT64_MIN, true, false}, // -2^63
    {"cb 43 e0 00 00 00 00 00 00", INT64_MIN, false, true}, // 2^63
    {"cb 43 f0 00 00 00 00 00 00", 0, false, false},        // 2^64
    {"cb c3 e0 00 00 00 00 00 01", 0, false, false},        // just below -2^63
    {"cb 3f f8 00 00 00 00 00 00", 0, false, false},        // 1.5
    {"cb bf e0 00 00 00 00 00 00", 0, false, false},        // -0.5
    {"cb 7f f0 00 00 00 00 00 00", 0, false, false},        // infinity
    {"cb ff f0 00 00 00 00 00 00", 0, false, false},
    {"cb 7f f8 00 00 00 00 00 00", 0, false, false}, // NaN
    {"c0", 0, false, false},
    {"c3", 0, false, false},
    {"a1 31", 0, false, false},
    {"91 01", 0, false, false},
    {"c1", 0, false, false},
    {"cd 01", 0, false, false}, // cut off
    {"d3 00", 0, false, false},
    {"cb 40", 0, false, false},
    {"", 0, false, false},
};

START_TEST(reader_reads_integers_of_every_form)
{
    tr_buf bytes = hex_bytes(integers[_i].hex);
    tr_reader reader = tr_reader_of(slice_of_buf(&bytes));
    int64_t value = tr_reader_integer(&reader);
    ck_assert_int_eq(!reader.failed, integers[_i].fits);
    ck_assert(tr_reader_at_end(&reader));
    ck_assert_int_eq(value, integers[_i].fits ? integers[_i].value : 0);

    reader = tr_reader_of(slice_of_buf(&bytes));
    uint64_t number = tr_reader_unsigned(&reader);
    ck_assert_int_eq(!reader.failed, integers[_i].fits_unsigned);
    ck_assert(tr_reader_at_end(&reader));
    ck_assert_uint_eq(number, integers[_i].fits_unsigned ? (uint64_t)integers[_i].value : 0);
    tr_buf_done(&bytes);
}
END_TEST

static const struct {
    const char *hex;
    double value;
} numbers[] = {
    {"05", 5},
    {"ff", -1},
    {"ca 3f c0 00 00", 1.5},
    {"cb 3f f8 00 00 00 00 00 00", 1.5},
    {"cb 7f f0 00 00 00 00 00 00", INFINITY},
    {"cf ff ff ff ff ff ff ff ff", 18446744073709551615.0},
    {"d3 80 00 00 00 00 00 00 00", -9223372036854775808.0},
};

START_TEST(reader_reads_integers_and_floats_as_numbers)
{
    tr_buf bytes = hex_bytes(numbers[_i].hex);
    tr_reader reader = tr_reader_of(slice_of_buf(&bytes));
    double value = tr_reader_number(&reader);
    ck_assert(!reader.failed && tr_reader_at_end(&reader));
    ck_assert(!(value < numbers[_i].value) && !(value > numbers[_i].value));
    tr_buf_done(&bytes);
}
END_TEST

START_TEST(reader_refuses_a_number_that_is_none)
{
    tr_buf bytes = hex_bytes("c0");
    tr_reader reader = tr_reader_of(slice_of_buf(&bytes));
    double value = tr_reader_number(&reader);
    ck_assert(reader.failed && !(value < 0) && !(value > 0));
    tr_buf_done(&bytes);
}
END_TEST

START_TEST(reader_reads_a_structure_in_order)
{
    tr_buf bytes = hex_bytes("96 c3 c2 a2 68 69 c4 02 00 ff 81 a1 6b c0 d5 07 01 02");
    tr_reader reader = tr_reader_of(slice_of_buf(&bytes));
    ck_assert_uint_eq(tr_reader_array(&reader), 6);
    ck_assert(tr_reader_boolean(&reader));
    ck_assert(!tr_reader_nil(&reader));
    ck_assert(!tr_reader_boolean(&reader));
    assert_slice(tr_reader_text(&reader), "hi");
    tr_slice raw = tr_reader_bytes(&reader);
    ck_assert(raw.size == 2 && memcmp(raw.data, "\x00\xff", 2) == 0);
    ck_assert_uint_eq(tr_reader_map(&reader), 1);
    assert_slice(tr_reader_text(&reader), "k");
    ck_assert(tr_reader_nil(&reader));
    int8_t type = 0;
    raw = tr_reader_extension(&reader, &type);
    ck_assert_int_eq(type, 7);
    ck_assert(raw.size == 2 && memcmp(raw.data, "\x01\x02", 2) == 0);
    ck_assert(tr_reader_at_end(&reader));
    ck_assert(!reader.failed);
    tr_buf_done(&bytes);
}
END_TEST

START_TEST(reader_reads_extensions_of_every_form)
{
    static const struct {
        const char *hex;
        int8_t type;
        uint32_t size;
    } rows[] = {
        {"c7 00 00", 0, 0},         {"c7 03 ff 61 62 63", -1, 3},
        {"c8 00 01 7f 61", 127, 1}, {"c9 00 00 00 01 80 61", -128, 1},
        {"d4 01 61", 1, 1},         {"d6 02 31 38 3a 35", 2, 4},
    };
    for (int i = 0; i < COUNT(rows); i++) {
        tr_buf bytes = hex_bytes(rows[i].hex);
        tr_reader reader = tr_reader_of(slice_of_buf(&bytes));
        int8_t type = 99;
        ck_assert_uint_eq(tr_reader_extension(&reader, &type).size, rows[i].size);
        ck_assert_int_eq(type, rows[i].type);
        ck_assert(!reader.failed && tr_reader_at_end(&reader));
        tr_buf_done(&bytes);
    }
}
END_TEST

START_TEST(reader_stays_failed_and_returns_zero_values)
{
    tr_buf bytes = hex_bytes("93 c0 05 06");
    tr_reader reader = tr_reader_of(slice_of_buf(&bytes));
    ck_assert_uint_eq(tr_reader_array(&reader), 3);
    ck_assert_int_eq(tr_reader_integer(&reader), 0);
    ck_assert(reader.failed);
    int8_t type = 99;
    ck_assert_int_eq(tr_reader_integer(&reader), 0);
    ck_assert_uint_eq(tr_reader_unsigned(&reader), 0);
    ck_assert(!tr_reader_nil(&reader));
    ck_assert(!tr_reader_boolean(&reader));
    ck_assert_uint_eq(tr_reader_text(&reader).size, 0);
    ck_assert_uint_eq(tr_reader_bytes(&reader).size, 0);
    ck_assert_uint_eq(tr_reader_array(&reader), 0);
    ck_assert_uint_eq(tr_reader_map(&reader), 0);
    ck_assert_uint_eq(tr_reader_extension(&reader, &type).size, 0);
    ck_assert_int_eq(type, 0);
    ck_assert_uint_eq(tr_reader_skip(&reader).size, 0);
    ck_assert_int_eq(tr_reader_peek(&reader), TR_KIND_NONE);
    ck_assert(reader.failed && tr_reader_at_end(&reader));
    tr_buf_done(&bytes);
}
END_TEST

START_TEST(reader_of_nothing_is_at_its_end)
{
    tr_reader reader = tr_reader_of((tr_slice){0});
    ck_assert(tr_reader_at_end(&reader));
    ck_assert_int_eq(tr_reader_peek(&reader), TR_KIND_NONE);
    ck_assert(!reader.failed);
    ck_assert_uint_eq(tr_reader_skip(&reader).size, 0);
    ck_assert(reader.failed);
}
END_TEST

static const char *const hostile[] = {
    "dd ff ff ff ff", "df ff ff ff ff", "df 80 00 00 00 c0 c0", "dc ff ff c0",
    "db ff ff ff ff", "c6 ff ff ff ff", "c9 ff ff ff ff",       "92 c0",
    "81 c0",          "a2 61",
};

START_TEST(reader_refuses_counts_and_lengths_beyond_what_is_left)
{
    tr_buf bytes = hex_bytes(hostile[_i]);
    uint8_t *copy = exact_copy(bytes.data, bytes.size);
    tr_slice slice = {(const char *)copy, (uint32_t)bytes.size};
    int8_t type;
    tr_reader reader = tr_reader_of(slice);
    ck_assert_uint_eq(tr_reader_array(&reader), 0);
    reader = tr_reader_of(slice);
    ck_assert_uint_eq(tr_reader_map(&reader), 0);
    reader = tr_reader_of(slice);
    ck_assert_uint_eq(tr_reader_text(&reader).size, 0);
    reader = tr_reader_of(slice);
    ck_assert_uint_eq(tr_reader_bytes(&reader).size, 0);
    reader = tr_reader_of(slice);
    ck_assert_uint_eq(tr_reader_extension(&reader, &type).size, 0);
    reader = tr_reader_of(slice);
    ck_assert_uint_eq(tr_reader_skip(&reader).size, 0);
    ck_assert(reader.failed);
    tr_free(copy);
    tr_buf_done(&bytes);
}
END_TEST

static const char *const values[] = {
    "c0",
    "a3 61 62 63",
    "92 92 c0 c3 81 a1 61 90",
    "df 00 00 00 01 dc 00 02 01 02 c4 01 ff",
    "c9 00 00 00 02 05 61 62",
    "cb 3f f8 00 00 00 00 00 00",
    "95 91 91 91 91 c0 80 80 80 a0",
};

START_TEST(reader_skips_exactly_one_value)
{
    tr_buf bytes = hex_bytes(values[_i]);
    size_t size = bytes.size;
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *copy = exact_copy(bytes.data, cut);
        tr_reader reader = {copy, copy + cut, false};
        ck_assert_uint_eq(tr_reader_skip(&reader).size, 0);
        ck_assert(reader.failed);
        tr_free(copy);
    }
    hex_append(&bytes, "05");
    tr_reader reader = tr_reader_of(slice_of_buf(&bytes));
    tr_slice skipped = tr_reader_skip(&reader);
    ck_assert_ptr_eq(skipped.data, bytes.data);
    ck_assert_uint_eq(skipped.size, size);
    ck_assert_int_eq(tr_reader_integer(&reader), 5);
    ck_assert(tr_reader_at_end(&reader) && !reader.failed);
    tr_buf_done(&bytes);
}
END_TEST

START_TEST(reader_skips_nesting_of_any_depth_without_a_stack)
{
    tr_buf bytes = {0};
    for (unsigned i = 0; i < 200000; i++)
        hex_append(&bytes, "91");
    hex_append(&bytes, "c0");
    tr_reader reader = tr_reader_of(slice_of_buf(&bytes));
    ck_assert_uint_eq(tr_reader_skip(&reader).size, 200001);
    tr_buf_done(&bytes);
}
END_TEST

static enum tr_kind kind_of_tag(unsigned tag)
{
    static const char kinds[] = "0!11bbbeeeffiiiiiiiieeeeetttaamm"; // c0 to df
    if (tag < 0x80 || tag >= 0xe0)
        return TR_KIND_INTEGER;
    if (tag < 0x90)
        return TR_KIND_MAP;
    if (tag < 0xa0)
        return TR_KIND_ARRAY;
    if (tag < 0xc0)
        return TR_KIND_TEXT;
    switch (kinds[tag - 0xc0]) {
    case '0':
        return TR_KIND_NIL;
    case '1':
        return TR_KIND_BOOLEAN;
    case 'b':
        return TR_KIND_BYTES;
    case 'e':
        return TR_KIND_EXTENSION;
    case 'f':
        return TR_KIND_FLOAT;
    case 'i':
        return TR_KIND_INTEGER;
    case 't':
        return TR_KIND_TEXT;
    case 'a':
        return TR_KIND_ARRAY;
    case 'm':
        return TR_KIND_MAP;
    default:
        return TR_KIND_NONE;
    }
}

START_TEST(reader_peeks_at_the_kind_without_moving)
{
    for (unsigned tag = 0; tag <= 0xff; tag++) {
        uint8_t byte = (uint8_t)tag;
        tr_reader reader = {&byte, &byte + 1, false};
        ck_assert_msg(tr_reader_peek(&reader) == kind_of_tag(tag), "tag %02x", tag);
        ck_assert_ptr_eq(reader.at, &byte);
    }
}
END_TEST

START_TEST(reader_finds_a_key_of_a_map)
{
    // {1: 2, "a": 3, "b": [4], "a": 5}
    tr_slice map = TR_SLICE("\x84\x01\x02\xa1"
                            "a\x03\xa1"
                            "b\x91\x04\xa1"
                            "a\x05");
    tr_reader value = tr_reader_find(map, "a");
    ck_assert_uint_eq(tr_reader_unsigned(&value), 3);
    ck_assert(tr_reader_at_end(&value));
    value = tr_reader_find(map, "b");
    ck_assert_uint_eq(tr_reader_array(&value), 1);
    ck_assert_uint_eq(tr_reader_unsigned(&value), 4);
    ck_assert(tr_reader_at_end(&value) && !value.failed);
    value = tr_reader_find(map, "c");
    ck_assert(tr_reader_at_end(&value) && tr_reader_peek(&value) == TR_KIND_NONE);
    ck_assert_uint_eq(tr_reader_text(&value).size, 0);
    ck_assert(value.failed);
}
END_TEST

static const struct {
    const char *bytes;
    uint32_t size;
} no_maps[] = {
    {"", 0}, // nothing
    {"\xa1"
     "a",
     2}, // a text
    {"\x92\xa1"
     "a\x01",
     4},         // an array
    {"\x81", 1}, // the pair is missing
    {"\x81\xa1"
     "a",
     3}, // its value is
    {"\x82\xc1\x01\xa1"
     "a\x01",
     6}, // no msgpack before it
    {"\xdf\xff\xff\xff\xff\xa1"
     "a\x01",
     8}, // four thousand million pairs
    {"\x81\x91\xa1"
     "a\x01",
     5}, // within an array that is a key
};

START_TEST(reader_finds_no_key_in_what_is_no_map)
{
    tr_reader value = tr_reader_find((tr_slice){no_maps[_i].bytes, no_maps[_i].size}, "a");
    ck_assert_msg(tr_reader_at_end(&value), "row %d", _i);
}
END_TEST

Suite *wire_reader_suite(void)
{
    Suite *suite = suite_create("wire/reader");
    TCase *scalars = tcase_create("scalars");
    tcase_add_loop_test(scalars, reader_reads_integers_of_every_form, 0, COUNT(integers));
    tcase_add_loop_test(scalars, reader_reads_integers_and_floats_as_numbers, 0, COUNT(numbers));
    tcase_add_test(scalars, reader_refuses_a_number_that_is_none);
    tcase_add_test(scalars, reader_reads_extensions_of_every_form);
    tcase_add_test(scalars, reader_peeks_at_the_kind_without_moving);
    tcase_add_test(scalars, reader_finds_a_key_of_a_map);
    tcase_add_loop_test(scalars, reader_finds_no_key_in_what_is_no_map, 0, COUNT(no_maps));
    suite_add_tcase(suite, scalars);
    TCase *cursor = tcase_create("cursor");
    tcase_add_test(cursor, reader_reads_a_structure_in_order);
    tcase_add_test(cursor, reader_stays_failed_and_returns_zero_values);
    tcase_add_test(cursor, reader_of_nothing_is_at_its_end);
    tcase_add_loop_test(cursor, reader_refuses_counts_and_lengths_beyond_what_is_left, 0,
                        COUNT(hostile));
    tcase_add_loop_test(cursor, reader_skips_exactly_one_value, 0, COUNT(values));
    tcase_add_test(cursor, reader_skips_nesting_of_any_depth_without_a_stack);
    suite_add_tcase(suite, cursor);
    return suite;
}
