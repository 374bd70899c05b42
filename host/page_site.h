#ifndef TR_HOST_PAGE_SITE_H
#define TR_HOST_PAGE_SITE_H

// What the gateways of a process serve, as its options say.
//
// Thread: any; pure.

#include "gateway/site.h"
#include "host/options.h"

// The policy of pages where it is not the usual one, ended by a zero byte; otherwise nothing.
void tr_page_policy_write(const tr_options *options, tr_buf *out);

// `site` NULL: our client alone. Refers to the options and the policy.
tr_http_site tr_page_site(const tr_site *site, const tr_options *options, const tr_buf *policy);

#endif
