// Packets of type 0x02: between Troupe and its own client.

#include <check.h>
#include <string.h>

#include "hex.h"
#include "troupe/err.h"
#include "wire/flet.h"
#include "wire/limits.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

Suite *wire_flet_numbers_suite(void);

static int read_hex(const char *hex, tr_flet_packet *out)
{
    static tr_buf bytes;
    tr_buf_done(&bytes);
    bytes = hex_bytes(hex);
    return tr_flet_read(bytes.data, bytes.size, out);
}

#define CLICK                                                                                      \
    "00 92 03 83 a6 74 61 72 67 65 74 0a a4 6e 61 6d 65 a5 63 6c 69 63 6b a4 64 61 74 61 c0"

START_TEST(a_numbered_packet_is_the_packet_with_its_numbers)
{
    tr_flet_packet packet;
    ck_assert_int_eq(read_hex("02 00 04 03 02 01 09 00 00 00 " CLICK, &packet), 0);
    ck_assert_int_eq(packet.action, TR_FLET_EVENT);
    ck_assert_uint_eq(packet.target, 10);
    ck_assert_uint_eq(packet.number, 0x01020304);
    ck_assert_uint_eq(packet.seen, 9);
    uint8_t head[TR_FLET_HEAD_BYTES];
    tr_flet_write_head(head, 0x01020304, 9);
    ck_assert_mem_eq(head, "\x02\x00\x04\x03\x02\x01\x09\x00\x00\x00", sizeof head);
    ck_assert_int_eq(read_hex(CLICK, &packet), 0);
    ck_assert_uint_eq(packet.number, 0);
}
END_TEST

START_TEST(an_acknowledgement_and_a_ping_stand_alone)
{
    tr_flet_packet packet;
    uint8_t seen[TR_FLET_SEEN_BYTES];
    tr_flet_write_seen(seen, 0x01020304);
    ck_assert_int_eq(tr_flet_read(seen, sizeof seen, &packet), 0);
    ck_assert_int_eq(packet.action, TR_FLET_SEEN);
    ck_assert_uint_eq(packet.seen, 0x01020304);
    ck_assert_int_eq(read_hex("02 02", &packet), 0);
    ck_assert_int_eq(packet.action, TR_FLET_PING);
}
END_TEST

static const struct {
    const char *hex;
    int result;
} odd[] = {
    {"02", 1},
    {"02 03 00", 1}, // a kind of the future
    {"02 01 00 00 00", 1},
    {"02 00 01 00 00 00 00 00 00 00", TR_EPROTOCOL},             // a number and no packet
    {"02 00 00 00 00 00 00 00 00 00 " CLICK, TR_EPROTOCOL},      // no number
    {"02 00 01 00 00 00 00 00 00 00 02 02", TR_EPROTOCOL},       // one in the other
    {"02 00 01 00 00 00 00 00 00 00 7f 00", TR_EPROTOCOL},       // of a type that is ignored
    {"02 00 01 00 00 00 00 00 00 00 00 92 09 80", TR_EPROTOCOL}, // unknown
    {"02 00 01 00 00 00 00 00 00 00 00 c1", TR_EMALFORMED},
};

START_TEST(what_is_odd_is_refused_or_ignored)
{
    tr_flet_packet packet;
    ck_assert_int_eq(read_hex(odd[_i].hex, &packet), odd[_i].result);
}
END_TEST

static const struct {
    const char *hex; // of the value of "resume"
    bool is_there;
} offers[] = {
    {"93 cf 00 0f ff ff ff ff ff ff 01 00", true},
    {"93 07 05 09", true},
    {"93 00 01 00", false}, // no document
    {"93 07 00 00", false}, // no number
    {"92 07 01", false},
    {"93 07 a1 31 00", false},
    {"93 07 cf 00 00 00 01 00 00 00 00 00", false},
    {"01", false},
    {"c0", false},
};

START_TEST(a_page_offers_to_count)
{
    tr_buf page = hex_bytes("82 a1 61 01 a6 72 65 73 75 6d 65");
    hex_append(&page, offers[_i].hex);
    tr_flet_resume resume = {0};
    tr_slice map = {(const char *)page.data, (uint32_t)page.size};
    ck_assert_int_eq(tr_flet_page_resume(map, &resume), offers[_i].is_there);
    ck_assert(!offers[_i].is_there || (resume.document >= 7 && resume.first >= 1));
    tr_buf_done(&page);
}
END_TEST

Suite *wire_flet_numbers_suite(void)
{
    Suite *suite = suite_create("wire/flet_numbers");
    TCase *tests = tcase_create("numbers");
    tcase_add_test(tests, a_numbered_packet_is_the_packet_with_its_numbers);
    tcase_add_test(tests, an_acknowledgement_and_a_ping_stand_alone);
    tcase_add_loop_test(tests, what_is_odd_is_refused_or_ignored, 0, COUNT(odd));
    tcase_add_loop_test(tests, a_page_offers_to_count, 0, COUNT(offers));
    suite_add_tcase(suite, tests);
    return suite;
}
