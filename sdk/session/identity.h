#ifndef TR_SDK_SESSION_IDENTITY_H
#define TR_SDK_SESSION_IDENTITY_H

// Who is in front of a session: the browser that it belongs to, and the account that somebody has
// signed in with.
//
// A session is open to any browser that knows its id until somebody signs in. From then on it
// belongs to the browser that came back from the provider: only with that one's cookie is it
// reached. The account counts once that browser is attached, which it shows by connecting anew: so
// one who lured somebody else through the provider has gained nothing.
//
// Thread: the session's. Owns: session->identity.

#include "auth/browser_cookie.h"
#include "base/buf.h"
#include "sdk/session/session_record.h"
#include "wire/reader.h"

// One who has signed in. Texts are NULL where nothing is known.
typedef struct tr_account {
    char *provider;
    tr_buf
        facts; // a msgpack array [id, name, email, scopes, groups (array of texts), claims (map)]
    char *access_token;
    char *refresh_token;
    char *id_token;     // for its provider alone, when somebody signs out there
    uint64_t expires_s; // the access token, Unix time; 0: not known
} tr_account;

typedef struct tr_identity {
    char *origin;                              // of the page, as its browser says; NULL: not known
    char browser_key[TR_BROWSER_KEY_SIZE + 1]; // of the browser attached; "": it has no cookie
    char owner_key[TR_BROWSER_KEY_SIZE + 1];   // of the one it belongs to; "": to any
    char *proxy_user;            // to whom it belongs, too; NULL: no proxy has signed anybody in
    tr_account *account;         // NULL: nobody
    bool is_confirmed;           // the owner has come since
    uint64_t refresh_until_s;    // a handler gets a new access token; 0: none does
    struct tr_sign_in *sign_ins; // under way (sign_ins.h)
} tr_identity;

tr_identity *tr_identity_of(tr_session *session);

// Why that browser may not have the session: "cookie" or "user". NULL: it may. Thread: the sessions
// actor's.
const char *tr_identity_refusal(const tr_session *session, const tr_msg_session_open *open);

// A browser is attached: who it is. And, once it can be told: what was signed in may count now.
void tr_identity_on_attach(tr_session *session, const tr_msg_session_open *open);
void tr_identity_settle(tr_session *session);

// Somebody has signed in with the browser of that key (""; any). `account`, a msgpack array
// [provider, facts, access token, refresh token, ID token, expires], is copied. The page hears of it when it
// counts. TR_EINVALID; TR_EREFUSED: the session belongs to another browser.
int tr_identity_sign_in(tr_session *session, tr_slice browser_key, tr_slice account);

// New tokens of the same account: the array as above. TR_ENOTFOUND: it is gone meanwhile.
int tr_identity_renew(tr_session *session, tr_slice account);

// The array. TR_ENOTFOUND: nobody has signed in, or it does not count yet.
int tr_identity_tell(tr_session *session, tr_buf *out);

// Whoever asks for `out` gets an array [provider, ID token, address of the page ("": not known)], to
// sign out there, too. TR_ENOTFOUND.
int tr_identity_sign_out(tr_session *session, tr_buf *out);

// One handler at a time gets a new token. TR_EEXISTS: another one does.
int tr_identity_begin_refresh(tr_session *session);
void tr_identity_end_refresh(tr_session *session);

// The account for a browser to keep, and back: the array. TR_ENOTFOUND, TR_EUNAVAILABLE;
// TR_EREFUSED: it is none of ours, or another browser's, or too old.
int tr_identity_save(tr_session *session, tr_buf *out_text);
int tr_identity_restore(tr_session *session, tr_slice text, tr_buf *out);

// In a session's file (identity_file.h encrypts it), and the way back.
void tr_identity_write(const tr_session *session, tr_buf *out);
int tr_identity_read(tr_session *session, tr_reader *in) __attribute__((warn_unused_result));

void tr_identity_free(tr_session *session);

#endif
