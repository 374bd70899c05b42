// A wizard: three steps and an end, each a view with an address of its own. The browser's back and
// forward work, a link leads into any step, and what was entered stays until it is sent.

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <troupe/troupe.h>

enum { TEXT_BYTES = 400, STEPS = 3 };

struct wizard {
    char name[TEXT_BYTES];
    char email[TEXT_BYTES];
    char day[16];
    bool has_lunch;
    char wishes[TEXT_BYTES];
    unsigned place; // booked; 0: not yet
};
TR_LAYOUT(struct wizard, name, email, day, has_lunch, wishes, place);

TR_DECLARE(wizard_keep);
TR_DECLARE(wizard_who_next);
TR_DECLARE(wizard_when_next);
TR_DECLARE(wizard_back);
TR_DECLARE(wizard_to_who);
TR_DECLARE(wizard_to_when);
TR_DECLARE(wizard_confirm);
TR_DECLARE(wizard_again);

// -- what a step needs --

static const char *error_of_name(const struct wizard *wizard)
{
    return wizard->name[0] != '\0' ? NULL : "Please tell us your name";
}

static const char *error_of_email(const struct wizard *wizard)
{
    const char *at = strchr(wizard->email, '@');
    return at != NULL && at != wizard->email && at[1] != '\0'
               ? NULL
               : "We need an e-mail address to write to";
}

static const char *error_of_day(const struct wizard *wizard)
{
    return wizard->day[0] != '\0' ? NULL : "Please choose a day";
}

static bool is_who_done(const struct wizard *wizard)
{
    return error_of_name(wizard) == NULL && error_of_email(wizard) == NULL;
}

// -- the views --

static ui_control *step(unsigned number, const char *title, ui_control **content)
{
    ui_control *column = ui_column(
            .col_sizes = ui_breakpoints(.xs = 12, .md = 8, .xl = 6), .spacing = 16,
            .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
            UI(ui_text(ui_format("Step %u of %d", number, STEPS), .color = "on_surface_variant"),
               ui_progress_bar(.value = (double)number / STEPS,
                               .semantics_label = ui_format("Step %u of %d", number, STEPS)),
               ui_text(title, .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_SMALL),
               ui_column(.spacing = 16, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                         .controls = content)));
    return ui_view(.scroll = UI_SCROLL_MODE_AUTO, .appbar = ui_app_bar(.title = "Workshop"),
                   UI(ui_responsive_row(.alignment = UI_MAIN_AXIS_ALIGNMENT_CENTER, UI(column))));
}

static ui_control *buttons(const char *key, const char *label, const tr_handler *next,
                           bool has_back)
{
    return ui_row(.alignment = UI_MAIN_AXIS_ALIGNMENT_END, .spacing = 8,
                  UI(has_back ? ui_text_button("Back", .key = ui_format("%s-back", key),
                                               .on_click = wizard_back)
                              : NULL,
                     ui_filled_button(label, .key = key, .on_click = next)));
}

// A link into the middle, before the steps that lead there.
static ui_control *too_early(const char *title)
{
    return ui_view(.appbar = ui_app_bar(.title = "Workshop"),
                   UI(ui_text(title, .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_SMALL),
                      ui_text("Some answers before this step are missing."),
                      ui_filled_button("To the first step", .on_click = wizard_to_who)));
}

static ui_control *who(tr_event *ev)
{
    const struct wizard *wizard = tr_state(ev);
    ui_set(ev, NULL, ui_page_props(.title = "Who are you? – Workshop"));
    return step(
        1, "Who are you?",
        UI_LIST(ui_text_field("Name", .key = "name", .value = wizard->name, .autofocus = true,
                              .autofill_hints = UI_AUTOFILL_HINT_NAME, .max_length = TEXT_BYTES / 4,
                              .on_change = wizard_keep, .on_submit = wizard_who_next),
                ui_text_field("E-mail", .key = "email", .value = wizard->email,
                              .keyboard_type = UI_KEYBOARD_TYPE_EMAIL,
                              .autofill_hints = UI_AUTOFILL_HINT_EMAIL,
                              .max_length = TEXT_BYTES / 4, .on_change = wizard_keep,
                              .on_submit = wizard_who_next),
                buttons("who-next", "Next", wizard_who_next, false)));
}

static ui_control *when(tr_event *ev)
{
    const struct wizard *wizard = tr_state(ev);
    ui_set(ev, NULL, ui_page_props(.title = "When do you come? – Workshop"));
    if (!is_who_done(wizard))
        return too_early("When do you come?");
    ui_control *days = ui_radio_group(
        ui_column(UI(ui_radio(.value = "Monday", .label = "Monday", .key = "monday"),
                     ui_radio(.value = "Tuesday", .label = "Tuesday", .key = "tuesday"),
                     ui_radio(.value = "Friday", .label = "Friday", .key = "friday"))),
        .value = wizard->day, .key = "day", .on_change = wizard_keep);
    return step(2, "When do you come?",
                UI_LIST(days, ui_text("", .key = "day-error", .color = "error", .visible = false),
                        ui_checkbox(.label = "With lunch", .key = "lunch",
                                    .value = wizard->has_lunch, .on_change = wizard_keep),
                        ui_text_field("Wishes", .key = "wishes", .value = wizard->wishes,
                                      .multiline = true, .min_lines = 3,
                                      .max_length = TEXT_BYTES / 4, .on_change = wizard_keep),
                        buttons("when-next", "Next", wizard_when_next, true)));
}

static ui_control *answer(const char *label, const char *text, const tr_handler *change)
{
    return ui_list_tile(.title = text, .subtitle = label,
                        .trailing_control = ui_icon_button(
                            "edit", .tooltip = ui_format("Change %s", label),
                            .key = ui_format("change-%s", label), .on_click = change));
}

static ui_control *summary(tr_event *ev)
{
    const struct wizard *wizard = tr_state(ev);
    ui_set(ev, NULL, ui_page_props(.title = "Is this right? – Workshop"));
    if (!is_who_done(wizard) || error_of_day(wizard) != NULL)
        return too_early("Is this right?");
    return step(
        3, "Is this right?",
        UI_LIST(answer("Name", wizard->name, wizard_to_who),
                answer("E-mail", wizard->email, wizard_to_who),
                answer("Day", wizard->day, wizard_to_when),
                answer("Lunch", wizard->has_lunch ? "Yes" : "No", wizard_to_when),
                wizard->wishes[0] != '\0' ? answer("Wishes", wizard->wishes, wizard_to_when) : NULL,
                buttons("confirm", "Confirm", wizard_confirm, true)));
}

static ui_control *done(tr_event *ev)
{
    const struct wizard *wizard = tr_state(ev);
    ui_set(ev, NULL, ui_page_props(.title = "Thank you – Workshop"));
    if (wizard->place == 0)
        return too_early("Nothing is booked yet");
    return ui_view(.appbar = ui_app_bar(.title = "Workshop", .automatically_imply_leading = false),
                   UI(ui_text("Thank you!", .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_SMALL),
                      ui_text(ui_format("%s, you have place %u on %s.", wizard->name, wizard->place,
                                        wizard->day),
                              .key = "place"),
                      ui_outlined_button("Book another one", .key = "again",
                                         .on_click = wizard_again)));
}

// -- what the user does --

static void keep_text(char out[TEXT_BYTES], tr_event *ev)
{
    snprintf(out, TEXT_BYTES, "%s", tr_event_text(ev, ""));
}

// With each change, so that no way of leaving a step loses it.
TR_ASYNC(wizard_keep)
{
    struct wizard *wizard = tr_state(ev);
    const char *key = tr_event_key(ev);
    if (strcmp(key, "name") == 0)
        keep_text(wizard->name, ev);
    else if (strcmp(key, "email") == 0)
        keep_text(wizard->email, ev);
    else if (strcmp(key, "wishes") == 0)
        keep_text(wizard->wishes, ev);
    else if (strcmp(key, "lunch") == 0)
        wizard->has_lunch = tr_event_boolean(ev, 0);
    else if (strcmp(key, "day") == 0)
        snprintf(wizard->day, sizeof wizard->day, "%s", tr_event_text(ev, ""));
    if (strcmp(key, "name") == 0 || strcmp(key, "email") == 0)
        ui_unset(ev, key, "error");
    if (strcmp(key, "day") == 0)
        ui_set(ev, "day-error", ui_props(.visible = false));
}

TR_ASYNC(wizard_who_next)
{
    const struct wizard *wizard = tr_state(ev);
    const char *name_error = error_of_name(wizard);
    const char *email_error = error_of_email(wizard);
    ui_set_string(ev, "name", "error", name_error);
    ui_set_string(ev, "email", "error", email_error);
    if (name_error != NULL || email_error != NULL)
        ui_focus(ev, name_error != NULL ? "name" : "email");
    else
        tr_push_route(ev, "/when");
}

TR_ASYNC(wizard_when_next)
{
    const struct wizard *wizard = tr_state(ev);
    const char *error = error_of_day(wizard);
    if (error != NULL) {
        ui_set_text(ev, "day-error", error);
        ui_set(ev, "day-error", ui_props(.visible = true));
    } else {
        tr_push_route(ev, "/when/summary");
    }
}

TR_ASYNC(wizard_back)
{
    tr_go_back(ev);
}

TR_ASYNC(wizard_to_who)
{
    tr_push_route(ev, "/");
}

TR_ASYNC(wizard_to_when)
{
    tr_push_route(ev, "/when");
}

// A second click finds the place booked.
TR_ASYNC(wizard_confirm)
{
    static atomic_uint last_place; // sessions are on several threads
    struct wizard *wizard = tr_state(ev);
    if (wizard->place == 0)
        wizard->place = ++last_place;
    tr_push_route(ev, "/done");
}

TR_ASYNC(wizard_again)
{
    struct wizard *wizard = tr_state(ev);
    *wizard = (struct wizard){0};
    // The first step lies below, and still shows what was.
    ui_set_text(ev, "name", "");
    ui_set_text(ev, "email", "");
    tr_push_route(ev, "/");
}

const tr_app wizard_app = {.name = "Workshop",
                           TR_STATE(struct wizard),
                           TR_ROUTES(TR_ROUTE("/", who), TR_ROUTE("/when", when),
                                     TR_ROUTE("/when/summary", summary), TR_ROUTE("/done", done))};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &wizard_app);
}
