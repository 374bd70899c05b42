#ifndef TR_GATEWAY_PROXY_HEADER_H
#define TR_GATEWAY_PROXY_HEADER_H

// The header that a proxy sends in front of a connection's bytes to say whose they are: the PROXY
// protocol of HAProxy (proxy-protocol.txt), version 1 (a line) and version 2 (binary). What version 2
// says besides addresses (TLVs) is skipped.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stddef.h>

#include "gateway/origin.h"

#define TR_PROXY_HEADER_LINE_BYTES 107u // of version 1, with its line break
#define TR_PROXY_HEADER_BYTES 4096u     // of version 2; beyond: refused

typedef struct tr_proxy_header {
    size_t size; // bytes of it
    // False: the proxy speaks for itself (LOCAL: a health check). Of a client whose address it does not
    // know, or that has none of IP: "0.0.0.0".
    bool has_address;
    char ip[TR_CLIENT_IP_CAP_BYTES]; // then
} tr_proxy_header;

// 1: it is whole; 0: more bytes are needed. TR_EMALFORMED: it is none, or not as it should be.
int tr_proxy_header_read(const void *bytes, size_t size, tr_proxy_header *out)
    __attribute__((warn_unused_result));

#endif
