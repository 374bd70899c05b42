#include "sdk/session/downloads.h"

#include <string.h>

#include "base/mem.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/uploads.h"
#include "troupe/err.h"
#include "uploads/upload_url.h"
#include "wire/header_text.h"
#include "wire/writer.h"

enum { FIELDS = 12 };

// -- the records --

static void drop(tr_session_download **at)
{
    tr_session_download *gone = *at;
    *at = gone->next;
    HASH_DELETE(by_token, gone->sessions->downloads, gone);
    tr_buf_done(&gone->content);
    tr_buf_done(&gone->at);
    tr_free(gone->type);
    tr_free(gone);
}

static uint32_t drop_expired(tr_session *session, size_t *out_bytes)
{
    uint32_t count = 0;
    *out_bytes = 0;
    for (tr_session_download **at = &session->downloads; *at != NULL;) {
        if ((*at)->state != TR_DOWNLOAD_RUNNING && (*at)->expires_s <= tr_upload_now_s()) {
            drop(at);
            continue;
        }
        count++;
        *out_bytes += (*at)->content.size;
        at = &(*at)->next;
    }
    return count;
}

static tr_session_download *add_to(tr_session_download **list, tr_sessions *sessions,
                                   const char *token, tr_slice type)
{
    tr_session_download *one = tr_new(tr_session_download);
    one->sessions = sessions;
    memcpy(one->token, token, sizeof one->token);
    one->type = tr_copy_text(type.data, type.size);
    one->next = *list;
    *list = one;
    HASH_ADD_KEYPTR(by_token, sessions->downloads, one->token, TR_SESSION_ID_SIZE, one);
    return one;
}

static tr_session_download *add(tr_session *session, const char *token, tr_slice type)
{
    tr_session_download *one = add_to(&session->downloads, session->sessions, token, type);
    one->session = session;
    return one;
}

void tr_session_urls_free(tr_session *session)
{
    while (session->downloads != NULL)
        drop(&session->downloads);
    tr_uploads_free(session);
}

void tr_download_use_up(tr_session_download *self)
{
    self->state = TR_DOWNLOAD_USED;
    self->attempt = 0;
    tr_buf_done(&self->content);
    tr_buf_done(&self->at);
}

tr_session_download *tr_download_find(tr_sessions *sessions, tr_slice token)
{
    tr_session_download *one = NULL;
    if (token.size == TR_SESSION_ID_SIZE)
        HASH_FIND(by_token, sessions->downloads, token.data, token.size, one);
    return one;
}

// -- files of answers --

static void forget_lent(tr_session_download **at)
{
    (*at)->sessions->lent_count--;
    drop(at);
}

static void forget_silent(tr_sessions *sessions)
{
    uint64_t now_s = tr_upload_now_s();
    for (tr_session_download **at = &sessions->lent; *at != NULL;)
        if (now_s - (*at)->heard_s > TR_DOWNLOAD_SILENCE_S)
            forget_lent(at);
        else
            at = &(*at)->next;
}

int tr_downloads_lend(tr_sessions *sessions, const char *path, uint64_t size, uint64_t identity,
                      uint64_t attempt, char out_token[TR_SESSION_ID_SIZE + 1])
{
    if (sessions->lent_count >= TR_LENT_FILES_CAP)
        forget_silent(sessions);
    if (sessions->lent_count >= TR_LENT_FILES_CAP)
        return TR_EFULL;
    tr_session_id_make(out_token, 0);
    tr_session_download *one = add_to(&sessions->lent, sessions, out_token, (tr_slice){0});
    sessions->lent_count++;
    one->kind = TR_DOWNLOAD_FROM_FILE;
    one->state = TR_DOWNLOAD_RUNNING;
    one->length = size;
    one->identity = identity;
    one->attempt = attempt;
    one->heard_s = tr_upload_now_s();
    tr_buf_append(&one->content, path, strlen(path));
    return 0;
}

void tr_download_forget(tr_session_download *self)
{
    tr_session_download **at = &self->sessions->lent;
    while (*at != self)
        at = &(*at)->next;
    forget_lent(at);
}

void tr_downloads_forget_lent(tr_sessions *sessions)
{
    while (sessions->lent != NULL)
        forget_lent(&sessions->lent);
}

// -- from handlers --

typedef struct terms {
    char name[TR_FILE_NAME_CAP_BYTES + 1];
    tr_slice type;
    enum tr_download_kind kind;
    tr_slice content;
    const tr_source *source;
    uint64_t length;
    uint64_t expires_s; // from now on
} terms;

static size_t content_cap(enum tr_download_kind kind)
{
    return kind == TR_DOWNLOAD_FROM_BYTES  ? TR_DOWNLOAD_BYTES_CAP
           : kind == TR_DOWNLOAD_FROM_FILE ? TR_DOWNLOAD_PATH_CAP_BYTES
                                           : TR_DOWNLOAD_STATE_CAP_BYTES;
}

static int read_terms(tr_slice bytes, terms *out)
{
    tr_reader in = tr_reader_of(bytes);
    uint32_t count = tr_reader_array(&in);
    tr_slice name = tr_reader_text(&in);
    out->type = tr_reader_text(&in);
    uint64_t kind = tr_reader_unsigned(&in);
    out->content = tr_reader_bytes(&in);
    tr_slice source = tr_reader_text(&in);
    out->length = tr_reader_unsigned(&in);
    out->expires_s = tr_reader_unsigned(&in);
    if (in.failed || count != 7 || name.size == 0 || kind > TR_DOWNLOAD_FROM_SOURCE ||
        out->expires_s > TR_UPLOAD_EXPIRES_CAP_S || !tr_media_type_is(out->type))
        return TR_EINVALID;
    out->kind = (enum tr_download_kind)kind;
    if (out->content.size > content_cap(out->kind))
        return TR_ETOOBIG;
    out->source = kind == TR_DOWNLOAD_FROM_SOURCE ? tr_source_find(source) : NULL;
    if (kind == TR_DOWNLOAD_FROM_SOURCE && out->source == NULL)
        return TR_ENOTFOUND;
    tr_file_name_make(name, out->name);
    if (out->expires_s == 0)
        out->expires_s = TR_UPLOAD_EXPIRES_S;
    return 0;
}

int tr_downloads_make(tr_session *session, tr_slice bytes, tr_buf *out_url)
{
    const tr_upload_settings *settings = session->sessions->download_settings;
    terms wanted;
    if (settings == NULL)
        return TR_EUNAVAILABLE;
    if (settings->is_key_lonely)
        return tr_misuse_report(
            &(tr_misuse){.code = TR_EUNAVAILABLE,
                         .text = "no gateway could check the URL: give all processes the same "
                                 "TROUPE_SECRET_KEY"});
    int result = read_terms(bytes, &wanted);
    if (result < 0)
        return result;
    size_t held;
    if (drop_expired(session, &held) >= TR_UPLOADS_PER_SESSION_CAP ||
        held + wanted.content.size > TR_DOWNLOAD_MEMORY_CAP)
        return TR_EFULL;
    tr_upload_grant grant = {.expires_s = tr_upload_now_s() + wanted.expires_s,
                             .size_max = TR_UPLOAD_NO_LIMIT};
    memcpy(grant.name, wanted.name, sizeof grant.name);
    tr_session_id_make(grant.token, (unsigned)tr_session_id_shard(tr_slice_of(session->id)));
    tr_session_download *one = add(session, grant.token, wanted.type);
    one->kind = wanted.kind;
    one->source = wanted.source;
    one->length = wanted.length;
    one->expires_s = grant.expires_s;
    tr_buf_append(&one->content, wanted.content.data, wanted.content.size);
    tr_upload_url_write(&grant, settings, out_url);
    return 0;
}

int tr_downloads_cancel(tr_session *session, tr_slice url)
{
    tr_session_download *one = tr_download_find(session->sessions, tr_upload_url_token(url));
    if (one == NULL || one->session != session || one->state == TR_DOWNLOAD_USED)
        return TR_ENOTFOUND;
    tr_download_use_up(one);
    return 0;
}

// -- in a session's file --

void tr_downloads_write(const tr_session *session, tr_buf *out)
{
    uint32_t count = 0;
    for (const tr_session_download *at = session->downloads; at != NULL; at = at->next)
        count++;
    tr_write_array(out, count);
    for (const tr_session_download *at = session->downloads; at != NULL; at = at->next) {
        tr_write_array(out, FIELDS);
        tr_write_text(out, tr_slice_of(at->token));
        tr_write_text(out, tr_slice_of(at->type));
        tr_write_unsigned(out, at->kind);
        tr_write_unsigned(out, at->state);
        tr_write_bytes(out, tr_buf_slice(&at->content));
        tr_write_bytes(out, tr_buf_slice(&at->at));
        tr_write_unsigned(out, at->offset);
        tr_write_text(out, at->source != NULL ? tr_slice_of(at->source->name) : (tr_slice){0});
        tr_write_unsigned(out, at->length);
        tr_write_unsigned(out, at->identity);
        tr_write_unsigned(out, at->expires_s);
        tr_write_unsigned(out, at->attempt);
    }
}

static int read_one(tr_session *session, tr_reader *in)
{
    char token[TR_SESSION_ID_SIZE + 1] = "";
    uint32_t fields = tr_reader_array(in);
    tr_slice id = tr_reader_text(in);
    tr_slice type = tr_reader_text(in);
    uint64_t kind = tr_reader_unsigned(in);
    uint64_t state = tr_reader_unsigned(in);
    tr_slice content = tr_reader_bytes(in);
    tr_slice at = tr_reader_bytes(in);
    uint64_t offset = tr_reader_unsigned(in);
    tr_slice source = tr_reader_text(in);
    uint64_t length = tr_reader_unsigned(in);
    uint64_t identity = tr_reader_unsigned(in);
    uint64_t expires_s = tr_reader_unsigned(in);
    uint64_t attempt = tr_reader_unsigned(in);
    if (in->failed || fields != FIELDS || tr_session_id_shard(id) < 0 || !tr_media_type_is(type) ||
        kind > TR_DOWNLOAD_FROM_SOURCE || state > TR_DOWNLOAD_USED ||
        content.size > TR_DOWNLOAD_BYTES_CAP || at.size > TR_DOWNLOAD_STATE_CAP_BYTES ||
        tr_download_find(session->sessions, id) != NULL)
        return TR_EPROTOCOL;
    memcpy(token, id.data, id.size);
    tr_session_download *one = add(session, token, type);
    one->kind = (enum tr_download_kind)kind;
    one->state = (enum tr_download_state)state;
    one->source = tr_source_find(source);
    one->offset = offset;
    one->length = length;
    one->identity = identity;
    one->expires_s = expires_s;
    one->attempt = attempt;
    tr_buf_append(&one->content, content.data, content.size);
    tr_buf_append(&one->at, at.data, at.size);
    // A version of the app without the source: nothing can come of it.
    if (one->kind == TR_DOWNLOAD_FROM_SOURCE && one->source == NULL)
        tr_download_use_up(one);
    return 0;
}

int tr_downloads_read(tr_session *session, tr_reader *in)
{
    uint32_t count = tr_reader_array(in);
    if (count > TR_UPLOADS_PER_SESSION_CAP)
        return TR_EPROTOCOL;
    int result = 0;
    for (uint32_t i = 0; i < count && result == 0; i++)
        result = read_one(session, in);
    return in->failed ? TR_EPROTOCOL : result;
}
