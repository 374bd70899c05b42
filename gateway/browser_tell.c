#include "gateway/browser_tell.h"

#include "actors/core/core.h"
#include "base/log.h"
#include "base/must.h"
#include "gateway/state.h"
#include "gateway/tap.h"
#include "troupe/err.h"
#include "wire/messages.h"
#include "wire/trace.h"

// No room, or no memory: later. A receiver that is gone needs nothing.
static bool is_told(int result)
{
    return result != TR_EFULL && result != TR_ESYSTEM;
}

void tr_browser_tell(tr_browser *self)
{
    tr_core *core = tr_actor_core(self->actor);
    tr_address from = tr_actor_address(self->actor);
    self->tell_ms = 0;
    if (self->written_due != 0 && is_told(tr_send(core, from, self->session, browser_packet_written,
                                                  .packets = self->written_due)))
        self->written_due = 0;
    if (self->detach_due != 0 &&
        is_told(tr_send(core, from, self->session, session_detach, .code = self->detach_due)))
        self->detach_due = 0;
    if (self->written_due != 0 || self->detach_due != 0)
        self->tell_ms = tr_core_now_ms(core) + TR_TELL_MS;
}

void tr_browser_tell_written(tr_connection *connection, uint32_t packets)
{
    tr_browser *self = (tr_browser *)(void *)connection;
    if (connection->hold_ms != 0) {
        self->written += packets;
        return;
    }
    self->written_due += packets;
    tr_browser_tell(self);
}

void tr_browser_tell_gone(tr_browser *self, tr_address session, unsigned code)
{
    self->session = session;
    self->written_due = 0;
    self->detach_due = (uint16_t)code;
    tr_browser_tell(self);
}

// Each event is a span of its own in the trace that the connection was opened in.
static int tell_event(tr_browser *self, const tr_flet_packet *packet)
{
    tr_core *core = tr_actor_core(self->actor);
    char trace[TR_TRACE_BYTES] = "";
    if (self->trace != NULL) {
        tr_trace_child(self->trace, tr_core_random(core), trace);
        tr_log(TR_LOG_DEBUG, "event=browser_event trace=%.32s span=%.16s name=%s",
               trace + TR_TRACE_ID_AT, trace + TR_TRACE_SPAN_AT,
               tr_log_quote(packet->name.data, packet->name.size));
    }
    return tr_send(core, tr_actor_address(self->actor), self->session, browser_event,
                   .target = packet->target, .name = packet->name, .data = packet->value,
                   .number = packet->number, .seen = packet->seen, .trace = tr_slice_of(trace));
}

int tr_browser_tell_packet(tr_browser *self, const tr_flet_packet *packet)
{
    tr_core *core = self->gateway->core;
    tr_address from = tr_actor_address(self->actor);
    switch (packet->action) {
    case TR_FLET_EVENT:
        return tell_event(self, packet);
    case TR_FLET_UPDATE:
        return tr_send(core, from, self->session, browser_update, .target = packet->target,
                       .props = packet->value, .number = packet->number, .seen = packet->seen);
    case TR_FLET_INVOKE:
        return tr_send(core, from, self->session, browser_result, .target = packet->target,
                       .call_id = packet->call_id, .result = packet->value, .error = packet->error,
                       .number = packet->number, .seen = packet->seen);
    case TR_FLET_CHANNEL:
        return tr_send(core, from, self->session, browser_channel, .channel = packet->target,
                       .payload = packet->bytes, .number = packet->number, .seen = packet->seen);
    case TR_FLET_SEEN:
        return tr_send(core, from, self->session, browser_seen, .number = packet->seen);
    default:
        tr_never("tr_flet_read knows no other action of a browser");
    }
}

uint64_t tr_browser_number(const tr_browser *self)
{
    return tr_actor_address(self->actor).actor;
}

void tr_browser_record(const tr_browser *self, uint32_t number, tr_packet *packet)
{
    if (self->gateway != NULL && packet != NULL)
        tr_tap_tell_to(self->gateway->tap, tr_browser_number(self), number, tr_packet_data(packet),
                       packet->size);
}
