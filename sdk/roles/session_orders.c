#include "sdk/roles/session_orders.h"

#include <string.h>

#include "actors/core/core.h"
#include "actors/system/orders.h"
#include "base/log.h"
#include "sdk/roles/set_aside.h"
#include "sdk/session/move.h"
#include "sdk/session/session.h"
#include "sdk/session/snapshot_record.h"
#include "sdk/session/snapshots.h"
#include "troupe/err.h"
#include "wire/close_code.h"

// The shard that the beginning of an id names; -1: it names none.
static int shard_named(tr_slice name)
{
    char id[TR_SESSION_ID_SIZE + 1];
    memset(id, 'a', sizeof id);
    if (name.size < TR_SESSION_NAMED_SIZE_MIN || name.size > TR_SESSION_ID_SIZE)
        return -1;
    memcpy(id, name.data, name.size);
    return tr_session_id_shard((tr_slice){id, TR_SESSION_ID_SIZE});
}

// Only where its shard is, and so by one core thread of the cluster, all sessions are looked at.
static int find_named(tr_sessions *self, tr_slice name, tr_session **out)
{
    int shard = shard_named(name);
    if (shard < 0)
        return TR_EINVALID;
    if (self->shard_epochs[shard] == 0)
        return TR_ENOTFOUND;
    for (tr_session *at = self->by_id; at != NULL; at = at->by_id.next) {
        if (memcmp(at->id, name.data, name.size) != 0)
            continue;
        if (*out != NULL)
            return TR_EEXISTS;
        *out = at;
    }
    return *out != NULL ? 0 : TR_ENOTFOUND;
}

static bool is_at_rest(const tr_session *session)
{
    return session->calls == NULL && session->move == NULL && session->uploads == NULL &&
           session->waiting.head == NULL;
}

static void put_out(tr_session *session, const char *how)
{
    tr_log(TR_LOG_INFO, "event=session_%s session=%.6s by=order", how, session->id);
    tr_move_close_browser(session, TR_CLOSE_RESTART, "by order of an operator");
    tr_session_end(session);
}

static int evict(tr_session *session)
{
    const struct tr_session_snapshot *snapshot = session->snapshot;
    if (session->sessions->snapshots == NULL || (snapshot != NULL && snapshot->is_too_big))
        return TR_EREFUSED;
    if (!is_at_rest(session))
        return TR_EFULL;
    if (!tr_snapshot_is_written(session)) {
        tr_snapshot_touch(session, true);
        return TR_EFULL;
    }
    put_out(session, "evicted");
    return 0;
}

static int end(tr_session *session)
{
    if (session->move != NULL)
        return TR_EFULL;
    tr_snapshot_drop(session);
    put_out(session, "ended");
    return 0;
}

bool tr_sessions_take_order(tr_sessions *self, const tr_message *message)
{
    if (TR_TYPE(message) != TR_MSG_node_order)
        return false;
    const tr_msg_node_order *order = TR_BODY(message, node_order);
    if (order->what != TR_ORDER_EVICT && order->what != TR_ORDER_END)
        return false;
    tr_session *session = NULL;
    int result = find_named(self, order->value, &session);
    const tr_set_aside *aside =
        result == TR_ENOTFOUND ? tr_set_aside_find(self, order->value) : NULL;
    if (aside != NULL) {
        tr_set_aside_release(self, aside, order->what == TR_ORDER_END);
        result = 0;
    } else if (result == 0)
        result = order->what == TR_ORDER_EVICT ? evict(session) : end(session);
    (void)tr_answer(self->core, message, .status = result);
    return true;
}
