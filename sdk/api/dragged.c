// The functions of troupe/pages/event.h for a drag: the key and the payload of the draggable.

#include <string.h>

#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "troupe/err.h"
#include "troupe/pages/event.h"
#include "wire/reader.h"

typedef struct dragged {
    tr_slice key;
    tr_slice payload;
} dragged;

// `out` lies in `storage`. False: nothing was dragged, or it is gone.
static bool ask(tr_event *ev, tr_buf *storage, dragged *out)
{
    double id = tr_event_field_number(ev, "src_id", 0);
    if (!(id >= 1) || id > UINT32_MAX)
        return false;
    tr_change change = {.what = TR_CHANGE_DRAGGED, .is_page = true, .number = (int64_t)id};
    if (tr_submit(ev, &change, storage) < 0)
        return false;
    tr_reader in = tr_reader_of(tr_buf_slice(storage));
    bool has_two = tr_reader_array(&in) == 2;
    out->key = tr_reader_text(&in);
    out->payload = tr_reader_bytes(&in);
    return has_two && !in.failed;
}

// With a zero behind it. NULL: no room (tr_call_release).
static char *keep(tr_event *ev, tr_slice bytes)
{
    char *copy = tr_scratch_take(&ev->results, bytes.size + 1u);
    if (copy != NULL && bytes.size != 0)
        memcpy(copy, bytes.data, bytes.size);
    return copy;
}

const char *tr_dragged_key(tr_event *ev)
{
    tr_buf storage = {0};
    dragged found;
    const char *key = ask(ev, &storage, &found) ? keep(ev, found.key) : NULL;
    tr_buf_done(&storage);
    return key != NULL ? key : "";
}

static const char *payload_of(tr_event *ev, size_t *out_size)
{
    tr_buf storage = {0};
    dragged found = {0};
    bool is_there = ask(ev, &storage, &found);
    const char *payload = is_there && found.payload.size != 0 ? keep(ev, found.payload) : NULL;
    *out_size = found.payload.size;
    tr_buf_done(&storage);
    return payload;
}

const void *tr_dragged_read(tr_event *ev, size_t size)
{
    size_t given;
    const char *payload = payload_of(ev, &given);
    if (payload != NULL && given == size)
        return payload;
    tr_misuse_say("dragged_misread", "on=%s bytes=%zu wanted=%zu", tr_event_name(ev), given, size);
    return NULL;
}

const char *tr_dragged_text(tr_event *ev)
{
    size_t size;
    const char *text = payload_of(ev, &size);
    if (text != NULL && memchr(text, '\0', size) == text + size - 1)
        return text;
    tr_misuse_say("dragged_misread", "on=%s bytes=%zu wanted=text", tr_event_name(ev), size);
    return NULL;
}
