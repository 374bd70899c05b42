// A login form: errors at their fields with the focus on the first, a check that takes its time
// while the page stays alive, and a name that the browser remembers.

#include <string.h>
#include <time.h>
#include <troupe/troupe.h>

enum { NAME_BYTES = 255, PASSWORD_BYTES = 255, PASSWORD_LEAST = 8 };
#define NAME_PREFERENCE "login.name"

struct login {
    bool is_busy; // a check is under way: a double click asks once
    bool is_in;
    char name[NAME_BYTES];
};
TR_LAYOUT(struct login, is_busy, is_in, name);

TR_DECLARE(login_submit);
TR_DECLARE(login_check);
TR_DECLARE(login_forgive);
TR_DECLARE(login_out);

static ui_control *form(const char *name)
{
    return ui_column(
            .key = "form", .spacing = 16, .horizontal_alignment = UI_CROSS_AXIS_ALIGNMENT_STRETCH,
            UI(ui_text("Sign in", .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_MEDIUM),
               ui_text("Try ada@example.org with the password analytical.",
                       .color = "on_surface_variant"),
               ui_text_field("E-mail", .key = "name", .value = name, .autofocus = true,
                             .keyboard_type = UI_KEYBOARD_TYPE_EMAIL,
                             .autofill_hints = UI_AUTOFILL_HINT_USERNAME,
                             .on_change = login_forgive, .on_submit = login_submit),
               ui_text_field("Password", .key = "password", .password = true,
                             .can_reveal_password = true,
                             .autofill_hints = UI_AUTOFILL_HINT_PASSWORD,
                             .on_change = login_forgive, .on_submit = login_submit),
               ui_checkbox(.label = "Remember my e-mail", .key = "remember",
                           .value = name[0] != '\0'),
               ui_row(.spacing = 16,
                      UI(ui_filled_button("Sign in", .key = "submit", .on_click = login_submit),
                         ui_progress_ring(.key = "busy", .width = 24, .height = 24,
                                          .visible = false, .semantics_label = "Checking")))));
}

static ui_control *welcome(const char *name)
{
    return ui_column(.key = "welcome", .spacing = 16,
                     UI(ui_text(ui_format("Welcome, %s", name), .key = "greeting",
                                .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_MEDIUM),
                        ui_outlined_button("Sign out", .key = "out", .icon = "logout",
                                           .on_click = login_out)));
}

static void show_busy(tr_event *ev, bool is_busy)
{
    ui_set(ev, "submit", ui_props(.disabled = is_busy));
    ui_set_text(ev, "submit", is_busy ? "Signing in…" : "Sign in");
    ui_set(ev, "busy", ui_props(.visible = is_busy));
}

static const char *error_of_name(const char *name)
{
    const char *at = strchr(name, '@');
    if (name[0] == '\0')
        return "Please enter your e-mail address";
    return at == NULL || at == name || at[1] == '\0' ? "This is not an e-mail address" : NULL;
}

static const char *error_of_password(const char *password)
{
    if (password[0] == '\0')
        return "Please enter your password";
    return strlen(password) < PASSWORD_LEAST ? "It has 8 characters or more" : NULL;
}

TR_ASYNC(login_submit)
{
    char name[NAME_BYTES];
    char password[PASSWORD_BYTES];
    struct login *login = tr_state(ev);
    if (login->is_busy)
        return;
    ui_get_text(ev, "name", "value", name, sizeof name);
    ui_get_text(ev, "password", "value", password, sizeof password);
    const char *name_error = error_of_name(name);
    const char *password_error = error_of_password(password);
    ui_set_string(ev, "name", "error", name_error);
    ui_set_string(ev, "password", "error", password_error);
    if (name_error != NULL || password_error != NULL) {
        ui_focus(ev, name_error != NULL ? "name" : "password");
        return;
    }
    login->is_busy = true;
    show_busy(ev, true);
    if (tr_start(ev, login_check) < 0)
        tr_fail(ev, "no check could be started");
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
    char name[NAME_BYTES] = ""; // all of it goes into the state
    char password[PASSWORD_BYTES];
    ui_get_text(ev, "name", "value", name, sizeof name);
    ui_get_text(ev, "password", "value", password, sizeof password);
    bool remembers = ui_get_bool(ev, "remember", "value", false);
    bool is_in = is_right(name, password);
    TR_WITH_STATE(ev, struct login, login)
    {
        login->is_busy = false;
        login->is_in = is_in;
        memcpy(login->name, name, sizeof login->name);
    }
    if (!is_in) {
        show_busy(ev, false);
        ui_set(ev, "password",
               ui_text_field_props(.value = "", .error = "E-mail and password do not match"));
        ui_focus(ev, "password");
        return;
    }
    ui_set_children(ev, "card", UI_LIST(welcome(name)));
    ui_focus(ev, "out");
    // A browser without storage forgets: no reason to bother anybody.
    if (remembers)
        (void)ui_shared_preferences_set(ev, NULL, NAME_PREFERENCE, .value = name);
    else
        (void)ui_shared_preferences_remove(ev, NULL, NAME_PREFERENCE);
}

// Typing takes the error away.
TR_ASYNC(login_forgive)
{
    ui_unset(ev, tr_event_key(ev), "error");
}

// The check failed, or took too long (see tr_fail): the form must not stay busy.
TR_ASYNC(login_broke)
{
    struct login *login = tr_state(ev);
    if (!login->is_busy)
        return;
    login->is_busy = false;
    show_busy(ev, false);
    ui_set(ev, "password",
           ui_text_field_props(.error = "This could not be checked now. Please try again."));
}

TR_ASYNC(login_out)
{
    struct login *login = tr_state(ev);
    login->is_in = false;
    ui_set_children(ev, "card", UI_LIST(form(login->name)));
}

// The browser's storage can be asked once it has the page.
TR_ASYNC(login_recall)
{
    const ui_any *name = NULL;
    if (tr_sleep(ev, 0) < 0 || ui_shared_preferences_get(ev, &name, NAME_PREFERENCE) < 0 ||
        name == NULL || name->kind != UI_ANY_TEXT)
        return;
    char typed[8];
    if (ui_get_text(ev, "name", "value", typed, sizeof typed) != 0)
        return; // somebody was quicker
    ui_set_string(ev, "name", "value", name->text);
    ui_set_bool(ev, "remember", "value", true);
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
                                          UI(form(""))))));
    tr_start(page, login_recall);
}

const tr_app login_app = {.name = "Login", .build = build, TR_STATE(struct login)};

int main(int argc, char **argv)
{
    return tr_run(argc, argv, &login_app);
}
