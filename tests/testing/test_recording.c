// The reader of recordings: what it takes, and what it says of what it does not.

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "testing/recording.h"
#include "troupe/err.h"

static const char whole[] = "troupe recording 1\n"
                            "# an app, some day\n"
                            "open \"/list?x=1\" 1280x800 dark\n"
                            "shows\n"
                            "  + Text \"a\\\"b\"\n"
                            "\n"
                            "wait 1200\n"
                            "type #new: \"Milk \\\\ \\n\"\n"
                            "click FilledButton \"Add: it\" nth 2 in #\"odd key\"\n"
                            "choose #done: true\n"
                            "set Slider in #box: {\"value\": 1.5}\n"
                            "send hover to hidden Container nth 3: {\"x\": [1, null]}\n"
                            "send view_pop to page\n"
                            "page 2\n"
                            "open \"/\" 390x844\n"
                            "return\n"
                            "go \"/x\"\n"
                            "press \"Ctrl+S\"\n"
                            "answer get: \"text\"\n"
                            "refuse get: \"no\"\n"
                            "shows\n"
                            "  - Text \"a\"\n"
                            "  + Text \"<*>\"";

static tr_recording recording;
static tr_buf why;

static void tear_down(void)
{
    tr_recording_done(&recording);
    tr_buf_done(&why);
}

static const char *complaint(const char *text)
{
    why.size = 0;
    ck_assert_int_eq(tr_recording_read(text, strlen(text), &recording, &why), TR_EMALFORMED);
    ck_assert_uint_eq(recording.count, 0);
    return tr_buf_text(&why);
}

START_TEST(a_recording_is_read)
{
    ck_assert_msg(tr_recording_read(whole, sizeof whole - 1, &recording, &why) == 0, "%s",
                  tr_buf_text(&why));
    ck_assert_uint_eq(recording.count, 17);
    const tr_step *step = recording.steps;
    ck_assert_str_eq(step[0].text, "/list?x=1");
    ck_assert(step[0].width == 1280 && step[0].height == 800 && step[0].is_dark);
    ck_assert_uint_eq(step[1].shown.count, 1);
    ck_assert_str_eq(step[1].shown.lines[0], "+ Text \"a\\\"b\"");
    ck_assert_uint_eq(step[2].number, 1200);
    ck_assert_uint_eq(step[2].line, 7);
    ck_assert_str_eq(step[3].text, "Milk \\ \n");
    ck_assert_str_eq(step[3].who.query.key, "new");
    ck_assert_str_eq(step[4].who.query.text, "Add: it");
    ck_assert_str_eq(step[4].who.query.within, "odd key");
    ck_assert_uint_eq(step[4].who.query.nth, 2);
    ck_assert_str_eq(step[6].text, "{\"value\": 1.5}");
    ck_assert(step[7].who.is_hidden && strcmp(step[7].word, "hover") == 0);
    ck_assert(step[8].who.is_page && step[8].text == NULL);
    ck_assert_str_eq(step[14].text, "\"text\"");
    ck_assert_str_eq(step[15].text, "no");
    ck_assert_uint_eq(step[16].shown.count, 2);
}
END_TEST

static const struct {
    const char *text;
    const char *error;
} bad[] = {
    {"", "1: this is no recording: it begins with \"troupe recording 1\""},
    {"#include <troupe/troupe.h>\n",
     "1: this is no recording: it begins with \"troupe recording 1\""},
    {"troupe recording 1\n", "2: no page opens here"},
    {"troupe recording 1\nclick #a\n", "2: this page is not open yet"},
    {"troupe recording 1\npage 2\nopen \"/\" 1x1\n", "3: page 1 opens first"},
    {"troupe recording 1\nopen \"/\" 1x1\nopen \"/\" 1x1\n", "3: this page is open already"},
    {"troupe recording 1\nopen / 1x1\n", "2: a text between quotes is missing"},
    {"troupe recording 1\nopen \"/\n", "2: a text between quotes is missing"},
    {"troupe recording 1\nopen \"/\\u1\" 1x1\n", "2: that text has an escape that is not known"},
    {"troupe recording 1\nopen \"/\" 1280\n", "2: the size of the window is missing (1280x800)"},
    {"troupe recording 1\nopen \"/\" 1x99999999999999\n",
     "2: a number is missing, or is too large"},
    {"troupe recording 1\nopen \"/\" 1x1 pink\n",
     "2: there is more on the line than belongs there"},
    {"troupe recording 1\nopen \"/\" 1x1\npage 5\n", "3: a number is missing, or is too large"},
    {"troupe recording 1\nopen \"/\" 1x1\npage 0\n", "3: pages are counted from 1"},
    {"troupe recording 1\nopen \"/\" 1x1\n\nclack #a\n", "4: there is no such step"},
    {"troupe recording 1\nopen \"/\" 1x1\nclick ?\n",
     "3: which control is meant? A type, #key, \"text\", nth N, in #key, or page"},
    {"troupe recording 1\nopen \"/\" 1x1\nclick #a #b\n",
     "3: which control is meant? A type, #key, \"text\", nth N, in #key, or page"},
    {"troupe recording 1\nopen \"/\" 1x1\nclick Text nth 0\n",
     "3: which control is meant? A type, #key, \"text\", nth N, in #key, or page"},
    {"troupe recording 1\nopen \"/\" 1x1\ntype #a\n", "3: a colon and a blank are missing"},
    {"troupe recording 1\nopen \"/\" 1x1\nchoose #a: tru\n", "3: that is not JSON"},
    {"troupe recording 1\nopen \"/\" 1x1\nset #a: 5\n", "3: properties stand between { and }"},
    {"troupe recording 1\nopen \"/\" 1x1\nsend hover #a\n", "3: \"to\" and a control are missing"},
    {"troupe recording 1\nopen \"/\" 1x1\nanswer : 5\n", "3: a name is missing, or is too long"},
    {"troupe recording 1\nopen \"/\" 1x1\n+ Text\n", "3: this stands below no `shows`"},
};

START_TEST(a_bad_file_gets_one_line_with_its_number)
{
    ck_assert_str_eq(complaint(bad[_i].text), bad[_i].error);
}
END_TEST

START_TEST(what_is_no_text_is_none)
{
    static const char zero[] = "troupe recording 1\nopen \"/\" 1x1\nclick \0#a\n";
    ck_assert_int_eq(tr_recording_read(zero, sizeof zero - 1, &recording, &why), TR_EMALFORMED);
    ck_assert_str_eq(tr_buf_text(&why), "3: this is no text");
}
END_TEST

START_TEST(sizes_are_bounded)
{
    tr_buf text = {0};
    tr_buf_printf(&text, "troupe recording 1\nopen \"/\" 1x1\n");
    for (unsigned i = 0; i < TR_RECORDING_STEPS_CAP; i++)
        tr_buf_printf(&text, "return\n");
    ck_assert_str_eq(complaint(tr_buf_text(&text)), "20002: there are more than 20 000 steps");
    text.size = 0;
    tr_buf_printf(&text, "troupe recording 1\nopen \"%300000d\" 1x1\n", 1);
    ck_assert_str_eq(complaint(tr_buf_text(&text)), "2: this line has more than 256 KiB");
    text.size = 0;
    tr_buf_printf(&text, "troupe recording 1\n%*d", TR_RECORDING_BYTES_CAP, 1);
    ck_assert_str_eq(complaint(tr_buf_text(&text)), "1: the file has more than 4 MiB");
    tr_buf_done(&text);
}
END_TEST

// Whatever is in the file: it is read, or refused with the number of a line that is there.
START_TEST(no_file_breaks_the_reader)
{
    const char *given = getenv("SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : 1;
    for (unsigned round = 0; round < 20000; round++) {
        uint64_t state = seed + round;
        char text[sizeof whole];
        memcpy(text, whole, sizeof whole);
        unsigned changes = 1 + (unsigned)(tr_random_next(&state) % 6);
        for (unsigned i = 0; i < changes; i++) {
            uint64_t bits = tr_random_next(&state);
            static const char signs[] = "\"#:{}[]+-\\ \n0x<*\x80\xff";
            text[(bits >> 8) % (sizeof whole - 1)] = signs[bits % (sizeof signs - 1)];
        }
        why.size = 0;
        size_t size = sizeof whole - 1 - (size_t)(tr_random_next(&state) % 40);
        int result = tr_recording_read(text, size, &recording, &why);
        ck_assert_msg(result == 0 ||
                          (result == TR_EMALFORMED && strtoul(tr_buf_text(&why), NULL, 10) >= 1),
                      "SEED=%llu", (unsigned long long)(seed + round));
        tr_recording_done(&recording);
    }
}
END_TEST

Suite *testing_recording_suite(void);
Suite *testing_recording_suite(void)
{
    Suite *suite = suite_create("testing/recording");
    TCase *tests = tcase_create("reader");
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_recording_is_read);
    tcase_add_loop_test(tests, a_bad_file_gets_one_line_with_its_number, 0,
                        sizeof bad / sizeof *bad);
    tcase_add_test(tests, what_is_no_text_is_none);
    tcase_add_test(tests, sizes_are_bounded);
    tcase_add_test(tests, no_file_breaks_the_reader);
    suite_add_tcase(suite, tests);
    return suite;
}
