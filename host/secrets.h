#ifndef TR_HOST_SECRETS_H
#define TR_HOST_SECRETS_H

// TROUPE_SECRET_KEY, the ones before it that are still good, and what cannot be without them.
//
// Thread: main. Owns: nothing; secrets are lent by the options.

#include "auth/settings.h"
#include "host/option_rows.h"
#include "store/record_seal.h"

// Readers of host/options.def.
int tr_option_read_secret(tr_options *self, const tr_option_row *row, const char *text);
int tr_option_read_old_secrets(tr_options *self, const tr_option_row *row, const char *text);

// A setting whose value nobody is shown.
bool tr_option_is_secret(enum tr_option_id id);

// Is there a secret for what must have one? A line in `error` if not.
int tr_secrets_settle(const tr_options *self, tr_buf *error) __attribute__((warn_unused_result));

// The key for one purpose from the secret that was given and those before it.
void tr_secrets_derive(const tr_options *self, const char *purpose, tr_signing_key *out);
void tr_secrets_derive_auth(const tr_options *self, tr_auth_settings *io);
void tr_secrets_derive_records(const tr_options *self, tr_record_keys *out);

#endif
