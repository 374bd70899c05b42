#include <check.h>
#include <string.h>

#include "sdk/catalog/record.h"
#include "troupe/controls/events.h"
#include "troupe/err.h"
#include "wire/limits.h"

static tr_scratch scratch;

static void tear_down(void)
{
    tr_scratch_clear(&scratch);
}

static int read_one(enum tr_read kind, tr_slice bytes, void *out)
{
    tr_reader in = tr_reader_of(bytes);
    int result = tr_record_read(&in, (tr_reading){.kind = (uint8_t)kind}, &scratch, out);
    if (result == 0)
        ck_assert(tr_reader_at_end(&in));
    return result;
}

START_TEST(a_duration_is_milliseconds_however_it_was_sent)
{
    int64_t value = 0;
    ck_assert_int_eq(read_one(TR_READ_DURATION,
                              TR_SLICE("\xc7\x07\x03"
                                       "1500000"),
                              &value),
                     0);
    ck_assert_int_eq(value, 1500);
    ck_assert_int_eq(read_one(TR_READ_DURATION,
                              TR_SLICE("\xc7\x05\x03"
                                       "-2000"),
                              &value),
                     0);
    ck_assert_int_eq(value, -2);
    ck_assert_int_eq(read_one(TR_READ_DURATION, TR_SLICE("\x07"), &value), 0);
    ck_assert_int_eq(value, 7);
    ck_assert_int_eq(read_one(TR_READ_DURATION, TR_SLICE("\xc0"), &value), 0);
    ck_assert_int_eq(value, UI_UNSET);
    ck_assert_int_eq(read_one(TR_READ_DURATION, TR_SLICE("\xd4\x03x"), &value), TR_EMALFORMED);
    ck_assert_int_eq(read_one(TR_READ_DURATION, TR_SLICE("\xcb\x7f\xf0\0\0\0\0\0\0"), &value),
                     TR_EMALFORMED);
    ck_assert_int_eq(read_one(TR_READ_DURATION, TR_SLICE("\xd4\x03-"), &value), TR_EMALFORMED);
    ck_assert_int_eq(read_one(TR_READ_DURATION,
                              TR_SLICE("\xd4\x01"
                                       "1"),
                              &value),
                     TR_EMALFORMED);
    ck_assert_int_eq(read_one(TR_READ_DURATION,
                              TR_SLICE("\xc7\x14\x03"
                                       "99999999999999999999"),
                              &value),
                     TR_EMALFORMED);
}
END_TEST

START_TEST(texts_and_dates_are_copied)
{
    const char *text = "";
    ck_assert_int_eq(read_one(TR_READ_TEXT, TR_SLICE("\xa2hi"), &text), 0);
    ck_assert_str_eq(text, "hi");
    ck_assert_int_eq(read_one(TR_READ_DATE,
                              TR_SLICE("\xd6\x02"
                                       "18:5"),
                              &text),
                     0);
    ck_assert_str_eq(text, "18:5");
    ck_assert_int_eq(read_one(TR_READ_DATE,
                              TR_SLICE("\xd6\x07"
                                       "18:5"),
                              &text),
                     TR_EMALFORMED);
    ck_assert_int_eq(read_one(TR_READ_TEXT, TR_SLICE("\x05"), &text), TR_EMALFORMED);
    ck_assert_int_eq(read_one(TR_READ_TEXT, TR_SLICE("\xc0"), &text), 0);
    ck_assert_ptr_null(text);
}
END_TEST

START_TEST(lists_end_with_null)
{
    const char *const *texts = NULL;
    ck_assert_int_eq(read_one(TR_READ_TEXTS,
                              TR_SLICE("\x92\xa1"
                                       "a\xa1"
                                       "b"),
                              &texts),
                     0);
    ck_assert_str_eq(texts[1], "b");
    ck_assert_ptr_null(texts[2]);
    ck_assert_int_eq(read_one(TR_READ_TEXTS,
                              TR_SLICE("\x92\xa1"
                                       "a\xc0"),
                              &texts),
                     TR_EMALFORMED);
    ck_assert_int_eq(read_one(TR_READ_TEXTS, TR_SLICE("\x80"), &texts), TR_EMALFORMED);
    ck_assert_int_eq(read_one(TR_READ_PAIRS, TR_SLICE("\x81\xa1k\xa1v"), &texts), 0);
    ck_assert_str_eq(texts[0], "k");
    ck_assert_str_eq(texts[1], "v");
    ck_assert_ptr_null(texts[2]);
    const tr_slice *const *list = NULL;
    ck_assert_int_eq(read_one(TR_READ_BYTES_LIST, TR_SLICE("\x91\xc4\x02\0z"), &list), 0);
    ck_assert_uint_eq(list[0]->size, 2);
    ck_assert_int_eq(memcmp(list[0]->data, "\0z", 2), 0);
    ck_assert_ptr_null(list[1]);
}
END_TEST

START_TEST(any_value_says_what_it_is)
{
    const ui_any *any = NULL;
    ck_assert_int_eq(read_one(TR_READ_ANY, TR_SLICE("\xc3"), &any), 0);
    ck_assert(any->kind == UI_ANY_FLAG && any->flag);
    ck_assert_int_eq(read_one(TR_READ_ANY, TR_SLICE("\x07"), &any), 0);
    ck_assert(any->kind == UI_ANY_NUMBER && (int)any->number == 7);
    ck_assert_int_eq(read_one(TR_READ_ANY, TR_SLICE("\xa1x"), &any), 0);
    ck_assert(any->kind == UI_ANY_TEXT && strcmp(any->text, "x") == 0);
    ck_assert_int_eq(read_one(TR_READ_ANY, TR_SLICE("\x80"), &any), TR_EMALFORMED);
}
END_TEST

// A browser can make us keep only so much: the list costs more here than on the wire.
START_TEST(a_result_beyond_the_cap_is_refused)
{
    static char bytes[(1 << 20) + 5];
    memset(bytes, '\xa0', sizeof bytes);
    memcpy(bytes, "\xdd\0\x10\0\0", 5);
    const char *const *texts = NULL;
    ck_assert_int_eq(read_one(TR_READ_TEXTS, (tr_slice){bytes, sizeof bytes}, &texts), TR_EFULL);
    ck_assert_uint_le(scratch.size, TR_RESULTS_CAP_BYTES);
    tr_scratch_clear(&scratch);
    ck_assert_int_eq(read_one(TR_READ_TEXT, TR_SLICE("\xa1x"), &texts), 0);
}
END_TEST

static const void *read_event(int number, tr_slice bytes, int *out_result)
{
    return tr_record_read_struct(bytes, (unsigned)number, &scratch, out_result);
}

START_TEST(a_struct_is_read_by_its_wire_names)
{
    int result = 1;
    const tr_ev_tap *tap =
        read_event(TR_EV_tap,
                   TR_SLICE("\x83\xa1k\xa5mouse\xa1l\x82\xa1x\x03\xa1y\xcb\x40\x04\0\0\0\0\0\0"
                            "\xa3new\x91\x01"),
                   &result);
    ck_assert_int_eq(result, 0);
    ck_assert_int_eq(tap->kind, UI_POINTER_DEVICE_TYPE_MOUSE);
    ck_assert(tap->local_position->x > 2.9 && tap->local_position->x < 3.1);
    ck_assert(tap->local_position->y > 2.4 && tap->local_position->y < 2.6);
    ck_assert_ptr_null(tap->global_position);
}
END_TEST

START_TEST(a_struct_without_what_must_be_there_is_refused)
{
    int result = 0;
    ck_assert_ptr_null(read_event(TR_EV_data_column_sort,
                                  TR_SLICE("\x81\xa2"
                                           "ci\x01"),
                                  &result));
    ck_assert_int_eq(result, TR_EMALFORMED);
    ck_assert_ptr_null(read_event(TR_EV_data_column_sort,
                                  TR_SLICE("\x82\xa2"
                                           "ci\x01\xa3"
                                           "asc\x01"),
                                  &result));
    ck_assert_int_eq(result, TR_EMALFORMED);
    ck_assert_ptr_null(read_event(TR_EV_data_column_sort, TR_SLICE("\x05"), &result));
    const tr_ev_data_column_sort *sort = read_event(TR_EV_data_column_sort,
                                                    TR_SLICE("\x82\xa2"
                                                             "ci\x01\xa3"
                                                             "asc\xc2"),
                                                    &result);
    ck_assert_int_eq(result, 0);
    ck_assert_int_eq(sort->column_index, 1);
    ck_assert(!sort->ascending);
}
END_TEST

Suite *sdk_record_suite(void);
Suite *sdk_record_suite(void)
{
    Suite *suite = suite_create("sdk/catalog/record");
    TCase *tcase = tcase_create("read");
    tcase_add_checked_fixture(tcase, NULL, tear_down);
    tcase_add_test(tcase, a_duration_is_milliseconds_however_it_was_sent);
    tcase_add_test(tcase, texts_and_dates_are_copied);
    tcase_add_test(tcase, lists_end_with_null);
    tcase_add_test(tcase, any_value_says_what_it_is);
    tcase_add_test(tcase, a_result_beyond_the_cap_is_refused);
    tcase_add_test(tcase, a_struct_is_read_by_its_wire_names);
    tcase_add_test(tcase, a_struct_without_what_must_be_there_is_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
