// `troupe ps` of a process one of whose core threads is kept by code: it cannot answer, and its
// neighbour says who keeps it.

#include <check.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/system.h"
#include "tests/support/world.h"

static tr_system *here;
static tr_buf out;
static tr_buf err;
static _Atomic bool may_go_on;

static void tear_down(void)
{
    may_go_on = true;
    tr_system_stop(&here);
    tr_buf_done(&out);
    tr_buf_done(&err);
}

static void keep_thread(tr_actor *self, tr_message *message)
{
    (void)self;
    uint64_t end_ms = tr_clock_ms() + 2 * TEST_DEADLINE_MS;
    while (TR_TYPE(message) == TR_MSG_probe && !may_go_on && tr_clock_ms() < end_ms)
        usleep(1000);
}

static const tr_behaviour keeper = {.name = "keeper", .on_message = keep_thread};

static void begin_to_keep(tr_core *core, void *arg)
{
    tr_address address;
    (void)arg;
    ok(tr_spawn(core, &keeper, NULL, 0, &address));
    ok(tr_send(core, TR_NOWHERE, address, probe, .number = 1));
}

static bool shows(const char *form, const char *text)
{
    out.size = err.size = 0;
    (void)program_run("troupe",
                      (const char *const[]){"ps", "--bus", tr_system_endpoint(here, 0), "--timeout",
                                            "1", form, NULL},
                      &out, &err);
    return strstr(tr_buf_text(&out), text) != NULL;
}

START_TEST(a_core_thread_that_code_keeps_is_shown_with_that_code)
{
    here = system_up_with(&(tr_system_options){.core_count = 2, .bus_endpoint = "tcp://127.0.0.1"});
    ok(tr_system_post(here, 1, begin_to_keep, NULL));
    uint64_t end_ms = tr_clock_ms() + TEST_DEADLINE_MS;
    while (!shows("--json", "\"handler\":\"keeper\""))
        ck_assert_msg(tr_clock_ms() < end_ms, "%s%s", tr_buf_text(&out), tr_buf_text(&err));
    ck_assert(strstr(tr_buf_text(&out), "\"core\":1,\"ms\":") != NULL);
    ck_assert_msg(shows("--tree", "keeper"), "%s", tr_buf_text(&out));
    ck_assert(strstr(tr_buf_text(&out), "BUSY") != NULL);
    ck_assert(strstr(tr_buf_text(&err), "nobody answers") != NULL);
}
END_TEST

Suite *busy_suite(void);
Suite *busy_suite(void)
{
    Suite *suite = suite_create("busy");
    TCase *tests = tcase_create("ps");
    tcase_set_timeout(tests, 90);
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_test(tests, a_core_thread_that_code_keeps_is_shown_with_that_code);
    suite_add_tcase(suite, tests);
    return suite;
}
