// A page for people who have signed in.

#include <stdlib.h>
#include <troupe/troupe.h>

static tr_provider google = {TR_PROVIDER_GOOGLE};

TR_ASYNC(on_login)
{
    const tr_user *user = tr_user_of(ev);
    if (user != NULL)
        ui_set_text(ev, "who", ui_format("Hello, %s", user->name));
    else
        ui_set_text(ev, "who", tr_event_field_text(ev, "error_description", "That did not work"));
}

TR_ASYNC(on_logout)
{
    ui_set_text(ev, "who", "Goodbye");
}

TR_ASYNC(sign_in)
{
    int result = tr_login(ev, .provider = &google);
    if (result < 0)
        ui_set_text(ev, "who", tr_err_text(result));
}

TR_ASYNC(sign_out)
{
    (void)tr_logout(ev);
}

static void build(tr_page *page)
{
    ui_on(page, NULL, "login", on_login);
    ui_on(page, NULL, "logout", on_logout);
    ui_add(page, ui_text("Who are you?", .key = "who"));
    ui_add(page, ui_button("Sign in", .on_click = sign_in));
    ui_add(page, ui_button("Sign out", .on_click = sign_out));
}

int main(int argc, char **argv)
{
    google.client_id = getenv("GOOGLE_CLIENT_ID");
    google.client_secret = getenv("GOOGLE_CLIENT_SECRET");
    return tr_run(argc, argv,
                  &(tr_app){.name = "Sign-in",
                            .build = build,
                            .providers = (tr_provider *const[]){&google, NULL}});
}
