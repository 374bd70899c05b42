// The cases are the client's, too (client/test/core/merge.test.ts): both have to come to the same.

#include "sdk/tree/text_merge.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *sdk_tree_text_merge_suite(void);

static tr_slice next_part(char **at)
{
    char *start = *at;
    size_t size = strcspn(start, "|\n");
    *at = start + size + 1;
    return (tr_slice){start, (uint32_t)size};
}

static void check_line(char *line)
{
    char *at = line;
    tr_slice base = next_part(&at);
    tr_slice mine = next_part(&at);
    tr_slice theirs = next_part(&at);
    tr_slice wanted = next_part(&at);
    tr_buf out = {0};
    tr_text_merge(base, mine, theirs, &out);
    ck_assert_msg(tr_slice_equal(tr_buf_slice(&out), wanted), "%.*s came of %s", (int)out.size,
                  (const char *)out.data, line);
    tr_buf_done(&out);
}

START_TEST(what_one_typed_is_typed_into_what_the_other_made)
{
    FILE *file = fopen("tests/sdk/tree/merge_cases.txt", "r");
    ck_assert_ptr_nonnull(file);
    char line[512];
    unsigned count = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        check_line(line);
        count++;
    }
    (void)fclose(file);
    ck_assert_uint_gt(count, 200);
}
END_TEST

START_TEST(bytes_that_are_no_text_and_texts_of_any_size_do_no_harm)
{
    enum { SIZE = 100000 };
    char *long_text = malloc(SIZE);
    ck_assert_ptr_nonnull(long_text);
    memset(long_text, 'x', SIZE);
    tr_slice base = {long_text, SIZE};
    tr_slice mine = {long_text, SIZE - 1};
    tr_buf out = {0};
    tr_text_merge(base, mine, TR_SLICE("\xf0\x9f\xff\x80 \xc3"), &out);
    ck_assert_uint_eq(out.size, 6);
    tr_buf_done(&out);
    tr_text_merge(TR_SLICE("\xf0\x9f"), TR_SLICE("\xf0"), base, &out);
    ck_assert_uint_eq(out.size, SIZE + 1);
    tr_buf_done(&out);
    free(long_text);
}
END_TEST

Suite *sdk_tree_text_merge_suite(void)
{
    Suite *suite = suite_create("sdk/tree/text_merge");
    TCase *tests = tcase_create("all");
    tcase_add_test(tests, what_one_typed_is_typed_into_what_the_other_made);
    tcase_add_test(tests, bytes_that_are_no_text_and_texts_of_any_size_do_no_harm);
    suite_add_tcase(suite, tests);
    return suite;
}
