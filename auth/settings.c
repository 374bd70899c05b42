#include "auth/settings.h"

static const char states[] = "troupe sign-in states";
static const char cookies[] = "troupe browser cookies";
static const char tokens[] = "troupe saved tokens";

void tr_auth_keys_derive(tr_slice secret, tr_auth_settings *io)
{
    tr_signing_key_derive(secret, states, &io->state_key);
    tr_signing_key_derive(secret, cookies, &io->cookie_key);
    tr_signing_key_derive(secret, tokens, &io->seal_key);
}

int tr_auth_keys_add_older(tr_slice secret, tr_auth_settings *io)
{
    int result = tr_signing_key_add_older(&io->state_key, secret, states);
    if (result == 0)
        result = tr_signing_key_add_older(&io->cookie_key, secret, cookies);
    return result == 0 ? tr_signing_key_add_older(&io->seal_key, secret, tokens) : result;
}
