// A login form: errors at their fields with the focus on the first, a check that takes its time
// while the page stays alive, and a name that the browser remembers.

#include <string.h>
#include <time.h>
#include <troupe/troupe.h>

enum { NAME_BYTES = 255, PASSWORD_BYTES = 255, PASSWORD_LEAST = 8 };
#define NAME_PREFERENCE "login.name"

struct login {
    char name[NAME_BYTES];
    char password[PASSWORD_BYTES]; // while it is checked
    bool remembers;
    ui_form_status status;
};
TR_LAYOUT(struct login, name, password, remembers, (status, ui_form_status));

static const char *error_of_name(const char *name)
{
    const char *at = strchr(name, '@');
    return at == NULL || at == name || at[1] == '\0' ? "This is not an e-mail address" : NULL;
}

static const char *error_of_password(const char *password)
{
    return strlen(password) < PASSWORD_LEAST ? "It has 8 characters or more" : NULL;
}

TR_DECLARE(login_check);
UI_FORM(login_form, struct login, status, login_check,
        UI_FIELD(name, .required = "Please enter your e-mail address", .check = error_of_name),
        UI_FIELD(password, .required = "Please enter your password", .check = error_of_password),
        UI_FIELD(remembers));

static ui_control *form(tr_event *ev)
{
    ui_control *name =
        ui_text_field("E-mail", .autofocus = true, .keyboard_type = UI_KEYBOARD_TYPE_EMAIL,
                      .autofill_hints = UI_AUTOFILL_HINT_USERNAME);
    ui_control *password = ui_text_field("Password", .password = true, .can_reveal_password = true,
                                         .autofill_hints = UI_AUTOFILL_HINT_PASSWORD);
    return ui_column(.key = "form", .spacing = 16,
                     .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                     UI(ui_text("Sign in", .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_MEDIUM),
                        ui_text("Try ada@example.org with the password analytical.",
                                .color = "on_surface_variant"),
                        ui_bound(ev, login_form, name, name),
                        ui_bound(ev, login_form, password, password),
                        ui_bound(ev, login_form, remembers,
                                 ui_checkbox(.label = "Remember my e-mail")),
                        ui_row(.spacing = 16,
                               UI(ui_form_button(ev, login_form, ui_filled_button("Sign in")),
                                  ui_form_busy(ev, login_form,
                                               ui_progress_ring(.width = 24, .height = 24,
                                                                .semantics_label = "Checking"))))));
}

TR_ASYNC(login_out)
{
    ui_set_children(ev, "card", UI_LIST(form(ev)));
}

static ui_control *welcome(const char *name)
{
    return ui_column(.key = "welcome", .spacing = 16,
                     UI(ui_text(ui_format("Welcome, %s", name), .key = "greeting",
                                .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_MEDIUM),
                        ui_outlined_button("Sign out", .key = "out", .icon = "logout",
                                           .on_click = login_out)));
}

// A program of yours asks its database, which hashes slowly on purpose.
static bool is_right(const char *name, const char *password)
{
    nanosleep(&(struct timespec){.tv_nsec = 600000000}, NULL);
    return strcmp(name, "ada@example.org") == 0 && strcmp(password, "analytical") == 0;
}

// Blocks a thread of the pool, and nobody else.
TR_SYNC(login_check, .timeout_ms = 20000)
{
    struct login login;
    if (tr_state_copy(ev, &login, sizeof login) < 0)
        return;
    bool is_in = is_right(login.name, login.password);
    TR_WITH_STATE(ev, struct login, state)
    {
        memset(state->password, 0, sizeof state->password);
    }
    if (!is_in) {
        ui_form_error(ev, login_form, password, "E-mail and password do not match");
        return;
    }
    ui_set_children(ev, "card", UI_LIST(welcome(login.name)));
    ui_focus(ev, "out");
    // A browser without storage forgets: no reason to bother anybody.
    if (login.remembers)
        (void)ui_shared_preferences_set(ev, NULL, NAME_PREFERENCE, .value = login.name);
    else
        (void)ui_shared_preferences_remove(ev, NULL, NAME_PREFERENCE);
}

// The check failed, or took too long (see tr_fail).
TR_ASYNC(login_broke)
{
    ui_form_error(ev, login_form, password, "This could not be checked now. Please try again.");
}

// The browser's storage can be asked once it has the page.
TR_ASYNC(login_recall)
{
    const ui_any *name = NULL;
    if (ui_shared_preferences_get(ev, &name, NAME_PREFERENCE) < 0 || name == NULL ||
        name->kind != UI_ANY_TEXT)
        return;
    struct login *login = tr_state(ev);
    if (login->status.is_dirty)
        return; // somebody was quicker
    strncpy(login->name, name->text, sizeof login->name - 1);
    login->remembers = true;
    ui_form_show(ev, login_form);
    ui_focus(ev, "password");
}

static void build(tr_page *page)
{
    ui_set(page, NULL,
           ui_view_props(.horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_CENTER,
                         .scroll = UI_SCROLL_MODE_AUTO, .padding = ui_padding(24)));
    ui_on(page, NULL, "error", login_broke);
    ui_add(page,
           ui_responsive_row(.alignment = UI_MAIN_AXIS_ALIGNMENT_CENTER,
                             UI(ui_column(.key = "card",
                                          .col_sizes =
                                              ui_breakpoints(.xs = 12, .sm = 8, .md = 6, .xl = 4),
                                          .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
                                          UI(form(page))))));
    tr_start(page, login_recall);
}

const tr_app login_app = {.name = "Login", .build = build, TR_STATE(struct login)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &login_app);
}
