#include "base/buf.h"

#include <check.h>
#include <signal.h>
#include <string.h>

Suite *base_buf_suite(void);

START_TEST(appended_bytes_stay_in_order_while_it_grows)
{
    tr_buf self = {0};
    tr_buf_append(&self, NULL, 0);
    ck_assert_ptr_null(self.data);
    for (unsigned i = 0; i < 10000; i++) {
        uint8_t byte = (uint8_t)(i * 31);
        tr_buf_append(&self, &byte, 1);
        ck_assert_uint_le(self.size, self.cap);
    }
    ck_assert_uint_eq(self.size, 10000);
    for (unsigned i = 0; i < 10000; i++)
        ck_assert_uint_eq(self.data[i], (uint8_t)(i * 31));
    tr_buf_done(&self);
    ck_assert_ptr_null(self.data);
    ck_assert_uint_eq(self.size + self.cap, 0);
    tr_buf_append(&self, "again", 5);
    ck_assert_str_eq(tr_buf_text(&self), "again");
    tr_buf_done(&self);
}
END_TEST

START_TEST(reserving_does_not_change_the_size)
{
    tr_buf self = {0};
    tr_buf_append(&self, "ab", 2);
    uint8_t *room = tr_buf_reserve(&self, 1000);
    ck_assert_ptr_eq(room, self.data + 2);
    ck_assert_uint_ge(self.cap, 1002);
    ck_assert_uint_eq(self.size, 2);
    for (int i = 0; i < 1000; i++)
        room[i] = 1; // all of it is there
    ck_assert_ptr_nonnull(tr_buf_reserve(&self, 0));
    tr_buf_done(&self);
}
END_TEST

START_TEST(a_closing_zero_does_not_count)
{
    tr_buf self = {0};
    ck_assert_str_eq(tr_buf_text(&self), "");
    for (int i = 0; i < 200; i++) { // through every edge of its growth
        tr_buf_append(&self, "x", 1);
        ck_assert_uint_eq(strlen(tr_buf_text(&self)), self.size);
    }
    tr_buf_done(&self);
}
END_TEST

START_TEST(it_prints)
{
    tr_buf self = {0};
    tr_buf_printf(&self, "%s", "");
    tr_buf_printf(&self, "%d-%s", 42, "forty-two");
    tr_buf_printf(&self, "%0100d", 7);
    ck_assert_uint_eq(self.size, 12 + 100);
    ck_assert_mem_eq(tr_buf_text(&self), "42-forty-two000", 15);
    ck_assert_int_eq(self.data[self.size - 1], '7');
    tr_buf_done(&self);
}
END_TEST

START_TEST(more_than_there_can_be_aborts)
{
    tr_buf self = {0};
    tr_buf_append(&self, "x", 1);
    tr_buf_reserve(&self, SIZE_MAX - 1);
}
END_TEST

Suite *base_buf_suite(void)
{
    Suite *suite = suite_create("base/buf");
    TCase *tests = tcase_create("buf");
    tcase_add_test(tests, appended_bytes_stay_in_order_while_it_grows);
    tcase_add_test(tests, reserving_does_not_change_the_size);
    tcase_add_test(tests, a_closing_zero_does_not_count);
    tcase_add_test(tests, it_prints);
    suite_add_tcase(suite, tests);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, more_than_there_can_be_aborts, SIGABRT);
    suite_add_tcase(suite, death);
    return suite;
}
