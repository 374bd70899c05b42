// What a form's members hold, and the rules in between: no page.

#include "sdk/api/form_value.h"

#include <check.h>
#include <string.h>

Suite *sdk_api_form_value_suite(void);

enum colour { RED, GREEN, BLUE };

struct all {
    char text[8];
    bool flag;
    signed char small;
    uint16_t port;
    int whole;
    int64_t large;
    float single;
    double number;
    enum colour colour;
    ui_form_status status;
};

static const char *is_capital(const char *text)
{
    return text[0] >= 'A' && text[0] <= 'Z' ? NULL : "It begins with a capital letter";
}

UI_FORM(all_form, struct all, status, NULL, UI_FIELD(text, .check = is_capital), UI_FIELD(flag),
        UI_FIELD(small), UI_FIELD(port, .least = 1), UI_FIELD(whole, .least = -5, .most = 5),
        UI_FIELD(large), UI_FIELD(single), UI_FIELD(number, .most = 0.5, .error = "Half at most"),
        UI_FIELD(colour));

static struct all all;

static const ui_field *field(const char *member)
{
    for (uint32_t i = 0; i < all_form->field_count; i++)
        if (strcmp(all_form->fields[i].member, member) == 0)
            return &all_form->fields[i];
    ck_abort_msg("no field %s", member);
    return NULL;
}

static bool enter(const char *member, const char *text)
{
    return tr_field_read(field(member), &all, text);
}

static const char *held(const char *member)
{
    static char out[UI_FORM_TEXT_CAP_BYTES];
    tr_field_write(field(member), &all, out);
    return out;
}

START_TEST(what_is_entered_is_held_and_written_again)
{
    static const struct {
        const char *member, *text, *held;
    } rows[] = {
        {"text", "Ada", "Ada"},
        {"flag", "true", "true"},
        {"small", "-128", "-128"},
        {"port", "65535", "65535"},
        {"whole", " 12 ", "12"},
        {"whole", "1e3", "1000"},
        {"large", "-9007199254740992", "-9007199254740992"},
        {"single", "0.1", "0.1"},
        {"number", "0.1", "0.1"},
        {"number", "-2.5", "-2.5"},
        {"colour", "2", "2"},
        {"flag", "false", "false"},
        {"text", "", ""},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert(enter(rows[i].member, rows[i].text));
        ck_assert_str_eq(held(rows[i].member), rows[i].held);
    }
    ck_assert_int_eq(all.large, -INT64_C(9007199254740992));
    ck_assert_int_eq(all.colour, BLUE);
}
END_TEST

START_TEST(what_is_no_value_of_the_member_changes_nothing)
{
    static const char *const rows[][2] = {
        {"small", "128"},  {"small", "-129"}, {"port", "-1"},    {"port", "65536"},
        {"whole", ""},     {"whole", "1.5"},  {"whole", "12x"},  {"whole", "2147483648"},
        {"whole", "0x10"}, {"number", "nan"}, {"number", "inf"}, {"number", "1e999"},
        {"single", "."},   {"colour", "-1"},  {"large", "1e17"}, {"whole", "1 2"},
    };
    memset(&all, 0, sizeof all);
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert_msg(!enter(rows[i][0], rows[i][1]), "%s took %s", rows[i][0], rows[i][1]);
        ck_assert_ptr_nonnull(tr_field_error(field(rows[i][0]), rows[i][1]));
        ck_assert_str_eq(held(rows[i][0]), "0");
    }
}
END_TEST

START_TEST(a_text_is_cut_at_a_whole_character_and_said_to_be_too_long)
{
    ck_assert(enter("text", "Grüße aus"));
    ck_assert_str_eq(all.text, "Grüße"); // 5 letters, 7 bytes
    ck_assert(enter("text", "123456ü"));
    ck_assert_str_eq(all.text, "123456");
    ck_assert(!tr_field_fits(field("text"), "12345678"));
    ck_assert_str_eq(tr_field_error(field("text"), "Aeiouaei"), "This is too long");
    ck_assert_ptr_null(tr_field_error(field("text"), "Aeiouae"));
}
END_TEST

START_TEST(rules_say_what_is_wanted)
{
    ck_assert_str_eq(tr_field_error(field("whole"), "6"), "A whole number from -5 to 5");
    ck_assert_str_eq(tr_field_error(field("port"), "0"), "A whole number, 1 or more");
    ck_assert_str_eq(tr_field_error(field("number"), "0.6"), "Half at most");
    ck_assert_str_eq(tr_field_error(field("single"), "x"), "A number");
    ck_assert_str_eq(tr_field_error(field("text"), "ada"), "It begins with a capital letter");
    ck_assert_ptr_null(tr_field_error(field("whole"), "-5"));
    ck_assert_ptr_null(tr_field_error(field("flag"), "false"));
}
END_TEST

START_TEST(a_field_may_go_on_showing_other_words_for_the_same)
{
    memset(&all, 0, sizeof all);
    all.whole = 5;
    strcpy(all.text, "1234567");
    ck_assert(tr_field_may_show(field("whole"), &all, "05"));
    ck_assert(tr_field_may_show(field("whole"), &all, "5x"));
    ck_assert(!tr_field_may_show(field("whole"), &all, "6"));
    ck_assert(tr_field_may_show(field("text"), &all, "12345678"));
    ck_assert(!tr_field_may_show(field("text"), &all, "other"));
}
END_TEST

Suite *sdk_api_form_value_suite(void)
{
    Suite *suite = suite_create("sdk/api/form_value");
    TCase *tcase = tcase_create("members and rules");
    tcase_add_test(tcase, what_is_entered_is_held_and_written_again);
    tcase_add_test(tcase, what_is_no_value_of_the_member_changes_nothing);
    tcase_add_test(tcase, a_text_is_cut_at_a_whole_character_and_said_to_be_too_long);
    tcase_add_test(tcase, rules_say_what_is_wanted);
    tcase_add_test(tcase, a_field_may_go_on_showing_other_words_for_the_same);
    suite_add_tcase(suite, tcase);
    return suite;
}
