#include "wire/message.h"

#include "hex.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/writer.h"

Suite *wire_message_suite(void);

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

static int decode_hex(unsigned type, const char *hex, tr_message **out)
{
    tr_buf bytes = hex_bytes(hex);
    uint8_t *copy = exact_copy(bytes.data, bytes.size);
    int rc = tr_message_decode(type, copy, bytes.size, out);
    tr_free(copy); // the values that came out do not point in here
    tr_buf_done(&bytes);
    return rc;
}

static void assert_encodes_to(const tr_message *message, const char *hex)
{
    tr_buf out = {0};
    tr_message_encode(message, &out);
    assert_bytes(&out, hex);
    tr_buf_done(&out);
}

START_TEST(new_copies_the_struct_and_its_bytes_into_one_block)
{
    char name[] = "click";
    char data[] = "\xc3";
    tr_msg_browser_event body = {.target = 7, .name = {name, 5}, .data = {data, 1}};
    tr_message *message = tr_message_new(TR_MSG_browser_event, &body);
    memset(name, 'x', sizeof name);
    memset(data, 'x', sizeof data);
    const tr_msg_browser_event *kept = TR_BODY(message, browser_event);
    ck_assert_uint_eq(kept->target, 7);
    assert_slice(kept->name, "click");
    assert_slice(kept->data, "\xc3");
    const char *block = (const char *)message;
    ck_assert(kept->name.data >= block && kept->name.data + 5 <= block + message->size);
    ck_assert(kept->data.data >= block && kept->data.data + 1 <= block + message->size);
    ck_assert_uint_eq(message->size, sizeof *message + sizeof body + 6);
    ck_assert_ptr_null(message->next);
    ck_assert_ptr_eq(message->shape, tr_shape_find(TR_MSG_browser_event));
    ck_assert_uint_eq(message->flags, 0);
    ck_assert_uint_eq(message->correlation, 0);
    ck_assert(!tr_address_is_set(message->to) && !tr_address_is_set(message->from));
    tr_message_free(message);
}
END_TEST

START_TEST(new_takes_a_packet_over)
{
    tr_packet *packet = tr_packet_of("abc", 3);
    tr_packet_ref(packet);
    tr_message *message =
        tr_message_new(TR_MSG_browser_packet, &(tr_msg_browser_packet){.packet = packet});
    ck_assert_uint_eq(packet->references, 2);
    ck_assert_ptr_eq(TR_BODY(message, browser_packet)->packet, packet);
    tr_message_free(message);
    ck_assert_uint_eq(packet->references, 1);
    tr_packet_unref(packet);
}
END_TEST

START_TEST(take_packet_moves_the_packet_out)
{
    tr_packet *packet = tr_packet_of("abc", 3);
    tr_message *message =
        tr_message_new(TR_MSG_browser_packet, &(tr_msg_browser_packet){.packet = packet});
    ck_assert_ptr_eq(tr_message_take_packet(&TR_BODY(message, browser_packet)->packet), packet);
    ck_assert_ptr_null(TR_BODY(message, browser_packet)->packet);
    ck_assert_ptr_null(tr_message_take_packet(&TR_BODY(message, browser_packet)->packet));
    tr_message_free(message);
    ck_assert_uint_eq(packet->references, 1);
    tr_packet_unref(packet);
}
END_TEST

START_TEST(a_view_writes_the_same_and_copies_nothing)
{
    tr_msg_browser_event body = {.target = 7, .name = TR_SLICE("click"), .data = TR_SLICE("\xc3")};
    tr_message_view storage;
    tr_message *view = tr_message_view_of(&storage, TR_MSG_browser_event, &body);
    ck_assert_ptr_eq(TR_BODY(view, browser_event)->name.data, body.name.data);
    tr_message *copy = tr_message_new(TR_MSG_browser_event, &body);
    tr_buf of_view = {0};
    tr_buf of_copy = {0};
    tr_message_encode(view, &of_view);
    tr_message_encode(copy, &of_copy);
    ck_assert_uint_eq(of_view.size, of_copy.size);
    ck_assert_mem_eq(of_view.data, of_copy.data, of_copy.size);
    tr_buf_done(&of_view);
    tr_buf_done(&of_copy);
    tr_message_free(copy);
}
END_TEST

START_TEST(a_view_takes_its_packets_once_it_was_sent)
{
    tr_packet *packet = tr_packet_of("abc", 3);
    tr_packet_ref(packet);
    tr_message_view storage;
    tr_message *view = tr_message_view_of(&storage, TR_MSG_browser_packet,
                                          &(tr_msg_browser_packet){.packet = packet});
    ck_assert_uint_eq(packet->references, 2); // not sent: still the caller's
    tr_message_view_sent(view);
    ck_assert_uint_eq(packet->references, 1);
    tr_packet_unref(packet);
}
END_TEST

START_TEST(freeing_no_message_is_fine)
{
    tr_message_free(NULL);
}
END_TEST

START_TEST(an_event_has_golden_bytes)
{
    tr_msg_browser_event body = {10, TR_SLICE("click"), TR_SLICE("\xc0"), 0, 0, {0}};
    tr_message *message = tr_message_new(TR_MSG_browser_event, &body);
    assert_encodes_to(message, "96 0a a5 63 6c 69 63 6b c4 01 c0 00 00 a0");
    tr_message_free(message);
}
END_TEST

START_TEST(a_registration_has_golden_bytes)
{
    tr_msg_session_open body = {.session_id = TR_SLICE("s"),
                                .page_name = {0},
                                .page = TR_SLICE("\x80"),
                                .client_ip = TR_SLICE("::1"),
                                .user_agent = TR_SLICE("\xc3\xa4"),
                                .newest_wins = true};
    tr_message *message = tr_message_new(TR_MSG_session_open, &body);
    assert_encodes_to(message, "9e a1 73 a0 c4 01 80 a3 3a 3a 31 a2 c3 a4 c3 a0 a0 a0 a0 a0 a0 "
                               "92 00 00 c2");
    tr_message_free(message);
}
END_TEST

START_TEST(each_field_kind_has_golden_bytes)
{
    tr_msg_probe_kinds body = {.small = 65535,
                               .medium = 65536,
                               .large = UINT64_MAX,
                               .whole = -33,
                               .real = 1.0,
                               .truth = true,
                               .where = {1, 0x0100000000000003},
                               .text = TR_SLICE("t"),
                               .bytes = TR_SLICE("\xff"),
                               .packet = tr_packet_of("fr", 2)};
    tr_message *message = tr_message_new(TR_MSG_probe_kinds, &body);
    assert_encodes_to(message, "9a cd ff ff ce 00 01 00 00 cf ff ff ff ff ff ff ff ff d0 df"
                               "cb 3f f0 00 00 00 00 00 00 c3"
                               "92 01 cf 01 00 00 00 00 00 00 03 a1 74 c4 01 ff c4 02 66 72");
    tr_message_free(message);
}
END_TEST

START_TEST(decode_reads_what_is_written_in_msgpack)
{
    tr_message *message = NULL;
    ck_assert_int_eq(decode_hex(TR_MSG_browser_event, "93 0a a5 63 6c 69 63 6b c4 01 c0", &message),
                     0);
    const tr_msg_browser_event *body = TR_BODY(message, browser_event);
    ck_assert_uint_eq(body->target, 10);
    assert_slice(body->name, "click");
    assert_slice(body->data, "\xc0");
    ck_assert_uint_eq(message->size, sizeof *message + sizeof *body + 6);
    tr_message_free(message);
}
END_TEST

START_TEST(an_empty_packet_is_no_packet)
{
    tr_message *message = NULL;
    ck_assert_int_eq(decode_hex(TR_MSG_browser_packet, "91 c4 00", &message), 0);
    ck_assert_ptr_null(TR_BODY(message, browser_packet)->packet);
    assert_encodes_to(message, "93 c4 00 00 00");
    tr_message_free(message);
}
END_TEST

START_TEST(fields_an_older_sender_leaves_out_read_as_zero)
{
    tr_message *message = NULL;
    ck_assert_int_eq(decode_hex(TR_MSG_browser_event, "91 0a", &message), 0);
    ck_assert_uint_eq(TR_BODY(message, browser_event)->target, 10);
    ck_assert_uint_eq(TR_BODY(message, browser_event)->name.size, 0);
    ck_assert_uint_eq(TR_BODY(message, browser_event)->data.size, 0);
    tr_message_free(message);
    ck_assert_int_eq(decode_hex(TR_MSG_probe_kinds, "90", &message), 0);
    ck_assert_uint_eq(TR_BODY(message, probe_kinds)->large, 0);
    ck_assert_ptr_null(TR_BODY(message, probe_kinds)->packet);
    tr_message_free(message);
}
END_TEST

START_TEST(fields_a_newer_sender_adds_are_skipped)
{
    tr_message *message = NULL;
    const char *hex = "99 0a a1 61 c4 00 07 08 a0 82 01 92 02 03 a1 6b 80 c7 00 05 d9 01 7a";
    ck_assert_int_eq(decode_hex(TR_MSG_browser_event, hex, &message), 0);
    ck_assert_uint_eq(TR_BODY(message, browser_event)->target, 10);
    assert_slice(TR_BODY(message, browser_event)->name, "a");
    tr_message_free(message);
}
END_TEST

static const struct {
    unsigned type;
    const char *hex;
    int code;
} refused[] = {
    {0, "90", TR_ENOTFOUND},
    {9999, "90", TR_ENOTFOUND},
    {70000, "90", TR_ENOTFOUND},
    {TR_MSG_browser_event, "", TR_EMALFORMED},
    {TR_MSG_browser_event, "c0", TR_EMALFORMED},
    {TR_MSG_browser_event, "81 00 00", TR_EMALFORMED},
    {TR_MSG_browser_event, "dd ff ff ff ff", TR_EMALFORMED}, // hostile counts
    {TR_MSG_browser_event, "93 0a db ff ff ff ff", TR_EMALFORMED},
    {TR_MSG_browser_event, "93 0a a0 c6 ff ff ff ff", TR_EMALFORMED},
    {TR_MSG_browser_event, "94 0a a0 c4 00 dd ff ff ff ff", TR_EMALFORMED},
    {TR_MSG_browser_event, "93 0a a0 c4 00 00", TR_EMALFORMED}, // trailing byte
    {TR_MSG_browser_event, "94 0a a0 c4 00 c1", TR_EMALFORMED},
    {TR_MSG_browser_event, "93 ff a0 c4 00", TR_EMALFORMED}, // negative u32
    {TR_MSG_browser_event, "93 cf 00 00 00 01 00 00 00 00 a0 c4 00", TR_EMALFORMED},
    {TR_MSG_browser_event, "93 c0 a0 c4 00", TR_EMALFORMED},          // nil is no number
    {TR_MSG_browser_event, "93 0a c4 00 c4 00", TR_EMALFORMED},       // bytes are no text
    {TR_MSG_browser_event, "93 0a a0 a0", TR_EMALFORMED},             // text is no bytes
    {TR_MSG_browser_event, "93 0a a1 ff c4 00", TR_EMALFORMED},       // not UTF-8
    {TR_MSG_browser_event, "93 0a a3 ed a0 80 c4 00", TR_EMALFORMED}, // a surrogate
    {TR_MSG_browser_close, "92 ce 00 01 00 00 a0", TR_EMALFORMED},    // beyond u16
    {TR_MSG_node_bye, "91 01", TR_EMALFORMED},                        // a number is no boolean
    {TR_MSG_handler_done, "92 01 cf 80 00 00 00 00 00 00 00", TR_EMALFORMED}, // beyond i64
    {TR_MSG_browser_packet, "91 a1 61", TR_EMALFORMED},
    {TR_MSG_browser_packet, "92 c4 01 61 c1", TR_EMALFORMED}, // its packet is dropped again
    {TR_MSG_probe_kinds, "97 00 00 00 00 00 c3 93 01 02 03", TR_EMALFORMED},
    {TR_MSG_probe_kinds, "97 00 00 00 00 00 c3 92 01 ff", TR_EMALFORMED},
    {TR_MSG_probe_kinds, "95 00 00 00 00 c3", TR_EMALFORMED},
};

START_TEST(decode_refuses_what_does_not_fit_the_row)
{
    tr_message *const untouched = (tr_message *)(uintptr_t)0x10;
    tr_message *message = untouched;
    ck_assert_int_eq(decode_hex(refused[_i].type, refused[_i].hex, &message), refused[_i].code);
    ck_assert_ptr_eq(message, untouched);
}
END_TEST

START_TEST(decode_refuses_a_body_over_the_cap_without_reading_it)
{
    tr_message *message = NULL;
    uint8_t byte = 0x90;
    size_t size = (size_t)TR_ENVELOPE_CAP_BYTES + 1;
    ck_assert_int_eq(tr_message_decode(TR_MSG_probe, &byte, size, &message), TR_ETOOBIG);
    ck_assert_ptr_null(message);
}
END_TEST

START_TEST(decode_survives_running_out_of_memory)
{
    static const char hex[] = "9a 01 02 03 04 05 c3 92 01 02 a1 74 c4 01 ff c4 02 66 72";
    tr_message *message = NULL;
    for (unsigned n = 1; n <= 2; n++) { // the packet, then the block
        tr_mem_fail_after(n);
        ck_assert_int_eq(decode_hex(TR_MSG_probe_kinds, hex, &message), TR_ESYSTEM);
        ck_assert_ptr_null(message);
    }
    tr_mem_fail_after(3);
    ck_assert_int_eq(decode_hex(TR_MSG_probe_kinds, hex, &message), 0);
    tr_mem_fail_after(0);
    tr_message_free(message);
}
END_TEST

static void assert_prints(unsigned type, const void *body, const char *text)
{
    tr_message *message = tr_message_new(type, body);
    tr_buf out = {0};
    tr_message_print(message, &out);
    ck_assert_str_eq(tr_buf_text(&out), text);
    tr_buf_done(&out);
    tr_message_free(message);
}

START_TEST(print_shows_a_message_to_people)
{
    tr_msg_browser_event click = {3, TR_SLICE("click"), TR_SLICE("\xc0"), 0, 0, {0}};
    assert_prints(TR_MSG_browser_event, &click,
                  "browser_event{target=3 name=\"click\" data=1B number=0 seen=0 trace=\"\"}");
    assert_prints(
        TR_MSG_browser_event, &(tr_msg_browser_event){.target = 3, .name = TR_SLICE("a\n\"b")},
        "browser_event{target=3 name=\"a\\x0a\\\"b\" data=0B number=0 seen=0 trace=\"\"}");
    assert_prints(TR_MSG_probe_kinds,
                  &(tr_msg_probe_kinds){.small = 1,
                                        .medium = 2,
                                        .large = UINT64_MAX,
                                        .whole = -4,
                                        .real = 1.5,
                                        .truth = true,
                                        .where = {0xab, 0xcd},
                                        .text = TR_SLICE("t"),
                                        .bytes = TR_SLICE("bb"),
                                        .packet = tr_packet_of("fff", 3)},
                  "probe_kinds{small=1 medium=2 large=18446744073709551615 whole=-4 real=1.5 "
                  "truth=true where=ab:cd text=\"t\" bytes=2B packet=3B}");
}
END_TEST

Suite *wire_message_suite(void)
{
    Suite *suite = suite_create("wire/message");
    TCase *memory = tcase_create("memory");
    tcase_add_test(memory, new_copies_the_struct_and_its_bytes_into_one_block);
    tcase_add_test(memory, new_takes_a_packet_over);
    tcase_add_test(memory, take_packet_moves_the_packet_out);
    tcase_add_test(memory, a_view_writes_the_same_and_copies_nothing);
    tcase_add_test(memory, a_view_takes_its_packets_once_it_was_sent);
    tcase_add_test(memory, freeing_no_message_is_fine);
    tcase_add_test(memory, print_shows_a_message_to_people);
    suite_add_tcase(suite, memory);
    TCase *codec = tcase_create("codec");
    tcase_add_test(codec, an_event_has_golden_bytes);
    tcase_add_test(codec, a_registration_has_golden_bytes);
    tcase_add_test(codec, each_field_kind_has_golden_bytes);
    tcase_add_test(codec, decode_reads_what_is_written_in_msgpack);
    tcase_add_test(codec, an_empty_packet_is_no_packet);
    tcase_add_test(codec, fields_an_older_sender_leaves_out_read_as_zero);
    tcase_add_test(codec, fields_a_newer_sender_adds_are_skipped);
    tcase_add_loop_test(codec, decode_refuses_what_does_not_fit_the_row, 0, COUNT(refused));
    tcase_add_test(codec, decode_refuses_a_body_over_the_cap_without_reading_it);
    tcase_add_test(codec, decode_survives_running_out_of_memory);
    suite_add_tcase(suite, codec);
    return suite;
}
