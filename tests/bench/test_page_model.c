// Packets are written as text, `[2,{'id':9,'patch':[[0],[0,0,'value','B']]}]`, and turned into the
// bytes of one WebSocket message, so that a test shows the patch as the protocol page prints it.
#include <check.h>
#include <msgpack.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/page_model.h"
#include "bench/registration.h"

Suite *bench_page_model_suite(void);

static struct page_model *model;

static void start_empty(void)
{
    model = page_model_new();
}

static void release_model(void)
{
    page_model_free(model);
    model = NULL;
}

static const char *pack_value(msgpack_packer *out, const char *at);

// The elements up to `end` go to a buffer first: msgpack wants their number before them.
static const char *pack_elements(msgpack_packer *out, const char *at, char end)
{
    msgpack_sbuffer elements;
    msgpack_packer packer;
    msgpack_sbuffer_init(&elements);
    msgpack_packer_init(&packer, &elements, msgpack_sbuffer_write);
    size_t count = 0;
    at++;
    while (*at != end) {
        at = pack_value(&packer, at);
        count++;
        if (*at == ',' || *at == ':')
            at++;
    }
    if (end == ']')
        msgpack_pack_array(out, count);
    else
        msgpack_pack_map(out, count / 2);
    msgpack_sbuffer_write(out->data, elements.data, elements.size);
    msgpack_sbuffer_destroy(&elements);
    return at + 1;
}

static const char *pack_value(msgpack_packer *out, const char *at)
{
    if (*at == '[' || *at == '{')
        return pack_elements(out, at, *at == '[' ? ']' : '}');
    if (*at == '\'') {
        size_t len = strcspn(at + 1, "'");
        msgpack_pack_str_with_body(out, at + 1, len);
        return at + len + 2;
    }
    if (strncmp(at, "true", 4) == 0) {
        msgpack_pack_true(out);
        return at + 4;
    }
    if (strncmp(at, "nil", 3) == 0) {
        msgpack_pack_nil(out);
        return at + 3;
    }
    char *end = NULL;
    int64_t number = strtoll(at, &end, 10);
    ck_assert_msg(end != at, "test packet: cannot read: %s", at);
    msgpack_pack_int64(out, number);
    return end;
}

static int take(const char *text)
{
    msgpack_sbuffer bytes;
    msgpack_packer packer;
    msgpack_sbuffer_init(&bytes);
    msgpack_sbuffer_write(&bytes, "\0", 1);
    msgpack_packer_init(&packer, &bytes, msgpack_sbuffer_write);
    ck_assert_str_eq(pack_value(&packer, text), "");
    int result = page_model_take_packet(model, (const uint8_t *)bytes.data, bytes.size);
    msgpack_sbuffer_destroy(&bytes);
    return result;
}

static void patched(const char *text)
{
    ck_assert_msg(take(text) == PACKET_PATCHED, "%s: %s", text, page_model_error(model));
}

static void shows(int64_t value)
{
    struct page_counter counter;
    ck_assert(page_model_counter(model, &counter));
    ck_assert_int_eq(counter.value, value);
    ck_assert_int_eq(counter.button_id, 12);
}

// Page 1 > view 3 > [Text 9 "Hello", Row 10 > [Text 11 "0", Button 12]]
static void registered(void)
{
    ck_assert_int_eq(take("[1,{'session_id':'s','error':'','page_patch':{'_c':'Page','_i':1,"
                          "'views':[{'_c':'View','_i':3,'controls':["
                          "{'_c':'Text','_i':9,'value':'Hello'},"
                          "{'_c':'Row','_i':10,'controls':["
                          "{'_c':'Text','_i':11,'value':'0'},"
                          "{'_c':'Button','_i':12,'content':'+','on_click':true}]}]}]}}]"),
                     PACKET_REGISTERED);
}

START_TEST(registration_shows_the_first_button_and_number)
{
    struct page_counter counter;
    ck_assert(!page_model_counter(model, &counter));
    registered();
    shows(0);
}
END_TEST

START_TEST(page_may_come_empty_and_be_filled_by_a_patch)
{
    ck_assert_int_eq(take("[1,{'session_id':'s','error':'','page_patch':{'_c':'Page','_i':1,"
                          "'views':[{'_c':'View','_i':3}]}}]"),
                     PACKET_REGISTERED);
    struct page_counter counter;
    ck_assert(!page_model_counter(model, &counter));
    patched("[2,{'id':1,'patch':[[0,{'views':[1,{0:[2]}]}],[0,2,'controls',["
            "{'_c':'Text','_i':11,'value':'7'},{'_c':'Button','_i':12,'on_click':true}]]]}]");
    shows(7);
}
END_TEST

// Every way to bring the text from 0 to 5.
START_TEST(value_is_understood_in_every_form_of_patch)
{
    static const char *const forms[] = {
        "[2,{'id':11,'patch':[[0],[0,0,'value','5']]}]",
        "[2,{'id':11,'patch':[[0],[0,0,'value',5]]}]",
        "[2,{'id':11,'patch':[[7],[0,7,'size',40],[0,7,'value','5']]}]",
        "[2,{'id':11,'patch':[[0],[0,0,'value','3'],[0,0,'value','5']]}]",
        "[2,{'id':10,'patch':[[0,{'controls':[1,{0:[2]}]}],[0,2,'value','5']]}]",
        "[2,{'id':1,'patch':[[0,{'views':[1,{0:[2,{'controls':[3,{1:[4,{'controls':[5,{0:[6]}]}]}"
        "]}]}]}],[0,6,'value','5']]}]",
        "[2,{'id':3,'patch':[[0,{'controls':[9,{0:[4],1:[8,{'controls':[2,{0:[1]}]}]}]}],"
        "[0,4,'value','Hi'],[0,1,'value','5']]}]",
        "[2,{'id':10,'patch':[[0],[0,0,'controls',[{'_c':'Text','_i':11,'value':'5'},"
        "{'_c':'Button','_i':12,'on_click':true}]]]}]",
        "[2,{'id':10,'patch':[[0,{'controls':[1]}],[0,1,0,{'_c':'Text','_i':11,'value':'5'}]]}]",
        "[2,{'id':10,'patch':[[0,{'controls':[1]}],[2,1,0],"
        "[1,1,0,{'_c':'Text','_i':11,'value':'5'}]]}]",
        "[2,{'id':10,'patch':[[0,{'controls':[1,{0:[2],1:[3]}]}],[3,1,1,1,0],[0,3,'value','5']]}]",
        "[2,{'id':3,'patch':[[0,{'controls':[1,{1:[2,{'controls':[3,{0:[4]}]}]}]}],"
        "[0,4,'value','5'],[3,3,0,1,0]]}]",
        // A rebuilt page: other ids, the same meaning. Only the button keeps its own.
        "[2,{'id':3,'patch':[[0],[0,0,'controls',[{'_c':'Text','_i':21,'value':'5'},"
        "{'_c':'Button','_i':12,'on_click':true}]]]}]",
    };
    registered();
    shows(0);
    patched(forms[_i]);
    shows(5);
}
END_TEST

START_TEST(path_through_a_list_means_what_stands_there_now)
{
    registered();
    patched("[2,{'id':10,'patch':[[0,{'controls':[1]}],[1,1,0,{'_c':'Divider','_i':30}]]}]");
    patched("[2,{'id':10,'patch':[[0,{'controls':[1,{1:[2]}]}],[0,2,'value','8']]}]");
    shows(8);
    patched("[2,{'id':10,'patch':[[0,{'controls':[1,{0:[2]}]}],[2,1,0],[0,2,'value','9']]}]");
    shows(9);
}
END_TEST

START_TEST(other_changes_leave_the_number_alone)
{
    registered();
    shows(0);
    patched("[2,{'id':9,'patch':[[0],[0,0,'value','4']]}]");
    shows(0);
    patched("[2,{'id':12,'patch':[[0],[0,0,'content',nil]]}]");
    patched("[2,{'id':1,'patch':[[0],[0,0,'title','x'],[0,0,'fonts',{'a':'b'}]]}]");
    shows(0);
    ck_assert_int_eq(take("[2,{'id':99,'patch':[[0],[0,0,'value','4']]}]"), PACKET_IGNORED);
    ck_assert_int_eq(take("[5,{'control_id':9,'call_id':'c','name':'get'}]"), PACKET_IGNORED);
    shows(0);
}
END_TEST

START_TEST(text_that_is_no_whole_number_is_no_counter)
{
    static const char *const values[] = {"''",   "'1x'", "' 1'", "'1.5'",
                                         "'+1'", "true", "nil",  "'99999999999999999999'"};
    char packet[120];
    snprintf(packet, sizeof packet, "[2,{'id':11,'patch':[[0],[0,0,'value',%s]]}]", values[_i]);
    registered();
    shows(0);
    patched(packet);
    struct page_counter counter;
    ck_assert(!page_model_counter(model, &counter));
}
END_TEST

START_TEST(negative_numbers_count)
{
    registered();
    patched("[2,{'id':11,'patch':[[0],[0,0,'value','-3']]}]");
    shows(-3);
    patched("[2,{'id':11,'patch':[[0],[0,0,'value',-40]]}]");
    shows(-40);
}
END_TEST

START_TEST(impossible_patches_are_errors)
{
    static const char *const packets[] = {
        "[2,{'id':11,'patch':[[0]]}]",
        "[2,{'id':11,'patch':[[0],[0,1,'value','5']]}]",
        "[2,{'id':11,'patch':[[0,{'nothing':[1]}],[0,1,'value','5']]}]",
        "[2,{'id':10,'patch':[[0,{'controls':[1]}],[0,1,5,'x']]}]",
        "[2,{'id':10,'patch':[[0,{'controls':[1]}],[1,1,3,'x']]}]",
        "[2,{'id':10,'patch':[[0,{'controls':[1]}],[2,1,2]]}]",
        "[2,{'id':10,'patch':[[0,{'controls':[1]}],[3,1,2,1,0]]}]",
        "[2,{'id':10,'patch':[[0,{'controls':[1]}],[3,1,0,1,9]]}]",
        "[2,{'id':10,'patch':[[0,{'controls':[1]}],[9,1,0,1]]}]",
        "[2,{'patch':[[0],[0,0,'value','5']]}]",
        "[1,{'session_id':'','error':''}]",
        "[6,{'message':'boom'}]",
        "[1]",
        "7",
    };
    registered();
    ck_assert_int_eq(take(packets[_i]), PACKET_BROKEN);
    ck_assert_str_ne(page_model_error(model), "");
}
END_TEST

START_TEST(refusals_are_quoted)
{
    ck_assert_int_eq(take("[1,{'session_id':'','error':'no room','page_patch':{}}]"),
                     PACKET_REFUSED);
    ck_assert_str_eq(page_model_error(model), "registration refused: no room");
    ck_assert_int_eq(take("[6,{'message':'boom'}]"), PACKET_BROKEN);
    ck_assert_str_eq(page_model_error(model), "the server says the session crashed: boom");
}
END_TEST

START_TEST(broken_bytes_are_errors_and_foreign_types_ignored)
{
    static const uint8_t cut[] = {0x00, 0x92, 0x02, 0x82, 0xa2, 'i'};
    static const uint8_t trailing[] = {0x00, 0x92, 0x05, 0x80, 0xc0};
    static const uint8_t channel[] = {0x01, 1, 0, 0, 0, 0xff};
    ck_assert_int_eq(page_model_take_packet(model, cut, sizeof cut), -1);
    ck_assert_int_eq(page_model_take_packet(model, trailing, sizeof trailing), -1);
    ck_assert_int_eq(page_model_take_packet(model, channel, sizeof channel), PACKET_IGNORED);
    ck_assert_int_eq(page_model_take_packet(model, channel, 0), PACKET_IGNORED);
}
END_TEST

START_TEST(click_has_the_bytes_of_the_protocol_page)
{
    static const uint8_t expected[] = {0x00, 0x92, 0x03, 0x83, 0xa6, 0x74, 0x61, 0x72, 0x67, 0x65,
                                       0x74, 0x0a, 0xa4, 0x6e, 0x61, 0x6d, 0x65, 0xa5, 0x63, 0x6c,
                                       0x69, 0x63, 0x6b, 0xa4, 0x64, 0x61, 0x74, 0x61, 0xc0};
    msgpack_sbuffer packet;
    msgpack_sbuffer_init(&packet);
    pack_click(&packet, 10);
    ck_assert_uint_eq(packet.size, sizeof expected);
    ck_assert_mem_eq(packet.data, expected, sizeof expected);
    msgpack_sbuffer_destroy(&packet);
}
END_TEST

START_TEST(registration_is_one_whole_value_with_the_protocol_keys)
{
    static const char head[] = "\x00\x92\x01\x83\xaasession_id\xc0\xa9page_name\xa0\xa4page\x8e";
    msgpack_sbuffer packet;
    msgpack_sbuffer_init(&packet);
    pack_registration(&packet);
    ck_assert_uint_gt(packet.size, sizeof head - 1);
    ck_assert_mem_eq(packet.data, head, sizeof head - 1);
    msgpack_unpacked unpacked;
    msgpack_unpacked_init(&unpacked);
    size_t used = 0;
    ck_assert_int_eq(msgpack_unpack_next(&unpacked, packet.data + 1, packet.size - 1, &used),
                     MSGPACK_UNPACK_SUCCESS);
    ck_assert_uint_eq(used, packet.size - 1);
    msgpack_unpacked_destroy(&unpacked);
    msgpack_sbuffer_destroy(&packet);
}
END_TEST

Suite *bench_page_model_suite(void)
{
    Suite *suite = suite_create("bench/page_model");
    TCase *tests = tcase_create("page_model");
    tcase_add_checked_fixture(tests, start_empty, release_model);
    tcase_add_test(tests, registration_shows_the_first_button_and_number);
    tcase_add_test(tests, page_may_come_empty_and_be_filled_by_a_patch);
    tcase_add_loop_test(tests, value_is_understood_in_every_form_of_patch, 0, 13);
    tcase_add_test(tests, path_through_a_list_means_what_stands_there_now);
    tcase_add_test(tests, other_changes_leave_the_number_alone);
    tcase_add_loop_test(tests, text_that_is_no_whole_number_is_no_counter, 0, 8);
    tcase_add_test(tests, negative_numbers_count);
    tcase_add_loop_test(tests, impossible_patches_are_errors, 0, 14);
    tcase_add_test(tests, refusals_are_quoted);
    tcase_add_test(tests, broken_bytes_are_errors_and_foreign_types_ignored);
    tcase_add_test(tests, click_has_the_bytes_of_the_protocol_page);
    tcase_add_test(tests, registration_is_one_whole_value_with_the_protocol_keys);
    suite_add_tcase(suite, tests);
    return suite;
}
