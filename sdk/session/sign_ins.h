#ifndef TR_SDK_SESSION_SIGN_INS_H
#define TR_SDK_SESSION_SIGN_INS_H

// Sign-ins of a session that are under way: the browser was sent to a provider, and is to come back
// with the state that was made here, once, in time.
//
// Thread: the session's. Owns: the list in session->identity.

#include "auth/pkce.h"
#include "base/buf.h"
#include "sdk/session/identity.h"

#define TR_SIGN_INS_CAP 8u // of one session

typedef struct tr_sign_in {
    struct tr_sign_in *next;
    tr_session *session;
    char token[TR_SESSION_ID_SIZE + 1];
    char verifier[TR_PKCE_SIZE + 1];
    char nonce[TR_PKCE_SIZE + 1];
    char browser_key[TR_BROWSER_KEY_SIZE + 1]; // of the browser that began it; "": it had no cookie
    char *provider;
    char *redirect_url;
    char *scopes;
    bool fetches_groups;
    bool is_in_this_window;
    uint64_t expires_s;       // Unix time
    const tr_handler *finish; // runs with what the browser brings
    UT_hash_handle by_token;
} tr_sign_in;

// Begins one: terms are a msgpack array [provider, redirect URL ("": made from the page's origin),
// scopes, groups are wanted, in this window, handler that finishes it]. `out` gets an array [state,
// nonce, code challenge, redirect URL]. TR_EINVALID; TR_EFULL; TR_EUNAVAILABLE: it is not known
// where the browser is to come back to.
int tr_sign_in_begin(tr_session *session, tr_slice terms, tr_buf *out);

// The browser could not be sent. `state` as above.
void tr_sign_in_cancel(tr_session *session, tr_slice state);

// Is that the last part of the address that its provider was told to send the browser back to? Empty: it
// has none of its own.
bool tr_sign_in_is_place(const tr_sign_in *self, tr_slice place);

// NULL: no session of this core thread has the state of that token.
tr_sign_in *tr_sign_in_find(tr_sessions *sessions, tr_slice token);

// It is over.
void tr_sign_in_drop(tr_sign_in *self);

void tr_sign_ins_write(const tr_session *session, tr_buf *out);
int tr_sign_ins_read(tr_session *session, tr_reader *in) __attribute__((warn_unused_result));

// Frees the identity, too.
void tr_sign_ins_free(tr_session *session);

#endif
