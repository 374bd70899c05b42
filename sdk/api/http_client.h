#ifndef TR_SDK_API_HTTP_CLIENT_H
#define TR_SDK_API_HTTP_CLIENT_H

// The one door to libcurl: one request, run to its end. On a core thread all go through one multi
// handle that its libev loop drives; on a pool thread each blocks by itself. Programs that call no
// tr_http do not contain this file, nor need libcurl.
//
// Thread: a handler's. Owns: the core thread's client, until that ends.

#include "base/buf.h"
#include "sdk/session/call.h"
#include "troupe/pages/http.h"

typedef struct tr_http_answer {
    long status;
    tr_buf headers;
    tr_buf body;
    char error[256]; // CURL_ERROR_SIZE
} tr_http_answer;

// Codes as of tr_http; TR_EINVALID only for what curl finds wrong. `out` is zeroed before; the
// caller's to free, also on failure.
int tr_http_client_run(tr_call *call, const tr_http_request *request, tr_http_answer *out);

#endif
