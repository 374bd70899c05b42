#include "gateway/incoming.h"

#include <check.h>
#include <string.h>

#include "base/mem.h"
#include "troupe/err.h"
#include "wire/limits.h"

Suite *gateway_incoming_suite(void);

static tr_incoming incoming;
static tr_whole_message whole;

static void set_up(void)
{
    incoming = (tr_incoming){0};
    whole = (tr_whole_message){0};
}

static void tear_down(void)
{
    tr_incoming_drop(&incoming);
}

static int add(const char *text, bool is_first, bool is_last, size_t more, uint64_t now_ms)
{
    return tr_incoming_add(&incoming,
                           &(tr_message_piece){.bytes = text,
                                               .size = strlen(text),
                                               .more = more,
                                               .is_first = is_first,
                                               .is_last = is_last,
                                               .is_binary = true},
                           now_ms, &whole);
}

START_TEST(one_piece_is_lent_as_it_is)
{
    static const char text[] = "hello";
    ck_assert_int_eq(add(text, true, true, 0, 5), 1);
    ck_assert_ptr_eq(whole.bytes, text);
    ck_assert_uint_eq(whole.size, 5);
    ck_assert_ptr_null(whole.owned);
    ck_assert(incoming.cap == 0 && incoming.since_ms == 0);
}
END_TEST

START_TEST(pieces_and_fragments_become_one_message)
{
    ck_assert_int_eq(add("he", true, true, 3, 5), 0); // of one frame
    ck_assert_uint_eq(incoming.since_ms, 5);
    ck_assert_int_eq(add("l", true, false, 0, 9), 0); // of another one
    ck_assert_uint_eq(incoming.since_ms, 5);
    ck_assert_int_eq(add("lo", false, true, 0, 9), 1);
    ck_assert_uint_eq(whole.size, 5);
    ck_assert_mem_eq(whole.bytes, "hello", 5);
    ck_assert_ptr_nonnull(whole.owned);
    tr_free(whole.owned);
    ck_assert(incoming.size == 0 && incoming.since_ms == 0 && incoming.cap == 0);
}
END_TEST

START_TEST(what_is_or_announces_too_much_is_refused)
{
    ck_assert_int_eq(add("a", true, true, TR_BROWSER_PACKET_CAP_BYTES, 5), TR_ETOOBIG);
    ck_assert_int_eq(add("a", true, true, SIZE_MAX, 5), TR_ETOOBIG);
    ck_assert_int_eq(add("a", true, true, TR_BROWSER_PACKET_CAP_BYTES - 1, 5), 0);
    ck_assert_int_eq(add("b", false, true, TR_BROWSER_PACKET_CAP_BYTES - 1, 5), TR_ETOOBIG);
}
END_TEST

START_TEST(a_text_message_is_refused)
{
    tr_message_piece piece = {.bytes = "a", .size = 1, .is_first = true, .is_last = true};
    ck_assert_int_eq(tr_incoming_add(&incoming, &piece, 5, &whole), TR_EWRONGTYPE);
}
END_TEST

Suite *gateway_incoming_suite(void)
{
    Suite *suite = suite_create("gateway/incoming");
    TCase *tcase = tcase_create("messages");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, one_piece_is_lent_as_it_is);
    tcase_add_test(tcase, pieces_and_fragments_become_one_message);
    tcase_add_test(tcase, what_is_or_announces_too_much_is_refused);
    tcase_add_test(tcase, a_text_message_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
