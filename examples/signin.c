// Signing in: with any OpenID Connect provider, GitHub or Google, as the environment says which:
//
//     OIDC_ISSUER=https://… OIDC_CLIENT_ID=… OIDC_CLIENT_SECRET=… build/bin/signin
//     GITHUB_CLIENT_ID=… GITHUB_CLIENT_SECRET=… build/bin/signin
//     GOOGLE_CLIENT_ID=… GOOGLE_CLIENT_SECRET=… build/bin/signin
//
// The provider is told to send browsers back to http://127.0.0.1:8000/oauth_callback. With
// TROUPE_SECRET_KEY set, a later visit goes on signed in.

#include <stdlib.h>
#include <string.h>
#include <troupe/troupe.h>

#define KEPT "signin.saved"

static tr_provider oidc = {.name = "oidc",
                           .scopes = "openid email profile offline_access",
                           .extra_query = "prompt=consent"};
static tr_provider github = {TR_PROVIDER_GITHUB};
static tr_provider google = {TR_PROVIDER_GOOGLE};

static void show(tr_event *ev, const char *error)
{
    const tr_user *user = tr_user_of(ev);
    ui_set_text(ev, "who",
                user != NULL ? ui_format("Signed in as %s", user->name) : "Nobody is signed in");
    ui_set_text(ev, "more",
                user != NULL ? ui_format("%s at %s, %s", user->id, user->provider, user->email)
                             : error);
    ui_set_bool(ev, "sign_in", "visible", user == NULL);
    ui_set_bool(ev, "here", "visible", user == NULL);
    ui_set_bool(ev, "token", "visible", user != NULL);
    ui_set_bool(ev, "sign_out", "visible", user != NULL);
    ui_set_bool(ev, "everywhere", "visible", user != NULL);
}

TR_ASYNC(signin_on_login)
{
    const char *saved;
    show(ev, tr_event_field_text(ev, "error_description", ""));
    if (tr_saved_login(ev, &saved) == 0)
        (void)ui_shared_preferences_set(ev, .key = KEPT, .value = saved);
}

TR_ASYNC(signin_on_logout)
{
    show(ev, "");
    (void)ui_shared_preferences_remove(ev, .key = KEPT);
}

static tr_provider *chosen(void)
{
    return oidc.issuer != NULL ? &oidc : google.client_id != NULL ? &google : &github;
}

static void report(tr_event *ev, int result)
{
    if (result < 0)
        ui_set_text(ev, "more", ui_format("This did not work: %s.", tr_err_text(result)));
}

TR_ASYNC(signin_in_a_window)
{
    report(ev, tr_login(ev, .provider = chosen()));
}

TR_ASYNC(signin_here)
{
    report(ev, tr_login(ev, .provider = chosen(), .in_this_window = true));
}

TR_ASYNC(signin_out)
{
    report(ev, tr_logout(ev));
}

TR_ASYNC(signin_out_everywhere)
{
    report(ev, tr_logout_at_provider(ev));
}

// A real app calls the provider with it; it does not leave the server.
TR_ASYNC(signin_token)
{
    const char *token;
    int result = tr_access_token(ev, &token);
    if (result == 0)
        ui_set_text(ev, "more", ui_format("The access token has %zu characters.", strlen(token)));
    report(ev, result);
}

// What an earlier visit has left with the browser.
TR_ASYNC(signin_again)
{
    const ui_any *saved = NULL;
    if (ui_shared_preferences_get(ev, &saved, KEPT) == 0 && saved != NULL &&
        saved->kind == UI_ANY_TEXT && tr_user_of(ev) == NULL)
        (void)tr_login(ev, .provider = chosen(), .saved_token = saved->text);
}

static ui_control *hidden_button(const char *text, const char *key, const tr_handler *on_click)
{
    return ui_outlined_button(text, .key = key, .visible = false, .on_click = on_click);
}

static void build(tr_page *page)
{
    ui_set_string(page, NULL, "title", "Sign-in");
    ui_on(page, NULL, "login", signin_on_login);
    ui_on(page, NULL, "logout", signin_on_logout);
    ui_add(page, ui_column(.spacing = 16,
                           UI(ui_text("Nobody is signed in", .key = "who",
                                      .theme_style = UI_TEXT_THEME_STYLE_HEADLINE_MEDIUM),
                              ui_text("", .key = "more"),
                              ui_filled_button("Sign in", .key = "sign_in",
                                               .on_click = signin_in_a_window),
                              ui_outlined_button("Sign in in this window", .key = "here",
                                                 .on_click = signin_here),
                              hidden_button("Show the token's size", "token", signin_token),
                              hidden_button("Sign out", "sign_out", signin_out),
                              hidden_button("Sign out at the provider, too", "everywhere",
                                            signin_out_everywhere))));
    show(page, "");
    (void)tr_start(page, signin_again);
}

static tr_provider *providers[2];

const tr_app signin_app = {.name = "Sign-in", .build = build, .providers = providers};

int main(int argc, char **argv)
{
    oidc.issuer = getenv("OIDC_ISSUER");
    oidc.client_id = getenv("OIDC_CLIENT_ID");
    oidc.client_secret = getenv("OIDC_CLIENT_SECRET");
    github.client_id = getenv("GITHUB_CLIENT_ID");
    github.client_secret = getenv("GITHUB_CLIENT_SECRET");
    google.client_id = getenv("GOOGLE_CLIENT_ID");
    google.client_secret = getenv("GOOGLE_CLIENT_SECRET");
    providers[0] = chosen();
    return tr_run(argc, argv, &signin_app);
}
