#include "sdk/session/resume.h"

#include <check.h>
#include <string.h>

#include "troupe/err.h"
#include "wire/limits.h"

Suite *sdk_session_resume_suite(void);

static tr_session here;

static void set_up(void)
{
    here = (tr_session){.id = "abc"};
}

static void tear_down(void)
{
    tr_resume_free(&here);
}

static bool begin(uint64_t document, uint32_t first, uint32_t seen)
{
    return tr_resume_begin(&here, &(tr_flet_resume){document, first, seen});
}

static void keep(uint32_t size)
{
    static char bytes[TR_RESUME_RING_CAP_BYTES];
    tr_resume_keep(&here, tr_packet_of(bytes, size));
}

// The numbers that go out now, in order.
static uint32_t send_all(uint32_t *out_first)
{
    uint32_t number;
    uint32_t count = 0;
    *out_first = 0;
    while (tr_resume_next(&here, &number) != NULL) {
        *out_first = count++ == 0 ? number : *out_first;
        tr_resume_advance(&here);
    }
    return count;
}

static void sends(uint32_t first, uint32_t count)
{
    uint32_t at;
    ck_assert_uint_eq(send_all(&at), count);
    ck_assert_uint_eq(at, first);
}

START_TEST(a_client_that_does_not_count_is_taken_at_its_word)
{
    ck_assert(!tr_resume_begin(&here, NULL));
    ck_assert(tr_resume_take(&here, 0, 0) && tr_resume_take(&here, 0, 0));
    ck_assert(!tr_resume_owes_seen(&here));
}
END_TEST

START_TEST(each_number_is_taken_once)
{
    ck_assert(!begin(7, 1, 0));
    ck_assert(tr_resume_take(&here, 1, 0) && tr_resume_take(&here, 2, 0));
    ck_assert(!tr_resume_take(&here, 2, 0) && !tr_resume_take(&here, 1, 0));
    ck_assert(tr_resume_take(&here, 5, 0)); // what a browser takes back leaves a gap
    ck_assert_uint_eq(tr_resume_taken(&here), 5);
    ck_assert_uint_eq(tr_resume_safe(&here), 0);
    tr_resume_set_safe(&here, 8, 5); // another document's
    tr_resume_set_safe(&here, 7, 6); // not taken
    ck_assert(!tr_resume_owes_seen(&here));
    tr_resume_set_safe(&here, 7, 5);
    ck_assert(tr_resume_owes_seen(&here));
    tr_resume_told_seen(&here, 5);
    ck_assert(!tr_resume_owes_seen(&here));
}
END_TEST

START_TEST(what_the_browser_missed_is_sent_again_and_no_more)
{
    begin(7, 1, 0);
    ck_assert_uint_eq(tr_resume_number_page(&here), 1);
    for (unsigned i = 0; i < 5; i++)
        keep(10);
    sends(2, 5);
    tr_resume_on_seen(&here, 3);
    tr_resume_on_seen(&here, 2);  // late
    tr_resume_on_seen(&here, 99); // made up
    ck_assert(begin(7, 1, 4));
    sends(5, 2);
    ck_assert_uint_eq(tr_resume_last(&here), 6);
    ck_assert(begin(7, 1, 6));
    sends(0, 0);
    ck_assert(!begin(8, 1, 6)); // a reload
}
END_TEST

START_TEST(a_ring_that_does_not_reach_back_gives_way_to_the_page)
{
    begin(7, 1, 0);
    (void)tr_resume_number_page(&here);
    for (unsigned i = 0; i < TR_RESUME_RING_CAP + 1; i++) {
        keep(10);
        sends(2 + i, 1);
    }
    ck_assert(!begin(7, 1, 1));
    ck_assert_uint_eq(tr_resume_number_page(&here), TR_RESUME_RING_CAP + 3);
    keep(TR_RESUME_RING_CAP_BYTES / 2 + 1);
    keep(TR_RESUME_RING_CAP_BYTES / 2 + 1);
    sends(0, 0); // the first of them was dropped: has_room keeps a session from that
    ck_assert(!begin(7, 1, TR_RESUME_RING_CAP + 3));
}
END_TEST

START_TEST(a_session_that_knows_less_than_its_browser_sends_the_page)
{
    begin(7, 1, 0);
    (void)tr_resume_number_page(&here);
    ck_assert(!begin(7, 1, 9));
    ck_assert_uint_eq(tr_resume_number_page(&here), 10);
    ck_assert(begin(7, 1, 10));
    tr_resume_need_page(&here);
    ck_assert(!begin(7, 1, 10));
}
END_TEST

START_TEST(packets_that_nobody_has_any_more_are_done_without)
{
    begin(7, 1, 0);
    ck_assert(tr_resume_take(&here, 1, 0));
    (void)begin(7, 4, 0);
    ck_assert_uint_eq(tr_resume_taken(&here), 3);
    ck_assert(tr_resume_take(&here, 4, 0));
}
END_TEST

static int moved(tr_buf *file)
{
    tr_resume_write(&here, file);
    tr_resume_free(&here);
    tr_reader in = tr_reader_of(tr_buf_slice(file));
    return tr_resume_read(&here, &in);
}

START_TEST(numbers_go_on_in_another_process)
{
    tr_buf file = {0};
    begin(7, 1, 0);
    (void)tr_resume_number_page(&here);
    keep(10);
    sends(2, 1);
    ck_assert(tr_resume_take(&here, 1, 0) && tr_resume_take(&here, 2, 0));
    tr_resume_set_safe(&here, 7, 1);
    ck_assert_int_eq(moved(&file), 0);
    ck_assert(!tr_resume_take(&here, 2, 0));
    ck_assert_uint_eq(tr_resume_safe(&here), 1);
    ck_assert(begin(7, 2, 2)); // it has everything
    keep(10);
    sends(3, 1);
    ck_assert(!begin(8, 1, 0));
    tr_buf_done(&file);
}
END_TEST

START_TEST(what_comes_from_a_store_is_safe_and_its_browser_gets_the_page)
{
    tr_buf file = {0};
    begin(7, 1, 0);
    (void)tr_resume_number_page(&here);
    ck_assert(tr_resume_take(&here, 1, 0) && tr_resume_take(&here, 2, 0));
    ck_assert_int_eq(moved(&file), 0);
    tr_resume_restored(&here);
    ck_assert_uint_eq(tr_resume_safe(&here), 2);
    ck_assert(!begin(7, 1, 1));
    tr_buf_done(&file);
}
END_TEST

START_TEST(a_file_that_lies_is_refused)
{
    static const char *const files[] = {"\x91\x01", "\x95\x00\x01\x01\x01\xc2",
                                        "\x95\x07\x01\x02\x01\xc2", "\x95\x07\xa1\x31\x01\x01\xc2"};
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
        tr_reader in = tr_reader_of(tr_slice_of(files[i]));
        if (i == 1)
            in = tr_reader_of((tr_slice){files[i], 6});
        ck_assert_int_eq(tr_resume_read(&here, &in), TR_EPROTOCOL);
    }
}
END_TEST

Suite *sdk_session_resume_suite(void)
{
    Suite *suite = suite_create("sdk/session/resume");
    TCase *tests = tcase_create("numbers");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_client_that_does_not_count_is_taken_at_its_word);
    tcase_add_test(tests, each_number_is_taken_once);
    tcase_add_test(tests, what_the_browser_missed_is_sent_again_and_no_more);
    tcase_add_test(tests, a_ring_that_does_not_reach_back_gives_way_to_the_page);
    tcase_add_test(tests, a_session_that_knows_less_than_its_browser_sends_the_page);
    tcase_add_test(tests, packets_that_nobody_has_any_more_are_done_without);
    tcase_add_test(tests, numbers_go_on_in_another_process);
    tcase_add_test(tests, what_comes_from_a_store_is_safe_and_its_browser_gets_the_page);
    tcase_add_test(tests, a_file_that_lies_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
