#include <check.h>

#include "wire/route_match.h"

static const char *text_of(tr_buf *buf)
{
    return tr_buf_text(buf);
}

static const struct {
    const char *route, *path, *query;
} splits[] = {
    {"/", "/", ""},          {"", "/", ""},       {"/todo/3?x=1&y#top", "/todo/3", "x=1&y"},
    {"/todo/", "/todo", ""}, {"/#?a=1", "/", ""}, {"/?a=1", "/", "a=1"},
};

START_TEST(an_address_is_a_path_and_a_query)
{
    tr_slice path, query;
    tr_route_split(tr_slice_of(splits[_i].route), &path, &query);
    ck_assert(tr_slice_is(path, splits[_i].path));
    ck_assert(tr_slice_is(query, splits[_i].query));
}
END_TEST

static const struct {
    const char *pattern, *path;
    bool fits;
} matches[] = {
    {"/", "/", true},
    {"/", "/a", false},
    {"/todo/:id", "/todo/3", true},
    {"/todo/:id", "/todo", false},
    {"/todo/:id", "/todo/", false},
    {"/todo/:id", "/todo/3/4", false},
    {"/todo/:id/edit", "/todo/3/edit", true},
    {"/caf\xc3\xa9", "/caf%C3%A9", true},
    {"*", "/a", false}, // is looked at last, by name
    {"/todo", "/Todo", false},
};

START_TEST(a_pattern_fits_segment_by_segment)
{
    ck_assert(tr_route_matches(tr_slice_of(matches[_i].pattern), tr_slice_of(matches[_i].path)) ==
              matches[_i].fits);
}
END_TEST

START_TEST(a_path_has_beginnings)
{
    tr_slice path = TR_SLICE("/a/b/c");
    ck_assert_uint_eq(tr_route_depth(path), 3);
    ck_assert_uint_eq(tr_route_depth(TR_SLICE("/")), 0);
    ck_assert(tr_slice_is(tr_route_beginning(path, 0), "/"));
    ck_assert(tr_slice_is(tr_route_beginning(path, 2), "/a/b"));
    ck_assert(tr_slice_is(tr_route_beginning(path, 9), "/a/b/c"));
}
END_TEST

START_TEST(parts_are_found_by_name_and_decoded)
{
    tr_slice found;
    tr_buf out = {0};
    ck_assert(tr_route_find_param(TR_SLICE("/a/:one/:two"), TR_SLICE("/a/x/y%20z"), TR_SLICE("two"),
                                  &found));
    tr_route_decode(&out, found, false);
    ck_assert_str_eq(text_of(&out), "y z");
    ck_assert(!tr_route_find_param(TR_SLICE("/a/:one"), TR_SLICE("/a/x"), TR_SLICE("two"), &found));
    out.size = 0;
    ck_assert(tr_route_find_query(TR_SLICE("q=a+b%2Bc&flag&q=2"), TR_SLICE("q"), &found));
    tr_route_decode(&out, found, true);
    ck_assert_str_eq(text_of(&out), "a b+c");
    ck_assert(tr_route_find_query(TR_SLICE("q=1&flag"), TR_SLICE("flag"), &found));
    ck_assert_uint_eq(found.size, 0);
    ck_assert(!tr_route_find_query(TR_SLICE("q=1"), TR_SLICE("r"), &found));
    tr_buf_done(&out);
}
END_TEST

static const struct {
    const char *text, *decoded;
} odd[] = {
    {"%", "%"},     {"%4", "%4"},       {"%zz", "%zz"},
    {"%41%", "A%"}, {"a%00b", "a%00b"}, // a zero byte would cut the text
    {"%ff", "%ff"},                     // no UTF-8
};

START_TEST(what_makes_no_sense_stays_as_it_is)
{
    tr_buf out = {0};
    tr_route_decode(&out, tr_slice_of(odd[_i].text), false);
    ck_assert_str_eq(text_of(&out), odd[_i].decoded);
    tr_buf_done(&out);
}
END_TEST

START_TEST(an_address_is_the_same_encoded_or_not)
{
    ck_assert(tr_route_same(TR_SLICE("/caf\xc3\xa9?x=1"), TR_SLICE("/caf%C3%A9?x=1")));
    ck_assert(!tr_route_same(TR_SLICE("/a?x=1"), TR_SLICE("/a?x=2")));
}
END_TEST

Suite *route_match_suite(void);
Suite *route_match_suite(void)
{
    Suite *suite = suite_create("wire/route_match");
    TCase *tcase = tcase_create("route_match");
    tcase_add_loop_test(tcase, an_address_is_a_path_and_a_query, 0,
                        (int)(sizeof splits / sizeof *splits));
    tcase_add_loop_test(tcase, a_pattern_fits_segment_by_segment, 0,
                        (int)(sizeof matches / sizeof *matches));
    tcase_add_test(tcase, a_path_has_beginnings);
    tcase_add_test(tcase, parts_are_found_by_name_and_decoded);
    tcase_add_loop_test(tcase, what_makes_no_sense_stays_as_it_is, 0,
                        (int)(sizeof odd / sizeof *odd));
    tcase_add_test(tcase, an_address_is_the_same_encoded_or_not);
    suite_add_tcase(suite, tcase);
    return suite;
}
