#ifndef TROUPE_SLICE_H
#define TROUPE_SLICE_H

// Borrowed bytes: a pointer and a length, valid as long as their lender. Not zero-terminated.
//
// Thread: the lender's.

#include <stdint.h>
#include <string.h>

#include "troupe/language.h"

#ifdef __cplusplus
extern "C" {
#endif
#pragma GCC visibility push(default)

typedef struct tr_slice {
    const char *data;
    uint32_t size; // bytes
} tr_slice;

#define TR_SLICE(literal) TR_GIVEN_(tr_slice, (literal), sizeof(literal) - 1)

// NULL gives an empty slice.
static inline tr_slice tr_slice_of(const char *text)
{
    tr_slice slice = {text, text != NULL ? (uint32_t)strlen(text) : 0};
    return slice;
}

static inline int tr_slice_is(tr_slice self, const char *text)
{
    return strlen(text) == self.size && (self.size == 0 || memcmp(self.data, text, self.size) == 0);
}

static inline int tr_slice_equal(tr_slice a, tr_slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif

#endif
