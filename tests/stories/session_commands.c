// `troupe sessions`, `shards` and `evict` against running clusters.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/scratch.h"
#include "tests/support/troupe_command.h"
#include "tests/support/world.h"
#include "wire/limits.h"
#include "wire/session_id.h"

enum { PAGES = 6 };

static world here;
static char folder[64];
static char named[TR_SESSION_SHOWN_SIZE + 1];

static void set_up(bool has_store, unsigned workers)
{
    static char url[128];
    scratch_make(folder, sizeof folder, "commands");
    (void)snprintf(url, sizeof url, "lmdb:%s/sessions", folder);
    world_start(&here, &(world_options){.gateways = 1,
                                        .workers = workers,
                                        .threads = "2",
                                        .bus = "tcp",
                                        .store = has_store ? url : NULL});
}

static void tear_down(void)
{
    troupe_done();
    world_stop(&here);
    scratch_remove(folder);
}

#define TELL(...) troupe(__VA_ARGS__, "--bus", here.endpoint, "--timeout", "20")

static unsigned count_of(const char *text)
{
    unsigned count = 0;
    for (const char *at = tr_buf_text(&troupe_out); (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

static browser *page_with(const char *count)
{
    browser *b = browser_open(world_port(&here, 0));
    browser_click(b, "add");
    eventually(browser_sees(b, count));
    return b;
}

static const char *name_of(browser *b)
{
    (void)snprintf(named, sizeof named, "%s", browser_session_id(b));
    return named;
}

// One that is on its way from one worker to another is at neither.
static bool are_all_shown(browser *const pages[PAGES])
{
    for (unsigned i = 0; i < PAGES; i++)
        if (!troupe_shows(name_of(pages[i])))
            return false;
    return true;
}

START_TEST(sessions_says_who_has_them_and_tells_no_key)
{
    browser *pages[PAGES];
    char away[sizeof named];
    set_up(true, 2);
    world_await_workers(&here);
    for (unsigned i = 0; i < PAGES; i++)
        pages[i] = page_with("1");
    browser_close(pages[0]);
    (void)snprintf(away, sizeof away, "%s", name_of(pages[0]));
    for (uint64_t until = deadline_in_ms(BROWSER_DEADLINE_MS);;) {
        ck_assert_int_eq(TELL("sessions"), 0);
        const char *line = strstr(tr_buf_text(&troupe_out), away);
        if (line != NULL && strcspn(line, "\n") > 0 && strstr(line, "away") != NULL &&
            strstr(line, "saved") != NULL && are_all_shown(pages))
            break;
        ck_assert(!deadline_passed(until));
    }
    for (unsigned i = 0; i < PAGES; i++)
        ck_assert(!troupe_shows(browser_session_id(pages[i]))); // all of it would open the page
    ck_assert_uint_eq(count_of(" lmdb\n"), 4);                  // a line for each core thread
    ck_assert_int_eq(TELL("sessions", "--limit", "0", "--json"), 0);
    ck_assert_uint_eq(count_of("\"sessions\":[]"), 4);
    ck_assert_int_eq(TELL("sessions", "--limit", "1"), 0);
    ck_assert(troupe_shows(" more: --limit N shows N"));
    ck_assert_int_eq(TELL("sessions", "--limit", "much"), 2);
    for (unsigned i = 0; i < PAGES; i++)
        browser_free(pages[i]);
    tear_down();
}
END_TEST

START_TEST(shards_says_who_owns_them_and_what_nobody_does)
{
    set_up(true, 2);
    world_await_workers(&here);
    do
        ck_assert_int_eq(TELL("shards"), 0);
    while (troupe_shows("have no owner") || troupe_shows("have several owners"));
    ck_assert_int_eq(TELL("shards", "--json"), 0);
    ck_assert_uint_eq(count_of("\"shard\":"), TR_SHARDS);
    ck_assert(troupe_shows("\"without_owner\":[]"));
    // Seen without one of them, its shards are nobody's.
    char name[64];
    char host[32] = "";
    gethostname(host, sizeof host - 1);
    (void)snprintf(name, sizeof name, "%s:%d", host, (int)here.workers[0].pid);
    ck_assert_int_eq(TELL("shards", "--node", name), 0);
    ck_assert(troupe_shows("of 1024 shards have no owner among those that answered: "));
    ck_assert_int_eq(count_of(host), 2);
    tear_down();
}
END_TEST

START_TEST(an_evicted_session_comes_back_from_the_store)
{
    char id[64];
    set_up(true, 2);
    world_await_workers(&here);
    browser *b = page_with("1");
    browser *connected = page_with("1");
    (void)snprintf(id, sizeof id, "%s", browser_session_id(b));
    browser_close(b);
    ck_assert_msg(TELL("evict", name_of(b)) == 0, "%s", tr_buf_text(&troupe_err));
    ck_assert(troupe_shows(named) &&
              troupe_shows(": in the store, and no longer in the memory of "));
    ck_assert_int_eq(TELL("sessions"), 0);
    ck_assert(!troupe_shows(named));
    ck_assert_int_eq(TELL("evict", named), 1);
    ck_assert(troupe_complains(": no session in memory begins so\n"));
    browser_reload(b, world_port(&here, 0));
    ck_assert_str_eq(browser_session_id(b), id);
    ck_assert_str_eq(browser_text(b, "count"), "1");
    // One that somebody looks at comes back at once.
    (void)snprintf(id, sizeof id, "%s", browser_session_id(connected));
    ck_assert_int_eq(TELL("evict", name_of(connected)), 0);
    eventually(browser_close_code(connected) == 1012);
    browser_reconnect(connected, world_port(&here, 0));
    ck_assert_str_eq(browser_session_id(connected), id);
    browser_click(connected, "add");
    eventually(browser_sees(connected, "2"));
    browser_free(b);
    browser_free(connected);
    tear_down();
}
END_TEST

START_TEST(a_session_whose_handler_runs_is_not_evicted)
{
    set_up(true, 1);
    browser *b = page_with("1");
    browser_click(b, "keep");
    eventually(browser_text(b, "status")[0] != '\0');
    ck_assert_int_eq(troupe("evict", name_of(b), "--bus", here.endpoint, "--timeout", "5"), 1);
    ck_assert_msg(
        troupe_complains(": nothing was done: a handler of it runs, or it is not saved yet"), "%s",
        tr_buf_text(&troupe_err));
    ck_assert_uint_eq(browser_close_code(b), 0);
    browser_free(b);
    tear_down();
}
END_TEST

START_TEST(without_a_store_only_an_explicit_end_ends_it)
{
    char id[64];
    set_up(false, 1);
    browser *b = page_with("1");
    (void)snprintf(id, sizeof id, "%s", browser_session_id(b));
    ck_assert_int_eq(TELL("sessions"), 0);
    ck_assert_uint_ge(count_of(" none\n"), 2); // of the worker, and of the session
    ck_assert_int_eq(TELL("evict", name_of(b)), 1);
    ck_assert(troupe_complains(": nothing was done: no store keeps it; --end ends it for good\n"));
    ck_assert_int_eq(TELL("evict", "--end", named), 0);
    ck_assert(troupe_shows(": ended for good, at "));
    eventually(browser_close_code(b) == 1012);
    browser_reload(b, world_port(&here, 0));
    ck_assert_str_ne(browser_session_id(b), id);
    browser_free(b);
    tear_down();
}
END_TEST

START_TEST(an_ended_session_is_in_the_store_no_more)
{
    char id[64];
    set_up(true, 1);
    browser *b = page_with("1");
    (void)snprintf(id, sizeof id, "%s", browser_session_id(b));
    browser_close(b);
    ck_assert_int_eq(TELL("evict", "--end", name_of(b)), 0);
    browser_reload(b, world_port(&here, 0));
    ck_assert_str_ne(browser_session_id(b), id);
    browser_free(b);
    tear_down();
}
END_TEST

static const struct {
    const char *name;
    int code;
    const char *says;
} misnamed[] = {
    {"aaaaaaaa", 1, "aaaaaaaa: no session in memory begins so\n"},
    {"aaaaa", 1, "aaaaa: no session's id begins so; six characters at least"},
    {"AAAAAAAA", 1, "AAAAAAAA: no session's id begins so"},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1, "no session's id begins so"},
};
enum { MISNAMED = sizeof misnamed / sizeof *misnamed };

START_TEST(what_names_no_session_is_one_line)
{
    set_up(true, 1);
    for (unsigned i = 0; i < MISNAMED; i++) {
        ck_assert_int_eq(TELL("evict", misnamed[i].name), misnamed[i].code);
        ck_assert_msg(troupe_complains(misnamed[i].says), "%s", tr_buf_text(&troupe_err));
        ck_assert_uint_eq(troupe_out.size, 0);
    }
    ck_assert_int_eq(TELL("evict"), 2);
    ck_assert_int_eq(TELL("sessions", "--end"), 2);
    tear_down();
}
END_TEST

Suite *session_commands_suite(void);
Suite *session_commands_suite(void)
{
    Suite *suite = suite_create("session_commands");
    TCase *tests = tcase_create("commands");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, sessions_says_who_has_them_and_tells_no_key);
    tcase_add_test(tests, shards_says_who_owns_them_and_what_nobody_does);
    tcase_add_test(tests, an_evicted_session_comes_back_from_the_store);
    tcase_add_test(tests, a_session_whose_handler_runs_is_not_evicted);
    tcase_add_test(tests, without_a_store_only_an_explicit_end_ends_it);
    tcase_add_test(tests, an_ended_session_is_in_the_store_no_more);
    tcase_add_test(tests, what_names_no_session_is_one_line);
    suite_add_tcase(suite, tests);
    return suite;
}
