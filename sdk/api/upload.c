// The functions of troupe/pages/upload.h.

#include "troupe/pages/upload.h"

#include <stdlib.h>
#include <string.h>

#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "sdk/session/handler_table.h"
#include "troupe/err.h"
#include "wire/writer.h"

int(tr_upload_url)(tr_page *page, char out[TR_UPLOAD_URL_CAP_BYTES], const tr_upload_terms *terms)
{
    TR_GIVEN(page != NULL && out != NULL && terms != NULL);
    out[0] = '\0';
    if (terms->file_name == NULL || tr_submit_has_payload(terms->on_upload))
        return TR_EINVALID;
    tr_buf bytes = {0};
    tr_buf url = {0};
    tr_write_array(&bytes, 6);
    tr_write_text(&bytes, tr_slice_of(terms->file_name));
    tr_write_unsigned(&bytes, terms->expires_s);
    tr_write_unsigned(&bytes, terms->size_max);
    tr_write_boolean(&bytes, terms->replaces);
    tr_write_text(&bytes,
                  terms->on_upload != NULL ? tr_handler_name(terms->on_upload) : (tr_slice){0});
    tr_write_unsigned(&bytes, terms->tag);
    tr_change change = {.what = TR_CHANGE_UPLOAD_URL,
                        .is_page = true,
                        .value = tr_value_bytes(tr_buf_slice(&bytes))};
    int result = tr_submit(page, &change, &url);
    if (result == 0 && url.size >= TR_UPLOAD_URL_CAP_BYTES)
        result = TR_ETOOBIG;
    if (result == 0)
        memcpy(out, tr_buf_text(&url), url.size + 1);
    tr_buf_done(&bytes);
    tr_buf_done(&url);
    return result;
}

int tr_upload_cancel(tr_page *page, const char *url)
{
    tr_change change = {.what = TR_CHANGE_CANCEL_UPLOAD,
                        .is_page = true,
                        .value = tr_value_bytes(tr_slice_of(url))};
    return tr_submit(page, &change, NULL);
}

// In sixteen hexadecimal digits: a number of JSON's size would lose some.
static uint64_t tag_of(tr_event *ev)
{
    return strtoull(tr_event_field_text(ev, "tag", "0"), NULL, 16);
}

tr_upload tr_upload_of(tr_event *ev)
{
    const char *event = tr_event_name(ev);
    tr_upload upload = {
        .state = strcmp(event, "upload_stored") == 0   ? TR_UPLOAD_STORED
                 : strcmp(event, "upload_failed") == 0 ? TR_UPLOAD_FAILED
                                                       : TR_UPLOAD_RUNNING,
        .tag = tag_of(ev),
        .file_name = tr_event_field_text(ev, "file_name", ""),
        .path = tr_event_field_text(ev, "path", ""),
        .received = (uint64_t)tr_event_field_number(ev, "received", 0),
        .size = (uint64_t)tr_event_field_number(ev, "size", 0),
        .error = tr_event_field_text(ev, "error", ""),
    };
    if (upload.state == TR_UPLOAD_STORED)
        upload.progress = 1;
    else if (upload.size != 0)
        upload.progress = (double)upload.received / (double)upload.size;
    return upload;
}
