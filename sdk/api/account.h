#ifndef TR_SDK_API_ACCOUNT_H
#define TR_SDK_API_ACCOUNT_H

// What handlers and the session say to each other of who has signed in (identity_change.h), and what
// providers tell of somebody, as it is kept.
//
// Thread: a handler's.

#include "auth/json.h"
#include "sdk/session/identity_change.h"
#include "troupe/pages/auth.h"

// Refers to `bytes`, which are the caller's to free (tr_account_view_done).
typedef struct tr_account_view {
    tr_buf bytes;
    tr_slice provider;
    tr_slice facts; // an array: tr_facts_read
    tr_slice access_token;
    tr_slice refresh_token;
    tr_slice id_token;  // as it was signed; empty: none was checked
    uint64_t expires_s; // Unix time; 0: not known
} tr_account_view;

typedef struct tr_facts {
    tr_slice id;
    tr_slice name;
    tr_slice email;
    tr_slice scopes;
    tr_slice groups; // an array of texts
    tr_slice claims; // a map
} tr_facts;

// One step, with the value and what it answers; either may be empty or NULL.
int tr_identity_submit(tr_call *call, enum tr_identity_step step, tr_slice value, tr_buf *out);

// Of the bytes in `io`. TR_EPROTOCOL.
int tr_account_view_read(tr_account_view *io) __attribute__((warn_unused_result));
void tr_account_view_done(tr_account_view *self); // wipes

// The account again, with other tokens.
void tr_account_write(const tr_account_view *account, tr_buf *out);

int tr_facts_read(tr_slice bytes, tr_facts *out) __attribute__((warn_unused_result));

// From the claims of an ID token and those of a user's document (either may be NULL); `groups` is an
// encoded array, or empty: those of a claim. TR_EPROTOCOL: they do not tell who it is.
int tr_facts_write(const tr_provider *provider, const tr_json *token, const tr_json *user,
                   tr_slice scopes, tr_slice groups, tr_buf *out)
    __attribute__((warn_unused_result));

#endif
