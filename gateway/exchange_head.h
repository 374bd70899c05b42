#ifndef TR_GATEWAY_EXCHANGE_HEAD_H
#define TR_GATEWAY_EXCHANGE_HEAD_H

// The head of an embedding server's request, as HTTP/1.1 has it (RFC 9112, RFC 6455 section 4.1).
// What says how the connection goes on is written here and believed of nobody, so that a request
// cannot be read in two ways.
//
// Thread: any; pure.

#include "base/buf.h"
#include "troupe/embed.h"

// TR_EINVALID: a text that cannot stand in a head.
int tr_exchange_head_write(const tr_embed_request *request, tr_buf *out)
    __attribute__((warn_unused_result));

#endif
