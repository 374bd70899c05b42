// A cluster with a key: everything that dials its bus works with the key and gets nothing without;
// a setting that would leave the bus open, or a key file that others can read, ends the start with
// one line.

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/keys.h"
#include "tests/support/world.h"

static world here;
static key_files made;
static world_process stranger;
static tr_buf out;
static tr_buf err;

static void set_up(void)
{
    key_files_make(&made);
}

static void tear_down(void)
{
    process_kill(&stranger);
    world_stop(&here);
    key_files_remove(&made);
    tr_buf_done(&out);
    tr_buf_done(&err);
}

#define run(program, ...) run_program(program, (const char *const[]){__VA_ARGS__, NULL})

static int run_program(const char *program, const char *const *arguments)
{
    out.size = err.size = 0;
    return program_run(program, arguments, &out, &err);
}

static bool shows(const world_process *process)
{
    char name[32];
    snprintf(name, sizeof name, ":%d ", (int)process->pid);
    return strstr(tr_buf_text(&out), name) != NULL;
}

static int nodes(const char *key)
{
    bool is_ours = key == made.files[0];
    return run("troupe", "nodes", "--bus", here.endpoint, "--timeout", is_ours ? "20" : "3",
               key != NULL ? "--bus-key" : "--json", key);
}

static int check(const char *role, const char *key)
{
    return run(NULL, "--check", "--role", role, "--broker", here.endpoint,
               key != NULL ? "--bus-key" : "--insecure-bus", key);
}

// A worker that has no key, or another cluster's, joins nothing.
static void stays_outside(const char *key)
{
    program_start(&stranger, NULL,
                  (const char *const[]){"--role", "worker", "--broker", here.endpoint, "--threads",
                                        "1", "--log", "error",
                                        key != NULL ? "--bus-key" : "--insecure-bus", key, NULL},
                  -1);
    ck_assert_int_eq(check("worker", made.files[0]), 0); // time passes: the broker was asked
    ck_assert_int_eq(nodes(made.files[0]), 0);
    ck_assert_msg(!shows(&stranger), "%s", tr_buf_text(&out));
    process_kill(&stranger);
}

START_TEST(a_cluster_with_a_key_has_no_room_for_strangers)
{
    world_start(
        &here,
        &(world_options){
            .gateways = 1, .workers = 1, .handlers = 1, .bus = "tcp", .bus_key = made.files[0]});
    browser *page = browser_open(world_port(&here, 0));
    browser_click(page, "ask who");
    eventually(browser_text(page, "who")[0] != '\0');
    ck_assert_int_eq(world_handler_pid(page), here.handlers[0].pid);
    ck_assert_int_eq(nodes(made.files[0]), 0);
    ck_assert(shows(&here.workers[0]) && shows(&here.gateways[0]) && shows(&here.handlers[0]));
    ck_assert_int_eq(nodes(NULL), 1);
    ck_assert_uint_eq(out.size, 0);
    ck_assert_int_eq(nodes(made.files[1]), 1);
    ck_assert_uint_eq(out.size, 0);
    ck_assert_int_eq(check("worker", made.files[0]), 0);
    ck_assert_int_eq(check("broker", made.files[0]), 0);
    ck_assert_int_eq(check("worker", NULL), 1);
    ck_assert_int_eq(check("worker", made.files[1]), 1);
    stays_outside(NULL);
    stays_outside(made.files[1]);
    browser_click(page, "ask who");
    eventually(browser_number(page, "who") == (unsigned)here.workers[0].pid);
    browser_free(page);
}
END_TEST

// -- another app --

static char logs[2][KEY_PATH_BYTES];

// Standard error of a process of this app goes to a file.
static void start_logged(world_process *process, const char *app, const char *role,
                         const char *store, unsigned log)
{
    FILE *file = fopen(logs[log], "a");
    ck_assert_ptr_nonnull(file);
    const char *broker = here.endpoint[0] != '\0' ? here.endpoint : "tcp://127.0.0.1:0";
    program_start(process, app,
                  (const char *const[]){"--role", role, "--broker", broker, "--threads", "1",
                                        "--log", "warn", "--port", "0",
                                        store != NULL ? "--durability" : NULL, "sync", "--store",
                                        store, NULL},
                  fileno(file));
    fclose(file);
}

static bool says(unsigned log, const char *text)
{
    char line[1024];
    bool found = false;
    FILE *file = fopen(logs[log], "r");
    ck_assert_ptr_nonnull(file);
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = strstr(line, text) != NULL;
    fclose(file);
    browsers_wait();
    return found;
}

static void start_broker(void)
{
    for (unsigned i = 0; i < 2; i++)
        snprintf(logs[i], sizeof logs[i], "%s/%u.log", made.folder, i);
    start_logged(&here.broker, "counter", "broker", NULL, 0);
    ck_assert_int_eq(sscanf(here.broker.line, "listening on %255s", here.endpoint), 1);
}

static void start_gateway(void)
{
    start_logged(&here.gateways[0], "counter", "gateway", NULL, 0);
    here.ports[0] = (unsigned)strtoul(strrchr(here.gateways[0].line, ':') + 1, NULL, 10);
    world_await_sessions(&here, 0);
}

START_TEST(a_worker_of_another_app_serves_nobody)
{
    enum { VISITORS = 20 };
    start_broker();
    start_logged(&stranger, "todo", "worker", NULL, 1);
    start_logged(&here.workers[0], "counter", "worker", NULL, 0);
    start_gateway();
    eventually(says(0, "event=hello_refused"));
    ck_assert(says(0, "app=\"Todo\" ours=\"Counter\""));
    eventually(says(1, "event=refused_by_broker"));
    ck_assert(says(1, "app=\"Todo\" theirs=\"Counter\""));
    for (unsigned i = 0; i < VISITORS; i++) {
        browser *page = browser_open(here.ports[0]);
        ck_assert(browser_sees(page, "0"));
        browser_free(page);
    }
    ck_assert_int_eq(run("troupe", "nodes", "--bus", here.endpoint), 0);
    ck_assert(shows(&here.workers[0]) && !shows(&stranger));
}
END_TEST

static const char *file_of(const char *name)
{
    static char urls[2][KEY_PATH_BYTES + 16];
    static unsigned next;
    char *url = urls[next++ % 2];
    snprintf(url, sizeof urls[0], "lmdb:%s/%s", made.folder, name);
    return url;
}

// As with a file of that name on each of two machines. One of this store comes in afterwards as ever.
START_TEST(a_worker_with_another_store_serves_nobody)
{
    start_broker();
    start_logged(&here.workers[0], "counter", "worker", file_of("ours"), 0);
    start_gateway();
    browser *page = browser_open(here.ports[0]);
    ck_assert(browser_sees(page, "0"));
    browser_click(page, "Add one");
    eventually(browser_sees(page, "1"));
    start_logged(&stranger, "counter", "worker", file_of("theirs"), 1);
    eventually(says(0, "event=hello_refused"));
    ck_assert(says(0, "reason=another_store"));
    eventually(says(1, "event=refused_by_broker"));
    ck_assert(says(1, "reason=another_store"));
    start_logged(&here.workers[1], "counter", "worker", file_of("ours"), 0);
    eventually(run("troupe", "nodes", "--bus", here.endpoint) == 0 && shows(&here.workers[1]));
    ck_assert(shows(&here.workers[0]) && !shows(&stranger));
    process_kill(&here.workers[0]);
    browser_reconnect(page, here.ports[0]);
    browser_click(page, "Add one");
    eventually(browser_sees(page, "2"));
    browser_free(page);
}
END_TEST

// -- what ends the start --

static void refused(int code, const char *why)
{
    ck_assert_int_eq(code, 2);
    ck_assert_msg(strstr(tr_buf_text(&err), why) != NULL, "'%s' does not say '%s'",
                  tr_buf_text(&err), why);
    ck_assert_ptr_eq(strchr(tr_buf_text(&err), '\n'), tr_buf_text(&err) + err.size - 1);
    ck_assert_uint_eq(out.size, 0);
}

START_TEST(an_open_bus_is_refused_in_one_line)
{
    refused(run("counter", "--role", "broker", "--broker", "tcp://0.0.0.0:0"), "--insecure-bus");
    refused(run("counter", "--role", "broker", "--broker", "tcp://*:0"), "troupe keygen");
    refused(run("counter", "--bus", "tcp://0.0.0.0", "--port", "0"), "tcp://0.0.0.0");
    refused(run("counter", "--role", "worker", "--broker", "tcp://127.0.0.1:9", "--bus",
                "tcp://0.0.0.0"),
            "--insecure-bus");
    program_start(&stranger, "counter",
                  (const char *const[]){"--role", "broker", "--broker", "tcp://0.0.0.0:0",
                                        "--insecure-bus", NULL},
                  -1);
    ck_assert_ptr_nonnull(strstr(stranger.line, "tcp://0.0.0.0:"));
}
END_TEST

START_TEST(a_bad_key_file_is_refused_in_one_line)
{
    const char *key = made.files[0];
    ck_assert_int_eq(chmod(key, 0640), 0);
    refused(run("counter", "--role", "broker", "--broker", "ipc://@none", "--bus-key", key),
            "chmod 600");
    refused(run("counter", "--check", "--broker", "tcp://127.0.0.1:9", "--bus-key", key),
            "chmod 600");
    refused(run("troupe", "ps", "--bus", "tcp://127.0.0.1:9", "--bus-key", key), "chmod 600");
    setenv("TROUPE_BUS_KEY", key, 1);
    refused(run("counter", "--role", "broker", "--broker", "ipc://@none"), "chmod 600");
    refused(run("troupe", "ps", "--bus", "tcp://127.0.0.1:9"), "chmod 600");
    unsetenv("TROUPE_BUS_KEY");
    refused(run("counter", "--role", "broker", "--broker", "ipc://@none", "--bus-key", "/nowhere"),
            "No such file");
}
END_TEST

START_TEST(keygen_makes_a_key_and_never_writes_over_one)
{
    char path[KEY_PATH_BYTES];
    struct stat facts;
    snprintf(path, sizeof path, "%s/cluster.key", made.folder);
    ck_assert_int_eq(run("troupe", "keygen", path), 0);
    ck_assert_ptr_nonnull(strstr(tr_buf_text(&out), "--bus-key"));
    ck_assert_int_eq(stat(path, &facts), 0);
    ck_assert_uint_eq(facts.st_mode & 0777, 0600);
    refused(run("troupe", "keygen", path), "is there already");
    refused(run("troupe", "keygen", "/nowhere/a.key"), "cannot be written");
    refused(run("troupe", "keygen"), "one file");
}
END_TEST

Suite *stories_trust_suite(void);

Suite *stories_trust_suite(void)
{
    Suite *suite = suite_create("trust");
    TCase *tests = tcase_create("key");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, a_cluster_with_a_key_has_no_room_for_strangers);
    tcase_add_test(tests, a_worker_of_another_app_serves_nobody);
    tcase_add_test(tests, a_worker_with_another_store_serves_nobody);
    tcase_add_test(tests, an_open_bus_is_refused_in_one_line);
    tcase_add_test(tests, a_bad_key_file_is_refused_in_one_line);
    tcase_add_test(tests, keygen_makes_a_key_and_never_writes_over_one);
    suite_add_tcase(suite, tests);
    return suite;
}
