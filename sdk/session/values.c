#include "sdk/session/values.h"

#include "base/mem.h"
#include "troupe/err.h"
#include "wire/limits.h"
#include "wire/reader.h"
#include "wire/scan.h"
#include "wire/writer.h"

typedef struct entry {
    char *key;
    uint32_t key_size;
    tr_buf value; // msgpack
} entry;

struct tr_values {
    entry *entries;
    uint32_t count;
    uint32_t cap;
    size_t size; // keys and values
};

static entry *find(const tr_values *self, tr_slice key)
{
    for (uint32_t i = 0; self != NULL && i < self->count; i++)
        if (tr_slice_equal(key, (tr_slice){self->entries[i].key, self->entries[i].key_size}))
            return &self->entries[i];
    return NULL;
}

static size_t size_of(const entry *one)
{
    return one != NULL ? one->key_size + one->value.size : 0;
}

static int check(tr_slice key, tr_value value)
{
    if (key.size == 0 || key.size > TR_STORE_KEY_CAP_BYTES || !tr_scan_is_utf8(key.data, key.size))
        return TR_EINVALID;
    switch (value.kind) {
    case TR_VALUE_TEXT:
        if (value.slice.size != 0 && !tr_scan_is_utf8(value.slice.data, value.slice.size))
            return TR_EINVALID;
        break;
    case TR_VALUE_BYTES:
    case TR_VALUE_INTEGER:
    case TR_VALUE_FLOAT:
        break;
    default:
        return TR_EWRONGTYPE;
    }
    return 0;
}

static entry *add(tr_values *self, tr_slice key)
{
    if (self->count == self->cap) {
        self->cap = self->cap != 0 ? 2 * self->cap : 4;
        self->entries = tr_realloc(self->entries, self->cap * sizeof *self->entries);
    }
    entry *one = &self->entries[self->count++];
    *one = (entry){.key = tr_copy_text(key.data, key.size), .key_size = key.size};
    return one;
}

int tr_values_set(tr_values **self, tr_slice key, tr_value value)
{
    int result = check(key, value);
    if (result < 0)
        return result;
    bool has_slice = value.kind == TR_VALUE_TEXT || value.kind == TR_VALUE_BYTES;
    if (has_slice && value.slice.size > TR_STORE_CAP_BYTES)
        return TR_ETOOBIG;
    tr_buf encoded = {0};
    tr_value_write(&encoded, value);
    entry *one = find(*self, key);
    size_t size = key.size + encoded.size;
    size_t before = *self != NULL ? (*self)->size - size_of(one) : 0;
    if (size > TR_STORE_CAP_BYTES)
        result = TR_ETOOBIG;
    else if (before + size > TR_STORE_CAP_BYTES)
        result = TR_EFULL;
    else if (one == NULL && *self != NULL && (*self)->count == TR_STORE_VALUES_CAP)
        result = TR_EFULL;
    if (result < 0) {
        tr_buf_done(&encoded);
        return result;
    }
    if (*self == NULL)
        *self = tr_new(tr_values);
    if (one == NULL)
        one = add(*self, key);
    tr_buf_done(&one->value);
    one->value = encoded;
    (*self)->size = before + size;
    return 0;
}

tr_value tr_values_get(const tr_values *self, tr_slice key)
{
    const entry *one = find(self, key);
    if (one == NULL)
        return TR_NIL;
    tr_reader in = tr_reader_of(tr_buf_slice(&one->value));
    return tr_value_read(&in);
}

static void entry_done(entry *self)
{
    tr_free(self->key);
    tr_buf_done(&self->value);
}

int tr_values_remove(tr_values *self, tr_slice key)
{
    entry *one = find(self, key);
    if (one == NULL)
        return TR_ENOTFOUND;
    self->size -= size_of(one);
    entry_done(one);
    *one = self->entries[--self->count];
    return 0;
}

void tr_values_free(tr_values *self)
{
    if (self == NULL)
        return;
    for (uint32_t i = 0; i < self->count; i++)
        entry_done(&self->entries[i]);
    tr_free(self->entries);
    tr_free(self);
}

void tr_values_write(const tr_values *self, tr_buf *out)
{
    tr_write_map(out, self != NULL ? self->count : 0);
    for (uint32_t i = 0; self != NULL && i < self->count; i++) {
        const entry *one = &self->entries[i];
        tr_write_text(out, (tr_slice){one->key, one->key_size});
        tr_write_raw(out, tr_buf_slice(&one->value));
    }
}

int tr_values_read(tr_reader *in, tr_values **out)
{
    uint32_t count = tr_reader_map(in);
    for (uint32_t i = 0; i < count && !in->failed; i++) {
        tr_slice key = tr_reader_text(in);
        tr_value value = tr_value_read(in);
        if (in->failed)
            break;
        if (tr_values_get(*out, key).kind != TR_VALUE_NIL)
            return TR_EPROTOCOL;
        int result = tr_values_set(out, key, value);
        if (result < 0)
            return result;
    }
    return in->failed ? TR_EPROTOCOL : 0;
}
