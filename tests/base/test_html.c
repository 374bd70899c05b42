#include "base/html.h"

#include <check.h>
#include <stdint.h>

Suite *base_html_suite(void);

static void is(const char *text, size_t cap, const char *html)
{
    tr_buf out = {0};
    tr_html_put_text(&out, tr_slice_of(text), cap);
    ck_assert_str_eq(tr_buf_text(&out), html);
    tr_buf_done(&out);
}

START_TEST(what_is_markup_becomes_text)
{
    is("<a href=\"x\" b='c'>&amp;", SIZE_MAX,
       "&lt;a href=&quot;x&quot; b=&#39;c&#39;&gt;&amp;amp;");
    is("\x01\x02 a\r\n\tb\x1f\x7f", SIZE_MAX, " a\n\tb");
    is("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", SIZE_MAX, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    is("", SIZE_MAX, "");
}
END_TEST

START_TEST(it_ends_between_characters)
{
    is("abc", 2, "ab");
    is("\xe2\x82\xac\xe2\x82\xac", 1, "\xe2\x82\xac");
    is("a<b", 2, "a&lt;");
    is("a", 0, "");
}
END_TEST

Suite *base_html_suite(void)
{
    Suite *suite = suite_create("base/html");
    TCase *all = tcase_create("all");
    tcase_add_test(all, what_is_markup_becomes_text);
    tcase_add_test(all, it_ends_between_characters);
    suite_add_tcase(suite, all);
    return suite;
}
