// The functions of troupe/pages/download.h.

#include "troupe/pages/download.h"

#include <string.h>

#include "base/log.h"
#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/downloads.h"
#include "troupe/controls/methods.h"
#include "troupe/err.h"
#include "wire/writer.h"

// Our client knows the name and saves what is there; others open a window of it, which closes again
// once they see that it is no page.
#define WINDOW_NAME "troupe-download"

void *tr_piece_state(const tr_piece *piece, size_t size)
{
    TR_GIVEN_OR(piece != NULL, NULL);
    if (piece->state_size == size)
        return piece->state;
    tr_log(TR_LOG_ERROR, "event=source_misuse state_size=%zu wanted=%zu", piece->state_size, size);
    return NULL;
}

// What it is of, and its bytes. TR_EINVALID: nothing, or two things.
static int content_of(const tr_download_source *source, enum tr_download_kind *kind,
                      tr_slice *content)
{
    int count = (source->bytes != NULL) + (source->file != NULL) + (source->source != NULL);
    if (count != 1 || (source->state == NULL && source->state_size != 0))
        return TR_EINVALID;
    size_t size = source->bytes != NULL  ? source->size
                  : source->file != NULL ? strlen(source->file)
                                         : source->state_size;
    if (size > TR_DOWNLOAD_BYTES_CAP)
        return TR_ETOOBIG;
    const void *bytes = source->bytes != NULL  ? source->bytes
                        : source->file != NULL ? source->file
                                               : source->state;
    *kind = source->bytes != NULL  ? TR_DOWNLOAD_FROM_BYTES
            : source->file != NULL ? TR_DOWNLOAD_FROM_FILE
                                   : TR_DOWNLOAD_FROM_SOURCE;
    *content = (tr_slice){bytes, (uint32_t)size};
    return 0;
}

int(tr_download_url)(tr_page *page, char out[TR_DOWNLOAD_URL_CAP_BYTES], const char *name,
                     const char *type, const tr_download_source *source)
{
    TR_GIVEN(page != NULL && out != NULL && name != NULL && source != NULL);
    out[0] = '\0';
    enum tr_download_kind kind;
    tr_slice content;
    int result = content_of(source, &kind, &content);
    if (result < 0)
        return result;
    tr_buf bytes = {0};
    tr_buf url = {0};
    tr_write_array(&bytes, 7);
    tr_write_text(&bytes, tr_slice_of(name));
    tr_write_text(&bytes, tr_slice_of(type != NULL ? type : "application/octet-stream"));
    tr_write_unsigned(&bytes, kind);
    tr_write_bytes(&bytes, content);
    tr_write_text(&bytes,
                  source->source != NULL ? tr_slice_of(source->source->name) : (tr_slice){0});
    tr_write_unsigned(&bytes, source->length);
    tr_write_unsigned(&bytes, source->expires_s);
    tr_change change = {.what = TR_CHANGE_DOWNLOAD_URL,
                        .is_page = true,
                        .value = tr_value_bytes(tr_buf_slice(&bytes))};
    result = tr_submit(page, &change, &url);
    if (result == 0 && url.size >= TR_DOWNLOAD_URL_CAP_BYTES)
        result = TR_ETOOBIG;
    if (result == 0)
        memcpy(out, tr_buf_text(&url), url.size + 1);
    tr_buf_done(&bytes);
    tr_buf_done(&url);
    return result;
}

int(tr_download)(tr_page *page, const char *name, const char *type,
                 const tr_download_source *source)
{
    char url[TR_DOWNLOAD_URL_CAP_BYTES];
    int result = (tr_download_url)(page, url, name, type, source);
    return result < 0 ? result
                      : ui_launch_url(page, .url = url, .web_only_window_name = WINDOW_NAME);
}

int tr_download_cancel(tr_page *page, const char *url)
{
    tr_change change = {.what = TR_CHANGE_CANCEL_DOWNLOAD,
                        .is_page = true,
                        .value = tr_value_bytes(tr_slice_of(url))};
    return tr_submit(page, &change, NULL);
}
