// Pages in a store that is encrypted: they come back as from any other, whoever reads the store learns
// nothing, keys change, and who has not the key loses no page.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/browser.h"
#include "tests/support/operator.h"
#include "tests/support/postgres.h"
#include "tests/support/scratch.h"
#include "tests/support/teller.h"
#include "tests/support/world.h"
#include "wire/close_code.h"

enum { LMDB, POSTGRES, STORES };
enum { ID_BYTES = TR_SESSION_ID_SIZE + 1 };

#define SECRET "a secret of some length"
#define NEXT_SECRET "the secret that comes after it"
static const char secret[] = SECRET;
static const char next_secret[] = NEXT_SECRET;
static const char typed[] = "Ada Lovelace";

static world here;
static postgres server;
static teller looker; // with both secrets
static tr_record_keys keys;
static char folder[64];
static char url[256];

static void server_up(void)
{
    postgres_up(&server);
}

static void server_down(void)
{
    postgres_down(&server);
}

static void set_up(int store, unsigned workers)
{
    scratch_make(folder, sizeof folder, "encrypted");
    if (store == LMDB)
        (void)snprintf(url, sizeof url, "lmdb:%s/sessions", folder);
    else
        (void)snprintf(url, sizeof url, "%s", postgres_url(&server, "owner"));
    tr_record_keys_derive(TR_SLICE(SECRET), TR_ENCRYPTION_ON, &keys);
    ck_assert_int_eq(tr_record_keys_add_older(&keys, TR_SLICE(NEXT_SECRET)), 0);
    setenv("TROUPE_SECRET_KEY", secret, 1);
    world_start(&here, &(world_options){.gateways = workers != 0 ? 1 : 0,
                                        .workers = workers,
                                        .bus = "tcp",
                                        .store = url});
    teller_open_keyed(&looker, url, TELLER_PATIENCE_MS, &keys);
}

static void tear_down(void)
{
    teller_close(&looker);
    world_stop(&here);
    scratch_remove(folder);
}

// In any of the store's files, what it has written ahead included.
static bool store_shows(int store, const char *text)
{
    char line[256];
    (void)snprintf(line, sizeof line, "grep -rqaF '%s' %s", text,
                   store == LMDB ? folder : server.folder);
    return system(line) == 0;
}

// Changes before this are in the store after it.
static void is_written(browser *b, const char *name)
{
    browser_type(b, "name", name);
    eventually(teller_holds(&looker, browser_session_id(b), name));
}

static browser *browser_with_page(char id[ID_BYTES])
{
    browser *b = browser_open(world_port(&here, 0));
    browser_click(b, "add");
    eventually(browser_sees(b, "1"));
    is_written(b, typed);
    (void)snprintf(id, ID_BYTES, "%s", browser_session_id(b));
    return b;
}

static void comes_back(browser *b, const char *id, const char *before, const char *after)
{
    browser_reconnect(b, world_port(&here, 0));
    ck_assert_str_eq(browser_session_id(b), id);
    ck_assert_str_eq(browser_text(b, "count"), before);
    browser_click(b, "add");
    eventually(strcmp(browser_text(b, "count"), after) == 0);
    char name[32];
    (void)snprintf(name, sizeof name, "Ada the %sth", after);
    is_written(b, name);
}

static void restart(const char *encrypt, const char *key, const char *old)
{
    process_kill(&here.gateways[0]);
    setenv("TROUPE_ENCRYPT_STORE", encrypt, 1);
    setenv("TROUPE_SECRET_KEY", key, 1);
    setenv("TROUPE_SECRET_KEYS_OLD", old, 1);
    world_start_gateway(&here, 0);
}

START_TEST(the_page_of_a_killed_worker_comes_back_and_the_store_tells_nobody)
{
    char id[ID_BYTES];
    setenv("TROUPE_ENCRYPT_STORE", "require", 1);
    set_up(_i, 2);
    browser *b = browser_with_page(id);
    ck_assert(!store_shows(_i, typed));
    ck_assert(store_shows(_i, id)); // where it looks there is something
    for (unsigned i = 0; i < 2; i++)
        process_kill(&here.workers[i]);
    world_start_worker(&here, 0);
    comes_back(b, id, "1", "2");
    ck_assert(!store_shows(_i, typed));
    browser_free(b);
    tear_down();
}
END_TEST

START_TEST(encryption_is_switched_on_and_off_while_pages_live)
{
    char id[ID_BYTES];
    setenv("TROUPE_ENCRYPT_STORE", "off", 1);
    set_up(LMDB, 0);
    browser *b = browser_with_page(id);
    ck_assert(store_shows(LMDB, typed)); // so it would be seen
    restart("on", secret, "");
    comes_back(b, id, "1", "2");
    restart("off", secret, "");
    comes_back(b, id, "2", "3");
    browser_free(b);
    tear_down();
}
END_TEST

START_TEST(a_new_secret_reads_what_the_old_one_wrote)
{
    char id[ID_BYTES];
    setenv("TROUPE_ENCRYPT_STORE", "require", 1);
    set_up(LMDB, 0);
    browser *b = browser_with_page(id);
    restart("require", next_secret, secret);
    comes_back(b, id, "1", "2");
    // It was written with the new one: the old one is of no use any more.
    teller old;
    tr_record_keys old_keys;
    tr_record_keys_derive(TR_SLICE(SECRET), TR_ENCRYPTION_ON, &old_keys);
    teller_open_keyed(&old, url, TELLER_PATIENCE_MS, &old_keys);
    ck_assert(teller_holds(&looker, id, "the 2th") && !teller_holds(&old, id, "the 2th"));
    teller_close(&old);
    restart("require", next_secret, "");
    comes_back(b, id, "2", "3");
    browser_free(b);
    tear_down();
}
END_TEST

static void is_told_to_come_again(const char *id)
{
    browser *b = browser_connect(world_port(&here, 0));
    browser_register(b, BROWSER_OURS, id);
    eventually(browser_close_code(b) != 0);
    ck_assert_uint_eq(browser_close_code(b), TR_CLOSE_TRY_LATER);
    browser_free(b);
}

// Its page is neither lost nor replaced by another one: it waits until somebody has the key.
START_TEST(without_the_key_a_page_waits)
{
    char id[ID_BYTES];
    setenv("TROUPE_ENCRYPT_STORE", "on", 1);
    set_up(LMDB, 0);
    browser *b = browser_with_page(id);
    setenv("TROUPE_ADMIN", "0", 1);
    restart("on", next_secret, "");
    unsetenv("TROUPE_ADMIN");
    unsigned admin = operator_port(&here.gateways[0]);
    ck_assert_int_eq((int)operator_metric(admin, "troupe_store_failures_total{reason=\"key\"}"), 0);
    is_told_to_come_again(id);
    ck_assert_int_eq((int)operator_metric(admin, "troupe_store_failures_total{reason=\"key\"}"), 1);
    browser_free(browser_open(world_port(&here, 0))); // others are served
    restart("on", next_secret, secret);
    comes_back(b, id, "1", "2");
    browser_free(b);
    tear_down();
}
END_TEST

START_TEST(what_is_plain_waits_where_that_is_refused)
{
    char id[ID_BYTES];
    setenv("TROUPE_ENCRYPT_STORE", "off", 1);
    set_up(LMDB, 0);
    browser *b = browser_with_page(id);
    restart("require", secret, "");
    is_told_to_come_again(id);
    restart("on", secret, "");
    comes_back(b, id, "1", "2");
    browser_free(b);
    tear_down();
}
END_TEST

Suite *encrypted_store_suite(void);
Suite *encrypted_store_suite(void)
{
    Suite *suite = suite_create("encrypted_store");
    TCase *tests = tcase_create("encrypted");
    tcase_set_timeout(tests, 180);
    tcase_add_unchecked_fixture(tests, server_up, server_down);
    tcase_add_loop_test(tests, the_page_of_a_killed_worker_comes_back_and_the_store_tells_nobody, 0,
                        STORES);
    tcase_add_test(tests, encryption_is_switched_on_and_off_while_pages_live);
    tcase_add_test(tests, a_new_secret_reads_what_the_old_one_wrote);
    tcase_add_test(tests, without_the_key_a_page_waits);
    tcase_add_test(tests, what_is_plain_waits_where_that_is_refused);
    suite_add_tcase(suite, tests);
    return suite;
}
