#include "actors/bus/liveness.h"

#include "actors/bus/bus.h"
#include "actors/bus/link.h"
#include "actors/core/core_record.h"
#include "base/log.h"
#include "wire/limits.h"

enum verdict {
    CURRENT,
    OVER,  // of a conversation that one of us ended
    ANEW,  // the peer ended it, and this is the next one
    BROKEN // a frame was lost on the way
};

static enum verdict judge(const tr_link *link, const tr_batch_head *head, bool is_only_ack)
{
    if (head->incarnation == 0)
        return CURRENT; // an older version, which does not count them
    if (head->incarnation <= link->over || head->incarnation < link->peer_incarnation ||
        (head->peer_incarnation != 0 && head->peer_incarnation != link->incarnation))
        return OVER;
    if (link->peer_incarnation != 0 && head->incarnation > link->peer_incarnation)
        return ANEW;
    if (!is_only_ack && link->received != 0 && head->sequence != link->received + 1)
        return BROKEN;
    return CURRENT;
}

// It hears of our present incarnation, if we know where it is.
static bool refuse(tr_link *link)
{
    link->owes_ack = true;
    tr_link_mark_dirty(link);
    return false;
}

bool tr_liveness_admit(tr_core *core, const tr_batch_head *head, bool is_only_ack, tr_link **out)
{
    *out = tr_link_find(core, head->from_node, head->from_core);
    if (*out == NULL && is_only_ack && head->peer_incarnation == 0)
        return true; // nothing to keep in mind
    if (*out == NULL)
        *out = tr_link_get(core, head->from_node, head->from_core);
    tr_link *link = *out;
    if (link == NULL || link->is_inside)
        return true;
    enum verdict verdict = judge(link, head, is_only_ack);
    if (verdict == ANEW || verdict == BROKEN) {
        tr_log(TR_LOG_WARN, "event=bus_begins_anew node=%016llx core=%u reason=%s",
               (unsigned long long)head->from_node, head->from_core,
               verdict == ANEW ? "given_up_by_peer" : "frames_lost");
        link->knows_it_is_over = verdict == ANEW;
        core->node_down(core, head->from_node);
        verdict = judge(link, head, is_only_ack);
    }
    if (verdict != CURRENT)
        return refuse(link);
    // Idle ends need not know of each other: either may forget the other.
    if (!is_only_ack || tr_link_is_in_use(link))
        link->peer_incarnation = head->incarnation;
    link->heard_ms = core->real_ms;
    return true;
}

void tr_liveness_on_over(tr_core *core, tr_address from, uint64_t incarnation)
{
    tr_link *link = tr_link_find(core, from.node, tr_address_core(from));
    if (link == NULL || link->is_inside || link->peer_incarnation != incarnation)
        return;
    link->knows_it_is_over = true;
    core->node_down(core, from.node);
}

// What was never heard of may be somebody else at that endpoint; an older version has acknowledged
// by now, and then need not be heard of again.
static bool is_silent(const tr_link *link)
{
    const tr_core *core = link->core;
    return link->state == TR_LINK_UP && !link->is_inside && !link->is_alias &&
           core->bus->endpoint != NULL && tr_link_is_in_use(link) &&
           (link->peer_incarnation != 0 || link->acknowledged + link->received == 0) &&
           core->real_ms - link->heard_ms > TR_PEER_SILENCE_MS;
}

// Were we away ourselves (stopped, starved, stuck in a handler)? What came meanwhile is unread yet.
static uint64_t time_away(tr_core *core)
{
    uint64_t since = core->real_ms - core->bus->ticked_ms;
    bool is_first = core->bus->ticked_ms == 0;
    core->bus->ticked_ms = core->real_ms;
    return !is_first && since > TR_HEARTBEAT_MS ? since : 0;
}

void tr_liveness_tick(tr_core *core)
{
    uint64_t away_ms = time_away(core);
    const tr_link *silent = NULL; // one a tick: its node takes its other links with it
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&core->bus->links, &at, NULL, &value)) {
        tr_link *link = value;
        if (away_ms != 0 && link->heard_ms + away_ms > core->real_ms)
            link->heard_ms = core->real_ms;
        else
            link->heard_ms += away_ms;
        if (silent == NULL && is_silent(link))
            silent = link;
    }
    if (silent == NULL)
        return;
    tr_log(TR_LOG_INFO, "event=peer_silent node=%016llx core=%u silent_ms=%llu",
           (unsigned long long)silent->node, silent->index,
           (unsigned long long)(core->real_ms - silent->heard_ms));
    core->node_down(core, silent->node);
}
