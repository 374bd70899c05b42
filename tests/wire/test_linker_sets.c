// What objects declare that are loaded into the process, beside the program's own.

#include <check.h>

#include "troupe/err.h"
#include "troupe/pages/download.h"
#include "troupe/pages/table.h"
#include "wire/linker_sets.h"
#include "wire/messages.h"

static const tr_source some[] = {{.name = "linker_a"}, {.name = "linker_b"}};
static const tr_source others[] = {{.name = "linker_c"}, {.name = "linker_a"}};
static const tr_field fields[] = {{"text", "", 0, TR_FIELD_text}};
static const tr_shape message[] = {
    {"linker_message", "", fields, 424242, TR_CLASS_USER, 1, sizeof(tr_slice), 0}};

static void put(tr_linker_sets *self, enum tr_linker_set kind, const void *first, const void *end)
{
    self->count = TR_SET_COUNT;
    self->sets[kind].first = first;
    self->sets[kind].end = end;
}

#define FIND(name) TR_SET_FIND(TR_SET_SOURCES, tr_source, TR_SLICE(name))

START_TEST(records_of_all_objects_are_found_by_name)
{
    tr_linker_sets one = {0}, two = {0}, empty = {0};
    put(&one, TR_SET_SOURCES, some, some + 2);
    put(&two, TR_SET_SOURCES, others, others + 1);
    tr_linker_sets_add(&one);
    tr_linker_sets_add(&empty);
    tr_linker_sets_add(&two);
    tr_linker_sets_add(&one); // once more
    ck_assert_ptr_eq(FIND("linker_b"), &some[1]);
    ck_assert_ptr_eq(FIND("linker_c"), &others[0]);
    ck_assert_ptr_null(FIND("linker_d"));
    tr_linker_sets_remove(&one);
    ck_assert_ptr_null(FIND("linker_b"));
    ck_assert_ptr_eq(FIND("linker_c"), &others[0]);
    tr_linker_sets_remove(&two);
    tr_linker_sets_remove(&empty);
    tr_linker_sets_remove(&empty);
    ck_assert_ptr_null(FIND("linker_c"));
}
END_TEST

START_TEST(a_name_that_two_objects_have_is_found)
{
    tr_linker_sets one = {0}, two = {0};
    put(&one, TR_SET_SOURCES, some, some + 2);
    put(&two, TR_SET_SOURCES, others, others + 2);
    tr_linker_sets_add(&one);
    ck_assert_ptr_null(TR_SET_TWIN(TR_SET_SOURCES, tr_source));
    tr_linker_sets_add(&two);
    ck_assert_str_eq(TR_SET_TWIN(TR_SET_SOURCES, tr_source), "linker_a");
    tr_linker_sets_remove(&two);
    tr_linker_sets_remove(&one);
}
END_TEST

START_TEST(messages_come_and_go_with_their_object)
{
    tr_linker_sets one = {0};
    put(&one, TR_SET_MESSAGES, message, message + 1);
    ck_assert_ptr_null(tr_shape_find(424242));
    tr_linker_sets_add(&one);
    ck_assert_ptr_eq(tr_shape_find(424242), message);
    tr_linker_sets_remove(&one);
    ck_assert_ptr_null(tr_shape_find(424242));
}
END_TEST

START_TEST(two_objects_with_one_number_are_refused)
{
    tr_shape other = message[0];
    other.name = "linker_other";
    tr_linker_sets one = {0}, two = {0};
    put(&one, TR_SET_MESSAGES, message, message + 1);
    put(&two, TR_SET_MESSAGES, &other, &other + 1);
    tr_linker_sets_add(&one);
    tr_linker_sets_add(&two);
    ck_assert_int_eq(tr_shapes_check(), TR_EEXISTS);
    tr_linker_sets_remove(&two);
    ck_assert_int_eq(tr_shapes_check(), 0);
    tr_linker_sets_remove(&one);
}
END_TEST

// An object that was compiled when there were fewer kinds.
START_TEST(a_kind_that_an_object_does_not_know_is_empty)
{
    tr_linker_sets one = {.count = TR_SET_FORMS};
    one.sets[TR_SET_TABLES].first = (const void *)1;
    tr_linker_sets_add(&one);
    ck_assert_ptr_null(TR_SET_FIND(TR_SET_TABLES, ui_table, TR_SLICE("linker_a")));
    tr_linker_sets_remove(&one);
}
END_TEST

Suite *wire_linker_sets_suite(void);
Suite *wire_linker_sets_suite(void)
{
    Suite *suite = suite_create("wire/linker_sets");
    TCase *tests = tcase_create("tests");
    tcase_add_test(tests, records_of_all_objects_are_found_by_name);
    tcase_add_test(tests, a_name_that_two_objects_have_is_found);
    tcase_add_test(tests, messages_come_and_go_with_their_object);
    tcase_add_test(tests, two_objects_with_one_number_are_refused);
    tcase_add_test(tests, a_kind_that_an_object_does_not_know_is_empty);
    suite_add_tcase(suite, tests);
    return suite;
}
