#ifndef TROUPE_PAGES_AUTH_H
#define TROUPE_PAGES_AUTH_H

// Signing in with an account that people have elsewhere: OpenID Connect and OAuth 2.0 with PKCE. The
// browser goes to the provider and comes back; what it brings is exchanged and checked on the
// server; then the page hears "login".
//
//     static tr_provider google = {TR_PROVIDER_GOOGLE};
//
//     TR_ASYNC(on_login)
//     {
//         const tr_user *user = tr_user_of(ev);
//         if (user != NULL)
//             ui_set_textf(ev, "who", "Hello, %s", user->name);
//         else
//             ui_set_text(ev, "who", tr_event_field_text(ev, "error_description", ""));
//     }
//
//     TR_ASYNC(sign_in) { (void)tr_login(ev, .provider = &google); }
//
//     static void build(tr_page *page)
//     {
//         ui_on(page, NULL, "login", on_login);
//         ui_add(page, ui_text("", .key = "who"), ui_button("Sign in", .on_click = sign_in));
//     }
//
//     int main(int argc, char **argv)
//     {
//         google.client_id = getenv("GOOGLE_CLIENT_ID");
//         google.client_secret = getenv("GOOGLE_CLIENT_SECRET");
//         return tr_run(argc, argv, &(tr_app){.name = "App", .build = build,
//                                             .providers = (tr_provider *const[]){&google, NULL}});
//     }
//
// From the moment somebody has signed in, the page belongs to the browser that came back: it has a
// cookie (HttpOnly), without which nobody gets at the page, not even with its session's id. After a
// sign-in in a window of its own the page connects anew, to show that it is that browser.
//
// Where a proxy in front signs people in (--proxy-user-header), tr_user_of tells whom from the first
// moment, its provider being "proxy"; nothing of this is needed then.
//
// Tokens stay on the server: in memory, and encrypted in the session's file when it moves or is
// stored. Processes of a cluster need the same TROUPE_SECRET_KEY. docs/howto/sign-in.md goes
// through it step by step.

#include <stdbool.h>
#include <stdint.h>

#include "troupe/pages/event.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

// Who signs people in. Constant while the program runs; texts are borrowed. What is NULL is not
// there, or found out.
typedef struct tr_provider {
    const char *name; // unique in the app; it is kept with what is signed in
    const char *client_id;
    const char *client_secret; // NULL: a client without one, as PKCE allows
    const char *scopes;        // with spaces between
    // OpenID Connect: what follows is found at the issuer (…/.well-known/openid-configuration), and
    // the ID token is checked.
    const char *issuer;
    // What the issuer calls itself where that is something else; {tenantid} stands for the claim
    // "tid".
    const char *issuer_name;
    // OAuth 2.0 alone, without an issuer: who somebody is, is asked at `user_url`.
    const char *authorization_url;
    const char *token_url;
    const char *user_url;
    const char *user_id;     // the field of the user that never changes; NULL: "sub"
    const char *groups_url;  // an array of objects, or an object with one under "value"
    const char *group_name;  // the field of each; NULL: "name"
    const char *groups;      // or: the claim with the groups' names; NULL: "groups"
    const char *extra_query; // of the authorization request, encoded: "prompt=consent"
    // Where the provider sends browsers back to, as it is registered there; NULL: the address at
    // which the browser has the page, with /oauth_callback, and where the app has several providers with
    // this one's name behind it (/oauth_callback/github). Needed for clients that send no Origin.
    const char *redirect_url;
    // Where people are signed out, for a provider without an issuer; NULL: nowhere.
    const char *logout_url;
    // And where that sends browsers back to, as it is registered there; NULL: the address at which
    // the browser has the page.
    const char *logout_redirect_url;
} tr_provider;

// Known ones: {TR_PROVIDER_GITHUB, .client_id = …}. For Azure a tenant's id, or "common" for all of
// them; for Auth0 the domain ("app.eu.auth0.com"), each a literal.
#define TR_PROVIDER_GITHUB                                                                         \
    .name = "github", .scopes = "read:user user:email",                                            \
    .authorization_url = "https://github.com/login/oauth/authorize",                               \
    .token_url = "https://github.com/login/oauth/access_token",                                    \
    .user_url = "https://api.github.com/user", .user_id = "id",                                    \
    .groups_url = "https://api.github.com/user/teams"
#define TR_PROVIDER_GOOGLE                                                                         \
    .name = "google", .scopes = "openid email profile", .issuer = "https://accounts.google.com"
#define TR_PROVIDER_AZURE(tenant)                                                                  \
    .name = "azure", .scopes = "openid email profile offline_access",                              \
    .issuer = "https://login.microsoftonline.com/" tenant "/v2.0",                                 \
    .issuer_name = "https://login.microsoftonline.com/{tenantid}/v2.0",                            \
    .groups_url = "https://graph.microsoft.com/v1.0/me/transitiveMemberOf",                        \
    .group_name = "displayName"
#define TR_PROVIDER_AUTH0(domain)                                                                  \
    .name = "auth0", .scopes = "openid email profile offline_access",                              \
    .issuer = "https://" domain "/"

typedef struct tr_login_terms {
    const tr_provider *provider; // one of the app's; needed
    const char *scopes;          // besides the provider's
    bool fetch_groups;
    bool in_this_window;     // goes away and comes back; otherwise a window of its own opens
    const char *saved_token; // of tr_saved_login: no window, if the provider still takes it
} tr_login_terms;

// Sends the browser to the provider, and returns as soon as it is on its way. How it ended is told
// by the page's event "login" (tr_ev_login): `error` is nil when somebody has signed in. An earlier
// sign-in stays until then. Waits for the provider's document the first time.
//
// With a saved token it returns when somebody has signed in: 0; TR_EREFUSED: it is none of this
// browser's, too old, or the provider takes it no more, so ask without it.
//
// 0; TR_EINVALID (the provider is none of the app's, or lacks something), TR_EUNAVAILABLE,
// TR_ETIMEOUT, TR_EPROTOCOL (the provider's answer; the log says what), TR_EREFUSED (the browser
// opens no window), TR_EFULL (8 sign-ins of this page are open), and what page functions return.
int tr_login(tr_event *ev, const tr_login_terms *terms);
#define tr_login(ev, ...) tr_login((ev), &TR_GIVEN_(tr_login_terms, __VA_ARGS__))

// Forgets who has signed in, and the tokens; the page hears "logout". The browser keeps its cookie
// and the page. TR_ENOTFOUND: nobody had.
int tr_logout(tr_event *ev);

// The same, and then has the browser, in this window, go to the provider and come back, so that nobody is
// signed in there either (OpenID Connect RP-Initiated Logout 1.0): on a computer that others use, too.
// The ID token goes along in the address, as that says. Nobody is signed in here by then, whatever
// the provider does.
//
// 0: the browser is on its way. TR_ENOTFOUND: nobody had signed in. Otherwise signed out here alone:
// TR_EUNAVAILABLE (the provider has no such address, or is a proxy in front), what tr_login says of
// providers, TR_EWRONGTHREAD (a sync handler), and what page functions return.
int tr_logout_at_provider(tr_event *ev);

// Who has signed in. Texts are the event's, "" where the provider says nothing.
typedef struct tr_user {
    const char *provider;
    const char *id; // never changes; unique among the provider's
    const char *name;
    const char *email;
    const char *scopes;        // that were granted
    const char *const *groups; // NULL-ended; empty without `.fetch_groups`
} tr_user;

// NULL: nobody. In build and in handlers of either kind.
const tr_user *tr_user_of(tr_event *ev);

// A claim of the provider's about the user ("picture", "locale"); what is no text comes as JSON.
// "" when there is none. And: is the user in that group?
const char *tr_user_claim(tr_event *ev, const char *name);
bool tr_user_is_in(tr_event *ev, const char *group);

// The access token, to call the provider with (Authorization: Bearer …). One that expires within
// half a minute is refreshed before. Keep it on the server. TR_ENOTFOUND: nobody has signed in here
// (a proxy keeps its tokens);
// TR_EREFUSED: it has expired, and the provider gives no new one: sign in again; what tr_http
// returns.
int tr_access_token(tr_event *ev, const char **out);

// The sign-in as a text that the browser may keep (ui_shared_preferences_set) and a later visit
// brings back with `.saved_token`. It is encrypted with TROUPE_SECRET_KEY, good for 30 days, and
// only together with the cookie of this browser. TR_ENOTFOUND: nobody has signed in;
// TR_EUNAVAILABLE: no TROUPE_SECRET_KEY is set, so no later process could read it.
int tr_saved_login(tr_event *ev, const char **out);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
