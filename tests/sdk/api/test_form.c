// Forms as their users meet them, by the test driver: views that are made once and views that are
// built again, handlers of both kinds.

#include <check.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "troupe/test.h"
#include "troupe/troupe.h"

Suite *sdk_api_form_suite(void);

struct guest {
    char name[20];
    int seats;
    bool is_member;
    char city[12];
    double share;
    ui_form_status status;
};
TR_LAYOUT(struct guest, name, seats, is_member, city, share, (status, ui_form_status));

struct shop {
    struct guest guest;
    struct {
        char word[8];
        ui_form_status status;
    } code;
    int sent, changes;
    bool has_code;
};

TR_DECLARE(form_test_send);
TR_DECLARE(form_test_send_code);
TR_DECLARE(form_test_count);

UI_FORM(guest_form, struct shop, guest.status, form_test_send,
        UI_FIELD(guest.name, .required = "Who are you?"),
        UI_FIELD(guest.seats, .least = 1, .most = 4, .on_change = form_test_count),
        UI_FIELD(guest.is_member, .required = "Members only"), UI_FIELD(guest.city),
        UI_FIELD(guest.share, .least = 0, .most = 1));

UI_FORM(code_form, struct shop, code.status, form_test_send_code,
        UI_FIELD(code.word, .required = "The code is missing"));

TR_ASYNC(form_test_count)
{
    struct shop *shop = tr_state(ev);
    shop->changes++;
}

TR_ASYNC(form_test_send)
{
    struct shop *shop = tr_state(ev);
    if (strcmp(shop->guest.name, "Eve") == 0) {
        ui_form_error(ev, guest_form, guest.name, "Eve is here already");
        return;
    }
    if (strcmp(shop->guest.name, "Mallory") == 0) {
        tr_fail(ev, "no list of guests");
        return;
    }
    if (tr_sleep(ev, 1000) == 0)
        shop->sent++;
}

// On a thread: it has the state while it looks.
TR_SYNC(form_test_send_code)
{
    char word[8] = "";
    TR_WITH_STATE(ev, struct shop, shop)
    {
        memcpy(word, shop->code.word, sizeof word);
    }
    usleep(20000);
    if (strcmp(word, "sesame") != 0) {
        ui_form_error(ev, code_form, code.word, "That is not the code");
        return;
    }
    TR_WITH_STATE(ev, struct shop, shop)
    {
        shop->has_code = true;
    }
}

TR_ASYNC(form_test_load)
{
    struct shop *shop = tr_state(ev);
    strcpy(shop->guest.name, "Grace");
    shop->guest.seats = 2;
    shop->guest.is_member = true;
    shop->guest.share = 0.25;
    ui_form_show(ev, guest_form);
}

static ui_control *guest_fields(tr_page *page)
{
    const struct shop *shop = tr_state(page);
    return ui_column(
        UI(ui_bound(page, guest_form, guest.name, ui_text_field("Name")),
           ui_bound(page, guest_form, guest.seats, ui_text_field("Seats")),
           ui_bound(page, guest_form, guest.is_member, ui_checkbox(.label = "A member")),
           ui_bound(
               page, guest_form, guest.city,
               ui_dropdown(.label = "City", .options = UI_LIST(ui_dropdown_option(.key = "Rome"),
                                                               ui_dropdown_option(.key = "Oslo")))),
           ui_bound(page, guest_form, guest.share, ui_slider(.min = 0, .max = 1)),
           ui_form_button(page, guest_form, ui_button("Send")),
           ui_form_busy(page, guest_form, ui_progress_ring()),
           ui_button("Load", .on_click = form_test_load),
           ui_text(shop->guest.status.is_dirty ? "dirty" : "clean", .key = "dirt")));
}

static ui_control *code_fields(tr_page *page)
{
    return ui_row(UI(ui_bound(page, code_form, code.word, ui_text_field("Code")),
                     ui_form_button(page, code_form, ui_button("Enter"))));
}

static void build(tr_page *page)
{
    ui_add(page, guest_fields(page));
    ui_add(page, code_fields(page));
}

static ui_control *view(tr_event *ev)
{
    return ui_view(UI(guest_fields(ev), code_fields(ev)));
}

// The state as bytes: what a form needs is no pointer.
static void save(const void *state, tr_saver *out)
{
    tr_save_bytes(out, state, sizeof(struct shop));
}

static int load(void *state, tr_loader *in)
{
    size_t size;
    const void *bytes = tr_load_bytes(in, &size);
    if (bytes == NULL || size != sizeof(struct shop))
        return TR_EINVALID;
    memcpy(state, bytes, size);
    return 0;
}

static const struct shop *seen; // the state of the page that was built or changed last

TR_ASYNC(form_test_see)
{
    seen = tr_state(ev);
}

TR_ASYNC(form_test_fail)
{
    tr_fail(ev, "another one");
}

static void begin(tr_page *page)
{
    build(page);
    ui_add(page, ui_button("Fail", .on_click = form_test_fail));
    ui_add(page, ui_button("See", .on_click = form_test_see));
}

static const tr_app made_once = {
    .name = "Guests", .build = begin, TR_STATE_SAVED(struct shop, save, load)};
static const tr_app built_again = {.name = "Guests",
                                   .rebuilds = true,
                                   TR_ROUTES(TR_ROUTE("/", view)),
                                   TR_STATE_SAVED(struct shop, save, load)};

static tr_test_page *page;

static void fill_in(const char *name)
{
    tr_test_type(page, name, .key = "guest.name");
    tr_test_type(page, "3", .key = "guest.seats");
    tr_test_click(page, .key = "guest.is_member");
}

static const struct shop *look(void)
{
    tr_test_click(page, .text = "See");
    return seen;
}

START_TEST(each_field_says_what_is_wrong_and_the_first_has_the_focus)
{
    const tr_app *apps[] = {&made_once, &built_again};
    for (int i = 0; i < 2; i++) {
        page = tr_test_open(apps[i], NULL);
        tr_test_type(page, "5", .key = "guest.seats");
        tr_test_submit(page, .key = "guest.seats");
        tr_test_expect(page, .key = "guest.name", .text = "Who are you?");
        tr_test_expect(page, .key = "guest.seats", .text = "A whole number from 1 to 4");
        tr_test_expect(page, .key = "guest.is_member.error", .text = "Members only");
        ck_assert_uint_eq(tr_test_calls(page, "guest.name", "focus"), 1);
        tr_test_type(page, "2x", .key = "guest.seats");
        tr_test_expect_property(page, "error", NULL, .key = "guest.seats");
        tr_test_expect(page, .key = "guest.name", .text = "Who are you?");
        tr_test_expect_property(page, "value", "\"2x\"", .key = "guest.seats");
        tr_test_click(page, .key = "guest.is_member");
        tr_test_expect_none(page, .text = "Members only");
        tr_test_close(&page);
    }
}
END_TEST

START_TEST(members_have_what_is_entered_with_each_change)
{
    page = tr_test_open(&made_once, NULL);
    fill_in("Ada");
    tr_test_choose(page, "Oslo", .key = "guest.city");
    tr_test_choose(page, "0.5", .key = "guest.share");
    const struct shop *shop = look();
    ck_assert_str_eq(shop->guest.name, "Ada");
    ck_assert_int_eq(shop->guest.seats, 3);
    ck_assert(shop->guest.is_member && shop->guest.status.is_dirty);
    ck_assert_str_eq(shop->guest.city, "Oslo");
    ck_assert(shop->guest.share == 0.5);
    ck_assert_int_eq(shop->changes, 1);
    ck_assert_int_eq(shop->sent, 0);
    tr_test_close(&page);
}
END_TEST

START_TEST(it_is_sent_once_while_its_handler_runs)
{
    const tr_app *apps[] = {&made_once, &built_again};
    for (int i = 0; i < 2; i++) {
        page = tr_test_open(apps[i], NULL);
        fill_in("Ada");
        tr_test_click(page, .text = "Send");
        tr_test_expect_property(page, "disabled", "true", .text = "Send");
        tr_test_expect(page, .key = "guest_form.busy");
        tr_test_submit(page, .key = "guest.name"); // a second time
        tr_test_advance(page, 1000);
        tr_test_expect_property(page, "disabled", NULL, .text = "Send");
        tr_test_expect_none(page, .key = "guest_form.busy");
        if (i == 0) {
            ck_assert_int_eq(look()->sent, 1);
            ck_assert(look()->guest.status.is_sent && !look()->guest.status.is_dirty);
        } else {
            tr_test_expect(page, .key = "dirt", .text = "clean");
        }
        tr_test_close(&page);
    }
}
END_TEST

START_TEST(what_the_handler_finds_wrong_stands_at_the_field)
{
    const tr_app *apps[] = {&made_once, &built_again};
    for (int i = 0; i < 2; i++) {
        page = tr_test_open(apps[i], NULL);
        fill_in("Eve");
        tr_test_click(page, .text = "Send");
        tr_test_expect(page, .key = "guest.name", .text = "Eve is here already");
        ck_assert_uint_eq(tr_test_calls(page, "guest.name", "focus"), 1);
        tr_test_type(page, "wrong", .key = "code.word");
        tr_test_submit(page, .key = "code.word"); // a sync handler
        tr_test_expect(page, .key = "code.word", .text = "That is not the code");
        tr_test_expect_property(page, "disabled", NULL, .text = "Enter");
        tr_test_type(page, "sesame", .key = "code.word");
        tr_test_expect_property(page, "error", NULL, .key = "code.word");
        tr_test_click(page, .text = "Enter");
        tr_test_expect_property(page, "error", NULL, .key = "code.word");
        if (i == 0) {
            ck_assert(look()->has_code && look()->code.status.is_sent);
            ck_assert(!look()->guest.status.is_sent && look()->guest.status.is_dirty);
        }
        tr_test_close(&page);
    }
}
END_TEST

START_TEST(a_handler_that_fails_has_not_sent_it)
{
    page = tr_test_open(&made_once, NULL);
    fill_in("Mallory");
    tr_test_click(page, .text = "Send");
    tr_test_expect(page, .has = "Something went wrong");
    ck_assert(!look()->guest.status.is_sent && look()->guest.status.is_dirty);
    tr_test_expect_property(page, "disabled", NULL, .text = "Send");
    tr_test_close(&page);
}
END_TEST

START_TEST(another_handler_that_fails_meanwhile_is_not_the_form_s)
{
    page = tr_test_open(&made_once, NULL);
    fill_in("Ada");
    tr_test_click(page, .text = "Send");
    tr_test_click(page, .text = "Fail");
    tr_test_expect(page, .has = "Something went wrong");
    tr_test_advance(page, 1000);
    ck_assert(look()->guest.status.is_sent && !look()->guest.status.is_dirty);
    tr_test_close(&page);
}
END_TEST

START_TEST(members_that_were_loaded_are_shown)
{
    const tr_app *apps[] = {&made_once, &built_again};
    for (int i = 0; i < 2; i++) {
        page = tr_test_open(apps[i], NULL);
        tr_test_type(page, "many", .key = "guest.seats");
        tr_test_click(page, .text = "Send");
        tr_test_click(page, .text = "Load");
        tr_test_expect_property(page, "value", "\"Grace\"", .key = "guest.name");
        tr_test_expect_property(page, "value", "\"2\"", .key = "guest.seats");
        tr_test_expect_property(page, "value", "true", .key = "guest.is_member");
        tr_test_expect_property(page, "value", "0.25", .key = "guest.share");
        tr_test_expect_property(page, "error", NULL, .key = "guest.name");
        tr_test_expect_none(page, .text = "Members only");
        tr_test_close(&page);
    }
}
END_TEST

START_TEST(a_lost_connection_loses_nothing)
{
    page = tr_test_open(&built_again, NULL);
    tr_test_type(page, "9", .key = "guest.seats");
    tr_test_click(page, .text = "Send");
    tr_test_drop(page);
    tr_test_advance(page, 60000);
    tr_test_resume(page);
    tr_test_expect(page, .key = "guest.seats", .text = "A whole number from 1 to 4");
    tr_test_expect_property(page, "value", "\"9\"", .key = "guest.seats");
    tr_test_expect(page, .key = "dirt", .text = "dirty");
    tr_test_close(&page);
}
END_TEST

static void build_wrong(tr_page *of)
{
    ui_add(of, ui_bound(of, guest_form, guest.is_member, ui_text_field("No flag")));
    ui_add(of, ui_bound(of, guest_form, sent, ui_text_field("No field of it")));
    ui_add(of, ui_bound(of, guest_form, guest.name, ui_text("No value to enter")));
}

START_TEST(what_cannot_be_bound_is_said_and_shown_unbound)
{
    static const tr_app wrong = {
        .name = "Wrong", .build = build_wrong, TR_STATE_SAVED(struct shop, save, load)};
    page = tr_test_open(&wrong, NULL);
    tr_test_expect(page, .text = "No flag");
    tr_test_expect(page, .text = "No field of it");
    tr_test_expect_log(page, "it has no value of the member's type");
    tr_test_expect_log(page, "that member is no UI_FIELD of the form");
    tr_test_close(&page);
}
END_TEST

Suite *sdk_api_form_suite(void)
{
    Suite *suite = suite_create("sdk/api/form");
    TCase *tcase = tcase_create("a form");
    tcase_add_test(tcase, each_field_says_what_is_wrong_and_the_first_has_the_focus);
    tcase_add_test(tcase, members_have_what_is_entered_with_each_change);
    tcase_add_test(tcase, it_is_sent_once_while_its_handler_runs);
    tcase_add_test(tcase, what_the_handler_finds_wrong_stands_at_the_field);
    tcase_add_test(tcase, a_handler_that_fails_has_not_sent_it);
    tcase_add_test(tcase, another_handler_that_fails_meanwhile_is_not_the_form_s);
    tcase_add_test(tcase, members_that_were_loaded_are_shown);
    tcase_add_test(tcase, a_lost_connection_loses_nothing);
    tcase_add_test(tcase, what_cannot_be_bound_is_said_and_shown_unbound);
    suite_add_tcase(suite, tcase);
    return suite;
}
