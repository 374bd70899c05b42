#include "sdk/session/presences.h"

#include "base/mem.h"
#include "troupe/err.h"
#include "troupe/presence.h"
#include "wire/writer.h"

typedef struct tr_session_presence {
    struct tr_session_presence *next;
    char *topic;
    tr_buf meta;
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

int tr_session_join(tr_session *session, tr_slice topic, tr_slice meta)
{
    if (topic.size == 0 || topic.size > TR_TOPIC_NAME_CAP_BYTES)
        return TR_EINVALID;
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
    return 0;
}

int tr_session_leave(tr_session *session, tr_slice topic)
{
    presence **at = find(session, topic);
    if (*at == NULL)
        return TR_ENOTFOUND;
    int result = tr_topic_leave(session->actor, (*at)->topic);
    drop(at);
    return result;
}

void tr_session_presences_end(tr_session *session)
{
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
        tr_write_array(out, 2);
        tr_write_literal(out, at->topic);
        tr_write_bytes(out, tr_buf_slice(&at->meta));
    }
}

int tr_session_presences_read(tr_session *session, tr_reader *in)
{
    uint32_t count = tr_reader_array(in);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        if (tr_reader_array(in) != 2)
            return TR_EPROTOCOL;
        tr_slice topic = tr_reader_text(in);
        tr_slice meta = tr_reader_bytes(in);
        if (in->failed)
            return TR_EPROTOCOL;
        int result = tr_session_join(session, topic, meta);
        if (result < 0)
            return result;
    }
    return in->failed ? TR_EPROTOCOL : 0;
}
