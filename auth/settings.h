#ifndef TR_AUTH_SETTINGS_H
#define TR_AUTH_SETTINGS_H

// What all processes of an app must have alike to sign people in.
//
// Thread: any; constant once the process runs. Owns: nothing.

#include <stdbool.h>
#include <stdint.h>

#include "crypto/signature.h"

typedef struct tr_auth_settings {
    const char *path;         // where providers send browsers back to: "/app/oauth_callback"
    const char *cookie_path;  // of the whole app: "/app", or "/"
    bool is_hash_route;       // a page's route is behind a #
    uint64_t state_timeout_s; // from the start of a sign-in until the browser is back
    bool is_key_given;        // the secret is the operator's; otherwise it ends with the process
    const char *user_header;  // of a trusted proxy (auth/proxy_user.h); NULL: none signs people in
    tr_signing_key state_key; // signs states
    tr_signing_key cookie_key;
    tr_signing_key seal_key; // of tokens, saved by browsers or in a session's file
} tr_auth_settings;

// The three keys from one secret.
void tr_auth_keys_derive(tr_slice secret, tr_auth_settings *io);

// What an older secret signed or sealed is still good. TR_EFULL.
int tr_auth_keys_add_older(tr_slice secret, tr_auth_settings *io)
    __attribute__((warn_unused_result));

#endif
