#ifndef TR_SDK_API_TOKENS_H
#define TR_SDK_API_TOKENS_H

// Requests to a provider's token endpoint (RFC 6749 sections 4.1.3 and 6).
//
// Thread: a handler's, which waits.

#include "auth/metadata.h"
#include "auth/token_answer.h"
#include "sdk/api/account.h"
#include "troupe/pages/auth.h"

// Sends the form, with the client's name and secret. 0: it gave tokens; TR_EREFUSED: it says an error,
// which `out` has; TR_EPROTOCOL; what tr_http_client_run returns. The caller frees `out`.
int tr_tokens_ask(tr_call *call, const tr_provider *provider, const tr_metadata *metadata,
                  const tr_buf *form, tr_token_answer *out) __attribute__((warn_unused_result));

// New tokens for an account. `io` is made anew. TR_EREFUSED: the provider takes its refresh token no
// more, or it has none.
int tr_tokens_refresh(tr_call *call, tr_account_view *io) __attribute__((warn_unused_result));

// When such an answer's access token expires; 0: not known.
uint64_t tr_tokens_expire_s(const tr_token_answer *answer);

#endif
