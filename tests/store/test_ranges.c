// Several stores as one, each with its range of the shards.

#include "store/ranges.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/engines.h"
#include "tests/support/scratch.h"
#include "troupe/err.h"

Suite *store_ranges_suite(void);

enum { NODE = 7, HOUR_MS = 3600000, LOW = 5, HIGH = 900 };

static char folder[64];
static char why[256];
static uint64_t identity;
static char low_url[256];
static char high_url[256];
static char url[600];

static void says(const char *text, const char *wanted)
{
    ck_assert_int_eq(tr_store_check_url(text, why, sizeof why), TR_EINVALID);
    ck_assert_str_eq(why, wanted);
}

START_TEST(each_shard_is_in_one_range)
{
    ck_assert_int_eq(
        tr_store_check_url("ranges: 512-1023=lmdb:b  0-511=postgres://o@h/d ", why, sizeof why), 0);
    ck_assert_int_eq(tr_store_check_url("ranges:0-1023=lmdb:a", why, sizeof why), 0);
    says("ranges: 0-511=lmdb:a 520-1023=lmdb:b", "no range has shards 512-519");
    says("ranges: 0-511=lmdb:a 513-1023=lmdb:b", "no range has shard 512");
    says("ranges: 0-511=lmdb:a", "no range has shards 512-1023");
    says("ranges: 1-1023=lmdb:a", "no range has shard 0");
    says("ranges:", "no range has shards 0-1023");
    says("ranges: 0-511=lmdb:a 500-1023=lmdb:b", "two ranges have shards 500-511");
    says("ranges: 0-1023=lmdb:a 7-7=lmdb:b", "two ranges have shard 7");
}
END_TEST

START_TEST(what_is_no_range_is_one_clear_line)
{
    static const char *const wrong[] = {"x",
                                        "0-511",
                                        "0-511=",
                                        "511-0=lmdb:a",
                                        "0-1024=lmdb:a",
                                        "-5=lmdb:a",
                                        "0-99999999999=lmdb:a",
                                        "0=lmdb:a"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "ranges: %s", wrong[i]);
        says(text, "range 1 is not FIRST-LAST=URL with shards from 0 to 1023");
    }
    says("ranges: 0-1023=memory", "range 1: it is lmdb:PATH or postgres://USER@HOST/DATABASE");
    says("ranges: 0-5=lmdb:a 6-1023=ranges:",
         "range 2: it is lmdb:PATH or postgres://USER@HOST/DATABASE");
}
END_TEST

START_TEST(no_password_is_shown)
{
    char shown[256];
    tr_store_public_url(
        "ranges: 0-511=postgres://me:se@cret@one/x 512-1023=postgres://me@two/y?password=hidden",
        shown, sizeof shown);
    ck_assert_str_eq(shown, "ranges: 0-511=postgres://me:***@one/x "
                            "512-1023=postgres://me@two/y?password=***");
    char small[20];
    tr_store_public_url("ranges: 0-511=postgres://me:secret@one/x", small, sizeof small);
    ck_assert_ptr_null(strstr(small, "se"));
}
END_TEST

static void join(void)
{
    (void)snprintf(url, sizeof url, "ranges: 0-511=%s 512-1023=%s", low_url, high_url);
}

static void two_files(void)
{
    scratch_make(folder, sizeof folder, "ranges");
    (void)snprintf(low_url, sizeof low_url, "lmdb:%s/low", folder);
    (void)snprintf(high_url, sizeof high_url, "lmdb:%s/high", folder);
    join();
}

static void two_databases(void)
{
    scratch_make(folder, sizeof folder, "ranges");
    postgres *server = engines_server();
    (void)postgres_try(server, "drop database two");
    postgres_run(server, "create database two");
    postgres_run(server, "drop schema public cascade; create schema public");
    (void)snprintf(low_url, sizeof low_url, "%s", postgres_url(server, "owner"));
    char *database = strstr(low_url, "/postgres?");
    ck_assert_ptr_nonnull(database);
    (void)snprintf(high_url, sizeof high_url, "%.*s/two?%s", (int)(database - low_url), low_url,
                   database + strlen("/postgres?"));
    join();
}

static void holds_only(const char *of, const char *own, const char *other)
{
    teller alone;
    teller_open(&alone, of);
    ck_assert_ptr_nonnull(teller_load(&alone, own));
    ck_assert_ptr_null(teller_load(&alone, other));
    teller_close(&alone);
}

static void each_has_its_own(void)
{
    char low[TR_SESSION_ID_SIZE + 1];
    char high[TR_SESSION_ID_SIZE + 1];
    teller both;
    teller_open(&both, url);
    teller_id(low, LOW);
    teller_id(high, HIGH);
    uint64_t low_epoch = 0;
    uint64_t high_epoch = 0;
    ck_assert_int_eq(teller_take(&both, LOW, &low_epoch, NODE), 0);
    ck_assert_int_eq(teller_take(&both, HIGH, &high_epoch, NODE), 0);
    ck_assert_int_eq(teller_save(&both, low, LOW, low_epoch, "low", HOUR_MS), 0);
    ck_assert_int_eq(teller_save(&both, high, HIGH, high_epoch, "high", HOUR_MS), 0);
    ck_assert_str_eq(teller_load(&both, low), "low");
    ck_assert_str_eq(teller_load(&both, high), "high");
    ck_assert_int_eq(teller_save(&both, high, HIGH, high_epoch + 1, "late", HOUR_MS), TR_EFENCED);
    ck_assert_str_eq(tr_store_kind(both.store), "ranges");
    ck_assert(!tr_store_is_away(both.store));
    teller_close(&both);
    holds_only(low_url, low, high);
    holds_only(high_url, high, low);
    scratch_remove(folder);
}

START_TEST(two_files_have_each_their_own_pages)
{
    two_files();
    each_has_its_own();
}
END_TEST

START_TEST(two_databases_have_each_their_own_pages)
{
    two_databases();
    each_has_its_own();
}
END_TEST

static void differ(uint64_t one, uint64_t other)
{
    ck_assert_uint_ne(one, 0);
    ck_assert_uint_ne(other, 0);
    ck_assert_uint_ne(one, other);
}

static void each_is_told_from_others(void)
{
    uint64_t both = teller_identity(url);
    differ(teller_identity(low_url), teller_identity(high_url));
    teller open;
    teller_open(&open, url);
    ck_assert_uint_eq(teller_identity(url), both);
    teller_close(&open);
    ck_assert_uint_eq(teller_identity(url), both);
    differ(teller_identity(low_url), both);
    (void)snprintf(url, sizeof url, "ranges: 0-511=%s 512-1023=%s", high_url, low_url);
    differ(teller_identity(url), both);
    (void)snprintf(url, sizeof url, "ranges: 0-500=%s 501-1023=%s", low_url, high_url);
    differ(teller_identity(url), both);
    scratch_remove(folder);
}

START_TEST(files_are_told_from_others)
{
    two_files();
    each_is_told_from_others();
}
END_TEST

START_TEST(databases_are_told_from_others)
{
    two_databases();
    each_is_told_from_others();
    uint64_t before = teller_identity(low_url);
    postgres_run(engines_server(), "drop schema public cascade; create schema public");
    differ(teller_identity(low_url), before);
}
END_TEST

START_TEST(memory_is_nobodys_else)
{
    ck_assert_uint_eq(teller_identity("memory"), 0);
}
END_TEST

START_TEST(a_store_that_cannot_be_used_is_named_by_its_shards)
{
    two_files();
    (void)snprintf(high_url, sizeof high_url, "lmdb:%s/nowhere/high", folder);
    join();
    ck_assert_int_lt(tr_store_prepare(url, &identity, why, sizeof why), 0);
    ck_assert_ptr_eq(strstr(why, "of shards 512-1023: "), why);
    scratch_remove(folder);
}
END_TEST

Suite *store_ranges_suite(void)
{
    Suite *suite = suite_create("store/ranges");
    TCase *texts = tcase_create("texts");
    tcase_add_test(texts, each_shard_is_in_one_range);
    tcase_add_test(texts, what_is_no_range_is_one_clear_line);
    tcase_add_test(texts, no_password_is_shown);
    suite_add_tcase(suite, texts);
    TCase *stores = tcase_create("stores");
    tcase_set_timeout(stores, 60);
    tcase_add_test(stores, files_are_told_from_others);
    tcase_add_test(stores, databases_are_told_from_others);
    tcase_add_test(stores, memory_is_nobodys_else);
    tcase_add_unchecked_fixture(stores, engines_server_up, engines_server_down);
    tcase_add_test(stores, two_files_have_each_their_own_pages);
    tcase_add_test(stores, two_databases_have_each_their_own_pages);
    tcase_add_test(stores, a_store_that_cannot_be_used_is_named_by_its_shards);
    suite_add_tcase(suite, stores);
    return suite;
}
