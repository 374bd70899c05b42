#include "auth/json.h"

#include <check.h>

#include "troupe/err.h"
#include "wire/reader.h"

static const struct {
    const char *text;
    int result;
} texts[] = {
    {"{\"a\":1}", 0},
    {"", TR_EMALFORMED},
    {"{\"a\":1,\"a\":2}", TR_EMALFORMED},
    {"{\"a\":\"\\u0000\"}", TR_EMALFORMED},
    {"{\"a\":\"\xff\"}", TR_EMALFORMED},
    {"{\"a\":1}x", TR_EMALFORMED},
    {"{\"a\":", TR_EMALFORMED},
    {"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"", TR_EMALFORMED}, // a text alone is no document
    {"[\"\\\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\"]", 0},
    {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", TR_ETOOBIG},
    {"{\"a\":1e999}", TR_EMALFORMED},
    {"{\"a\":99999999999999999999}", TR_EMALFORMED},
};

START_TEST(json_of_strangers_is_read_or_refused)
{
    tr_json *json = NULL;
    ck_assert_int_eq(tr_json_read(tr_slice_of(texts[_i].text), &json), texts[_i].result);
    tr_json_free(json);
}
END_TEST

START_TEST(json_values_are_told_by_their_type)
{
    tr_json *json;
    uint64_t number = 7;
    ck_assert_int_eq(
        tr_json_read(TR_SLICE("{\"t\":\"x\",\"n\":5,\"m\":-1,\"r\":2.0,\"l\":[\"a\",1],"
                              "\"b\":true}"),
                     &json),
        0);
    ck_assert(tr_slice_is(tr_json_text(json, "t"), "x"));
    ck_assert_uint_eq(tr_json_text(json, "n").size, 0);
    ck_assert_uint_eq(tr_json_text(json, "none").size, 0);
    ck_assert(!tr_json_number(json, "t", &number) && !tr_json_number(json, "m", &number));
    ck_assert_uint_eq(number, 7);
    ck_assert(tr_json_number(json, "n", &number) && number == 5);
    ck_assert(tr_json_number(json, "r", &number) && number == 2);
    ck_assert_uint_eq(tr_json_count(tr_json_get(json, "l")), 2);
    ck_assert_uint_eq(tr_json_count(tr_json_get(json, "t")), 0);
    ck_assert(tr_json_is_true(json, "b") && !tr_json_is_true(json, "n"));
    tr_json_free(json);
}
END_TEST

START_TEST(json_objects_become_one_map)
{
    tr_json *first;
    tr_json *second;
    tr_buf map = {0};
    ck_assert_int_eq(tr_json_read(TR_SLICE("{\"a\":\"old\",\"b\":[1,{\"c\":null}]}"), &first), 0);
    ck_assert_int_eq(tr_json_read(TR_SLICE("{\"a\":\"new\",\"d\":true,\"e\":1.5}"), &second), 0);
    tr_json_to_map(first, second, &map);
    tr_reader in = tr_reader_of(tr_buf_slice(&map));
    ck_assert_uint_eq(tr_reader_map(&in), 4);
    in = tr_reader_find(tr_buf_slice(&map), "a");
    ck_assert(tr_slice_is(tr_reader_text(&in), "new"));
    in = tr_reader_find(tr_buf_slice(&map), "b");
    ck_assert(tr_slice_is(tr_reader_text(&in), "[1,{\"c\":null}]"));
    in = tr_reader_find(tr_buf_slice(&map), "d");
    ck_assert(tr_reader_boolean(&in));
    map.size = 0;
    tr_json_to_map(NULL, NULL, &map);
    in = tr_reader_of(tr_buf_slice(&map));
    ck_assert_uint_eq(tr_reader_map(&in), 0);
    ck_assert(!in.failed);
    tr_buf_done(&map);
    tr_json_free(first);
    tr_json_free(second);
}
END_TEST

Suite *auth_json_suite(void);
Suite *auth_json_suite(void)
{
    Suite *suite = suite_create("auth/json");
    TCase *tcase = tcase_create("json");
    tcase_add_loop_test(tcase, json_of_strangers_is_read_or_refused, 0,
                        sizeof texts / sizeof *texts);
    tcase_add_test(tcase, json_values_are_told_by_their_type);
    tcase_add_test(tcase, json_objects_become_one_map);
    suite_add_tcase(suite, tcase);
    return suite;
}
