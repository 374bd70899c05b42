// What is no packet of a Flet client: refused as Flet's server does, and beyond each cap.

#include "flet_read.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/writer.h"

Suite *wire_flet_strict_suite(void);

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

static int read_hex(const char *hex)
{
    tr_buf written = hex_bytes(hex);
    tr_flet_packet packet;
    int rc = read_exact(&written, &packet);
    tr_buf_done(&written);
    return rc;
}

// Rows are written as pieces: K is a key, what follows its value.
#define K_TARGET "a6746172676574"
#define K_NAME "a46e616d65"
#define K_DATA "a464617461"
#define K_ID "a26964"
#define K_PROPS "a570726f7073"
#define K_SESSION_ID "aa73657373696f6e5f6964"
#define K_PAGE_NAME "a9706167655f6e616d65"
#define K_PAGE "a470616765"
#define K_CONTROL_ID "aa636f6e74726f6c5f6964"
#define K_CALL_ID "a763616c6c5f6964"
#define K_RESULT "a6726573756c74"
#define K_ERROR "a56572726f72"
#define K_EXTRA "a56578747261"

static const struct {
    const char *why;
    const char *hex;
    int code;
} strict[] = {
    // Accepted.
    {"keys in another order", "009203 83" K_DATA "c0" K_TARGET "0a" K_NAME "a161", 0},
    {"id as a whole float64", "009203 83" K_TARGET "cb4024000000000000" K_NAME "a161" K_DATA "c0",
     0},
    {"id as a whole float32", "009204 82" K_ID "ca41100000" K_PROPS "80", 0},
    {"id in a wide form", "009204 82" K_ID "d3000000007fffffff" K_PROPS "80", 0},
    {"the largest id", "009204 82" K_ID "ce7fffffff" K_PROPS "80", 0},
    {"action as a whole float64", "0092cb4010000000000000 82" K_ID "01" K_PROPS "80", 0},
    {"wide array and map heads", "00dc000204 df00000002" K_ID "01" K_PROPS "80", 0},
    {"data of any type", "009203 83" K_TARGET "0a" K_NAME "a161" K_DATA "c70301616263", 0},
    {"empty session id", "009201 83" K_SESSION_ID "a0" K_PAGE_NAME "a0" K_PAGE "80", 0},
    {"result with an error",
     "009205 84" K_CONTROL_ID "09" K_CALL_ID "a163" K_RESULT "c0" K_ERROR "a165", 0},
    // Not a packet of [action, body].
    {"no array", "00c0", TR_EPROTOCOL},
    {"a map", "0080", TR_EPROTOCOL},
    {"an array of one", "009103", TR_EPROTOCOL},
    {"an array of three", "009303c0c0", TR_EPROTOCOL},
    {"body is no map", "009203c0", TR_EPROTOCOL},
    {"body is an array", "00920393 0a a161 c0", TR_EPROTOCOL},
    // Actions.
    {"action 0", "0092 00 80", TR_EPROTOCOL},
    {"action 2 from a client", "0092 02 82" K_ID "01 a57061746368 90", TR_EPROTOCOL},
    {"action 6 from a client", "0092 06 81 a76d657373616765 a0", TR_EPROTOCOL},
    {"action 7", "0092 07 80", TR_EPROTOCOL},
    {"a huge action", "0092 cfffffffffffffffff 80", TR_EPROTOCOL},
    {"a negative action", "0092 ff 80", TR_EPROTOCOL},
    {"a text action", "0092 a133 80", TR_EPROTOCOL},
    {"half an action", "0092 cb400c000000000000 80", TR_EPROTOCOL},
    // Keys.
    {"event without data", "009203 82" K_TARGET "0a" K_NAME "a161", TR_EPROTOCOL},
    {"event with an extra key", "009203 84" K_TARGET "0a" K_NAME "a161" K_DATA "c0" K_EXTRA "c0",
     TR_EPROTOCOL},
    {"event with a foreign key", "009203 83" K_TARGET "0a" K_NAME "a161" K_EXTRA "c0",
     TR_EPROTOCOL},
    {"event with a key twice", "009203 83" K_TARGET "0a" K_NAME "a161" K_NAME "a162", TR_EPROTOCOL},
    {"event with the body of an update", "009203 82" K_ID "01" K_PROPS "80", TR_EPROTOCOL},
    {"event with a longer key", "009203 83 a77461726765747a 0a" K_NAME "a161" K_DATA "c0",
     TR_EPROTOCOL},
    {"event with a number as key", "009203 83 01 0a" K_NAME "a161" K_DATA "c0", TR_EPROTOCOL},
    {"event with nil as key", "009203 83 c0 0a" K_NAME "a161" K_DATA "c0", TR_EPROTOCOL},
    {"update with an empty body", "009204 80", TR_EPROTOCOL},
    {"update without props", "009204 81" K_ID "01", TR_EPROTOCOL},
    {"registration without page_name", "009201 82" K_SESSION_ID "c0" K_PAGE "80", TR_EPROTOCOL},
    {"result without error", "009205 83" K_CONTROL_ID "09" K_CALL_ID "a163" K_RESULT "c0",
     TR_EPROTOCOL},
    {"a server's call", "009205 83" K_CONTROL_ID "09" K_CALL_ID "a163" K_NAME "a161", TR_EPROTOCOL},
    // Types.
    {"negative id", "009204 82" K_ID "ff" K_PROPS "80", TR_EPROTOCOL},
    {"id beyond 31 bits", "009204 82" K_ID "ce80000000" K_PROPS "80", TR_EPROTOCOL},
    {"id beyond 64 bits signed", "009204 82" K_ID "cfffffffffffffffff" K_PROPS "80", TR_EPROTOCOL},
    {"half an id", "009204 82" K_ID "cb3ff8000000000000" K_PROPS "80", TR_EPROTOCOL},
    {"NaN as id", "009204 82" K_ID "cb7ff8000000000000" K_PROPS "80", TR_EPROTOCOL},
    {"infinite id", "009204 82" K_ID "cb7ff0000000000000" K_PROPS "80", TR_EPROTOCOL},
    {"text as id", "009204 82" K_ID "a139" K_PROPS "80", TR_EPROTOCOL},
    {"nil as id", "009204 82" K_ID "c0" K_PROPS "80", TR_EPROTOCOL},
    {"boolean as id", "009204 82" K_ID "c3" K_PROPS "80", TR_EPROTOCOL},
    {"nil as event name", "009203 83" K_TARGET "0a" K_NAME "c0" K_DATA "c0", TR_EPROTOCOL},
    {"bytes as event name", "009203 83" K_TARGET "0a" K_NAME "c40161" K_DATA "c0", TR_EPROTOCOL},
    {"nil as props", "009204 82" K_ID "01" K_PROPS "c0", TR_EPROTOCOL},
    {"array as props", "009204 82" K_ID "01" K_PROPS "90", TR_EPROTOCOL},
    {"number as session id", "009201 83" K_SESSION_ID "01" K_PAGE_NAME "a0" K_PAGE "80",
     TR_EPROTOCOL},
    {"nil as page name", "009201 83" K_SESSION_ID "c0" K_PAGE_NAME "c0" K_PAGE "80", TR_EPROTOCOL},
    {"nil as page", "009201 83" K_SESSION_ID "c0" K_PAGE_NAME "a0" K_PAGE "c0", TR_EPROTOCOL},
    {"nil as call id", "009205 84" K_CONTROL_ID "09" K_CALL_ID "c0" K_RESULT "c0" K_ERROR "c0",
     TR_EPROTOCOL},
    {"boolean as error", "009205 84" K_CONTROL_ID "09" K_CALL_ID "a163" K_RESULT "c0" K_ERROR "c2",
     TR_EPROTOCOL},
    // Bytes.
    {"no msgpack", "00", TR_EMALFORMED},
    {"reserved byte", "00c1", TR_EMALFORMED},
    {"trailing byte", "009204 82" K_ID "01" K_PROPS "80 c0", TR_EMALFORMED},
    {"hostile array", "00dd ffffffff", TR_EMALFORMED},
    {"hostile map", "009203 df ffffffff", TR_EMALFORMED},
    {"name is not UTF-8", "009203 83" K_TARGET "0a" K_NAME "a1ff" K_DATA "c0", TR_EMALFORMED},
    {"data is not UTF-8", "009203 83" K_TARGET "0a" K_NAME "a161" K_DATA "a3eda080", TR_EMALFORMED},
    // Other messages.
    {"nothing", "", 1},
    {"data channel", "01 01000000 ff", 0},
    {"data channel without a written's bytes", "01 01000000", 0},
    {"data channel without a channel", "01 010000", 1},
    {"data channel with a number nobody gives", "01 00000080 ff", 1},
    {"a Troupe written", "02 80", 1},
    {"unknown type byte", "03 92 03 80", 1},
    {"type byte ff", "ff", 1},
    {"no type byte", "92 04 82" K_ID "01" K_PROPS "80", TR_EPROTOCOL},
};

START_TEST(read_is_as_strict_as_flets_server)
{
    int rc = read_hex(strict[_i].hex);
    ck_assert_msg(rc == strict[_i].code, "%s: %d, not %d", strict[_i].why, rc, strict[_i].code);
}
END_TEST

START_TEST(a_refused_packet_leaves_the_result_alone)
{
    tr_buf written = hex_bytes("009203 83" K_TARGET "0a" K_NAME "a161" K_EXTRA "c0");
    tr_flet_packet packet = {.target = 42};
    ck_assert_int_eq(tr_flet_read(written.data, written.size, &packet), TR_EPROTOCOL);
    ck_assert_uint_eq(packet.target, 42);
    ck_assert_uint_eq(packet.name.size, 0);
    tr_buf_done(&written);
}
END_TEST

static int read_written(tr_buf *written)
{
    tr_flet_packet packet;
    int rc = read_exact(written, &packet);
    written->size = 0;
    return rc;
}

START_TEST(names_and_ids_are_capped)
{
    char text[512];
    memset(text, 'x', sizeof text);
    tr_buf out = {0};
    for (uint32_t over = 0; over <= 1; over++) {
        int code = over != 0 ? TR_EPROTOCOL : 0;
        tr_slice empty = {0};
        tr_flet_write_client_event(&out, 1, (tr_slice){text, TR_EVENT_NAME_CAP_BYTES + over},
                                   empty);
        ck_assert_int_eq(read_written(&out), code);
        tr_slice session_id = {text, TR_SESSION_ID_CAP_BYTES + over};
        tr_flet_write_client_register(&out, session_id, empty, empty);
        ck_assert_int_eq(read_written(&out), code);
        tr_slice page_name = {text, TR_PAGE_NAME_CAP_BYTES + over};
        tr_flet_write_client_register(&out, empty, page_name, empty);
        ck_assert_int_eq(read_written(&out), code);
        tr_slice call_id = {text, TR_CALL_ID_CAP_BYTES + over};
        tr_flet_write_client_result(&out, 1, call_id, empty, empty);
        ck_assert_int_eq(read_written(&out), code);
    }
    tr_buf_done(&out);
}
END_TEST

static tr_buf event_of_size(size_t size)
{
    tr_buf written = {0};
    tr_buf data = {0};
    uint32_t head = 29 - 1 + 5; // an event with nil, its nil replaced by a long text's head
    uint32_t text_size = (uint32_t)size - head;
    memset(tr_buf_reserve(&data, text_size), 'x', text_size);
    tr_buf encoded = {0};
    tr_write_text(&encoded, (tr_slice){(const char *)data.data, text_size});
    tr_flet_write_client_event(&written, 10, TR_SLICE("click"), slice_of_buf(&encoded));
    ck_assert_uint_eq(written.size, size);
    tr_buf_done(&encoded);
    tr_buf_done(&data);
    return written;
}

START_TEST(a_packet_is_capped)
{
    tr_flet_packet packet;
    tr_buf written = event_of_size(TR_BROWSER_PACKET_CAP_BYTES);
    ck_assert_int_eq(read_exact(&written, &packet), 0);
    tr_buf_done(&written);
    written = event_of_size(TR_BROWSER_PACKET_CAP_BYTES + 1);
    ck_assert_int_eq(read_exact(&written, &packet), TR_ETOOBIG);
    tr_buf_done(&written);
}
END_TEST

START_TEST(depth_and_items_are_capped)
{
    tr_buf data = {0};
    tr_buf written = {0};
    for (unsigned i = 0; i < TR_SCAN_DEPTH_CAP - 2; i++) // array and body are two levels
        hex_append(&data, "91");
    hex_append(&data, "c0");
    tr_flet_write_client_event(&written, 1, TR_SLICE("a"), slice_of_buf(&data));
    ck_assert_int_eq(read_written(&written), 0);
    data.data[data.size - 1] = 0x91;
    hex_append(&data, "c0");
    tr_flet_write_client_event(&written, 1, TR_SLICE("a"), slice_of_buf(&data));
    ck_assert_int_eq(read_written(&written), TR_ETOOBIG);
    data.size = 0;
    tr_write_array(&data, TR_SCAN_ITEM_CAP);
    for (unsigned i = 0; i < TR_SCAN_ITEM_CAP; i++)
        hex_append(&data, "c0");
    tr_flet_write_client_event(&written, 1, TR_SLICE("a"), slice_of_buf(&data));
    ck_assert_int_eq(read_written(&written), TR_ETOOBIG);
    tr_buf_done(&written);
    tr_buf_done(&data);
}
END_TEST

Suite *wire_flet_strict_suite(void)
{
    Suite *suite = suite_create("wire/flet_strict");
    TCase *strictness = tcase_create("strictness");
    tcase_add_loop_test(strictness, read_is_as_strict_as_flets_server, 0, COUNT(strict));
    tcase_add_test(strictness, a_refused_packet_leaves_the_result_alone);
    tcase_add_test(strictness, names_and_ids_are_capped);
    tcase_add_test(strictness, a_packet_is_capped);
    tcase_add_test(strictness, depth_and_items_are_capped);
    suite_add_tcase(suite, strictness);
    return suite;
}
