#ifndef TR_GATEWAY_HEAD_JUDGE_H
#define TR_GATEWAY_HEAD_JUDGE_H

// Whether the head of a request is one that everybody reads alike. A proxy in front shares its
// connections among its clients, so a head that libwebsockets reads in another way than the proxy
// would let one client send requests in the name of another (request smuggling).
//
// Refused are: a request line that is not METHOD SP PATH SP VERSION (RFC 9112 section 3), names
// that are no tokens or have a space before the colon (RFC 9110 section 5.1), folded lines (RFC
// 9112 section 5.2), lines without a colon, zero bytes, a CR without its LF, and names that
// libwebsockets loses (gateway/edge_names.c). So are more headers, and parameters of the address, than it has
// room for: it would close without a word.
//
// Thread: any; pure.

#include <stdbool.h>
#include <stddef.h>

#include "gateway/first_bytes.h"
#include "troupe/slice.h"

// `bytes` begin with a whole head (tr_first_has_head); what is behind it is not looked at. NULL:
// nothing speaks against it.
const tr_first_refusal *tr_head_judge(const char *bytes, size_t size);

// The same of a part of a head. What is wrong with a path is told as soon as it is there, as libwebsockets
// would.
const tr_first_refusal *tr_head_judge_part(const char *bytes, size_t size);

// What the name, without its colon, is to libwebsockets. Cut is the beginning of one that it knows and none
// itself, as "X" or "If": 4.1 takes the line behind such a header for a part of it.
enum tr_head_name { TR_HEAD_NAME_OTHER, TR_HEAD_NAME_KNOWN, TR_HEAD_NAME_CUT };
enum tr_head_name tr_head_name_kind(tr_slice name);

#endif
