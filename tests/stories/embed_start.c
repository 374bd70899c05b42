// An app that is to run inside a server of somebody else's, which is this test: what keeps it from that.

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/embedding.h"
#include "troupe/troupe.h"

static tr_embed *here;

static void build(tr_page *page)
{
    ui_add(page, ui_text("here"));
}

static const tr_app app = {.name = "Embedded", .build = build};

static void set_up(void)
{
    setenv("TROUPE_LOG", "error", 1);
}

static void tear_down(void)
{
    ck_assert_int_eq(tr_embed_stop(&here), 0);
}

static int refusal(const tr_embed_options *options)
{
    tr_embed *other = NULL;
    int result = tr_embed_start(options, &other);
    ck_assert_ptr_null(other);
    return result;
}

static int idle_main(int argc, char **argv)
{
    (void)argv;
    return argc == 1 ? 7 : 3;
}

START_TEST(an_app_that_does_not_start_says_why)
{
    static const tr_app none = {.name = "None"};
    char why[TR_EMBED_WHY_CAP_BYTES];
    const char *arguments[] = {"--mount", "no path", NULL};
    tr_embed_options options = {.app = &app, .arguments = arguments, .name = "shop", .why = why};
    ck_assert_int_eq(refusal(&options), TR_EINVALID);
    ck_assert_ptr_nonnull(strstr(why, "--mount"));
    arguments[0] = "--role";
    arguments[1] = "worker";
    setenv("TROUPE_BROKER", "ipc://@troupe-test-embed", 1);
    ck_assert_int_eq(refusal(&options), TR_EINVALID);
    unsetenv("TROUPE_BROKER");
    ck_assert_ptr_nonnull(strstr(why, "role gateway"));
    const char *proxied[] = {"--proxy-protocol", "--trusted-proxies", "127.0.0.1", NULL};
    options.arguments = proxied;
    ck_assert_int_eq(refusal(&options), TR_EINVALID);
    ck_assert_msg(strstr(why, "the PROXY protocol is the server's") != NULL, "%s", why);
    options.arguments = arguments;
    arguments[0] = NULL;
    options.app = &none;
    ck_assert_int_eq(refusal(&options), TR_EUNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(why, "no page"));
    options.app = NULL;
    ck_assert_int_eq(refusal(&options), TR_EINVALID);
    options.main = idle_main;
    ck_assert_int_eq(refusal(&options), TR_EUNAVAILABLE);
    ck_assert_ptr_nonnull(strstr(why, "shop ended with exit code 7"));
    here = embedding_start(&app, NULL);
    ck_assert_int_eq(refusal(&options), TR_EEXISTS);
    ck_assert_ptr_nonnull(strstr(why, "runs already"));
}
END_TEST

START_TEST(a_port_that_another_program_has_is_no_matter)
{
    struct sockaddr_in here_too = {.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here_too;
    char port[16];
    int other = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(other, (const struct sockaddr *)&here_too, size), 0);
    ck_assert_int_eq(listen(other, 1), 0);
    ck_assert_int_eq(getsockname(other, (struct sockaddr *)&here_too, &size), 0);
    snprintf(port, sizeof port, "%u", ntohs(here_too.sin_port));
    here = embedding_start(&app, (const char *const[]){"--port", port, NULL});
    tr_embed_request request = embedding_request("GET", "/");
    embedding_answer answer = embedding_ask(here, &request, "", 0);
    ck_assert_uint_eq(answer.status, 200);
    tr_buf_done(&answer.body);
    close(other);
}
END_TEST

Suite *stories_embed_start_suite(void);
Suite *stories_embed_start_suite(void)
{
    Suite *suite = suite_create("embed_start");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_set_timeout(all, 60);
    tcase_add_test(all, an_app_that_does_not_start_says_why);
    tcase_add_test(all, a_port_that_another_program_has_is_no_matter);
    suite_add_tcase(suite, all);
    return suite;
}
