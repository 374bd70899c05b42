#include "sdk/session/session_away.h"

#include "actors/core/core.h"
#include "base/refusals.h"
#include "sdk/session/listeners.h"
#include "sdk/session/session_presence.h"
#include "sdk/session/session_timer.h"

enum {
    PARTS_PER_S = 16, // of returns_paid, so that 32 bits last for years
    MS_PER_PART = 1000 / PARTS_PER_S
};

uint64_t tr_session_patience_ms(const tr_session *self)
{
    const tr_sessions *sessions = self->sessions;
    bool is_short = !self->is_used && sessions->unused_timeout_ms < sessions->timeout_ms;
    return is_short ? sessions->unused_timeout_ms : sessions->timeout_ms;
}

void tr_session_away(tr_session *self)
{
    tr_session_timer_start(self, TR_SESSION_TIMEOUT, tr_session_patience_ms(self));
    if (!self->is_paused && !tr_session_timer_is_running(self, TR_SESSION_AWAY))
        tr_session_timer_start(self, TR_SESSION_AWAY, TR_AWAY_MS);
}

void tr_session_on_away(tr_session *self)
{
    tr_session_presences_leave(self);
    self->is_paused = !self->sessions->app->runs_detached;
}

void tr_session_back(tr_session *self)
{
    tr_session_timer_stop(self, TR_SESSION_TIMEOUT);
    tr_session_timer_stop(self, TR_SESSION_AWAY);
    tr_session_presences_back(self);
    bool was_paused = self->is_paused;
    self->is_paused = false;
    if (was_paused)
        tr_session_listeners_go_on(self);
}

static bool is_use(const tr_msg_browser_event *event)
{
    return event->target != TR_ID_PAGE || tr_slice_is(event->name, "route_change") ||
           tr_slice_is(event->name, "view_pop") || tr_slice_is(event->name, "keyboard_event");
}

void tr_session_note_use(tr_session *self, const tr_message *message)
{
    bool is_event = TR_TYPE(message) == TR_MSG_browser_event;
    bool is_update = TR_TYPE(message) == TR_MSG_browser_update;
    if ((is_event && is_use(TR_BODY(message, browser_event))) ||
        (is_update && TR_BODY(message, browser_update)->target != TR_ID_PAGE))
        self->is_used = true;
}

bool tr_session_is_changed_by(const tr_session *self, const tr_message *message)
{
    return TR_TYPE(message) != TR_MSG_browser_packet_written &&
           TR_TYPE(message) != TR_MSG_browser_seen &&
           (TR_TYPE(message) != TR_MSG_topic_message || !self->is_paused);
}

bool tr_session_may_return(tr_session *self)
{
    const uint32_t price = PARTS_PER_S / TR_SESSION_RETURNS_PER_S;
    uint32_t now = (uint32_t)(tr_core_now_ms(self->sessions->core) / MS_PER_PART);
    uint32_t ahead = self->returns_paid - now; // wraps where it is behind
    if (ahead > UINT32_MAX / 2)
        ahead = 0;
    if (ahead > price * TR_SESSION_RETURNS_BURST) {
        tr_refusal_add(TR_REFUSAL_SESSION_RETURNS);
        return false;
    }
    self->returns_paid = now + ahead + price;
    return true;
}
