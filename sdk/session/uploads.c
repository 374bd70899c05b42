#include "sdk/session/uploads.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "actors/core/core.h"
#include "base/mem.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/handler_table.h"
#include "troupe/err.h"
#include "uploads/upload_url.h"
#include "wire/writer.h"

uint64_t tr_upload_now_s(void)
{
    return (uint64_t)time(NULL);
}

// -- the records --

static void drop(tr_session_upload **at)
{
    tr_session_upload *gone = *at;
    *at = gone->next;
    HASH_DELETE(by_token, gone->session->sessions->uploads, gone);
    tr_free(gone->name);
    tr_free(gone);
}

static uint32_t drop_expired(tr_session *session)
{
    uint32_t count = 0;
    for (tr_session_upload **at = &session->uploads; *at != NULL;) {
        bool is_busy = (*at)->state == TR_URL_RUNNING || (*at)->state == TR_URL_STORING;
        if (!is_busy && (*at)->expires_s <= tr_upload_now_s()) {
            drop(at);
            continue;
        }
        count++;
        at = &(*at)->next;
    }
    return count;
}

static tr_session_upload *add(tr_session *session, const char *token, const char *name)
{
    tr_session_upload *one = tr_new(tr_session_upload);
    one->session = session;
    memcpy(one->token, token, sizeof one->token);
    one->name = tr_copy_text(name, strlen(name));
    one->next = session->uploads;
    session->uploads = one;
    HASH_ADD_KEYPTR(by_token, session->sessions->uploads, one->token, TR_SESSION_ID_SIZE, one);
    return one;
}

void tr_uploads_free(tr_session *session)
{
    while (session->uploads != NULL)
        drop(&session->uploads);
}

// -- from handlers --

typedef struct terms {
    char name[TR_FILE_NAME_CAP_BYTES + 1];
    uint64_t expires_s; // from now on
    uint64_t size_max;
    bool replaces;
    const tr_handler *handler;
    uint64_t tag;
} terms;

static int read_terms(tr_slice bytes, const tr_upload_settings *settings, terms *out)
{
    tr_reader in = tr_reader_of(bytes);
    uint32_t count = tr_reader_array(&in);
    tr_slice name = tr_reader_text(&in);
    out->expires_s = tr_reader_unsigned(&in);
    out->size_max = tr_reader_unsigned(&in);
    out->replaces = tr_reader_boolean(&in);
    tr_slice handler = tr_reader_text(&in);
    out->tag = tr_reader_unsigned(&in);
    if (in.failed || count != 6 || name.size == 0 || out->expires_s > TR_UPLOAD_EXPIRES_CAP_S)
        return TR_EINVALID;
    out->handler = handler.size != 0 ? tr_handler_find(handler) : NULL;
    if (handler.size != 0 && out->handler == NULL)
        return TR_ENOTFOUND;
    tr_file_name_make(name, out->name);
    if (out->expires_s == 0)
        out->expires_s = TR_UPLOAD_EXPIRES_S;
    if (out->size_max == 0 || out->size_max > settings->size_max)
        out->size_max = settings->size_max;
    return 0;
}

int tr_uploads_make(tr_session *session, tr_slice bytes, tr_buf *out_url)
{
    const tr_upload_settings *settings = session->sessions->upload_settings;
    terms wanted;
    if (settings == NULL || settings->folder == NULL)
        return tr_misuse_report(&(tr_misuse){
            .code = TR_EUNAVAILABLE,
            .text = "no folder for uploads is set: give the program TROUPE_UPLOAD_DIR"});
    int result = read_terms(bytes, settings, &wanted);
    if (result < 0)
        return result;
    if (drop_expired(session) >= TR_UPLOADS_PER_SESSION_CAP)
        return TR_EFULL;
    tr_upload_grant grant = {.expires_s = tr_upload_now_s() + wanted.expires_s,
                             .size_max = wanted.size_max,
                             .replaces = wanted.replaces};
    memcpy(grant.name, wanted.name, sizeof grant.name);
    int shard = tr_session_id_shard(tr_slice_of(session->id));
    tr_session_id_make(grant.token, (unsigned)shard);
    tr_session_upload *one = add(session, grant.token, grant.name);
    one->handler = wanted.handler;
    one->tag = wanted.tag;
    one->expires_s = grant.expires_s;
    tr_upload_url_write(&grant, settings, out_url);
    return 0;
}

tr_session_upload *tr_upload_find(tr_sessions *sessions, tr_slice token)
{
    tr_session_upload *one = NULL;
    if (token.size == TR_SESSION_ID_SIZE)
        HASH_FIND(by_token, sessions->uploads, token.data, token.size, one);
    return one;
}

int tr_uploads_cancel(tr_session *session, tr_slice url)
{
    tr_session_upload *one = tr_upload_find(session->sessions, tr_upload_url_token(url));
    if (one == NULL || one->session != session || one->state == TR_URL_STORING ||
        one->state == TR_URL_USED)
        return TR_ENOTFOUND;
    one->state = TR_URL_USED;
    one->attempt = 0;
    return 0;
}

// -- in a session's file --

void tr_uploads_write(const tr_session *session, tr_buf *out)
{
    uint32_t count = 0;
    for (const tr_session_upload *at = session->uploads; at != NULL; at = at->next)
        count++;
    tr_write_array(out, count);
    for (const tr_session_upload *at = session->uploads; at != NULL; at = at->next) {
        tr_write_array(out, 6);
        tr_write_text(out, tr_slice_of(at->token));
        tr_write_text(out, tr_slice_of(at->name));
        tr_write_text(out, at->handler != NULL ? tr_handler_name(at->handler) : (tr_slice){0});
        tr_write_unsigned(out, at->expires_s);
        tr_write_boolean(out, at->state == TR_URL_USED);
        tr_write_unsigned(out, at->tag);
    }
}

static int read_one(tr_session *session, tr_reader *in)
{
    char token[TR_SESSION_ID_SIZE + 1] = "";
    char name[TR_FILE_NAME_CAP_BYTES + 1] = "";
    uint32_t fields = tr_reader_array(in);
    tr_slice id = tr_reader_text(in);
    tr_slice text = tr_reader_text(in);
    tr_slice handler = tr_reader_text(in);
    uint64_t expires_s = tr_reader_unsigned(in);
    bool is_used = tr_reader_boolean(in);
    uint64_t tag = tr_reader_unsigned(in);
    if (in->failed || fields != 6 || tr_session_id_shard(id) < 0 || text.size >= sizeof name)
        return TR_EPROTOCOL;
    memcpy(token, id.data, id.size);
    memcpy(name, text.data, text.size);
    if (tr_upload_find(session->sessions, id) != NULL)
        return TR_EPROTOCOL;
    tr_session_upload *one = add(session, token, name);
    one->handler = tr_handler_find(handler);
    one->expires_s = expires_s;
    one->tag = tag;
    one->state = is_used ? TR_URL_USED : TR_URL_OPEN;
    return 0;
}

int tr_uploads_read(tr_session *session, tr_reader *in)
{
    uint32_t count = tr_reader_array(in);
    if (count > TR_UPLOADS_PER_SESSION_CAP)
        return TR_EPROTOCOL;
    int result = 0;
    for (uint32_t i = 0; i < count && result == 0; i++)
        result = read_one(session, in);
    return in->failed ? TR_EPROTOCOL : result;
}
