#ifndef TR_GATEWAY_ARRIVAL_H
#define TR_GATEWAY_ARRIVAL_H

// A connection on its way to libwebsockets, from a listener or from an embedding server: its socket, who
// is at its other end, and whom it is counted for.
//
// Thread: the gateway's core thread. Owns: the socket and the count, given on together.

#include <stdbool.h>

#include "base/client_limits.h"
#include "gateway/origin.h"

typedef struct tr_arrival {
    int socket;
    // As the socket has it, the embedding server, or a proxy in its header; "": none, as on a unix
    // socket.
    char ip[TR_CLIENT_IP_CAP_BYTES];
    tr_client_entry *client; // whose connection it is; NULL: nobody's, as of a trusted proxy
    bool has_key;            // its address is one that has limits
    tr_client_key key;
    tr_slice
        head; // of its first request, lent for the call that hands it on; empty: it is encrypted
} tr_arrival;

#endif
