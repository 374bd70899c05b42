#include "uploads/file_name.h"

#include <check.h>
#include <string.h>

static const struct {
    const char *given;
    const char *made;
} names[] = {
    {"report.pdf", "report.pdf"},
    {"a b&c=d%.txt", "a b&c=d%.txt"},
    {"../../etc/passwd", "passwd"},
    {"/etc/passwd", "passwd"},
    {"C:\\Users\\me\\a.txt", "a.txt"},
    {"a/..", "file"},
    {"..", "file"},
    {".", "file"},
    {"", "file"},
    {"a/", "file"},
    {"   ", "file"},
    {".htaccess", "htaccess"},
    {"...x", "x"},
    {"x. . ", "x"},
    {"a:b|c<d>e\"f?g*h", "a_b_c_d_e_f_g_h"},
    {"a\nb\tc\x7f.txt", "abc.txt"},
    {"CON", "_CON"},
    {"con.txt", "_con.txt"},
    {"Com1.log", "_Com1.log"},
    {"LPT9", "_LPT9"},
    {"com0", "com0"},
    {"console", "console"},
    {"NUL.tar.gz", "_NUL.tar.gz"},
    {"\xc3\xbc\xe4\xb8\xad\xf0\x9f\x98\x80.png", "\xc3\xbc\xe4\xb8\xad\xf0\x9f\x98\x80.png"},
    {"a\xff\xfe.txt", "a__.txt"},
    {"a\xc3", "a_"},
    {"evil\xe2\x80\xaegnp.exe", "evilgnp.exe"},     // writes from right to left from there on
    {"a\xe2\x80\x8b\xef\xbb\xbf\xc2\x85.b", "a.b"}, // nothing is to be seen of these
    {"-rf", "-rf"},
};

START_TEST(file_name_is_made_safe)
{
    char out[TR_FILE_NAME_CAP_BYTES + 1];
    tr_file_name_make(tr_slice_of(names[_i].given), out);
    ck_assert_str_eq(out, names[_i].made);
    ck_assert(tr_file_name_is_safe(tr_slice_of(out)));
}
END_TEST

START_TEST(file_name_ends_at_no_zero_byte)
{
    char out[TR_FILE_NAME_CAP_BYTES + 1];
    tr_file_name_make((tr_slice){"a.txt\0.exe", 10}, out);
    ck_assert_str_eq(out, "a.txt.exe");
}
END_TEST

// The whole character or none of it, and the extension in any case.
START_TEST(file_name_is_cut_where_it_is_too_long)
{
    char given[1000];
    char out[TR_FILE_NAME_CAP_BYTES + 1];
    for (unsigned start = 0; start < 4; start++) {
        size_t size = 0;
        while (size < start)
            given[size++] = 'a';
        while (size < 900) {
            memcpy(given + size, "\xf0\x9f\x98\x80", 4);
            size += 4;
        }
        memcpy(given + size, ".tar.gz", 7);
        tr_file_name_make((tr_slice){given, (uint32_t)size + 7}, out);
        size_t length = strlen(out);
        ck_assert_uint_le(length, TR_FILE_NAME_CAP_BYTES);
        ck_assert_uint_gt(length, TR_FILE_NAME_CAP_BYTES - 8);
        ck_assert_str_eq(out + length - 3, ".gz");
        ck_assert(tr_file_name_is_safe(tr_slice_of(out)));
    }
}
END_TEST

START_TEST(file_name_of_anything_is_safe_and_stays_so)
{
    char given[64];
    char out[TR_FILE_NAME_CAP_BYTES + 1];
    uint32_t random = 1;
    for (unsigned round = 0; round < 20000; round++) {
        for (unsigned i = 0; i < sizeof given; i++) {
            random = random * 1664525u + 1013904223u;
            given[i] = (char)(random >> 24);
        }
        tr_file_name_make((tr_slice){given, random % sizeof given}, out);
        ck_assert_ptr_null(strpbrk(out, "/\\"));
        ck_assert_int_ne(out[0], '.');
        ck_assert_uint_ne(strlen(out), 0);
        ck_assert(tr_file_name_is_safe(tr_slice_of(out)));
    }
}
END_TEST

Suite *uploads_file_name_suite(void);
Suite *uploads_file_name_suite(void)
{
    Suite *suite = suite_create("uploads/file_name");
    TCase *tcase = tcase_create("names");
    tcase_add_loop_test(tcase, file_name_is_made_safe, 0, sizeof names / sizeof *names);
    tcase_add_test(tcase, file_name_ends_at_no_zero_byte);
    tcase_add_test(tcase, file_name_is_cut_where_it_is_too_long);
    tcase_add_test(tcase, file_name_of_anything_is_safe_and_stays_so);
    suite_add_tcase(suite, tcase);
    return suite;
}
