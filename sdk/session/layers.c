#include "sdk/session/views_record.h"

static const tr_layer *layer_of(const tr_session *session, uint64_t number)
{
    const tr_views *self = session->views;
    for (unsigned i = 0; self != NULL && number != 0 && i < self->count; i++)
        if (self->at[i].number == number)
            return &self->at[i];
    return NULL;
}

bool tr_views_has(const tr_session *session, uint64_t number)
{
    return layer_of(session, number) != NULL;
}

const char *tr_views_path(const tr_session *session, uint64_t number)
{
    const tr_layer *layer = layer_of(session, number);
    return layer != NULL ? layer->path : NULL;
}
