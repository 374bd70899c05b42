#include "actors/names/name_claims.h"
#include "actors/core/core_record.h"
#include "wire/limits.h"

#include <string.h>
#include <utlist.h>

#include "base/mem.h"

tr_name_claim *tr_name_claim_find(const tr_actor *self, uint16_t scope, tr_slice text)
{
    tr_name_claim *at = self->extras != NULL ? self->extras->names : NULL;
    while (at != NULL &&
           (at->scope != scope || !tr_slice_equal((tr_slice){at->text, at->size}, text)))
        at = at->next;
    return at;
}

tr_name_claim *tr_name_claim_add(tr_actor *self, uint16_t scope, tr_slice text)
{
    tr_extras *extras = tr_actor_extras(self);
    if (extras->name_count >= TR_NAMES_PER_ACTOR_CAP)
        return NULL;
    tr_name_claim *claim = tr_calloc(1, sizeof *claim + text.size);
    claim->reference = self->core->next_correlation++;
    claim->scope = scope;
    claim->size = text.size;
    memcpy(claim->text, text.data, text.size);
    claim->next = extras->names;
    extras->names = claim;
    extras->name_count++;
    return claim;
}

void tr_name_claim_drop(tr_actor *self, tr_name_claim *gone)
{
    LL_DELETE(self->extras->names, gone);
    self->extras->name_count--;
    tr_free(gone);
}
