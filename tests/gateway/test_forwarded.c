#include "gateway/forwarded.h"

#include <check.h>
#include <string.h>

#define PROXIES "127.0.0.1, 10.0.0.0/8, 2001:db8:ffff::/48"

static const struct {
    const char *peer;
    enum tr_forwarded_header which;
    const char *header;
    const char *client;
} rows[] = {
    // Nobody is asked whom we do not trust.
    {"192.0.2.9", TR_FORWARDED_X_FOR, "198.51.100.1", "192.0.2.9"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "", "127.0.0.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "198.51.100.1", "198.51.100.1"},
    // Ports.
    {"127.0.0.1", TR_FORWARDED_X_FOR, "198.51.100.1:5678", "198.51.100.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "[2001:db8::7]:5678", "2001:db8::7"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "[2001:db8::7]", "2001:db8::7"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "2001:db8::7", "2001:db8::7"},
    // Chains: as far as proxies of ours wrote them.
    {"127.0.0.1", TR_FORWARDED_X_FOR, "198.51.100.1, 10.0.0.2", "198.51.100.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "198.51.100.1,10.1.2.3:80 ,\t10.0.0.2", "198.51.100.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "203.0.113.6, 198.51.100.1", "198.51.100.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "203.0.113.6, 198.51.100.1, 10.0.0.2", "198.51.100.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "10.0.0.7, 10.0.0.2", "10.0.0.7"},
    {"2001:db8:ffff::1", TR_FORWARDED_X_FOR, "198.51.100.1, 2001:db8:ffff::2", "198.51.100.1"},
    // What is no address.
    {"127.0.0.1", TR_FORWARDED_X_FOR, "9.9.9.9 event=forged", "127.0.0.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc",
     "127.0.0.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "198.51.100.1, unknown", "127.0.0.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "198.51.100.1, ", "127.0.0.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "198.51.100.1, example.org, 10.0.0.2", "10.0.0.2"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, "[2001:db8::7", "127.0.0.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, ":80", "127.0.0.1"},
    {"127.0.0.1", TR_FORWARDED_X_FOR, ",,,", "127.0.0.1"},
    // RFC 7239.
    {"127.0.0.1", TR_FORWARDED_RFC7239, "for=198.51.100.1", "198.51.100.1"},
    {"127.0.0.1", TR_FORWARDED_RFC7239, "For=\"[2001:db8::7]:4711\"", "2001:db8::7"},
    {"127.0.0.1", TR_FORWARDED_RFC7239, "proto=https; for=198.51.100.1 ;by=10.0.0.2",
     "198.51.100.1"},
    {"127.0.0.1", TR_FORWARDED_RFC7239, "for=203.0.113.6, for=198.51.100.1, for=\"10.0.0.2:80\"",
     "198.51.100.1"},
    {"127.0.0.1", TR_FORWARDED_RFC7239, "for=198.51.100.1;host=\"a,b;for=1.2.3.4\"",
     "198.51.100.1"},
    {"127.0.0.1", TR_FORWARDED_RFC7239, "for=198.51.100.1, for=_hidden", "127.0.0.1"},
    {"127.0.0.1", TR_FORWARDED_RFC7239, "proto=https", "127.0.0.1"},
    {"127.0.0.1", TR_FORWARDED_RFC7239, "198.51.100.1", "127.0.0.1"},
};

START_TEST(the_client_behind_a_proxy_is_found)
{
    char ip[TR_CLIENT_IP_CAP_BYTES];
    tr_forwarded_client(rows[_i].peer, rows[_i].which, tr_slice_of(rows[_i].header), PROXIES, ip);
    ck_assert_str_eq(ip, rows[_i].client);
}
END_TEST

START_TEST(without_trusted_proxies_nobody_is_asked)
{
    char ip[TR_CLIENT_IP_CAP_BYTES];
    tr_forwarded_client("127.0.0.1", TR_FORWARDED_X_FOR, TR_SLICE("198.51.100.1"), NULL, ip);
    ck_assert_str_eq(ip, "127.0.0.1");
}
END_TEST

// The other end of a unix socket has no address: "unix" in the list trusts it.
START_TEST(a_proxy_at_a_unix_socket_is_trusted_where_the_list_says_so)
{
    char ip[TR_CLIENT_IP_CAP_BYTES];
    tr_forwarded_client("", TR_FORWARDED_X_FOR, TR_SLICE("198.51.100.1, 10.0.0.2"),
                        "unix, 10.0.0.0/8", ip);
    ck_assert_str_eq(ip, "198.51.100.1");
    tr_forwarded_client("", TR_FORWARDED_X_FOR, TR_SLICE("198.51.100.1"), "10.0.0.0/8", ip);
    ck_assert_str_eq(ip, "");
}
END_TEST

static const struct {
    const char *host;
    const char *allowed;
    bool is_allowed;
} hosts[] = {
    {"app.example.org", NULL, true},
    {"app.example.org", "", true},
    {"app.example.org", "app.example.org", true},
    {"APP.example.ORG:8443", "localhost, app.example.org", true},
    {"app.example.org", "app.example.org:443", true},
    {"evil.example", "app.example.org", false},
    {"app.example.org.evil.example", "app.example.org", false},
    {"xapp.example.org", "app.example.org", false},
    {"a.example.org", "*.example.org", true},
    {"a.b.example.org", "*.example.org", true},
    {"example.org", "*.example.org", false},
    {"evilexample.org", "*.example.org", false},
    {"127.0.0.1:8000", "127.0.0.1", true},
    {"[::1]:8000", "[::1]", true},
    {"[::1]", "::1", true},
    {"", "app.example.org", false},
    {"app.example.org", ",", false},
};

START_TEST(hosts_are_allowed_by_name)
{
    ck_assert_int_eq(tr_host_is_allowed(tr_slice_of(hosts[_i].host), hosts[_i].allowed),
                     hosts[_i].is_allowed);
}
END_TEST

Suite *gateway_forwarded_suite(void);
Suite *gateway_forwarded_suite(void)
{
    Suite *suite = suite_create("gateway/forwarded");
    TCase *tests = tcase_create("headers");
    tcase_add_loop_test(tests, the_client_behind_a_proxy_is_found, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tests, without_trusted_proxies_nobody_is_asked);
    tcase_add_test(tests, a_proxy_at_a_unix_socket_is_trusted_where_the_list_says_so);
    tcase_add_loop_test(tests, hosts_are_allowed_by_name, 0, sizeof hosts / sizeof *hosts);
    suite_add_tcase(suite, tests);
    return suite;
}
