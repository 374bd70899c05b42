#ifndef TR_GATEWAY_STATE_H
#define TR_GATEWAY_STATE_H

// What the files of gateway/ share of a running gateway.
//
// Thread: its core thread. Owns: see the fields.

#include "actors/core.h"
#include "actors/routes.h"
#include "base/owner.h"
#include "gateway/browser.h"
#include "gateway/edge.h"
#include "gateway/gateway.h"
#include "gateway/http.h"
#include "gateway/listener.h"

struct tr_gateway {
    tr_owner owner;
    tr_core *core;
    tr_actor *actor; // the well-known one; NULL once it stopped
    tr_edge *edge;
    tr_listener *listener; // NULL while draining
    tr_browser *browsers;  // all with an open socket
    tr_http_site site;
    tr_connection_limits limits;
    uint32_t connections_cap;
    char *socket_path;
    char *allowed_origins;
    char *trusted_proxies;
    char *content_security_policy;
    tr_gateway_stats stats;
};

// Is there a worker for a new session?
bool tr_gateway_has_worker(const tr_gateway *self);

#endif
