#ifndef TR_WIRE_SCAN_H
#define TR_WIRE_SCAN_H

// The check that every packet from outside passes before anything is allocated for it: exactly one
// well-formed msgpack value, nested at most TR_SCAN_DEPTH_CAP deep, at most TR_SCAN_ITEM_CAP
// values, counts that the remaining bytes can hold, texts in valid UTF-8, no reserved byte (c1).
//
// Thread: any; pure. Uses a fixed stack, no recursion.

#include <stddef.h>

// 0, TR_EMALFORMED (also: not UTF-8, trailing bytes) or TR_ETOOBIG (depth, items).
int tr_scan(const void *bytes, size_t size) __attribute__((warn_unused_result));

// Is it valid UTF-8 (no overlong forms, no surrogates, at most U+10FFFF)?
int tr_scan_is_utf8(const void *bytes, size_t size);

#endif
