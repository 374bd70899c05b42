#include "sdk/roles/sign_in_returns.h"

#include "actors/core/core.h"
#include "sdk/moving/arrival.h"
#include "sdk/roles/openings.h"
#include "sdk/session/session.h"
#include "sdk/session/sign_in_callback.h"
#include "troupe/err.h"

static bool may_be_stored(const tr_sessions *self, tr_slice id)
{
    int shard = tr_session_id_shard(id);
    return shard >= 0 && self->snapshots != NULL && !self->is_draining &&
           self->shard_epochs[shard] != 0 && tr_session_find(self, id) == NULL;
}

// Its gateway asks again for a while.
static void put_off(tr_sessions *self, const tr_message *message)
{
    (void)tr_answer(self->core, message, .status = TR_EUNAVAILABLE);
}

static void on_refused(tr_sessions *self, const tr_message *message, unsigned code, const char *why)
{
    (void)code;
    (void)why;
    put_off(self, message);
}

static void on_read(tr_sessions *self, const tr_message *message, int status, tr_slice snapshot)
{
    tr_slice id = TR_BODY(message, sign_in_callback)->session_id;
    if (status == 0 && tr_session_find(self, id) == NULL)
        (void)tr_session_restore(self, snapshot, &status);
    if (status == TR_EFULL)
        put_off(self, message);
    else
        tr_sign_ins_on_callback(self, message);
}

void tr_sign_in_returns(tr_sessions *self, const tr_message *message)
{
    bool waits = may_be_stored(self, TR_BODY(message, sign_in_callback)->session_id) &&
                 tr_opening_begin(self, message, on_read, on_refused) == 0;
    if (!waits)
        tr_sign_ins_on_callback(self, message);
}
