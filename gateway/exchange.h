#ifndef TR_GATEWAY_EXCHANGE_H
#define TR_GATEWAY_EXCHANGE_H

// The embedding server's end of an exchange: a pair of sockets within the process, of which the edge
// has the other one, as if a browser had connected.
//
// Thread: the one that uses the exchange. Owns: its socket, what is not written yet, what is not read.

#include "troupe/embed.h"

// The request's head is written already: who takes `edge_socket` over finds it whole. TR_EINVALID, TR_EFULL.
int tr_exchange_begin(const tr_embed_request *request, tr_exchange **out, int *edge_socket)
    __attribute__((warn_unused_result));

#endif
