#include "wire/trace.h"

#include <check.h>

Suite *wire_trace_suite(void);

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN "00f067aa0ba902b7"

static const struct {
    const char *text;
    const char *read; // NULL: it is ignored
} headers[] = {
    {"00-" TRACE "-" SPAN "-01", "00-" TRACE "-" SPAN "-01"},
    {"cc-" TRACE "-" SPAN "-01", "00-" TRACE "-" SPAN "-01"},
    {"cc-" TRACE "-" SPAN "-01-more", "00-" TRACE "-" SPAN "-01"},
    {"cc-" TRACE "-" SPAN "-01x", NULL},
    {"00-" TRACE "-" SPAN "-01-more", NULL},
    {"ff-" TRACE "-" SPAN "-01", NULL},
    {"00-00000000000000000000000000000000-" SPAN "-01", NULL},
    {"00-" TRACE "-0000000000000000-01", NULL},
    {"00-4BF92F3577B34DA6A3CE929D0E0E4736-" SPAN "-01", NULL},
    {"00-" TRACE "_" SPAN "-01", NULL},
    {"00-" TRACE "-" SPAN "-1", NULL},
    {"", NULL},
};

START_TEST(a_header_is_read_as_the_recommendation_says)
{
    char out[TR_TRACE_BYTES] = "";
    ck_assert_int_eq(tr_trace_read(tr_slice_of(headers[_i].text), out), headers[_i].read != NULL);
    ck_assert_str_eq(out, headers[_i].read != NULL ? headers[_i].read : "");
}
END_TEST

START_TEST(a_child_has_a_span_of_its_own)
{
    char out[TR_TRACE_BYTES];
    tr_trace_child(headers[0].read, 0xabc, out);
    ck_assert_str_eq(out, "00-" TRACE "-0000000000000abc-01");
    tr_trace_child(headers[0].read, 0, out);
    ck_assert_str_eq(out, "00-" TRACE "-0000000000000001-01");
}
END_TEST

Suite *wire_trace_suite(void)
{
    Suite *suite = suite_create("wire/trace");
    TCase *cases = tcase_create("trace");
    tcase_add_loop_test(cases, a_header_is_read_as_the_recommendation_says, 0,
                        sizeof headers / sizeof *headers);
    tcase_add_test(cases, a_child_has_a_span_of_its_own);
    suite_add_tcase(suite, cases);
    return suite;
}
