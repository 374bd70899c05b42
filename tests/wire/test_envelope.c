#include "wire/envelope.h"

#include "hex.h"
#include "troupe/err.h"
#include "wire/limits.h"

Suite *wire_envelope_suite(void);

static const tr_batch_head head = {.from_node = 0x1111,
                                   .to_node = 0x2222,
                                   .sequence = 7,
                                   .acknowledged = 5,
                                   .incarnation = 4,
                                   .peer_incarnation = 2,
                                   .over = 1,
                                   .from_core = 1,
                                   .to_core = 6,
                                   .protocol = TR_BUS_PROTOCOL};

static const char head_hex[] = "9a ce 00 00 00 01 cf 00 00 00 00 00 00 11 11 ce 00 00 00 01"
                               "cf 00 00 00 00 00 00 22 22 cf 00 00 00 00 00 00 00 07"
                               "cf 00 00 00 00 00 00 00 05"
                               "cf 00 00 00 00 00 00 00 04 cf 00 00 00 00 00 00 00 02"
                               "cf 00 00 00 00 00 00 00 01 ce 00 00 00 06";

// From actor 1111:5 to actor 3: the click of docs/bus.md.
static const char click_hex[] = "ce 00 00 00 3d 96 cf 06 00 00 00 00 00 00 03"
                                "cf 00 00 00 00 00 00 11 11 cf 00 00 00 00 00 00 00 05"
                                "ce 00 00 00 03 ce 00 00 00 01 cf 00 00 00 00 00 00 00 09"
                                "96 0a a5 63 6c 69 63 6b c4 01 c0 00 00 a0";

// The same with a type that has no row, and with a body that is cut short.
static const char unknown_hex[] = "ce 00 00 00 30 96 cf 00 00 00 00 00 00 00 03"
                                  "cf 00 00 00 00 00 00 11 11 cf 00 00 00 00 00 00 00 05"
                                  "ce 00 00 ff fe ce 00 00 00 01 cf 00 00 00 00 00 00 00 09 90";
static const char broken_hex[] = "ce 00 00 00 30 96 cf 00 00 00 00 00 00 00 03"
                                 "cf 00 00 00 00 00 00 11 11 cf 00 00 00 00 00 00 00 05"
                                 "ce 00 00 00 03 ce 00 00 00 01 cf 00 00 00 00 00 00 00 09 93";

static tr_message *click(void)
{
    tr_msg_browser_event body = {.target = 10, .name = TR_SLICE("click"), .data = TR_SLICE("\xc0")};
    tr_message *message = tr_message_new(TR_MSG_browser_event, &body);
    message->to = tr_address_of(0x2222, 6, 3);
    message->from = (tr_address){0x1111, 5};
    message->flags = TR_FLAG_ASK;
    message->correlation = 9;
    return message;
}

static void append_click(tr_buf *out)
{
    tr_message *message = click();
    tr_batch_append(out, message);
    tr_message_free(message);
}

static tr_batch_reader open_batch(const tr_buf *batch)
{
    tr_batch_reader reader;
    tr_batch_head seen;
    ck_assert_int_eq(tr_batch_open(&reader, batch->data, batch->size, &seen), 0);
    return reader;
}

static void next_is_the_click(tr_batch_reader *reader)
{
    tr_message *message = NULL;
    ck_assert_int_eq(tr_batch_next(reader, &message), 1);
    ck_assert_uint_eq(message->to.node, 0); // the caller's to fill in
    ck_assert_uint_eq(message->to.actor, tr_address_of(0, 6, 3).actor);
    ck_assert_uint_eq(message->from.node, 0x1111);
    ck_assert_uint_eq(message->from.actor, 5);
    ck_assert_uint_eq(message->flags, TR_FLAG_ASK);
    ck_assert_uint_eq(message->correlation, 9);
    ck_assert_uint_eq(message->shape->type, TR_MSG_browser_event);
    ck_assert_uint_eq(TR_BODY(message, browser_event)->target, 10);
    assert_slice(TR_BODY(message, browser_event)->name, "click");
    assert_slice(TR_BODY(message, browser_event)->data, "\xc0");
    tr_message_free(message);
}

static void next_fails(tr_batch_reader *reader, int code)
{
    tr_message *message = NULL;
    ck_assert_int_eq(tr_batch_next(reader, &message), code);
    ck_assert_ptr_null(message);
}

static void next_is_the_end(tr_batch_reader *reader)
{
    next_fails(reader, 0);
    next_fails(reader, 0);
}

START_TEST(a_batch_has_golden_bytes)
{
    tr_buf out = {0};
    tr_batch_head_append(&out, &head);
    ck_assert_uint_eq(out.size, tr_batch_head_size());
    assert_bytes(&out, head_hex);
    out.size = 0;
    append_click(&out);
    assert_bytes(&out, click_hex);
    tr_buf_done(&out);
}
END_TEST

START_TEST(a_head_is_rewritten_in_place)
{
    tr_buf out = {0};
    tr_buf_append(&out, "xyz", 3);
    tr_batch_head_append(&out, &(tr_batch_head){.protocol = TR_BUS_PROTOCOL});
    append_click(&out);
    size_t size = out.size;
    tr_batch_head_rewrite(&out, 3, &head);
    ck_assert_uint_eq(out.size, size);
    tr_batch_reader reader;
    tr_batch_head seen;
    ck_assert_int_eq(tr_batch_open(&reader, out.data + 3, out.size - 3, &seen), 0);
    ck_assert_uint_eq(seen.from_node, head.from_node);
    ck_assert_uint_eq(seen.to_node, head.to_node);
    ck_assert_uint_eq(seen.sequence, head.sequence);
    ck_assert_uint_eq(seen.acknowledged, head.acknowledged);
    ck_assert_uint_eq(seen.incarnation, head.incarnation);
    ck_assert_uint_eq(seen.peer_incarnation, head.peer_incarnation);
    ck_assert_uint_eq(seen.over, head.over);
    ck_assert_uint_eq(seen.from_core, head.from_core);
    ck_assert_uint_eq(seen.to_core, head.to_core);
    ck_assert_uint_eq(seen.protocol, head.protocol);
    next_is_the_click(&reader);
    next_is_the_end(&reader);
    tr_buf_done(&out);
}
END_TEST

START_TEST(a_batch_without_messages_is_a_head)
{
    tr_buf batch = hex_bytes(head_hex);
    tr_batch_reader reader = open_batch(&batch);
    next_is_the_end(&reader);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(messages_come_out_in_order)
{
    tr_buf batch = hex_bytes(head_hex);
    for (uint64_t i = 0; i < 100; i++) {
        tr_message *message = tr_message_new(TR_MSG_probe, &(tr_msg_probe){.number = i});
        tr_batch_append(&batch, message);
        tr_message_free(message);
    }
    tr_batch_reader reader = open_batch(&batch);
    for (uint64_t i = 0; i < 100; i++) {
        tr_message *message = NULL;
        ck_assert_int_eq(tr_batch_next(&reader, &message), 1);
        ck_assert_uint_eq(TR_BODY(message, probe)->number, i);
        tr_message_free(message);
    }
    next_is_the_end(&reader);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(packets_cross_with_their_bytes)
{
    tr_buf batch = hex_bytes(head_hex);
    tr_msg_browser_packet body = {.packet = tr_packet_of("packet", 6)};
    tr_message *message = tr_message_new(TR_MSG_browser_packet, &body);
    tr_batch_append(&batch, message);
    tr_message_free(message);
    tr_batch_reader reader = open_batch(&batch);
    ck_assert_int_eq(tr_batch_next(&reader, &message), 1);
    tr_packet *packet = tr_message_take_packet(&TR_BODY(message, browser_packet)->packet);
    tr_message_free(message);
    ck_assert_uint_eq(packet->size, 6);
    ck_assert_uint_eq(packet->references, 1);
    ck_assert_mem_eq(tr_packet_data(packet), "packet", 6);
    tr_packet_unref(packet);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(an_unknown_row_costs_one_envelope)
{
    tr_buf batch = hex_bytes(head_hex);
    hex_append(&batch, unknown_hex);
    hex_append(&batch, click_hex);
    tr_batch_reader reader = open_batch(&batch);
    next_fails(&reader, TR_ENOTFOUND);
    next_is_the_click(&reader);
    next_is_the_end(&reader);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(a_broken_body_costs_one_envelope)
{
    tr_buf batch = hex_bytes(head_hex);
    hex_append(&batch, broken_hex);
    hex_append(&batch, "ce 00 00 00 01 c0"); // and so does a broken envelope head
    hex_append(&batch, "ce 00 00 00 00");
    hex_append(&batch, click_hex);
    tr_batch_reader reader = open_batch(&batch);
    next_fails(&reader, TR_EMALFORMED);
    next_fails(&reader, TR_EMALFORMED);
    next_fails(&reader, TR_EMALFORMED);
    next_is_the_click(&reader);
    next_is_the_end(&reader);
    tr_buf_done(&batch);
}
END_TEST

static const char *const broken_lengths[] = {
    "ce",
    "ce 00 00 00",
    "ce ff ff ff ff",
    "ce 00 00 00 02 c0",
    "05 c0",
    "c0",
    "cf 00 00 00 00 00 00 00 01 c0",
};

START_TEST(a_broken_length_costs_the_rest)
{
    tr_buf batch = hex_bytes(head_hex);
    hex_append(&batch, click_hex);
    hex_append(&batch, broken_lengths[_i]);
    uint8_t *copy = exact_copy(batch.data, batch.size);
    tr_buf exact = {copy, batch.size, batch.size};
    tr_batch_reader reader = open_batch(&exact);
    next_is_the_click(&reader);
    next_fails(&reader, TR_EMALFORMED);
    next_is_the_end(&reader);
    tr_free(copy);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(a_newer_envelope_head_may_have_more_fields)
{
    tr_buf batch = hex_bytes(head_hex);
    hex_append(&batch, "ce 00 00 00 3f 97 cf 06 00 00 00 00 00 00 03"
                       "cf 00 00 00 00 00 00 11 11 cf 00 00 00 00 00 00 00 05"
                       "ce 00 00 00 03 ce 00 00 00 01 cf 00 00 00 00 00 00 00 09 92 01 02"
                       "95 0a a5 63 6c 69 63 6b c4 01 c0 00 00");
    tr_batch_reader reader = open_batch(&batch);
    next_is_the_click(&reader);
    next_is_the_end(&reader);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(a_newer_batch_head_may_have_more_fields)
{
    tr_buf batch = hex_bytes("9b 01 02 03 04 05 06 07 08 09 0a 93 c0 80 a1 61");
    hex_append(&batch, click_hex);
    tr_batch_reader reader;
    tr_batch_head seen;
    ck_assert_int_eq(tr_batch_open(&reader, batch.data, batch.size, &seen), 0);
    ck_assert_uint_eq(seen.from_node, 2);
    ck_assert_uint_eq(seen.acknowledged, 6);
    ck_assert_uint_eq(seen.incarnation, 7);
    ck_assert_uint_eq(seen.peer_incarnation, 8);
    ck_assert_uint_eq(seen.over, 9);
    ck_assert_uint_eq(seen.to_core, 10);
    next_is_the_click(&reader);
    next_is_the_end(&reader);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(an_older_batch_head_has_no_incarnations)
{
    tr_buf batch = hex_bytes("96 01 02 03 04 05 06");
    hex_append(&batch, click_hex);
    tr_batch_reader reader;
    tr_batch_head seen;
    ck_assert_int_eq(tr_batch_open(&reader, batch.data, batch.size, &seen), 0);
    ck_assert_uint_eq(seen.acknowledged, 6);
    ck_assert_uint_eq(seen.incarnation, 0);
    ck_assert_uint_eq(seen.peer_incarnation, 0);
    ck_assert_uint_eq(seen.to_core, 0);
    next_is_the_click(&reader);
    next_is_the_end(&reader);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(another_protocol_is_refused_with_its_head_read)
{
    tr_buf batch = hex_bytes("96 02 03 04 05 06 07");
    hex_append(&batch, click_hex);
    tr_batch_reader reader;
    tr_batch_head seen;
    ck_assert_int_eq(tr_batch_open(&reader, batch.data, batch.size, &seen), TR_EPROTOCOL);
    ck_assert_uint_eq(seen.protocol, 2);
    ck_assert_uint_eq(seen.from_node, 3);
    ck_assert_uint_eq(seen.from_core, 4);
    next_is_the_end(&reader);
    tr_buf_done(&batch);
}
END_TEST

static const char *const broken_heads[] = {
    "",
    "c0",
    "80",
    "95 01 02 03 04 05",
    "96 01 02 03 04 05",
    "96 c0 02 03 04 05 06",
    "96 ff 02 03 04 05 06",
    "96 01 02 cf 00 00 00 01 00 00 00 00 04 05 06", // from_core beyond u32
    "96 cf 00 00 00 01 00 00 00 01 02 03 04 05 06", // protocol beyond u32
    "97 01 02 03 04 05 06 c1",
    "98 01 02 03 04 05 06 07 c0",
    "dd ff ff ff ff",
};

START_TEST(a_broken_head_is_refused)
{
    tr_buf bytes = hex_bytes(broken_heads[_i]);
    tr_batch_reader reader;
    tr_batch_head seen = {.sequence = 42};
    ck_assert_int_eq(tr_batch_open(&reader, bytes.data, bytes.size, &seen), TR_EMALFORMED);
    ck_assert_uint_eq(seen.sequence, 42);
    next_is_the_end(&reader);
    tr_buf_done(&bytes);
}
END_TEST

START_TEST(a_truncated_batch_yields_its_whole_messages_only)
{
    tr_buf batch = hex_bytes(head_hex);
    size_t head_size = batch.size;
    hex_append(&batch, click_hex);
    size_t first_end = batch.size;
    hex_append(&batch, click_hex);
    for (size_t size = 0; size < batch.size; size++) {
        uint8_t *copy = exact_copy(batch.data, size);
        tr_batch_reader reader;
        tr_batch_head seen;
        int rc = tr_batch_open(&reader, copy, size, &seen);
        ck_assert_int_eq(rc, size < head_size ? TR_EMALFORMED : 0);
        if (size >= first_end)
            next_is_the_click(&reader);
        if (size > head_size && size != first_end)
            next_fails(&reader, TR_EMALFORMED);
        next_is_the_end(&reader);
        tr_free(copy);
    }
    tr_buf_done(&batch);
}
END_TEST

START_TEST(an_envelope_over_the_cap_costs_itself)
{
    tr_buf batch = hex_bytes(head_hex);
    tr_buf payload = {0};
    size_t size = TR_ENVELOPE_CAP_BYTES - 20; // the body alone is within the cap
    memset(tr_buf_reserve(&payload, size), 'x', size);
    payload.size = size;
    tr_msg_probe body = {.payload = slice_of_buf(&payload)};
    tr_message *message = tr_message_new(TR_MSG_probe, &body);
    tr_batch_append(&batch, message);
    tr_message_free(message);
    append_click(&batch);
    tr_batch_reader reader = open_batch(&batch);
    next_fails(&reader, TR_ETOOBIG);
    next_is_the_click(&reader);
    next_is_the_end(&reader);
    tr_buf_done(&payload);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(running_out_of_memory_costs_one_message)
{
    tr_buf batch = hex_bytes(head_hex);
    hex_append(&batch, click_hex);
    hex_append(&batch, click_hex);
    tr_batch_reader reader = open_batch(&batch);
    tr_mem_fail_after(1);
    next_fails(&reader, TR_ESYSTEM);
    tr_mem_fail_after(0);
    next_is_the_click(&reader);
    next_is_the_end(&reader);
    tr_buf_done(&batch);
}
END_TEST

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

Suite *wire_envelope_suite(void)
{
    Suite *suite = suite_create("wire/envelope");
    TCase *format = tcase_create("format");
    tcase_add_test(format, a_batch_has_golden_bytes);
    tcase_add_test(format, a_head_is_rewritten_in_place);
    tcase_add_test(format, a_batch_without_messages_is_a_head);
    tcase_add_test(format, messages_come_out_in_order);
    tcase_add_test(format, packets_cross_with_their_bytes);
    tcase_add_test(format, a_newer_envelope_head_may_have_more_fields);
    tcase_add_test(format, a_newer_batch_head_may_have_more_fields);
    tcase_add_test(format, an_older_batch_head_has_no_incarnations);
    suite_add_tcase(suite, format);
    TCase *failures = tcase_create("failures");
    tcase_add_test(failures, an_unknown_row_costs_one_envelope);
    tcase_add_test(failures, a_broken_body_costs_one_envelope);
    tcase_add_loop_test(failures, a_broken_length_costs_the_rest, 0, COUNT(broken_lengths));
    tcase_add_test(failures, another_protocol_is_refused_with_its_head_read);
    tcase_add_loop_test(failures, a_broken_head_is_refused, 0, COUNT(broken_heads));
    tcase_add_test(failures, a_truncated_batch_yields_its_whole_messages_only);
    tcase_add_test(failures, an_envelope_over_the_cap_costs_itself);
    tcase_add_test(failures, running_out_of_memory_costs_one_message);
    suite_add_tcase(suite, failures);
    return suite;
}
