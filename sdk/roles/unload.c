#include "sdk/roles/unload.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "sdk/session/session.h"
#include "sdk/session/session_timer.h"
#include "sdk/session/snapshots.h"

static bool may_go(const tr_session *session)
{
    return !tr_address_is_set(session->connection) && !session->is_ending &&
           !tr_session_timer_is_running(session, TR_SESSION_AWAY) && session->calls == NULL &&
           session->move == NULL && session->uploads == NULL && session->waiting.head == NULL &&
           tr_snapshot_is_written(session);
}

static int by_end(const void *a, const void *b)
{
    uint64_t one = (*(tr_session *const *)a)->due_ns[TR_SESSION_TIMEOUT];
    uint64_t other = (*(tr_session *const *)b)->due_ns[TR_SESSION_TIMEOUT];
    return (one > other) - (one < other);
}

void tr_sessions_unload(tr_sessions *sessions)
{
    if (sessions->snapshots == NULL || sessions->count == 0)
        return;
    tr_session **found = tr_try_alloc(sessions->count * sizeof *found);
    uint32_t count = 0;
    if (found == NULL)
        return;
    for (tr_session *at = sessions->by_id; at != NULL; at = at->by_id.next)
        if (may_go(at))
            found[count++] = at;
    qsort(found, count, sizeof *found, by_end);
    if (count > TR_UNLOADS_PER_TURN)
        count = TR_UNLOADS_PER_TURN;
    for (uint32_t i = 0; i < count; i++)
        tr_session_end(found[i]);
    tr_free(found);
    if (count != 0)
        tr_log(TR_LOG_INFO, "event=sessions_unloaded count=%u left=%u", count, sessions->count);
}
