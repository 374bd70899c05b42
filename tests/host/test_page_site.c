#include "host/page_site.h"

#include <check.h>
#include <string.h>

Suite *host_page_site_suite(void);

static bool allows(const tr_options *options, const char *directive)
{
    tr_buf policy = {0};
    tr_page_policy_write(options, &policy);
    bool is_in = policy.size != 0 && strstr((const char *)policy.data, directive) != NULL;
    tr_buf_done(&policy);
    return is_in;
}

START_TEST(a_policy_of_its_own_is_written_only_where_something_more_is_allowed)
{
    tr_options options = {.upload_origins = "", .frame_origins = ""};
    tr_buf policy = {0};
    tr_page_policy_write(&options, &policy);
    ck_assert_uint_eq(policy.size, 0);
    tr_buf_done(&policy);
    ck_assert_ptr_nonnull(strstr(TR_HTTP_CONTENT_SECURITY_POLICY, "frame-src 'self'; "));
}
END_TEST

START_TEST(each_list_has_its_own_directive)
{
    tr_options options = {.frame_origins = "https://a.example,https://b.example"};
    ck_assert(allows(&options, "frame-src 'self' https://a.example https://b.example; object-src"));
    ck_assert(allows(&options, "connect-src 'self'; "));
    options.upload_origins = "https://files.example";
    ck_assert(allows(&options, "connect-src 'self' https://files.example; frame-src"));
    ck_assert(allows(&options, "frame-src 'self' https://a.example"));
}
END_TEST

Suite *host_page_site_suite(void)
{
    Suite *suite = suite_create("host/page_site");
    TCase *cases = tcase_create("page_site");
    tcase_add_test(cases, a_policy_of_its_own_is_written_only_where_something_more_is_allowed);
    tcase_add_test(cases, each_list_has_its_own_directive);
    suite_add_tcase(suite, cases);
    return suite;
}
