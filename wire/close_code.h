#ifndef TR_WIRE_CLOSE_CODE_H
#define TR_WIRE_CLOSE_CODE_H

// The WebSocket close codes of wire/close_codes.def as constants: TR_CLOSE_POLICY and so on.
//
// Thread: any; constant.

#include <stdbool.h>

#define CLOSE(name, code, ...) TR_CLOSE_##name = (code),
enum {
#include "wire/close_codes.def"
};
#undef CLOSE

// From a gateway to a session alone, never on the wire: the browser was gone before the session's
// answer, so it has never been there. No browser can say it (RFC 6455 section 7.4.2).
enum { TR_CLOSE_NEVER_THERE = 999 };

// Those of a refusal that will be repeated however often a client tries.
static inline bool tr_close_is_permanent(unsigned code)
{
    return code >= 4400 && code <= 4499;
}

#endif
