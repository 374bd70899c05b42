// What a plain port answers beside an HTTPS one.

#include "gateway/redirect.h"
#include "tests/support/scratch.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char text[TR_REDIRECT_CAP_BYTES + 1];

static const char *answer_to(const tr_redirect *self, const char *head)
{
    size_t size = tr_redirect_answer(self, tr_slice_of(head), text);
    ck_assert_uint_ne(size, 0);
    text[size] = '\0';
    return text;
}

static const struct {
    unsigned port;
    const char *head;
    const char *location;
} sent[] = {
    {443, "GET / HTTP/1.1\r\nHost: app.example\r\n\r\n", "https://app.example/"},
    {443, "GET /a/b?c=d&e HTTP/1.1\r\nHost: app.example:80\r\n\r\n",
     "https://app.example/a/b?c=d&e"},
    {8443, "GET / HTTP/1.1\r\nA: b\r\nhOsT:app.example:8080 \r\n\r\n", "https://app.example:8443/"},
    {8443, "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", "https://[::1]:8443/"},
    {443, "GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n", "https://[::1]/"},
    {443, "POST /form HTTP/1.1\nHost: app.example\n\n", "https://app.example/form"},
    {443, "GET //evil.example/ HTTP/1.1\r\nHost: app.example\r\n\r\n",
     "https://app.example//evil.example/"},
    {443, "GET http://app.example:80/x?y HTTP/1.1\r\nHost: other.example\r\n\r\n",
     "https://app.example/x?y"},
    {443, "GET http://app.example HTTP/1.1\r\nHost: app.example\r\n\r\n", "https://app.example/"},
    {443, "GET /.well-known/acme-challenge/token HTTP/1.1\r\nHost: app.example\r\n\r\n",
     "https://app.example/.well-known/acme-challenge/token"},
};

START_TEST(an_address_is_sent_to_the_same_one_over_https)
{
    char line[256];
    tr_redirect redirect = {.port = sent[_i].port};
    const char *answer = answer_to(&redirect, sent[_i].head);
    snprintf(line, sizeof line, "\r\nlocation: %s\r\n", sent[_i].location);
    ck_assert_msg(strstr(answer, "HTTP/1.1 308 ") == answer && strstr(answer, line) != NULL, "%s",
                  answer);
}
END_TEST

static const char *const odd[] = {
    "GET / HTTP/1.1\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: :80\r\n\r\n",
    "GET \r\nHost: a\r\n\r\n",
    "GET\r\nHost: a\r\n\r\n",
    "GET app HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /\ta HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http:// HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET http://a@b/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "\r\n\r\n",
};

START_TEST(what_names_no_host_or_no_path_is_not_sent_anywhere)
{
    const char *answer = answer_to(&(tr_redirect){.port = 443}, odd[_i]);
    ck_assert_msg(strstr(answer, "HTTP/1.1 400 ") == answer, "%s", answer);
    ck_assert_ptr_null(strstr(answer, "location"));
}
END_TEST

START_TEST(a_host_that_is_not_allowed_is_not_sent_anywhere)
{
    tr_redirect redirect = {.port = 443, .allowed_hosts = "app.example, *.app.example"};
    const char *answer = answer_to(&redirect, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    ck_assert_msg(strstr(answer, "HTTP/1.1 421 ") == answer, "%s", answer);
    answer = answer_to(&redirect, "GET / HTTP/1.1\r\nHost: a.APP.example:80\r\n\r\n");
    ck_assert_msg(strstr(answer, "HTTP/1.1 308 ") == answer, "%s", answer);
}
END_TEST

START_TEST(an_answer_to_head_has_no_body)
{
    const char *answer =
        answer_to(&(tr_redirect){.port = 443}, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
    ck_assert_ptr_nonnull(strstr(answer, "content-length: 35\r\n"));
    ck_assert_str_eq(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}
END_TEST

// The largest head that is let in.
START_TEST(a_long_address_is_sent_on_whole)
{
    enum { LONG = 16000 };
    static char head[LONG + 64];
    char *end = head + snprintf(head, sizeof head, "GET /");
    memset(end, 'x', LONG);
    snprintf(end + LONG, 48, "y HTTP/1.1\r\nHost: a\r\n\r\n");
    const char *answer = answer_to(&(tr_redirect){.port = 443}, head);
    const char *location = strstr(answer, "location: https://a/x");
    ck_assert_ptr_nonnull(location);
    ck_assert_ptr_nonnull(strstr(location, "xy\r\n"));
}
END_TEST

static char folder[64];

static void put(const char *name, const char *content)
{
    char path[256];
    snprintf(path, sizeof path, "%s/.well-known/acme-challenge/%s", folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(content, file);
    fclose(file);
}

static const char *ask_for(const char *path)
{
    char head[256];
    snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path);
    return answer_to(&(tr_redirect){.port = 443, .acme_folder = folder}, head);
}

START_TEST(a_challenge_is_shown_and_nothing_else_of_its_folder)
{
    char command[256];
    scratch_make(folder, sizeof folder, "acme");
    snprintf(command, sizeof command, "mkdir -p %s/.well-known/acme-challenge/folder", folder);
    ck_assert_int_eq(system(command), 0);
    put("to-ken_1", "to-ken_1.thumb");
    put("dot.txt", "secret");
    snprintf(command, sizeof command, "%s/.well-known/acme-challenge/link", folder);
    ck_assert_int_eq(symlink("/etc/hostname", command), 0);
    const char *answer = ask_for("/.well-known/acme-challenge/to-ken_1");
    ck_assert_msg(strstr(answer, "HTTP/1.1 200 ") == answer, "%s", answer);
    ck_assert_str_eq(strstr(answer, "\r\n\r\n") + 4, "to-ken_1.thumb");
    static const char *const missing[] = {"none", "link", "folder"};
    for (unsigned i = 0; i < 3; i++) {
        char path[64];
        snprintf(path, sizeof path, "/.well-known/acme-challenge/%s", missing[i]);
        answer = ask_for(path);
        ck_assert_msg(strstr(answer, "HTTP/1.1 404 ") == answer, "%s", answer);
    }
    static const char *const others[] = {"dot.txt", "../../x", "", "%2e%2e/x", "to-ken_1?a"};
    for (unsigned i = 0; i < 5; i++) {
        char path[64];
        snprintf(path, sizeof path, "/.well-known/acme-challenge/%s", others[i]);
        answer = ask_for(path);
        ck_assert_msg(strstr(answer, "HTTP/1.1 308 ") == answer, "%s", answer);
    }
    scratch_remove(folder);
}
END_TEST

Suite *gateway_redirect_suite(void);
Suite *gateway_redirect_suite(void)
{
    Suite *suite = suite_create("gateway/redirect");
    TCase *tests = tcase_create("answers");
    tcase_add_loop_test(tests, an_address_is_sent_to_the_same_one_over_https, 0,
                        sizeof sent / sizeof *sent);
    tcase_add_loop_test(tests, what_names_no_host_or_no_path_is_not_sent_anywhere, 0,
                        sizeof odd / sizeof *odd);
    tcase_add_test(tests, a_host_that_is_not_allowed_is_not_sent_anywhere);
    tcase_add_test(tests, an_answer_to_head_has_no_body);
    tcase_add_test(tests, a_long_address_is_sent_on_whole);
    tcase_add_test(tests, a_challenge_is_shown_and_nothing_else_of_its_folder);
    suite_add_tcase(suite, tests);
    return suite;
}
