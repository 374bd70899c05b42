#include "base/log_json.h"

#include <check.h>
#include <stdbool.h>
#include <string.h>

Suite *base_log_json_suite(void);

static char out[4096];

static const char *json_of(const char *line, size_t cap)
{
    size_t size = tr_log_json(line, strlen(line), out, cap);
    ck_assert_uint_le(size, cap);
    ck_assert_int_eq(out[size - 1], '\n');
    out[size - 1] = '\0';
    return out;
}

static const struct {
    const char *line;
    const char *json;
} lines[] = {
    {"2026-01-02T03:04:05.678Z level=info thread=core-0 event=a port=8000\n",
     "{\"time\":\"2026-01-02T03:04:05.678Z\",\"level\":\"info\",\"thread\":\"core-0\","
     "\"event\":\"a\",\"port\":8000}"},
    {"t a=\"two words\" b=\"\" c= d=-7",
     "{\"time\":\"t\",\"a\":\"two words\",\"b\":\"\",\"c\":\"\",\"d\":-7}"},
    {"t a=\"say \\\"x\\\" \\\\ y\" b=1", "{\"time\":\"t\",\"a\":\"say \\\"x\\\" \\\\ y\",\"b\":1}"},
    {"t a=\"\\x0aforged\" b=1", "{\"time\":\"t\",\"a\":\"\\u000aforged\",\"b\":1}"},
    {"t a=007 b=1.5 c=1e3 d=12345678901234567890",
     "{\"time\":\"t\",\"a\":\"007\",\"b\":\"1.5\",\"c\":\"1e3\",\"d\":\"12345678901234567890\"}"},
    {"t a=x=y stray b=\"open", "{\"time\":\"t\",\"a\":\"x=y\",\"word\":\"stray\",\"b\":\"open\"}"},
    {"t a=\"gr\xc3\xbc\xc3\x9f\" b=\"\xf0\x9f\x98\x80\"",
     "{\"time\":\"t\",\"a\":\"gr\xc3\xbc\xc3\x9f\",\"b\":\"\xf0\x9f\x98\x80\"}"},
    // Half a character, an overlong one, half a pair.
    {"t a=\"\xc3\" b=\"\xc0\xaf\" c=\"\xed\xa0\x80\"",
     "{\"time\":\"t\",\"a\":\"\xef\xbf\xbd\",\"b\":\"\xef\xbf\xbd\xef\xbf\xbd\","
     "\"c\":\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"}"},
    {"t a=\"\\x9b\" b=\xc2\x9b"
     "2J",
     "{\"time\":\"t\",\"a\":\"\\u009b\",\"b\":\"\\u009b"
     "2J\"}"},
    {"t a=\x9b"
     "2J",
     "{\"time\":\"t\",\"a\":\"\xef\xbf\xbd"
     "2J\"}"},
    {"", "{}"},
};

START_TEST(a_line_is_one_object)
{
    ck_assert_str_eq(json_of(lines[_i].line, sizeof out), lines[_i].json);
}
END_TEST

// Quotes come in pairs, and none of a text's own is bare.
static void expect_whole(const char *json)
{
    size_t size = strlen(json);
    bool is_inside = false;
    ck_assert_int_eq(json[0], '{');
    ck_assert_int_eq(json[size - 1], '}');
    for (size_t i = 0; i < size; i++) {
        if (is_inside && json[i] == '\\')
            i++;
        else if (json[i] == '"')
            is_inside = !is_inside;
    }
    ck_assert(!is_inside);
}

START_TEST(what_does_not_fit_is_cut_and_the_object_is_whole)
{
    char line[600] = "time level=info event=x text=\"";
    for (size_t i = strlen(line); i < sizeof line - 3; i += 2)
        memcpy(line + i, i % 4 == 0 ? "\\\"" : "ab", 3);
    strncat(line, "\"", 2);
    for (size_t cap = 64; cap < 700; cap++)
        expect_whole(json_of(line, cap));
}
END_TEST

Suite *base_log_json_suite(void)
{
    Suite *suite = suite_create("base/log_json");
    TCase *cases = tcase_create("log_json");
    tcase_add_loop_test(cases, a_line_is_one_object, 0, sizeof lines / sizeof *lines);
    tcase_add_test(cases, what_does_not_fit_is_cut_and_the_object_is_whole);
    suite_add_tcase(suite, cases);
    return suite;
}
