#include "sdk/roles/sessions_inspect.h"

#include <string.h>

#include "actors/bus/routes.h"
#include "actors/core/core.h"
#include "actors/system/introspect.h"
#include "sdk/roles/set_aside.h"
#include "sdk/session/session.h"
#include "sdk/session/session_file.h"
#include "sdk/session/snapshot_record.h"
#include "sdk/session/snapshots.h"
#include "wire/writer.h"

enum {
    MINUTE_MS = 60000,
    PAGE_ROWS = 64,          // their files are written to learn their sizes
    PAGE_BYTES_CAP = 1 << 20 // of these files
};

static uint16_t minutes_here(const tr_session *session)
{
    uint64_t now_ms = tr_core_now_ms(session->sessions->core);
    return (uint16_t)((uint16_t)(now_ms / MINUTE_MS) - session->began_min);
}

static size_t file_bytes(const tr_session *session, tr_buf *scratch)
{
    scratch->size = 0;
    tr_session_save(session, scratch);
    return scratch->size;
}

static const char *stored(const tr_session *session)
{
    if (session->snapshot == NULL)
        return "none";
    if (session->snapshot->is_too_big)
        return "too large";
    return tr_snapshot_is_written(session) ? "saved" : "waits";
}

static size_t write_session(const tr_session *session, tr_buf *scratch, tr_buf *out)
{
    size_t bytes = file_bytes(session, scratch);
    tr_write_array(out, 6);
    tr_write_text(out, (tr_slice){session->id, TR_SESSION_SHOWN_SIZE});
    tr_write_boolean(out, tr_address_is_set(session->connection));
    tr_write_unsigned(out, minutes_here(session));
    tr_write_unsigned(out, bytes);
    tr_write_unsigned(out, session->call_count);
    tr_write_literal(out, stored(session));
    return bytes;
}

static void write_set_aside(const tr_sessions *self, tr_buf *out, uint32_t *out_count)
{
    for (const tr_set_aside *at = self->set_aside; at != NULL; at = at->next) {
        if (!tr_set_aside_is_ours(self, at))
            continue;
        (*out_count)++;
        tr_write_array(out, 6);
        tr_write_text(out, (tr_slice){at->id, TR_SESSION_SHOWN_SIZE});
        tr_write_boolean(out, false);
        tr_write_unsigned(out, (tr_core_now_ms(self->core) - at->since_ms) / MINUTE_MS);
        tr_write_unsigned(out, 0);
        tr_write_unsigned(out, 0);
        tr_write_literal(out, "set aside");
    }
}

// In the order of their actors' slots, as actors are listed: sessions come and go between two pages.
static uint64_t list_sessions(tr_sessions *self, uint64_t at, tr_buf *out, uint32_t *out_count)
{
    static _Thread_local tr_actor_info infos[PAGE_ROWS];
    tr_buf scratch = {0};
    size_t bytes = 0;
    if (at == 0)
        write_set_aside(self, out, out_count);
    uint32_t slot = at < TR_ACTORS_END ? (uint32_t)at : TR_ACTORS_END;
    unsigned count = tr_core_list_actors(self->core, &slot, infos, PAGE_ROWS);
    for (unsigned i = 0; i < count; i++) {
        const tr_session *session = tr_session_find_actor(self->core, infos[i].address);
        if (session == NULL || session->is_ending)
            continue;
        if (bytes > PAGE_BYTES_CAP) {
            slot = tr_address_slot(infos[i].address);
            break;
        }
        bytes += write_session(session, &scratch, out);
        (*out_count)++;
    }
    tr_buf_done(&scratch);
    return slot != TR_ACTORS_END ? slot : TR_INSPECT_END;
}

static bool is_due_elsewhere(const tr_sessions *self, unsigned shard)
{
    tr_address due = tr_routes_due(tr_core_routes(self->core), shard, 0);
    return tr_address_is_set(due) && !tr_address_equal(due, tr_actor_address(self->actor));
}

static uint64_t list_shards(tr_sessions *self, uint64_t at, tr_buf *out, uint32_t *out_count)
{
    for (; at < TR_SHARDS; at++) {
        if (self->shard_epochs[at] == 0)
            continue;
        if (*out_count == TR_INSPECT_ROWS)
            return at;
        tr_write_array(out, 4);
        tr_write_unsigned(out, at);
        tr_write_unsigned(out, self->shard_epochs[at]);
        tr_write_unsigned(out, tr_snapshots_epoch(self, (unsigned)at));
        tr_write_boolean(out, is_due_elsewhere(self, (unsigned)at));
        (*out_count)++;
    }
    return TR_INSPECT_END;
}

static uint64_t tell_hosting(tr_sessions *self, uint64_t at, tr_buf *out, uint32_t *out_count)
{
    (void)at;
    tr_write_array(out, 5);
    tr_write_unsigned(out, self->count);
    tr_write_unsigned(out, self->connected);
    tr_write_unsigned(out, self->shard_count);
    tr_write_literal(out, tr_snapshots_kind(self));
    tr_write_boolean(out, tr_snapshots_are_away(self));
    *out_count = 1;
    return TR_INSPECT_END;
}

bool tr_sessions_take_question(tr_sessions *self, const tr_message *message)
{
    typedef uint64_t section(tr_sessions * self, uint64_t at, tr_buf * out, uint32_t * out_count);
    static section *const sections[TR_INSPECT_SECTIONS] = {[TR_INSPECT_HOSTING] = tell_hosting,
                                                           [TR_INSPECT_SESSIONS] = list_sessions,
                                                           [TR_INSPECT_SHARDS] = list_shards};
    if (TR_TYPE(message) != TR_MSG_inspect)
        return false;
    const tr_msg_inspect *body = TR_BODY(message, inspect);
    if (body->section >= TR_INSPECT_SECTIONS || sections[body->section] == NULL)
        return false;
    tr_buf rows = {0};
    uint32_t count = 0;
    uint64_t next = sections[body->section](self, body->at, &rows, &count);
    tr_introspect_answer(self->core, message, &rows, count, next);
    tr_buf_done(&rows);
    return true;
}
