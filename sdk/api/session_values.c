// The functions of troupe/pages/state.h for a session's values by key.

#include "troupe/pages/state.h"

#include <string.h>

#include "sdk/api/change_submit.h"
#include "sdk/catalog/misuse.h"
#include "wire/limits.h"

static int set(tr_page *page, const char *key, tr_value value)
{
    tr_change change = {
        .what = TR_CHANGE_KEEP, .is_page = true, .property = tr_slice_of(key), .value = value};
    return tr_submit(page, &change, NULL);
}

int tr_session_set(tr_page *page, const char *key, const void *bytes, size_t size)
{
    TR_GIVEN(page != NULL && (bytes != NULL || size == 0));
    if (size > TR_STORE_CAP_BYTES)
        return TR_ETOOBIG;
    return set(page, key, tr_value_bytes((tr_slice){bytes, (uint32_t)size}));
}

int tr_session_set_text(tr_page *page, const char *key, const char *text)
{
    return text != NULL ? set(page, key, tr_value_text(tr_slice_of(text))) : TR_EINVALID;
}

int tr_session_set_number(tr_page *page, const char *key, double number)
{
    return set(page, key, tr_value_number(number));
}

// Nil: *out_result says why. Its value lies in `storage`.
static tr_value get(tr_page *page, const char *key, tr_buf *storage, int *out_result)
{
    tr_change change = {.what = TR_CHANGE_KEPT, .is_page = true, .property = tr_slice_of(key)};
    *out_result = tr_submit(page, &change, storage);
    if (*out_result < 0)
        return TR_NIL;
    tr_reader in = tr_reader_of(tr_buf_slice(storage));
    return tr_value_read(&in);
}

// Copies as much as there is room for. The whole length.
static int copy(tr_page *page, const char *key, enum tr_value_kind kind, void *out, size_t room)
{
    tr_buf storage = {0};
    int result;
    tr_value value = get(page, key, &storage, &result);
    if (result == 0 && value.kind != kind)
        result = TR_EWRONGTYPE;
    if (result == 0) {
        size_t size = value.slice.size < room ? value.slice.size : room;
        if (size != 0)
            memcpy(out, value.slice.data, size);
        result = (int)value.slice.size;
    }
    tr_buf_done(&storage);
    return result;
}

int tr_session_get(tr_page *page, const char *key, void *out, size_t size)
{
    TR_GIVEN(page != NULL && (out != NULL || size == 0));
    return copy(page, key, TR_VALUE_BYTES, out, size);
}

int tr_session_get_text(tr_page *page, const char *key, char *out, size_t size)
{
    TR_GIVEN(page != NULL && (out != NULL || size == 0));
    int result = copy(page, key, TR_VALUE_TEXT, out, size != 0 ? size - 1 : 0);
    if (size != 0)
        out[result < 0 ? 0 : (size_t)result < size ? (size_t)result : size - 1] = '\0';
    return result;
}

double tr_session_get_number(tr_page *page, const char *key, double otherwise)
{
    tr_buf storage = {0};
    int result;
    tr_value value = get(page, key, &storage, &result);
    bool is_number = value.kind == TR_VALUE_INTEGER || value.kind == TR_VALUE_FLOAT;
    double number = is_number ? tr_value_as_number(value, otherwise) : otherwise;
    tr_buf_done(&storage);
    return number;
}

int tr_session_remove(tr_page *page, const char *key)
{
    tr_change change = {.what = TR_CHANGE_DROP_KEPT, .is_page = true, .property = tr_slice_of(key)};
    return tr_submit(page, &change, NULL);
}
