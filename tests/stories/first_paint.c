// Pages whose text is in their HTML, from the running program and from a cluster.

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/gateway/raw_browser.h"
#include "tests/support/browser.h"
#include "tests/support/receiver.h"
#include "tests/support/world.h"

static world running;

static void set_up(void)
{
    setenv("TROUPE_LOG", "error", 1);
    raw_may_be_closed = true;
}

static void start(unsigned gateways)
{
    world_start(&running, &(world_options){.program = "./painter",
                                           .gateways = gateways,
                                           .workers = gateways,
                                           .bus = gateways != 0 ? "ipc" : NULL});
    raw_port = world_port(&running, 0);
}

static void tear_down(void)
{
    world_stop(&running);
}

typedef struct page {
    received answer; // its head
    char html[16384];
} page;

static void ask_on(int peer, const char *url, const char *more)
{
    char head[10000];
    int size = snprintf(head, sizeof head, "GET %s HTTP/1.1\r\nHost: a\r\n%s\r\n", url, more);
    raw_put(peer, head, (size_t)size);
}

// The answer, all of it; the connection goes on.
static const page *take_from(int peer)
{
    static page self;
    self = (page){.answer = {.status = 0}};
    snprintf(self.answer.head, sizeof self.answer.head, "%s", raw_take_head(peer));
    self.answer.status = raw_status_of(self.answer.head);
    size_t size = strtoul(received_header(&self.answer, "content-length"), NULL, 10);
    ck_assert_uint_lt(size, sizeof self.html);
    raw_take(peer, self.html, size);
    return &self;
}

static const page *get(const char *url, const char *more)
{
    int peer = raw_dial();
    ck_assert_int_ge(peer, 0);
    ask_on(peer, url, more);
    const page *self = take_from(peer);
    close(peer);
    return self;
}

static bool is_painted(const page *self)
{
    ck_assert_uint_eq(self->answer.status, 200);
    ck_assert_ptr_nonnull(strstr(self->html, "<div class=\"t-app\""));
    return strstr(self->html, "<main class=\"t-paint\">") != NULL;
}

// On a loaded machine the text may come later than a page waits for it.
static const page *get_painted(const char *url, const char *more)
{
    const page *self = NULL;
    eventually(is_painted(self = get(url, more)));
    return self;
}

static bool is_painted_again(int peer)
{
    ask_on(peer, "/", "");
    return is_painted(take_from(peer));
}

static bool are_painted_in_order(int peer)
{
    ask_on(peer, "/x", "");
    ask_on(peer, "/y", "");
    bool is_first = strstr(take_from(peer)->html, "At &lt;/x&gt;") != NULL;
    return strstr(take_from(peer)->html, "At &lt;/y&gt;") != NULL && is_first;
}

#define HAS(self, part)                                                                            \
    ck_assert_msg(strstr((self)->html, part) != NULL, "no %s in %s", part, (self)->html)

START_TEST(text_title_and_description_are_in_the_page)
{
    start(0);
    const page *self = get_painted("/a%20b/c+d?x=1&y=%26%2B", "");
    HAS(self, "<p>At &lt;/a%20b/c+d?x=1&amp;y=%26%2B&gt; &amp; &quot;here&quot;</p>");
    HAS(self, "<title>Painter &lt;&gt;</title>");
    HAS(self, "<meta name=\"description\" content=\"At &lt;/a%20b/c+d");
    HAS(self, "<meta property=\"og:title\" content=\"Painter &lt;&gt;\" />");
    HAS(self, "href=\"assets/paint-");
    HAS(self, "src=\"assets/paint-");
    ck_assert_str_eq(received_header(&self->answer, "content-type"), "text/html; charset=utf-8");
    ck_assert_str_eq(received_header(&self->answer, "cache-control"), "private, no-cache");
    ck_assert_str_eq(received_header(&self->answer, "etag"), "");
    ck_assert_ptr_nonnull(strstr(self->answer.head, "content-security-policy: default-src 'self'"));
    // Nothing else is.
    received answer = receiver_get("/favicon.svg", "");
    ck_assert_str_eq(received_header(&answer, "cache-control"), "no-cache");
    answer = receiver_get("/no/such/file.png", "Accept: image/png\r\n");
    ck_assert_uint_eq(answer.status, 404);
}
END_TEST

START_TEST(an_address_is_never_markup)
{
    start(0);
    const page *self = get_painted("/%22%3E%3Cscript%3Ealert(1)%3C/script%3E?%3Cb%3E=%22", "");
    ck_assert_ptr_null(strstr(self->html, "<script>"));
    ck_assert_ptr_null(strstr(self->html, "<b>"));
    // Bytes that are no text stay encoded, in a text.
    HAS(get_painted("/%ff%fe", ""), "At &lt;/%FF%FE&gt;");
    // One of 8 KB.
    static char url[8100];
    memset(url, 'a', sizeof url - 1);
    url[0] = '/';
    self = get(url, "");
    ck_assert(self->answer.status == 414 || self->answer.status == 200);
    get_painted("/", "");
}
END_TEST

START_TEST(what_was_asked_for_by_somebody_is_theirs_alone)
{
    setenv("TROUPE_PROXY_USER_HEADER", "X-Forwarded-User", 1);
    setenv("TROUPE_TRUSTED_PROXIES", "127.0.0.1", 1);
    start(0);
    const page *self = get_painted("/", "X-Forwarded-User: ada\r\n");
    HAS(self, "<title>Painter &lt;ada&gt;</title>");
    ck_assert_str_eq(received_header(&self->answer, "cache-control"), "private, no-store");
    self = get_painted("/", "");
    HAS(self, "<title>Painter &lt;&gt;</title>");
    ck_assert_str_eq(received_header(&self->answer, "cache-control"), "private, no-cache");
}
END_TEST

START_TEST(other_ways_to_ask_are_answered_alike)
{
    start(0);
    received answer = receiver_ask("HEAD", "/", "");
    ck_assert_uint_eq(answer.status, 200);
    ck_assert_str_eq(received_header(&answer, "cache-control"), "private, no-cache");
    ck_assert_str_eq(received_header(&answer, "etag"), "");
    ck_assert_str_eq(received_header(&answer, "content-length"), "");
    get_painted("/", "If-None-Match: *\r\n");
    answer = receiver_get("/", "Range: bytes=0-8\r\n");
    ck_assert_uint_eq(answer.status, 206);
    ck_assert_uint_eq(answer.size, 9);
    // One after the other, on one connection.
    int peer = raw_dial();
    for (unsigned i = 0; i < 3; i++)
        eventually(is_painted_again(peer));
    eventually(are_painted_in_order(peer));
    close(peer);
}
END_TEST

START_TEST(without_a_worker_the_page_is_served_all_the_same)
{
    char more[128];
    start(1);
    get_painted("/", "");
    process_kill(&running.workers[0]);
    eventually(!is_painted(get("/", "")));
    const page *self = get("/", "");
    ck_assert(!is_painted(self));
    ck_assert_str_eq(received_header(&self->answer, "cache-control"), "no-cache");
    snprintf(more, sizeof more, "If-None-Match: %s\r\n", received_header(&self->answer, "etag"));
    ck_assert_uint_eq(receiver_get("/", more).status, 304);
    world_start_worker(&running, 0);
    get_painted("/", "");
}
END_TEST

// Its worker has nothing else to do until the page is there.
START_TEST(a_slow_worker_is_waited_for_a_moment)
{
    char file[64] = "/tmp/troupe-paint-XXXXXX";
    char url[128];
    start(1);
    get_painted("/", "");
    int made = mkstemp(file);
    ck_assert_int_ge(made, 0);
    close(made);
    unlink(file);
    snprintf(url, sizeof url, "/blocks?file=%s", file);
    ck_assert(!is_painted(get(url, "")));
    made = open(file, O_CREAT | O_WRONLY, 0600);
    close(made);
    get_painted("/", "");
    unlink(file);
}
END_TEST

START_TEST(who_leaves_meanwhile_is_no_matter)
{
    start(0);
    for (unsigned i = 0; i < 20; i++) {
        int peer = raw_dial();
        ask_on(peer, "/waits", "");
        close(peer);
    }
    get_painted("/", "");
}
END_TEST

// So many ask at once.
static bool all_are_painted(const char *path, unsigned count)
{
    enum { CAP = 100 };
    int peers[CAP];
    unsigned painted = 0;
    ck_assert_uint_le(count, CAP);
    for (unsigned i = 0; i < count; i++) {
        peers[i] = raw_dial();
        ask_on(peers[i], path, "");
    }
    for (unsigned i = 0; i < count; i++) {
        painted += is_painted(take_from(peers[i]));
        close(peers[i]);
    }
    return painted == count;
}

// More than may be under way: the others get the page without it.
START_TEST(a_crowd_is_served_with_it_or_without)
{
    start(0);
    ck_assert(!all_are_painted("/waits", 100));
    get_painted("/", "");
}
END_TEST

// A few at once: one after the other they may cost less of the time than is allowed, on a slow machine.
START_TEST(what_costs_much_is_not_done_for_everybody)
{
    start(0);
    get_painted("/spins", "");
    eventually(!all_are_painted("/spins", 4));
}
END_TEST

Suite *first_paint_suite(void);
Suite *first_paint_suite(void)
{
    Suite *suite = suite_create("first_paint");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, set_up, tear_down);
    tcase_set_timeout(all, 60);
    tcase_add_test(all, text_title_and_description_are_in_the_page);
    tcase_add_test(all, an_address_is_never_markup);
    tcase_add_test(all, what_was_asked_for_by_somebody_is_theirs_alone);
    tcase_add_test(all, other_ways_to_ask_are_answered_alike);
    tcase_add_test(all, without_a_worker_the_page_is_served_all_the_same);
    tcase_add_test(all, a_slow_worker_is_waited_for_a_moment);
    tcase_add_test(all, who_leaves_meanwhile_is_no_matter);
    tcase_add_test(all, a_crowd_is_served_with_it_or_without);
    tcase_add_test(all, what_costs_much_is_not_done_for_everybody);
    suite_add_tcase(suite, all);
    return suite;
}
