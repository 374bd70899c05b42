// The functions of troupe/linker_sets.h.

#include "troupe/linker_sets.h"
#include "wire/linker_sets.h"
#include "wire/messages.h"

static bool has_messages(const tr_linker_sets *self)
{
    return self->count > TR_SET_MESSAGES &&
           self->sets[TR_SET_MESSAGES].first != self->sets[TR_SET_MESSAGES].end;
}

void tr_linker_sets_add(tr_linker_sets *self)
{
    if (tr_sets_put(self) && has_messages(self))
        tr_shapes_gather();
}

void tr_linker_sets_remove(tr_linker_sets *self)
{
    if (tr_sets_take(self) && has_messages(self))
        tr_shapes_gather();
}
