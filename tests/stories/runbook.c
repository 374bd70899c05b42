// The runbook of docs/operations.md: each failure is made, and what the page says of it, the lines of the
// log and the metrics, is what an operator sees then.

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/operator.h"
#include "tests/support/postgres.h"
#include "tests/support/scratch.h"
#include "tests/support/store_file.h"
#include "tests/support/teller.h"
#include "tests/support/world.h"
#include "wire/limits.h"

static world here;
static postgres server;
static char folder[64];
static char disk[96]; // where a file system of a test's own may be
static char url[256];
static tr_buf log_text;

// What the processes log goes to a file.
static void set_up(void)
{
    char path[96];
    scratch_make(folder, sizeof folder, "runbook");
    (void)snprintf(path, sizeof path, "%s/log", folder);
    (void)snprintf(url, sizeof url, "lmdb:%s/sessions", folder);
    (void)snprintf(disk, sizeof disk, "%s/disk", folder);
    int file = open(path, O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_ge(dup2(file, STDERR_FILENO), 0);
    close(file);
    setenv("TROUPE_ADMIN", "0", 1);
    setenv("TROUPE_LOG", "info", 1);
}

static void tear_down(void)
{
    world_stop(&here);
    (void)umount2(disk, MNT_DETACH);
    if (server.folder[0] != '\0')
        postgres_down(&server);
    operator_done();
    tr_buf_done(&log_text);
    scratch_remove(folder);
}

// Is there a line of the log with all of it?
static bool logged(const char *text)
{
    char path[96];
    char block[4096];
    (void)snprintf(path, sizeof path, "%s/log", folder);
    FILE *file = fopen(path, "r");
    log_text.size = 0;
    for (size_t size; (size = fread(block, 1, sizeof block, file)) != 0;)
        tr_buf_append(&log_text, block, size);
    (void)fclose(file);
    return strstr(tr_buf_text(&log_text), text) != NULL;
}

static void start(unsigned workers, const char *store)
{
    world_start(&here, &(world_options){.gateways = workers != 0 ? 1 : 0,
                                        .workers = workers,
                                        .threads = "1",
                                        .bus = "tcp",
                                        .store = store});
}

static unsigned admin_of(world_process *process)
{
    return operator_port(process);
}

#define METRIC(port, name) operator_metric((port), (name))

static unsigned status_of(unsigned port, const char *path)
{
    return operator_ask(port, "GET", path, "");
}

static browser *page_with_a_click(void)
{
    browser *b = browser_open(world_port(&here, 0));
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    return b;
}

// Its page is in the store from here on.
static browser *page_in_store(void)
{
    teller looker;
    browser *b = page_with_a_click();
    browser_type(b, "name", "Ada Lovelace");
    teller_open(&looker, url);
    eventually(teller_holds(&looker, browser_session_id(b), "Ada Lovelace"));
    teller_close(&looker);
    return b;
}

static void send_and_be_closed(const void *bytes, size_t size, bool is_text, unsigned code)
{
    browser *b = browser_connect(world_port(&here, 0));
    browser_send_raw(b, bytes, size, is_text);
    eventually(browser_close_code(b) != 0);
    ck_assert_uint_eq(browser_close_code(b), code);
    browser_free(b);
}

START_TEST(hostile_packets_and_too_large_ones)
{
    static char large[300 * 1024];
    start(0, NULL);
    unsigned admin = admin_of(&here.gateways[0]);
    send_and_be_closed("\x00\xc1", 2, false, 1007);
    send_and_be_closed("hello", 5, true, 1003);
    send_and_be_closed(large, sizeof large, false, 1009);
    eventually(METRIC(admin, "troupe_websockets_closed_total{why=\"violation\"}") >= 3);
    ck_assert(logged("event=connection_closed") && logged("code=1007") && logged("code=1003") &&
              logged("code=1009"));
}
END_TEST

START_TEST(an_event_for_what_is_not_there)
{
    start(0, NULL);
    unsigned admin = admin_of(&here.gateways[0]);
    browser *b = page_with_a_click();
    double before = METRIC(admin, "troupe_events_total{kind=\"event\"}");
    browser_click_id(b, 999999);
    eventually(METRIC(admin, "troupe_events_total{kind=\"event\"}") > before);
    browser_click(b, "add");
    eventually(browser_sees(b, "2"));
    browser_free(b);
}
END_TEST

START_TEST(one_address_opens_pages_for_fun)
{
    setenv("TROUPE_ADDRESS_SESSIONS", "1", 1);
    start(0, NULL);
    unsigned admin = admin_of(&here.gateways[0]);
    browser *b[8];
    for (unsigned i = 0; i < 8; i++) {
        b[i] = browser_connect(world_port(&here, 0));
        browser_register(b[i], BROWSER_OURS, NULL);
    }
    eventually(METRIC(admin, "troupe_refusals_total{reason=\"address_sessions\"}") >= 1);
    ck_assert(logged("event=connection_closed") && logged("code=1013") &&
              logged("reason=\"your address opens too many new pages at once\""));
    for (unsigned i = 0; i < 8; i++)
        browser_free(b[i]);
}
END_TEST

START_TEST(a_handler_that_is_late)
{
    start(0, NULL);
    unsigned admin = admin_of(&here.gateways[0]);
    browser *b = page_with_a_click();
    browser_click(b, "late");
    eventually(METRIC(admin, "troupe_handlers_late_total") == 1);
    ck_assert_double_ge(METRIC(admin, "troupe_handler_failures_total"), 1);
    ck_assert_double_ge(METRIC(admin, "troupe_pool_threads{state=\"stuck\"}"), 0);
    eventually(logged("event=handler_late") && logged("handler=app_late"));
    browser_free(b);
}
END_TEST

START_TEST(a_gateway_is_killed)
{
    start(1, NULL);
    browser *b = page_with_a_click();
    process_kill(&here.gateways[0]);
    eventually(logged("event=member_gone")); // the broker's
    ck_assert(logged("reason=connection_lost"));
    world_start_gateway(&here, 0);
    browser_reconnect(b, world_port(&here, 0));
    ck_assert_str_eq(browser_text(b, "count"), "1");
    browser_free(b);
}
END_TEST

START_TEST(a_worker_is_killed)
{
    start(2, url);
    world_await_workers(&here);
    browser *b = page_in_store();
    world_process *killed = world_worker_of(&here, b);
    world_process *other = killed == &here.workers[0] ? &here.workers[1] : &here.workers[0];
    unsigned admin = admin_of(other);
    process_kill(killed);
    browser_reconnect(b, world_port(&here, 0));
    eventually(logged("event=session_restored"));
    ck_assert_double_ge(METRIC(admin, "troupe_sessions_opened_total{how=\"restored\"}"), 1);
    ck_assert(logged("event=member_gone") && logged("reason=connection_lost"));
    browser_free(b);
}
END_TEST

START_TEST(a_worker_sleeps_and_wakes)
{
    start(2, url);
    world_await_workers(&here);
    browser *b = page_in_store();
    world_process *asleep = world_worker_of(&here, b);
    unsigned admin = admin_of(asleep);
    eventually(store_file_stop_writer(url, asleep->pid, false)); // in a write, it would be ended
    eventually(browser_close_code(b) != 0);
    browser_reconnect(b, world_port(&here, 0));
    ck_assert(logged("event=member_gone") && logged("reason=silent"));
    ck_assert(logged("event=session_restored"));
    ck_assert_int_eq(kill(asleep->pid, SIGCONT), 0);
    eventually(logged("event=shard_lost") || logged("event=shard_fenced"));
    ck_assert_double_ge(METRIC(admin, "troupe_store_failures_total{reason=\"fenced\"}"), 0);
    ck_assert_double_ge(METRIC(admin, "troupe_sessions_ended_total"), 1);
    browser_free(b);
}
END_TEST

START_TEST(all_brokers_are_gone)
{
    start(1, NULL);
    unsigned admin = admin_of(&here.gateways[0]);
    browser *b = page_with_a_click();
    process_kill(&here.broker);
    eventually(METRIC(admin, "troupe_brokers_lost") == 1);
    ck_assert(logged("event=brokers_lost"));
    ck_assert_uint_eq(status_of(world_port(&here, 0), "/health"), 200);
    ck_assert_ptr_nonnull(strstr(operator_body(), "degraded"));
    browser_click(b, "add");
    eventually(browser_sees(b, "2"));
    world_start_broker(&here, here.endpoint);
    eventually(METRIC(admin, "troupe_brokers_lost") == 0);
    browser_free(b);
}
END_TEST

START_TEST(the_store_is_gone_and_comes_back)
{
    postgres_up(&server);
    (void)snprintf(url, sizeof url, "%s", postgres_url(&server, "owner"));
    start(0, url);
    unsigned admin = admin_of(&here.gateways[0]);
    browser *b = page_in_store();
    ck_assert_uint_eq(status_of(admin, "/readyz"), 200);
    postgres_stop(&server, "immediate");
    browser_click(b, "add");
    eventually(browser_sees(b, "2"));
    eventually(METRIC(admin, "troupe_store_away") == 1);
    eventually(METRIC(admin, "troupe_store_unsaved_seconds") > 0);
    ck_assert_uint_eq(status_of(admin, "/readyz"), 503);
    eventually(logged("event=store_away") && logged("event=store_unsaved"));
    postgres_start(&server);
    eventually(METRIC(admin, "troupe_store_away") == 0);
    eventually(METRIC(admin, "troupe_store_unsaved_seconds") == 0);
    ck_assert(logged("event=store_connected"));
    browser_free(b);
}
END_TEST

// A file system of our own, in a mount namespace of this test. False: the system does not allow it.
static bool mount_small(const char *path, const char *size)
{
    if (mkdir(path, 0700) != 0 || unshare(CLONE_NEWNS) != 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return false;
    return mount("tmpfs", path, "tmpfs", 0, size) == 0;
}

static void fill_up(const char *path)
{
    static const char block[4096];
    int file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    while (write(file, block, sizeof block) > 0)
        ;
    ck_assert_int_eq(errno, ENOSPC);
    close(file);
}

static unsigned count_logged(const char *text)
{
    unsigned count = 0;
    (void)logged(text);
    for (const char *at = tr_buf_text(&log_text); (at = strstr(at, text)) != NULL; at++)
        count++;
    return count;
}

// A disk that is full in earnest, to its last page: pages go on, it is said, and what they did meanwhile
// is there when there is room again, also for the process that comes after a kill.
START_TEST(the_disk_of_the_store_is_full_and_has_room_again)
{
    static const char *const durabilities[] = {"async", "sync"};
    bool is_sync = _i == 1;
    char ballast[128];
    teller looker;
    static char much[48 * 1024];
    memset(much, 'x', sizeof much - 1);
    (void)snprintf(ballast, sizeof ballast, "%s/ballast", disk);
    (void)snprintf(url, sizeof url, "lmdb:%s/sessions", disk);
    if (!mount_small(disk, "size=1m")) {
        printf("skipped: no mount namespace is allowed here\n");
        return;
    }
    setenv("TROUPE_DURABILITY", durabilities[_i], 1);
    start(0, url);
    unsigned admin = admin_of(&here.gateways[0]);
    browser *b = page_in_store();
    fill_up(ballast);
    browser_type(b, "name", much); // more than the file has free pages for
    for (unsigned clicks = 0; clicks < 40; clicks++)
        browser_click(b, "add");
    if (!is_sync)
        eventually(browser_sees(b, "41"));
    static const char full[] = "troupe_store_failures_total{reason=\"full\"}";
    eventually(METRIC(admin, full) >= 3);
    ck_assert_double_gt(METRIC(admin, "troupe_store_unsaved_seconds"), 0);
    unsigned lines =
        count_logged("event=store_failed store=lmdb reason=\"No space left on device\"");
    ck_assert(lines != 0 && lines < METRIC(admin, full)); // now and then, while it lasts
    ck_assert_uint_eq(count_logged("event=store_unsaved store=lmdb error=TR_EFULL"), 1);
    if (is_sync)
        ck_assert(!browser_sees(b, "41"));
    ck_assert_int_eq(unlink(ballast), 0);
    eventually(METRIC(admin, "troupe_store_unsaved_seconds") == 0);
    eventually(browser_sees(b, "41"));
    eventually(METRIC(admin, "troupe_store_unsaved_seconds") == 0);
    process_kill(&here.gateways[0]);
    eventually(browser_close_code(b) != 0);
    world_start_gateway(&here, 0);
    browser_reconnect(b, world_port(&here, 0));
    ck_assert_str_eq(browser_text(b, "count"), "41");
    teller_open(&looker, url);
    ck_assert(teller_holds(&looker, browser_session_id(b), much));
    teller_close(&looker);
    browser_free(b);
}
END_TEST

START_TEST(a_process_is_told_to_end)
{
    start(2, url);
    world_await_workers(&here);
    browser *b = page_in_store();
    world_process *ended = world_worker_of(&here, b);
    world_process *other = ended == &here.workers[0] ? &here.workers[1] : &here.workers[0];
    unsigned admin = admin_of(other);
    ck_assert_int_eq(kill(ended->pid, SIGTERM), 0);
    ck_assert_int_eq(process_wait(ended), 0);
    browser_click(b, "add");
    eventually(browser_sees(b, "2"));
    ck_assert_uint_eq(browser_close_code(b), 0);
    ck_assert(logged("event=draining") && logged("event=stopped"));
    ck_assert(logged("event=member_joined") && logged("build="));
    ck_assert_double_ge(METRIC(admin, "troupe_sessions_opened_total{how=\"moved\"}"), 1);
    browser_free(b);
}
END_TEST

Suite *runbook_suite(void);
Suite *runbook_suite(void)
{
    Suite *suite = suite_create("runbook");
    TCase *tests = tcase_create("what an operator sees");
    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, hostile_packets_and_too_large_ones);
    tcase_add_test(tests, an_event_for_what_is_not_there);
    tcase_add_test(tests, one_address_opens_pages_for_fun);
    tcase_add_test(tests, a_handler_that_is_late);
    tcase_add_test(tests, a_gateway_is_killed);
    tcase_add_test(tests, a_worker_is_killed);
    tcase_add_test(tests, a_worker_sleeps_and_wakes);
    tcase_add_test(tests, all_brokers_are_gone);
    tcase_add_test(tests, the_store_is_gone_and_comes_back);
    tcase_add_loop_test(tests, the_disk_of_the_store_is_full_and_has_room_again, 0, 2);
    tcase_add_test(tests, a_process_is_told_to_end);
    suite_add_tcase(suite, tests);
    return suite;
}
