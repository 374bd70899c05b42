#include "wire/parcel.h"

#include <signal.h>

#include "base/mem.h"
#include "hex.h"
#include "troupe/err.h"
#include "wire/limits.h"

Suite *wire_parcel_suite(void);

static const tr_batch_head head = {.from_node = 0x1111,
                                   .to_node = 0x1111,
                                   .sequence = 7,
                                   .acknowledged = 5,
                                   .from_core = 1,
                                   .protocol = TR_BUS_PROTOCOL};

static void pack_click(tr_buf *out)
{
    tr_msg_browser_event body = {.target = 10, .name = TR_SLICE("click"), .data = TR_SLICE("\xc0")};
    tr_message_view storage;
    tr_message *message = tr_message_view_of(&storage, TR_MSG_browser_event, &body);
    message->to = (tr_address){0x1111, 3};
    message->from = (tr_address){0x1111, 5};
    message->flags = TR_FLAG_ASK;
    message->correlation = 9;
    tr_message_pack(message, out);
}

// ZeroMQ's messages lie where they like; `copy` is the caller's to free.
static tr_batch_reader arrive(const tr_buf *batch, uint8_t **copy)
{
    *copy = tr_alloc(batch->size + 1);
    memcpy(*copy + 1, batch->data, batch->size);
    tr_batch_reader reader;
    tr_batch_head seen = {0};
    tr_parcels_open(&reader, *copy + 1, batch->size, &seen);
    ck_assert_uint_eq(seen.from_node, 0x1111);
    ck_assert_uint_eq(seen.to_node, 0x1111);
    ck_assert_uint_eq(seen.sequence, 7);
    ck_assert_uint_eq(seen.acknowledged, 5);
    ck_assert_uint_eq(seen.from_core, 1);
    return reader;
}

static void next_is_the_click(tr_batch_reader *reader)
{
    tr_message *message = NULL;
    ck_assert_int_eq(tr_parcels_next(reader, &message), 1);
    ck_assert_ptr_null(message->next);
    ck_assert_uint_eq(message->to.node, 0x1111);
    ck_assert_uint_eq(message->to.actor, 3);
    ck_assert_uint_eq(message->from.actor, 5);
    ck_assert_uint_eq(message->flags, TR_FLAG_ASK);
    ck_assert_uint_eq(message->correlation, 9);
    ck_assert_uint_eq(TR_TYPE(message), TR_MSG_browser_event);
    const tr_msg_browser_event *body = TR_BODY(message, browser_event);
    ck_assert_uint_eq(body->target, 10);
    assert_slice(body->name, "click");
    assert_slice(body->data, "\xc0");
    const char *block = (const char *)message;
    ck_assert(body->name.data >= block && body->name.data + 5 <= block + message->size);
    ck_assert(body->data.data >= block && body->data.data + 1 <= block + message->size);
    tr_message_free(message);
}

static void next_fails(tr_batch_reader *reader, int code)
{
    tr_message *message = NULL;
    ck_assert_int_eq(tr_parcels_next(reader, &message), code);
    ck_assert_ptr_null(message);
}

START_TEST(messages_come_out_in_order_and_point_into_themselves)
{
    tr_buf batch = {0};
    tr_parcels_begin(&batch);
    tr_message_view storage;
    for (uint64_t i = 0; i < 20; i++) {
        tr_msg_probe body = {.number = i, .payload = {"twenty bytes of text", (uint32_t)i}};
        tr_message_pack(tr_message_view_of(&storage, TR_MSG_probe, &body), &batch);
        pack_click(&batch);
    }
    tr_parcels_seal(&batch, &head);
    uint8_t *copy;
    tr_batch_reader reader = arrive(&batch, &copy);
    tr_buf_done(&batch); // nothing that arrives points to where it was
    for (uint64_t i = 0; i < 20; i++) {
        tr_message *message = NULL;
        ck_assert_int_eq(tr_parcels_next(&reader, &message), 1);
        ck_assert_uint_eq(TR_BODY(message, probe)->number, i);
        ck_assert_uint_eq(TR_BODY(message, probe)->payload.size, i);
        ck_assert_mem_eq(TR_BODY(message, probe)->payload.data, "twenty bytes of text", i);
        tr_message_free(message);
        next_is_the_click(&reader);
    }
    next_fails(&reader, 0);
    next_fails(&reader, 0);
    tr_free(copy);
}
END_TEST

START_TEST(a_batch_without_messages_is_a_head)
{
    tr_buf batch = {0};
    tr_parcels_begin(&batch);
    tr_parcels_seal(&batch, &head);
    uint8_t *copy;
    tr_batch_reader reader = arrive(&batch, &copy);
    next_fails(&reader, 0);
    tr_free(copy);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(packets_cross_with_their_bytes_and_keep_their_references)
{
    tr_buf batch = {0};
    tr_parcels_begin(&batch);
    tr_packet *shared = tr_packet_of("packet", 6);
    tr_packet *const sent[] = {shared, NULL};
    for (unsigned i = 0; i < 2; i++) {
        tr_message_view storage;
        tr_msg_browser_packet body = {.packet = sent[i]};
        tr_message_pack(tr_message_view_of(&storage, TR_MSG_browser_packet, &body), &batch);
    }
    ck_assert_uint_eq(shared->references, 1);
    tr_packet_unref(shared);
    tr_parcels_seal(&batch, &head);
    uint8_t *copy;
    tr_batch_reader reader = arrive(&batch, &copy);
    tr_message *message = NULL;
    ck_assert_int_eq(tr_parcels_next(&reader, &message), 1);
    const tr_packet *packet = TR_BODY(message, browser_packet)->packet;
    ck_assert_uint_eq(packet->references, 1);
    ck_assert_uint_eq(packet->size, 6);
    ck_assert_mem_eq(packet->bytes + TR_PACKET_HEADROOM, "packet", 6);
    tr_message_free(message);
    ck_assert_int_eq(tr_parcels_next(&reader, &message), 1);
    ck_assert_ptr_null(TR_BODY(message, browser_packet)->packet);
    tr_message_free(message);
    tr_free(copy);
    tr_buf_done(&batch);
}
END_TEST

START_TEST(a_message_over_the_cap_costs_itself)
{
    tr_buf payload = {0};
    memset(tr_buf_reserve(&payload, TR_ENVELOPE_CAP_BYTES), 'x', TR_ENVELOPE_CAP_BYTES);
    tr_buf batch = {0};
    tr_parcels_begin(&batch);
    tr_message_view storage;
    tr_msg_probe body = {.payload = {(const char *)payload.data, TR_ENVELOPE_CAP_BYTES}};
    tr_message_pack(tr_message_view_of(&storage, TR_MSG_probe, &body), &batch);
    pack_click(&batch);
    tr_parcels_seal(&batch, &head);
    uint8_t *copy;
    tr_batch_reader reader = arrive(&batch, &copy);
    next_fails(&reader, TR_ETOOBIG);
    next_is_the_click(&reader);
    next_fails(&reader, 0);
    tr_free(copy);
    tr_buf_done(&batch);
    tr_buf_done(&payload);
}
END_TEST

// The block, then its packet.
START_TEST(running_out_of_memory_costs_one_message)
{
    tr_packet *shared = tr_packet_of("packet", 6);
    tr_msg_probe_kinds body = {.text = TR_SLICE("t"), .bytes = TR_SLICE("bb"), .packet = shared};
    tr_buf batch = {0};
    tr_parcels_begin(&batch);
    tr_message_view storage;
    tr_message_pack(tr_message_view_of(&storage, TR_MSG_probe_kinds, &body), &batch);
    pack_click(&batch);
    tr_parcels_seal(&batch, &head);
    for (unsigned n = 1; n <= 2; n++) {
        uint8_t *copy;
        tr_batch_reader reader = arrive(&batch, &copy);
        tr_mem_fail_after(n);
        next_fails(&reader, TR_ESYSTEM);
        tr_mem_fail_after(0);
        next_is_the_click(&reader);
        next_fails(&reader, 0);
        tr_free(copy);
    }
    tr_buf_done(&batch);
    tr_packet_unref(shared);
}
END_TEST

START_TEST(a_batch_that_is_cut_short_aborts)
{
    tr_buf batch = {0};
    tr_parcels_begin(&batch);
    pack_click(&batch);
    tr_batch_head seen;
    tr_batch_reader reader;
    tr_message *message;
    tr_parcels_open(&reader, batch.data, batch.size - 1, &seen);
    ck_assert_int_eq(tr_parcels_next(&reader, &message), 1); // aborts
}
END_TEST

Suite *wire_parcel_suite(void)
{
    Suite *suite = suite_create("wire/parcel");
    TCase *all = tcase_create("all");
    tcase_add_test(all, messages_come_out_in_order_and_point_into_themselves);
    tcase_add_test(all, a_batch_without_messages_is_a_head);
    tcase_add_test(all, packets_cross_with_their_bytes_and_keep_their_references);
    tcase_add_test(all, a_message_over_the_cap_costs_itself);
    tcase_add_test(all, running_out_of_memory_costs_one_message);
    suite_add_tcase(suite, all);
    TCase *death = tcase_create("death");
    tcase_set_tags(death, "death");
    tcase_add_test_raise_signal(death, a_batch_that_is_cut_short_aborts, SIGABRT);
    suite_add_tcase(suite, death);
    return suite;
}
