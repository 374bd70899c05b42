#include "gateway/request.h"

#include <check.h>
#include <string.h>

static const struct {
    const char *host;
    bool is_host;
} hosts[] = {
    {"localhost", true},
    {"127.0.0.1:8000", true},
    {"[::1]", true},
    {"[::1]:80", true},
    {"app.example.", true},
    {"a_b.example", true},
    {"xn--bcher-kva", true},
    {"a%20b", true},
    {"", false},
    {":80", false},
    {"a b", false},
    {"a/b", false},
    {"a:b", false},
    {"a:123456", false},
    {"a:80:90", false},
    {"user@a", false},
    {"a?b", false},
    {"a#b", false},
    {"[::1", false},
    {"[]", false},
    {"[::1]x", false},
    {"a\\b", false},
    {"caf\xc3\xa9", false},
    {"a,b", true},
};

START_TEST(request_knows_a_host)
{
    ck_assert_msg(tr_request_is_host(tr_slice_of(hosts[_i].host)) == hosts[_i].is_host, "%s",
                  hosts[_i].host);
}
END_TEST

static const struct {
    bool is_old;
    unsigned host_count;
    const char *host;
    unsigned length_count;
    const char *length;
    bool is_encoded;
    unsigned status;
    bool has_body;
} heads[] = {
    {false, 1, "a", 0, "", false, 0, false},
    {true, 0, "", 0, "", false, 0, false},
    {false, 0, "", 0, "", false, 400, false},
    {false, 2, "a", 0, "", false, 400, false},
    {true, 2, "a", 0, "", false, 400, false},
    {true, 1, "a b", 0, "", false, 400, false},
    {false, 1, "a", 0, "", true, 400, false},
    {false, 1, "a", 1, "5", true, 400, false},
    {false, 1, "a", 1, "5", false, 0, true},
    {false, 1, "a", 1, "0", false, 0, false},
    {false, 1, "a", 2, "5", false, 400, false},
    {false, 1, "a", 1, "+5", false, 400, false},
    {false, 1, "a", 1, "5, 5", false, 400, false},
    {false, 1, "a", 1, "", false, 400, false},
    {false, 1, "a", 1, "99999999999999999999", false, 400, false},
};

START_TEST(request_refuses_what_can_be_read_in_two_ways)
{
    tr_request_head head = {.is_old = heads[_i].is_old,
                            .host = tr_slice_of(heads[_i].host),
                            .host_count = heads[_i].host_count,
                            .content_length = tr_slice_of(heads[_i].length),
                            .content_length_count = heads[_i].length_count,
                            .has_transfer_encoding = heads[_i].is_encoded};
    tr_request_verdict verdict = tr_request_judge(&head);
    ck_assert_uint_eq(verdict.status, heads[_i].status);
    ck_assert_int_eq(verdict.text != NULL, heads[_i].status != 0);
    if (verdict.status == 0)
        ck_assert_int_eq(verdict.has_body, heads[_i].has_body);
}
END_TEST

Suite *gateway_request_suite(void);
Suite *gateway_request_suite(void)
{
    Suite *suite = suite_create("gateway/request");
    TCase *tcase = tcase_create("request");
    tcase_add_loop_test(tcase, request_knows_a_host, 0, sizeof hosts / sizeof *hosts);
    tcase_add_loop_test(tcase, request_refuses_what_can_be_read_in_two_ways, 0,
                        sizeof heads / sizeof *heads);
    suite_add_tcase(suite, tcase);
    return suite;
}
