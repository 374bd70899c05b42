#include "uploads/disposition.h"

#include <check.h>

static const struct {
    const char *name;
    const char *header;
} rows[] = {
    {"a b.txt", "attachment; filename=\"a b.txt\""},
    {"50%.txt", "attachment; filename=\"50_.txt\"; filename*=UTF-8''50%25.txt"},
    {"\"q\"\\.txt", "attachment; filename=\"_q__.txt\"; filename*=UTF-8''%22q%22%5C.txt"},
    {"\xc3\xa4\xf0\x9f\x98\x80.txt",
     "attachment; filename=\"__.txt\"; filename*=UTF-8''%C3%A4%F0%9F%98%80.txt"},
    {"it's (1)*.txt", "attachment; filename=\"it's (1)*.txt\""},
    {"a\r\nSet-Cookie: b",
     "attachment; filename=\"a__Set-Cookie: b\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20b"},
};

START_TEST(names_are_written_for_old_and_new_browsers)
{
    tr_buf text = {0};
    tr_disposition_write(rows[_i].name, &text);
    ck_assert_str_eq(tr_buf_text(&text), rows[_i].header);
    tr_buf_done(&text);
}
END_TEST

Suite *disposition_suite(void);
Suite *disposition_suite(void)
{
    Suite *suite = suite_create("uploads/disposition");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, names_are_written_for_old_and_new_browsers, 0,
                        sizeof rows / sizeof *rows);
    suite_add_tcase(suite, all);
    return suite;
}
