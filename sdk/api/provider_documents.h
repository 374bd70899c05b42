#ifndef TR_SDK_API_PROVIDER_DOCUMENTS_H
#define TR_SDK_API_PROVIDER_DOCUMENTS_H

// What providers publish: where they have what, and their keys. Both are kept for an hour, for the
// whole process. Keys are fetched sooner when a token names one that is not there, but not more
// often than TR_KEYS_FETCHES_CAP times a minute: tokens come from strangers.
//
// Thread: a handler's, which waits. Owns: the copies.

#include "auth/metadata.h"
#include "sdk/session/call.h"
#include "troupe/pages/auth.h"

#define TR_PROVIDERS_KEPT_CAP 16u
#define TR_KEYS_FETCHES_CAP 6u

// What tr_http_client_run returns, TR_EPROTOCOL for a bad answer; `out_reason` is a constant sentence
// then. The caller frees `out`.
int tr_provider_metadata(tr_call *call, const tr_provider *provider, tr_metadata *out,
                         const char **out_reason) __attribute__((warn_unused_result));

// The key set, as JSON. `is_renewed`: those that are kept will not do; TR_ENOTFOUND: they were
// fetched too often just now.
int tr_provider_keys(tr_call *call, const tr_metadata *metadata, bool is_renewed, tr_buf *out)
    __attribute__((warn_unused_result));

// One request. 0 and the body for a status below 300; TR_EREFUSED for others.
int tr_provider_get(tr_call *call, const char *url, const char *access_token, tr_buf *out_body)
    __attribute__((warn_unused_result));

// Forgets all that is kept (tests).
void tr_provider_documents_forget(void);

#endif
