#ifndef TR_HOST_OPTION_LISTS_H
#define TR_HOST_OPTION_LISTS_H

// Settings that are comma-separated lists, checked: a misspelt element would never match anything,
// and nobody would know.
//
// Thread: any; pure.

#include <stdbool.h>

// `*`, or origins (SCHEME://HOST[:PORT], as browsers send them).
bool tr_list_is_of_origins(const char *list);

// Likewise, where they become a part of a policy that browsers are told.
bool tr_list_is_of_sources(const char *list);

// What the policy frame-ancestors has, with spaces between.
bool tr_list_is_of_ancestors(const char *text);

// Names and addresses, also *.NAME.
bool tr_list_is_of_hosts(const char *list);

// IPv4 and IPv6 addresses and blocks (10.0.0.0/8), and `unix`.
bool tr_list_is_of_addresses(const char *list);

#endif
