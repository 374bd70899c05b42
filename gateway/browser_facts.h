#ifndef TR_GATEWAY_BROWSER_FACTS_H
#define TR_GATEWAY_BROWSER_FACTS_H

// What a handshake's headers say of the client, kept until its session is asked for.
//
// Thread: the gateway's core thread.

#include "auth/browser_cookie.h"
#include "auth/proxy_user.h"
#include "gateway/browser.h"

#define TR_ORIGIN_CAP_BYTES 256u

// Texts that messages may have: a header may be anything.
typedef struct tr_browser_facts {
    char user_agent[TR_USER_AGENT_CAP_BYTES + 1];
    char origin[TR_ORIGIN_CAP_BYTES + 1];
    char browser_key[TR_BROWSER_KEY_SIZE + 1]; // of its cookie; "": it has none
    tr_proxy_user user;
} tr_browser_facts;

// The caller frees it; NULL: no memory.
tr_browser_facts *tr_browser_facts_of(const tr_edge_client *client);

#endif
