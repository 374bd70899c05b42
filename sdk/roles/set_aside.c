#include "sdk/roles/set_aside.h"

#include <string.h>
#include <utlist.h>

#include "actors/core/core.h"
#include "base/log.h"
#include "base/mem.h"
#include "sdk/roles/restore_tries.h"
#include "sdk/session/restore_mark.h"
#include "sdk/session/snapshots.h"

bool tr_set_aside_is_ours(const tr_sessions *sessions, const tr_set_aside *one)
{
    return sessions->shard_epochs[tr_session_id_shard(tr_slice_of(one->id))] != 0;
}

uint32_t tr_set_aside_count(const tr_sessions *sessions)
{
    uint32_t count = 0;
    for (const tr_set_aside *at = sessions->set_aside; at != NULL; at = at->next)
        count += tr_set_aside_is_ours(sessions, at);
    return count;
}

const tr_set_aside *tr_set_aside_find(const tr_sessions *sessions, tr_slice name)
{
    const tr_set_aside *found = NULL;
    for (const tr_set_aside *at = sessions->set_aside; at != NULL; at = at->next) {
        if (memcmp(at->id, name.data, name.size) != 0 || !tr_set_aside_is_ours(sessions, at))
            continue;
        if (found != NULL)
            return NULL;
        found = at;
    }
    return found;
}

static void drop(tr_sessions *sessions, tr_set_aside *one)
{
    DL_DELETE(sessions->set_aside, one);
    tr_free(one);
}

static uint32_t length(const tr_sessions *sessions)
{
    uint32_t count = 0;
    const tr_set_aside *at;
    DL_COUNT(sessions->set_aside, at, count);
    return count;
}

void tr_set_aside_note(tr_sessions *sessions, const char *id)
{
    if (tr_set_aside_find(sessions, tr_slice_of(id)) != NULL)
        return;
    if (length(sessions) == TR_SET_ASIDE_CAP)
        drop(sessions, sessions->set_aside);
    tr_set_aside *one = tr_new(tr_set_aside);
    memcpy(one->id, id, sizeof one->id);
    one->since_ms = tr_core_now_ms(sessions->core);
    DL_APPEND(sessions->set_aside, one);
    tr_log(
        TR_LOG_ERROR,
        "event=session_set_aside session=%.6s tries=%u text=\"each process that restored this page "
        "ended; another build of the program tries it again, and so does troupe evict\"",
        id, TR_RESTORE_TRIES);
}

void tr_set_aside_release(tr_sessions *sessions, const tr_set_aside *one, bool is_end)
{
    tr_set_aside *mine = (tr_set_aside *)(uintptr_t)one;
    tr_log(TR_LOG_INFO, "event=session_%s session=%.6s by=order", is_end ? "ended" : "tried_again",
           mine->id);
    tr_restore_mark_delete(sessions, mine->id);
    if (is_end)
        tr_snapshot_delete(sessions, mine->id);
    drop(sessions, mine);
}

void tr_set_aside_free(tr_sessions *sessions)
{
    while (sessions->set_aside != NULL)
        drop(sessions, sessions->set_aside);
}
