// A wizard: three steps and an end, each a view with an address of its own. The browser's back and
// forward work, a link leads into any step, and what was entered stays until it is sent.

#include <stdatomic.h>
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
    ui_form_status who, when;
};
TR_LAYOUT(struct wizard, name, email, day, has_lunch, wishes, place, (who, ui_form_status),
          (when, ui_form_status));

TR_DECLARE(wizard_who_next);
TR_DECLARE(wizard_when_next);
TR_DECLARE(wizard_back);
TR_DECLARE(wizard_to_who);
TR_DECLARE(wizard_to_when);
TR_DECLARE(wizard_confirm);
TR_DECLARE(wizard_again);

// -- what a step needs --

static const char *error_of_email(const char *email)
{
    const char *at = strchr(email, '@');
    return at != NULL && at != email && at[1] != '\0' ? NULL
                                                      : "We need an e-mail address to write to";
}

UI_FORM(who_form, struct wizard, who, wizard_who_next,
        UI_FIELD(name, .required = "Please tell us your name"),
        UI_FIELD(email, .check = error_of_email));
UI_FORM(when_form, struct wizard, when, wizard_when_next,
        UI_FIELD(day, .required = "Please choose a day"), UI_FIELD(has_lunch), UI_FIELD(wishes));

static bool is_who_done(const struct wizard *wizard)
{
    return wizard->name[0] != '\0' && error_of_email(wizard->email) == NULL;
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

static ui_control *buttons(ui_control *next, const char *back)
{
    return ui_row(.alignment = UI_MAIN_AXIS_ALIGNMENT_END, .spacing = 8,
                  UI(back != NULL ? ui_text_button("Back", .key = back, .on_click = wizard_back)
                                  : NULL,
                     next));
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
    ui_set(ev, NULL, ui_page_props(.title = "Who are you? – Workshop"));
    ui_control *name =
        ui_text_field("Name", .autofocus = true, .autofill_hints = UI_AUTOFILL_HINT_NAME,
                      .max_length = TEXT_BYTES / 4);
    ui_control *email =
        ui_text_field("E-mail", .keyboard_type = UI_KEYBOARD_TYPE_EMAIL,
                      .autofill_hints = UI_AUTOFILL_HINT_EMAIL, .max_length = TEXT_BYTES / 4);
    ui_control *next = ui_form_button(ev, who_form, ui_filled_button("Next"));
    return step(1, "Who are you?",
                UI_LIST(ui_bound(ev, who_form, name, name), ui_bound(ev, who_form, email, email),
                        buttons(next, NULL)));
}

static ui_control *when(tr_event *ev)
{
    ui_set(ev, NULL, ui_page_props(.title = "When do you come? – Workshop"));
    if (!is_who_done(tr_state(ev)))
        return too_early("When do you come?");
    ui_control *days = ui_radio_group(
        ui_column(UI(ui_radio(.value = "Monday", .label = "Monday", .key = "monday"),
                     ui_radio(.value = "Tuesday", .label = "Tuesday", .key = "tuesday"),
                     ui_radio(.value = "Friday", .label = "Friday", .key = "friday"))));
    ui_control *wishes =
        ui_text_field("Wishes", .multiline = true, .min_lines = 3, .max_length = TEXT_BYTES / 4);
    ui_control *next = ui_form_button(ev, when_form, ui_filled_button("Next"));
    return step(2, "When do you come?",
                UI_LIST(ui_bound(ev, when_form, day, days),
                        ui_bound(ev, when_form, has_lunch, ui_checkbox(.label = "With lunch")),
                        ui_bound(ev, when_form, wishes, wishes), buttons(next, "when-back")));
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
    if (!is_who_done(wizard) || wizard->day[0] == '\0')
        return too_early("Is this right?");
    return step(
        3, "Is this right?",
        UI_LIST(answer("Name", wizard->name, wizard_to_who),
                answer("E-mail", wizard->email, wizard_to_who),
                answer("Day", wizard->day, wizard_to_when),
                answer("Lunch", wizard->has_lunch ? "Yes" : "No", wizard_to_when),
                wizard->wishes[0] != '\0' ? answer("Wishes", wizard->wishes, wizard_to_when) : NULL,
                buttons(ui_filled_button("Confirm", .key = "confirm", .on_click = wizard_confirm),
                        "confirm-back")));
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

TR_ASYNC(wizard_who_next)
{
    tr_push_route(ev, "/when");
}

TR_ASYNC(wizard_when_next)
{
    tr_push_route(ev, "/when/summary");
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
    ui_form_show(ev, who_form);
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
