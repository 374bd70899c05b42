#include "wire/scan.h"

#include "hex.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/writer.h"

Suite *wire_scan_suite(void);

static int scan_hex(const char *hex)
{
    tr_buf bytes = hex_bytes(hex);
    uint8_t *copy = exact_copy(bytes.data, bytes.size);
    int rc = tr_scan(copy, bytes.size);
    tr_free(copy);
    tr_buf_done(&bytes);
    return rc;
}

static const char *const golden[] = {
#define CLIENT(conversation, action, target, text, hex) hex,
#define SERVER(conversation, action, hex) hex,
#include "golden_packets.def"
#undef CLIENT
#undef SERVER
};

START_TEST(scan_accepts_every_recorded_packet_and_no_truncation_of_it)
{
    tr_buf packet = hex_bytes(golden[_i]);
    if (packet.data[0] == 0) { // not a data-channel packet
        for (size_t size = 0; size + 1 < packet.size; size++) {
            uint8_t *copy = exact_copy(packet.data + 1, size);
            ck_assert_int_eq(tr_scan(copy, size), TR_EMALFORMED);
            tr_free(copy);
        }
        ck_assert_int_eq(tr_scan(packet.data + 1, packet.size - 1), 0);
    }
    tr_buf_done(&packet);
}
END_TEST

static const char *const well_formed[] = {
    "00",
    "7f",
    "e0",
    "ff",
    "80",
    "90",
    "a0",
    "c0",
    "c2",
    "c3",
    "c4 00",
    "c4 02 ff fe",
    "c5 00 01 ff",
    "c6 00 00 00 01 ff",
    "c7 00 00",
    "c7 02 05 ff ff",
    "c8 00 01 05 ff",
    "c9 00 00 00 01 05 ff",
    "ca 3f 80 00 00",
    "cb 7f f0 00 00 00 00 00 00",
    "cc ff",
    "cd ff ff",
    "ce ff ff ff ff",
    "cf ff ff ff ff ff ff ff ff",
    "d0 80",
    "d1 80 00",
    "d2 80 00 00 00",
    "d3 80 00 00 00 00 00 00 00",
    "d4 05 ff",
    "d5 05 ff ff",
    "d6 05 ff ff ff ff",
    "d7 05 ff ff ff ff ff ff ff ff",
    "d8 05 ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff",
    "d9 01 61",
    "da 00 01 61",
    "db 00 00 00 01 61",
    "dc 00 01 c0",
    "dd 00 00 00 01 c0",
    "de 00 01 c0 c0",
    "df 00 00 00 01 c0 c0",
    "93 92 c0 80 90 81 a1 61 91 c3",
    "bb 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 c3 a4",
};

START_TEST(scan_accepts_every_form_and_no_truncation_or_extension_of_it)
{
    tr_buf bytes = hex_bytes(well_formed[_i]);
    for (size_t size = 0; size < bytes.size; size++) {
        uint8_t *copy = exact_copy(bytes.data, size);
        ck_assert_int_eq(tr_scan(copy, size), TR_EMALFORMED);
        tr_free(copy);
    }
    ck_assert_int_eq(tr_scan(bytes.data, bytes.size), 0);
    hex_append(&bytes, "c0");
    ck_assert_int_eq(tr_scan(bytes.data, bytes.size), TR_EMALFORMED);
    tr_buf_done(&bytes);
}
END_TEST

static const char *const malformed[] = {
    "c1",
    "91 c1",
    "81 a1 61 c1",
    "dd ff ff ff ff", // five bytes that claim 2^32 - 1 elements
    "df ff ff ff ff",
    "df 80 00 00 00 c0 c0", // twice the pairs wraps around in 32 bits
    "dc ff ff c0",
    "de 00 02 c0 c0 c0",
    "db ff ff ff ff 61",
    "c6 ff ff ff ff 61",
    "c9 ff ff ff ff 01 61",
    "92 dd ff ff ff f0 c0",
    "a1 ff", // not UTF-8
    "91 a1 80",
    "81 a1 80 c0",
    "d9 02 c0 80",
    "91 c0 c0",
};

START_TEST(scan_refuses_malformed_bytes)
{
    ck_assert_int_eq(scan_hex(malformed[_i]), TR_EMALFORMED);
}
END_TEST

START_TEST(scan_refuses_no_bytes_at_all)
{
    ck_assert_int_eq(tr_scan(NULL, 0), TR_EMALFORMED);
}
END_TEST

// `depth` arrays, each in the one before, or maps under an integer key; nil inside the innermost.
static int scan_nested(unsigned depth, int use_maps)
{
    tr_buf bytes = {0};
    for (unsigned i = 0; i < depth; i++) {
        if (use_maps) {
            tr_write_map(&bytes, 1);
            tr_write_unsigned(&bytes, i);
        } else {
            tr_write_array(&bytes, 1);
        }
    }
    tr_write_nil(&bytes);
    int rc = tr_scan(bytes.data, bytes.size);
    tr_buf_done(&bytes);
    return rc;
}

START_TEST(scan_stops_at_the_depth_cap)
{
    for (int use_maps = 0; use_maps <= 1; use_maps++) {
        ck_assert_int_eq(scan_nested(TR_SCAN_DEPTH_CAP, use_maps), 0);
        ck_assert_int_eq(scan_nested(TR_SCAN_DEPTH_CAP + 1, use_maps), TR_ETOOBIG);
        ck_assert_int_eq(scan_nested(100000, use_maps), TR_ETOOBIG);
    }
}
END_TEST

START_TEST(scan_counts_an_empty_container_as_a_level)
{
    tr_buf bytes = {0};
    for (unsigned i = 0; i < TR_SCAN_DEPTH_CAP; i++)
        tr_write_array(&bytes, 1);
    tr_write_array(&bytes, 0);
    ck_assert_int_eq(tr_scan(bytes.data, bytes.size), TR_ETOOBIG);
    ck_assert_int_eq(tr_scan(bytes.data + 1, bytes.size - 1), 0);
    tr_buf_done(&bytes);
}
END_TEST

START_TEST(scan_forgets_the_depth_of_siblings)
{
    tr_buf bytes = {0};
    tr_write_array(&bytes, 200);
    for (unsigned i = 0; i < 200; i++)
        hex_append(&bytes, "91 91 c0");
    ck_assert_int_eq(tr_scan(bytes.data, bytes.size), 0);
    tr_buf_done(&bytes);
}
END_TEST

// An array of nils that is `items` values altogether.
static int scan_items(uint32_t items)
{
    tr_buf bytes = {0};
    tr_write_array(&bytes, items - 1);
    for (uint32_t i = 1; i < items; i++)
        tr_write_nil(&bytes);
    int rc = tr_scan(bytes.data, bytes.size);
    tr_buf_done(&bytes);
    return rc;
}

START_TEST(scan_stops_at_the_item_cap)
{
    ck_assert_int_eq(scan_items(TR_SCAN_ITEM_CAP), 0);
    ck_assert_int_eq(scan_items(TR_SCAN_ITEM_CAP + 1), TR_ETOOBIG);
}
END_TEST

static const struct {
    const char *hex;
    int valid;
} utf8[] = {
    {"", 1},
    {"00", 1},
    {"7f", 1},
    {"c2 80", 1},
    {"df bf", 1},
    {"e0 a0 80", 1},
    {"ed 9f bf", 1}, // the last before the surrogates
    {"ee 80 80", 1},
    {"ef bf bf", 1},
    {"f0 90 80 80", 1},
    {"f4 8f bf bf", 1}, // U+10FFFF
    {"61 62 63 64 65 66 67 68 c3 a4 61 62 63 64 65 66 67 68 69", 1},
    {"61 62 63 64 65 66 67 e2 82 ac", 1},
    {"80", 0},
    {"bf", 0},
    {"c0 80", 0}, // overlong
    {"c1 bf", 0},
    {"e0 80 80", 0},
    {"e0 9f bf", 0},
    {"f0 80 80 80", 0},
    {"f0 8f bf bf", 0},
    {"ed a0 80", 0}, // surrogates
    {"ed bf bf", 0},
    {"ed a0 bd ed b8 80", 0},
    {"f4 90 80 80", 0}, // above U+10FFFF
    {"f5 80 80 80", 0},
    {"f8 88 80 80 80", 0},
    {"fc 84 80 80 80 80", 0},
    {"fe", 0},
    {"ff", 0},
    {"c2", 0}, // cut off
    {"e2 82", 0},
    {"f0 9f 98", 0},
    {"c2 41", 0}, // interrupted
    {"e2 41 ac", 0},
    {"e2 82 41", 0},
    {"f0 9f 98 41", 0},
    {"f0 9f c3 a4", 0},
    {"61 62 63 64 65 66 67 68 ff", 0},
    {"61 62 63 64 65 66 67 ff 68", 0},
};

START_TEST(utf8_is_told_from_other_bytes)
{
    tr_buf bytes = hex_bytes(utf8[_i].hex);
    uint8_t *copy = exact_copy(bytes.data, bytes.size);
    ck_assert_msg(tr_scan_is_utf8(copy, bytes.size) == utf8[_i].valid, "%s", utf8[_i].hex);
    tr_free(copy);
    tr_buf_done(&bytes);
}
END_TEST

static size_t encode_character(uint32_t c, uint8_t out[4])
{
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (uint8_t)(0xc0 | c >> 6);
        out[1] = (uint8_t)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (uint8_t)(0xe0 | c >> 12);
        out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        out[2] = (uint8_t)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (uint8_t)(0xf0 | c >> 18);
    out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
    out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    out[3] = (uint8_t)(0x80 | (c & 0x3f));
    return 4;
}

START_TEST(utf8_accepts_each_character_but_the_surrogates)
{
    for (uint32_t c = 0; c < 0x200000; c++) {
        uint8_t bytes[4];
        size_t size = encode_character(c, bytes);
        int valid = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
        if (tr_scan_is_utf8(bytes, size) != valid)
            ck_abort_msg("U+%04X", c);
    }
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

Suite *wire_scan_suite(void)
{
    Suite *suite = suite_create("wire/scan");
    TCase *forms = tcase_create("forms");
    tcase_add_loop_test(forms, scan_accepts_every_recorded_packet_and_no_truncation_of_it, 0,
                        COUNT(golden));
    tcase_add_loop_test(forms, scan_accepts_every_form_and_no_truncation_or_extension_of_it, 0,
                        COUNT(well_formed));
    tcase_add_loop_test(forms, scan_refuses_malformed_bytes, 0, COUNT(malformed));
    tcase_add_test(forms, scan_refuses_no_bytes_at_all);
    suite_add_tcase(suite, forms);
    TCase *limits = tcase_create("limits");
    tcase_add_test(limits, scan_stops_at_the_depth_cap);
    tcase_add_test(limits, scan_counts_an_empty_container_as_a_level);
    tcase_add_test(limits, scan_forgets_the_depth_of_siblings);
    tcase_add_test(limits, scan_stops_at_the_item_cap);
    suite_add_tcase(suite, limits);
    TCase *texts = tcase_create("utf8");
    tcase_add_loop_test(texts, utf8_is_told_from_other_bytes, 0, COUNT(utf8));
    tcase_add_test(texts, utf8_accepts_each_character_but_the_surrogates);
    suite_add_tcase(suite, texts);
    return suite;
}
