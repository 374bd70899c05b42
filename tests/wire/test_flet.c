#include "wire/flet.h"

#include "flet_read.h"
#include "troupe/err.h"
#include "wire/reader.h"
#include "wire/writer.h"

Suite *wire_flet_suite(void);

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

static void write_again(tr_buf *out, const tr_flet_packet *packet)
{
    switch (packet->action) {
    case TR_FLET_REGISTER:
        tr_flet_write_client_register(out, packet->session_id, packet->page_name, packet->page);
        break;
    case TR_FLET_EVENT:
        tr_flet_write_client_event(out, packet->target, packet->name, packet->value);
        break;
    case TR_FLET_UPDATE:
        tr_flet_write_client_update(out, packet->target, packet->value);
        break;
    case TR_FLET_INVOKE:
        tr_flet_write_client_result(out, packet->target, packet->call_id, packet->value,
                                    packet->error);
        break;
    case TR_FLET_CHANNEL:
        tr_flet_write_channel(out, packet->target, packet->bytes);
        break;
    default:
        ck_abort_msg("no client sends action %d", (int)packet->action);
    }
}

static const struct {
    enum tr_flet_action action;
    uint32_t target;
    const char *text; // session id, event name or call id
    const char *hex;
} golden[] = {
#define CLIENT(conversation, action, target, text, hex)                                            \
    {(enum tr_flet_action)(action), target, text, hex},
#define SERVER(conversation, action, hex)
#include "golden_packets.def"
#undef SERVER
#undef CLIENT
};

START_TEST(every_recorded_client_packet_is_read_and_written_again)
{
    tr_buf written = hex_bytes(golden[_i].hex);
    tr_flet_packet packet;
    int rc = tr_flet_read(written.data, written.size, &packet);
    ck_assert_int_eq(rc, 0);
    ck_assert_int_eq(packet.action, golden[_i].action);
    ck_assert_uint_eq(packet.target, golden[_i].target);
    tr_slice text = packet.action == TR_FLET_REGISTER ? packet.session_id
                    : packet.action == TR_FLET_EVENT  ? packet.name
                                                      : packet.call_id;
    assert_slice(text, golden[_i].text);
    tr_buf again = {0};
    write_again(&again, &packet);
    if (packet.action == TR_FLET_REGISTER && packet.session_id.size == 0) {
        size_t value_at = sizeof "\x00\x92\x01\x83\xaasession_id" - 1;
        written.data[value_at] = 0xc0; // an empty text means the same and is written as nil
    }
    ck_assert(tr_slice_equal(slice_of_buf(&again), slice_of_buf(&written)));
    tr_buf_done(&again);
    tr_buf_done(&written);
}
END_TEST

START_TEST(no_truncated_client_packet_is_read)
{
    tr_buf written = hex_bytes(golden[_i].hex);
    tr_flet_packet packet;
    size_t whole = written.size;
    ck_assert_int_eq(read_exact(&(tr_buf){written.data, 0, 0}, &packet), 1);
    if (golden[_i].action == TR_FLET_CHANNEL)
        whole = 5; // any bytes, or none, may follow the head
    for (size_t size = 1; size < whole; size++) {
        written.size = size;
        ck_assert_int_eq(read_exact(&written, &packet),
                         golden[_i].action != TR_FLET_CHANNEL ? TR_EMALFORMED : 1);
    }
    tr_buf_done(&written);
}
END_TEST

static const struct {
    enum tr_flet_action action;
    const char *hex;
} golden_server[] = {
#define CLIENT(conversation, action, target, text, hex)
#define SERVER(conversation, action, hex) {(enum tr_flet_action)(action), hex},
#include "golden_packets.def"
#undef SERVER
#undef CLIENT
};

static void expect_key(tr_reader *reader, const char *key)
{
    assert_slice(tr_reader_text(reader), key);
}

static void write_server_packet_again(tr_buf *out, enum tr_flet_action action, tr_reader *reader)
{
    uint32_t count = tr_reader_map(reader);
    if (action == TR_FLET_REGISTER) {
        expect_key(reader, "session_id");
        tr_slice session_id = tr_reader_text(reader);
        expect_key(reader, "page_patch");
        tr_slice page_patch = tr_reader_skip(reader);
        expect_key(reader, "error");
        tr_flet_write_register(out, session_id, page_patch, tr_reader_text(reader));
    } else if (action == TR_FLET_INVOKE) {
        expect_key(reader, "control_id");
        uint32_t target = (uint32_t)tr_reader_unsigned(reader);
        expect_key(reader, "call_id");
        tr_slice call_id = tr_reader_text(reader);
        expect_key(reader, "name");
        tr_slice name = tr_reader_text(reader);
        tr_slice args = {0};
        if (count == 4) {
            expect_key(reader, "args");
            args = tr_reader_skip(reader);
        }
        tr_flet_write_invoke(out, target, call_id, name, args);
    } else {
        ck_assert_int_eq(action, TR_FLET_CRASHED);
        expect_key(reader, "message");
        tr_flet_write_crashed(out, tr_reader_text(reader));
    }
}

START_TEST(every_recorded_server_packet_is_written_byte_for_byte)
{
    tr_buf written = hex_bytes(golden_server[_i].hex);
    tr_reader reader = {written.data + 1, written.data + written.size, false};
    ck_assert_uint_eq(tr_reader_array(&reader), 2);
    ck_assert_int_eq(tr_reader_integer(&reader), golden_server[_i].action);
    tr_buf again = {0};
    write_server_packet_again(&again, golden_server[_i].action, &reader);
    ck_assert(!reader.failed && tr_reader_at_end(&reader));
    assert_bytes(&again, golden_server[_i].hex);
    tr_buf_done(&again);
    tr_buf_done(&written);
}
END_TEST

// The small packets of the protocol's description.
static const char event_hex[] =
    "00 92 03 83 a6 74 61 72 67 65 74 0a a4 6e 61 6d 65 a5 63 6c 69 63 6b"
    "a4 64 61 74 61 c0";
static const char update_hex[] =
    "00 92 04 82 a2 69 64 09 a5 70 72 6f 70 73 81 a5 76 61 6c 75 65 c3";
static const char call_hex[] =
    "00 92 05 83 aa 63 6f 6e 74 72 6f 6c 5f 69 64 09 a7 63 61 6c 6c 5f 69 64"
    "a2 63 31 a4 6e 61 6d 65 a3 67 65 74";
static const char result_hex[] =
    "00 92 05 84 aa 63 6f 6e 74 72 6f 6c 5f 69 64 09 a7 63 61 6c 6c 5f 69"
    "64 a2 63 31 a6 72 65 73 75 6c 74 a6 63 6f 70 69 65 64"
    "a5 65 72 72 6f 72 c0";
static const char crashed_hex[] = "00 92 06 81 a7 6d 65 73 73 61 67 65 a4 62 6f 6f 6d";
static const char set_hex[] = "00 92 02 82 a2 69 64 09 a5 70 61 74 63 68 92 91 00 94 00 00 a5 76 61"
                              " 6c 75 65 a1 42";
static const char register_hex[] = "00 92 01 83 aa 73 65 73 73 69 6f 6e 5f 69 64 c0"
                                   "a9 70 61 67 65 5f 6e 61 6d 65 a0 a4 70 61 67 65"
                                   "81 a5 72 6f 75 74 65 a1 2f";

START_TEST(an_event_is_read)
{
    tr_buf written = hex_bytes(event_hex);
    tr_flet_packet packet;
    ck_assert_int_eq(tr_flet_read(written.data, written.size, &packet), 0);
    ck_assert_int_eq(packet.action, TR_FLET_EVENT);
    ck_assert_uint_eq(packet.target, 10);
    assert_slice(packet.name, "click");
    assert_slice(packet.value, "\xc0");
    ck_assert_uint_eq(packet.session_id.size + packet.page.size + packet.call_id.size, 0);
    tr_buf_done(&written);
}
END_TEST

START_TEST(an_update_is_read)
{
    tr_buf written = hex_bytes(update_hex);
    tr_flet_packet packet;
    ck_assert_int_eq(tr_flet_read(written.data, written.size, &packet), 0);
    ck_assert_int_eq(packet.action, TR_FLET_UPDATE);
    ck_assert_uint_eq(packet.target, 9);
    assert_slice(packet.value, "\x81\xa5value\xc3");
    tr_buf_done(&written);
}
END_TEST

START_TEST(a_result_is_read)
{
    tr_buf written = hex_bytes(result_hex);
    tr_flet_packet packet;
    ck_assert_int_eq(tr_flet_read(written.data, written.size, &packet), 0);
    ck_assert_int_eq(packet.action, TR_FLET_INVOKE);
    ck_assert_uint_eq(packet.target, 9);
    assert_slice(packet.call_id, "c1");
    assert_slice(packet.value, "\xa6"
                               "copied");
    ck_assert_uint_eq(packet.error.size, 0);
    tr_buf_done(&written);
}
END_TEST

START_TEST(a_registration_is_read)
{
    tr_buf written = hex_bytes(register_hex);
    tr_flet_packet packet;
    ck_assert_int_eq(tr_flet_read(written.data, written.size, &packet), 0);
    ck_assert_int_eq(packet.action, TR_FLET_REGISTER);
    ck_assert_uint_eq(packet.session_id.size, 0);
    ck_assert_uint_eq(packet.page_name.size, 0);
    assert_slice(packet.page, "\x81\xa5route\xa1/");
    tr_buf_done(&written);
}
END_TEST

START_TEST(the_writers_make_the_small_packets)
{
    tr_buf out = {0};
    tr_flet_write_client_event(&out, 10, TR_SLICE("click"), (tr_slice){0});
    assert_bytes(&out, event_hex);
    out.size = 0;
    tr_flet_write_client_update(&out, 9, TR_SLICE("\x81\xa5value\xc3"));
    assert_bytes(&out, update_hex);
    out.size = 0;
    tr_flet_write_invoke(&out, 9, TR_SLICE("c1"), TR_SLICE("get"), (tr_slice){0});
    assert_bytes(&out, call_hex);
    out.size = 0;
    tr_flet_write_client_result(&out, 9, TR_SLICE("c1"),
                                TR_SLICE("\xa6"
                                         "copied"),
                                (tr_slice){0});
    assert_bytes(&out, result_hex);
    out.size = 0;
    tr_flet_write_crashed(&out, TR_SLICE("boom"));
    assert_bytes(&out, crashed_hex);
    out.size = 0;
    tr_flet_write_set(&out, 9, TR_SLICE("value"),
                      TR_SLICE("\xa1"
                               "B"));
    assert_bytes(&out, set_hex);
    out.size = 0;
    tr_flet_write_client_register(&out, (tr_slice){0}, (tr_slice){0},
                                  TR_SLICE("\x81\xa5route\xa1/"));
    assert_bytes(&out, register_hex);
    tr_buf_done(&out);
}
END_TEST

START_TEST(an_empty_value_is_written_as_an_empty_map_or_nil)
{
    tr_buf out = {0};
    tr_flet_packet packet;
    tr_flet_write_client_update(&out, 9, (tr_slice){0});
    ck_assert_int_eq(tr_flet_read(out.data, out.size, &packet), 0);
    assert_slice(packet.value, "\x80");
    out.size = 0;
    tr_flet_write_client_register(&out, TR_SLICE("s"), TR_SLICE("p"), (tr_slice){0});
    ck_assert_int_eq(tr_flet_read(out.data, out.size, &packet), 0);
    assert_slice(packet.page, "\x80");
    out.size = 0;
    tr_flet_write_client_result(&out, 9, TR_SLICE("c"), (tr_slice){0}, TR_SLICE("no"));
    ck_assert_int_eq(tr_flet_read(out.data, out.size, &packet), 0);
    assert_slice(packet.value, "\xc0");
    assert_slice(packet.error, "no");
    out.size = 0;
    tr_flet_write_register(&out, TR_SLICE("s"), (tr_slice){0}, (tr_slice){0});
    assert_bytes(&out, "00 92 01 83 aa 73 65 73 73 69 6f 6e 5f 69 64 a1 73"
                       "aa 70 61 67 65 5f 70 61 74 63 68 80 a5 65 72 72 6f 72 a0");
    tr_buf_done(&out);
}
END_TEST

static const struct {
    const char *hex;
    int has;
} pages[] = {
    {"81 a6 74 72 6f 75 70 65 01", 1},       // troupe: 1
    {"81 a6 74 72 6f 75 70 65 cd 01 00", 1}, // any integer
    {"81 a6 74 72 6f 75 70 65 00", 1},       // zero is one too
    {"81 a6 74 72 6f 75 70 65 c3", 1},       // true
    {"81 a6 74 72 6f 75 70 65 c2", 0},       // false
    {"81 a6 74 72 6f 75 70 65 c0", 0},       // nil
    {"81 a6 74 72 6f 75 70 65 a1 31", 0},    // a text
    {"81 a6 74 72 6f 75 70 65 91 01", 0},
    {"82 a1 61 81 a6 74 72 6f 75 70 65 01 01 02", 0}, // nested does not count
    {"83 01 02 a1 61 92 01 02 a6 74 72 6f 75 70 65 01", 1},
    {"81 a7 74 72 6f 75 70 65 73 01", 0}, // another name
    {"81 a5 74 72 6f 75 70 01", 0},
    {"80", 0},
    {"", 0},
    {"c0", 0},
    {"82 a1 61 01", 0}, // broken
};

START_TEST(page_has_finds_an_offer)
{
    tr_buf page = hex_bytes(pages[_i].hex);
    ck_assert_int_eq(tr_flet_page_has(slice_of_buf(&page), "troupe"), pages[_i].has);
    tr_buf_done(&page);
}
END_TEST

Suite *wire_flet_suite(void)
{
    Suite *suite = suite_create("wire/flet");
    TCase *recorded = tcase_create("recorded");
    tcase_add_loop_test(recorded, every_recorded_client_packet_is_read_and_written_again, 0,
                        COUNT(golden));
    tcase_add_loop_test(recorded, no_truncated_client_packet_is_read, 0, COUNT(golden));
    tcase_add_loop_test(recorded, every_recorded_server_packet_is_written_byte_for_byte, 0,
                        COUNT(golden_server));
    suite_add_tcase(suite, recorded);
    TCase *packets = tcase_create("packets");
    tcase_add_test(packets, an_event_is_read);
    tcase_add_test(packets, an_update_is_read);
    tcase_add_test(packets, a_result_is_read);
    tcase_add_test(packets, a_registration_is_read);
    tcase_add_test(packets, the_writers_make_the_small_packets);
    tcase_add_test(packets, an_empty_value_is_written_as_an_empty_map_or_nil);
    tcase_add_loop_test(packets, page_has_finds_an_offer, 0, COUNT(pages));
    suite_add_tcase(suite, packets);
    return suite;
}
