// What operators are told of the sessions' store.

#include "actors/core/core.h"
#include "base/log.h"
#include "metrics/metric.h"
#include "sdk/session/snapshots_record.h"

enum { UNSAVED_LOOK = 256 };

// Of the first in the list, which holds the others' up.
static uint64_t unsaved_ms(const tr_snapshots *self)
{
    uint64_t now_ms = tr_core_now_ms(self->sessions->core);
    uint64_t oldest_ms = tr_store_pending_get(self->store).oldest_ms;
    unsigned looked = 0;
    for (const tr_session *at = self->first; at != NULL && looked < UNSAVED_LOOK; looked++) {
        uint64_t since_ms = at->snapshot->unsaved_ms;
        if (since_ms != 0 && now_ms - since_ms > oldest_ms)
            oldest_ms = now_ms - since_ms;
        at = at->snapshot->next;
    }
    return oldest_ms;
}

void tr_snapshots_put_metrics(const tr_sessions *sessions, tr_metric_rows *out)
{
    const tr_snapshots *self = sessions->snapshots;
    if (self == NULL)
        return;
    tr_store_pending pending = tr_store_pending_get(self->store);
    tr_metric_put(out, TR_METRIC_OF_store_pending, "", pending.ops);
    tr_metric_put(out, TR_METRIC_OF_store_bytes, "", pending.bytes);
    tr_metric_put(out, TR_METRIC_OF_store_unsaved, "", unsaved_ms(self));
    tr_metric_put(out, TR_METRIC_OF_store_away, "", tr_store_is_away(self->store));
}

bool tr_snapshots_are_away(const tr_sessions *sessions)
{
    return sessions->snapshots != NULL && tr_store_is_away(sessions->snapshots->store);
}

static void say_reach(const tr_snapshots *self, enum tr_store_reach now)
{
    const char *kind = tr_store_kind(self->store);
    if (now == TR_STORE_LOST)
        tr_log(TR_LOG_WARN,
               "event=store_lost store=%s text=\"its pages go to workers that reach the store, if "
               "there are any\"",
               kind);
    else if (self->reach == TR_STORE_LOST)
        tr_log(TR_LOG_INFO, "event=store_found store=%s", kind);
}

enum tr_store_reach tr_snapshots_look(tr_sessions *sessions)
{
    tr_snapshots *self = sessions->snapshots;
    if (self == NULL)
        return TR_STORE_REACHED;
    enum tr_store_reach now = tr_store_watch_look(&self->watch, tr_store_is_away(self->store),
                                                  tr_core_now_ms(sessions->core));
    if (now != self->reach)
        say_reach(self, now);
    self->reach = now;
    return now;
}

enum tr_store_reach tr_snapshots_reach(const tr_sessions *sessions)
{
    return sessions->snapshots != NULL ? sessions->snapshots->reach : TR_STORE_REACHED;
}

const char *tr_snapshots_kind(const tr_sessions *sessions)
{
    return sessions->snapshots != NULL ? tr_store_kind(sessions->snapshots->store) : "";
}
