// The cases are the client's, too (client/test/core/rules.test.ts).

#include "sdk/tree/text_rules.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "sdk/tree/typing.h"
#include "tests/support/tree_pair.h"
#include "wire/writer.h"

Suite *sdk_tree_text_rules_suite(void);

static tr_node *field;

static void set_up(void)
{
    pair_up();
    tr_log_level_set(TR_LOG_ERROR);
    field = tr_node_new(TR_CONTROL_TEXT_FIELD);
    tr_tree_append(pair_tree, tr_tree_view(pair_tree), 0, field);
    pair_send_page(false);
}

static void set_filter(tr_slice pattern, bool allows, tr_slice replacement)
{
    tr_buf map = {0};
    tr_write_map(&map, 4);
    pair_write(&map, "regex_string", tr_value_text(pattern));
    pair_write(&map, "allow", tr_value_boolean(allows));
    pair_write(&map, "replacement_string", tr_value_text(replacement));
    pair_write(&map, "unicode", tr_value_boolean(true));
    ck_assert_int_eq(
        tr_tree_set(pair_tree, field, TR_PROP_INPUT_FILTER, tr_value_raw(tr_buf_slice(&map))), 0);
    tr_buf_done(&map);
}

static tr_slice next_part(char **at)
{
    char *start = *at;
    size_t size = strcspn(start, "|\n");
    *at = start + size + (start[size] != '\0');
    return (tr_slice){start, (uint32_t)size};
}

static void check_line(char *line)
{
    char *at = line;
    tr_slice pattern = next_part(&at);
    bool allows = tr_slice_is(next_part(&at), "allow");
    tr_slice replacement = next_part(&at);
    tr_slice capitals = next_part(&at);
    long most = strtol(at, NULL, 10);
    (void)next_part(&at);
    tr_slice now = next_part(&at);
    tr_slice typed = next_part(&at);
    tr_slice wanted = next_part(&at);
    set_filter(pattern, allows, replacement);
    (void)tr_tree_set(pair_tree, field, TR_PROP_CAPITALIZATION,
                      capitals.size != 0 ? tr_value_text(capitals) : TR_NIL);
    (void)tr_tree_set(pair_tree, field, TR_PROP_MAX_LENGTH,
                      most != 0 ? tr_value_integer(most) : TR_NIL);
    (void)tr_tree_set_text(pair_tree, field, now);
    pair_client_sets(field->id, "value", tr_value_text(typed));
    tr_slice held = tr_node_get(field, TR_PROP_VALUE).slice;
    ck_assert_msg(tr_slice_equal(held, wanted), "%.*s came of %s", (int)held.size, held.data, line);
}

START_TEST(a_field_takes_what_its_rules_leave_of_what_a_browser_says)
{
    FILE *file = fopen("tests/sdk/tree/rule_cases.txt", "r");
    ck_assert_ptr_nonnull(file);
    char line[512];
    while (fgets(line, sizeof line, file) != NULL)
        check_line(line);
    (void)fclose(file);
}
END_TEST

// The browser may not even have the rule.
START_TEST(the_browser_is_told_what_was_made_of_its_report)
{
    for (int counts = 0; counts < 2; counts++) {
        tr_tree_begin_typing(pair_tree, counts != 0);
        set_filter(TR_SLICE("[0-9]"), true, TR_SLICE(""));
        (void)tr_tree_set_text(pair_tree, field, TR_SLICE("1"));
        (void)pair_flush();
        pair_client_sets(field->id, "value", tr_value_text(TR_SLICE("1a")));
        ck_assert_int_eq(pair_flush(), 1);
        pair_expect_same("after a report that was not taken as it was");
        pair_client_sets(field->id, "value", tr_value_text(TR_SLICE("12")));
        ck_assert(tr_slice_is(tr_node_get(field, TR_PROP_VALUE).slice, "12"));
    }
}
END_TEST

START_TEST(a_pattern_does_not_cut_letters_into_bytes)
{
    set_filter(TR_SLICE("^\\C"), false, TR_SLICE(""));
    (void)tr_tree_set_text(pair_tree, field, TR_SLICE("old"));
    pair_client_sets(field->id, "value", tr_value_text(TR_SLICE("\xc3\xa9")));
    ck_assert(tr_slice_is(tr_node_get(field, TR_PROP_VALUE).slice, "\xc3\xa9"));
}
END_TEST

START_TEST(a_pattern_that_takes_for_ever_takes_nothing)
{
    set_filter(TR_SLICE("^(([a-z])+.)+[A-Z]([a-z])+$"), true, TR_SLICE(""));
    (void)tr_tree_set_text(pair_tree, field, TR_SLICE("old"));
    pair_client_sets(field->id, "value",
                     tr_value_text(TR_SLICE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
    ck_assert(tr_slice_is(tr_node_get(field, TR_PROP_VALUE).slice, "old"));
}
END_TEST

static double cpu_seconds(void)
{
    struct timespec now;
    ck_assert_int_eq(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

enum { LONG_BYTES = 65000 };

static tr_slice report_of(const char *words, const char *end)
{
    static char text[LONG_BYTES];
    size_t size = strlen(words);
    for (uint32_t i = 0; i < LONG_BYTES; i++)
        text[i] = words[i % size];
    memcpy(text + LONG_BYTES - strlen(end), end, strlen(end));
    pair_client_sets(field->id, "value", tr_value_text((tr_slice){text, LONG_BYTES}));
    return tr_node_get(field, TR_PROP_VALUE).slice;
}

// From each letter some read the rest of the text once, others again and again.
static const char *const slow[] = {"[\\w.]+@[\\w]+\\.com",
                                   "\\w+@",
                                   "(\\w|a)+@",
                                   ".*?.*?@\\d",
                                   "(?=.*z)a",
                                   "(a+)\\1@",
                                   "a+(?=\\d)"};

START_TEST(a_long_text_does_not_block_with_a_pattern_that_is_slow_from_each_letter)
{
    for (int allows = 0; allows < 2; allows++) {
        set_filter(tr_slice_of(slow[_i]), allows != 0, TR_SLICE(""));
        (void)tr_tree_set_text(pair_tree, field, TR_SLICE("old"));
        double before = cpu_seconds();
        ck_assert(tr_slice_is(report_of("a", " @.com"), "old"));
        ck_assert_double_lt(cpu_seconds() - before, 0.5);
    }
}
END_TEST

// So much of what is plain has room.
static const char *const plain[] = {"[a-z0-9 ]", "[^0-9]*", "^[a-z ]*$", "[a-z]+|\\d|[ .,;:!?]",
                                    "\\w+\\s?",  "."};

START_TEST(a_long_text_passes_a_plain_pattern)
{
    set_filter(tr_slice_of(plain[_i]), true, TR_SLICE(""));
    ck_assert_uint_eq(report_of("some words ", "").size, LONG_BYTES);
}
END_TEST

Suite *sdk_tree_text_rules_suite(void)
{
    Suite *suite = suite_create("sdk/tree/text_rules");
    TCase *tests = tcase_create("all");
    tcase_add_checked_fixture(tests, set_up, pair_down);
    tcase_add_test(tests, a_field_takes_what_its_rules_leave_of_what_a_browser_says);
    tcase_add_test(tests, the_browser_is_told_what_was_made_of_its_report);
    tcase_add_test(tests, a_pattern_does_not_cut_letters_into_bytes);
    tcase_add_test(tests, a_pattern_that_takes_for_ever_takes_nothing);
    tcase_add_loop_test(tests,
                        a_long_text_does_not_block_with_a_pattern_that_is_slow_from_each_letter, 0,
                        sizeof slow / sizeof *slow);
    tcase_add_loop_test(tests, a_long_text_passes_a_plain_pattern, 0, sizeof plain / sizeof *plain);
    suite_add_tcase(suite, tests);
    return suite;
}
