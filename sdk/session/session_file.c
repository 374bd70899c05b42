#include "sdk/session/session_file.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "sdk/session/channel.h"
#include "sdk/session/deferred_events.h"
#include "sdk/session/downloads.h"
#include "sdk/session/handler_table.h"
#include "sdk/session/identity_file.h"
#include "sdk/session/instance.h"
#include "sdk/session/listeners.h"
#include "sdk/session/resume.h"
#include "sdk/session/session_presence.h"
#include "sdk/session/state.h"
#include "sdk/session/uploads.h"
#include "sdk/session/values.h"
#include "sdk/session/views.h"
#include "troupe/err.h"
#include "wire/load.h"
#include "wire/reader.h"
#include "wire/scan.h"
#include "wire/writer.h"

enum { HEAD_BYTES = 12, ITEMS = 15, ITEMS_BEFORE_UPLOADS = 11 };

static const char magic[4] = {'T', 'R', 'S', 1};

void tr_session_save(const tr_session *self, tr_buf *out)
{
    size_t start = out->size;
    tr_buf part = {0};
    memset(tr_buf_reserve(out, HEAD_BYTES), 0, HEAD_BYTES);
    out->size += HEAD_BYTES;
    tr_write_array(out, ITEMS);
    tr_write_text(out, tr_slice_of(self->id));
    tr_tree_save(self->tree, tr_handler_name, &part);
    tr_write_bytes(out, tr_buf_slice(&part));
    tr_buf_done(&part);
    tr_write_unsigned(out, self->next_client_call);
    tr_state_write(self->sessions->app, self->state, out);
    tr_values_write(self->values, out);
    tr_views_write(self, out);
    tr_channels_write(self, out);
    tr_session_listeners_write(self, out);
    tr_session_presences_write(self, out);
    tr_waiting_write(self, out);
    tr_instances_save(self, out);
    tr_uploads_write(self, out);
    tr_downloads_write(self, out);
    tr_identity_file_write(self, out);
    tr_resume_write(self, out);
    uint8_t *head = out->data + start;
    memcpy(head, magic, sizeof magic);
    // It tells damage, not malice; nothing in a file is trusted by the code that reads it.
    tr_store_u64(head + sizeof magic, tr_hash(head + HEAD_BYTES, out->size - start - HEAD_BYTES));
}

int tr_session_file_read(tr_slice bytes, tr_session_file *out)
{
    const uint8_t *head = (const uint8_t *)bytes.data;
    if (bytes.size > TR_SESSION_FILE_CAP_BYTES)
        return TR_ETOOBIG;
    if (bytes.size <= HEAD_BYTES || memcmp(head, magic, sizeof magic) != 0)
        return TR_EPROTOCOL;
    uint32_t size = bytes.size - HEAD_BYTES;
    if (tr_load_u64(head + sizeof magic) != tr_hash(head + HEAD_BYTES, size))
        return TR_EMALFORMED;
    int result = tr_scan(head + HEAD_BYTES, size);
    if (result < 0)
        return result;
    tr_reader in = tr_reader_of((tr_slice){bytes.data + HEAD_BYTES, size});
    uint32_t items = tr_reader_array(&in);
    tr_slice id = tr_reader_text(&in);
    tr_slice page = tr_reader_bytes(&in);
    uint64_t next_client_call = tr_reader_unsigned(&in);
    if (in.failed || items < ITEMS_BEFORE_UPLOADS || items > ITEMS || tr_session_id_shard(id) < 0 ||
        next_client_call > UINT32_MAX)
        return TR_EPROTOCOL;
    *out = (tr_session_file){.id = id,
                             .page = page,
                             .rest = {(const char *)in.at, (uint32_t)(in.end - in.at)},
                             .next_client_call = (uint32_t)next_client_call};
    return 0;
}

static int load_page(tr_session *self, tr_slice bytes)
{
    tr_tree *tree;
    int result = tr_tree_load(bytes, tr_handler_find, &tree);
    if (result < 0)
        return result;
    tr_tree_free(self->tree);
    self->tree = tree;
    return 0;
}

int tr_session_load(tr_session *fresh, const tr_session_file *file)
{
    tr_reader in = tr_reader_of(file->rest);
    int result = load_page(fresh, file->page);
    if (result == 0)
        result = tr_state_read(fresh->sessions->app, &in, fresh->state);
    if (result == 0)
        result = tr_values_read(&in, &fresh->values);
    if (result == 0)
        result = tr_views_read(fresh, &in);
    if (result == 0)
        result = tr_channels_read(fresh, &in);
    if (result == 0)
        result = tr_session_listeners_read(fresh, &in);
    if (result == 0)
        result = tr_session_presences_read(fresh, &in);
    if (result == 0)
        result = tr_waiting_read(fresh, &in);
    if (result == 0)
        result = tr_instances_load(fresh, tr_reader_skip(&in));
    // A version from before there were uploads, downloads, sign-in, or numbers, wrote none.
    if (result == 0 && !in.failed && !tr_reader_at_end(&in))
        result = tr_uploads_read(fresh, &in);
    if (result == 0 && !in.failed && !tr_reader_at_end(&in))
        result = tr_downloads_read(fresh, &in);
    if (result == 0 && !in.failed && !tr_reader_at_end(&in))
        result = tr_identity_file_read(fresh, &in);
    if (result == 0 && !in.failed && !tr_reader_at_end(&in))
        result = tr_resume_read(fresh, &in);
    if (result == 0 && (in.failed || !tr_reader_at_end(&in)))
        result = TR_EPROTOCOL;
    // The answer to a call of the earlier process has no reader.
    fresh->next_client_call = file->next_client_call;
    return result;
}
