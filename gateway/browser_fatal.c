#include "gateway/browser_fatal.h"

#include "actors/core/core.h"
#include "base/log.h"
#include "gateway/browser_facts.h"
#include "gateway/fatal_openings.h"
#include "gateway/state.h"
#include "metrics/count.h"
#include "wire/reader.h"

enum { WELL_MS = 1000 }; // a page that was there for so long was not what ended it

static uint32_t key_of(const tr_browser *self, const tr_flet_packet *packet)
{
    tr_reader route = tr_reader_find(packet->page, "route");
    tr_fatal_visitor visitor = {.ip = tr_slice_of(self->ip),
                                .user_agent = tr_slice_of(self->facts->user_agent),
                                .page_name = packet->page_name,
                                .session_id = packet->session_id};
    if (tr_reader_peek(&route) == TR_KIND_TEXT)
        visitor.route = tr_reader_text(&route);
    return tr_fatal_visitor_key(&visitor);
}

bool tr_browser_may_open(tr_browser *self, const tr_flet_packet *packet)
{
    tr_gateway *gateway = self->gateway;
    if (gateway->fatal == NULL)
        return true;
    self->visitor = key_of(self, packet);
    self->has_session = packet->session_id.size != 0;
    bool may = tr_fatal_openings_may(gateway->fatal, self->visitor, self->has_session,
                                     tr_core_now_ms(gateway->core));
    if (!may)
        tr_count(TR_TALLY_refused_fatal);
    return may;
}

void tr_browser_note_worker_end(const tr_browser *self, uint64_t now_ms)
{
    tr_fatal_openings *fatal = self->gateway != NULL ? self->gateway->fatal : NULL;
    bool was_well = self->connection.state == TR_CONNECTION_ATTACHED &&
                    now_ms - self->connection.since_ms >= WELL_MS;
    if (fatal == NULL || self->visitor == 0)
        return;
    if (was_well)
        tr_fatal_openings_forgive(fatal, self->visitor);
    else if (tr_fatal_openings_note(fatal, self->visitor, self->has_session, self->session.node,
                                    now_ms))
        tr_log(
            TR_LOG_ERROR,
            "event=page_put_off address=%s text=\"the worker ended each time that it opened this "
            "visitor's page; it is tried again, less and less often\"",
            self->ip);
}
