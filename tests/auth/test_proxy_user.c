#include "auth/proxy_user.h"

#include <check.h>

START_TEST(header_of_the_user_names_those_beside_it)
{
    char name[TR_PROXY_HEADER_CAP_BYTES + 24];
    ck_assert(tr_proxy_header_is_fit("X-Forwarded-User") && tr_proxy_header_is_fit("remote-user"));
    ck_assert(!tr_proxy_header_is_fit("X-Forwarded-For") && !tr_proxy_header_is_fit("") &&
              !tr_proxy_header_is_fit("X User") && !tr_proxy_header_is_fit("X:User"));
    tr_proxy_header_beside("X-Forwarded-User", "preferred-username", name);
    ck_assert_str_eq(name, "x-forwarded-preferred-username:");
    tr_proxy_header_beside("Remote-User", "email", name);
    ck_assert_str_eq(name, "remote-email:");
}
END_TEST

static const struct {
    const char *value;
    const char *text;
} values[] = {
    {"ada", "ada"},
    {"Gr\xc3\xa4"
     "fin",
     "Gr\xc3\xa4"
     "fin"},
    {"", ""},
    {"a\nb", ""},
    {"a\x7f", ""},
    {"\xe4", ""}, // no UTF-8: it must not become what another one is, too
    {"12345678", "12345678"},
    {"123456789", ""},
};

START_TEST(text_is_taken_as_it_is_or_not_at_all)
{
    char out[9];
    tr_proxy_text_copy(tr_slice_of(values[_i].value), out, 8);
    ck_assert_str_eq(out, values[_i].text);
}
END_TEST

START_TEST(groups_are_between_commas)
{
    tr_buf out = {0};
    tr_proxy_groups_write(TR_SLICE(" one,,two words , "), &out);
    ck_assert_str_eq(tr_buf_text(&out), "\x92\xa3one\xa9two words");
    out.size = 0;
    tr_proxy_groups_write((tr_slice){0}, &out);
    ck_assert_str_eq(tr_buf_text(&out), "\x90");
    tr_buf_done(&out);
}
END_TEST

Suite *auth_proxy_user_suite(void);
Suite *auth_proxy_user_suite(void)
{
    Suite *suite = suite_create("auth/proxy_user");
    TCase *tcase = tcase_create("headers");
    tcase_add_test(tcase, header_of_the_user_names_those_beside_it);
    tcase_add_loop_test(tcase, text_is_taken_as_it_is_or_not_at_all, 0,
                        sizeof values / sizeof *values);
    tcase_add_test(tcase, groups_are_between_commas);
    suite_add_tcase(suite, tcase);
    return suite;
}
