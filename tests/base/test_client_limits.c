#include "base/client_limits.h"

#include <check.h>
#include <stdio.h>

#include "base/log.h"
#include "base/refusals.h"

static tr_client_limits *limits;

static void set_up(void)
{
    tr_log_level_set(TR_LOG_ERROR);
    limits = tr_client_limits_new(&(tr_client_caps){
        .connections = 3, .uploads = 1, .downloads = 1, .requests = 1, .sessions_per_s = 10});
}

static void tear_down(void)
{
    tr_client_limits_free(&limits);
    tr_client_limits_free(&limits);
}

static tr_client_entry *take(const char *address, enum tr_client_use use)
{
    bool is_refused;
    tr_client_entry *client = tr_client_take(limits, tr_slice_of(address), use, 1000, &is_refused);
    ck_assert_int_eq(client == NULL, is_refused);
    return client;
}

START_TEST(an_address_has_so_many_connections_and_no_more)
{
    uint64_t before = tr_refusal_get(TR_REFUSAL_ADDRESS_CONNECTIONS);
    tr_client_entry *some[3];
    for (unsigned i = 0; i < 3; i++)
        ck_assert_ptr_nonnull(some[i] = take("192.0.2.1", TR_CLIENT_CONNECTION));
    ck_assert_ptr_null(take("192.0.2.1", TR_CLIENT_CONNECTION));
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_ADDRESS_CONNECTIONS), before + 1);
    tr_client_entry *other = take("192.0.2.2", TR_CLIENT_CONNECTION);
    ck_assert_ptr_nonnull(other);
    tr_client_give(&some[1], TR_CLIENT_CONNECTION, 1000);
    ck_assert_ptr_null(some[1]);
    ck_assert_ptr_nonnull(some[1] = take("192.0.2.1", TR_CLIENT_CONNECTION));
    for (unsigned i = 0; i < 3; i++)
        tr_client_give(&some[i], TR_CLIENT_CONNECTION, 1000);
    tr_client_give(&other, TR_CLIENT_CONNECTION, 1000);
    tr_client_give(&other, TR_CLIENT_CONNECTION, 1000); // NULL by now
    ck_assert_uint_eq(tr_client_limits_count(limits), 0);
}
END_TEST

START_TEST(uploads_downloads_and_requests_are_counted_by_themselves)
{
    static const struct {
        enum tr_client_use use;
        enum tr_refusal reason;
    } rows[] = {{TR_CLIENT_UPLOAD, TR_REFUSAL_ADDRESS_UPLOADS},
                {TR_CLIENT_DOWNLOAD, TR_REFUSAL_ADDRESS_DOWNLOADS},
                {TR_CLIENT_REQUEST, TR_REFUSAL_ADDRESS_REQUESTS}};
    enum { ROWS = sizeof rows / sizeof *rows };
    tr_client_entry *some[ROWS];
    tr_client_entry *connection = take("192.0.2.1", TR_CLIENT_CONNECTION);
    ck_assert_ptr_nonnull(connection);
    for (unsigned i = 0; i < ROWS; i++) {
        uint64_t before = tr_refusal_get(rows[i].reason);
        ck_assert_ptr_nonnull(some[i] = take("192.0.2.1", rows[i].use));
        ck_assert_ptr_null(take("192.0.2.1", rows[i].use));
        ck_assert_uint_eq(tr_refusal_get(rows[i].reason), before + 1);
    }
    tr_client_give(&connection, TR_CLIENT_CONNECTION, 1000);
    for (unsigned i = 0; i < ROWS; i++) {
        tr_client_give(&some[i], rows[i].use, 1000);
        ck_assert_ptr_nonnull(some[i] = take("192.0.2.1", rows[i].use));
        tr_client_give(&some[i], rows[i].use, 1000);
    }
    ck_assert_uint_eq(tr_client_limits_count(limits), 0);
}
END_TEST

static bool opens(const char *address, uint64_t now_ms)
{
    return tr_client_may_open(limits, tr_slice_of(address), now_ms);
}

START_TEST(an_address_opens_so_many_pages_a_second)
{
    uint64_t before = tr_refusal_get(TR_REFUSAL_ADDRESS_SESSIONS);
    for (unsigned i = 0; i < 10 * TR_CLIENT_SESSIONS_BURST; i++)
        ck_assert(opens("192.0.2.1", 1000));
    ck_assert(!opens("192.0.2.1", 1000));
    ck_assert(opens("192.0.2.2", 1000));
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_ADDRESS_SESSIONS), before + 1);
    unsigned taken = 0;
    for (uint64_t now_ms = 1000; now_ms < 3000; now_ms += 10)
        taken += opens("192.0.2.1", now_ms);
    ck_assert_uint_ge(taken, 19);
    ck_assert_uint_le(taken, 20);
}
END_TEST

// What is built for its HTML alone leaves room for what people see, and is no refusal.
START_TEST(an_address_has_half_of_that_for_first_paints)
{
    uint64_t before = tr_refusal_get(TR_REFUSAL_ADDRESS_SESSIONS);
    tr_slice address = TR_SLICE("192.0.2.1");
    unsigned painted = 0;
    while (tr_client_may_paint(limits, address, 1000))
        painted++;
    ck_assert_uint_eq(painted, 10 * TR_CLIENT_SESSIONS_BURST / 2);
    for (unsigned i = 0; i < 10 * TR_CLIENT_SESSIONS_BURST / 2; i++)
        ck_assert(opens("192.0.2.1", 1000));
    ck_assert_uint_eq(tr_refusal_get(TR_REFUSAL_ADDRESS_SESSIONS), before);
    ck_assert(!opens("192.0.2.1", 1000));
    ck_assert(tr_client_may_paint(NULL, address, 1000));
}
END_TEST

// A subscriber has 2^64 of them.
START_TEST(an_ipv6_address_counts_as_its_64)
{
    tr_client_entry *some[3];
    char address[64];
    for (unsigned i = 0; i < 3; i++) {
        snprintf(address, sizeof address, "2001:db8:0:1::%x", i + 1);
        ck_assert_ptr_nonnull(some[i] = take(address, TR_CLIENT_CONNECTION));
    }
    ck_assert_ptr_null(take("2001:db8:0:1:ffff::9", TR_CLIENT_CONNECTION));
    tr_client_entry *other = take("2001:db8:0:2::1", TR_CLIENT_CONNECTION);
    ck_assert_ptr_nonnull(other);
    tr_client_give(&other, TR_CLIENT_CONNECTION, 1000);
    for (unsigned i = 0; i < 3; i++)
        tr_client_give(&some[i], TR_CLIENT_CONNECTION, 1000);
}
END_TEST

START_TEST(an_ipv4_address_is_the_same_in_both_ways_to_write_it)
{
    tr_client_key a;
    tr_client_key b;
    ck_assert(tr_client_key_read(TR_SLICE("192.0.2.1"), &a));
    ck_assert(tr_client_key_read(TR_SLICE("::ffff:192.0.2.1"), &b));
    ck_assert_mem_eq(a.bytes, b.bytes, sizeof a.bytes);
    ck_assert(tr_client_key_read(TR_SLICE("fe80::1%eth0"), &a));
    ck_assert(!tr_client_key_read(TR_SLICE("example.org"), &a));
    ck_assert(!tr_client_key_read((tr_slice){0}, &a));
}
END_TEST

START_TEST(addresses_are_forgotten_when_they_have_nothing_and_have_rested)
{
    char address[64];
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(address, sizeof address, "198.51.%u.%u", i / 250, i % 250);
        ck_assert(opens(address, 1000));
    }
    ck_assert_uint_eq(tr_client_limits_count(limits), 1000);
    ck_assert(opens("192.0.2.1", 1000 + 1000 * TR_CLIENT_SESSIONS_BURST));
    ck_assert_uint_eq(tr_client_limits_count(limits), 1);
}
END_TEST

// Somebody who has very many addresses.
START_TEST(so_many_addresses_are_remembered_at_most)
{
    char address[64];
    for (unsigned i = 0; i < TR_CLIENTS_IDLE_CAP + 1000; i++) {
        snprintf(address, sizeof address, "2001:db8:%x:%x::", i >> 16, i & 0xffff);
        ck_assert(opens(address, 1000));
    }
    ck_assert_uint_le(tr_client_limits_count(limits), TR_CLIENTS_IDLE_CAP + 2);
}
END_TEST

START_TEST(without_limits_all_is_allowed)
{
    bool is_refused = true;
    ck_assert_ptr_null(
        tr_client_take(NULL, TR_SLICE("192.0.2.1"), TR_CLIENT_CONNECTION, 1000, &is_refused));
    ck_assert(!is_refused);
    ck_assert(tr_client_may_open(NULL, TR_SLICE("192.0.2.1"), 1000));
    tr_client_limits *none = tr_client_limits_new(&(tr_client_caps){0});
    tr_client_entry *some[100];
    for (unsigned i = 0; i < 100; i++) {
        ck_assert(tr_client_may_open(none, TR_SLICE("192.0.2.1"), 1000));
        some[i] =
            tr_client_take(none, TR_SLICE("192.0.2.1"), TR_CLIENT_CONNECTION, 1000, &is_refused);
        ck_assert_ptr_nonnull(some[i]);
    }
    for (unsigned i = 0; i < 100; i++)
        tr_client_give(&some[i], TR_CLIENT_CONNECTION, 1000);
    tr_client_limits_free(&none);
}
END_TEST

Suite *base_client_limits_suite(void);
Suite *base_client_limits_suite(void)
{
    Suite *suite = suite_create("base/client_limits");
    TCase *tests = tcase_create("limits");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, an_address_has_so_many_connections_and_no_more);
    tcase_add_test(tests, uploads_downloads_and_requests_are_counted_by_themselves);
    tcase_add_test(tests, an_address_opens_so_many_pages_a_second);
    tcase_add_test(tests, an_address_has_half_of_that_for_first_paints);
    tcase_add_test(tests, an_ipv6_address_counts_as_its_64);
    tcase_add_test(tests, an_ipv4_address_is_the_same_in_both_ways_to_write_it);
    tcase_add_test(tests, addresses_are_forgotten_when_they_have_nothing_and_have_rested);
    tcase_add_test(tests, so_many_addresses_are_remembered_at_most);
    tcase_add_test(tests, without_limits_all_is_allowed);
    suite_add_tcase(suite, tests);
    return suite;
}
