#include "sdk/session/shared_patches.h"

#include <string.h>

void tr_shared_patches_done(tr_shared_patches *self)
{
    for (uint32_t i = 0; i < TR_SHARED_PATCHES_CAP; i++) {
        tr_buf_done(&self->at[i].signature);
        tr_packet_unref(self->at[i].packet);
    }
    *self = (tr_shared_patches){0};
}

tr_packet *tr_shared_patches_find(tr_shared_patches *self, tr_slice signature)
{
    for (uint32_t i = 0; i < TR_SHARED_PATCHES_CAP; i++) {
        const tr_shared_patch *one = &self->at[i];
        if (one->packet != NULL && one->signature.size == signature.size &&
            memcmp(one->signature.data, signature.data, signature.size) == 0) {
            self->shared++;
            return tr_packet_ref(one->packet);
        }
    }
    return NULL;
}

void tr_shared_patches_keep(tr_shared_patches *self, tr_slice signature, tr_packet *packet)
{
    if (packet->size > TR_SHARED_PATCH_CAP_BYTES)
        return;
    tr_shared_patch *one = &self->at[self->next];
    self->next = (self->next + 1) % TR_SHARED_PATCHES_CAP;
    one->signature.size = 0;
    tr_buf_append(&one->signature, signature.data, signature.size);
    tr_packet_unref(one->packet);
    one->packet = tr_packet_ref(packet);
}
