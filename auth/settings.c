#include "auth/settings.h"

void tr_auth_keys_derive(tr_slice secret, tr_auth_settings *io)
{
    tr_signing_key_derive(secret, "troupe sign-in states", &io->state_key);
    tr_signing_key_derive(secret, "troupe browser cookies", &io->cookie_key);
    tr_signing_key_derive(secret, "troupe saved tokens", &io->seal_key);
}
