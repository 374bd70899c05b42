#include "wire/writer.h"

#include <math.h>

#include "base/random.h"
#include "hex.h"
#include "wire/reader.h"

Suite *wire_writer_suite(void);

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

static const struct {
    int64_t value;
    const char *hex;
} integers[] = {
    {0, "00"},
    {127, "7f"},
    {128, "cc 80"},
    {255, "cc ff"},
    {256, "cd 01 00"},
    {65535, "cd ff ff"},
    {65536, "ce 00 01 00 00"},
    {4294967295, "ce ff ff ff ff"},
    {4294967296, "cf 00 00 00 01 00 00 00 00"},
    {INT64_MAX, "cf 7f ff ff ff ff ff ff ff"},
    {-1, "ff"},
    {-32, "e0"},
    {-33, "d0 df"},
    {-128, "d0 80"},
    {-129, "d1 ff 7f"},
    {-32768, "d1 80 00"},
    {-32769, "d2 ff ff 7f ff"},
    {INT32_MIN, "d2 80 00 00 00"},
    {(int64_t)INT32_MIN - 1, "d3 ff ff ff ff 7f ff ff ff"},
    {INT64_MIN, "d3 80 00 00 00 00 00 00 00"},
};

START_TEST(writer_takes_the_shortest_form_of_an_integer)
{
    tr_buf out = {0};
    tr_write_integer(&out, integers[_i].value);
    assert_bytes(&out, integers[_i].hex);
    if (integers[_i].value >= 0) {
        out.size = 0;
        tr_write_unsigned(&out, (uint64_t)integers[_i].value);
        assert_bytes(&out, integers[_i].hex);
    }
    tr_buf_done(&out);
}
END_TEST

START_TEST(writer_writes_the_largest_unsigned)
{
    tr_buf out = {0};
    tr_write_unsigned(&out, UINT64_MAX);
    assert_bytes(&out, "cf ff ff ff ff ff ff ff ff");
    tr_buf_done(&out);
}
END_TEST

START_TEST(writer_appends_golden_bytes)
{
    tr_buf out = {0};
    tr_write_array(&out, 15);
    tr_write_nil(&out);
    tr_write_boolean(&out, true);
    tr_write_boolean(&out, false);
    tr_write_float(&out, 1.0);
    tr_write_float(&out, INFINITY);
    tr_write_literal(&out, "hi");
    tr_write_bytes(&out, TR_SLICE("\x00\xff"));
    tr_write_map(&out, 1);
    tr_write_fixed_u32(&out, 3);
    tr_write_fixed_u64(&out, 4);
    tr_write_extension(&out, 2, TR_SLICE("18:5"));
    tr_write_extension(&out, -1, (tr_slice){0});
    tr_write_text(&out, (tr_slice){0});
    tr_write_bytes(&out, (tr_slice){0});
    tr_write_raw(&out, TR_SLICE("\x93\x01\x02\x03"));
    tr_write_raw(&out, (tr_slice){0});
    assert_bytes(&out, "9f c0 c3 c2 cb 3f f0 00 00 00 00 00 00 cb 7f f0 00 00 00 00 00 00"
                       "a2 68 69 c4 02 00 ff 81 ce 00 00 00 03 cf 00 00 00 00 00 00 00 04"
                       "d6 02 31 38 3a 35 c7 00 ff a0 c4 00 93 01 02 03");
    tr_buf_done(&out);
}
END_TEST

static const struct {
    uint32_t size;
    const char *text_head;
    const char *bytes_head;
    const char *array_head;
    const char *map_head;
} sizes[] = {
    {0, "a0", "c4 00", "90", "80"},
    {15, "af", "c4 0f", "9f", "8f"},
    {16, "b0", "c4 10", "dc 00 10", "de 00 10"},
    {31, "bf", "c4 1f", "dc 00 1f", "de 00 1f"},
    {32, "d9 20", "c4 20", "dc 00 20", "de 00 20"},
    {255, "d9 ff", "c4 ff", "dc 00 ff", "de 00 ff"},
    {256, "da 01 00", "c5 01 00", "dc 01 00", "de 01 00"},
    {65535, "da ff ff", "c5 ff ff", "dc ff ff", "de ff ff"},
    {65536, "db 00 01 00 00", "c6 00 01 00 00", "dd 00 01 00 00", "df 00 01 00 00"},
};

START_TEST(writer_takes_the_shortest_head_of_a_size)
{
    uint32_t size = sizes[_i].size;
    char *payload = tr_alloc(size);
    memset(payload, 'x', size);
    tr_buf out = {0};
    tr_write_text(&out, (tr_slice){payload, size});
    tr_reader reader = tr_reader_of(slice_of_buf(&out));
    ck_assert(tr_slice_equal(tr_reader_text(&reader), (tr_slice){payload, size}));
    ck_assert(tr_reader_at_end(&reader));
    out.size -= size;
    assert_bytes(&out, sizes[_i].text_head);
    out.size = 0;
    tr_write_bytes(&out, (tr_slice){payload, size});
    reader = tr_reader_of(slice_of_buf(&out));
    ck_assert(tr_slice_equal(tr_reader_bytes(&reader), (tr_slice){payload, size}));
    ck_assert(tr_reader_at_end(&reader));
    out.size -= size;
    assert_bytes(&out, sizes[_i].bytes_head);
    out.size = 0;
    tr_write_array(&out, size);
    assert_bytes(&out, sizes[_i].array_head);
    out.size = 0;
    tr_write_map(&out, size);
    assert_bytes(&out, sizes[_i].map_head);
    tr_buf_done(&out);
    tr_free(payload);
}
END_TEST

START_TEST(writer_takes_the_shortest_head_of_an_extension)
{
    static const struct {
        uint32_t size;
        const char *head;
    } rows[] = {
        {0, "c7 00 05"},      {1, "d4 05"},
        {2, "d5 05"},         {3, "c7 03 05"},
        {4, "d6 05"},         {8, "d7 05"},
        {16, "d8 05"},        {17, "c7 11 05"},
        {256, "c8 01 00 05"}, {65536, "c9 00 01 00 00 05"},
    };
    for (int i = 0; i < COUNT(rows); i++) {
        char *payload = tr_alloc(rows[i].size);
        memset(payload, 'x', rows[i].size);
        tr_buf out = {0};
        tr_write_extension(&out, 5, (tr_slice){payload, rows[i].size});
        tr_reader reader = tr_reader_of(slice_of_buf(&out));
        int8_t type;
        ck_assert_uint_eq(tr_reader_extension(&reader, &type).size, rows[i].size);
        ck_assert_int_eq(type, 5);
        out.size -= rows[i].size;
        assert_bytes(&out, rows[i].head);
        tr_buf_done(&out);
        tr_free(payload);
    }
}
END_TEST

START_TEST(reader_reads_back_what_writer_wrote)
{
    uint64_t seed = tr_random_u64();
    uint64_t state = seed;
    tr_buf out = {0};
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = tr_random_next(&state) >> (tr_random_next(&state) % 64);
        int64_t whole = (tr_random_next(&state) & 1) != 0 ? (int64_t)bits : -(int64_t)(bits >> 1);
        double real = (double)whole / 7;
        out.size = 0;
        tr_write_unsigned(&out, bits);
        tr_write_integer(&out, whole);
        tr_write_float(&out, real);
        tr_reader reader = tr_reader_of(slice_of_buf(&out));
        bool same = tr_reader_unsigned(&reader) == bits;
        same = same && tr_reader_integer(&reader) == whole;
        double read = tr_reader_number(&reader);
        same = same && memcmp(&read, &real, sizeof read) == 0;
        ck_assert_msg(same && tr_reader_at_end(&reader), "seed %llu round %d",
                      (unsigned long long)seed, i);
    }
    tr_buf_done(&out);
}
END_TEST

Suite *wire_writer_suite(void)
{
    Suite *suite = suite_create("wire/writer");
    TCase *forms = tcase_create("forms");
    tcase_add_loop_test(forms, writer_takes_the_shortest_form_of_an_integer, 0, COUNT(integers));
    tcase_add_test(forms, writer_writes_the_largest_unsigned);
    tcase_add_test(forms, writer_appends_golden_bytes);
    tcase_add_loop_test(forms, writer_takes_the_shortest_head_of_a_size, 0, COUNT(sizes));
    tcase_add_test(forms, writer_takes_the_shortest_head_of_an_extension);
    tcase_add_test(forms, reader_reads_back_what_writer_wrote);
    suite_add_tcase(suite, forms);
    return suite;
}
