#include "wire/messages.h"

#include <check.h>

Suite *wire_messages_suite(void);

static const struct {
    const char *name;
    unsigned number;
} pinned[] = {
    {"session_open", 1},
    {"session_attached", 2},
    {"browser_event", 3},
    {"browser_update", 4},
    {"browser_result", 5},
    {"browser_credit", 6},
    {"browser_packet", 7},
    {"browser_packet_written", 8},
    {"browser_close", 9},
    {"session_detach", 10},
    {"upload_step", 18},
    {"handler_call", 20},
    {"handler_done", 21},
    {"page_change", 22},
    {"answer", 23},
    {"node_hello", 40},
    {"node_members", 41},
    {"node_bye", 42},
    {"node_down", 43},
    {"shard_claim", 64},
    {"shard_granted", 65},
    {"shard_lost", 46},
    {"routes_changed", 47},
    {"link_hello", 48},
    {"link_over", 53},
    {"link_beat", 62},
    {"node_refused", 63},
    {"inspect", 54},
    {"inspected", 55},
    {"watch", 50},
    {"unwatch", 51},
    {"watch_ended", 52},
    {"down", 70},
    {"exit", 71},
    {"ask_failed", 72},
    {"alarm", 73},
    {"shutdown", 74},
    {"pool_job", 28},
    {"pool_done", 80},
    {"topic_publish", 110},
    {"topic_interest", 111},
    {"topics_begin", 112},
    {"topics_end", 113},
    {"topics_hello", 114},
    {"topics_resync", 115},
    {"topic_message", 93},
    {"presence_find", 120},
    {"presence_set", 121},
    {"presence_gone", 122},
    {"presence_watch", 123},
    {"presence_begin", 124},
    {"presence_end", 125},
    {"presence_joined", 94},
    {"presence_left", 95},
    {"presence_reset", 96},
    {"presence_list", 97},
    {"name_find", 100},
    {"name_want", 101},
    {"name_state", 102},
    {"name_claim", 103},
    {"name_claimed", 104},
    {"name_release", 105},
    {"name_taken", 106},
    {"names_hello", 107},
    {"names_resync", 108},
    {"names_all", 109},
    {"name_registered", 90},
    {"name_lost", 91},
    {"name_found", 92},
    {"probe", 60},
    {"probe_kinds", 61},
};

START_TEST(a_number_once_given_stays_with_its_message)
{
    const tr_shape *shape = tr_shape_find(pinned[_i].number);
    ck_assert_ptr_nonnull(shape);
    ck_assert_str_eq(shape->name, pinned[_i].name);
}
END_TEST

START_TEST(every_row_is_found_by_its_number)
{
    size_t count;
    const tr_shape *shapes = tr_shape_all(&count);
    ck_assert_uint_gt(count, 20);
    for (size_t i = 0; i < count; i++)
        ck_assert_ptr_eq(tr_shape_find(shapes[i].type), &shapes[i]);
}
END_TEST

START_TEST(a_number_without_a_row_is_not_found)
{
    static const unsigned numbers[] = {0, 9999, 65535, 65536 + 3, ~0u};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        ck_assert_ptr_null(tr_shape_find(numbers[i]));
}
END_TEST

static size_t kind_size(unsigned kind)
{
    static const size_t sizes[] = {
        [TR_FIELD_u16] = sizeof(uint16_t),       [TR_FIELD_u32] = sizeof(uint32_t),
        [TR_FIELD_u64] = sizeof(uint64_t),       [TR_FIELD_i64] = sizeof(int64_t),
        [TR_FIELD_f64] = sizeof(double),         [TR_FIELD_boolean] = sizeof(bool),
        [TR_FIELD_address] = sizeof(tr_address), [TR_FIELD_text] = sizeof(tr_slice),
        [TR_FIELD_bytes] = sizeof(tr_slice),     [TR_FIELD_packet] = sizeof(tr_packet *),
        [TR_FIELD_list] = sizeof(tr_slice),
    };
    ck_assert_uint_lt(kind, sizeof sizes / sizeof sizes[0]);
    return sizes[kind];
}

START_TEST(every_shape_describes_its_struct)
{
    size_t count;
    const tr_shape *shapes = tr_shape_all(&count);
    for (size_t i = 0; i < count; i++) {
        const tr_shape *shape = &shapes[i];
        ck_assert_uint_ge(shape->field_count, 1);
        ck_assert_uint_gt(strlen(shape->doc), 0);
        size_t end = 0;
        for (unsigned f = 0; f < shape->field_count; f++) {
            const tr_field *field = &shape->fields[f];
            ck_assert_uint_gt(strlen(field->name), 0);
            ck_assert_uint_gt(strlen(field->doc), 0);
            ck_assert_uint_ge(field->offset, end);
            end = field->offset + kind_size(field->kind);
        }
        ck_assert_uint_le(end, shape->size);
    }
}
END_TEST

START_TEST(no_two_rows_share_a_name)
{
    size_t count;
    const tr_shape *shapes = tr_shape_all(&count);
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(shapes[i].name, shapes[j].name);
    }
}
END_TEST

START_TEST(the_table_knows_which_messages_overtake)
{
    ck_assert_int_eq(tr_shape_find(TR_MSG_browser_event)->class, TR_CLASS_USER);
    ck_assert_int_eq(tr_shape_find(TR_MSG_browser_credit)->class, TR_CLASS_SYSTEM);
    ck_assert_int_eq(tr_shape_find(TR_MSG_node_down)->class, TR_CLASS_SYSTEM);
}
END_TEST

Suite *wire_messages_suite(void)
{
    Suite *suite = suite_create("wire/messages");
    TCase *table = tcase_create("table");
    tcase_add_loop_test(table, a_number_once_given_stays_with_its_message, 0,
                        (int)(sizeof pinned / sizeof pinned[0]));
    tcase_add_test(table, every_row_is_found_by_its_number);
    tcase_add_test(table, a_number_without_a_row_is_not_found);
    tcase_add_test(table, every_shape_describes_its_struct);
    tcase_add_test(table, no_two_rows_share_a_name);
    tcase_add_test(table, the_table_knows_which_messages_overtake);
    suite_add_tcase(suite, table);
    return suite;
}
