#ifndef TR_AUTH_BROWSER_COOKIE_H
#define TR_AUTH_BROWSER_COOKIE_H

// The cookie that tells one browser from another once somebody has signed in with it: a random value
// and its signature, HttpOnly and SameSite=Lax (RFC 6265bis). Sessions keep its key, a hash, and
// take no other browser from then on. By HTTPS it has the prefix __Host-, which neighbours under
// the same domain cannot set.
//
// Lax, not Strict: the browser comes back from the provider's site, and must bring the cookie that
// it has then.
//
// Thread: any; pure but for the random value.

#include <stdbool.h>

#include "auth/settings.h"
#include "base/buf.h"

#define TR_BROWSER_KEY_SIZE 64u // characters
#define TR_BROWSER_COOKIE_CAP_BYTES 160u
#define TR_BROWSER_COOKIE_LIFE_S (30u * 86400) // since the last sign-in

// The value of the cookie, and what sessions keep of it.
typedef struct tr_browser_cookie {
    char value[TR_BROWSER_COOKIE_CAP_BYTES];
    char key[TR_BROWSER_KEY_SIZE + 1];
} tr_browser_cookie;

void tr_browser_cookie_make(const tr_auth_settings *settings, tr_browser_cookie *out);

// The one in a request's Cookie header that this app has signed. `is_secure`: only one that came by
// HTTPS counts. False: there is none.
bool tr_browser_cookie_find(tr_slice header, const tr_auth_settings *settings, bool is_secure,
                            tr_browser_cookie *out);

// The value of a Set-Cookie header.
void tr_browser_cookie_write(const tr_browser_cookie *cookie, const tr_auth_settings *settings,
                             bool is_secure, tr_buf *out);

#endif
