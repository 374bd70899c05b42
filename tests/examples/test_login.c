// The form as its user meets it.

#include <stdio.h>
#include <troupe/test.h>

extern const tr_app login_app;

static tr_test_page *page;

static void sign_in(const char *name, const char *password)
{
    tr_test_type(page, name, .key = "name");
    tr_test_type(page, password, .key = "password");
    tr_test_click(page, .key = "login_form.send");
}

static void what_is_wrong_is_said_at_its_field(void)
{
    tr_test_click(page, .key = "login_form.send");
    tr_test_expect(page, .key = "name", .text = "Please enter your e-mail address");
    tr_test_expect(page, .key = "password", .text = "Please enter your password");
    if (tr_test_calls(page, "name", "focus") != 1 || tr_test_calls(page, "password", "focus") != 0)
        tr_test_expect(page, .text = "the focus on the first wrong field");
    sign_in("ada", "short");
    tr_test_expect(page, .key = "name", .text = "This is not an e-mail address");
    tr_test_expect(page, .key = "password", .text = "It has 8 characters or more");
    tr_test_type(page, "ada@example.org", .key = "name");
    tr_test_expect_property(page, "error", NULL, .key = "name");
}

static void a_wrong_password_is_said_and_forgotten(void)
{
    sign_in("ada@example.org", "synthetical");
    tr_test_expect(page, .key = "password", .text = "E-mail and password do not match");
    tr_test_expect_property(page, "value", NULL, .key = "password");
    tr_test_expect_property(page, "value", "\"ada@example.org\"", .key = "name");
    tr_test_expect_property(page, "disabled", NULL, .key = "login_form.send");
}

static void who_is_known_comes_in_and_leaves(void)
{
    tr_test_click(page, .key = "remembers");
    sign_in("ada@example.org", "analytical");
    tr_test_expect(page, .text = "Welcome, ada@example.org");
    tr_test_expect_none(page, .key = "password");
    tr_test_click(page, .key = "out");
    tr_test_expect_property(page, "value", "\"ada@example.org\"", .key = "name");
    tr_test_expect_property(page, "value", NULL, .key = "password");
}

static void enter_submits_too(void)
{
    tr_test_type(page, "ada@example.org", .key = "name");
    tr_test_type(page, "analytical", .key = "password");
    tr_test_submit(page, .key = "password");
    tr_test_expect(page, .text = "Welcome, ada@example.org");
}

static void what_was_entered_and_what_is_wrong_with_it_outlive_a_worker(void)
{
    tr_test_click(page, .key = "remembers");
    sign_in("ada", "analytical");
    tr_test_advance(page, 1000); // until it is in the store
    tr_test_kill_worker(page);
    tr_test_expect(page, .key = "name", .text = "This is not an e-mail address");
    tr_test_expect_property(page, "value", "\"ada\"", .key = "name");
    tr_test_expect_property(page, "value", "true", .key = "remembers");
    tr_test_expect_property(page, "error", NULL, .key = "password");
    tr_test_type(page, "ada@example.org", .key = "name");
    tr_test_expect_property(page, "error", NULL, .key = "name");
    tr_test_click(page, .key = "login_form.send");
    tr_test_expect(page, .text = "Welcome, ada@example.org");
}

int main(void)
{
    void (*const tests[])(void) = {what_is_wrong_is_said_at_its_field,
                                   a_wrong_password_is_said_and_forgotten,
                                   who_is_known_comes_in_and_leaves, enter_submits_too,
                                   what_was_entered_and_what_is_wrong_with_it_outlive_a_worker};
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        page = tr_test_open(&login_app, &(tr_test_options){.is_stored = true});
        tests[i]();
        tr_test_close(&page);
    }
    printf("ok login: %zu tests\n", sizeof tests / sizeof *tests);
    return 0;
}
