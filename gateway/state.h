#ifndef TR_GATEWAY_STATE_H
#define TR_GATEWAY_STATE_H

// State that a running gateway shares with its browsers.
//
// Thread: its core thread. Owns: see the fields.

#include "actors/core/actor.h"
#include "actors/core/timer.h"
#include "base/owner.h"
#include "gateway/connection.h"
#include "gateway/gateway.h"
#include "gateway/tap.h"
#include "uploads/upload_url.h"

typedef struct tr_browser tr_browser;
typedef struct tr_edge tr_edge;
typedef struct tr_listener tr_listener;

typedef struct tr_gateway_listener {
    struct tr_gateway *gateway;
    tr_listener *listener;
    bool is_redirect;
} tr_gateway_listener;

struct tr_gateway {
    tr_owner owner;
    tr_core *core;
    tr_actor *actor; // the well-known one; NULL once it stopped
    tr_edge *edge;
    tr_tap *tap; // NULL: nobody records
    tr_gateway_listener listeners[TR_GATEWAY_SOCKETS_CAP + 1];
    unsigned listener_count; // 0 while draining
    struct tr_accept_filter *filter;
    tr_browser *browsers; // all with an open socket
    tr_connection_limits limits;
    uint32_t connections_cap;
    uint32_t placing;       // browsers that wait for a worker
    uint32_t placing_bytes; // their registrations
    char *allowed_origins;
    char *trusted_proxies;
    char *allowed_hosts;
    enum tr_forwarded_header forwarded_header;
    tr_upload_settings uploads;               // its texts are borrowed
    struct tr_upload *first_upload;           // under way
    tr_timer uploads_tick;                    // runs while there are any
    struct tr_download *first_download;       // under way
    tr_gateway_stats stats;                   // without what the edge counts
    tr_client_limits *clients;                // borrowed; NULL: no limits
    struct tr_fatal_openings *fatal;          // likewise
    const tr_auth_settings *auth;             // borrowed; NULL: nobody can sign in
    struct tr_oauth_callback *first_callback; // callbacks that wait for their session
    uint32_t callbacks;
    struct tr_paint *first_paint; // first paints that are asked for
    uint32_t paints;
};

#endif
