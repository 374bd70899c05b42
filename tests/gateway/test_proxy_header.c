// Headers of the PROXY protocol: what is whole, what is not yet, and what is none.

#include "gateway/proxy_header.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "troupe/err.h"

#define BYTES(text) (text), sizeof(text) - 1
#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define FOUR "\xc0\x00\x02\x07\x7f\x00\x00\x01\x9c\x40\x01\xbb" // 192.0.2.7 to 127.0.0.1
#define SIX                                                                                        \
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x09\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x9c\x40\x01\xbb"
#define TLV "\x20\x00\x03xyz"

static const struct {
    const char *bytes;
    size_t size;
    const char *ip; // NULL: it speaks for itself
} whole[] = {
    {BYTES("PROXY TCP4 192.0.2.7 127.0.0.1 40000 443\r\n"), "192.0.2.7"},
    {BYTES("PROXY TCP6 2001:db8::9 ::1 40000 443\r\n"), "2001:db8::9"},
    {BYTES("PROXY UNKNOWN\r\n"), "0.0.0.0"},
    {BYTES("PROXY UNKNOWN ffff:f 1 2 3 whatever\r\n"), "0.0.0.0"},
    {BYTES(SIGNATURE "\x21\x11\x00\x0c" FOUR), "192.0.2.7"},
    {BYTES(SIGNATURE "\x21\x11\x00\x12" FOUR TLV), "192.0.2.7"},
    {BYTES(SIGNATURE "\x21\x12\x00\x0c" FOUR), "192.0.2.7"},
    {BYTES(SIGNATURE "\x21\x21\x00\x24" SIX), "2001:db8::9"},
    {BYTES(SIGNATURE "\x20\x00\x00\x00"), NULL},
    {BYTES(SIGNATURE "\x20\x11\x00\x0c" FOUR), NULL}, // LOCAL: the addresses do not count
    {BYTES(SIGNATURE "\x21\x00\x00\x00"), "0.0.0.0"},
    {BYTES(SIGNATURE "\x21\x00\x00\x06" TLV), "0.0.0.0"},
};

START_TEST(a_whole_header_is_read_and_each_part_of_it_waits_for_more)
{
    tr_proxy_header header;
    char bytes[256];
    memset(bytes, 'G', sizeof bytes); // of the request behind it
    memcpy(bytes, whole[_i].bytes, whole[_i].size);
    for (size_t size = 0; size < whole[_i].size; size++)
        ck_assert_int_eq(tr_proxy_header_read(bytes, size, &header), 0);
    for (size_t more = 0; more < 4; more++) {
        ck_assert_int_eq(tr_proxy_header_read(bytes, whole[_i].size + more, &header), 1);
        ck_assert_uint_eq(header.size, whole[_i].size);
        ck_assert_int_eq(header.has_address, whole[_i].ip != NULL);
        if (whole[_i].ip != NULL)
            ck_assert_str_eq(header.ip, whole[_i].ip);
    }
}
END_TEST

START_TEST(the_address_of_a_unix_socket_is_nobodys)
{
    char bytes[16 + 216] = SIGNATURE "\x21\x31\x00\xd8/run/app.sock";
    tr_proxy_header header;
    ck_assert_int_eq(tr_proxy_header_read(bytes, sizeof bytes, &header), 1);
    ck_assert_str_eq(header.ip, "0.0.0.0");
    ck_assert_uint_eq(header.size, sizeof bytes);
}
END_TEST

static const struct {
    const char *bytes;
    size_t size;
} none[] = {
    {BYTES("GET / HTTP/1.1\r\n")},
    {BYTES("P0")},
    {BYTES("proxy TCP4 192.0.2.7 127.0.0.1 40000 443\r\n")},
    {BYTES("PROXY TCP4 192.0.2.7 127.0.0.1 40000 443\n")},
    {BYTES("PROXY \r\n")},
    {BYTES("PROXY TCP5 192.0.2.7 127.0.0.1 40000 443\r\n")},
    {BYTES("PROXY TCP4 192.0.2.300 127.0.0.1 40000 443\r\n")},
    {BYTES("PROXY TCP4 192.0.2.7\0 127.0.0.1 40000 443\r\n")},
    {BYTES("PROXY TCP4 2001:db8::9 ::1 40000 443\r\n")},
    {BYTES("PROXY TCP6 192.0.2.7 127.0.0.1 40000 443\r\n")},
    {BYTES("PROXY TCP4 192.0.2.7 127.0.0.1 40000\r\n")},
    {BYTES("PROXY TCP4 192.0.2.7 127.0.0.1 40000 65536\r\n")},
    {BYTES("PROXY TCP4 192.0.2.7 127.0.0.1 -1 443\r\n")},
    {BYTES("PROXY TCP4 192.0.2.7 127.0.0.1 40000 443 5\r\n")},
    {BYTES("PROXY TCP4  192.0.2.7 127.0.0.1 40000 443\r\n")},
    {BYTES("\r\n\r\n\0\r\nQUIX")},
    {BYTES(SIGNATURE "\x11\x11\x00\x0c")},      // a version that there is not
    {BYTES(SIGNATURE "\x22\x11\x00\x0c")},      // a command
    {BYTES(SIGNATURE "\x21\x13\x00\x0c")},      // a transport
    {BYTES(SIGNATURE "\x21\x41\x00\x0c" FOUR)}, // a family
    {BYTES(SIGNATURE "\x21\x11\x00\x0b" FOUR)}, // too short for its addresses
    {BYTES(SIGNATURE "\x21\x21\x00\x0c" FOUR)},
    {BYTES(SIGNATURE "\x21\x31\x00\x0c" FOUR)},
    {BYTES(SIGNATURE "\x21\x11\x0f\xf1")}, // beyond what is taken
    {BYTES(SIGNATURE "\x21\x11\xff\xff")},
};

START_TEST(what_is_none_is_malformed)
{
    tr_proxy_header header;
    ck_assert_int_eq(tr_proxy_header_read(none[_i].bytes, none[_i].size, &header), TR_EMALFORMED);
}
END_TEST

START_TEST(a_line_has_its_end_within_107_bytes)
{
    char bytes[TR_PROXY_HEADER_LINE_BYTES + 8] = "PROXY UNKNOWN ";
    tr_proxy_header header;
    memset(bytes + 14, 'x', sizeof bytes - 14);
    ck_assert_int_eq(tr_proxy_header_read(bytes, TR_PROXY_HEADER_LINE_BYTES - 1, &header), 0);
    ck_assert_int_eq(tr_proxy_header_read(bytes, TR_PROXY_HEADER_LINE_BYTES, &header),
                     TR_EMALFORMED);
    memcpy(bytes + TR_PROXY_HEADER_LINE_BYTES - 2, "\r\n", 2);
    ck_assert_int_eq(tr_proxy_header_read(bytes, sizeof bytes, &header), 1);
    ck_assert_uint_eq(header.size, TR_PROXY_HEADER_LINE_BYTES);
}
END_TEST

// Bytes that are nearly right: what is read stays within what there is (under a sanitizer).
START_TEST(changed_bytes_are_read_or_refused)
{
    tr_proxy_header header;
    srand(1);
    for (unsigned i = 0; i < sizeof whole / sizeof *whole; i++) {
        for (unsigned round = 0; round < 2000; round++) {
            size_t size = (size_t)rand() % (whole[i].size + 1);
            char *bytes = tr_alloc(size + 1); // its end is where a sanitizer looks
            memcpy(bytes, whole[i].bytes, size);
            for (unsigned change = 0; size != 0 && change < 2; change++)
                bytes[(size_t)rand() % size] = (char)rand();
            int result = tr_proxy_header_read(bytes, size, &header);
            ck_assert(result <= 0 || header.size <= size);
            tr_free(bytes);
        }
    }
}
END_TEST

Suite *gateway_proxy_header_suite(void);
Suite *gateway_proxy_header_suite(void)
{
    Suite *suite = suite_create("gateway/proxy_header");
    TCase *tests = tcase_create("headers");
    tcase_add_loop_test(tests, a_whole_header_is_read_and_each_part_of_it_waits_for_more, 0,
                        sizeof whole / sizeof *whole);
    tcase_add_test(tests, the_address_of_a_unix_socket_is_nobodys);
    tcase_add_loop_test(tests, what_is_none_is_malformed, 0, sizeof none / sizeof *none);
    tcase_add_test(tests, a_line_has_its_end_within_107_bytes);
    tcase_add_test(tests, changed_bytes_are_read_or_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
