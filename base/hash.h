#ifndef TR_BASE_HASH_H
#define TR_BASE_HASH_H

// FNV-1a of 64 bits (tr_hash): tells texts and files apart, everywhere in the same way, so that it may go into
// files and between processes. It guards nothing: whoever wants two texts with one hash finds them.
//
// Thread: any; pure.

#include <stddef.h>
#include <stdint.h>

#define TR_HASH_BEGIN 0xcbf29ce484222325u

// Goes on from the hash of what stood before, or from TR_HASH_BEGIN.
uint64_t tr_hash_more(uint64_t hash, const void *bytes, size_t size);

static inline uint64_t tr_hash(const void *bytes, size_t size)
{
    return tr_hash_more(TR_HASH_BEGIN, bytes, size);
}

// The finalizer of SplitMix64: every bit of what goes in changes half of what comes out.
static inline uint64_t tr_mix(uint64_t bits)
{
    bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
    return bits ^ bits >> 31;
}

#endif
