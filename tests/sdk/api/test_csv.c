// troupe/csv.h: what is read, refused and written.

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "troupe/csv.h"

static char *text;

// All records of a file with that content, as "a|b|c;d|e;".
static const char *read_all(const char *content, size_t size, tr_csv *csv)
{
    size_t length = 0;
    csv->file = tmpfile();
    ck_assert_uint_eq(fwrite(content, 1, size, csv->file), size);
    rewind(csv->file);
    free(text);
    text = calloc(1, 2 * size + 64);
    while (tr_csv_read(csv))
        for (uint32_t i = 0; i < csv->count; i++)
            length += (size_t)snprintf(text + length, 2 * size + 64 - length, "%s%c",
                                       csv->fields[i], i + 1 < csv->count ? '|' : ';');
    fclose(csv->file);
    return text;
}

static void reads(const char *content, const char *wanted, const char *error)
{
    tr_csv csv = {.file = NULL};
    ck_assert_str_eq(read_all(content, strlen(content), &csv), wanted);
    if (error == NULL)
        ck_assert_ptr_null(csv.error);
    else
        ck_assert_str_eq(csv.error, error);
    tr_csv_done(&csv);
}

START_TEST(records_are_read)
{
    reads("", "", NULL);
    reads("a,b\nc,d", "a|b;c|d;", NULL);
    reads("a,b\r\n\r\n\nc,\r\n", "a|b;c|;", NULL);
    reads("\xEF\xBB\xBF\"a \"\"b\"\"\",\"c,\nd\"\n", "a \"b\"|c,\nd;", NULL);
    reads(",\n", "|;", NULL);
    reads("a\"b,c", "a\"b|c;", NULL);
}
END_TEST

START_TEST(other_separators_are_read)
{
    tr_csv csv = {.separator = ';'};
    ck_assert_str_eq(read_all("a;b,c\n", 6, &csv), "a|b,c;");
    tr_csv_done(&csv);
}
END_TEST

START_TEST(what_is_too_much_is_refused)
{
    reads("a,\"b\nc", "", "a quote that is not closed");
    char many[TR_CSV_FIELDS_CAP + 2] = "";
    memset(many, ',', TR_CSV_FIELDS_CAP);
    reads(many, "", "a record of more than 256 fields");
    size_t size = TR_CSV_RECORD_CAP_BYTES + 10;
    char *large = calloc(1, size + 1);
    memset(large, 'x', size);
    reads(large, "", "a record of more than 1 MiB");
    free(large);
}
END_TEST

START_TEST(lines_are_written_as_they_are_read)
{
    char line[64];
    const char *const texts[] = {"a", "b \"c\"", "d,e", "", NULL};
    ck_assert_int_eq(tr_csv_line(line, sizeof line, texts), 20);
    ck_assert_str_eq(line, "a,\"b \"\"c\"\"\",\"d,e\",\r\n");
    reads(line, "a|b \"c\"|d,e|;", NULL);
    memset(line, 'x', sizeof line);
    ck_assert_int_eq(tr_csv_line(line, 20, texts), -1); // no room for the zero byte
    ck_assert_int_eq(line[0], 'x');
    ck_assert_int_eq(tr_csv_line(line, 21, texts), 20);
}
END_TEST

Suite *csv_suite(void);
Suite *csv_suite(void)
{
    Suite *suite = suite_create("sdk/api/csv");
    TCase *tests = tcase_create("csv");
    tcase_add_test(tests, records_are_read);
    tcase_add_test(tests, other_separators_are_read);
    tcase_add_test(tests, what_is_too_much_is_refused);
    tcase_add_test(tests, lines_are_written_as_they_are_read);
    suite_add_tcase(suite, tests);
    return suite;
}
