#include "actors/bus/liveness.h"

#include <string.h>

#include "actors/bus/bus.h"
#include "actors/bus/link.h"
#include "actors/core/core_record.h"
#include "actors/core/relations.h"
#include "base/log.h"
#include "base/mem.h"
#include "wire/limits.h"

// It hears of our present incarnation, if we know where it is.
static bool refuse(tr_bus_link *link)
{
    link->owes_ack = true;
    tr_bus_link_mark_dirty(link);
    return false;
}

bool tr_liveness_admit(tr_core *core, const tr_batch_head *head, bool is_only_ack,
                       tr_bus_link **out)
{
    *out = tr_bus_link_find(core, head->from_node, head->from_core);
    if (*out == NULL && is_only_ack && head->peer_incarnation == 0)
        return true; // nothing to keep in mind
    if (*out == NULL)
        *out = tr_bus_link_get(core, head->from_node, head->from_core);
    tr_bus_link *link = *out;
    if (link == NULL)
        return true;
    enum tr_bus_link_verdict verdict = tr_bus_link_state_on_batch(
        &link->state, head, is_only_ack, tr_bus_link_has_pending(link), core->real_ms);
    if (verdict == TR_LINK_BEGINS_ANEW || verdict == TR_LINK_GAP) {
        tr_log(TR_LOG_WARN, "event=bus_begins_anew node=%016llx core=%u reason=%s",
               (unsigned long long)head->from_node, head->from_core,
               verdict == TR_LINK_BEGINS_ANEW ? "given_up_by_peer" : "batches_lost");
        core->node_down(core, head->from_node);
        verdict = tr_bus_link_state_on_batch(&link->state, head, is_only_ack,
                                             tr_bus_link_has_pending(link), core->real_ms);
    }
    if (verdict != TR_LINK_TAKEN)
        return refuse(link);
    tr_beat_set_waits(link->beat, link->state.waits_since_ms);
    if (tr_bus_link_has_pending(link)) // messages that waited behind the window may leave
        tr_bus_link_mark_dirty(link);
    return true;
}

void tr_liveness_on_over(tr_core *core, tr_address from, uint64_t incarnation)
{
    tr_bus_link *link = tr_bus_link_find(core, from.node, tr_address_core(from));
    if (link != NULL && tr_bus_link_state_over(&link->state, incarnation))
        core->node_down(core, from.node);
}

void tr_liveness_on_beat(tr_core *core, const tr_message *message)
{
    const tr_msg_link_beat *body = TR_BODY(message, link_beat);
    tr_bus_link *link = tr_bus_link_find(core, message->from.node, tr_address_core(message->from));
    if (link == NULL || !tr_bus_link_state_beat(&link->state, body->incarnation, core->real_ms))
        return;
    if (body->busy_ms == 0) // it is not: what it says on the link itself is on its way
        return;
    link->busy_since_ms = core->real_ms - body->busy_ms;
    link->busy_heard_ms = core->real_ms;
    size_t size = body->handler.size < sizeof link->busy_with - 1 ? body->handler.size
                                                                  : sizeof link->busy_with - 1;
    if (size != 0)
        memcpy(link->busy_with, body->handler.data, size);
    link->busy_with[size] = '\0';
}

// Were we away ourselves (stopped, starved, stuck in a handler)? Batches that came meanwhile are
// unread yet.
static uint64_t time_away(tr_core *core)
{
    uint64_t ticked_ms = core->bus->ticked_ms != 0 ? core->bus->ticked_ms : core->started_ms;
    uint64_t since = core->real_ms - ticked_ms;
    core->bus->ticked_ms = core->real_ms;
    return since > TR_HEARTBEAT_MS ? since : 0;
}

typedef struct due_link {
    uint64_t node;
    uint32_t index;
    unsigned due;
} due_link;

// A core thread that was busy before our first word came knows nobody to whom its process could say so
// (actors/bus/beats.h). Brokers hear of it, and of its end. Not for ever: it may have given us up
// before it said anything, and not know where we are.
static bool is_vouched_for(const tr_bus_link *link)
{
    const tr_routes *routes = &link->core->bus->routes;
    return link->state.peer_incarnation == 0 && !routes->is_stale &&
           !tr_routes_is_silent(routes, link->node) &&
           link->core->real_ms <= link->state.heard_ms + TR_LINK_GIVEN_UP_MS;
}

// Signals of ZMQ_FD can be eaten by our own sends, so every pipe is looked at, too.
static unsigned look(tr_bus_link *link, uint64_t away_ms)
{
    if (link->is_inproc)
        return 0;
    unsigned due = tr_bus_link_state_tick(&link->state, tr_bus_link_has_pending(link), away_ms,
                                          link->core->real_ms);
    if ((due & TR_LINK_DUE_LOST) != 0 && is_vouched_for(link))
        due &= ~(unsigned)TR_LINK_DUE_LOST;
    if (link->socket != NULL && tr_bus_link_look_at_pipe(link))
        due |= TR_LINK_DUE_LOST;
    else if (link->socket != NULL && tr_bus_link_has_pending(link))
        tr_bus_link_mark_dirty(link);
    return due;
}

static void answer(tr_bus_link *link)
{
    if (tr_bus_link_connect(link) >= 0) {
        link->owes_ack = true;
        tr_bus_link_mark_dirty(link);
    } else if (link->state.kind == TR_LINK_PEER) {
        // It sends, but what it watches here could never be told to it.
        tr_relations_drop(link->core, link->node, (int)link->index);
        tr_bus_link_forget(link);
    }
}

static void do_what_is_due(tr_core *core, const due_link *at)
{
    // A node that is down takes all its links with it: each is looked up again.
    tr_bus_link *link = tr_bus_link_find(core, at->node, at->index);
    if (link == NULL)
        return;
    if ((at->due & TR_LINK_DUE_LOST) != 0) {
        if (link->socket == NULL)
            return; // given up with another link of its node
        if (core->real_ms > link->state.heard_ms + TR_PEER_SILENCE_MS)
            tr_log(TR_LOG_INFO, "event=peer_silent node=%016llx core=%u silent_ms=%llu",
                   (unsigned long long)link->node, link->index,
                   (unsigned long long)(core->real_ms - link->state.heard_ms));
        tr_bus_link_lose(link);
    } else if ((at->due & TR_LINK_DUE_FORGET) != 0) {
        tr_bus_link_forget(link);
    } else if ((at->due & TR_LINK_DUE_SAY) != 0) {
        answer(link);
    }
}

void tr_liveness_tick(tr_core *core)
{
    uint64_t away_ms = time_away(core);
    tr_partings_tick(&core->bus->partings, core->real_ms);
    due_link *due =
        core->bus->links.count != 0 ? tr_calloc(core->bus->links.count, sizeof *due) : NULL;
    uint32_t count = 0;
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&core->bus->links, &at, NULL, &value)) {
        tr_bus_link *link = value;
        unsigned what = look(link, away_ms);
        if (what != 0)
            due[count++] = (due_link){link->node, link->index, what};
    }
    for (uint32_t i = 0; i < count; i++)
        do_what_is_due(core, &due[i]);
    tr_free(due);
}

void tr_liveness_leave(tr_core *core)
{
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&core->bus->links, &at, NULL, &value)) {
        tr_bus_link *link = value;
        tr_bus_link_state_leave(&link->state, tr_bus_link_has_pending(link));
    }
}

uint32_t tr_liveness_awaited(const tr_core *core)
{
    uint32_t count = 0;
    uint32_t at = 0;
    void *value;
    while (tr_map_next(&core->bus->links, &at, NULL, &value))
        count += tr_bus_link_state_is_awaited(&((const tr_bus_link *)value)->state);
    return count;
}
