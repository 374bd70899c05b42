// Addresses that libwebsockets reads in another way than everybody.

#include "gateway/target.h"

#include <check.h>
#include <string.h>

Suite *gateway_target_suite(void);

static tr_slice target_of(const char *head)
{
    return tr_target_of(tr_slice_of(head));
}

START_TEST(target_is_kept_where_it_is_read_in_another_way)
{
    static const char *const plain[] = {"GET / HTTP/1.1\r\n\r\n",
                                        "GET /a?b=c+d&e HTTP/1.1\r\nX-Y: +&;\r\n",
                                        "GET /%2B%26%3B HTTP/1.1\r\n\r\n"};
    static const char *const odd[] = {"/a+b", "/a&b", "/a;b", "/a?b;c", "/a+?b"};
    for (unsigned i = 0; i < sizeof plain / sizeof *plain; i++)
        ck_assert_uint_eq(target_of(plain[i]).size, 0);
    for (unsigned i = 0; i < sizeof odd / sizeof *odd; i++) {
        char head[64] = "DELETE ";
        strcat(head, odd[i]);
        strcat(head, " HTTP/1.1\r\n\r\n");
        ck_assert(tr_slice_is(target_of(head), odd[i]));
    }
}
END_TEST

static const struct {
    const char *target;
    const char *path;
} paths[] = {
    {"/a+b&c;d", "/a+b&c;d"}, {"/a%20b+%2b?x", "/a b++"},   {"/%C3%A4+", "/\xc3\xa4+"},
    {"//a///b+", "/a/b+"},    {"/./a/./b+/.", "/a/b+/"},    {"/a/../b+", "/b+"},
    {"/a+/b/..", "/a+/"},     {"/../../b+", "/b+"},         {"/a/%2e%2E/b+", "/b+"},
    {"/a+/...", "/a+/..."},   {"/a+/.b/..c", "/a+/.b/..c"}, {"/a+%", "/a+%"},
};

START_TEST(target_has_a_path)
{
    char out[64];
    tr_slice path = tr_target_path(tr_slice_of(paths[_i].target), out, sizeof out);
    ck_assert_msg(tr_slice_is(path, paths[_i].path), "%.*s", (int)path.size, path.data);
}
END_TEST

START_TEST(target_is_cut_where_its_path_is_too_long)
{
    char out[5];
    ck_assert(tr_slice_is(tr_target_path(TR_SLICE("/a+b+c+d"), out, 5), "/a+b+"));
}
END_TEST

START_TEST(target_has_a_query)
{
    char out[64];
    tr_slice part;
    tr_slice query = tr_target_query(TR_SLICE("/x?a=b;c&d%26=%3D+e&&f"));
    static const char *const parts[] = {"a=b;c", "d&== e", "", "f"};
    for (unsigned i = 0; i < 4; i++) {
        ck_assert(tr_target_next_part(&query, out, &part));
        ck_assert(tr_slice_is(part, parts[i]));
    }
    ck_assert(!tr_target_next_part(&query, out, &part));
    ck_assert_uint_eq(tr_target_query(TR_SLICE("/x")).size, 0);
}
END_TEST

Suite *gateway_target_suite(void)
{
    Suite *suite = suite_create("gateway/target");
    TCase *cases = tcase_create("targets");
    tcase_add_test(cases, target_is_kept_where_it_is_read_in_another_way);
    tcase_add_loop_test(cases, target_has_a_path, 0, (int)(sizeof paths / sizeof *paths));
    tcase_add_test(cases, target_is_cut_where_its_path_is_too_long);
    tcase_add_test(cases, target_has_a_query);
    suite_add_tcase(suite, cases);
    return suite;
}
