#ifndef TR_BASE_TAG_H
#define TR_BASE_TAG_H

// The kind of object that some memory is, checked in debug builds (TR_DEBUG) wherever a pointer to
// it comes in. Freed memory is overwritten there (base/mem.h), so a pointer that outlived its
// object fails the check, and says so where it is used and not where it crashes later. Other builds
// have no tags at all.
//
// Thread: the object's.

#include <stdint.h>

#include "base/must.h"

enum tr_tag {
    TR_TAG_ACTOR = 0x4ac70401,
    TR_TAG_CORE = 0x4ac70402,
    TR_TAG_COROUTINE = 0x4ac70403,
    TR_TAG_MESSAGE = 0x4ac70404
};

#ifdef TR_DEBUG
#define TR_TAG uint32_t tag
#define tr_tag_set(self, kind) ((void)((self)->tag = (uint32_t)(kind)))
#define tr_tag_check(self, kind) tr_must((self)->tag == (uint32_t)(kind))
#else
// Adds nothing to a struct.
#define TR_TAG _Static_assert(1, "no tag")
#define tr_tag_set(self, kind) ((void)0)
#define tr_tag_check(self, kind) ((void)0)
#endif

#endif
