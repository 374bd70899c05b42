#include "sdk/session/store_watch.h"

enum tr_store_reach tr_store_watch_look(tr_store_watch *self, bool is_away, uint64_t now_ms)
{
    uint64_t pause_ms = self->looked_ms != 0 ? now_ms - self->looked_ms : 0;
    if (is_away != self->is_away)
        self->since_ms = now_ms;
    else if (pause_ms > TR_STORE_LOOK_MS && self->since_ms != 0)
        self->since_ms += pause_ms;
    self->looked_ms = now_ms;
    self->is_away = is_away;
    uint64_t lasts_ms = now_ms - self->since_ms;
    if (is_away)
        return lasts_ms >= TR_STORE_LOST_MS ? TR_STORE_LOST : TR_STORE_DOUBTFUL;
    bool is_fresh = self->since_ms != 0 && lasts_ms < TR_STORE_STEADY_MS;
    return is_fresh ? TR_STORE_DOUBTFUL : TR_STORE_REACHED;
}
