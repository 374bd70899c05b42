// A page that ends each process that goes on with it, beside others that people click in: it is set aside, and
// nobody else loses anything.

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/chaos/crowd.h"
#include "tests/support/system.h"
#include "tests/support/troupe_command.h"
#include "wire/close_code.h"
#include "wire/session_id.h"

// WORKER_ENDS: with the page where it was, and once for each try.
enum {
    PEOPLE = 200,
    FEW = 20,
    CLICKS_EACH_MS = 2000,
    CLICKS = 2,
    WORKERS = 3,
    WORKER_ENDS = 4,
    ILL_ENDS = 3
};

static crowd here;

static const visitor_app adds = {.name = "poison",
                                 .program = "./poison",
                                 .sign = "add",
                                 .act = visitor_adds,
                                 .look = visitor_sees_count};

static void set_up(unsigned people)
{
    chaos_seed(1);
    crowd_begin(&here, &adds,
                &(cluster_options){
                    .count = {[PART_BROKER] = 1, [PART_GATEWAY] = 1, [PART_WORKER] = WORKERS},
                    .durability = "sync",
                    .may_crash = true},
                people);
}

static void tear_down(void)
{
    crowd_click(&here, CLICKS, CLICKS_EACH_MS);
    crowd_check(&here, "beside a page that ends its process");
    troupe_done();
    crowd_end(&here, false);
}

static unsigned door(void)
{
    visitor_doors doors;
    cluster_doors(&here.cluster, &doors);
    ck_assert_uint_ne(doors.count, 0);
    return doors.ports[0];
}

static unsigned worker_ends(void)
{
    unsigned starts = 0;
    for (unsigned i = 0; i < WORKERS; i++)
        starts += cluster_part(&here.cluster, PART_WORKER, i)->starts;
    return starts - WORKERS;
}

#define MEANWHILE(condition)                                                                       \
    do {                                                                                           \
        uint64_t until = deadline_in_ms(BROWSER_DEADLINE_MS);                                      \
        while (!(condition)) {                                                                     \
            ck_assert_msg(!deadline_passed(until), "%s: %s", #condition, browsers_told());         \
            crowd_turn(&here, CLICKS_EACH_MS);                                                     \
        }                                                                                          \
    } while (0)

// Comes until it has a page, or is told that there will be none.
static unsigned come(browser *b)
{
    for (;;) {
        MEANWHILE(browser_come(b, door()));
        MEANWHILE(browser_close_code(b) != 0 || browser_has_page(b));
        unsigned code = browser_close_code(b);
        if (code == 0 || (code >= 4400 && code < 4500))
            return code;
    }
}

static browser *poisoned(void)
{
    browser *b = browser_open_as(door(), BROWSER_COUNTS, NULL);
    browser_click(b, "add");
    browser_click(b, "poison");
    MEANWHILE(strcmp(browser_text(b, "look"), "poisoned") == 0 && browser_unsafe(b) == 0);
    return b;
}

static unsigned said(const char *text)
{
    unsigned count = 0;
    for (unsigned i = 0; i < WORKERS; i++)
        count +=
            cluster_has_logged(&here.cluster, cluster_part(&here.cluster, PART_WORKER, i), text);
    return count;
}

#define TELL(...) troupe(__VA_ARGS__, "--bus", here.cluster.brokers[0], "--timeout", "20")

// By the worker that has its shard now, once its browser has been there.
static void is_listed(browser *b, const char *name)
{
    for (uint64_t until = deadline_in_ms(BROWSER_DEADLINE_MS);;) {
        ck_assert_uint_eq(come(b), TR_CLOSE_SET_ASIDE);
        ck_assert_int_eq(TELL("sessions", "--limit", "1000"), 0);
        const char *line = strstr(tr_buf_text(&troupe_out), name);
        if (line != NULL && strstr(line, "set aside") != NULL)
            return;
        ck_assert_msg(!deadline_passed(until), "%s: %s", name, tr_buf_text(&troupe_out));
    }
}

START_TEST(a_page_that_ends_its_process_each_time_is_set_aside)
{
    char name[TR_SESSION_SHOWN_SIZE + 1];
    set_up(PEOPLE);
    browser *b = poisoned();
    (void)snprintf(name, sizeof name, "%s", browser_session_id(b));
    unsigned code = 0;
    do
        code = come(b);
    while (code == 0);
    ck_assert_uint_eq(code, TR_CLOSE_SET_ASIDE);
    crowd_click(&here, 1, CLICKS_EACH_MS); // the last end is known by then
    MEANWHILE(cluster_is_up(&here.cluster));
    ck_assert_uint_le(worker_ends(), WORKER_ENDS);
    unsigned ends = worker_ends();
    // It stays so, and costs nobody anything.
    ck_assert_uint_eq(come(b), TR_CLOSE_SET_ASIDE);
    ck_assert_uint_eq(worker_ends(), ends);
    ck_assert_uint_ge(said("event=session_set_aside"), 1);
    is_listed(b, name);
    // An operator has it tried once more.
    ck_assert_int_eq(TELL("evict", name), 0);
    MEANWHILE(browser_come(b, door()));
    MEANWHILE(worker_ends() > ends);
    browser_free(b);
    tear_down();
}
END_TEST

// Before it has a session there is nothing that could be set aside.
START_TEST(a_visitor_whose_page_cannot_be_built_is_put_off)
{
    set_up(FEW);
    const part *gateway = cluster_part(&here.cluster, PART_GATEWAY, 0);
    browser *b = browser_idle(BROWSER_COUNTS);
    browser_go_to(b, "/ill");
    for (unsigned code = 0; code != TR_CLOSE_TRY_LATER;) {
        MEANWHILE(cluster_is_up(&here.cluster) && browser_come(b, door()));
        MEANWHILE(browser_close_code(b) != 0);
        code = browser_close_code(b);
    }
    ck_assert(cluster_has_logged(&here.cluster, gateway, "event=page_put_off"));
    MEANWHILE(worker_ends() >= ILL_ENDS && cluster_is_up(&here.cluster));
    ck_assert_uint_eq(worker_ends(), ILL_ENDS);
    // Where nothing is ill, the same visitor has a page.
    browser_go_to(b, "/");
    ck_assert_uint_eq(come(b), 0);
    browser_free(b);
    tear_down();
}
END_TEST

Suite *poison_suite(void);
Suite *poison_suite(void)
{
    Suite *suite = suite_create("poison");
    TCase *tests = tcase_create("a page that crashes");
    tcase_set_timeout(tests, 600);
    // What its processes do is what other stories have a sanitizer look at.
    if (TEST_UNDER_SANITIZER) {
        suite_add_tcase(suite, tests);
        return suite;
    }
    tcase_add_test(tests, a_page_that_ends_its_process_each_time_is_set_aside);
    tcase_add_test(tests, a_visitor_whose_page_cannot_be_built_is_put_off);
    suite_add_tcase(suite, tests);
    return suite;
}
