#ifndef TR_SDK_SESSION_SHARED_PATCHES_H
#define TR_SDK_SESSION_SHARED_PATCHES_H

// The patches that a core thread's sessions were sent last. A publication to many pages usually
// changes all of them alike: the first one's patch is encoded, the others send the same packet.
//
// Thread: the core thread. Owns: a reference to each packet it remembers.

#include <stdint.h>

#include "base/buf.h"
#include "base/packet.h"
#include "wire/limits.h"

typedef struct tr_shared_patch {
    tr_buf signature;  // of sdk/tree/patch_signature.h
    tr_packet *packet; // NULL: none
} tr_shared_patch;

// Zeroed memory is an empty one.
typedef struct tr_shared_patches {
    tr_shared_patch at[TR_SHARED_PATCHES_CAP];
    uint32_t next;    // to be forgotten
    uint64_t encoded; // packets of changes that were encoded here
    uint64_t shared;  // and those that were not, because one had been
} tr_shared_patches;

void tr_shared_patches_done(tr_shared_patches *self);

// A packet with that signature, as a reference of the caller's; NULL: none is remembered.
tr_packet *tr_shared_patches_find(tr_shared_patches *self, tr_slice signature);

// Remembers the packet, which stays the caller's, in place of the oldest one. One that is large is
// not worth its memory.
void tr_shared_patches_keep(tr_shared_patches *self, tr_slice signature, tr_packet *packet);

#endif
