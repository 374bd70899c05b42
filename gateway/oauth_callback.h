#ifndef TR_GATEWAY_OAUTH_CALLBACK_H
#define TR_GATEWAY_OAUTH_CALLBACK_H

// A browser that comes back from a provider (RFC 6749 section 4.1.2): a coroutine that tells the
// session whose state it brings, and answers with a page, or with the way back to the app, and with
// the cookie of that browser. Any gateway may be the one that it comes to.
//
// Thread: the gateway's core thread. Owns: its texts; the socket is the edge's.

#include <stdbool.h>

#include "auth/browser_cookie.h"
#include "auth/state.h"

typedef struct tr_gateway tr_gateway;
typedef struct tr_socket tr_socket;
typedef struct tr_oauth_callback tr_oauth_callback;

#define TR_OAUTH_CALLBACKS_PER_CORE_CAP 256u // callbacks that wait for their session
#define TR_OAUTH_PATIENCE_MS 8000u           // of one of them

// What the browser brings, decoded. Texts are lent for the call.
typedef struct tr_oauth_request {
    tr_socket *socket;
    tr_auth_state state; // its signature and time are right
    tr_browser_cookie cookie;
    tr_slice code;
    tr_slice error;
    tr_slice description;
    tr_slice issuer;
    tr_slice place; // the address's part behind that of all providers; empty: none
} tr_oauth_request;

// What the browser is told. `location`: where to; NULL: a page that says `text`.
typedef struct tr_oauth_reply {
    unsigned status;
    const char *text; // constant
    char *location;   // the receiver's to free
    bool sets_cookie;
} tr_oauth_reply;

// 0, and from then on tr_oauth_callback_on_gone is to be called when the socket is closed, until it has been
// answered with tr_socket_answer_oauth. TR_EFULL.
int tr_oauth_callback_begin(tr_gateway *gateway, const tr_oauth_request *request,
                            tr_oauth_callback **out) __attribute__((warn_unused_result));

void tr_oauth_callback_on_gone(tr_oauth_callback *self);

// The gateway stops: what waits is not answered any more.
void tr_oauth_callbacks_end(tr_gateway *gateway);

#endif
