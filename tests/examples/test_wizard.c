// The wizard as its user goes through it, and as a link leads into it.

#include <stdio.h>
#include <troupe/test.h>

extern const tr_app wizard_app;

static tr_test_page *page;

static void tell_who(void)
{
    tr_test_type(page, "Ada", .key = "name");
    tr_test_type(page, "ada@example.org", .key = "email");
    tr_test_click(page, .key = "who_form.send");
}

static void tell_when(void)
{
    tr_test_click(page, .key = "tuesday");
    tr_test_click(page, .key = "has_lunch");
    tr_test_type(page, "No nuts", .key = "wishes");
    tr_test_click(page, .key = "when_form.send");
}

static void steps_lead_to_a_place(void)
{
    tr_test_expect(page, .text = "Step 1 of 3");
    tell_who();
    tr_test_expect(page, .text = "Step 2 of 3");
    tell_when();
    tr_test_expect(page, .text = "Step 3 of 3");
    tr_test_expect(page, .text = "Ada", .type = "list_tile");
    tr_test_expect(page, .text = "Tuesday", .type = "list_tile");
    tr_test_expect(page, .text = "No nuts", .type = "list_tile");
    tr_test_click(page, .key = "confirm");
    tr_test_expect(page, .key = "place", .text = "Ada, you have place 1 on Tuesday.");
    tr_test_click(page, .key = "again");
    tr_test_expect(page, .text = "Step 1 of 3");
    tr_test_expect_property(page, "value", NULL, .key = "name");
}

static void a_step_is_left_when_it_is_complete(void)
{
    tr_test_click(page, .key = "who_form.send");
    tr_test_expect(page, .key = "name", .text = "Please tell us your name");
    tr_test_expect(page, .key = "email", .has = "We need an e-mail address");
    if (tr_test_calls(page, "name", "focus") != 1)
        tr_test_expect(page, .text = "the focus on the first wrong field");
    tell_who();
    tr_test_click(page, .key = "when_form.send");
    tr_test_expect(page, .key = "day.error", .text = "Please choose a day");
    tr_test_click(page, .key = "friday");
    tr_test_expect_none(page, .key = "day.error");
}

static void what_was_entered_stays(void)
{
    tell_who();
    tr_test_type(page, "No nuts", .key = "wishes");
    tr_test_click(page, .key = "when-back");
    tr_test_expect_property(page, "value", "\"Ada\"", .key = "name");
    tr_test_click(page, .key = "who_form.send");
    tr_test_expect_property(page, "value", "\"No nuts\"", .key = "wishes");
    tr_test_drop(page);
    tr_test_resume(page);
    tell_when();
    tr_test_click(page, .key = "change-Day");
    tr_test_expect(page, .text = "Step 2 of 3");
    tr_test_expect_property(page, "value", "\"Tuesday\"", .key = "day");
}

static void back_and_forward_go_through_the_steps(void)
{
    tell_who();
    tell_when();
    tr_test_go(page, "/when");
    tr_test_expect_property(page, "value", "\"No nuts\"", .key = "wishes");
    tr_test_go(page, "/");
    tr_test_expect(page, .text = "Step 1 of 3");
    tr_test_go(page, "/when/summary");
    tr_test_expect(page, .text = "Tuesday", .type = "list_tile");
}

static void links_lead_into_a_step(void)
{
    tr_test_close(&page);
    page = tr_test_open(&wizard_app, &(tr_test_options){.route = "/when/summary"});
    tr_test_expect(page, .has = "answers before this step are missing");
    tr_test_click(page, .text = "To the first step");
    tell_who();
    tr_test_expect(page, .text = "Step 2 of 3");
}

int main(void)
{
    void (*const tests[])(void) = {steps_lead_to_a_place, a_step_is_left_when_it_is_complete,
                                   what_was_entered_stays, back_and_forward_go_through_the_steps,
                                   links_lead_into_a_step};
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        page = tr_test_open(&wizard_app, NULL);
        tests[i]();
        tr_test_close(&page);
    }
    printf("ok wizard: %zu tests\n", sizeof tests / sizeof *tests);
    return 0;
}
