#include <check.h>
#include <string.h>

#include "gateway/outbox.h"
#include "troupe/err.h"

Suite *gateway_outbox_suite(void);

static tr_packet *packet_of_size(uint32_t size)
{
    tr_packet *packet = tr_packet_new(size);
    memset(tr_packet_data(packet), 'x', size);
    packet->size = size;
    return packet;
}

static void push(tr_outbox *outbox, uint32_t size)
{
    tr_packet *packet = packet_of_size(size);
    ck_assert_int_eq(tr_outbox_push(outbox, &packet, 0), 0);
    ck_assert_ptr_null(packet);
}

START_TEST(outbox_of_zeroes_is_empty)
{
    tr_outbox outbox = {0};
    ck_assert(tr_outbox_is_empty(&outbox));
    ck_assert_ptr_null(tr_outbox_next(&outbox).packet);
    tr_outbox_done(&outbox);
}
END_TEST

START_TEST(outbox_hands_packets_out_in_order_across_its_end)
{
    tr_outbox outbox = {0};
    uint32_t pushed = 0;
    uint32_t popped = 0;
    for (unsigned round = 0; round < 3 * TR_OUTBOX_CAP; round++) {
        push(&outbox, ++pushed);
        push(&outbox, ++pushed);
        for (unsigned i = 0; i < 2; i++) {
            tr_outbox_piece piece = tr_outbox_next(&outbox);
            ck_assert_uint_eq(piece.size, ++popped);
            ck_assert(piece.is_last);
            ck_assert(tr_outbox_advance(&outbox));
        }
    }
    ck_assert(tr_outbox_is_empty(&outbox));
}
END_TEST

START_TEST(outbox_refuses_when_full_and_leaves_the_packet)
{
    tr_outbox outbox = {0};
    for (uint32_t i = 0; i < TR_OUTBOX_CAP; i++)
        push(&outbox, 1);
    tr_packet *packet = packet_of_size(1);
    ck_assert_int_eq(tr_outbox_push(&outbox, &packet, 0), TR_EFULL);
    ck_assert_ptr_nonnull(packet);
    tr_packet_unref(packet);
    tr_outbox_done(&outbox); // ASan: all of them are freed
    ck_assert(tr_outbox_is_empty(&outbox));
}
END_TEST

START_TEST(outbox_keeps_other_references_alive)
{
    tr_outbox outbox = {0};
    tr_packet *packet = packet_of_size(3);
    tr_packet *shared = tr_packet_ref(packet);
    ck_assert_int_eq(tr_outbox_push(&outbox, &shared, 0), 0);
    ck_assert(tr_outbox_advance(&outbox));
    ck_assert_uint_eq(packet->references, 1);
    tr_packet_unref(packet);
}
END_TEST

static const struct {
    uint32_t size;
    unsigned pieces;
    uint32_t last_size;
} cuts[] = {
    {0, 1, 0},
    {1, 1, 1},
    {TR_OUTBOX_PIECE_BYTES, 1, TR_OUTBOX_PIECE_BYTES},
    {TR_OUTBOX_PIECE_BYTES + 1, 2, 1},
    {3 * TR_OUTBOX_PIECE_BYTES, 3, TR_OUTBOX_PIECE_BYTES},
};

START_TEST(outbox_cuts_big_packets_into_pieces)
{
    tr_outbox outbox = {0};
    push(&outbox, cuts[_i].size);
    uint32_t offset = 0;
    for (unsigned i = 1; i <= cuts[_i].pieces; i++) {
        tr_outbox_piece piece = tr_outbox_next(&outbox);
        bool is_last = i == cuts[_i].pieces;
        ck_assert_uint_eq(piece.offset, offset);
        ck_assert_uint_eq(piece.size, is_last ? cuts[_i].last_size : TR_OUTBOX_PIECE_BYTES);
        ck_assert_int_eq(piece.is_last, is_last);
        ck_assert_int_eq(tr_outbox_advance(&outbox), is_last);
        offset += piece.size;
    }
    ck_assert_uint_eq(offset, cuts[_i].size);
    ck_assert(tr_outbox_is_empty(&outbox));
}
END_TEST

Suite *gateway_outbox_suite(void)
{
    Suite *suite = suite_create("gateway/outbox");
    TCase *cases = tcase_create("outbox");
    tcase_add_test(cases, outbox_of_zeroes_is_empty);
    tcase_add_test(cases, outbox_hands_packets_out_in_order_across_its_end);
    tcase_add_test(cases, outbox_refuses_when_full_and_leaves_the_packet);
    tcase_add_test(cases, outbox_keeps_other_references_alive);
    tcase_add_loop_test(cases, outbox_cuts_big_packets_into_pieces, 0, sizeof cuts / sizeof *cuts);
    suite_add_tcase(suite, cases);
    return suite;
}
