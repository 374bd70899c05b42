#include "sdk/session/session_presence.h"

#include "actors/core/core.h"
#include "base/mem.h"
#include "sdk/session/session_timer.h"
#include "sdk/session/views.h"
#include "troupe/actors/presence.h"
#include "troupe/err.h"
#include "wire/writer.h"

typedef struct tr_session_presence {
    struct tr_session_presence *next;
    char *topic;
    tr_buf meta;
    tr_presence_terms terms;
    bool is_away; // kept for when the browser is back
} presence;

static presence **find(tr_session *session, tr_slice topic)
{
    presence **at = &session->presences;
    while (*at != NULL && !tr_slice_is(topic, (*at)->topic))
        at = &(*at)->next;
    return at;
}

static void drop(presence **at)
{
    presence *gone = *at;
    *at = gone->next;
    tr_free(gone->topic);
    tr_buf_done(&gone->meta);
    tr_free(gone);
}

int tr_session_join(tr_session *session, tr_slice topic, tr_slice meta,
                    const tr_presence_terms *terms)
{
    if (terms->view != 0 && !tr_views_has(session, terms->view))
        return TR_ECANCELLED;
    if (topic.size == 0 || topic.size > TR_TOPIC_NAME_CAP_BYTES)
        return TR_EINVALID;
    if (session->is_painted)
        return 0;
    char *name = tr_copy_text(topic.data, topic.size);
    int result = tr_topic_join(session->actor, name, meta.data, meta.size);
    if (result < 0) {
        tr_free(name);
        return result;
    }
    presence **at = find(session, topic);
    if (*at == NULL) {
        *at = tr_new(presence);
        (*at)->topic = name;
    } else {
        tr_free(name);
    }
    (*at)->meta.size = 0;
    tr_buf_append(&(*at)->meta, meta.data, meta.size);
    uint64_t view = terms->view != 0 ? terms->view : (*at)->terms.view;
    (*at)->terms = (tr_presence_terms){.stays = terms->stays, .view = view};
    (*at)->is_away = false;
    // A page is built before its browser is attached.
    if (!tr_address_is_set(session->connection) && session->sessions->building != session)
        tr_session_presences_away(session);
    return 0;
}

int tr_session_leave(tr_session *session, tr_slice topic)
{
    presence **at = find(session, topic);
    if (*at == NULL)
        return TR_ENOTFOUND;
    int result = (*at)->is_away ? 0 : tr_topic_leave(session->actor, (*at)->topic);
    drop(at);
    return result;
}

void tr_session_leave_all_of(tr_session *session, uint64_t view)
{
    for (presence **at = &session->presences; *at != NULL;) {
        if ((*at)->terms.view != view) {
            at = &(*at)->next;
            continue;
        }
        if (!(*at)->is_away)
            (void)tr_topic_leave(session->actor, (*at)->topic);
        drop(at);
    }
}

void tr_session_presences_leave(tr_session *session)
{
    for (presence *at = session->presences; at != NULL; at = at->next)
        if (!at->terms.stays && !at->is_away) {
            (void)tr_topic_leave(session->actor, at->topic);
            at->is_away = true;
        }
}

void tr_session_presences_away(tr_session *session)
{
    if (session->presences != NULL && !tr_session_timer_is_running(session, TR_SESSION_AWAY))
        tr_session_timer_start(session, TR_SESSION_AWAY, TR_AWAY_MS);
}

void tr_session_presences_back(tr_session *session)
{
    for (presence *at = session->presences; at != NULL; at = at->next)
        if (at->is_away &&
            tr_topic_join(session->actor, at->topic, at->meta.data, at->meta.size) == 0)
            at->is_away = false;
}

void tr_session_presences_end(tr_session *session)
{
    tr_session_timer_stop(session, TR_SESSION_AWAY);
    while (session->presences != NULL)
        drop(&session->presences);
}

void tr_session_presences_write(const tr_session *session, tr_buf *out)
{
    uint32_t count = 0;
    for (const presence *at = session->presences; at != NULL; at = at->next)
        count++;
    tr_write_array(out, count);
    for (const presence *at = session->presences; at != NULL; at = at->next) {
        tr_write_array(out, 4);
        tr_write_literal(out, at->topic);
        tr_write_bytes(out, tr_buf_slice(&at->meta));
        tr_write_boolean(out, at->terms.stays);
        tr_write_unsigned(out, at->terms.view);
    }
}

int tr_session_presences_read(tr_session *session, tr_reader *in)
{
    uint32_t count = tr_reader_array(in);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        uint32_t items = tr_reader_array(in);
        if (items != 2 && items != 4)
            return TR_EPROTOCOL;
        tr_slice topic = tr_reader_text(in);
        tr_slice meta = tr_reader_bytes(in);
        tr_presence_terms terms = {.stays = items == 4 && tr_reader_boolean(in)};
        terms.view = items == 4 ? tr_reader_unsigned(in) : 0;
        if (in->failed)
            return TR_EPROTOCOL;
        int result = tr_session_join(session, topic, meta, &terms);
        if (result < 0)
            return result;
    }
    return in->failed ? TR_EPROTOCOL : 0;
}
